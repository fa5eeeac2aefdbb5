"""Put the page together: the view into the templates, style and script into the page."""

from __future__ import annotations

import base64
import hashlib
from pathlib import Path

from jinja2 import Environment, FileSystemLoader, StrictUndefined
from markupsafe import Markup, escape

from dsolint.language import ENGLISH, Language
from dsolint.report import Report
from dsolint.reporters.html.view import page_of

_FOLDER = Path(__file__).parent


def render(report: Report, language: Language = ENGLISH) -> str:
    """The report as one HTML file that loads nothing: the browser is told to run and fetch nothing but what is in it."""
    style, script = (_own(name) for name in ("style.css", "script.js"))
    policy = f"default-src 'none'; style-src '{_hash(style)}'; script-src '{_hash(script)}'; base-uri 'none'; form-action 'none'"
    template = _environment(language).get_template("report.html")
    return template.render(page=page_of(report, language), style=style, script=script, policy=policy) + "\n"


def framed(report: Report, language: Language = ENGLISH) -> str:
    """The page in a frame that may run the page's own script and nothing else, to stand in a page of others."""
    page = escape(render(report, language))
    style = "width: 100%; height: 45rem; border: 0"
    return f'<iframe title="dsolint" sandbox="allow-scripts" style="{style}" srcdoc="{page}"></iframe>'


def _environment(language: Language) -> Environment:
    environment = Environment(
        loader=FileSystemLoader(_FOLDER / "templates"),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
        extensions=["jinja2.ext.i18n"],
    )
    environment.install_gettext_translations(language.catalogue, newstyle=True)  # type: ignore[attr-defined]
    return environment


def _own(name: str) -> Markup:
    """A file of ours, which stands in the page as it is."""
    return Markup((_FOLDER / name).read_text(encoding="utf-8"))  # noqa: S704


def _hash(text: str) -> str:
    """What a Content-Security-Policy knows an inline text by."""
    return f"sha256-{base64.b64encode(hashlib.sha256(text.encode()).digest()).decode()}"
