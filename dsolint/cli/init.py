"""`dsolint init`"""

from __future__ import annotations

from pathlib import Path

import click

from dsolint.cli.files import written_whole
from dsolint.cli.main import say
from dsolint.errors import UsageError
from dsolint.settings import FILE_NAME, template


@click.command("init")
@click.argument("folder", type=click.Path(file_okay=False, path_type=Path), default=".")
def command(folder: Path) -> int:
    """Write a commented dsolint.toml into FOLDER (this one unless named)."""
    path = folder / FILE_NAME
    if path.exists():
        raise UsageError(f"{path}: is there already; delete it or edit it.")
    with written_whole(path) as file:
        file.write(template().encode())
    say(f"{path} is written; every setting in it is commented out.")
    return 0
