"""How a file was checked, and what was not checked of it."""

from __future__ import annotations

from collections.abc import Iterator

from dsolint.language import Language
from dsolint.phrases import Phrase
from dsolint.report import LACKS_COLUMN, FileReport
from dsolint.reporters.html.model import CODES, Fact, NotRun
from dsolint.reporters.html.names import type_of
from dsolint.reporters.html.words import codes, short
from dsolint.rules import RULES
from dsolint.rules.rule import first_sentence, unwrapped
from dsolint.schema import is_own_schema


def not_run(file: FileReport, language: Language) -> Iterator[NotRun]:
    reasons: dict[str, list[str]] = {}
    lacking: list[str] = []
    for rule, reason in file.not_checked:
        if isinstance(reason, Phrase) and reason.message == LACKS_COLUMN:
            columns = language.tell(reason.params["columns"], short)
            lacking.append(f"{_titled(rule, language)} ({columns})")
        else:
            reasons.setdefault(reason, []).append(rule)
    if lacking:
        yield NotRun(language.translate("for want of columns"), tuple(lacking))
    for reason, rules in reasons.items():
        told = _titled(rules[0], language) if len(rules) == 1 else codes(rules, language)
        yield NotRun(language.tell(reason, short), (told,))


def _titled(code: str, language: Language) -> str:
    return f"{code} {first_sentence(language.translate(unwrapped(RULES[code].what)))}"


def settings(file: FileReport, language: Language) -> Iterator[Fact]:
    config, type = file.config, type_of(file)
    yield Fact(language.translate("Encoding"), file.encoding)
    if file.bytes is not None:
        yield Fact(language.translate("Size"), language.plural("{count} byte", "{count} bytes", file.bytes))
    if file.sha256 is not None:
        yield Fact("SHA-256", file.sha256)
    if config is None:
        return
    yield Fact(language.translate("Checked against the day"), language.date(config.today))
    if type is not None and type.name == "items":
        yield Fact(language.translate("Mode"), config.mode.upper())
    fails = language.translate(config.fail_on.value) if config.fail_on is not None else language.translate("never")
    yield Fact(language.translate("Fails from severity"), fails)
    off = [code for code in RULES if code not in config.rules and (is_own_schema(type) or not code.startswith("S"))]
    yield Fact(language.translate("Rules switched off"), codes(off, language) if off else language.translate("no rule"))
    if config.severity:
        changed = ", ".join(
            f"{code} = {language.translate(severity.value)}" for code, severity in sorted(config.severity.items())
        )
        yield Fact(language.translate("Severities changed"), changed)
    if config.item_types:
        mapped = ", ".join(f"{short(own)} = {short(meant)}" for own, meant in list(config.item_types.items())[:CODES])
        yield Fact(language.translate("Item types mapped"), mapped)
    if config.clients is not None:
        yield Fact(language.translate("Known customers"), short(str(config.clients)))
    yield Fact(language.translate("Findings kept of each rule"), language.number(config.max_findings))
