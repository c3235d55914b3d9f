"""A zone of ED-269, as a constraint may carry it."""

from __future__ import annotations

from typing import Annotated, Any, Literal

from msgspec import Meta

from wellclear.api.utm.wire.limits import ShortText, Text, Wire


class Authority(Wire, frozen=True):
    """Who is in charge of a zone."""

    name: ShortText | None = None
    service: ShortText | None = None
    contact_name: ShortText | None = None
    site_url: ShortText | None = None
    email: ShortText | None = None
    phone: ShortText | None = None
    purpose: Literal["AUTHORIZATION", "NOTIFICATION", "INFORMATION"] | None = None
    interval_before: ShortText | None = None


class GeoZone(Wire, frozen=True):
    """A zone in which flying is forbidden, conditional or unrestricted."""

    identifier: Annotated[str, Meta(max_length=7)]
    country: Annotated[str, Meta(min_length=3, max_length=3)]
    type: Literal["COMMON", "CUSTOMIZED", "PROHIBITED", "REQ_AUTHORISATION", "CONDITIONAL", "NO_RESTRICTION"]
    restriction: Text
    zone_authority: Annotated[list[Authority], Meta(min_length=1, max_length=100)]
    name: ShortText | None = None
    restriction_conditions: Annotated[list[Text], Meta(max_length=100)] | None = None
    region: Annotated[int, Meta(ge=0, le=65_535)] | None = None
    reason: (
        Annotated[
            list[
                Literal[
                    "AIR_TRAFFIC",
                    "SENSITIVE",
                    "PRIVACY",
                    "POPULATION",
                    "NATURE",
                    "NOISE",
                    "FOREIGN_TERRITORY",
                    "EMERGENCY",
                    "OTHER",
                ]
            ],
            Meta(max_length=9),
        ]
        | None
    ) = None
    other_reason_info: Annotated[str, Meta(max_length=30)] | None = None
    regulation_exemption: Literal["YES", "NO"] | None = None
    u_space_class: Annotated[str, Meta(max_length=100)] | None = None
    message: ShortText | None = None
    additional_properties: dict[str, Any] | None = None
