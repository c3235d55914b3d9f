from __future__ import annotations

import msgspec
import pytest

from wellclear.assembly.settings import Listen, Settings, parse_settings, print_settings
from wellclear.assembly.utm_section import Place, Utm
from wellclear.errors import MalformedInput, RuleViolated

UTM = Utm("north", "https://utm.north.example", "127.0.0.1", 8444, ("utm.north.example",))
NORTH = Settings("north", "log.sqlite", Listen("127.0.0.1", 8443, "https://127.0.0.1:8443"), utm=UTM)


def written(**changed: object) -> bytes:
    return print_settings(msgspec.structs.replace(NORTH, utm=msgspec.structs.replace(UTM, **changed))).encode()


@pytest.mark.parametrize(
    "changed",
    [
        {},
        {"public_keys": ("a.pem", "b.pem"), "token_file": "token", "constraints_forbid": True},
        {"operations": "coarse", "s2_level": 10, "places": (Place(46.0, 7.0, 20.0), Place(-1.5, 170.0, 56.0))},
        {"address": "0.0.0.0", "certificate": "chain.pem", "certificate_key": "key.pem"},  # noqa: S104 - as meant
    ],
)
def test_the_section_comes_back(changed: dict[str, object]) -> None:
    settings = parse_settings(written(**changed))
    assert settings.utm == msgspec.structs.replace(UTM, **changed)


@pytest.mark.parametrize(
    ("changed", "code"),
    [
        ({"address": "0.0.0.0"}, "settings-plain"),  # noqa: S104 - it is refused
        ({"certificate": "chain.pem"}, "utm-certificate"),
        ({"url": "http://utm.north.example"}, "url-plain"),
        ({"s2_level": 30}, "grid-range"),
        ({"audiences": ()}, "settings-value"),
        ({"operations": "some"}, "settings-value"),
        ({"places": (Place(46.0, 7.0, 100.0),)}, "settings-value"),
    ],
)
def test_what_does_not_fit_together_is_refused(changed: dict[str, object], code: str) -> None:
    with pytest.raises((MalformedInput, RuleViolated)) as refused:
        parse_settings(written(**changed))
    assert refused.value.code == code
