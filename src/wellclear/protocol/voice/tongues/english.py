"""English."""

from __future__ import annotations

from typing import Final

from wellclear.protocol.voice.language import Language

_CHECK_WORDS: Final = """
apple beard bicycle book bottle bus camel chair cheese child chocolate clock coffee corn crocodile
cucumber desert doctor dolphin duck elephant frog glove guest guitar honey iron kitchen ladder lamp
lion magnet microscope moon mushroom music needle newspaper owl parrot penguin pyramid queen river
rose scissors sheep snake snow soap spider star stone sun theatre tomato tractor train trousers
violin wedding whale winter wolf
"""

ENGLISH: Final = Language(
    tag="en",
    right_to_left=False,
    labels=(
        "From (who speaks)",
        "To",
        "Kind of message",
        "Identifier",
        "Version",
        "Category",
        "Volume, of how many",
        "Shape and number of points",
        "Buffer around it (radius, half width)",
        "Floor",
        "Ceiling",
        "From time (UTC)",
        "To time (UTC)",
        "Hazard tail",
        "Agreement",
        "Priority",
        "Remarks",
        "Check words",
    ),
    position="Point",
    page="page {number} of {count}",
    kinds={
        "NOTICE": "notice",
        "AMEND": "amendment",
        "WITHDRAW": "withdrawal",
        "HAZARD": "hazard",
        "ALL-CLEAR": "all clear",
        "STOP": "stop",
        "EMERGENCY": "emergency",
    },
    cores={
        "POINT": "point",
        "LINE": "line",
        "AREA": "area",
    },
    none="none",
    as_page_one="as on page 1",
    how_to=(
        "Read each line with its number, figure by figure; last the check number after the star.",
        "The other side says the check number of its own screen. Where it differs, read the line again.",
        "Read the check words at the end of each page. Only when they match was it heard right.",
    ),
    check_words=tuple(_CHECK_WORDS.split()),
)
