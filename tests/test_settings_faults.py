"""What is said of settings that can't be followed: the file, the line, the key and the remedy."""

import pytest
from fixtures.configured import GOOD, ITEMS, said

import dsolint
from dsolint.config_file import load

ERRORS = [
    ("ignroe = []", ["ignroe", "ignore"]),
    ("no_such_thing = 1", ["no_such_thing"]),
    ('ignore = "V309"', ["ignore", "list"]),
    ("ignore = [309]", ["ignore", "list"]),
    ('ignore = ["V3O9"]', ["ignore", "V3O9", "V309"]),
    ('select = ["bad-dat"]', ["select", "bad-dat", "bad-date"]),
    ('select = [""]', ["select"]),
    ('severity = "error"', ["severity", "table"]),
    ('severity = { V3O9 = "error" }', ["severity", "V3O9", "V309"]),
    ('severity = { V309 = "eror" }', ["severity", "V309", "error, warning, info"]),
    ('fail_on = "fatal"', ["fail_on", "error, warning, info, never"]),
    ("max_findings = -1", ["max_findings", "0"]),
    ("max_findings = 1.5", ["max_findings", "whole number"]),
    ("max_findings = true", ["max_findings", "whole number"]),
    ('encoding = "utf-99"', ["encoding", "utf-99", "utf-8"]),
    ("encoding = 8", ["encoding", "text"]),
    ('mode = "stok"', ["mode", "stock"]),
    ('type = "item"', ["type", "items"]),
    ('language = "it"', ["language", "en, de, fr"]),
    ("clients = 3", ["clients", "text"]),
    ('clients = "a\\u0000b"', ["clients", "NUL"]),
    ('clients_complete = "yes"', ["clients_complete", "true or false"]),
    ('columns = { region = "txt" }', ["columns", "region", "text"]),
    ('columns = ["region"]', ["columns", "table"]),
    ('item_types = { INV = "FACT" }', ["item_types", "INV", "FAC"]),
    ("thresholds = { years = 3 }", ["thresholds", "years", "years_ahead"]),
    ('thresholds = { years_ahead = "ten" }', ["thresholds", "years_ahead", "whole number"]),
    ('thresholds = { earliest_date = "1.1.1990" }', ["thresholds", "earliest_date", "YYYY-MM-DD"]),
    ("thresholds = { earliest_date = 1990-01-01T00:00:00 }", ["thresholds", "earliest_date", "YYYY-MM-DD"]),
    ('entities.north = { ulr = "https://north.example.com" }', ["entities", "north", "ulr", "url"]),
    ('entities.north = { mode = "full" }', ["entities", "north", "mode", "delta, stock"]),
    ("entities.north = 3", ["entities", "north", "table"]),
    ("files = 3", ["files", "table"]),
    ('files."*.csv" = 3', ["files", "*.csv", "table"]),
    ('files."*.csv" = { encodign = "utf-8" }', ["*.csv", "encodign", "encoding"]),
    ('files."*.csv" = { max_findings = "x" }', ["*.csv", "max_findings", "whole number"]),
    ('files."none*.csv" = { max_findings = "x" }', ["none*.csv", "max_findings"]),
    ('files."*.csv" = { files = {} }', ["*.csv", "files"]),
    (
        'files."*.csv" = { language = "de" }',
        ["*.csv", "line 1", "language", "can't be set by their names", "outside of files"],
    ),
    ('files."*.csv" = { langage = "de" }', ["*.csv", "'langage'", "Did you mean language?"]),
    ('[tool.dsolint]\nignore = ["V309"]', ["line 1: [tool.dsolint] is for pyproject.toml alone"]),
    ('# Ours\nmode = "stock"\n\nignore = ["V309"\n# more', ["TOML", "begins on line 4"]),
    ('mode = "stock"\nclients = """known.csv', ["TOML", "begins on line 2"]),
    ('mode = "stock"\n[thresholds', ["TOML", "line 2"]),
    ('mode = "delta"\nurl = "ftp://account.example.com"', ["line 2: url", "https://account.example.com"]),
    ('url = "account.example.com"', ["line 1: url", "https://account.example.com"]),
    ('[entities.north]\nmode = "stock"\nurl = "north.example.com"', ["line 3", "north", "url", "https://"]),
    ("thresholds = { mass_clearing = 101 }", ["thresholds", "mass_clearing", "from 0 to 100"]),
    ("[thresholds]\nshrunken_delivery = 200", ["line 2", "shrunken_delivery", "from 0 to 100"]),
    ("entities.north = { thresholds = { mass_clearing = 1000 } }", ["north", "mass_clearing", "from 0 to 100"]),
    ('ignore = ["V309"', ["TOML", "begins on line 1"]),
    ('ignore = []\nignore = ["V309"]', ["TOML", "line 2"]),
    ("[[ignore]]", ["ignore", "list"]),
]


@pytest.mark.parametrize(("text", "words"), ERRORS)
def test_error_is_one_line_with_file_key_and_remedy(write, cli, text, words):
    items = write("items.csv", ITEMS, GOOD)
    config = write("dsolint.toml", text)
    message = said(cli, "check", items)
    assert [word for word in (str(config), *words) if word not in message] == []


def test_all_faults_of_a_configuration_are_told_at_once_each_with_its_line(write, cli):
    items = write("items.csv", ITEMS, GOOD)
    config = write(
        "dsolint.toml",
        "# Ours",
        'mode = "full"',
        'ignore = [ # "',
        '  "V309",',
        '  "V3O9",',
        "]",
        'clients = """',
        "type = 3",
        '"""',
        'item_types = { INV = "FACT", CM = "CREDIT" }',
        " [ thresholds ] # in percent",
        "years = 1",
        "years_ahead = 'x'",
        'entities.north.ulr = "x"',
        '[files."*.csv"]',
        'encoding = "utf-8"',
        'url = """',
        'mode = 1"""',
        'mode = "full"',
        "[[files.x]]",
    )
    code, out, err = cli("check", items)
    told = [line.removeprefix(f"dsolint: {config}").partition(": line ")[::2] for line in err.splitlines()]
    assert (code, out) == (2, "")
    assert [(place, line.partition(":")[0]) for place, line in told] == [
        ("", "2"),
        ("", "3"),
        ("", "10"),
        ("", "10"),
        ("", "12"),
        ("", "13"),
        ("", "14"),
        (' [files."*.csv"]', "17"),
        (' [files."*.csv"]', "19"),
        ("", "20"),
    ]
    with pytest.raises(dsolint.UsageError, match=r"line 2: mode .*\. .*: line 20: files has an entry x"):
        dsolint.check(items)


def test_lines_of_faults_in_pyproject(write, cli):
    items = write("items.csv", ITEMS, GOOD)
    project = write("pyproject.toml", "[tool]", "other.mode = 1", "[tool.dsolint]\r", 'mode = "full"\r', "fail_on = 3")
    code, _, err = cli("check", items)
    assert code == 2
    assert [line.partition(" takes")[0] for line in err.splitlines()] == [
        f"dsolint: {project}: line 4: mode",
        f"dsolint: {project}: line 5: fail_on",
    ]


@pytest.mark.parametrize("text", ['ignore = "V309"', 'ignore = ["V390"]', 'files."*.csv" = { ignore = 3 }'])
def test_error_in_pyproject(write, cli, text):
    items = write("items.csv", ITEMS, GOOD)
    project = write("pyproject.toml", "[tool.dsolint]", text)
    message = said(cli, "check", items)
    assert str(project) in message
    assert "ignore" in message


def test_pyproject_that_is_no_toml(write, cli):
    items = write("items.csv", ITEMS, GOOD)
    project = write("pyproject.toml", "[tool.dsolint]", 'ignore = ["V309"')
    assert str(project) in said(cli, "check", items)


def test_pyproject_whose_own_table_is_none(write, cli):
    items = write("items.csv", ITEMS, GOOD)
    project = write("pyproject.toml", "[tool]", "dsolint = 3")
    assert str(project) in said(cli, "check", items)


@pytest.mark.parametrize("encoding", ["utf-16", "cp1252"])
def test_a_configuration_that_is_no_utf_8(write, cli, tmp_path, encoding):
    items = write("items.csv", ITEMS, GOOD)
    (tmp_path / "dsolint.toml").write_bytes("# für alle\n".encode(encoding))
    message = said(cli, "check", items)
    assert f"{tmp_path / 'dsolint.toml'}: the configuration is" in message
    assert "Save it as UTF-8 in an editor" in message
    assert ("PowerShell" in message) == (encoding == "utf-16")


@pytest.mark.parametrize("name", ["none.toml", "folder", "bytes.toml"])
def test_named_configuration_that_can_not_be_read(write, cli, tmp_path, name):
    items = write("items.csv", ITEMS, GOOD)
    (tmp_path / "folder").mkdir()
    (tmp_path / "bytes.toml").write_bytes(b'type = "\xff"')
    assert str(tmp_path / name) in said(cli, "check", items, "--config", tmp_path / name)


def test_known_customers_that_can_not_be_read(write, cli, tmp_path):
    items = write("items.csv", ITEMS, GOOD)
    write("dsolint.toml", 'clients = "none.csv"')
    assert str(tmp_path / "none.csv") in said(cli, "check", items)


@pytest.mark.parametrize(
    ("option", "value", "remedy"),
    [
        ("--ignore", "V3O9", "V309"),
        ("--select", "bad-dat", "bad-date"),
        ("--fail-on", "eror", "error"),
        ("--encoding", "utf-99", "utf-8"),
    ],
)
def test_option_that_can_not_be_followed(write, cli, option, value, remedy):
    message = said(cli, "check", write("items.csv", ITEMS, GOOD), option, value)
    assert [word for word in (option, remedy) if word not in message] == []


def test_library_raises_what_the_command_says(write):
    items = write("items.csv", ITEMS, GOOD)
    write("dsolint.toml", "ignroe = []")
    with pytest.raises(dsolint.UsageError, match=r"ignroe.*Did you mean ignore"):
        dsolint.check(items)


@pytest.mark.parametrize(
    "deep", ["mode = " + "[" * 5000 + "]" * 5000, "x" + ".x" * 5000 + " = 1"], ids=["list", "keys"]
)
def test_a_configuration_that_is_nested_too_deep(write, cli, deep):
    items = write("items.csv", ITEMS, GOOD)
    config = write("dsolint.toml", deep)
    assert f"{config}: the configuration can't be read: it is nested too deep." in said(cli, "check", items)


def test_a_long_list_takes_no_time_to_be_found(write):
    config = write("dsolint.toml", "", "ignore = [", *['  "V309",'] * 20_000, '  "V3O9",', "]")
    with pytest.raises(dsolint.UsageError, match="line 2: ignore"):
        load(config)
