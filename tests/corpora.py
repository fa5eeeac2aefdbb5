"""Run dsolint over other projects' difficult CSV files, and compare with what a strict reader says of them.

    python tests/corpora.py FOLDER

FOLDER holds the files and EXPECTED.jsonl, a line for each. Every difference is printed; exit code 1 where there is one.

Not differences but dsolint's own rules are: what is no text (F003), nothing but white space (F001) or broken off in its
last line (F010) is told by that rule alone, an unterminated quote in the header silences what follows from it, and a user's own
schema takes column names to the letter, where the strict reader strips them.
"""

import csv
import io
import json
import sys
from collections.abc import Iterator
from pathlib import Path

from fixtures.batches import said

from dsolint import FileReport, Finding
from dsolint.config import Config
from dsolint.engine import check_file
from dsolint.findings import Effect
from dsolint.reading.blocks import Block, cut
from dsolint.reading.lines import Lines
from dsolint.reading.parsing import parse_exactly, parse_fast
from dsolint.reporters.visible import visible
from dsolint.rules import RULES
from dsolint.schema import Field, ImportType

ALL = 1_000_000
"""More findings than any of the files has."""


def differences(folder: Path) -> Iterator[str]:
    """What dsolint says otherwise than EXPECTED.jsonl, a sentence each."""
    for line in (folder / "EXPECTED.jsonl").read_text(encoding="utf-8").splitlines():
        expected = json.loads(line)
        for difference in _compare(folder / expected["file"], expected):
            yield f"{expected['file']}: {difference}"


def count(folder: Path) -> int:
    """How many files the folder has expectations for."""
    return len((folder / "EXPECTED.jsonl").read_text(encoding="utf-8").splitlines())


def _compare(path: Path, expected: dict) -> Iterator[str]:
    text = path.read_bytes().decode("utf-8", "replace").removeprefix("\ufeff")
    report = check_file(str(path), Config(frozenset(RULES), type=_own_schema(text), max_findings=ALL))
    if "structure" not in expected:
        yield from _differ("rules", list(report.counts), ["F003" if expected["kind"] == "compressed" else "F004"])
        return
    if "F001" in report.counts:
        yield from _differ("content of an empty file (F001)", "".join(_header(text)).strip(), "")
        yield from _differ("unterminated quote", None, expected["structure"]["unterminated_quote"])
        return
    if "F003" in report.counts:
        yield from _differ("binary or JSON (F003)", expected["nul"] > 0 or text.startswith(("{", "[")), expected=True)
        return
    yield from _compare_bytes(report, expected)
    yield from _compare_header(report, expected["structure"], _header(text))
    yield from _compare_rows(report, expected["structure"])
    yield from _compare_ways(text, len(report.columns) or 1)


def _own_schema(text: str) -> ImportType:
    """One field for each header cell, so that only the rules on file, header and rows speak."""
    return ImportType(None, {name: Field(name, "standard") for name in _header(text)})


def _header(text: str) -> list[str]:
    return next((cells for cells in csv.reader(io.StringIO(text, newline=""), delimiter=";") if any(cells)), [])


def _compare_bytes(report: FileReport, expected: dict) -> Iterator[str]:
    yield from _differ("bytes", report.bytes, expected["size"])
    yield from _differ("BOM (F005)", "F005" in report.counts, expected["bom"] == "utf-8-sig")
    offsets = [int(finding.params["offset"]) for finding in _of(report, "F004")] or [-1]
    yield from _differ("first invalid byte (F004)", offsets, [expected["utf8_bad_offset"]])
    nul = [finding for finding in _of(report, "F008") if "\0" in (finding.value or "")]
    yield from _differ("NUL (F008)", bool(nul), bool(expected["nul"]))


def _compare_header(report: FileReport, structure: dict, header: list[str]) -> Iterator[str]:
    yield from _differ("columns", len(report.columns), structure["header_cols"])
    if any(finding.record is None for finding in _of(report, "F007")):
        return
    repeated = [name for place, name in structure["dup_headers"] if header[place - 1] in header[: place - 1]]
    yield from _differ("repeated columns (H103)", sorted(_columns(report, "H103")), sorted(repeated))
    unnamed = structure["empty_headers"]
    told = sorted(int(finding.params["number"]) for finding in _of(report, "H104"))
    trailing = unnamed == list(range(structure["header_cols"] - len(unnamed) + 1, structure["header_cols"] + 1))
    if not (trailing and len(told) == 1):
        yield from _differ("unnamed columns (H104)", told, unnamed)


def _compare_rows(report: FileReport, structure: dict) -> Iterator[str]:
    unclosed = structure["unterminated_quote"]
    told = [finding.line for code in ("F007", "F010") for finding in _of(report, code)]
    if unclosed is not None:
        yield from _differ("unterminated quote (F007, F010)", told[:1], unclosed[:1])
    elif "F007" in report.counts:
        yield f"unterminated quote (F007) in line {told[0]}, expected none"
    yield from _differ("rows", report.rows, structure["records"] - 1)
    yield from _differ("blank lines (R202)", _lines(report, "R202"), [line for line, _ in structure["blank"]])
    wrong = {line: cells for line, _, cells in structure["mismatch"]}
    left_out = {finding.line for finding in report.findings if finding.effect in (Effect.LINE, Effect.FILE)}
    yield from _differ("column counts that nobody tells", sorted(wrong.keys() - left_out), [])
    found = {finding.line: int(finding.params["found"]) for finding in _of(report, "R201")}
    yield from _differ("column counts (R201)", found, {line: wrong.get(line) for line in found})
    if not structure["ambiguous"]:
        yield from _differ("stray quotes (R204)", _lines(report, "R204"), [])
        several_lines = bool({"R205", "R206"} & report.counts.keys())
        if "F010" not in report.counts:
            yield from _differ("multi-line cells (R205, R206)", several_lines, bool(structure["multiline_fields"]))


def _compare_ways(text: str, width: int) -> Iterator[str]:
    blocks = list(cut([Lines(text.encode())], ";"))
    whole = said([parse_exactly(Block(text.encode(), 1, final=True), width, ";")])
    ways = (parse_fast(block, width, ";") if block.odd == [] else parse_exactly(block, width, ";") for block in blocks)
    if said(ways) != whole:
        yield "the fast way and the exact way differ"


def _of(report: FileReport, code: str) -> list[Finding]:
    return [finding for finding in report.findings if finding.code == code]


def _columns(report: FileReport, code: str) -> list[str]:
    return [finding.column or "" for finding in _of(report, code)]


def _lines(report: FileReport, code: str) -> list[int | None]:
    return [finding.line for finding in _of(report, code)]


def _differ(what: str, found: object, expected: object) -> Iterator[str]:
    if found != expected:
        yield f"{what}: {found}, expected {expected}"


def main(arguments: list[str]) -> int:
    """Compare and print; the exit code."""
    if len(arguments) != 1 or not (Path(arguments[0]) / "EXPECTED.jsonl").is_file():
        sys.stderr.write("usage: python tests/corpora.py FOLDER, a folder with EXPECTED.jsonl\n")
        return 2
    folder = Path(arguments[0])
    found = list(differences(folder))
    for difference in found:
        sys.stdout.write(f"{visible(difference)}\n")
    files = {difference.partition(": ")[0] for difference in found}
    sys.stdout.write(f"{count(folder)} files, {len(found)} differences in {len(files)} of them.\n")
    return 1 if found else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
