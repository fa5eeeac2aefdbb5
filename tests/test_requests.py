"""Where a request goes, and by what name it calls an encoding."""

import codecs
import encodings.aliases

import pytest

from dsolint.config import Entity
from dsolint.delivery.account import pick_url
from dsolint.delivery.charsets import charset
from dsolint.errors import UsageError


@pytest.mark.parametrize(
    ("given", "url"),
    [
        ("https://account.example.com", "https://account.example.com"),
        ("https://Account.Example.com/api/", "https://account.example.com"),
        ("https://account.example.com/api", "https://account.example.com"),
        ("https://account.example.com:8443/tenant/api/", "https://account.example.com:8443/tenant"),
        ("https://account.example.com/Tenant/", "https://account.example.com/Tenant"),
        (" https://account.example.com\n", "https://account.example.com"),
        ("http://localhost:8765", "http://localhost:8765"),
        ("http://127.0.0.1", "http://127.0.0.1"),
        ("http://127.8.9.1:80/api", "http://127.8.9.1"),
        ("https://account.example.com:80", "https://account.example.com:80"),
        ("HTTPS://Account.Example.com.:443/api/", "https://account.example.com"),
        ("https://account.example.com:/", "https://account.example.com"),
        ("https://[2001:DB8::1]:443", "https://[2001:db8::1]"),
        ("http://[::1]:8765", "http://[::1]:8765"),
    ],
)
def test_addresses(given, url):
    assert pick_url(given, None, None, {}) == url


@pytest.mark.parametrize(
    ("given", "words"),
    [
        ("http://account.example.com", "https"),
        ("http://192.168.0.1", "https"),
        ("http://localhost.example.com", "https"),
        ("http://127.0.0.1.example.com", "https"),
        ("http://0.0.0.0", "https"),
        ("account.example.com", "https://account.example.com"),
        ("ftp://account.example.com", "https://account.example.com"),
        ("https://", "https://account.example.com"),
        ("https:/account.example.com", "https://account.example.com"),
        ("https://account.example.com/api?token=s3cret", "without ? and #"),
        ("https://account.example.com/#s3cret", "without ? and #"),
        ("https://me:s3cret@account.example.com", "DSOLINT_USER"),
        ("https:me:s3cret@account.example.com", "DSOLINT_USER"),
        ("https://account.example.com/apiPutFiles/", "--async"),
        ("https://account.example.com:port", "no address"),
        ("https://[::1", "no address"),
        ("https://account..example.com", "no address"),
        ("https://.", "https://account.example.com"),
    ],
)
def test_addresses_that_do_not_do(given, words):
    with pytest.raises(UsageError) as caught:
        pick_url(None, None, None, {"DSOLINT_URL": given})
    assert "DSOLINT_URL" in str(caught.value)
    assert words in str(caught.value)
    assert "s3cret" not in str(caught.value)


def test_which_address_goes_first():
    entity = Entity("north", url="https://entity.example.com")
    variable = {"DSOLINT_URL": "https://variable.example.com"}
    assert (
        pick_url("https://option.example.com", entity, "https://config.example.com", variable)
        == "https://option.example.com"
    )
    assert pick_url(None, entity, "https://config.example.com", variable) == "https://entity.example.com"
    assert pick_url(None, Entity("south"), "https://config.example.com", variable) == "https://variable.example.com"
    assert pick_url(None, None, "https://config.example.com", {}) == "https://config.example.com"
    with pytest.raises(UsageError, match="--url"):
        pick_url(None, None, None, {})


@pytest.mark.parametrize(
    ("encoding", "name"),
    [
        ("utf-8", "UTF-8"),
        ("latin-1", "ISO-8859-1"),
        ("iso-8859-15", "ISO-8859-15"),
        ("cp1252", "windows-1252"),
        ("cp850", "IBM850"),
        ("utf-16-le", "UTF-16LE"),
        ("mac-roman", "macintosh"),
        ("ascii", "US-ASCII"),
        ("koi8-r", "KOI8-R"),
        ("shift_jis", "Shift_JIS"),
    ],
)
def test_names_as_iana_writes_them(encoding, name):
    assert charset(encoding) == name


def test_a_name_means_the_same_encoding():
    """Every name that we give and that Python knows is that of the encoding that was asked for."""
    unknown_to_python = {"IBM00858", "IBM01140", "Windows-31J"}
    for codec in sorted(set(encodings.aliases.aliases.values()) - {"mbcs", "oem"}):
        if codecs.lookup(codec)._is_text_encoding:
            try:
                name = charset(codec)
            except UsageError:
                continue
            assert name in unknown_to_python or codecs.lookup(name).name == codecs.lookup(codec).name


def test_an_encoding_that_nobody_registered():
    with pytest.raises(UsageError, match="UTF-8"):
        charset("johab")
