"""`dsolint schema`"""

from __future__ import annotations

import json

import click

from dsolint.cli.streams import write
from dsolint.errors import UsageError
from dsolint.schema import TYPES, csv_template, data_package, descriptor_text


@click.command("schema")
@click.argument("type", type=click.Choice(TYPES), required=False, metavar=f"[{'|'.join(TYPES)}]")
@click.option("--csv", "as_csv", is_flag=True, help="A header line with one filled example row instead.")
def command(type: str | None, *, as_csv: bool) -> int:
    """Print the Table Schema of an import TYPE, or the Data Package of all four."""
    if type is None:
        if as_csv:
            raise UsageError(f"--csv goes with a type: {', '.join(TYPES)}.")
        write(json.dumps(data_package(), indent=2, ensure_ascii=False) + "\n")
    else:
        write(csv_template(type) if as_csv else descriptor_text(type))
    return 0
