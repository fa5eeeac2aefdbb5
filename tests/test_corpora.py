"""Other projects' difficult files: dsolint says of each what a strict reader says."""

import os
from pathlib import Path

import pytest
from corpora import count, differences
from fixtures.ways import WAYS

FOLDER = Path(os.environ.get("DSOLINT_CORPORA") or Path(__file__).parent.parent.parent / "shared" / "corpora")


@pytest.mark.corpora
@pytest.mark.skipif(
    not (FOLDER / "EXPECTED.jsonl").is_file(),
    reason=f"NO CORPORA: {FOLDER} has no EXPECTED.jsonl; name a folder in the environment variable DSOLINT_CORPORA",
)
@pytest.mark.parametrize("way", WAYS)
def test_corpora(way):
    assert count(FOLDER) > 0
    with WAYS[way]():
        assert list(differences(FOLDER)) == []
