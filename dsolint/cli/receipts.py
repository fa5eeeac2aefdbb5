"""Receipts and requests in words, for the terminal."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from urllib.parse import urlsplit

from dsolint.cli.terminal import wrapped
from dsolint.delivery.answer import COUNTS
from dsolint.delivery.receipt import FileReceipt, Receipt
from dsolint.delivery.reconcile import Judged, Reconciliation
from dsolint.delivery.record import State
from dsolint.delivery.request import MASKED, Request
from dsolint.language import Language
from dsolint.phrases import Number, Phrase
from dsolint.reporters.visible import visible

SHOWN = 10
"""How many lines that were left out are shown; --receipt has them all."""

STATES = {
    State.PENDING: Phrase("not sent"),
    State.SENDING: Phrase("being sent"),
    State.ACCEPTED: Phrase("accepted"),
    State.REFUSED: Phrase("refused"),
    State.QUEUED: Phrase("queued"),
    State.UNKNOWN: Phrase("UNKNOWN"),
    State.UNSENT: Phrase("not sent"),
}


_NOT_IMPORTED = Phrase("not imported")
"""What is said of a file that was tried in vain."""


def receipt_text(receipt: Receipt, language: Language) -> str:
    """What came of a delivery."""
    whose = ", ".join(visible(name) for name in (receipt.entity, receipt.url) if name is not None)
    if receipt.outcome is None:
        lines = [language.translate("Nothing was sent to {account}.", account=whose)]
        if receipt.reason is not None:
            lines += wrapped(language.tell(receipt.reason, visible), "  ")
        return _joined(lines)
    number = str(receipt.number)
    lines = [language.translate("Delivery {number} to {account}:", number=number, account=whose)]
    for file in receipt.files:
        lines += _file(file, language)
    return _joined(lines)


def _file(file: FileReceipt, language: Language) -> Iterator[str]:
    state = _NOT_IMPORTED if file.state is State.UNSENT and file.tries else STATES[file.state]
    yield f"  {visible(file.file.path)}  {language.tell(state)}"
    if file.answer is None or file.answer.left_out or file.state is not State.ACCEPTED:
        yield from wrapped(language.tell(file.sentence, visible), "    ")
    if file.answer is not None:
        yield from wrapped(counts_told(file.answer.counts, language), "    ")
    if file.reconciliation is not None:
        yield from _reconciled(file.reconciliation, language)


def counts_told(counts: Mapping[str, int], language: Language) -> str:
    """What an answer counts as added and modified; nothing where it counts nothing."""
    told = [_counted(key, number, language) for key, number in counts.items() if number]
    return ", ".join(told) + "." if told else ""


def _counted(key: str, number: int, language: Language) -> str:
    if key not in COUNTS:
        return f"{visible(key)}: {number}"
    words = COUNTS[key]
    return language.plural(words.one, words.message, number)


def _reconciled(found: Reconciliation, language: Language) -> Iterator[str]:
    """The lines that were left out, with the linter's own view beside them."""
    server = [(line, _view(line, found, language)) for line in (*found.confirmed, *found.missed)]
    server.sort(key=lambda entry: entry[0].number if entry[0].number is not None else -1)
    for line, view in server[:SHOWN]:
        said = visible(line.message) or language.translate("left out, without a reason")
        if line.number is not None:
            said = language.translate("line {line}: {message}", line=str(line.number), message=said)
        yield from wrapped(said, "    ")
        yield from wrapped(view, "      ")
    if len(server) > SHOWN:
        message = "… and {count} more; --receipt FILE has them all."
        yield f"    {language.translate(message, count=Number(len(server) - SHOWN))}"
    if server and not found.numberings:
        message = "How the server numbers its lines is not known yet, so these numbers may be of lines or of records."
        yield from wrapped(language.translate(message), "    ")
    if found.comparable and found.false_alarms:
        one = "dsolint foretold that {count} more line would be left out, and it went in."
        many = "dsolint foretold that {count} more lines would be left out, and they went in."
        # Where the lines at hand are samples and all that was left out is among them, the others went in too.
        more = len(found.false_alarms) if found.missed else found.foretold - len(found.confirmed)
        yield from wrapped(language.plural(one, many, more), "    ")


def _view(line: Judged, found: Reconciliation, language: Language) -> str:
    """What the linter had said of a line that the server left out."""
    rules = ", ".join(line.rules)
    if line in found.confirmed:
        return language.translate("dsolint foretold it: {rules}.", rules=rules)
    if not found.comparable or not found.complete:
        return language.translate("dsolint may have foretold it; which line this is can't be told for certain.")
    if rules:
        return language.translate("dsolint did not foretell it, and found {rules} there.", rules=rules)
    return language.translate("dsolint did not foretell it.")


def request_text(request: Request, language: Language) -> str:
    """A request as it would be sent, without the credentials."""
    verdict = language.translate("PASS") if request.file.passed else language.translate("FAIL")
    path = visible(request.file.path)
    if request.file.bytes is None:
        return _joined([f"{path}  {verdict}"])
    size = language.plural("{count} byte", "{count} bytes", request.file.bytes)
    lines = [
        f"{path}  {size}  {verdict}",
        f"  POST {request.path} HTTP/1.1",
        f"  Host: {urlsplit(request.url).netloc}",
        *(f"  {name}: {value}" for name, value in request.headers(MASKED).items()),
    ]
    return _joined(lines)


def _joined(lines: list[str]) -> str:
    return "".join(f"{line}\n" for line in lines)
