"""The section ``[utm]`` of a centre's settings: ASTM F3548-21 beside the mechanism."""

from __future__ import annotations

import json
from typing import Annotated, Final, Literal

import msgspec
from msgspec import Meta

from wellclear.assembly.section import Line, Port, Section
from wellclear.errors import RuleViolated
from wellclear.geo.grid import Grid
from wellclear.model.centre_url import is_loopback, parse_url

MAX_PLACES: Final = 100
"""Places that a centre watches: each is one subscription."""

MAX_PEERS_HERE: Final = 100
"""Hosts on this machine at which USSs may be: more than anyone runs for trials."""


class Place(Section, frozen=True):
    """A place that is watched for the flights of operators.

    Attributes:
        lat_deg: of its middle.
        lon_deg: of its middle.
        radius_km: around it; a DSS may take less than ours does, InterUSS 28 km.
    """

    lat_deg: Annotated[float, Meta(ge=-89, le=89)]
    lon_deg: Annotated[float, Meta(ge=-180, le=180)]
    radius_km: Annotated[float, Meta(gt=0, le=56)]


class Utm(Section, frozen=True):
    """How a centre speaks ASTM F3548-21.

    Attributes:
        name: who its USS is: the ``sub`` of the tokens that it shows.
        url: base URL at which USSs reach it.
        address: of this machine to listen at.
        port: number of the port.
        audiences: host names, without port, that others' tokens are for.
        public_keys: PEM files with keys of the authority.
        jwks: key sets of the authority, files or ``https://...``.
        certificate: PEM file of a certificate chain that USSs trust; empty for plain http.
        certificate_key: PEM file of its key.
        authorities: PEM file of certificates that USSs' own are held against; empty for the system's.
        store: ``sqlite:///FILE`` in the centre's directory, or ``postgresql://...``.
        dss: base URL of another DSS; empty for the own one.
        token_url: token endpoint of the authority.
        token_client: name there; the secret is in the environment, WELLCLEAR_UTM_SECRET.
        token_file: file that holds one token.
        token_key: PEM file of a private key to make tokens with, for trials.
        account: under which the facade acts in the centre's log.
        operations: what operators may see of own operations: ``full``, ``coarse`` or ``none``. Hazards they see whole.
        s2_level: of the cells, where coarse.
        height_bin_m: of the bins of height, where coarse.
        time_bin_min: of the bins of time, where coarse.
        equal_permitted: whether flights of one priority may be in conflict.
        constraints_forbid: whether a constraint forbids a flight.
        peers_here: hosts on this machine, or hosts with ports, at which USSs may be, by http too; none else is.
        places: that are watched.
    """

    name: Line
    url: Line
    address: Line
    port: Port
    audiences: Annotated[tuple[Line, ...], Meta(min_length=1, max_length=100)]
    public_keys: tuple[Line, ...] = ()
    jwks: tuple[Line, ...] = ()
    certificate: str = ""
    certificate_key: str = ""
    authorities: str = ""
    store: Line = "sqlite:///utm.sqlite"
    dss: str = ""
    token_url: str = ""
    token_client: str = ""
    token_file: str = ""
    token_key: str = ""
    account: Line = "utm"
    operations: Literal["full", "coarse", "none"] = "full"
    s2_level: int = 12
    height_bin_m: int = 300
    time_bin_min: int = 30
    equal_permitted: bool = False
    constraints_forbid: bool = False
    peers_here: Annotated[tuple[Line, ...], Meta(max_length=MAX_PEERS_HERE)] = ()
    places: Annotated[tuple[Place, ...], Meta(max_length=MAX_PLACES)] = ()

    @property
    def grid(self) -> Grid:
        """Of covers.

        Raises:
            MalformedInput: `grid-range`.
        """
        return Grid(self.s2_level, self.height_bin_m * 10_000, self.time_bin_min * 60_000)


def verify_utm(utm: Utm) -> None:
    """Hold only if the section's settings fit together.

    Raises:
        MalformedInput: `url-malformed`; `grid-range`.
        RuleViolated: `url-plain`; `settings-plain`: plain http, and listening to other machines; `utm-certificate`.
    """
    parse_url(utm.url)
    _ = utm.grid
    if bool(utm.certificate) != bool(utm.certificate_key):
        raise RuleViolated("a certificate and its key go together", code="utm-certificate", wanted="both, or neither")
    if not utm.certificate and not is_loopback(utm.address):
        raise RuleViolated(
            "USSs reach the centre by plain http, and it listens to other machines",
            code="settings-plain",
            at="utm.address",
            wanted="127.0.0.1 or ::1 behind a proxy that ends TLS, or a certificate",
        )


def print_utm(utm: Utm) -> str:
    """The section as TOML; what has its default is left out."""
    plain = msgspec.to_builtins(utm)
    said = [name for name in Utm.__struct_fields__ if name != "places" and plain[name] != _DEFAULTS.get(name)]
    lines = ["[utm]", *(f"{name} = {json.dumps(plain[name], ensure_ascii=False)}" for name in said)]
    for place in plain["places"]:
        lines += ["", "[[utm.places]]", *(f"{name} = {json.dumps(value)}" for name, value in place.items())]
    return "\n".join(lines) + "\n"


_DEFAULTS: Final = {
    field.name: msgspec.to_builtins(field.default)
    for field in msgspec.structs.fields(Utm)
    if field.default is not msgspec.NODEFAULT
}
