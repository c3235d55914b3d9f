from __future__ import annotations

from pathlib import Path

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st

from wellclear.assembly.settings import (
    MAX_SETTINGS_BYTES,
    Clock,
    Defaults,
    Listen,
    Log,
    Settings,
    parse_settings,
    print_settings,
    store_address,
    verify_settings,
)
from wellclear.errors import RuleViolated, WellclearError

NORTH = Settings("north", "log.sqlite", Listen("0.0.0.0", 8443, "https://north.example:8443"))  # noqa: S104 - it is meant to be reached
WRITTEN = print_settings(NORTH)
lines = st.text(st.characters(exclude_categories=("Cc", "Cs")), min_size=1, max_size=30)
several = st.builds(
    Settings,
    st.just("north"),
    lines,
    st.builds(Listen, lines, st.integers(1, 65_535), st.just("https://north.example")),
    st.builds(Defaults, st.sampled_from([("en",), ("ru", "en")]), st.sampled_from(["decimal", "mgrs"])),
    st.builds(Clock, st.integers(1, 3_600_000)),
    st.builds(Log, st.sampled_from(["debug", "error"]), st.sampled_from(["text", "json"])),
)


@given(several)
def test_settings_come_back(settings: Settings):
    assert parse_settings(print_settings(settings).encode()) == settings


def test_every_setting_is_written_with_a_comment():
    names = [*Settings.__struct_fields__, *Listen.__struct_fields__, *Log.__struct_fields__]
    assert [name for name in names if f"{name} = " not in WRITTEN and f"[{name}]" not in WRITTEN] == []
    for section in WRITTEN.split("\n\n")[1:]:
        assert "# " in section


def test_what_is_left_out_has_a_default():
    content = b'party = "north"\nstore = "log.sqlite"\n[listen]\naddress = "::1"\nport = 1\nurl = "http://[::1]:1"\n'
    settings = parse_settings(content)
    assert (settings.defaults, settings.clock, settings.log) == (Defaults(), Clock(), Log())
    assert not settings.secured


@pytest.mark.parametrize(
    ("old", "new", "code", "at"),
    [
        ("port = 8443", "port = 0", "settings-value", "listen.port"),
        ("port = 8443", "port = 65536", "settings-value", "listen.port"),
        ("port = 8443", 'port = "8443"', "settings-value", "listen.port"),
        ("port = 8443", "port = 84.43", "settings-value", "listen.port"),
        ("port = 8443", "port = true", "settings-value", "listen.port"),
        ("port = 8443", "port = 8443\nverify = false", "settings-value", "listen"),
        ("party = ", "insecure = true\nparty = ", "settings-value", ""),
        ("error_ms = 100", "error_ms = 0", "settings-value", "clock.error_ms"),
        ("error_ms = 100", "error_ms = 3600001", "settings-value", "clock.error_ms"),
        ('level = "info"', 'level = "loud"', "settings-value", "log.level"),
        ('languages = ["en"]', "languages = []", "settings-value", "defaults.languages"),
        ('languages = ["en"]', 'languages = ["english"]', "settings-value", "defaults.languages[0]"),
        ('store = "log.sqlite"', 'store = ""', "settings-value", "store"),
        ('store = "log.sqlite"', 'store = "a\\nb"', "settings-value", "store"),
        ('store = "log.sqlite"', "", "settings-value", ""),
        ('store = "log.sqlite"', 'store = "a"\nstore = "b"', "settings-toml", "wellclear.toml"),
        ('party = "north"', "party = north", "settings-toml", "wellclear.toml"),
        ('party = "north"', 'party = "../north"', "party-name", ""),
        ("https://north.example", "http://north.example", "url-plain", ""),
        ("https://north.example:8443", "http://127.0.0.1:8443", "settings-plain", "listen.address"),
        ("https://north.example", "north.example", "url-malformed", ""),
    ],
)
def test_what_is_wrong_is_refused_with_its_place(old: str, new: str, code: str, at: str):
    assert old in WRITTEN
    with pytest.raises(WellclearError) as refused:
        parse_settings(WRITTEN.replace(old, new).encode())
    assert (refused.value.code, refused.value.at) == (code, at)
    assert refused.value.wanted or code == "settings-toml"


@pytest.mark.parametrize(
    "content", [b"\xff", b"x = " + b"[" * 20_000, b"#" * (MAX_SETTINGS_BYTES + 1), b"x = 1979-99-99"]
)
def test_what_is_no_toml_is_refused(content: bytes):
    with pytest.raises(WellclearError) as refused:
        parse_settings(content)
    assert refused.value.code == "settings-toml"


@given(st.binary(max_size=100) | st.text(max_size=100).map(str.encode))
def test_any_bytes_give_settings_or_an_error(content: bytes):
    for written in (content, content + WRITTEN.encode(), WRITTEN.encode() + content):
        try:
            settings = parse_settings(written)
        except WellclearError:
            continue
        assert parse_settings(print_settings(settings).encode()) == settings


def test_a_store_is_a_file_of_the_directory_or_a_database():
    directory = Path("/centres/north")
    for store, address in [
        ("log.sqlite", directory / "log.sqlite"),
        ("/elsewhere/log.sqlite", Path("/elsewhere/log.sqlite")),
        ("postgresql://north@db/north", "postgresql://north@db/north"),
    ]:
        assert store_address(msgspec.structs.replace(NORTH, store=store), directory) == address


def test_plain_http_listens_to_this_machine_alone():
    plain = msgspec.structs.replace(NORTH, listen=Listen("127.0.0.1", 8443, "http://127.0.0.1:8443"))
    verify_settings(plain)
    for address in ("0.0.0.0", "::", "192.0.2.1", "localhost"):  # noqa: S104 - they are refused
        with pytest.raises(RuleViolated):
            verify_settings(msgspec.structs.replace(plain, listen=Listen(address, 8443, "http://127.0.0.1:8443")))


def test_no_setting_turns_a_check_off():
    offered = {*Settings.__struct_fields__, *Listen.__struct_fields__, *Clock.__struct_fields__, *Log.__struct_fields__}
    assert offered == {
        *(
            "party",
            "store",
            "high_water",
            "listen",
            "defaults",
            "clock",
            "log",
            "address",
            "port",
            "url",
            "error_ms",
            "level",
            "format",
        )
    }
