from dataclasses import replace

from wellclear.cli.checked import Checked
from wellclear.cli.exit_codes import ExitCode, exit_code


def test_a_conflict_outranks_a_refusal_and_a_refusal_outranks_doubt(checked: Checked):
    findings, refusals = checked.findings, checked.refusals
    without = replace(findings, conflicts=())
    assert exit_code(findings, refusals, whole=False) is ExitCode.CONFLICTS
    assert exit_code(without, refusals, whole=False) is ExitCode.REFUSED
    assert exit_code(without, (), whole=True) is ExitCode.NOT_ASSESSED
    assert exit_code(replace(without, not_assessed=()), (), whole=False) is ExitCode.NOT_ASSESSED
    assert exit_code(replace(without, not_assessed=()), (), whole=True) is ExitCode.NONE


def test_codes_are_those_of_the_documents():
    assert [int(code) for code in ExitCode] == [0, 1, 2, 3, 70, 130, 141]
