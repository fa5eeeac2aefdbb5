"""A file as a whole, judged by its first bytes and once more when it was read to its end."""

from __future__ import annotations

from dsolint.checking.notes import Notes
from dsolint.phrases import Phrase
from dsolint.reading.source import Source
from dsolint.reading.text import BadBytes, Decoder
from dsolint.rules import RULES
from dsolint.rules import file as rules
from dsolint.rules.file import FileFacts
from dsolint.rules.values import REPLACED
from dsolint.schema import ImportType

_HEAD = 64 << 10
"""How many bytes a file is judged by before it is read."""
NO_TEXT = Phrase("the file is no CSV text")
NO_TYPE = ImportType(None, {})
"""The type of a file of which none is known."""


def judge_head(source: Source, decoder: Decoder, notes: Notes) -> Phrase | None:
    """The rules on the first bytes; why the file can't be read, where it can't."""
    head = source.peek(_HEAD)
    if notes.found("F001", rules.empty_file(head.decode(decoder.encoding, "replace"), whole=len(head) < _HEAD)):
        return Phrase("the file is empty")
    if notes.found("F003", rules.not_text(head, is_wide=decoder.is_wide)):
        return NO_TEXT
    wide = None if decoder.is_wide else rules.wide_encoding(head)
    if wide is None:
        return None
    facts = _facts(decoder, notes, bad=BadBytes(1, 1, 0, head[:2]), fitting=wide, wide=True)
    if not notes.found("F004", rules.undecodable_bytes(facts)):
        return None
    return Phrase("the file is {found} and was read as {declared}", {"found": wide, "declared": decoder.encoding})


def judge_end(decoder: Decoder, notes: Notes, header_line: int) -> None:
    """The rules on all of a file."""
    bad, fitting = decoder.bad, None
    if bad is not None:
        fitting = rules.fitting_encoding(decoder.bad_sample, decoder.good, decoder.bad_values, decoder.encoding)
    facts = _facts(decoder, notes, bad=bad, fitting=fitting, header_line=header_line)
    for rule in (rules.no_data_rows, rules.undecodable_bytes, rules.byte_order_mark, rules.mixed_line_endings):
        notes.found(rule.code, rule(facts))
    if bad is not None and "F004" in notes.config.rules:
        notes.part.drop("V310", REPLACED)
    unclosed = (tally.samples for key, tally in notes.part.tallies.items() if key.code == "F007")
    line = next((sample.finding.line for samples in unclosed for sample in samples), None)
    if line is not None:
        reason = Phrase("nothing after line {line} can be read", {"line": str(line)})
        notes.unchecked(reason, (code for code in RULES if code[0] in "RVS"))


def _facts(
    decoder: Decoder,
    notes: Notes,
    *,
    bad: BadBytes | None,
    fitting: str | None,
    wide: bool = False,
    header_line: int | None = None,
) -> FileFacts:
    return FileFacts(
        type=notes.type or NO_TYPE,
        encoding=decoder.encoding,
        rows=notes.part.rows,
        header_line=header_line,
        bom=decoder.bom,
        bad=bad,
        bad_lines=decoder.bad_lines,
        fitting=fitting,
        wide=wide,
        line_ends=notes.part.line_ends,
    )
