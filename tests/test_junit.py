"""JUnit XML, read back by junitparser."""

import pytest
from fixtures.reports import FAILURE, SKIPPED, file, finding, hostile, report
from golden import FEW, run
from hypothesis import given, settings
from junitparser import Error, Failure, JUnitXml, Skipped

from dsolint.cli.streams import encoded
from dsolint.config import Config
from dsolint.findings import Severity
from dsolint.report import NotChecked
from dsolint.reporters import FORMATS
from dsolint.rules import RULES


def render(made):
    return JUnitXml.fromstring(encoded(FORMATS["junit"](made)))


def cases(made):
    """The outcome of each rule of the one file, None where it passed."""
    (suite,) = render(made)
    return {case.name.split()[0]: case.result[0] if case.result else None for case in suite}


def counted(element):
    return element.tests, element.failures, element.errors, element.skipped


@pytest.mark.parametrize("name", FEW)
def test_deliveries_are_read_back(name):
    found = JUnitXml.fromstring(run(name)[1]["junit"].encode())
    assert found.failures > 0 and found.errors == 0
    before = counted(found)
    found.update_statistics()
    assert counted(found) == before
    assert all(not suite.failures or any(case.is_failure for case in suite) for suite in found)


@settings(max_examples=30, deadline=None)
@given(made=hostile)
def test_any_report_is_read_back(made):
    found = render(made)
    assert [suite.failures > 0 for suite in found][len(made.failures) + len(made.deliveries[0].skipped) :] == [
        not file.passed for file in made.files
    ]
    assert found.errors == len(made.failures)


def test_rules_pass_fail_or_are_skipped():
    found = cases(report(file(finding("V303"), not_checked=[NotChecked("X501", "no customers file")])))
    assert isinstance(found["V303"], Failure)
    assert found["V303"].message == "Findings: 1."
    assert found["V303"].text == "line 2, item_date_due: 24.04.2024 is not right."
    assert isinstance(found["X501"], Skipped) and found["X501"].message == "no customers file"
    assert found["V301"] is None


def test_what_does_not_fail_the_file_stands_in_the_output():
    (suite,) = render(report(file(finding("V309", severity=Severity.INFO))))
    (case,) = [case for case in suite if case.name == "V309 surrounding-space"]
    assert case.is_passed
    assert case.system_out == "Findings: 1.\nline 2, item_date_due: 24.04.2024 is not right."


def test_what_fails_follows_the_setting():
    assert isinstance(cases(report(file(finding(severity=Severity.INFO), fail_on=Severity.INFO)))["V303"], Failure)
    assert cases(report(file(finding(), fail_on=None)))["V303"] is None


def test_a_file_fails_though_its_worst_findings_were_not_kept():
    few = file(
        finding("R204", severity=Severity.WARNING),
        counts={"R204": 2},
        severities={Severity.ERROR: 1, Severity.WARNING: 1},
    )
    assert isinstance(cases(report(few))["R204"], Failure)
    none = file(counts={"V303": 2}, severities={Severity.ERROR: 2})
    assert cases(report(none))["V303"].message == "Findings: 2."


def test_rules_that_were_not_selected_have_no_case():
    assert list(cases(report(file(config=Config(frozenset({"V301", "B412", "S701"})))))) == ["V301"]


def test_rules_of_a_schema_of_ones_own():
    found = cases(report(file(type=None)))
    assert "S701" in found and not {"B401", "X501", "V303"} & set(found)


def test_many_findings_are_counted():
    (failure,) = [r for r in cases(report(file(*[finding(line=n) for n in range(2, 52)]))).values() if r]
    assert failure.message == "Findings: 50."
    assert len(failure.text.splitlines()) == 21
    assert failure.text.endswith("\nNot listed: 30.")


def test_a_file_that_could_not_be_read_and_one_that_was_skipped():
    lost, notes = render(report(failures=[FAILURE], skipped=[SKIPPED]))
    ((error,),) = [case.result for case in lost]
    ((skipped,),) = [case.result for case in notes]
    assert isinstance(error, Error) and error.message == FAILURE.message
    assert isinstance(skipped, Skipped) and skipped.message == SKIPPED.reason


def test_cases_stand_in_the_order_of_the_rules():
    assert list(cases(report(file()))) == [code for code in RULES if code in cases(report(file()))]
