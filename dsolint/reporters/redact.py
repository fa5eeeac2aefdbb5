"""Take out of a report what may be personal data, before any format sees it: `--redact`.

What stays is rule, line and column, the counts and the sums. Of a message's parameters only those stay that are known
to be no data: whatever comes new is taken out until it is named here.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from decimal import Decimal
from typing import Any

from msgspec.structs import replace

from dsolint.fields.currency import known_codes
from dsolint.findings import Finding
from dsolint.parts import Money
from dsolint.phrases import Amount, Counted, DateForm, Number, Phrase
from dsolint.report import Delivery, FileReport, Forecast, Report

HIDDEN = "***"
"""What stands for data."""

NO_DATA = frozenset({
    "allowed", "asked", "closing", "column", "columns", "count", "cr", "crlf", "defined", "delimiter", "documented",
    "earliest", "encoding", "fields", "first", "fitting", "found", "latest", "lf", "limit", "line", "lines", "meant", "names",
    "number", "offset", "rows", "second", "since", "wanted",
})  # fmt: skip
"""The parameters of messages that hold places, counts and the names of columns."""

HEADER_IS_DATA = frozenset({"F006", "H106"})
"""The rules that say that the names of the columns are no names."""


def redacted(report: Report) -> Report:
    """The report without values, keys, suggestions and what messages say of them."""
    return replace(report, deliveries=tuple(map(_delivery, report.deliveries)), redacted=True)


def _delivery(delivery: Delivery) -> Delivery:
    return replace(delivery, files=tuple(map(_file, delivery.files)))


def _file(file: FileReport) -> FileReport:
    keep = NO_DATA
    columns = file.columns
    if HEADER_IS_DATA & file.counts.keys():
        keep = NO_DATA - {"column", "columns", "fields", "meant", "names"}
        columns = tuple(HIDDEN for _ in columns)
    money = file.forecast.money
    cleared = file.forecast.clears.amounts if file.forecast.clears is not None else {}
    names = _currencies([money.accepted, money.ignored, cleared, *(diagnosis.cost for diagnosis in file.diagnoses)])
    return replace(
        file,
        columns=columns,
        findings=tuple(_finding(finding, keep) for finding in file.findings),
        diagnoses=tuple(
            replace(diagnosis, params=_params(diagnosis.params, keep), cost=_sums(diagnosis.cost, names))
            for diagnosis in file.diagnoses
        ),
        forecast=_forecast(file.forecast, keep, names),
        spread=None if "column" not in keep else file.spread,
        seen={},
    )


def _currencies(several: Iterable[Mapping[str, Decimal]]) -> dict[str, str]:
    """What each currency is called: what is no currency's code is a value of some other kind."""
    codes = dict.fromkeys(currency for sums in several for currency in sorted(sums))
    unknown = [code for code in codes if code and code not in known_codes()]
    return {code: f"{HIDDEN} {unknown.index(code) + 1}" if code in unknown else code for code in codes}


def _sums(sums: Mapping[str, Decimal], names: Mapping[str, str]) -> dict[str, Decimal]:
    return {names[currency]: amount for currency, amount in sums.items()}


def _finding(finding: Finding, keep: frozenset[str]) -> Finding:
    return replace(
        finding,
        params=_params(finding.params, keep),
        column=finding.column if "column" in keep or finding.column is None else HIDDEN,
        value=None,
        suggestion=None,
        key=dict.fromkeys(finding.key, HIDDEN),
    )


def _params(params: Mapping[str, str], keep: frozenset[str]) -> dict[str, str]:
    return {name: value if name in keep else _text(value, keep) for name, value in params.items()}


def _text(text: str, keep: frozenset[str]) -> str:
    """Words of our own without the data in them; any other text is data."""
    if isinstance(text, Number | DateForm):
        return text
    if isinstance(text, Amount):
        return Amount(text.amount, text.currency if text.currency in ("", *known_codes()) else HIDDEN)
    if isinstance(text, Counted):
        return Counted(text.one, text.message, text.number, _params(text.params, keep))
    if isinstance(text, Phrase):
        return Phrase(text.message, _params(text.params, keep))
    return HIDDEN


def _forecast(forecast: Forecast, keep: frozenset[str], names: Mapping[str, str]) -> Forecast:
    response: dict[str, Any] = {**forecast.response}
    if "exception_lines" in response:
        response["exception_lines"] = {line: _text(text, keep) for line, text in response["exception_lines"].items()}
    if "error_description" in response:
        response["error_description"] = _text(response["error_description"], keep)
    money = forecast.money
    money = Money(
        _sums(money.accepted, names), _sums(money.ignored, names), money.unreadable_accepted, money.unreadable_ignored
    )
    clears = forecast.clears
    if clears is not None:
        clears = replace(clears, amounts=_sums(clears.amounts, names))
    return replace(forecast, response=response, money=money, clears=clears)
