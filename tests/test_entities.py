"""Entities of a group: `--entity` and `--all`."""

import json

import pytest
from click.testing import CliRunner

from dsolint.cli.check import command
from dsolint.errors import UsageError

HEADER = "item_type;item_number;client_code;item_date_issue;item_date_due;item_amount_initial_inc_tax\n"
GOOD = HEADER + "FAC;00000123;C0001;2024-04-24;2024-05-24;1200\n"
BAD = GOOD.replace("FAC", "XXX")
CONFIG = """
mode = "delta"
[thresholds]
earliest_date = 2024-01-01
[entities.north]
mode = "stock"
files = ["north"]
thresholds = { years_ahead = 1 }
[entities.south]
files = "south/items_*.csv"
[entities.empty]
"""


@pytest.fixture
def group(tmp_path, monkeypatch):
    (tmp_path / "north").mkdir()
    (tmp_path / "south").mkdir()
    (tmp_path / "north" / "items.csv").write_text(GOOD)
    (tmp_path / "south" / "items_20241122.csv").write_text(GOOD)
    (tmp_path / "dsolint.toml").write_text(CONFIG)
    monkeypatch.chdir(tmp_path)
    return tmp_path


def run(*arguments):
    return CliRunner().invoke(command, [*arguments, "--today", "2024-11-22"], standalone_mode=False)


def report(ran):
    return json.loads(ran.stdout)


def test_an_entity_has_its_files_and_mode(group):
    ran = run("--entity", "north", "--format", "json")
    assert ran.return_value == 0
    (delivery,) = report(ran)["deliveries"]
    assert delivery == {
        "path": "north", "entity": "north", "verdict": "pass", "files": ["north/items.csv"], "skipped": []
    }  # fmt: skip
    assert report(ran)["files"][0]["forecast"]["cleared_by_mistake"]["items"] == 0


def test_an_option_goes_before_the_entity(group):
    ran = run("--entity", "north", "--mode", "delta", "--format", "json")
    assert "cleared_by_mistake" not in report(ran)["files"][0]["forecast"]


def test_a_pattern_stands_for_the_files_that_fit(group):
    ran = run("--entity", "south", "--format", "json")
    assert [file["path"] for file in report(ran)["files"]] == ["south/items_20241122.csv"]


def test_a_named_path_goes_before_the_entitys_files(group):
    ran = run("--entity", "north", "south", "--format", "json")
    assert [(one["path"], one["entity"]) for one in report(ran)["deliveries"]] == [("south", "north")]


def test_files_are_seen_from_the_configuration(group, monkeypatch):
    monkeypatch.chdir(group / "south")
    ran = run("--entity", "north", "--format", "json")
    assert [file["path"] for file in report(ran)["files"]] == [str(group / "north" / "items.csv")]


def test_an_entity_sets_single_thresholds(group):
    (group / "north" / "items.csv").write_text(GOOD + "FAC;124;C0001;2023-12-31;2026-04-24;1200\n")
    assert report(run("--entity", "north", "--format", "json"))["files"][0]["counts"] == {"V318": 2}
    assert report(run("north", "--format", "json"))["files"][0]["counts"] == {"V318": 1}


def test_show_config_names_the_entity(group):
    assert 'mode = "stock"  (entity north)' in run("--entity", "north", "--show-config").stdout


def test_all_have_their_own_verdicts(group):
    (group / "north" / "items.csv").write_text(BAD)
    ran = run("--all", "--format", "json")
    assert ran.return_value == 2
    assert "entities.empty.files" in ran.stderr
    assert {one["entity"]: one["verdict"] for one in report(ran)["deliveries"]} == {"north": "fail", "south": "pass"}


def test_the_worst_of_all_is_the_exit_code(group):
    config = CONFIG.replace("[entities.empty]\n", "")
    (group / "dsolint.toml").write_text(config)
    assert run("--all").return_value == 0
    (group / "south" / "items_20241122.csv").write_text(BAD)
    assert run("--all").return_value == 1


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        (["--entity", "nort"], "Did you mean north?"),
        (["--entity", "empty"], "entities.empty.files"),
        (["--all", "--entity", "north"], "--all"),
        (["--all", "north"], "--all"),
        ([], "Name a PATH"),
    ],
)
def test_what_can_not_be_followed(group, arguments, words):
    with pytest.raises(UsageError, match=words.replace("?", r"\?")):
        CliRunner().invoke(command, arguments, standalone_mode=False, catch_exceptions=False)


def test_a_configuration_without_entities(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    assert isinstance(run("--all").exception, UsageError)
