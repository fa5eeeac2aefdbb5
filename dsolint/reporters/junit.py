"""JUnit XML: a suite for each file, a test case for each rule that was to hold for it."""

from __future__ import annotations

from collections.abc import Collection
from xml.etree import ElementTree as ET

from dsolint.report import FileReport, Report
from dsolint.reporters.view import OfRule, by_rule, causes, one_line, place, skipped, weakened
from dsolint.reporters.visible import visible
from dsolint.rules import RULES, AnyRule

SHOWN = 20
"""How many findings of a rule stand in its test case."""

COULD_BE_CHECKED = "could be checked"
WAS_CHECKED = "was checked"
COUNT = "Findings: {count:,}."
LINE = "line {line}, {told}"
MORE = "Not listed: {more:,}."

_OUTCOMES = {"failures": "failure", "errors": "error", "skipped": "skipped"}


def render(report: Report) -> str:
    """The report as XML. `visible` leaves no character in it that XML forbids."""
    root = ET.Element("testsuites", {"name": "dsolint"})
    for failure in report.failures:
        case = _case(_suite(root, failure.path), failure.path, COULD_BE_CHECKED)
        ET.SubElement(case, "error", {"message": visible(failure.message)})
    for entry in skipped(report):
        case = _case(_suite(root, entry.path), entry.path, WAS_CHECKED)
        ET.SubElement(case, "skipped", {"message": visible(entry.reason)})
    for file in report.files:
        _add_file(root, file)
    for element in (root, *root):
        _count(element)
    ET.indent(root)
    return f'<?xml version="1.0" encoding="UTF-8"?>\n{ET.tostring(root, encoding="unicode")}\n'


def _add_file(root: ET.Element, file: FileReport) -> None:
    suite = _suite(root, file.path)
    properties = ET.SubElement(suite, "properties")
    for name, value in (("type", file.type or ""), ("encoding", file.encoding), ("rows", str(file.rows))):
        ET.SubElement(properties, "property", {"name": name, "value": value})
    found = {of.rule.code: of for of in by_rule(file)}
    failing = _failing(file, found.values())
    reasons = dict(file.not_checked)
    for rule in RULES.values():
        if rule.code in found:
            case = _case(suite, file.path, _name(rule))
            summary, *lines = _told(found[rule.code])
            if rule.code in failing:
                ET.SubElement(case, "failure", {"message": summary, "type": rule.name}).text = "\n".join(lines)
            else:
                ET.SubElement(case, "system-out").text = "\n".join([summary, *lines])
        elif rule.code in reasons:
            case = _case(suite, file.path, _name(rule))
            ET.SubElement(case, "skipped", {"message": visible(reasons[rule.code])})
        elif rule.code in file.rules and _concerns(rule, file):
            _case(suite, file.path, _name(rule))
    told = causes(file) + weakened(file)
    if told:
        ET.SubElement(suite, "system-out").text = "\n".join(told)


def _failing(file: FileReport, found: Collection[OfRule]) -> set[str]:
    """The rules that fail the file: by the findings that were kept or, where these don't, by those that were not."""
    failing = {of.rule.code for of in found if any(file.fails(f.severity) and not f.known for f in of.kept)}
    if failing or file.passed:
        return failing
    new = {of.rule.code: of.count - file.known_counts[of.rule.code] for of in found}
    return {of.rule.code for of in found if new[of.rule.code] > sum(not finding.known for finding in of.kept)}


def _concerns(rule: AnyRule, file: FileReport) -> bool:
    if file.type is None:
        return not rule.types and (rule.kinds is None or "standard" in rule.kinds)
    return not rule.code.startswith("S") and (not rule.types or file.type in rule.types)


def _told(of: OfRule) -> list[str]:
    lines, shown = [COUNT.format(count=of.count)], of.first(SHOWN)
    for finding in shown:
        told = one_line(finding)
        lines.append(told if finding.line is None else LINE.format(line=finding.line, told=told))
    more = of.count - len(shown)
    return [*lines, MORE.format(more=more)] if more else lines


def _name(rule: AnyRule) -> str:
    return f"{rule.code} {rule.name}"


def _suite(root: ET.Element, path: str) -> ET.Element:
    return ET.SubElement(root, "testsuite", {"name": visible(place(path))})


def _case(suite: ET.Element, path: str, name: str) -> ET.Element:
    where = visible(place(path))
    return ET.SubElement(suite, "testcase", {"classname": where, "name": name, "file": where})


def _count(element: ET.Element) -> None:
    element.set("tests", str(len(list(element.iter("testcase")))))
    for outcome, tag in _OUTCOMES.items():
        element.set(outcome, str(len(list(element.iter(tag)))))
