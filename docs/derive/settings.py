"""The page on the configuration, out of SETTINGS."""

from __future__ import annotations

from derive.markdown import escaped
from dsolint.cli.main import TRACEBACK
from dsolint.delivery.account import PASSWORD, URL, USER
from dsolint.delivery.places import VARIABLE as HISTORY
from dsolint.setting_table import SETTINGS, Setting, shown

ENVIRONMENT = {
    f"{USER}, {PASSWORD}": "The account that files are sent to.",
    URL: "The address that files are sent to, unless an option or the configuration says it.",
    HISTORY: "The file of the history, in place of the one that the configuration names.",
    "LC_ALL, LC_MESSAGES, LANG": "The language of what is for people, unless --lang or the configuration says it.",
    "HTTPS_PROXY, NO_PROXY, SSL_CERT_FILE": "How the server is reached, as other programs read these.",
    "CI": "Set to anything, there is no progress bar.",
    TRACEBACK: "Set to 1, a fault of dsolint's own shows where it is.",
}
"""The variables that are read, and what for."""

INTRODUCTION = """\
# Configuration

`dsolint init` writes a `dsolint.toml` with everything on this page, commented out. A file holds for its folder and those
below; `[tool.dsolint]` in a `pyproject.toml` does too. Of several, the nearest one holds, and it alone.

What holds for a file is found in this order, the later before the earlier: defaults, the configuration, its overrides by file
name, options on the command line. `dsolint check --show-config PATH` prints what holds and where it came from.
"""

OVERRIDES = """\
## Overrides by file name

Settings under `files."PATTERN"` hold for the files whose names match; of several patterns that match, the last one goes first. What is a
table (`thresholds`, `severity`, …) keeps the entries that a pattern does not name. Only these can be set so: {names}.
"""


def page() -> str:
    """The page as Markdown."""
    parts = [INTRODUCTION, "## Settings\n"]
    parts += [_setting(setting) for setting in SETTINGS.values()]
    names = ", ".join(f"`{setting.name}`" for setting in SETTINGS.values() if setting.in_overrides)
    parts.append(OVERRIDES.format(names=names))
    parts.append("## Variables of the environment\n")
    for names, meaning in ENVIRONMENT.items():
        parts.append(f"- {', '.join(f'`{name}`' for name in names.split(', '))}: {escaped(meaning)}")
    return "\n".join(parts) + "\n"


def _setting(setting: Setting) -> str:
    default = (
        "" if setting.default is None or setting.default in ((), {}) else f" Unless set: `{shown(setting.default)}`."
    )
    return f"### {setting.name}\n\n{escaped(setting.help)}{default}\n\n```toml\n{setting.example}\n```\n"
