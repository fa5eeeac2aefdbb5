"""Sources: files, archives, standard input and file objects, opened and unpacked, or refused with the reason."""

import gzip
import hashlib
import io
import os
import re
import subprocess
import sys
import zipfile
from pathlib import Path

import pytest

from dsolint import check
from dsolint.errors import ReadError
from dsolint.reading import source
from dsolint.reading.source import open_source

pytestmark = pytest.mark.usefixtures("each_way")
CONTENT = b"user_lastname;client_code\nRoy;C0001\n"


def content_of(given):
    with open_source(given) as opened:
        return b"".join(opened.chunks(7))


def zipped(path, *members):
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, data in members:
            archive.writestr(name, data)
    return path


def test_a_file_is_read_with_its_hash_and_size(tmp_path):
    path = tmp_path / "users.csv"
    path.write_bytes(CONTENT)
    with open_source(path) as opened:
        assert opened.peek(5) == CONTENT[:5]
        assert opened.peek(9) == CONTENT[:9]
        assert b"".join(opened.chunks(4)) == CONTENT
        assert (opened.label, opened.name) == (str(path), "users.csv")
        assert opened.bytes_read == opened.size == len(CONTENT)
        assert opened.sha256 == hashlib.sha256(CONTENT).hexdigest()


@pytest.mark.parametrize("name", ["users.csv.gz", "USERS.GZ"])
def test_gzip(tmp_path, name):
    path = tmp_path / name
    path.write_bytes(gzip.compress(CONTENT[:10]) + gzip.compress(CONTENT[10:]))
    with open_source(path) as opened:
        assert b"".join(opened.chunks()) == CONTENT
        assert opened.name == name[:-3]
        assert opened.sha256 == hashlib.sha256(CONTENT).hexdigest()


def test_a_zip_with_one_file(tmp_path):
    path = zipped(tmp_path / "users.csv.ZIP", ("folder/", b""), ("folder/whatever.csv", CONTENT))
    with open_source(path) as opened:
        assert b"".join(opened.chunks(3)) == CONTENT
        assert opened.name == "users.csv"


def test_a_zip_that_finder_made(tmp_path):
    besides = (
        ("__MACOSX/", b""),
        ("__MACOSX/night/._users.csv", b"\0"),
        ("night/.DS_Store", b"\0"),
        ("._users.csv", b""),
    )
    path = zipped(tmp_path / "users.csv.zip", besides[0], ("night/users.csv", CONTENT), *besides[1:])
    assert content_of(path) == CONTENT
    with pytest.raises(ReadError, match="holds 2 files"):
        content_of(zipped(path, *besides, ("a.csv", CONTENT), ("b.csv", CONTENT)))


@pytest.mark.parametrize("members", [(), (("a.csv", CONTENT), ("b.csv", CONTENT))])
def test_a_zip_with_none_or_several(tmp_path, members):
    with pytest.raises(ReadError, match=f"holds {len(members)} files"):
        content_of(zipped(tmp_path / "x.zip", *members))


def test_a_zip_with_a_password(tmp_path):
    path = zipped(tmp_path / "x.zip", ("a.csv", CONTENT))
    data = bytearray(path.read_bytes())
    data[6] |= 1
    data[data.index(b"PK\x01\x02") + 8] |= 1
    path.write_bytes(data)
    with pytest.raises(ReadError, match="password"):
        content_of(path)


@pytest.mark.parametrize(
    ("name", "inner"),
    [("a.zip", gzip.compress(CONTENT, mtime=0)), ("a.gz", gzip.compress(CONTENT, mtime=0)), ("b.zip", None)],
)
def test_an_archive_in_an_archive_is_not_unpacked(tmp_path, name, inner):
    path = tmp_path / name
    if inner is None:
        inner = zipped(tmp_path / "inner.zip", ("users.csv", CONTENT)).read_bytes()
    path.write_bytes(gzip.compress(inner)) if name.endswith(".gz") else zipped(path, ("inner", inner))
    assert content_of(path) == inner
    assert check(path, type="users").files[0].counts == {"F003": 1}


@pytest.mark.parametrize(
    ("name", "data"),
    [
        ("plain.gz", CONTENT),
        ("plain.zip", CONTENT),
        ("empty.gz", b""),
        ("empty.zip", b""),
        ("cut.gz", gzip.compress(CONTENT, mtime=0)[:-4]),
        ("wrong-sum.gz", gzip.compress(CONTENT, mtime=0)[:-8] + bytes(8)),
        ("trailing.gz", gzip.compress(CONTENT, mtime=0) + b"more"),
    ],
)
def test_what_only_its_name_says_is_packed(tmp_path, name, data):
    path = tmp_path / name
    path.write_bytes(data)
    with pytest.raises(ReadError, match=re.escape(str(path))):
        content_of(path)


@pytest.mark.parametrize("method", [zipfile.ZIP_DEFLATED, zipfile.ZIP_BZIP2, zipfile.ZIP_LZMA])
def test_a_damaged_zip(tmp_path, method):
    path = tmp_path / "x.zip"
    with zipfile.ZipFile(path, "w", method) as archive:
        archive.writestr("a.csv", os.urandom(5000))
    data = bytearray(path.read_bytes())
    data[40:1010] = bytes(970)
    path.write_bytes(data)
    with pytest.raises(ReadError, match=r"x\.zip"):
        content_of(path)


@pytest.mark.parametrize("suffix", ["gz", "zip"])
@pytest.mark.parametrize(
    ("limits", "said"),
    [({"MAX_UNPACKED": 10_000}, "unpacks to more than"), ({"MAX_RATIO": 5, "_RATIO_FREE": 1000}, "5 times its size")],
)
def test_bombs_are_refused(tmp_path, monkeypatch, suffix, limits, said):
    for name, limit in limits.items():
        monkeypatch.setattr(source, name, limit)
    path = tmp_path / f"bomb.{suffix}"
    if suffix == "gz":
        path.write_bytes(gzip.compress(bytes(200_000)))
    else:
        zipped(path, ("bomb.csv", bytes(200_000)))
    with pytest.raises(ReadError, match=said):
        content_of(path)


def test_what_packs_well_is_no_bomb(tmp_path):
    path = tmp_path / "well.gz"
    path.write_bytes(gzip.compress(CONTENT * 20_000))
    assert content_of(path) == CONTENT * 20_000


def test_standard_input():
    script = "import sys; from dsolint.reading.source import open_source; s = open_source('-'); print(s.label, s.endless, b''.join(s.chunks(5)))"
    ran = subprocess.run([sys.executable, "-c", script], input=CONTENT, capture_output=True, check=True)
    assert ran.stdout.decode().strip() == f"- True {CONTENT}"


def test_file_objects(tmp_path):
    assert content_of(io.BytesIO(CONTENT)) == CONTENT
    path = tmp_path / "users.csv"
    path.write_bytes(CONTENT)
    with path.open("rb") as file:
        assert content_of(file) == CONTENT
        assert not file.closed
    with path.open("rb", buffering=0) as file:
        assert content_of(file) == CONTENT
    with path.open() as file, pytest.raises(ReadError, match="binary mode"):
        open_source(file)


@pytest.mark.parametrize("suffix", ["gz", "zip"])
def test_file_objects_that_are_packed(tmp_path, suffix):
    path = tmp_path / f"users.csv.{suffix}"
    path.write_bytes(gzip.compress(CONTENT)) if suffix == "gz" else zipped(path, ("users.csv", CONTENT))
    for place in (path, str(path)):
        with open(place, "rb") as file:  # noqa: PTH123
            assert check(file).files[0].sha256 == check(path).files[0].sha256
            assert not file.closed
    with pytest.raises(ReadError, match="closed file"):
        content_of(file)


def test_a_file_object_that_is_unpacked_already(tmp_path):
    """gzip.open names it as the packed file is named, and frictionless gives us such ones."""
    path = tmp_path / "users.csv.gz"
    path.write_bytes(gzip.compress(CONTENT))
    with gzip.open(path) as file:
        assert content_of(file) == CONTENT


@pytest.mark.skipif(os.name == "nt", reason="needs a named pipe")
def test_what_is_packed_is_not_unpacked_out_of_a_pipe(tmp_path):
    os.mkfifo(tmp_path / "users.csv.gz")
    keeper = os.open(tmp_path / "users.csv.gz", os.O_RDWR)
    with os.fdopen(keeper), pytest.raises(ReadError, match="out of a pipe"):
        open_source(tmp_path / "users.csv.gz")


@pytest.mark.parametrize(
    "name", ["müller;\"x\" 'y'.csv", "-users.csv", "a\nb.csv", "\x1b[31mred.csv", "..csv", "users", "日本 語.txt"]
)
@pytest.mark.skipif(os.name == "nt", reason="Windows forbids such names")
def test_odd_names(tmp_path, name):
    path = tmp_path / name
    path.write_bytes(CONTENT)
    with open_source(path) as opened:
        assert (opened.label, opened.name) == (str(path), name)
        assert b"".join(opened.chunks()) == CONTENT


@pytest.mark.skipif(not sys.platform.startswith("linux"), reason="other systems have names in Unicode alone")
def test_a_name_that_is_no_text(tmp_path):
    path = Path(os.fsdecode(os.fsencode(tmp_path) + b"/m\xfcller.csv"))
    path.write_bytes(CONTENT)
    assert content_of(path) == CONTENT


@pytest.mark.parametrize("name", ["not-there.csv", "a\0b.csv", "x" * 5000, "."])
def test_what_can_not_be_opened(tmp_path, name):
    with pytest.raises(ReadError):
        content_of(tmp_path / name)
