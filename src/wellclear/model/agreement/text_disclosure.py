"""Who shows what to whom, from the text of an agreement."""

from __future__ import annotations

from wellclear.geo.grid import Grid
from wellclear.geo.quantity import parse_distance_dmm, parse_duration_ms
from wellclear.model.agreement.disclosure import Disclosure, DisclosureRule, DisclosureTable, DisclosureTerm
from wellclear.model.agreement.text_values import MAX_ENTRIES, choice
from wellclear.model.agreement.toml_table import Table


def read_disclosures(table: Table) -> DisclosureTable:
    """The table `disclosure`.

    Raises:
        MalformedInput: it is not what `docs/agreements.md` describes.
        RuleViolated: `disclosure-blind`.
    """
    default = table.table("default").means(_term)
    return DisclosureTable(default, tuple(each.means(_rule) for each in table.tables("rule", MAX_ENTRIES)))


def _rule(table: Table) -> DisclosureRule:
    return DisclosureRule(
        sender=table.text("from", str, wanted='"north"'),
        recipient=table.text("to", str, wanted='"south"'),
        category=table.text("category", str) if table.has("category") else None,
        term=_term(table),
    )


def _term(table: Table) -> DisclosureTerm:
    shown = Disclosure(table.text("show", choice(*Disclosure), wanted='"full", "coarse" or "on-conflict"'))
    return DisclosureTerm(shown, table.table("grid").means(_grid) if table.has("grid") else None)


def _grid(table: Table) -> Grid:
    return Grid(
        s2_level=table.number("s2_level", wanted="10"),
        level_bin_dmm=table.text("level_bin", parse_distance_dmm, wanted='"5000 ft"'),
        time_bin_ms=table.text("time_bin", parse_duration_ms, wanted='"1 h"'),
    )
