"""`dsolint login`: credentials in the system's keyring, and where an upload finds them."""

import sys

import keyring
import pytest
from click.testing import CliRunner
from keyring.backend import KeyringBackend
from keyring.errors import PasswordDeleteError

from dsolint.cli.login import command
from dsolint.config import Entity
from dsolint.delivery.account import Account, Credentials, find_credentials
from dsolint.errors import UsageError

CONFIG = """
[entities.north]
url = "https://north.example.com"
[entities.south]
url = "https://south.example.com"
keyring = "the south"
"""


class Memory(KeyringBackend):
    priority = 1

    def __init__(self):
        super().__init__()
        self.kept = {}

    def get_password(self, service, username):
        return self.kept.get((service, username))

    def set_password(self, service, username, password):
        self.kept[service, username] = password

    def delete_password(self, service, username):
        if self.kept.pop((service, username), None) is None:
            raise PasswordDeleteError("not there")


@pytest.fixture
def memory(monkeypatch, tmp_path):
    before = keyring.get_keyring()
    keyring.set_keyring(Memory())
    (tmp_path / "dsolint.toml").write_text(CONFIG)
    monkeypatch.chdir(tmp_path)
    yield keyring.get_keyring()
    keyring.set_keyring(before)


def login(*arguments, given="me\ns3cret\n"):
    return CliRunner().invoke(command, arguments, input=given, standalone_mode=False, catch_exceptions=False)


def test_what_was_kept_is_found(memory):
    ran = login("--entity", "north")
    assert ran.return_value == 0
    assert "s3cret" not in ran.output
    assert "in the system's keyring" in ran.stderr
    north = Account("https://north.example.com", Entity("north"))
    assert find_credentials(north, {}) == Credentials("me", "s3cret")


def test_an_entry_may_have_a_name_of_its_own(memory):
    login("--entity", "south")
    assert list(memory.kept) == [("dsolint", "the south")]
    south = Account("https://south.example.com", Entity("south", keyring="the south"))
    assert find_credentials(south, {"DSOLINT_USER": "a", "DSOLINT_PASSWORD": "b"}) == Credentials("me", "s3cret")


def test_without_an_entity_the_address_names_the_entry(memory):
    login("--url", "https://account.example.com/api/")
    assert find_credentials(Account("https://account.example.com"), {}) == Credentials("me", "s3cret")
    with pytest.raises(UsageError, match="DSOLINT_USER"):
        find_credentials(Account("https://other.example.com"), {})


def test_forgotten(memory):
    login("--entity", "north")
    assert "are forgotten" in login("--entity", "north", "--delete").stderr
    assert memory.kept == {}
    assert "no credentials" in login("--entity", "north", "--delete").stderr


@pytest.mark.parametrize(
    ("arguments", "given", "words"),
    [
        ([], "", "--url"),
        (["--entity", "nort"], "", "Did you mean north?"),
        (["--entity", "north"], "me:too\ns3cret\n", "colon"),
    ],
)
def test_what_can_not_be_kept(memory, arguments, given, words):
    with pytest.raises(UsageError) as caught:
        login(*arguments, given=given)
    assert words in str(caught.value)
    assert "s3cret" not in str(caught.value)
    assert memory.kept == {}


def test_no_keyring_is_said_before_anything_is_asked(memory):
    from keyring.backends.fail import Keyring

    keyring.set_keyring(Keyring())
    with pytest.raises(UsageError, match="no keyring"):
        login("--entity", "north", given="")
    with pytest.raises(UsageError, match="dsolint login --entity north"):
        find_credentials(Account("https://north.example.com", Entity("north")), {})


def test_no_library(memory, monkeypatch):
    monkeypatch.setitem(sys.modules, "keyring", None)
    with pytest.raises(UsageError, match=r"dsolint\[keyring\]"):
        login("--entity", "north", given="")
    with pytest.raises(UsageError, match="DSOLINT_USER and DSOLINT_PASSWORD"):
        find_credentials(Account("https://north.example.com", Entity("north")), {})


def test_an_entry_of_somebody_else_shows_nothing(memory):
    memory.kept["dsolint", "north"] = "s3cret"
    with pytest.raises(UsageError) as caught:
        find_credentials(Account("https://north.example.com", Entity("north")), {})
    assert "s3cret" not in str(caught.value)
    assert caught.value.__cause__ is None


# Variables


@pytest.mark.parametrize(
    ("entity", "environment", "user"),
    [
        (None, {"DSOLINT_USER": "a", "DSOLINT_PASSWORD": "b"}, "a"),
        (Entity("n"), {"DSOLINT_USER": "a", "DSOLINT_PASSWORD": "b"}, "a"),
        (
            Entity("n", user_variable="N_USER", password_variable="N_PASSWORD"),
            {"DSOLINT_USER": "a", "DSOLINT_PASSWORD": "b", "N_USER": "n", "N_PASSWORD": "p"},
            "n",
        ),
        (Entity("n", password_variable="P"), {"DSOLINT_USER": "a", "DSOLINT_PASSWORD": "b", "P": "p"}, "a"),
    ],
)
def test_variables(memory, entity, environment, user):
    assert find_credentials(Account("https://x.example.com", entity), environment).user == user


@pytest.mark.parametrize(
    ("entity", "environment", "words"),
    [
        (None, {"DSOLINT_USER": "me"}, "set DSOLINT_PASSWORD:"),
        (None, {"DSOLINT_USER": "me", "DSOLINT_PASSWORD": ""}, "set DSOLINT_PASSWORD:"),
        (None, {"DSOLINT_PASSWORD": "s3cret"}, "set DSOLINT_USER:"),
        (None, {"DSOLINT_USER": "me:you", "DSOLINT_PASSWORD": "s3cret"}, "colon"),
        (None, {"DSOLINT_USER": "me", "DSOLINT_PASSWORD": "s3cret\n"}, "line end"),
        (None, {"DSOLINT_USER": "me", "DSOLINT_PASSWORD": "s3cret\udcff"}, "encoding of this system"),
        (
            Entity("n", user_variable="N_USER", password_variable="N_PASSWORD"),
            {"DSOLINT_USER": "a", "DSOLINT_PASSWORD": "s3cret"},
            "set N_USER and N_PASSWORD:",
        ),
    ],
)
def test_variables_that_do_not_do(memory, entity, environment, words):
    with pytest.raises(UsageError) as caught:
        find_credentials(Account("https://x.example.com", entity), environment)
    assert words in str(caught.value)
    assert "s3cret" not in str(caught.value)


def test_credentials_never_show():
    shown = Credentials("me", "s3cret")
    assert "s3cret" not in f"{shown!r} {shown}"
    assert "me" not in f"{shown!r} {shown}"
    assert shown.authorization == "Basic bWU6czNjcmV0"
    assert Credentials("Jürgen", "pä").authorization == "Basic SsO8cmdlbjpww6Q="


def test_the_identity_of_an_account_tells_no_user():
    one, two = Credentials("me", "a"), Credentials("you", "b")
    account = Account("https://x.example.com")
    assert account.identity(one) == account.identity(Credentials("me", "changed"))
    assert account.identity(one) != account.identity(two)
    assert account.identity(one).startswith("https://x.example.com ")
    assert Account("https://x.example.com", Entity("north")).identity(one) == "north https://x.example.com"
