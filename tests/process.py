"""The real command in a process of its own: what only a process has, such as streams that are closed, and memory."""

import json
import os
import signal
import subprocess
import sys
import time
from contextlib import contextmanager
from pathlib import Path

import jsonschema
import pytest

SCHEMA = json.loads((Path(__file__).parent.parent / "dsolint" / "reporters" / "report.schema.json").read_text("utf-8"))


def closed(schema):
    """The schema without room for keys that it does not name: readers ignore those, and a report has none."""
    if isinstance(schema, list):
        return [closed(one) for one in schema]
    if not isinstance(schema, dict):
        return schema
    found = {name: one if name in ("if", "then", "else") else closed(one) for name, one in schema.items()}
    if "properties" in schema:
        found.setdefault("additionalProperties", False)
    return found


VALIDATOR = jsonschema.Draft202012Validator(closed(SCHEMA))
posix = pytest.mark.skipif(os.name != "posix", reason="needs a POSIX system")
linux = pytest.mark.skipif(not sys.platform.startswith("linux"), reason="needs Linux")


def environment(**more):
    kept = {name: value for name, value in os.environ.items() if name not in ("COLUMNS", "FORCE_COLOR", "NO_COLOR")}
    return kept | more


def run(folder, *arguments, data=None, **variables):
    """Run the command in a folder; whatever it was given, it prints no traceback."""
    ran = subprocess.run(
        [sys.executable, "-m", "dsolint", *arguments],
        cwd=folder,
        input=data,
        capture_output=True,
        env=environment(**variables),
        check=False,
    )
    ran.out, ran.err = ran.stdout.decode(errors="replace"), ran.stderr.decode(errors="replace")
    assert "Traceback" not in ran.err, ran.err
    return ran


def check(folder, *arguments, data=None, **variables):
    return run(folder, "check", "--today", "2024-11-22", *arguments, data=data, **variables)


def report(folder, *arguments, data=None, **variables):
    """The JSON report, held against its schema."""
    ran = check(folder, "--format", "json", *arguments, data=data, **variables)
    found = json.loads(ran.stdout.decode())
    VALIDATOR.validate(found)
    found["exit"] = ran.returncode
    return found


MEASURE = """
import resource, subprocess, sys
code = subprocess.call([sys.executable, "-m", "dsolint", "check", *sys.argv[1:]])
peak = resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss
sys.stderr.write(f"\\n{peak * (1 if sys.platform == 'darwin' else 1024)}")
sys.exit(code)
"""


def measured(folder, *arguments):
    """Run a check and give its highest use of memory in bytes as well."""
    if os.name != "posix":
        pytest.skip("needs a POSIX system")
    command = [sys.executable, "-c", MEASURE, *arguments]
    ran = subprocess.run(command, cwd=folder, capture_output=True, env=environment(), check=False)
    error, _, peak = ran.stderr.decode().rpartition("\n")
    ran.out, ran.err = ran.stdout.decode(), error
    assert "Traceback" not in error, error
    return ran, int(peak)


def _heed_ctrl_c():
    """What a shell starts in the background ignores Ctrl-C, and so does all that it starts."""
    signal.signal(signal.SIGINT, signal.SIG_DFL)


@contextmanager
def begin(command, **options):
    """A process that heeds Ctrl-C; it is gone, and its pipes are closed, wherever the test ends."""
    prepared = _heed_ctrl_c if os.name == "posix" else None
    with subprocess.Popen(command, preexec_fn=prepared, **options) as process:
        try:
            yield process
        finally:
            process.kill()


def wait_for(condition):
    """Wait until something that another process or thread does has happened."""
    for _ in range(1200):
        if condition():
            return
        time.sleep(0.05)
    raise AssertionError("it never happened")
