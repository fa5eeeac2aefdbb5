"""How a file ends: its level, and in words."""

from __future__ import annotations

from dsolint.findings import Effect, Severity
from dsolint.language import Language
from dsolint.report import FileReport
from dsolint.reporters.html.model import Verdict
from dsolint.reporters.view import by_own_schema

LEVELS = ("stop", "part", "look", "good")


def level_of(file: FileReport) -> str:
    forecast = file.forecast
    if by_own_schema(file):
        fits = file.complete and not file.severities.get(Severity.ERROR)
        return "stop" if not fits else "look" if file.counts else "good"
    if not file.complete or forecast.refused or (forecast.ignored and not forecast.accepted):
        return "stop"
    if forecast.ignored:
        return "part"
    return "look" if file.counts else "good"


def verdict_of(file: FileReport, language: Language) -> Verdict:
    level = level_of(file)
    short, sentence = _words(file, level, language)
    return Verdict(level, short, sentence, passed_word(language, passed=file.passed))


def passed_word(language: Language, *, passed: bool) -> str:
    return language.translate("Check passed") if passed else language.translate("Check not passed")


def clears_too_much(file: FileReport) -> bool:
    return "D602" in file.counts


def _words(file: FileReport, level: str, language: Language) -> tuple[str, str]:
    """The verdict in short, and in a sentence."""
    if by_own_schema(file):
        return _words_of_fit(file, level, language)
    if not file.complete:
        return (
            language.translate("Interrupted"),
            language.translate("The check was interrupted: nobody knows yet whether the file goes in."),
        )
    if file.forecast.refused:
        return (
            language.translate("Refused"),
            language.translate("The file does not go in: it would be refused."),
        )
    if level == "stop":
        return language.translate("All lines left out"), language.translate("No line of the file goes in.")
    if level == "part":
        sentence = language.plural(
            "The file goes in, but {count} line does not.",
            "The file goes in, but {count} lines do not.",
            file.forecast.ignored,
        )
        return language.translate("Lines left out"), sentence
    if level == "good":
        return language.translate("Goes in"), language.translate("The file goes in as it is. Nothing was found.")
    if clears_too_much(file):
        return (
            language.translate("Clears too much"),
            language.translate("All lines go in, but far more than usual would be cleared or removed."),
        )
    if any(finding.effect is Effect.VALUE for finding in file.findings):
        return language.translate("Values at risk"), language.translate("All lines go in, but some values may be lost.")
    return language.translate("Goes in"), language.translate("All lines go in, and there is something to look at.")


def _words_of_fit(file: FileReport, level: str, language: Language) -> tuple[str, str]:
    """The same of a file that is checked by a schema of the user's own."""
    if not file.complete:
        return (
            language.translate("Interrupted"),
            language.translate("The check was interrupted: nobody knows yet whether the file fits the schema."),
        )
    if level == "stop":
        return language.translate("Does not fit"), language.translate("The file does not fit the schema.")
    if level == "good":
        return language.translate("Fits"), language.translate("The file fits the schema. Nothing was found.")
    return language.translate("Fits"), language.translate(
        "The file fits the schema, and there is something to look at."
    )
