"""When a check passes, fails or could not be made: exit codes and verdicts of the real command."""

import pytest
from process import check, report


@pytest.mark.parametrize(
    ("arguments", "code"),
    [
        (["good.csv"], 0),
        (["bad.csv"], 1),
        (["good.csv", "bad.csv"], 1),
        (["not-there.csv"], 2),
        (["bad.csv", "not-there.csv"], 2),
        (["not-there"], 2),
        ([], 2),
        (["good.csv", "--no-such-option"], 2),
        (["good.csv", "--type", "invoices"], 2),
        (["good.csv", "--format", "xlsx"], 2),
        (["good.csv", "--today", "2024-02-30"], 2),
        (["good.csv", "--max-findings", "-1"], 2),
        (["good.csv", "--jobs", "0"], 2),
        (["good.csv", "--encoding", "no-such"], 2),
        (["good.csv", "--encoding", "base64"], 2),
        (["good.csv", "--config", "not-there.toml"], 2),
        (["good.csv", "--schema", "not-there.json"], 2),
        (["good.csv", "--clients", "not-there.csv"], 2),
    ],
)
def test_exit_codes(folder, arguments, code):
    ran = check(folder, *arguments)
    assert ran.returncode == code, ran.out + ran.err
    assert (code == 2) == bool(ran.err.strip())


def test_what_can_be_checked_is_checked_beside_what_can_not(folder):
    found = report(folder, "bad.csv", "not-there.csv")
    assert found["exit"] == 2
    assert [file["path"] for file in found["files"]] == ["bad.csv"]
    assert [failure["path"] for failure in found["failures"]] == ["not-there.csv"]
    assert found["verdict"] == "fail"


def test_a_delivery_that_lacks_a_file_has_not_passed(folder):
    found = report(folder, "good.csv", "not-there.csv")
    assert [(one["verdict"], one["files"]) for one in found["deliveries"]] == [("fail", ["good.csv"])]


@pytest.mark.parametrize(
    ("file", "fail_on", "code"),
    [
        ("warned.csv", "error", 0),
        ("warned.csv", "warning", 1),
        ("warned.csv", "info", 1),
        ("good.csv", "info", 0),
        ("bad.csv", "never", 0),
        ("bad.csv", "eror", 2),
    ],
)
def test_fail_on(folder, file, fail_on, code):
    assert check(folder, file, "--fail-on", fail_on).returncode == code


def test_fail_on_decides_the_verdict(folder):
    assert report(folder, "bad.csv", "--fail-on", "never")["verdict"] == "pass"
    assert report(folder, "warned.csv", "--fail-on", "warning")["verdict"] == "fail"
