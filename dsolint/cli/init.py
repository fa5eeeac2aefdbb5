"""`dsolint init`"""

from __future__ import annotations

from pathlib import Path

import click

from dsolint.cli.files import written_whole
from dsolint.cli.starters import CI, HOOK, text_of
from dsolint.cli.streams import say
from dsolint.config_file import FILE_NAME, template
from dsolint.errors import UsageError


@click.command("init")
@click.argument("folder", type=click.Path(file_okay=False, path_type=Path), default=".")
@click.option("--ci", type=click.Choice(list(CI)), help="Also write a job that checks exports/ and sends what passes.")
@click.option("--hook", is_flag=True, help="Also write a configuration for pre-commit.")
def command(folder: Path, ci: str | None, *, hook: bool) -> int:
    """Write a commented dsolint.toml into FOLDER, which is made (this one unless named).

    With --ci or --hook, one that is there already is left as it is. No other file is ever written over.
    """
    config = folder / FILE_NAME
    texts: dict[Path, str] = {}
    if not config.exists():
        texts[config] = template()
    elif ci is None and not hook:
        raise _is_there(config)
    for starter in ([CI[ci]] if ci is not None else []) + ([HOOK] if hook else []):
        place = folder / starter.place
        if place.exists():
            raise _is_there(place)
        texts[place] = text_of(starter)
    for place, text in texts.items():
        _write(place, text)
        say(f"{place} is written{'; every setting in it is commented out' if place == config else ''}.")
    return 0


def _is_there(place: Path) -> UsageError:
    return UsageError(f"{place}: is there already; delete it or edit it, or name another FOLDER to write into.")


def _write(place: Path, text: str) -> None:
    try:
        place.parent.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise UsageError(f"{place.parent}: can't be made: {error.strerror}.") from error
    with written_whole(place) as file:
        file.write(text.encode())
