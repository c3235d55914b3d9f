from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from wellclear.errors import MalformedInput, RuleViolated, WellclearError
from wellclear.model.centre_url import MAX_URL_CHARACTERS, parse_url, verify_url


@pytest.mark.parametrize(
    ("text", "host", "port_number", "secured"),
    [
        ("https://north.example", "north.example", 443, True),
        ("https://north.example:8443", "north.example", 8443, True),
        ("https://192.0.2.1:1", "192.0.2.1", 1, True),
        ("https://[2001:db8::1]:65535", "2001:db8::1", 65_535, True),
        ("http://127.0.0.1:8443", "127.0.0.1", 8_443, False),
        ("http://127.8.9.1", "127.8.9.1", 80, False),
        ("http://[::1]:8080", "::1", 8_080, False),
        ("https://localhost:8443", "localhost", 8_443, True),
    ],
)
def test_an_address_has_host_and_port(text: str, host: str, port_number: int, *, secured: bool):
    url = parse_url(text)
    assert (url.text, url.host, url.port_number, url.secured) == (text, host, port_number, secured)


@pytest.mark.parametrize(
    "text",
    [
        "http://north.example",
        "http://192.0.2.1:8443",
        "http://localhost:8443",
        "http://127.0.0.1.example",
        "http://0.0.0.0:80",
        "http://[::]:80",
        "http://[::ffff:192.0.2.1]:80",
    ],
)
def test_plain_http_to_another_machine_is_refused(text: str):
    with pytest.raises(RuleViolated) as refused:
        verify_url(text)
    assert refused.value.code == "url-plain"


@pytest.mark.parametrize(
    "text",
    [
        "",
        "north.example",
        "ftp://north.example",
        "https://",
        "https://north.example/",
        "https://north.example/path",
        "https://user@north.example",
        "https://user:word@127.0.0.1",
        "https://North.example",
        "HTTPS://north.example",
        "https://north.example:0",
        "https://north.example:08443",
        "https://north.example:65536",
        "https://north.example:",
        "https://north..example",
        "https://-north.example",
        "https://999.1.1.1",
        "https://1.2.3",
        "https://[::g]",
        "https://[1.2.3.4]",
        "https://::1",
        "https://north.example\n",
        "https://north.example?x",
        "https://127.0.0.1\\@north.example",
        "http://127.0.0.1#north.example",
        "https://" + "a." * MAX_URL_CHARACTERS + "example",
    ],
)
def test_what_is_no_address_is_refused(text: str):
    with pytest.raises(MalformedInput) as refused:
        parse_url(text)
    assert refused.value.code == "url-malformed"


@given(st.text(max_size=40).map("https://{}".format) | st.text(max_size=40).map("http://127.0.0.1{}".format))
def test_any_text_gives_an_address_or_an_error(text: str):
    try:
        url = parse_url(text)
    except WellclearError:
        return
    assert url.text == text
