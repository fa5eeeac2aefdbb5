"""Where settings come from, which goes before which, and how --show-config tells it."""

import pytest
from fixtures.configured import CLIENTS, GOOD, ITEMS, NO_NUMBER, TODAY, ZERO, codes, found

import dsolint
from dsolint.setting_table import SETTINGS


@pytest.mark.parametrize("place", ["dsolint.toml", "far/dsolint.toml", "far/below/dsolint.toml"])
def test_file_beside_or_above_holds(write, place):
    items = write("far/below/items.csv", ITEMS, NO_NUMBER)
    assert codes(items) == ["V301"]
    write(place, 'ignore = ["V301"]')
    assert codes(items) == []


@pytest.mark.parametrize("place", ["pyproject.toml", "far/pyproject.toml", "far/below/pyproject.toml"])
def test_table_in_pyproject_holds(write, place):
    items = write("far/below/items.csv", ITEMS, NO_NUMBER)
    write(place, "[project]", 'name = "x"', "[tool.other]", "a = 1", "[tool.dsolint]", 'ignore = ["V301"]')
    assert codes(items) == []


def test_nearest_file_holds_alone(write):
    items = write("far/below/items.csv", ITEMS, NO_NUMBER)
    write("dsolint.toml", 'ignore = ["V301"]')
    write("far/dsolint.toml", 'severity = { V301 = "info" }')
    assert found(items) == [("V301", "info")]


def test_own_file_goes_before_pyproject_beside_it(write):
    items = write("items.csv", ITEMS, NO_NUMBER)
    write("pyproject.toml", "[tool.dsolint]", 'ignore = ["V301"]')
    write("dsolint.toml", 'severity = { V301 = "info" }')
    assert found(items) == [("V301", "info")]


@pytest.mark.parametrize("text", ["", "[tool.other]\na = 1", "[tool]\n", "[project]\nname = 'x'"])
def test_pyproject_without_own_table_is_passed_over(write, text):
    items = write("below/items.csv", ITEMS, NO_NUMBER)
    write("below/pyproject.toml", text)
    write("dsolint.toml", 'ignore = ["V301"]')
    assert codes(items) == []


def test_empty_file_changes_nothing_and_ends_the_search(write):
    items = write("below/items.csv", ITEMS, NO_NUMBER)
    write("below/dsolint.toml")
    write("dsolint.toml", 'ignore = ["V301"]')
    assert codes(items) == ["V301"]


def test_each_file_of_a_run_has_its_own(write):
    paths = [write(f"{name}/items.csv", ITEMS, NO_NUMBER) for name in ("north", "south")]
    write("north/dsolint.toml", 'ignore = ["V301"]')
    report = dsolint.check(paths, today=TODAY)
    assert [dict(file.counts) for file in report.files] == [{}, {"V301": 1}]


def test_byte_order_mark_of_the_configuration_is_no_key(write):
    items = write("items.csv", ITEMS, NO_NUMBER)
    write("dsolint.toml", '\ufeffignore = ["V301"]')
    assert codes(items) == []


def test_named_configuration_stands_in_place_of_the_found_one(write):
    items = write("items.csv", ITEMS, NO_NUMBER)
    write("dsolint.toml", 'ignore = ["V301"]')
    other = write("other/settings.toml", 'severity = { V301 = "info" }')
    project = write("other/pyproject.toml", "[tool.dsolint]", 'severity = { V301 = "warning" }')
    assert found(items, config=other) == [("V301", "info")]
    assert found(items, config=project) == [("V301", "warning")]


@pytest.mark.parametrize(
    ("setting", "options", "codes_found"),
    [
        ('ignore = ["V301"]', {"ignore": ["B408"]}, ["V301"]),
        ('select = ["B408"]', {"select": ["V301"]}, ["V301"]),
        ('ignore = ["V301"]', {"select": ["V"]}, []),
        ("max_findings = 0", {"max_findings": 1, "select": ["V301"]}, ["V301"]),
        ('type = "clients"', {"type": "items", "select": ["V301"]}, ["V301"]),
        ('encoding = "utf-16"', {"encoding": "utf-8", "select": ["V301"]}, ["V301"]),
    ],
)
def test_options_go_before_the_file(write, setting, options, codes_found):
    items = write("items.csv", ITEMS, NO_NUMBER, ZERO)
    write("dsolint.toml", setting)
    assert codes(items, **options) == codes_found


def test_mode_as_option_goes_before_the_file(write):
    items = write("items.csv", ITEMS, NO_NUMBER)
    write("dsolint.toml", 'mode = "stock"')
    (stock,) = dsolint.check(items).files
    (delta,) = dsolint.check(items, mode="delta").files
    assert (stock.forecast.cleared_by_mistake, delta.forecast.cleared_by_mistake) == (1, None)


def test_options_of_the_command_go_before_the_file(write, cli):
    items = write("items.csv", ITEMS, ZERO)
    write("dsolint.toml", 'fail_on = "info"')
    assert cli("check", items)[0] == 1
    assert cli("check", items, "--fail-on", "warning")[0] == 0


def test_files_of_a_pattern_have_settings_of_their_own(write):
    write(
        "dsolint.toml",
        'ignore = ["B408"]',
        'files."items_*.csv" = { ignore = ["V301"], severity = { B408 = "error" } }',
    )
    assert found(write("items_1.csv", ITEMS, NO_NUMBER, ZERO)) == [("B408", "error")]
    assert found(write("items.csv", ITEMS, NO_NUMBER, ZERO)) == [("V301", "error")]
    assert found(write("below/items_2.csv", ITEMS, NO_NUMBER, ZERO)) == [("B408", "error")]


def test_a_table_of_a_pattern_keeps_the_entries_that_it_does_not_name(write):
    old = GOOD.replace("2024-04-24", "1985-04-24")
    items = write("items.csv", f"{ITEMS};item_region", f"{old};x", f"{ZERO};x", f"{old.replace('FAC', 'INV', 1)};y")
    write(
        "dsolint.toml",
        "thresholds = { earliest_date = 1980-01-01 }",
        'severity = { B408 = "error" }',
        'item_types = { INV = "FAC" }',
        'columns = { item_region = "text" }',
        '[files."items*"]',
        "thresholds = { years_ahead = 1 }",
        'severity = { B405 = "info" }',
        'item_types = { CM = "AVO" }',
        'columns = { item_more = "text" }',
    )
    assert found(items) == [("B408", "error"), ("B405", "info")]


def test_encoding_of_a_pattern(write):
    write("dsolint.toml", 'files."*_old.csv" = { encoding = "cp1252" }')
    old, new = (write(f"clients_{name}.csv", CLIENTS, "C0001;x") for name in ("old", "new"))
    for path in (old, new):
        path.write_bytes(f"{CLIENTS}\nC0001;Müller\n".encode("cp1252"))
    assert (codes(old), codes(new)) == ([], ["F004"])


def test_options_go_before_patterns(write):
    items = write("items.csv", ITEMS, NO_NUMBER)
    write("dsolint.toml", 'files."*.csv" = { ignore = ["V301"] }')
    assert codes(items, ignore=["B408"]) == ["V301"]


def test_known_customers_are_of_a_delivery_and_not_of_a_pattern(write):
    items = write("items.csv", ITEMS, GOOD)
    write("dsolint.toml", 'files."items*.csv" = { clients = "known.csv" }')
    with pytest.raises(dsolint.UsageError, match="clients holds for all files"):
        dsolint.check(items)


def test_pyproject_without_a_table_of_tools(write):
    items = write("items.csv", ITEMS, NO_NUMBER)
    write("pyproject.toml", "tool = 3")
    assert codes(items) == ["V301"]


def shown(out):
    """Every setting that --show-config printed, with its value and its origin."""
    lines = [line.strip().removesuffix(")").rpartition("  (") for line in out.splitlines() if line.startswith("  ")]
    return {line.partition(" = ")[0]: (line.partition(" = ")[2], origin) for line, _, origin in lines}


def test_show_config_names_the_origin_of_each_setting(write, cli):
    items = write("items.csv", ITEMS, NO_NUMBER)
    config = write(
        "dsolint.toml",
        'ignore = ["V309"]',
        'mode = "stock"',
        'severity = { B408 = "warning" }',
        'files."items*.csv" = { mode = "delta" }',
        'files."clients*.csv" = { encoding = "cp1252" }',
    )
    code, out, err = cli("check", items, "--show-config", "--fail-on", "warning")
    assert (code, err, out.splitlines()[0]) == (0, "", str(items))
    settings = shown(out)
    assert settings.keys() == SETTINGS.keys()
    assert settings["ignore"] == ('["V309"]', str(config))
    assert settings["severity"] == ('{B408 = "warning"}', str(config))
    assert settings["mode"] == ('"delta"', f'{config} [files."items*.csv"]')
    assert settings["fail_on"] == ('"warning"', "option")
    assert settings["encoding"] == ('"utf-8"', "default")
    assert settings["clients"] == ("(not set)", "default")
    assert settings["clients_complete"] == ("false", "default")


def test_show_config_of_several_paths_and_of_a_named_file(write, cli, tmp_path):
    paths = [write(f"{name}/items.csv", ITEMS, NO_NUMBER) for name in ("north", "south")]
    write("north/dsolint.toml", 'mode = "stock"')
    _, out, _ = cli("check", *paths, "--show-config")
    assert [line for line in out.splitlines() if line.startswith("  mode")] == [
        f'  mode = "stock"  ({tmp_path / "north" / "dsolint.toml"})',
        '  mode = "delta"  (default)',
    ]
    other = write("other.toml", 'mode = "stock"')
    _, out, _ = cli("check", paths[1], "--show-config", "--config", other)
    assert shown(out)["mode"] == ('"stock"', str(other))
