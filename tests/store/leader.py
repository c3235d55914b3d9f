"""Take the lead of a store and write batches until told otherwise; acknowledge each on the output.

    python leader.py ADDRESS

Prints `lead TERM`, then `ack FIRST STOP DIGEST` after each batch. When another leads it prints `superseded` and ends.
When the server ended the session while this process stood still, nothing is known of the last batch: it prints
`failed`, opens the store anew, tries its old term once more, prints what came of that, and ends.
"""

from __future__ import annotations

import os
import random
import sys

from log_growth import batch_at, batch_by_chance, leaves_digest
from wellclear.centre.ports.store import Store
from wellclear.errors import RuleViolated
from wellclear.store.opening import open_store


def say(line: str) -> None:
    """One line, at once: less than a pipe writes whole."""
    os.write(1, line.encode() + b"\n")


def write_on(store: Store, term: int, chance: random.Random) -> None:
    """Write batches for ever."""
    reader = store.reader()
    while True:
        batch = batch_by_chance(reader, chance, (1, 2, 9), 400)
        store.write(term, batch)
        digest = leaves_digest(batch.records).hex()
        say(f"ack {batch.start.index} {batch.start.index + len(batch.records)} {digest}")


def main() -> None:
    """Lead until overtaken."""
    address = sys.argv[1]
    store = open_store(address)
    term = store.lead()
    say(f"lead {term}")
    chance = random.Random(term)  # noqa: S311 - a repeatable load, no secret
    try:
        write_on(store, term, chance)
    except RuleViolated as refused:
        say(refused.code)
        return
    except OSError:
        say("failed")
    again = open_store(address)
    try:
        again.write(term, batch_at(again.reader(), [b"late"]))
        say("written by an old term")
    except RuleViolated as refused:
        say(refused.code)


main()
os._exit(0)
