"""What users do by mistake: nothing is lost, and nothing but a DsolintError comes of it."""

import datetime

import click
import pytest

import dsolint
from dsolint.cli.exits import COULD_NOT_RUN
from dsolint.cli.main import group

USERS = "user_lastname;client_code\nRoy;C0001\n"


@pytest.fixture
def users(tmp_path):
    path = tmp_path / "users.csv"
    path.write_text(USERS)
    return path


def run(*arguments):
    return group.main([str(argument) for argument in arguments], standalone_mode=False)


@pytest.mark.parametrize("given", ["users.csv", "."])
def test_an_output_never_overwrites_what_is_checked(users, given, monkeypatch):
    monkeypatch.chdir(users.parent)
    with pytest.raises(dsolint.UsageError, match=r"users\.csv"):
        run("check", given, "--output", "json=users.csv")
    assert users.read_text() == USERS


def test_an_output_never_overwrites_the_configuration(users):
    config = users.parent / "own.toml"
    config.write_text('ignore = ["V309"]\n')
    with pytest.raises(dsolint.UsageError, match=r"own\.toml"):
        run("check", users, "--config", config, "--output", f"json={config}")
    assert config.read_text() == 'ignore = ["V309"]\n'


@pytest.mark.parametrize("today", ["2024-11-22", datetime.date(2024, 11, 22), datetime.datetime(2024, 11, 22, 8)])  # noqa: DTZ001
def test_today_may_be_text_or_a_day(users, today):
    assert dsolint.check(users, today=today).passed


@pytest.mark.parametrize("codes", ["V301, H1", ["V301", "H1"]])
def test_rules_may_be_one_text_or_several(users, codes):
    users.write_text("user_lastname;client_code\n;C0001\n")
    assert dsolint.check(users, ignore=codes).passed


def test_a_schema_may_be_a_mapping(users):
    assert dsolint.check(users, schema={"fields": [{"name": "user_lastname"}, {"name": "client_code"}]}).passed


@pytest.mark.parametrize("clients", ["a;b\n1;2\n", "client_code,client_business_name\nC0001,One\n", "", "PK\x03\x04"])
def test_a_file_of_known_customers_has_customers(users, clients):
    known = users.parent / "known.csv"
    known.write_text(clients)
    with pytest.raises(dsolint.ReadError, match=r"known\.csv: is no file of customers"):
        dsolint.check(users, clients=known)


@pytest.mark.parametrize(
    ("rows", "why"), [("", "names no customer"), ('C0001;One\n"C0002;Two\n', "opens in line 3 is never closed")]
)
def test_known_customers_that_are_missing_are_told(users, rows, why):
    known = users.parent / "known.csv"
    known.write_text(f"client_code;client_business_name\n{rows}")
    with pytest.raises(dsolint.ReadError, match=rf"known\.csv: .*{why}"):
        dsolint.check(users, clients=known)


def test_a_type_that_can_not_be_told_is_an_error_of_its_own(users):
    users.rename(users.with_name("notes.csv")).write_text("a;b\n1;2\n")
    with pytest.raises(
        dsolint.UnknownTypeError, match=r"notes\.csv: Neither its header .* Say which with type= "
    ) as error:
        dsolint.check(users.with_name("notes.csv"))
    assert str(error.value).endswith("or give a schema of your own with schema=.")


def test_what_can_not_be_opened_or_read(users):
    with users.open("rb") as file:
        pass
    for given in ("", "a\0b", file):
        with pytest.raises(dsolint.ReadError):
            dsolint.check(given)


@pytest.mark.parametrize("options", [{"today": "soon"}, {"jobs": "2"}, {"jobs": 0}, {"mode": 1}, {"select": "V999"}])
def test_options_that_can_not_be_followed(users, options):
    with pytest.raises(dsolint.UsageError):
        dsolint.check(users, **options)


@pytest.mark.parametrize(
    ("options", "said"),
    [
        ({"jobs": 0}, "jobs= takes a whole number from 1."),
        ({"fail_on": "x"}, "fail_on= takes "),
        ({"max_findings": -1}, "max_findings= takes a whole number from 0."),
        ({"type": "users", "schema": {"fields": []}}, "type= and schema= exclude one another: "),
        ({"clients": "no--type.csv"}, "no--type.csv: "),
    ],
)
def test_options_are_named_as_arguments(users, options, said):
    with pytest.raises(dsolint.DsolintError) as error:
        dsolint.check(users, **options)
    assert said in str(error.value)
    assert not str(error.value).startswith("--")


@pytest.mark.parametrize("path", [b"users.csv", None, 5, ""])
def test_what_is_no_path(path):
    with pytest.raises(dsolint.DsolintError):
        dsolint.check(path)


@pytest.mark.parametrize("paths", [[], (), iter(())])
def test_a_check_of_nothing_does_not_pass(paths):
    with pytest.raises(dsolint.UsageError, match="no path"):
        dsolint.check(paths)


def test_a_path_in_the_place_of_a_command(users):
    quoted = users.rename(users.with_name("all users.csv"))
    for word, meant in ((users.parent, users.parent), (quoted, f"'{quoted}'")):
        with pytest.raises(click.UsageError) as error:
            run(word)
        assert error.value.message.endswith(f" Did you mean: dsolint check {meant}?")
    with pytest.raises(click.UsageError, match=r"Did you mean check\?"):
        run("chekc")


def test_a_fault_of_our_own_is_no_traceback(users, monkeypatch, capsys):
    from dsolint import engine
    from dsolint.cli.main import main

    def fail(*_, **_options):
        raise RuntimeError("boom")

    monkeypatch.setattr(engine, "check", fail)
    monkeypatch.setattr("sys.argv", ["dsolint", "check", str(users)])
    with pytest.raises(SystemExit) as stopped:
        main()
    said = capsys.readouterr().err
    assert stopped.value.code == COULD_NOT_RUN
    assert "boom" in said
    assert "Traceback" not in said
