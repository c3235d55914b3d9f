"""`wellclear log`: the centre's log, and who holds it to it."""

from __future__ import annotations

from cyclopts import App, Parameter

log = App(
    name="log",
    help="Show who holds the centre to its log.",
    help_epilogue="""Examples:

wellclear log witnesses

wellclear log witnesses --json""",
    help_format="plaintext",
    default_parameter=Parameter(negative=()),
)

log.command("wellclear.cli.mechanism.witnesses_command:witnesses", name="witnesses")
