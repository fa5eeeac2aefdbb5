"""The wheel and the sdist in environments of their own: what is in them, what they install, and the tests out of the sdist.

`make packaging` runs it: it needs the package index and minutes. uv makes the environments.
"""

import os
import shutil
import subprocess
import sys
import tarfile
import zipfile
from pathlib import Path

import pytest

import dsolint

ROOT = Path(__file__).parent.parent
OLDEST = "3.11"
HEADER = "item_type;item_number;client_code;item_date_issue;item_date_due;item_amount_initial_inc_tax\n"
BAD = HEADER + "FAC;00000123;C0001;2024-04-24;24/05/2024;1200\n"

BROAD = (
    "bad_input", "blocks", "causes", "chosen_rules", "client", "decoding", "encoding_and_delimiter", "exit_codes",
    "formats", "frictionless_plugin", "frictionless_report", "golden", "history", "init", "library", "messages",
    "outputs", "own_schemas", "public", "requests", "rules", "run", "sarif", "schema", "screens", "settings_effects",
    "settings_faults", "settings_origins", "sources", "streams", "terminal", "what_is_checked",
)  # fmt: skip
"""The tests that other versions of Python and of what we depend on are most likely to break; all of them take too long
to be run four times."""

pytestmark = pytest.mark.packaging


def run(*command, exits=0, **options):
    """What a command prints on both streams, once it ended with the exit code that it should."""
    environment = {name: value for name, value in os.environ.items() if name not in ("PYTHONPATH", "VIRTUAL_ENV")}
    ran = subprocess.run(
        [str(part) for part in command],
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        encoding="utf-8",
        env={**environment, "LC_ALL": "C.UTF-8", "PYTHONUTF8": "1"},
        **options,
    )
    assert ran.returncode == exits, f"{command} ended with {ran.returncode}:\n{ran.stdout[-8000:]}"
    return ran.stdout


def uv(*arguments):
    return run(sys.executable, "-m", "uv", *arguments)


def interpreter(version):
    """Python of a version: on the path, or among those of pyenv."""
    if version == "{}.{}".format(*sys.version_info):
        return sys.executable
    found = sorted((Path.home() / ".pyenv" / "versions").glob(f"{version}.*/bin/python"))
    found += [path for path in (shutil.which(f"python{version}"),) if path]
    if not found:
        pytest.skip(f"there is no Python {version}: dsolint is not tested with it")
    return found[0]


def environment(folder, python=sys.executable):
    """A new virtual environment without a package; its folder of programs."""
    uv("venv", "--quiet", "--no-python-downloads", "--python", python, folder)
    return folder / ("Scripts" if os.name == "nt" else "bin")


@pytest.fixture(scope="session")
def built(tmp_path_factory):
    """The sdist, and the wheel that is built out of it."""
    folder = tmp_path_factory.mktemp("dist")
    run(sys.executable, "-m", "build", "--quiet", "--outdir", folder, ROOT)
    (sdist,), (wheel,) = folder.glob("*.tar.gz"), folder.glob("*.whl")
    return sdist, wheel


@pytest.fixture(scope="session")
def installed(built, tmp_path_factory):
    """The wheel in an environment without extras, on a path with a space; its folder of programs."""
    programs = environment(tmp_path_factory.mktemp("on a path with spaces") / "the environment")
    uv("pip", "install", "--quiet", "--python", programs / "python", built[1])
    return programs


def test_what_the_wheel_holds(built):
    with zipfile.ZipFile(built[1]) as wheel:
        names = wheel.namelist()
        metadata = wheel.read(f"dsolint-{dsolint.__version__}.dist-info/METADATA").decode()
    tops = {name.partition("/")[0] for name in names if not name.startswith("dsolint-")}
    assert tops == {"dsolint", "frictionless_dsolint.py"}
    source = Path(dsolint.__file__).parent
    data = [path for path in source.rglob("*") if path.is_file() and path.suffix not in (".py", ".pyc")]
    assert {path.relative_to(source.parent).as_posix() for path in data} <= set(names)
    assert {"dsolint/py.typed", "dsolint/schemas/items.json"} <= set(names)
    assert any(name.endswith(".data/data/share/man/man1/dsolint.1") for name in names)
    assert "Requires-Python: >=3.11" in metadata
    assert "License-Expression: MIT" in metadata


def test_the_sdist_holds_all_that_is_kept(built):
    kept = run("git", "ls-files", cwd=ROOT).splitlines() if (ROOT / ".git").exists() else pytest.skip("no git")
    with tarfile.open(built[0]) as sdist:
        names = {name.partition("/")[2] for name in sdist.getnames()}
    assert set(kept) <= names


def test_the_wheel_works(installed, tmp_path):
    (tmp_path / "items.csv").write_text(BAD)
    told = run(installed / "dsolint", "check", "items.csv", "--today", "2024-11-22", exits=1, cwd=tmp_path)
    assert "V303 bad-date" in told
    assert run(installed / "python", "-m", "dsolint", "--version") == f"dsolint, version {dsolint.__version__}\n"
    page = ["--lang", "de", "--output", "html=report.html", "items.csv"]
    assert "NICHT BESTANDEN" in run(installed / "dsolint", "check", *page, exits=1, cwd=tmp_path)
    assert 'lang="de"' in (tmp_path / "report.html").read_text(encoding="utf-8")
    assert '"item_type"' in run(installed / "dsolint", "schema", "items")
    assert (installed.parent / "share" / "man" / "man1" / "dsolint.1").is_file()


def test_frictionless_finds_the_check(installed, tmp_path):
    (tmp_path / "items.csv").write_text(BAD)
    told = run(
        installed / "frictionless", "validate", "items.csv", "--checks", "dsolint", "--json", exits=1, cwd=tmp_path
    )
    assert "V303 bad-date" in told


def test_users_can_check_types_against_it(installed, tmp_path):
    (tmp_path / "mine.py").write_text("import dsolint\n\nrows: str = dsolint.check('items.csv').files[0].rows\n")
    told = run(
        sys.executable, "-m", "mypy", "--python-executable", installed / "python", "mine.py", exits=1, cwd=tmp_path
    )
    assert 'expression has type "int", variable has type "str"' in told


@pytest.mark.parametrize(
    ("command", "extra"),
    [
        (["sandbox"], "sandbox"),
        (["login", "--url", "https://account.example.com"], "keyring"),
    ],
)
def test_a_command_that_lacks_its_extra_says_so(installed, tmp_path, command, extra):
    told = run(installed / "dsolint", *command, exits=2, cwd=tmp_path)
    assert f'pip install "dsolint[{extra}]"' in told
    assert "Traceback" not in told


@pytest.mark.parametrize(
    ("python", "resolution"), [(OLDEST, "lowest-direct"), ("3.12", "highest"), ("3.13", "highest")]
)
def test_the_tests_of_the_sdist(built, tmp_path, python, resolution):
    programs = environment(tmp_path / "environment", interpreter(python))
    with tarfile.open(built[0]) as sdist:
        sdist.extractall(tmp_path, filter="data")
    (source,) = tmp_path.glob("dsolint-*")
    pins = tmp_path / "pins.txt"
    asked = ["--extra", "keyring", "--extra", "sandbox", source / "pyproject.toml", "--output-file", pins]
    uv("pip", "compile", "--quiet", "--python", programs / "python", "--resolution", resolution, *asked)
    uv(
        "pip",
        "install",
        "--quiet",
        "--python",
        programs / "python",
        "--constraints",
        pins,
        "--editable",
        f"{source}[dev]",
    )
    files = [Path("tests", f"test_{name}.py") for name in BROAD]
    chosen = ["-n", "auto", "-m", "not browser and not packaging", *files]
    run(programs / "python", "-m", "pytest", "-q", "-p", "no:cacheprovider", *chosen, cwd=source)
