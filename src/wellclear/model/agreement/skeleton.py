"""The text from which people write an agreement, and that of its next version."""

from __future__ import annotations

import json
import re
from collections.abc import Sequence
from typing import Final

from wellclear.errors import RuleViolated
from wellclear.geo.time_text import print_rfc3339
from wellclear.model.agreement.clauses import PartyTerms
from wellclear.model.agreement.text import agreement_digest, parse_agreement
from wellclear.model.agreement.text_values import DAY_MS

TERM_DAYS: Final = 180
"""How long a new agreement runs unless its writers say otherwise: half a year, so that it is looked at again."""

_HEAD: Final = """\
# An agreement between parties who share an airspace. What they sign is this text, byte for byte, comments included.
# Every line can be changed. Where a line says FILL IN, somebody must. `docs/agreements.md` tells what each key means.
# Numbers carry their unit, positions their hemispheres, times their Z.

format = "wellclear-agreement/v1"
identifier = "{identifier}"         # one word; all versions have it
version = 1                         # a later version is higher by one and names the one before it by its digest

test_call_every = "24h"             # each pair of parties makes a test call, by every path
keep_records = "1825 days"          # after its end, what was said is kept for as long as this
clock_grace = "60s"                 # either side of a change of state the stricter of both holds

# When it holds. Who has not signed is not bound.
[term]
from = "{start}"
until = "{until}"       # it ends by itself
ratify_by = "{ratify_by}"   # it lapses unless enough parties have signed before
ratified_by = "all"                 # or more than half, such as "2 of 3"
review_on = "{review}"
"""

_PARTY: Final = """
[[party]]
name = {name}
title = {title}
root_key = "{root_key}" # compare by voice with the party's card
languages = {languages}             # in which its officers are addressed, the first preferred
"""

_BODY: Final = """
# Where it holds. A notice that gives only the name of a place makes all of this area hot.
[area]
floor = "SFC"
ceiling = "UNL"

[[area.footprint]]                  # a ring; or centre and radius; or line and half_width. There may be several
ring = ["FILL IN: three or more positions, each such as 564100N0033500W"]

# What is asked of operations by category; default holds for every category that has no table of its own.
[category.default]
lead_time = "30min"                 # tell it so long before its start; what comes later is taken, marked and escalated
hazard_tail = "10min"               # its danger outlives it by so much

# [category.tanker]
# lead_time = "15min"
# hazard_tail = "2min"

# Two operations closer than this in place, height and time are in conflict.
[minima]
default = {{ lateral = "5NM", vertical = "1000ft", time = "0s" }}
# pair = [{{ between = ["tanker", "site"], lateral = "500m", vertical = "500ft", time = "0s" }}]

# How exact a notice is to be.
[precision]
largest_area = "2500 km2"
shortest_notice = "10min"
name_alone = false                  # true: a place may be sent as a name without its shape

# Within what time of its arrival a message must have its receipt, its read-back and its answer.
[deadlines]
routine = {{ receipt = "60s", read_back = "10min", answer = "30min" }}
urgent = {{ receipt = "30s", read_back = "3min", answer = "5min" }}
flash = {{ receipt = "10s", read_back = "30s", answer = "60s" }}

# To whom an unanswered message climbs. Roles: duty-officer, supervisor, commander, chief-of-staff, authority,
# minister, head-of-government.
[[ladder]]
role = "duty-officer"
after = "0s"

[[ladder]]
role = "supervisor"
after = "60s"

[[ladder]]
role = "chief-of-staff"
after = "5min"

[[ladder]]
role = "minister"
after = "15min"

[[ladder]]
role = "head-of-government"
after = "30min"

# A peer that is silent for so long is stale, then an alarm.
[liveness]
heartbeat = "1s"
stale = "5s"
alarm = "10s"

# Who shows what to whom: full; coarse (a cover on a grid); on-conflict (nothing until a notice conflicts with that).
[disclosure]
default = {{ show = "full" }}
# [[disclosure.rule]]
# from = {first}
# to = {second}
# category = "tanker"               # left out: every category without a rule of its own
# show = "coarse"
# grid = {{ s2_level = 10, level_bin = "5000ft", time_bin = "1h" }}

# More filings withdrawn or amended than this, to one counterparty, are an alarm: someone may be probing.
[quota]
filings = 20
within = "1h"

# What the air and the ground can be, to compare heights of different references. What is left out is NOT ASSESSED.
[ranges]
# pressure = "980..1040"            # hPa at sea level
# temperature = "-20..+20"          # kelvin off the standard atmosphere
# terrain = "0m..4421m"             # above sea level

# On what the parties listen.
[[frequency]]
name = "guard"
channel = "121.500 MHz"

# Protected places.
# [[site]]
# name = "district hospital"
# position = "564100N0033500W"
# radius = "500m"
# verified_on = "2026-11-20"
# expires = "2027-02-20T00:00:00Z"
"""

_VERSION: Final = re.compile(rb"^version[ \t]*=[ \t]*[0-9_]+", flags=re.MULTILINE)
_PREDECESSOR: Final = re.compile(rb"^predecessor[ \t]*=.*\n", flags=re.MULTILINE)


def skeleton(identifier: str, parties: Sequence[PartyTerms], now_ms: int) -> str:
    """A text with every clause, explained line by line; it is read once what says FILL IN is filled in.

    Args:
        identifier: what the agreement is to be called; one word.
        parties: two or more.
        now_ms: the time; the term begins with the next day and runs for `TERM_DAYS`.
    """
    start_ms = now_ms - now_ms % DAY_MS + DAY_MS
    days = {"start": 0, "ratify_by": 14, "until": TERM_DAYS}
    head = _HEAD.format(
        identifier=identifier,
        review=print_rfc3339(start_ms + TERM_DAYS // 2 * DAY_MS)[:10],
        **{name: print_rfc3339(start_ms + count * DAY_MS) for name, count in days.items()},
    )
    listed = [
        _PARTY.format(
            name=_quoted(party.name),
            title=_quoted(party.title),
            root_key=party.root_key.hex(),
            languages=json.dumps(party.languages),
        )
        for party in parties
    ]
    return head + "".join(listed) + _BODY.format(first=_quoted(parties[0].name), second=_quoted(parties[1].name))


def successor_text(text: bytes) -> bytes:
    """The text of the next version, the same but for `version` and `predecessor`: what is to change is then edited.

    Args:
        text: the exact text of the version before.

    Raises:
        MalformedInput: it is no agreement.
        RuleViolated: `agreement-layout`: `version` does not stand on a line of its own where it can be replaced.
    """
    before = parse_agreement(text)
    line = b'version = %d\npredecessor = "%b"' % (before.version + 1, agreement_digest(text).hex().encode())
    plain = _PREDECESSOR.sub(b"", text, count=1) if before.version > 1 else text
    written = _VERSION.sub(line, plain, count=1)
    after = parse_agreement(written)
    if (after.version, after.predecessor) != (before.version + 1, before.digest):
        raise RuleViolated(
            "the version cannot be replaced by machine", code="agreement-layout", wanted="`version = 1` on its own line"
        )
    return written


def _quoted(text: str) -> str:
    """A text as TOML writes it: JSON's escapes are TOML's, but for the character 7F."""
    return json.dumps(text, ensure_ascii=False).replace("\x7f", "\\u007f")
