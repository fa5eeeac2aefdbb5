"""Output formats. `FORMATS` names them all; the command line offers what stands in it."""

from __future__ import annotations

from collections.abc import Callable

from dsolint.language import ENGLISH, Language
from dsolint.report import Report

Renderer = Callable[[Report], str]
Readable = Callable[[Report, Language], str]


def _csv(report: Report) -> str:
    from dsolint.reporters import csv

    return csv.render(report)


def _frictionless(report: Report) -> str:
    from dsolint.reporters import frictionless

    return frictionless.render(report)


def _github(report: Report) -> str:
    from dsolint.reporters import github

    return github.render(report)


def _gitlab(report: Report) -> str:
    from dsolint.reporters import gitlab

    return gitlab.render(report)


def _html(report: Report, language: Language = ENGLISH) -> str:
    from dsolint.reporters import html

    return html.render(report, language)


def _json(report: Report) -> str:
    from dsolint.reporters import json

    return json.render(report)


def _junit(report: Report) -> str:
    from dsolint.reporters import junit

    return junit.render(report)


def _markdown(report: Report) -> str:
    from dsolint.reporters import markdown

    return markdown.render(report)


def _sarif(report: Report) -> str:
    from dsolint.reporters import sarif

    return sarif.render(report)


def _text(report: Report, language: Language = ENGLISH) -> str:
    from dsolint.reporters import text

    return text.render(report, language)


FORMATS: dict[str, Renderer] = {
    "text": _text,
    "json": _json,
    "html": _html,
    "sarif": _sarif,
    "junit": _junit,
    "github": _github,
    "gitlab": _gitlab,
    "frictionless": _frictionless,
    "markdown": _markdown,
    "csv": _csv,
}

READABLE: dict[str, Readable] = {"text": _text, "html": _html}
"""Those of the formats that are for people, who read them in their language."""


def render(report: Report, format: str, language: Language) -> str:
    """A report in one of the formats; what is for programs stays English."""
    return READABLE[format](report, language) if format in READABLE else FORMATS[format](report)
