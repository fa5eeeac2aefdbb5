"""The causes that a report tells beside its findings: whose they are, and how many of them are shown."""

import pytest
from fixtures.small import HEADER, write
from process import check, report


def test_causes_that_are_not_shown_are_counted(tmp_path):
    names = [f"item_field_perso{number}" for number in range(1, 13)]
    write(tmp_path, items=f"{HEADER.strip()};{';'.join(names)}\nFAC;1;C1;2024-04-24;2024-05-24;1200{';N/A' * 12}\n")
    out = check(tmp_path, "items.csv").out
    assert out.count("\n* ") == 10
    assert "\n  2 more causes are not shown; the findings below have them.\n" in out


@pytest.mark.parametrize(("customer", "named", "opened"), [("000417", "417", True), ("417", "000417", False)])
def test_the_file_that_lost_its_zeros_is_the_one_that_a_spreadsheet_opened(tmp_path, customer, named, opened):
    write(
        tmp_path,
        clients=f"client_code;client_business_name\n{customer};Durand\n",
        items=f"{HEADER}FAC;1,23E+11;{named};2024-04-24;2024-05-24;1200\n",
    )
    (items,) = [file for file in report(tmp_path, ".")["files"] if file["type"] == "items"]
    told = " ".join(cause["message"] for cause in items["diagnoses"])
    assert ("A spreadsheet opened and saved the file" in told) == opened
    assert ("another spelling than the customers file" in told) != opened
