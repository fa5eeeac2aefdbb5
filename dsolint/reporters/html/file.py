"""One file in one language: how it ends, why, where, and what was found."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from decimal import Decimal

from dsolint.config import STOCK
from dsolint.findings import Effect, Finding, Severity
from dsolint.language import Language
from dsolint.phrases import Phrase
from dsolint.report import LACKS_COLUMN, Diagnosis, FileReport, spread_of
from dsolint.reporters.effects import EFFECTS
from dsolint.reporters.html.model import (
    AT_A_GLANCE,
    CAUSES,
    CODES,
    COLUMNS,
    CURRENCIES,
    FILTERED,
    PICTURED,
    Alarm,
    Cause,
    Column,
    Cost,
    Fact,
    FileView,
    Hits,
    NotRun,
    Outlook,
    Piece,
    Row,
    RuleView,
    Shown,
    Sum,
    Value,
    Verdict,
    Where,
)
from dsolint.reporters.html.pictures import Strip, shares, strip
from dsolint.reporters.html.words import (
    REST,
    by_size,
    lost_money,
    money,
    money_list,
    pieces,
    short,
    shortened_path,
)
from dsolint.reporters.known import share
from dsolint.rules import RULES
from dsolint.rules.rule import first_sentence, one_line
from dsolint.schema import ImportType, import_type

_IN_EXPORT = Phrase("IT, in the export")
_IN_ERP = Phrase("Accounting, in the ERP")
_WITH_SENDER = Phrase("Whoever handles the file after the export")
_WHO = {"V301": _IN_ERP, "V312": _WITH_SENDER}
"""Who can change what a rule finds, where it is not those who write the export."""

LEVELS = ("stop", "part", "look", "good")


def level_of(file: FileReport) -> str:
    forecast = file.forecast
    if not file.complete or forecast.refused or (forecast.ignored and not forecast.accepted):
        return "stop"
    if forecast.ignored:
        return "part"
    return "look" if file.counts else "good"


def passed_word(language: Language, *, passed: bool) -> str:
    return language.translate("Check passed") if passed else language.translate("Check not passed")


class FileTeller:
    """Tells one file in one language."""

    def __init__(self, file: FileReport, language: Language) -> None:
        self.file = file
        self.language = language
        self._type = _type_of(file)

    def view(self, anchor: str, rows: int) -> FileView:
        file = self.file
        by_rule: dict[str, list[Finding]] = {code: [] for code in file.counts}
        for finding in file.findings:
            if finding.code in by_rule and len(by_rule[finding.code]) < rows:
                by_rule[finding.code].append(finding)
        shown = [finding for findings in by_rule.values() for finding in findings]
        names = list(dict.fromkeys(finding.column for finding in shown if finding.column is not None))
        numbers = {name: number for number, name in enumerate(names)}
        rules = [self._rule(code, findings, numbers) for code, findings in by_rule.items()]
        present = [severity for severity in Severity if file.severities.get(severity)]
        return FileView(
            anchor=anchor,
            path=shortened_path(file.path),
            verdict=self.verdict(),
            facts=tuple(self._facts()),
            outlook=self._outlook(),
            warnings=tuple(self._warnings()),
            causes=tuple(self._cause(diagnosis) for diagnosis in file.diagnoses[:CAUSES]),
            causes_note=self._causes_note(),
            where=self._where(present),
            rules=tuple(sorted(rules, key=lambda rule: (_RANKS[rule.kind], rule.code))),
            severities=tuple(Fact(severity.value, self.language.translate(severity.value)) for severity in present),
            columns=tuple(self._column(name) for name in names),
            found=self._found(len(shown)),
            with_filter=len(shown) > FILTERED,
            not_run=tuple(self._not_run()),
            settings=tuple(self._settings()),
        )

    # The outcome

    def verdict(self) -> Verdict:
        forecast, language = self.file.forecast, self.language
        level = level_of(self.file)
        passed = passed_word(self.language, passed=self.file.passed)
        if not self.file.complete:
            return Verdict(
                level,
                language.translate("Interrupted"),
                language.translate("The check was interrupted: nobody knows yet whether the file goes in."),
                passed,
            )
        if forecast.refused:
            return Verdict(
                level,
                language.translate("Refused"),
                language.translate("The file does not go in: the server would refuse it."),
                passed,
            )
        if level == "stop":
            return Verdict(
                level,
                language.translate("All lines left out"),
                language.translate("No line of the file goes in."),
                passed,
            )
        if level == "part":
            sentence = self.language.plural(
                "The file goes in, but {count} line does not.",
                "The file goes in, but {count} lines do not.",
                forecast.ignored,
            )
            return Verdict(level, language.translate("Lines left out"), sentence, passed)
        if level == "look" and self._clears_too_much:
            return Verdict(
                level,
                language.translate("Clears too much"),
                language.translate("All lines go in, but far more than usual would be cleared or removed."),
                passed,
            )
        if level == "look" and any(finding.effect is Effect.VALUE for finding in self.file.findings):
            return Verdict(
                level,
                language.translate("Values at risk"),
                language.translate("All lines go in, but some values may be lost."),
                passed,
            )
        if level == "look":
            return Verdict(
                level,
                language.translate("Goes in"),
                language.translate("All lines go in, and there is something to look at."),
                passed,
            )
        return Verdict(
            level,
            language.translate("Goes in"),
            language.translate("The file goes in as it is. Nothing was found."),
            passed,
        )

    @property
    def type_label(self) -> str:
        if self._type is None:
            return self.language.translate("Unknown")
        if self._type.name is None:
            return self.language.translate("Schema of your own")
        return self._titled(self._type.titles, self._type.name)

    def lost(self) -> tuple[str, ...]:
        """The money that does not go in, by currency."""
        return money_list(lost_money(self.file), self.language)

    def _facts(self) -> Iterator[Fact]:
        language, file, config = self.language, self.file, self.file.config
        yield Fact(language.translate("File"), shortened_path(file.path))
        yield Fact(language.translate("Type"), self.type_label)
        if config is not None:
            yield Fact(language.translate("Checked on"), self.language.date(config.today))
        yield Fact(language.translate("Rows"), self.language.number(file.rows))
        if file.forecast.cleared_by_mistake is not None:
            yield Fact(language.translate("Mode"), STOCK.upper())

    def _outlook(self) -> Outlook:
        forecast, language = self.file.forecast, self.language
        money = forecast.money
        currencies = by_size(money.ignored, money.accepted)
        sums: list[Sum] = []
        for currency in currencies[:CURRENCIES]:
            accepted, ignored = money.accepted.get(currency, Decimal(0)), money.ignored.get(currency, Decimal(0))
            sums.append(
                Sum(
                    currency=short(currency) or language.translate("no currency"),
                    accepted=language.amount(accepted),
                    ignored=language.amount(ignored),
                    bar=shares([("accepted", accepted), ("ignored", ignored)]),
                )
            )
        return Outlook(
            accepted=language.number(forecast.accepted),
            ignored=language.number(forecast.ignored),
            bar=shares([("accepted", forecast.accepted), ("ignored", forecast.ignored)]),
            sums=tuple(sums),
            notes=tuple(self._outlook_notes(len(currencies))),
        )

    def _outlook_notes(self, currencies: int) -> Iterator[str]:
        forecast, language = self.file.forecast, self.language
        unreadable = forecast.money.unreadable_accepted + forecast.money.unreadable_ignored
        if unreadable:
            yield language.plural(
                "The amount of {count} line can't be read and is not in these sums.",
                "The amount of {count} lines can't be read and is not in these sums.",
                unreadable,
            )
        if currencies > CURRENCIES:
            yield language.plural(
                "{count} more currency is not shown.",
                "{count} more currencies are not shown.",
                currencies - CURRENCIES,
            )
        if forecast.swallowed:
            yield language.plural(
                "A quote that was opened by mistake hides {count} more line, which is lost as well.",
                "Quotes that were opened by mistake hide {count} more lines, which are lost as well.",
                forecast.swallowed,
            )
        if forecast.clearing is not None and not self._clears_too_much:
            yield language.tell(forecast.clearing, short)
        if forecast.weakened_by:
            yield language.translate(
                "The forecast is not certain: rules that it needs were switched off ({rules}).",
                rules=self._codes(forecast.weakened_by),
            )

    @property
    def _clears_too_much(self) -> bool:
        return "D602" in self.file.counts

    def _warnings(self) -> Iterator[Alarm]:
        forecast, language = self.file.forecast, self.language
        if forecast.clearing is not None and self._clears_too_much:
            title = language.translate("Far more than usual would be cleared or removed.")
            yield Alarm(title, language.tell(forecast.clearing, short))
        if forecast.cleared_by_mistake:
            amounts = self.lost()
            text = language.translate(
                "In STOCK mode the server takes every open item that is missing from the file for paid. "
                "These are missing because their lines are left out."
            )
            if amounts:
                text = f"{text} {language.translate('They amount to {amounts}.', amounts=language.listed(amounts))}"
            yield Alarm(
                language.plural(
                    "{count} open item would be cleared although nobody paid it.",
                    "{count} open items would be cleared although nobody paid them.",
                    forecast.cleared_by_mistake,
                ),
                text,
            )
        if forecast.removed_by_mistake:
            yield Alarm(
                language.plural(
                    "{count} user may lose a customer.",
                    "{count} users may lose a customer.",
                    forecast.removed_by_mistake,
                ),
                language.translate("Where users are replaced by those of the file, what is left out is removed."),
            )

    # The causes

    def _cause(self, diagnosis: Diagnosis) -> Cause:
        language = self.language
        column = diagnosis.params.get("column", "")
        if column:
            told = {**diagnosis.params, "column": self._in_sentence(column)}
            diagnosis = replace(diagnosis, params=told)
        lines = [str(line) for line in diagnosis.lines]
        more = diagnosis.count > len(lines)
        told_lines = ", ".join([*lines, REST] if more else lines)
        if diagnosis.refuses:
            left_out = language.translate("The whole file is refused for this.")
        elif diagnosis.rows_left_out:
            left_out = language.plural("{count} line left out", "{count} lines left out", diagnosis.rows_left_out)
        else:
            left_out = language.translate("No line is left out for this.")
        return Cause(
            sentence=self._tell(diagnosis.sentence),
            who=language.tell(_WHO.get(diagnosis.code, _IN_EXPORT)),
            remedy=self._tell(diagnosis.advice),
            lines=_in_number(language, len(lines), told_lines) if lines else "",
            left_out=left_out,
            costs=tuple(self._costs(diagnosis)),
        )

    def _costs(self, diagnosis: Diagnosis) -> Iterator[Cost]:
        costs = {currency: amount for currency, amount in diagnosis.cost.items() if amount}
        for currency in by_size(costs)[:AT_A_GLANCE]:
            rest = self.file.forecast.money.ignored.get(currency, Decimal(0)) - costs[currency]
            bar = shares([("ignored", costs[currency]), ("rest", rest)])
            yield Cost(money(costs[currency], currency, self.language), bar)
        more = len(costs) - AT_A_GLANCE
        if more > 0:
            yield Cost(self.language.plural("and {count} more currency", "and {count} more currencies", more), ())

    def _causes_note(self) -> str:
        more = len(self.file.diagnoses) - CAUSES
        if more > 0:
            return self.language.plural(
                "{count} more cause is not shown; the findings below have it.",
                "{count} more causes are not shown; the findings below have them.",
                more,
            )
        if sum(diagnosis.rows_left_out for diagnosis in self.file.diagnoses) > self.file.forecast.ignored:
            return self.language.translate(
                "A line may have several causes, so the causes' amounts are not to be added up."
            )
        return ""

    # Where the findings are

    def _where(self, present: Sequence[Severity]) -> Where | None:
        language, spread = self.language, spread_of(self.file)
        picture = strip(spread.places, self.file.rows + 1)
        named = {name: count for name, count in spread.columns.items() if name is not None}
        if sum(self.file.counts.values()) < PICTURED or (picture is None and not named):
            return None
        most = max(named.values(), default=0)
        top = sorted(named, key=lambda name: (-named[name], name))[:COLUMNS]
        note = ""
        if spread.unplaced:
            note = language.plural(
                "The pictures leave out {count} finding, which is counted but not listed below.",
                "The pictures leave out {count} findings, which are counted but not listed below.",
                spread.unplaced,
            )
        return Where(
            marks=tuple(self._marks(picture)) if picture is not None else (),
            height=picture.height if picture is not None else 0,
            kinds=tuple(Fact(severity.value, language.translate(severity.value)) for severity in present),
            words=self._in_words(picture) if picture is not None else "",
            columns=tuple(
                Hits(
                    self._column(name),
                    language.number(named[name]),
                    shares([("hits", named[name]), ("rest", most - named[name])]),
                )
                for name in top
            ),
            note=note,
        )

    def _marks(self, picture: Strip) -> Iterator[Shown]:
        for mark in picture.marks:
            yield Shown(
                words=self.language.translate(
                    "{lines}, {severity}: {findings}",
                    lines=self._range(mark.first_line, mark.last_line),
                    severity=self.language.translate(mark.kind),
                    findings=self.language.plural("{count} finding", "{count} findings", mark.count),
                ),
                kind=mark.kind,
                start=mark.start,
                length=mark.length,
                top=mark.top,
                height=mark.height,
            )

    def _in_words(self, picture: Strip) -> str:
        return self.language.translate(
            "The file from its first line to its last: findings from line {first} to line {last}, most of them in {most}.",
            first=self.language.number(picture.marks[0].first_line),
            last=self.language.number(picture.marks[-1].last_line),
            most=self._range(*picture.fullest),
        )

    def _range(self, first: int, last: int) -> str:
        number = self.language.number
        if first == last:
            return self.language.translate("line {line}", line=number(first))
        return self.language.translate("lines {first} to {last}", first=number(first), last=number(last))

    # The findings

    def _rule(self, code: str, findings: Sequence[Finding], numbers: Mapping[str, int]) -> RuleView:
        language, rule = self.language, RULES[code]
        severity = min((f.severity for f in findings), key=lambda s: s.rank, default=rule.severity)
        effect = min((f.effect for f in findings), key=lambda e: e.rank, default=rule.effect)
        count = self.file.counts[code]
        what = language.translate(one_line(rule.what))
        more = count - len(findings)
        return RuleView(
            code=code,
            name=rule.name,
            title=first_sentence(what),
            kind=severity.value,
            severity=language.translate(severity.value),
            count=share(count, self.file.known_counts[code], language),
            effect=language.tell(EFFECTS[effect]),
            what=what,
            sections=tuple(
                Fact(language.translate(name), language.translate(one_line(text)))
                for name, text in rule.sections.items()
            ),
            key_label=self._key_label(),
            rows=tuple(self._row(finding, numbers) for finding in findings),
            more=language.plural(
                "{count} more is counted and not listed here.", "{count} more are counted and not listed here.", more
            )
            if more > 0
            else "",
        )

    def _row(self, finding: Finding, numbers: Mapping[str, int]) -> Row:
        name = finding.column
        key = next(iter(finding.key), "")
        label = self._label(key) if key else ""
        return Row(
            kind=finding.severity.value,
            line=self.language.number(finding.line) if finding.line is not None else "",
            place=finding.line or 0,
            key=", ".join(short(value) for value in finding.key.values()),
            key_label=label if label != self._key_label() else "",
            column=self._column(name) if name is not None else None,
            column_number=numbers.get(name or "", -1),
            value=() if finding.value is None else self._pieces(finding.value),
            problem=self._tell(finding.sentence),
            suggestion=() if finding.suggestion is None else self._pieces(finding.suggestion),
            known=self.language.translate("known") if finding.known else "",
        )

    def _found(self, shown: int) -> str:
        count = sum(self.file.counts.values())
        told = share(count, self.file.known_counts.total(), self.language)
        if shown == count:
            return told
        return self.language.translate(
            "{findings}, of which {shown} are listed", findings=told, shown=self.language.number(shown)
        )

    def _pieces(self, value: str) -> Value:
        if not value:
            return (Piece(self.language.translate("empty"), odd=True),)
        return pieces(value)

    # The rest

    def _not_run(self) -> Iterator[NotRun]:
        reasons: dict[str, list[str]] = {}
        lacking: list[str] = []
        for rule, reason in self.file.not_checked:
            if isinstance(reason, Phrase) and reason.message == LACKS_COLUMN:
                columns = self.language.tell(reason.params["columns"], short)
                lacking.append(f"{self._titled_rule(rule)} ({columns})")
            else:
                reasons.setdefault(reason, []).append(rule)
        if lacking:
            yield NotRun(self.language.translate("for want of columns"), tuple(lacking))
        for reason, rules in reasons.items():
            told = self._titled_rule(rules[0]) if len(rules) == 1 else self._codes(rules)
            yield NotRun(self._tell(reason), (told,))

    def _titled_rule(self, code: str) -> str:
        return f"{code} {first_sentence(self.language.translate(one_line(RULES[code].what)))}"

    def _settings(self) -> Iterator[Fact]:
        language, file, config = self.language, self.file, self.file.config
        yield Fact(language.translate("Encoding"), file.encoding)
        if file.bytes is not None:
            yield Fact(language.translate("Size"), self.language.plural("{count} byte", "{count} bytes", file.bytes))
        if file.sha256 is not None:
            yield Fact("SHA-256", file.sha256)
        if config is None:
            return
        yield Fact(language.translate("Checked against the day"), self.language.date(config.today))
        if self._type is not None and self._type.name == "items":
            yield Fact(language.translate("Mode"), config.mode.upper())
        fails = language.translate(config.fail_on.value) if config.fail_on is not None else language.translate("never")
        yield Fact(language.translate("Fails from severity"), fails)
        own_schema = self._type is not None and not self._type.is_import
        off = [code for code in RULES if code not in config.rules and (own_schema or not code.startswith("S"))]
        yield Fact(language.translate("Rules switched off"), self._codes(off) if off else language.translate("no rule"))
        if config.severity:
            changed = ", ".join(
                f"{code} = {language.translate(severity.value)}" for code, severity in sorted(config.severity.items())
            )
            yield Fact(language.translate("Severities changed"), changed)
        if config.item_types:
            mapped = ", ".join(
                f"{short(own)} = {short(meant)}" for own, meant in list(config.item_types.items())[:CODES]
            )
            yield Fact(language.translate("Item types mapped"), mapped)
        if config.clients is not None:
            yield Fact(language.translate("Known customers"), short(str(config.clients)))
        yield Fact(language.translate("Findings kept of each rule"), self.language.number(config.max_findings))

    def _codes(self, codes: Sequence[str]) -> str:
        if len(codes) <= CODES:
            return ", ".join(codes)
        more = self.language.translate("{count} more", count=self.language.number(len(codes) - CODES))
        return ", ".join([*codes[:CODES], more])

    # Columns

    def _key_label(self) -> str:
        key = self._type.key if self._type is not None else ()
        return self._label(key[0]) if key else self.language.translate("Key")

    def _label(self, name: str) -> str:
        field = self._type.field(name) if self._type is not None else None
        return self._titled(field.titles, short(name)) if field is not None else short(name)

    def _column(self, name: str) -> Column:
        return Column(self._label(name), short(name))

    def _in_sentence(self, name: str) -> str:
        column = self._column(name)
        return f"{column.label} ({column.name})" if column.label != column.name else column.name

    def _titled(self, titles: Mapping[str, str], name: str) -> str:
        return short(titles.get(self.language.code) or titles.get("en") or name)

    def _tell(self, text: str) -> str:
        return self.language.tell(text, short)


_RANKS = {severity.value: severity.rank for severity in Severity}


def _type_of(file: FileReport) -> ImportType | None:
    config = file.config
    if file.type is None:
        return config.type if config is not None else None
    return config.known(import_type(file.type)) if config is not None else import_type(file.type)


def _in_number(language: Language, count: int, lines: str) -> str:
    if count == 1:
        return language.translate("In line {line}", line=lines)
    return language.translate("In lines {lines}", lines=lines)
