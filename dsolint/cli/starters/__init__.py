"""The files that `dsolint init` writes for pre-commit and for CI servers; they lie beside this module as they are.

`@NAME@` in them stands for a fact that is written elsewhere.
"""

from __future__ import annotations

from importlib.resources import files
from pathlib import PurePosixPath
from typing import NamedTuple

from dsolint.folders import OWN_FILES
from dsolint.schema import SUFFIXES, TYPES
from dsolint.version import __version__


def named_like_a_delivery(suffixes: tuple[str, ...] = SUFFIXES) -> str:
    """A pattern for the paths of files whose names tell their import type."""
    ends = "|".join(suffix.removeprefix(".") for suffix in suffixes)
    return rf"(?i)(^|[/_-])({'|'.join(TYPES)})[^/]*\.({ends})$"


class Starter(NamedTuple):
    """A file to start from: what it is called here, and where it goes."""

    source: str
    place: PurePosixPath


HOOK = Starter("pre-commit.yaml", PurePosixPath(".pre-commit-config.yaml"))
CI = {
    "github": Starter("github.yml", PurePosixPath(".github/workflows/dsolint.yml")),
    "gitlab": Starter("gitlab.yml", PurePosixPath(".gitlab-ci.yml")),
    "azure": Starter("azure.yml", PurePosixPath("azure-pipelines.yml")),
    "jenkins": Starter("Jenkinsfile", PurePosixPath("Jenkinsfile")),
}


def text_of(starter: Starter) -> str:
    """What the file says."""
    text = files(__name__).joinpath(starter.source).read_text(encoding="utf-8")
    facts = {"VERSION": __version__, "FILES": named_like_a_delivery(), "OWN_FILES": OWN_FILES}
    for name, fact in facts.items():
        text = text.replace(f"@{name}@", fact)
    return text
