"""`dsolint init` writes a configuration with an example of every setting, and each example loads."""

import tomllib

import pytest
from fixtures.configured import said

from dsolint.config_file import load
from dsolint.setting_table import SETTINGS


def test_init_writes_a_file_with_everything_commented_out(cli, tmp_path):
    code, out, err = cli("init", tmp_path)
    path = tmp_path / "dsolint.toml"
    assert (code, out, str(path) in err) == (0, "", True)
    text = path.read_text(encoding="utf-8")
    assert [line for line in text.splitlines() if line and not line.startswith("# ")] == []
    assert dict(load(path).values) == {}
    for setting in SETTINGS.values():
        assert f"# {setting.help}\n# {setting.example}\n" in text


def test_init_holds_for_the_working_folder_unless_told(cli, tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    assert cli("init")[0] == 0
    assert (tmp_path / "dsolint.toml").is_file()


def test_init_overwrites_nothing(cli, tmp_path):
    path = tmp_path / "dsolint.toml"
    path.write_text('mode = "stock"\n', encoding="utf-8")
    assert str(path) in said(cli, "init", tmp_path)
    assert path.read_text(encoding="utf-8") == 'mode = "stock"\n'


def test_init_into_a_folder_that_is_not_there(cli, tmp_path):
    assert cli("init", tmp_path / "new" / "ci")[0] == 0
    assert (tmp_path / "new" / "ci" / "dsolint.toml").is_file()
    (tmp_path / "file").touch()
    assert f"{tmp_path / 'file' / 'ci'}: can't be made" in said(cli, "init", tmp_path / "file" / "ci")


@pytest.mark.parametrize("setting", SETTINGS.values(), ids=SETTINGS)
def test_example_of_a_setting_loads(write, setting):
    assert tomllib.loads(setting.example).keys() == {setting.name}
    assert load(write("dsolint.toml", setting.example)).values.keys() == {setting.name}
    assert setting.help.endswith(".")


def test_all_examples_load_together(write):
    examples = [setting.example for setting in SETTINGS.values()]
    assert load(write("dsolint.toml", *examples)).values.keys() == SETTINGS.keys()
    assert load(write("pyproject.toml", "[tool.dsolint]", *examples)).values.keys() == SETTINGS.keys()
