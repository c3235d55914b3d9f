"""`wellclear evidence`: what is handed over after an incident, and the judgement of it."""

from __future__ import annotations

from typing import Annotated, Final

from cyclopts import App, Parameter

from wellclear.centre.commands import ExportEvidence
from wellclear.cli import screen as look
from wellclear.cli.mechanism.desk import NEWEST, CentreOptions, connected
from wellclear.cli.output_files import OutputFiles
from wellclear.cli.visible import visible
from wellclear.geo.time_text import parse_rfc3339
from wellclear.verifier.judging import check
from wellclear.verifier.printed import parse_roots, print_report, print_report_json, read_file
from wellclear.verifier.report import Verdict

VERIFIED: Final = (
    "Exit code: 0 if everything holds; 1 if something does not; 2 if the file cannot be read; 3 if all holds by the "
    "keys in the file, but no root fingerprint was brought for a party: KEYS NOT ESTABLISHED."
)

evidence = App(
    name="evidence",
    help="Export what the log holds about an incident, and verify such a file: what was said, not what is true.",
    help_epilogue="""Examples:

wellclear evidence export S-17 --out s-17.evidence

wellclear evidence export south/T-3 --out t-3.evidence

wellclear evidence export --from 2026-11-26T06:00:00Z --until 2026-11-26T09:00:00Z --out morning.evidence

wellclear evidence verify s-17.evidence --root north=3b6a...29c1 --root south=90d4...77ef""",
    help_format="plaintext",
    default_parameter=Parameter(negative=()),
)


@evidence.command
def export(
    incident: Annotated[
        str, Parameter(help="Operation, PARTY/IDENTIFIER of a notice, hazard or call, alarm, or agreement.")
    ] = "",
    /,
    *,
    out: Annotated[str, Parameter(metavar="FILE", help="Where it goes; it must not exist yet.")],
    from_: Annotated[
        str, Parameter(name="--from", metavar="TIME", help="Everything from then on, such as 2026-11-26T06:00:00Z.")
    ] = "",
    until: Annotated[str, Parameter(metavar="TIME", help="The end of it, excluded.")] = "",
    at: CentreOptions = NEWEST,
) -> int:
    """Write every entry about an incident into one file, with what proves it: for supervisors, and on the record.

    It holds messages, receipts, assessments, answers, stops, alarms, the agreement with its signatures, and the keys
    of all concerned. Nothing else of the log is shown.
    """
    files = OutputFiles(())
    files.claim("--out", out, fresh=True)
    command = ExportEvidence(
        about=incident,
        from_ms=parse_rfc3339(from_) if from_ else 0,
        until_ms=parse_rfc3339(until) if until else 0,
    )
    with connected(at) as desk:
        desk.act_as(command)
        content = desk.client.evidence(command)
    report = check(content, {})
    files.put("--out", content)
    failure = files.commit()
    if failure is not None:
        raise failure
    screen = look.open_screen()
    look.print_labelled(screen, "wrote", f"{visible(out)}, {len(content):,} bytes, about {visible(report.about)}")
    first = report.first_fault
    if first is not None:
        look.print_labelled(screen, "FIRST FAULT", visible(f"{first.at}: {first.fault}"), look.DANGER)
    if report.not_cosigned:
        words = f"{report.not_cosigned:,} entries: nobody but you vouches for their place and time"
        look.print_labelled(screen, "NOT CO-SIGNED", words, look.WARNING)
    look.print_labelled(screen, "next", f"wellclear evidence verify {visible(out)} --root PARTY=FINGERPRINT")
    return Verdict.HOLDS if first is None else Verdict.DOES_NOT_HOLD


@evidence.command(help_epilogue=VERIFIED)
def verify(
    file: Annotated[str, Parameter(help="What `evidence export` or `log prove` wrote.")],
    /,
    *,
    root: Annotated[
        tuple[str, ...],
        Parameter(metavar="PARTY=FINGERPRINT", help="Root key of a party, 64 digits, from its card; once for each."),
    ] = (),
    json: Annotated[bool, Parameter(help="Print JSON for programs.")] = False,
) -> int:
    """Verify a file without any centre: each entry, signature and key, and the first that does not hold.

    Take the root fingerprints from cards or agreements that you trust, never from who gave you the file.
    """
    report = check(read_file(file), parse_roots(root))
    look.write_document((print_report_json(report) if json else print_report(report)).encode())
    return report.verdict
