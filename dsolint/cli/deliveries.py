"""The deliveries of the history in words, for the terminal."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from decimal import Decimal

from dsolint.cli.receipts import STATES, counts_told
from dsolint.cli.terminal import table, wrapped
from dsolint.delivery.record import Accuracy, Delivery, Outcome, SentFile
from dsolint.language import Language
from dsolint.phrases import Phrase
from dsolint.report import local_time
from dsolint.reporters.visible import visible
from dsolint.rules import RULES

SHOWN = 10
"""How many lines that were left out are shown; --json has them all."""

OUTCOMES = {
    Outcome.SENDING: Phrase("being sent"),
    Outcome.ACCEPTED: Phrase("accepted"),
    Outcome.PARTIAL: Phrase("lines left out"),
    Outcome.REFUSED: Phrase("refused"),
    Outcome.QUEUED: Phrase("queued"),
    Outcome.UNREACHABLE: Phrase("not reached"),
    Outcome.UNKNOWN: Phrase("UNKNOWN"),
    Outcome.STOPPED: Phrase("stopped"),
}


def listing(deliveries: Sequence[Delivery], language: Language, *, entity: str | None) -> str:
    """A line for each delivery, of all or of one entity; the account is cut where the line would be too long."""
    if not deliveries and entity is not None:
        return language.translate("No delivery has been sent to entity {entity} yet.", entity=visible(entity)) + "\n"
    if not deliveries:
        return language.translate("No delivery has been sent yet.") + "\n"
    rows = [
        (
            str(delivery.number),
            local_time(delivery.begun),
            visible(delivery.account.entity or delivery.account.url),
            f"{delivery.mode}, async" if delivery.asynchronous else delivery.mode,
            language.plural("{count} file", "{count} files", len(delivery.files)),
            language.tell(OUTCOMES[delivery.outcome]),
        )
        for delivery in deliveries
    ]
    return table(rows, right={0}, cut=2)


def accuracy_text(accuracy: Mapping[str, Accuracy], language: Language) -> str:
    """How often each rule was right, in columns."""
    if not accuracy:
        nothing = language.translate("Nothing is known yet: no delivery's receipt could be held against its check.")
        return "".join(f"{line}\n" for line in wrapped(nothing, ""))
    head = ("", *(language.translate(word) for word in ("confirmed", "missed", "false alarms")))
    rows = [
        (
            f"{rule} {RULES[rule].name}" if rule in RULES else visible(rule) or language.translate("no rule"),
            *(language.number(count) for count in (counts.confirmed, counts.missed, counts.false_alarms)),
        )
        for rule, counts in accuracy.items()
    ]
    return table([head, *rows], right={1, 2, 3}, cut=0)


def delivery_text(delivery: Delivery, language: Language) -> str:
    """A delivery, its files, and what the server said."""
    account = visible(delivery.account.url)
    if delivery.account.entity is not None:
        account = f"{visible(delivery.account.entity)}, {account}"
    lines = [
        language.translate("Delivery {number} to {account}:", number=str(delivery.number), account=account)
        + f" {language.tell(OUTCOMES[delivery.outcome])}"
    ]
    facts = [delivery.mode, *(["async"] if delivery.asynchronous else [])]
    facts += ["--replace-users"] if delivery.replaces_users else []
    lines += wrapped(
        language.translate(
            "Mode {mode}. Checked {checked}, sent {begun}, settled {settled}.",
            mode=", ".join(facts),
            checked=local_time(delivery.checked),
            begun=local_time(delivery.begun),
            settled=Phrase("never") if delivery.settled is None else local_time(delivery.settled),
        ),
        "  ",
    )
    receipts = {file["path"]: file for file in (delivery.receipt or {}).get("files", [])}
    for file in delivery.files:
        lines += ["", *_file(file, receipts.get(file.path, {}), language)]
    return "".join(f"{line}\n" for line in lines)


def _file(file: SentFile, receipt: Mapping[str, object], language: Language) -> Iterator[str]:
    rows = language.plural("{count} row", "{count} rows", file.rows)
    yield f"  {visible(file.path)}  {file.type}, {rows}  {language.tell(STATES[file.state])}"
    if receipt.get("message"):
        yield from wrapped(visible(str(receipt["message"])), "    ")
    for currency, amount in file.sums.items():
        yield f"    {language.money(Decimal(amount), visible(currency))}"
    yield f"    sha256 {file.sha256}"
    counts = receipt.get("counts")
    if isinstance(counts, Mapping):
        yield from wrapped(counts_told(counts, language), "    ")
    left_out = receipt.get("left_out")
    if isinstance(left_out, Sequence) and left_out:
        for line in left_out[:SHOWN]:
            said = visible(line.get("message") or "")
            if line.get("number") is not None:
                said = language.translate("line {line}: {message}", line=str(line["number"]), message=said)
            yield from wrapped(said, "    ")
        if len(left_out) > SHOWN:
            message = "… and {count} more; --json has them all."
            yield f"    {language.translate(message, count=language.number(len(left_out) - SHOWN))}"
