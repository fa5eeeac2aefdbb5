"""The repair of one file: a check gives the evidence, a second reading repairs, and a check of what was written tells the rest."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterator, Mapping
from itertools import chain
from typing import BinaryIO

from msgspec import Struct
from msgspec.structs import replace

from dsolint import engine
from dsolint.checking.blocks import BlockChecker
from dsolint.checking.files import FileCheck
from dsolint.config import MAX_FINDINGS, Config
from dsolint.errors import RepairError
from dsolint.findings import Effect
from dsolint.fixing.beginning import Beginning, read_again, repaired
from dsolint.fixing.blocks import BlockRepair
from dsolint.fixing.changes import Change, Stretch
from dsolint.fixing.control import Gain, Totals
from dsolint.fixing.plan import Plan, plan
from dsolint.fixing.utf8 import Utf8Watch
from dsolint.reading.blocks import BLOCK_SIZE
from dsolint.reading.kept import Again
from dsolint.reading.source import open_source
from dsolint.reading.text import UTF8, Decoder
from dsolint.report import FileReport
from dsolint.rules import RULES
from dsolint.rules.columns import Header
from dsolint.rules.file import mixed_line_endings, undecodable_bytes, unterminated_quote

_BREAKS_OFF = (undecodable_bytes.code, unterminated_quote.code)
"""What keeps a file from being repaired although its header can be read: nobody knows what its cells are."""


class Fixed(Struct, frozen=True):
    """What became of a file: how many changes there are by rule, how many findings are left, and whether any byte changed.

    `totals` are those that are the same before and after, `gains` what can be read only now, by column.

    `encoding` is the one that it was turned into UTF-8 from; None where its bytes were UTF-8.
    """

    changes: Mapping[str, int]
    left: Mapping[str, int]
    totals: Totals
    gains: Mapping[str, Gain]
    changed: bool
    encoding: str | None


def fix(
    again: Again,
    config: Config,
    wanted: frozenset[str],
    target: BinaryIO,
    notice: Callable[[Stretch], None],
    *,
    block_size: int = BLOCK_SIZE,
) -> Fixed:
    """Write a file to `target`, which can be read too, with all repaired that has one right answer under `wanted` rules.

    `again` gives the file from its beginning each time. `notice` takes each stretch of the file as it is written. What is left
    is counted by the configuration's own rules. Raises RepairError where it can't be repaired, and whatever a check raises.
    """
    # How many findings a report keeps has no say in what is repaired.
    asked = replace(config, rules=frozenset(RULES), clients=None, max_findings=MAX_FINDINGS)
    with engine.file_check(again(), asked, block_size=block_size) as check:
        report = check.report()
    header, checker = _readable(check, report)
    changes: Counter[str] = Counter()
    with open_source(again()) as source:
        decoder = Decoder(asked.encoding, source.label)
        watch = Utf8Watch()
        beginning = read_again(watch.over(source.chunks()), decoder, header, asked.delimiter, block_size)
        repairs = plan(check.part, header, wanted)
        blocks = BlockRepair(header, checker, asked.delimiter, repairs, check.part)
        try:
            for stretch in _stretches(beginning, header, repairs, blocks, asked.delimiter):
                target.writelines(stretch.after)
                changes.update(change.rule for change in stretch.changes)
                notice(stretch)
            blocks.control.settle()
        except RepairError as error:
            raise RepairError(f"{report.path}: is left as it is: {error}") from error
        if source.sha256 != report.sha256:
            raise RepairError(f"{report.path}: changed while it was repaired. Try again when it is written to its end.")
    if decoder.encoding != UTF8 and watch.is_utf8 and not watch.is_ascii:
        raise RepairError(
            f"{report.path}: is UTF-8 already, and was to be read as {decoder.encoding}. Take that out of options and configuration."
        )
    if not changes and decoder.encoding == UTF8 and config.rules == asked.rules:
        left = report
    else:
        target.flush()
        target.seek(0)
        left = engine.check_file(target, replace(config, type=header.type, encoding=UTF8, clients=None))
    if left.rows != report.rows:
        raise RepairError(
            f"{report.path}: is left as it is: {report.rows:,} rows before and {left.rows:,} after the repair."
        )
    encoding = decoder.encoding if not watch.is_utf8 else None
    control = blocks.control
    return Fixed(changes, left.counts, control.after, control.gains, left.sha256 != report.sha256, encoding)


def _readable(check: FileCheck, report: FileReport) -> tuple[Header, BlockChecker]:
    """The header of a file that can be repaired, and the rules under it. Raises RepairError for any other."""
    broken_off = [code for code in _BREAKS_OFF if code in report.counts]
    if check.header is not None and check.checker is not None and check.ended_by is None and not broken_off:
        return check.header, check.checker
    causes = (finding for finding in report.findings if finding.effect is Effect.FILE)
    cause = next((finding.sentence for finding in causes if not broken_off or finding.code in broken_off), "")
    raise RepairError(f"{report.path}: can't be repaired: {cause or check.ended_by}")


def _stretches(
    beginning: Beginning, header: Header, repairs: Plan, blocks: BlockRepair, delimiter: str
) -> Iterator[Stretch]:
    ends_changed = False
    for stretch in chain([repaired(beginning, header, repairs, delimiter)], map(blocks.run, beginning.rows)):
        ends_changed = ends_changed or (repairs.line_end is not None and stretch.changes_ends)
        yield stretch
    if ends_changed:
        ends = repairs.line_ends
        before = f"{ends.lf:,} LF, {ends.crlf:,} CRLF, {ends.cr:,} CR"
        after = "CRLF" if repairs.line_end == "\r\n" else "LF"
        yield Stretch(1, [], [], (Change(mixed_line_endings.code, None, None, before, after),))
