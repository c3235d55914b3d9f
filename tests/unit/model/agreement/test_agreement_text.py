from __future__ import annotations

import contextlib
import re
from dataclasses import replace
from hashlib import sha256

import pytest
from hypothesis import given
from hypothesis import strategies as st

from plans.agreements import AIR, FIRE, example, example_text
from wellclear.errors import MalformedInput, RuleViolated, WellclearError
from wellclear.geo.footprint import Core
from wellclear.geo.height import Height
from wellclear.geo.limits import DMM_PER_M, DMM_PER_NM
from wellclear.geo.position import Position
from wellclear.model.agreement.clauses import widest
from wellclear.model.agreement.disclosure import Disclosure, DisclosureTerm, Grid
from wellclear.model.agreement.ladder import Role, Urgency
from wellclear.model.agreement.terms import MAX_PARTIES, NO_PREDECESSOR, Agreement
from wellclear.model.agreement.text import agreement_digest, parse_agreement
from wellclear.model.agreement.toml_table import MAX_TOML_BYTES, MAX_TOML_LINE_CHARACTERS
from wellclear.model.minima import Minima

TEXT = example_text(AIR).decode()
AGREEMENT = example(AIR)
NORTH, SOUTH = AGREEMENT.party_names
MINUTE_MS = 60_000


def changed(old: str, new: str, text: str = TEXT) -> bytes:
    assert old in text
    return text.replace(old, new, 1).encode()


def refusal(text: bytes) -> WellclearError:
    with pytest.raises(MalformedInput) as refused:
        parse_agreement(text)
    return refused.value


def test_what_the_text_says_is_what_the_values_say() -> None:
    assert (AGREEMENT.identifier, AGREEMENT.version, AGREEMENT.predecessor) == ("kerguelen-airspace", 1, NO_PREDECESSOR)
    assert AGREEMENT.parties[1].languages == ("ru", "en")
    (footprint,) = AGREEMENT.area.footprints
    assert (footprint.core, footprint.buffer_dmm) == (Core.POINT, 150 * DMM_PER_NM)
    assert AGREEMENT.area.band.floor is None
    assert AGREEMENT.area.band.ceiling == Height.flight_level(600)
    assert AGREEMENT.precision.largest_area_m2 == 1_000_000_000
    assert AGREEMENT.deadlines_for(Urgency.ROUTINE).answer_ms == 30 * MINUTE_MS
    assert AGREEMENT.deadlines_for(Urgency.FLASH).receipt_ms == 10_000
    assert AGREEMENT.liveness.alarm_ms == 10_000
    assert AGREEMENT.ranges.pressure_hpa == (960.0, 1030.0)
    assert AGREEMENT.term.ratifiers_count == 2
    assert AGREEMENT.quota.most_count == 10
    assert AGREEMENT.keep_ms == 3650 * 86_400_000
    assert AGREEMENT.sites[0].position == Position(702_172_222, -493_516_667)
    assert AGREEMENT.sites[0].radius_dmm == 2_000 * DMM_PER_M
    assert AGREEMENT.frequencies[2].channel == "8992 kHz"


def test_the_digest_is_that_of_the_exact_bytes() -> None:
    assert AGREEMENT.digest == agreement_digest(example_text(AIR)) == sha256(example_text(AIR)).digest()
    spaced = parse_agreement(example_text(AIR) + b"\n")
    assert spaced.digest != AGREEMENT.digest
    assert replace(spaced, digest=AGREEMENT.digest) == AGREEMENT


def test_minima_are_those_of_the_pair_in_either_order_and_spelling() -> None:
    wide = Minima(25 * DMM_PER_NM, 10_000 * 3_048, 45 * MINUTE_MS)
    assert AGREEMENT.minima_for("strike", "relief") == AGREEMENT.minima_for("Relief", "STRIKE") == wide
    assert AGREEMENT.minima_for("strike", "strike") == AGREEMENT.minima_for("", "zeppelin") == AGREEMENT.minima.default
    assert AGREEMENT.widest_minima_for("relief") == wide
    assert AGREEMENT.widest_minima_for("zeppelin") == AGREEMENT.minima.default


def test_the_widest_is_taken_in_each_dimension() -> None:
    assert widest(Minima(1, 20, 3), Minima(10, 2, 3)) == Minima(10, 20, 3)


def test_categories_have_their_own_times_and_others_the_default() -> None:
    assert AGREEMENT.lead_time_ms("Strike") == 240 * MINUTE_MS
    assert AGREEMENT.hazard_tail_ms("strike") == 45 * MINUTE_MS
    assert AGREEMENT.lead_time_ms("") == 120 * MINUTE_MS
    assert AGREEMENT.names_category("RELIEF")
    assert not AGREEMENT.names_category("zeppelin")


def test_disclosure_is_that_of_the_category_else_of_the_pair_else_the_default() -> None:
    pair = '[[disclosure.rule]]\nfrom = "north-air"\nto = "south-air"\nshow = "full"\n\n[quota]'
    agreement = parse_agreement(changed("[quota]", pair))
    coarse = DisclosureTerm(Disclosure.COARSE, Grid(9, 5_000 * 3_048, 3_600_000))
    assert agreement.disclosure_to(NORTH, SOUTH, "Reconnaissance").disclosure is Disclosure.ON_CONFLICT
    assert agreement.disclosure_to(NORTH, SOUTH, "strike").disclosure is Disclosure.FULL
    assert agreement.disclosure_to(SOUTH, NORTH, "strike") == coarse
    assert AGREEMENT.disclosure_to(NORTH, SOUTH, "strike") == coarse


def test_a_message_climbs_the_ladder() -> None:
    waited_min = (-1, 0, 0.99, 1, 3, 10, 20, 1_000)
    roles = [AGREEMENT.role_after(round(wait_min * MINUTE_MS)) for wait_min in waited_min]
    assert roles[:3] == [Role.DUTY_OFFICER] * 3
    assert roles[3:] == [Role.SUPERVISOR, Role.CHIEF_OF_STAFF, Role.MINISTER, *[Role.HEAD_OF_GOVERNMENT] * 2]


def test_the_hash_of_the_sites_is_that_of_the_list_in_any_order() -> None:
    other = replace(AGREEMENT.sites[0], name="second")
    one, two = (replace(AGREEMENT, sites=sites) for sites in ((*AGREEMENT.sites, other), (other, *AGREEMENT.sites)))
    assert one.sites_digest() == two.sites_digest() != AGREEMENT.sites_digest()


def test_blind_disclosure_is_refused_with_a_clear_word() -> None:
    with pytest.raises(RuleViolated, match="blind comparison does not exist yet") as refused:
        parse_agreement(changed('show = "full"', 'show = "blind"'))
    assert (refused.value.code, refused.value.at) == ("disclosure-blind", "disclosure.rule[0]")
    assert refused.value.wanted == "full, coarse or on-conflict"


def test_a_share_of_the_parties_may_ratify() -> None:
    fire = example_text(FIRE).decode()
    assert parse_agreement(changed('"all"', '"2 of 3"', fire)).term.ratifiers_count == 2
    assert example(FIRE).term.ratifiers_count == 3
    for wrong in ("1 of 3", "4 of 3"):
        assert refusal(changed('"all"', f'"{wrong}"', fire)).at == "term.ratified_by"
    assert refusal(changed('"all"', '"1 of 2"')).code == "agreement-ratifiers"


def test_what_may_be_left_out_has_its_usual_value() -> None:
    left_out = r"\[liveness\]|\[ranges\]|\[\[frequency\]\]|\[\[site\]\]"
    text = re.sub(rf"(?:{left_out})\n(?:.+\n)+", "", TEXT)
    agreement = parse_agreement(text.replace('clock_grace = "60s"\n', "").encode())
    assert (agreement.liveness, agreement.clock_grace_ms) == (AGREEMENT.liveness, 60_000)
    assert (agreement.frequencies, agreement.sites, agreement.ranges.terrain) == ((), (), None)


@pytest.mark.parametrize(
    ("old", "new", "code", "at"),
    [
        ('format = "wellclear-agreement/v1"', 'format = "v2"', "toml-choice", "format"),
        ("version = 1", "version = 0", "agreement-version", "version"),
        ("version = 1", "version = 2", "agreement-predecessor", "predecessor"),
        ("version = 1", "version = true", "toml-type", "version"),
        ("version = 1", "version = 1.0", "toml-type", "version"),
        ("version = 1\n", f'version = 1\npredecessor = "{"ab" * 32}"\n', "agreement-predecessor", "predecessor"),
        ("version = 1\n", 'version = 2\npredecessor = "ab"\n', "digest-text", "predecessor"),
        ("version = 1\n", "version = 1\nversion = 1\n", "toml-text", "line"),
        ("version = 1\n", "version = 1\nauthor = 1\n", "toml-key", "author"),
        ("[term]\n", '[term]\nform = "x"\n', "toml-key", "term.form"),
        ('identifier = "kerguelen-airspace"', 'identifier = "a b"', "name-malformed", "identifier"),
        ('identifier = "kerguelen-airspace"', "identifier = 5", "toml-type", "identifier"),
        ('name = "south-air"', 'name = "north-air"', "agreement-repeated", "party"),
        ('name = "south-air"', 'name = "southern-air"', "agreement-name-unknown", "disclosure.rule[0].to"),
        ('name = "south-air"', 'name = ""', "line-malformed", "party[1].name"),
        ('languages = ["ru", "en"]', 'languages = ["Russian"]', "language-text", "party[1].languages[0]"),
        ('languages = ["ru", "en"]', 'languages = "ru"', "toml-type", "party[1].languages"),
        ('from = "2026-12-01T00:00:00Z"', 'from = "2026-12-01"', "time-text", "term.from"),
        ('from = "2026-12-01T00:00:00Z"', "from = 2026-12-01T00:00:00Z", "toml-type", "term.from"),
        ('from = "2026-12-01T00:00:00Z"', 'from = "2026-12-01T00:00:00+01:00"', "time-local", "term.from"),
        ('from = "2026-12-01T00:00:00Z"', 'from = "2028-12-01T00:00:00Z"', "agreement-term", "term.until"),
        ('until = "2027-12-01T00:00:00Z"', 'until = "2037-12-01T00:00:00Z"', "agreement-term", "term.until"),
        (
            'ratify_by = "2026-12-10T12:00:00Z"',
            'ratify_by = "2027-12-01T00:00:00Z"',
            "agreement-term",
            "term.ratify_by",
        ),
        ('review_on = "2027-06-01"', 'review_on = "2028-06-01"', "agreement-term", "term.review_on"),
        ('clock_grace = "60s"', 'clock_grace = "59s"', "agreement-grace", "clock_grace"),
        ('radius = "150 NM"', 'radius = "150"', "quantity-unit", "area.footprint[0].radius"),
        ('radius = "150 NM"', 'radius = "2000 km"', "radius-range", "area.footprint[0]"),
        ('radius = "150 NM"', 'width = "150 NM"', "toml-missing", "area.footprint[0].radius"),
        ('centre = "492100S0694300E"', 'middle = "492100S0694300E"', "agreement-footprint", "area.footprint[0]"),
        ('centre = "492100S0694300E"', 'centre = "-49.35, 69.72"', "position-two-readings", "area.footprint[0].centre"),
        ("[[area.footprint]]", "[[area.shape]]", "agreement-area", "area.footprint"),
        ('floor = "SFC"', 'floor = "UNL"', "height-end", "area.floor"),
        ('ceiling = "FL600"', 'ceiling = "60000 ft"', "height-reference", "area.ceiling"),
        ("[category.default]", "[category.other]", "toml-missing", "category.default"),
        ("[category.relief]", '[category."Relief flight"]', "agreement-category", "category.Relief flight"),
        ("[category.relief]", "[category.hazard]", "agreement-category", "category.hazard"),
        ('lead_time = "4h"', "lead_time = 4", "toml-type", "category.strike.lead_time"),
        ('lead_time = "4h"', 'lead_time = "4 hours"', "quantity-unit", "category.strike.lead_time"),
        ('vertical = "2000ft", ', "", "toml-missing", "minima.default.vertical"),
        ('lateral = "10NM"', 'lateral = "10min"', "quantity-unit", "minima.default.lateral"),
        ('between = ["strike", "site"]', 'between = ["relief", "strike"]', "agreement-repeated", "minima.pair"),
        ('between = ["strike", "site"]', 'between = ["strike"]', "agreement-pair", "minima.pair[1].between"),
        ('["strike", "site"]', '["strike", "sites"]', "agreement-name-unknown", "minima.pair[1].between[1]"),
        ('largest_area = "1000 km2"', 'largest_area = "1000 km"', "area-text", "precision.largest_area"),
        ('largest_area = "1000 km2"', 'largest_area = "0 m2"', "agreement-zero", "precision.largest_area"),
        ("name_alone = false", 'name_alone = "no"', "toml-type", "precision.name_alone"),
        ('receipt = "60s"', 'receipt = "20min"', "agreement-deadlines", "deadlines.routine"),
        ("urgent = {", "rapid = {", "toml-missing", "deadlines.urgent"),
        ('after = "0s"', 'after = "5s"', "agreement-ladder", "ladder[0].after"),
        ('after = "3min"', 'after = "60s"', "agreement-ladder", "ladder[2]"),
        ('role = "minister"', 'role = "supervisor"', "agreement-ladder", "ladder[3]"),
        ('role = "minister"', 'role = "minister of defence"', "toml-choice", "ladder[3].role"),
        ('stale = "5s"', 'stale = "10s"', "agreement-liveness", "liveness"),
        ("s2_level = 9", "s2_level = 30", "grid-range", "disclosure.default.grid"),
        ('time_bin = "1h"', 'time_bin = "1s"', "grid-range", "disclosure.default.grid"),
        ('show = "full"', 'show = "coarse"', "agreement-grid", "disclosure.rule[0]"),
        ('show = "full"', 'show = "secret"', "toml-choice", "disclosure.rule[0].show"),
        ('from = "north-air"', 'from = "south-air"', "agreement-disclosure", "disclosure.rule[0]"),
        ('category = "relief"', 'category = "strikes"', "agreement-name-unknown", "disclosure.rule[0].category"),
        ('category = "reconnaissance"', 'category = "relief"', "agreement-disclosure", "disclosure.rule[2]"),
        ("filings = 10", 'filings = "10"', "toml-type", "quota.filings"),
        ('pressure = "960..1030"', 'pressure = "1030..960"', "range-reversed", "ranges.pressure"),
        ('channel = "8992 kHz"', 'channel = "8992"', "frequency-text", "frequency[2].channel"),
        ('name = "military guard"', 'name = "guard"', "agreement-repeated", "frequency"),
        ('verified_on = "2026-11-15"', 'verified_on = "2027-11-15"', "agreement-site", "site[0]"),
        ('verified_on = "2026-11-15"', 'verified_on = "15 November 2026"', "day-text", "site[0].verified_on"),
        ('keep_records = "3650 days"', 'keep_records = "10 years"', "days-text", "keep_records"),
        ('keep_records = "3650 days"', 'keep_records = "FILL IN"', "toml-unfilled", "keep_records"),
        ('title = "Northern Air Command"', 'title = "x\\u202e"', "toml-hidden", "party[0].title"),
        ('title = "Northern Air Command"', f'title = "{"x" * 501}"', "toml-characters", "party[0].title"),
    ],
)
def test_what_is_wrong_is_refused_with_its_place(old: str, new: str, code: str, at: str) -> None:
    error = refusal(changed(old, new))
    assert error.code == code
    assert error.at == at or (at == "line" and error.at)
    assert error.message


def test_what_is_refused_says_what_would_be_right() -> None:
    for old, new in (('lead_time = "4h"', "lead_time = 4"), ('until = "2027-12-01T00:00:00Z"\n', "")):
        assert refusal(changed(old, new)).wanted


def test_a_root_key_that_is_no_good_key_is_refused() -> None:
    key = AGREEMENT.parties[0].root_key.hex()
    for wrong, code in (("00" * 32, "key-low-order"), ("ff" * 32, None), (key.upper(), "digest-text")):
        error = refusal(changed(key, wrong))
        assert error.at == "party[0].root_key"
        assert code in (None, error.code)
    assert refusal(changed(AGREEMENT.parties[1].root_key.hex(), key)).code == "agreement-repeated"


def test_one_party_is_no_agreement_and_too_many_are_refused() -> None:
    one = re.sub(r'\[\[party\]\]\nname = "south-air"\n(.+\n)+', "", TEXT)
    assert refusal(one.encode()).code == "agreement-parties"
    many = TEXT + '\n[[party]]\nname = "x"\n' * MAX_PARTIES
    assert refusal(many.encode()).code == "toml-count"


@pytest.mark.parametrize("key", sorted(set(re.findall(r"^(\w+) = ", TEXT, flags=re.MULTILINE)) - {"clock_grace"}))
def test_no_key_of_the_example_can_be_lost_unseen(key: str) -> None:
    optional = {"heartbeat", "stale", "alarm", "pressure", "temperature", "terrain", "category"}
    text = re.sub(rf"^{key} = .*\n", "", TEXT, count=1, flags=re.MULTILINE).encode()
    if key in optional:
        parse_agreement(text)
    else:
        refusal(text)


def test_texts_that_are_no_toml_are_refused() -> None:
    for wrong, code in (
        (b"", "toml-missing"),
        (b"\xff", "toml-utf8"),
        (b"format = ", "toml-text"),
        (b"a = " + b"[" * 500, "toml-text"),
        (b"a = [\n" * 50_000, "toml-size"),
        (b"a = [\n" * 40_000, "toml-text"),
        ("# \u202e turned\n".encode(), "toml-hidden"),
        (b"# " + b"x" * MAX_TOML_LINE_CHARACTERS, "toml-line"),
        (b"\n" * (MAX_TOML_BYTES + 1), "toml-size"),
        (b"a = 1\na = 2", "toml-text"),
        (b"a = 1\n[a]\nb = 1", "toml-text"),
    ):
        assert refusal(wrong).code == code


LINES = TEXT.split("\n")


@given(st.binary(max_size=200))
def test_any_bytes_are_a_value_or_a_refusal(text: bytes) -> None:
    refusal(text)


@given(
    st.lists(
        st.tuples(
            st.integers(0, len(LINES) - 1),
            st.sampled_from(["drop", "double", "swap"])
            | st.text(max_size=20)
            | st.sampled_from(['= "', "= [", "= 1", "= {}", "= nan", "[[x]]", "= 2026-01-01", '= ["a"]', '= "1e9 NM"']),
        ),
        min_size=1,
        max_size=4,
    )
)
def test_a_damaged_text_is_a_value_or_a_refusal(damages: list[tuple[int, str]]) -> None:
    lines = list(LINES)
    for index, damage in damages:
        line = lines[index]
        head = line.partition("=")[0]
        lines[index] = {"drop": "", "double": f"{line}\n{line}", "swap": lines[index - 1]}.get(damage, head + damage)
    with contextlib.suppress(MalformedInput, RuleViolated):
        assert isinstance(parse_agreement("\n".join(lines).encode()), Agreement)
