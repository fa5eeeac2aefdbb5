"""The sandbox beside the linter: it leaves out the lines that a check foretells."""

import pytest
from fixtures.imports import DELIVERY

import dsolint
from dsolint.cli.main import group
from dsolint.sandbox.imports import COUNTS
from dsolint.schema import TYPES

UNSEEN = {"R203", "R205", "X501"}
"""Rules by which lines are foretold to be left out that a simple server takes: there is no page that says what it does."""


@pytest.mark.parametrize("type", TYPES)
@pytest.mark.parametrize("seed", [1, 2])
def test_it_leaves_out_the_lines_that_are_foretold(server, tmp_path, type, seed):
    path = tmp_path / f"{type}.csv"
    planted = ["--rows", "600", "--errors", "0.5", "--seed", str(seed)]
    group.main(["sample", type, *planted, "--output", str(path)], standalone_mode=False)
    foretold_and_left_out(server, path)


@pytest.mark.parametrize(
    "folder", ["sap_de", "sage_fr", "as400_padded", "oracle_ebs", "lost_zeros", "shifted_columns", "line_feeds"]
)
def test_it_leaves_out_the_lines_of_real_exports_that_are_foretold(server, folder):
    for path in sorted((DELIVERY.parent / folder).glob("*.*")):
        foretold_and_left_out(server, path)


def foretold_and_left_out(server, path):
    """Hold a file's forecast against what comes of it."""
    (file,) = dsolint.check(path, today="2024-06-30", max_findings=10_000).files
    answer = server.post(f"/api/{file.type}?encoding={file.encoding}", path.read_bytes())
    assert file.forecast.refused is (answer["success"] == "false")
    if file.forecast.refused:
        return
    foretold = {f"line {finding.line}": finding.code for finding in file.findings if finding.effect == "line"}
    left_out = answer.get("exception_lines", {})
    assert left_out.keys() <= foretold.keys()
    assert {foretold[line] for line in foretold.keys() - left_out.keys()} <= UNSEEN
    assert sum(answer[name] for name in COUNTS) == file.rows - len(left_out)
