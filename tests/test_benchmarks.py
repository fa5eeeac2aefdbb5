"""The benchmarks run and race over the same work. How fast anything is, is no test's business."""

import json
import subprocess
import sys
from pathlib import Path

import pytest

from benchmarks.data import CASES, made, sample
from benchmarks.peers import frictionless
from benchmarks.verify import UNSEEN, by_dsolint, by_duckdb
from dsolint.sampling.faults import faults_for

ROOT = Path(__file__).parent.parent


def run(module, *arguments):
    command = [sys.executable, "-m", f"benchmarks.{module}", *map(str, arguments)]
    return subprocess.run(command, cwd=ROOT, capture_output=True, encoding="utf-8", check=True).stdout


def test_dsolint_and_duckdb_count_the_same(tmp_path):
    path = tmp_path / "items.csv"
    faults = faults_for("items").keys() - UNSEEN
    sample(path, 3000, 0.5, sorted(faults))
    counts, money = by_dsolint(path)
    assert counts.keys() == faults
    assert (counts, money) == by_duckdb(path)


def test_duckdb_reads_on_where_it_does_not_agree(tmp_path):
    path = tmp_path / "items.csv"
    sample(path, 1000, 0.5)
    counts, _ = by_dsolint(path)
    seen, _ = by_duckdb(path)
    assert {rule: count for rule, count in counts.items() if rule not in UNSEEN} == {
        rule: count for rule, count in seen.items() if rule not in UNSEEN
    }


def test_frictionless_reads_to_the_end(tmp_path):
    path = tmp_path / "items.csv"
    sample(path, 3000, 1, ["V302"])
    done = subprocess.run(frictionless(path, "utf-8"), capture_output=True, encoding="utf-8", check=False)
    (task,) = json.loads(done.stdout)["tasks"]
    assert task["stats"]["rows"] == 3000
    assert [(error["type"], error["fieldName"]) for error in task["errors"]] == [
        ("constraint-error", "item_type")
    ] * 3000


@pytest.mark.parametrize("name", [name for name, case in CASES.items() if case.change])
def test_changed_files_have_the_faults_of_the_sample(tmp_path, name):
    rows = 3000
    sampled, _ = by_dsolint(made(tmp_path, "few", rows))
    counts, _ = by_dsolint(made(tmp_path, name, rows), CASES[name].encoding)
    assert sampled
    if name == "line-ends":
        assert counts.pop("R206") > rows // 20
    assert counts == {rule: count for rule, count in sampled.items() if rule != "R204"}


def test_verify_shows_both_sides(tmp_path):
    shown = run("run", "--verify", "--rows", 2000, "--case", "all", "--data", tmp_path)
    lines = {line.split("|")[1].strip(): [cell.strip() for cell in line.split("|")[2:5]] for line in shown.splitlines() if "|" in line}  # fmt: skip
    dsolint, duckdb, remark = lines["V303"]
    assert int(dsolint) == int(duckdb) > 0
    assert not remark
    assert lines["R202"][1:] == ["0", "not told by its reader"]


def test_page_and_figures(tmp_path):
    figures = tmp_path / "figures.json"
    page = run("run", "--rows", 200, "--repeat", 1, "--case", "few", "--data", tmp_path, "--json", figures)
    measured = json.loads(figures.read_text(encoding="utf-8"))
    assert [one["command"] for one in measured["startup"]] == [
        "python -c pass", "dsolint --version", "dsolint", "frictionless", "DuckDB",
    ]  # fmt: skip
    (case,) = measured["cases"]
    assert (case["case"], case["rows"], case["bytes"]) == ("few", 200, (tmp_path / "items-200-few.csv").stat().st_size)
    for peer in case["peers"].values():
        assert len(peer["runs"]) == 1
        assert peer["rows_per_second"] == pytest.approx(200 / peer["seconds"])
        assert peer["peak_bytes"] is None or peer["peak_bytes"] > 1_000_000
    assert "## 200 rows" in page
    assert "| frictionless / dsolint | dsolint / DuckDB |" in page
    assert run("page", figures) == page


def test_a_slow_peer_sits_out(tmp_path):
    figures = tmp_path / "figures.json"
    run("run", "--rows", 200, "--case", "few", "--peer", "DuckDB", "--repeat", 3, "--patience", 0, "--data", tmp_path, "--json", figures)  # fmt: skip
    (case,) = json.loads(figures.read_text(encoding="utf-8"))["cases"]
    assert len(case["peers"]["DuckDB"]["runs"]) == 1


def test_corners(tmp_path):
    figures = tmp_path / "corners.json"
    page = run("corners", "--only", "rows", "--rows", "100,1000", "--size", 20_000, "--json", figures)
    dimensions = json.loads(figures.read_text(encoding="utf-8"))["dimensions"]
    assert [dimension["title"] for dimension in dimensions] == ["Rows", "Share of bad rows"]
    assert [point["rows"] for point in dimensions[0]["points"]] == [100, 1000]
    assert dimensions[0]["points"][0]["times_base"] == 1
    assert "## Rows" in page
