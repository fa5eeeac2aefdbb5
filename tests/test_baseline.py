"""Known findings: what a run with a baseline shows, fails for and writes."""

import json
from collections import Counter

import pytest
from command import run
from fixtures import reports
from fixtures.small import GOOD, HEADER, write
from hypothesis import given, settings
from hypothesis import strategies as st
from process import VALIDATOR

import dsolint
from dsolint import baseline
from dsolint.findings import Severity
from dsolint.parts import Seen

LATE = "FAC;{};C0001;2024-04-24;{};1200\n"
TWO = HEADER + LATE.format("00000124", "24/04/2024") + LATE.format("00000125", "25/04/2024")


@pytest.fixture
def folder(tmp_path):
    write(tmp_path, items=TWO)
    record(tmp_path, "items.csv")
    return tmp_path


def record(folder, *arguments):
    ran = check(folder, "--write-baseline", "known.json", *arguments)
    assert ran.returncode in (0, 1), ran.err
    return ran


def entries(folder):
    return json.loads((folder / "known.json").read_text("utf-8"))["findings"]


def known(folder, *arguments):
    return report(folder, "--baseline", "known.json", *arguments)


def check(folder, *arguments):
    return run(folder, "check", "--today", "2024-11-22", *arguments)


def report(folder, *arguments):
    ran = check(folder, "--format", "json", *arguments)
    found = json.loads(ran.stdout)
    VALIDATOR.validate(found)
    return found | {"exit": ran.returncode}


# What fails


def test_known_findings_do_not_fail_the_run(folder):
    assert check(folder, "items.csv").returncode == 1
    found = known(folder, "items.csv")
    assert (found["exit"], found["verdict"], found["deliveries"][0]["verdict"]) == (0, "pass", "pass")
    assert found["baseline"] == {"known": 2, "gone": 0, "unchecked": 0}


def test_they_stay_visible(folder):
    (file,) = known(folder, "items.csv")["files"]
    assert file["counts"] == file["known"] == {"V303": 2}
    assert [finding["known"] for finding in file["findings"]] == [True, True]
    assert file["forecast"]["ignored"] == 2


def test_a_new_one_fails(folder):
    write(folder, items=TWO + LATE.format("00000126", "26/04/2024"))
    found = known(folder, "items.csv")
    assert found["exit"] == 1
    assert [finding["known"] for finding in found["files"][0]["findings"]] == [True, True, False]
    assert found["files"][0]["known"] == {"V303": 2}


def test_lines_may_shift_and_the_file_may_be_named_by_another_day(folder):
    head, *rows = TWO.splitlines(keepends=True)
    (folder / "items.csv").unlink()
    write(folder, items_20241123="".join([head, LATE.format("00000100", "2024-05-24"), *reversed(rows)]))
    assert known(folder, "items_20241123.csv")["exit"] == 0


def test_the_same_row_with_another_fault_is_new(folder):
    write(folder, items=TWO.replace("1200", "x", 1))
    found = known(folder, "items.csv")
    assert found["exit"] == 1
    assert [(f["code"], f["known"]) for f in found["files"][0]["findings"]] == [
        ("V303", True),
        ("V304", False),
        ("V303", True),
    ]


def test_another_type_knows_nothing_of_it(folder):
    write(folder, clients="client_code;client_business_name\nC0001;\n")
    record(folder, "clients.csv")
    write(folder, contacts="contact_lastname;client_code\n;C0001\n")
    assert known(folder, "contacts.csv")["exit"] == 1


def test_only_as_many_as_there_were(folder):
    write(folder, items=HEADER + LATE.format("00000124", "24/04/2024") * 2)
    found = known(folder, "items.csv", "--select", "V303")
    assert found["exit"] == 1
    assert [finding["known"] for finding in found["files"][0]["findings"]] == [True, False]


def test_files_of_one_type_share_what_is_known(folder):
    (folder / "again.csv").write_text(TWO)
    found = known(folder, "items.csv", "again.csv")
    assert [file["known"] for file in found["files"]] == [{"V303": 2}, {}]
    assert found["exit"] == 1
    record(folder, "items.csv", "again.csv")
    assert known(folder, "items.csv", "again.csv")["exit"] == 0


def test_entities_are_kept_apart(tmp_path):
    for name in ("north", "south"):
        (tmp_path / name).mkdir()
    write(tmp_path / "north", items=TWO)
    write(tmp_path / "south", items=GOOD)
    (tmp_path / "dsolint.toml").write_text(
        'entities.north = { files = ["north/"] }\nentities.south = { files = ["south/"] }\n'
    )
    record(tmp_path, "--all")
    assert known(tmp_path, "--all")["baseline"] == {"known": 2, "gone": 0, "unchecked": 0}
    assert known(tmp_path, "--entity", "south")["baseline"] == {"known": 0, "gone": 0, "unchecked": 2}
    write(tmp_path / "north", items=GOOD)
    write(tmp_path / "south", items=TWO)
    found = known(tmp_path, "--all")
    assert found["baseline"] == {"known": 0, "gone": 2, "unchecked": 0}
    assert found["exit"] == 1


def test_a_worse_effect_is_new(folder):
    write(folder, items=HEADER + LATE.format("00000124", "2024-05-24"))
    write(folder, clients="client_code;client_business_name\nC0002;Two\n")
    record(folder, ".")
    assert known(folder, ".", "--fail-on", "warning")["exit"] == 0
    (folder / "dsolint.toml").write_text("clients_complete = true\n")
    found = known(folder, ".")
    assert [(f["code"], f["effect"], f["known"]) for f in found["files"][1]["findings"]] == [("X501", "line", False)]
    assert found["exit"] == 1


def test_a_milder_fail_on_counts_what_is_not_known(folder):
    write(folder, items=TWO.replace("\n", ";x\n").replace("tax;x", "tax;remark"))
    assert known(folder, "items.csv")["exit"] == 0
    assert known(folder, "items.csv", "--fail-on", "warning")["exit"] == 1


def test_counts_are_exact_where_samples_are_few(tmp_path):
    rows = [LATE.format(f"{n:08}", "24/04/2024") for n in range(500)]
    write(tmp_path, items=HEADER + "".join(rows))
    record(tmp_path, "items.csv", "--max-findings", "3")
    assert len(entries(tmp_path)) == 500
    write(tmp_path, items=HEADER + "".join(rows[100:]) + LATE.format("00009999", "24/04/2024"))
    found = known(tmp_path, "items.csv", "--max-findings", "0")
    assert found["baseline"] == {"known": 400, "gone": 100, "unchecked": 0}
    assert found["files"][0]["counts"] == {"V303": 401}
    assert found["exit"] == 1


def test_repeats_and_unknown_customers_are_counted_as_well(tmp_path):
    rows = [LATE.format(f"{n:08}", "2024-05-24") for n in range(1, 151)] * 2
    write(tmp_path, items=HEADER + "".join(rows), clients="client_code;client_business_name\nC2;Two\n")
    record(tmp_path, ".", "--max-findings", "1")
    assert sum(entry["count"] for entry in entries(tmp_path)) == 450
    assert known(tmp_path, ".", "--fail-on", "info")["exit"] == 0


# What is gone


def test_what_is_gone_is_told_and_dropped_on_request(folder):
    write(folder, items=TWO.replace("24/04/2024", "2024-05-24"))
    assert known(folder, "items.csv")["baseline"] == {"known": 1, "gone": 1, "unchecked": 0}
    assert len(entries(folder)) == 2
    ran = check(folder, "--baseline", "known.json", "--write-baseline", "known.json", "items.csv")
    assert ran.returncode == 0
    assert "1 finding of the baseline is gone; --write-baseline drops it." in ran.out
    assert "known.json is written: 1 finding is known from now on." in ran.err
    assert len(entries(folder)) == 1
    write(folder, items=TWO)
    assert known(folder, "items.csv")["exit"] == 1


def test_a_baseline_that_is_brought_up_to_date_takes_nothing_new(folder):
    before = entries(folder)
    write(folder, items=TWO + LATE.format("00000126", "26/04/2024"))
    check(folder, "--baseline", "known.json", "--write-baseline", "known.json", "items.csv")
    assert entries(folder) == before


@pytest.mark.parametrize("arguments", [["--ignore", "V303"], ["--select", "H"]])
def test_a_rule_that_does_not_run_is_no_improvement(folder, arguments):
    before = entries(folder)
    assert known(folder, "items.csv", *arguments)["baseline"] == {"known": 0, "gone": 0, "unchecked": 2}
    check(folder, "--baseline", "known.json", "--write-baseline", "known.json", "items.csv", *arguments)
    assert entries(folder) == before


def test_a_root_cause_is_no_improvement(folder):
    write(folder, items=TWO.replace(";", ","))
    assert known(folder, "items.csv", "--type", "items")["baseline"] == {"known": 0, "gone": 0, "unchecked": 2}


def test_a_file_that_is_not_there_is_no_improvement(folder):
    write(folder, users="user_lastname;client_code\nRoy;C0001\n")
    assert known(folder, "users.csv")["baseline"] == {"known": 0, "gone": 0, "unchecked": 2}


# The file


def test_the_file_is_for_diffs_and_holds_no_data(folder):
    text = (folder / "known.json").read_text("utf-8")
    lines = text.splitlines()
    found = [line for line in lines if '"rule": "V303"' in line]
    assert len(found) == 2 and found == sorted(found)
    assert json.loads(found[0].rstrip(","))["column"] == "item_date_due"
    assert "00000124" not in text and "24/04/2024" not in text
    record(folder, "items.csv", "--jobs", "2")
    assert (folder / "known.json").read_text("utf-8") == text


def test_without_findings_it_is_empty_and_can_be_read(folder):
    write(folder, items=GOOD)
    assert record(folder, "items.csv").returncode == 0
    assert entries(folder) == []
    assert known(folder, "items.csv")["exit"] == 0


@pytest.mark.parametrize(
    ("text", "told"),
    [
        (None, "known.json: the baseline can't be read: No such file or directory."),
        ("", "known.json: line 1: the baseline is no JSON"),
        ('{\n"baseline_version": 1,\n<<<<<<< HEAD\n', "known.json: line 3: the baseline is no JSON"),
        ("[]", "known.json: this is no baseline of dsolint's."),
        ('{"version": 1}', "known.json: this is no baseline of dsolint's."),
        ('{"baseline_version": 1}', "known.json: this is no baseline of dsolint's."),
        ('{"baseline_version": "1", "findings": []}', "known.json: this is no baseline of dsolint's."),
        ('{"baseline_version": 2, "findings": []}', "known.json: the baseline is of a newer dsolint; update this one."),
        ('{"baseline_version": 1, "findings": [{}]}', "known.json: entry 1 of the baseline can't be read."),
        ('{"baseline_version": 1, "findings": [7]}', "known.json: entry 1 of the baseline can't be read."),
        ("[" * 100_000, "known.json: the baseline is no JSON"),
        ("é".encode("latin-1"), "known.json: the baseline is no JSON in UTF-8."),
    ],
)
def test_what_is_no_baseline(folder, text, told):
    (folder / "known.json").unlink()
    if text is not None:
        (folder / "known.json").write_bytes(text if isinstance(text, bytes) else text.encode())
    ran = check(folder, "--baseline", "known.json", "items.csv")
    assert ran.returncode == 2
    assert told in ran.err
    assert ran.err.count("\n") == 1


@pytest.mark.parametrize("count", [0, -1, "1", 1.0, True, None])
def test_counts_are_whole_numbers(folder, count):
    entry = entries(folder)[0] | {"count": count}
    (folder / "known.json").write_text(json.dumps({"baseline_version": 1, "findings": [entry]}))
    assert check(folder, "--baseline", "known.json", "items.csv").returncode == 2


def test_no_input_is_written_over(folder):
    ran = check(folder, "--write-baseline", "items.csv", "items.csv")
    assert ran.returncode == 2
    assert "--write-baseline: items.csv is a file that is read" in ran.err
    assert (folder / "items.csv").read_text() == TWO


def test_no_baseline_of_half_a_check(folder):
    before = (folder / "known.json").read_bytes()
    ran = check(folder, "--write-baseline", "known.json", "items.csv", "not-there.csv")
    assert ran.returncode == 2
    assert "known.json is not written: not all was checked." in ran.err
    assert (folder / "known.json").read_bytes() == before


def test_where_it_can_not_be_written(folder):
    assert check(folder, "--write-baseline", "no/such/known.json", "items.csv").returncode == 2


# Reports


def test_the_text_says_so(folder):
    out = check(folder, "--baseline", "known.json", "items.csv").out
    assert "error  V303 bad-date, 2 times (2 known): the line is left out" in out
    assert out.count("(known)") == 2
    assert "PASS  1 file: 2 errors, 0 warnings, 0 info." in out
    assert "2 findings are known from the baseline and do not count for the verdict." in out


def test_the_formats_say_so(folder):
    write(folder, items=TWO + LATE.format("00000126", "26/04/2024"))
    made = {}
    for format in ("sarif", "junit", "github", "gitlab", "frictionless", "markdown", "csv", "html"):
        ran = check(folder, "--baseline", "known.json", "--format", format, "--lang", "en", "items.csv")
        made[format] = ran.stdout.decode("utf-8-sig")
    results = json.loads(made["sarif"])["runs"][0]["results"]
    assert [result["baselineState"] for result in results] == ["new", "unchanged", "unchanged"]
    assert made["junit"].count("<failure") == 1 and made["junit"].count("(known)") == 2
    assert Counter(line.split()[0] for line in made["github"].splitlines()) == {"::error": 1, "::notice": 3}
    issues = [issue for issue in json.loads(made["gitlab"]) if issue["check_name"] != "not-checked"]
    assert [issue["severity"] for issue in issues] == ["critical", "info", "info"]
    (task,) = json.loads(made["frictionless"])["tasks"]
    assert (len(task["errors"]), len(task["warnings"]), task["valid"]) == (1, 2, False)
    assert (task["stats"]["errors"], task["stats"]["warnings"]) == (1, 2)
    assert made["markdown"].count("(known)") == 2
    rows = [line for line in made["csv"].splitlines() if "not-checked" not in line]
    assert [line.rpartition(";")[2] for line in rows] == ['"known"', '"yes"', '"yes"', '"no"']
    assert made["html"].count('<small class="known">known</small>') == 2
    assert "3 findings, 2 of them known" in made["html"]


def test_a_rule_whose_findings_are_all_known_passes(folder):
    out = check(folder, "--baseline", "known.json", "--format", "junit", "items.csv").out
    assert "<failure" not in out and "V303 bad-date" in out and "Findings: 2." in out


def test_a_rule_with_new_findings_fails_though_none_is_listed(folder):
    write(folder, items=TWO + LATE.format("00000126", "2024-05-24").replace("FAC", "INV"))
    out = check(folder, "--baseline", "known.json", "--format", "junit", "--max-findings", "0", "items.csv").out
    failures = [case.split('"')[3] for case in out.split("<testcase ")[1:] if "<failure" in case]
    assert failures == ["V302 not-in-list"]


@pytest.mark.parametrize("limit", [1, 50, 100])
def test_what_is_new_is_listed_though_much_is_known(tmp_path, limit):
    rows = [LATE.format(f"{n:08}", "24/04/2024") for n in range(150)]
    write(tmp_path, items=HEADER + "".join(rows))
    record(tmp_path, "items.csv")
    write(tmp_path, items=HEADER + "".join(rows) + LATE.format("00009999", "24/04/2024"))
    (file,) = known(tmp_path, "items.csv", "--max-findings", str(limit))["files"]
    lines = [finding["line"] for finding in file["findings"]]
    assert lines == [*range(2, limit + 1), 152]
    assert [finding["line"] for finding in file["findings"] if not finding["known"]] == [152]
    for format in ("text", "markdown", "github", "html", "junit"):
        shown = check(tmp_path, "--baseline", "known.json", "--format", format, "--lang", "en", "items.csv").out
        assert any("152" in line for line in shown.splitlines() if "known" not in line), format


def test_of_findings_that_nothing_tells_apart_one_is_listed_as_new(tmp_path):
    rows = "FAC;1\n" * 150
    write(tmp_path, items=HEADER + rows)
    record(tmp_path, "items.csv")
    write(tmp_path, items=HEADER + rows + "FAC;1\n")
    (file,) = known(tmp_path, "items.csv")["files"]
    assert (file["counts"], file["known"]) == ({"R201": 151}, {"R201": 150})
    assert [finding["known"] for finding in file["findings"]] == [True] * 99 + [False]


def test_what_is_found_against_the_last_delivery_is_never_known():
    seen = Seen("D602", None, Severity.ERROR, "0" * 16)
    news = reports.report(reports.file(reports.finding("D602", key={}, value=None), seen={seen: 1}))
    assert not baseline.recorded(news).counts
    known = baseline.Baseline(Counter({baseline.Entry(None, "items", "D602", None, "0" * 16): 1}))
    assert baseline.held_against(news, known).baseline == (1, 0, 0, 1)


def test_without_a_baseline_no_format_speaks_of_it(folder):
    found = report(folder, "items.csv")
    assert found["baseline"] is None
    assert found["files"][0]["known"] == {}
    assert not any(finding["known"] for finding in found["files"][0]["findings"])
    assert "baselineState" not in check(folder, "--format", "sarif", "items.csv").out


def test_redaction_leaves_the_marks(folder):
    found = known(folder, "items.csv", "--redact")
    assert [finding["known"] for finding in found["files"][0]["findings"]] == [True, True]
    assert found["exit"] == 0


def test_the_library_takes_one(folder):
    found = dsolint.check(folder / "items.csv", baseline=folder / "known.json", today="2024-11-22")
    assert found.passed
    assert all(finding.known for finding in found.files[0].findings)


def test_an_error_is_never_sent_though_it_is_known(folder, monkeypatch):
    monkeypatch.setenv("DSOLINT_URL", "http://127.0.0.1:9")
    ran = run(folder, "upload", "--dry-run", "--today", "2024-11-22", "--baseline", "known.json", "items.csv")
    assert ran.returncode == 1
    assert "2 findings of the baseline are errors and count all the same" in ran.out


def test_a_known_warning_does_not_stop_an_upload(folder, monkeypatch):
    monkeypatch.setenv("DSOLINT_URL", "http://127.0.0.1:9")
    write(folder, items=GOOD.replace("00000123", " 00000123"))
    asked = ["upload", "--dry-run", "--today", "2024-11-22", "--fail-on", "warning", "items.csv"]
    assert run(folder, *asked).returncode == 1
    record(folder, "items.csv")
    assert run(folder, *asked, "--baseline", "known.json").returncode == 0


# In the configuration


@pytest.fixture
def configured(folder):
    """A delivery below the folder of a configuration that names a baseline."""
    delivery = folder / "exports" / "night"
    delivery.mkdir(parents=True)
    (folder / "items.csv").rename(delivery / "items.csv")
    (folder / "known.json").rename(folder / "exports" / "known.json")
    (folder / "exports" / "dsolint.toml").write_text('baseline = "known.json"\n')
    return folder


def test_the_configuration_may_name_one(configured):
    ran = check(configured, "exports/night")
    assert ran.returncode == 0
    assert "2 findings are known from the baseline" in ran.out
    assert dsolint.check(configured / "exports" / "night", today="2024-11-22").passed
    shown = check(configured, "--show-config", "exports/night").out
    assert 'baseline = "known.json"' in shown


def test_an_option_goes_before_it(configured):
    (configured / "none.json").write_text(baseline.Baseline(Counter()).to_json())
    assert check(configured, "exports/night", "--baseline", "none.json").returncode == 1


def test_one_that_is_written_anew_is_not_held_against_it(configured):
    place = configured / "exports" / "known.json"
    before = place.read_text()
    (configured / "exports" / "night" / "items.csv").write_text(TWO + LATE.format("9", "x"))
    ran = check(configured, "exports/night", "--write-baseline", "exports/known.json")
    assert (ran.returncode, "from the baseline" in ran.out) == (1, False)
    assert place.read_text() != before
    assert check(configured, "exports/night").returncode == 0
    place.unlink()
    assert check(configured, "exports/night").returncode == 2
    assert check(configured, "exports/night", "--write-baseline", "exports/known.json").returncode == 1
    assert check(configured, "exports/night").returncode == 0


def test_of_several_none_is_taken(configured):
    (configured / "items.csv").write_text(GOOD)
    ran = check(configured, "exports/night", "items.csv")
    assert ran.returncode == 2
    assert "--baseline" in ran.err
    assert check(configured, "exports/night", "items.csv", "--baseline", "exports/known.json").returncode == 0


def test_no_output_is_written_over_it(configured):
    before = (configured / "exports" / "known.json").read_text()
    assert check(configured, "exports/night", "--output", "json=exports/known.json").returncode == 2
    assert (configured / "exports" / "known.json").read_text() == before


def test_an_error_that_it_knows_is_not_sent_either(configured, monkeypatch):
    monkeypatch.setenv("DSOLINT_URL", "http://127.0.0.1:9")
    ran = run(configured, "upload", "--dry-run", "--today", "2024-11-22", "exports/night")
    assert ran.returncode == 1
    assert "2 findings of the baseline are errors and count all the same" in ran.out


# Any baseline

rows = st.lists(
    st.tuples(st.sampled_from(["1", "2", "3", ""]), st.sampled_from(["2024-05-24", "24/04/2024", "", "x"])), max_size=8
)


def _checked(folder, made, **options):
    text = HEADER + "".join(LATE.format(number, due) for number, due in made)
    (folder / "items.csv").write_text(text)
    return dsolint.check(folder / "items.csv", today="2024-11-22", select=["V", "B"], **options)


@settings(max_examples=25, deadline=None)
@given(before=rows, after=rows)
def test_what_is_known_is_what_both_have(tmp_path_factory, before, after):
    folder = tmp_path_factory.mktemp("any")
    kinds = [
        Counter((f.code, f.column, str(f.key or f.value)) for f in _found(folder, made)) for made in (before, after)
    ]
    (folder / "known.json").write_text(_baseline_of(folder, before))
    found = _checked(folder, after, baseline=folder / "known.json")
    both, gone = kinds[0] & kinds[1], kinds[0] - kinds[1]
    assert found.baseline == (kinds[0].total(), both.total(), both.total(), gone.total())
    assert Counter((f.code, f.column, str(f.key or f.value)) for f in found.files[0].findings if f.known) == both


def _found(folder, made):
    return _checked(folder, made).files[0].findings


def _baseline_of(folder, made):
    from dsolint import engine
    from dsolint.settings import make_settings

    _checked(folder, made)
    asked = make_settings(today="2024-11-22", select=("V", "B"), with_fingerprints=True)
    return baseline.recorded(engine.check([folder / "items.csv"], asked)).to_json()
