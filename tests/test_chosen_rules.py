"""--select and --ignore: which rules are asked, and what is said of those that are not."""

import pytest
from fixtures.small import HEADER, write
from process import check, report


@pytest.mark.parametrize(
    ("options", "codes"),
    [
        ([], {"H102", "R201", "V303"}),
        (["--select", "V303"], {"V303"}),
        (["--select", "bad-date,R"], {"R201", "V303"}),
        (["--select", "V3", "--select", "H1"], {"H102", "V303"}),
        (["--ignore", "V303"], {"H102", "R201"}),
        (["--select", "V,R", "--ignore", "r2"], {"V303"}),
    ],
)
def test_selected_rules(folder, options, codes):
    row = "FAC;00000124;C0001;2024-04-24;24/04/2024;1200"
    write(folder, three=f"{HEADER[:-1]};remark\n{row};\n{row}\n")
    assert set(report(folder, "three.csv", *options)["files"][0]["counts"]) == codes


def test_rules_switched_off_weaken_the_forecast(folder):
    forecast = report(folder, "bad.csv", "--ignore", "V303")["files"][0]["forecast"]
    assert "V303" in forecast["weakened_by"]
    assert "V303" in check(folder, "bad.csv", "--ignore", "V303").out


@pytest.mark.parametrize("option", ["--select", "--ignore"])
@pytest.mark.parametrize(("code", "meant"), [("V333", "V3"), ("bad-dat", "bad-date"), ("v330", "V3"), ("r22", "R20")])
def test_an_unknown_rule_is_named_with_what_was_meant(folder, option, code, meant):
    ran = check(folder, "good.csv", option, code)
    assert ran.returncode == 2
    assert code in ran.err
    assert "Did you mean" in ran.err
    assert meant in ran.err.split("Did you mean")[1]
