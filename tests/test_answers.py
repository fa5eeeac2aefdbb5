"""The server's answer, tolerantly read: each oddity, and any bytes at all."""

import json

import pytest
from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st

from dsolint.delivery.answer import Answer, LeftOut, NoAnswer, read_answer

VENDOR = b"""{
	"success": "true",
	"nb_client_added": 0,
	"nb_item_added": 5,
	"nb_item_modified": 2,
	"exception_lines": {
		"line 3": "Column count doesn't match (defined=8, found=10)",
	},
}"""


def test_the_vendors_own_example():
    found = read_answer(VENDOR)
    assert found.success
    assert found.counts == {"nb_client_added": 0, "nb_item_added": 5, "nb_item_modified": 2}
    assert found.left_out == (LeftOut(3, "Column count doesn't match (defined=8, found=10)"),)


@pytest.mark.parametrize(
    ("said", "success"),
    [
        (True, True), ("true", True), ("TRUE ", True), (1, True), ("1", True),
        (False, False), ("false", False), ("False", False), (0, False), ("0", False),
    ],
)  # fmt: skip
def test_truth(said, success):
    assert read_answer(json.dumps({"success": said}).encode()).success is success


@pytest.mark.parametrize(
    ("body", "words"),
    [
        (b"", "empty"),
        (b" \r\n\xef\xbb\xbf", "empty"),
        (b"<!DOCTYPE html><p>Wartung", "page"),
        (b"OK", "no JSON"),
        (b'{"success": "true"', "no JSON"),
        (b'{"success": NaN}', "no JSON"),
        (b"[" * 100_000, "no JSON"),
        (b'{"success": true, "x": ' + b"[" * 100_000 + b"]" * 100_000 + b"}", "no JSON"),
        (b'{"success": ' + b"1" * 5000 + b"}", "no JSON"),
        (b"[]", "no object"),
        (b'"true"', "no object"),
        (b"{}", "neither"),
        (b'{"success": null}', "neither"),
        (b'{"success": "done"}', "neither"),
        (b'{"success": ["true"]}', "neither"),
    ],
)
def test_no_answer(body, words):
    found = read_answer(body)
    assert isinstance(found, NoAnswer)
    assert words in found.problem


@pytest.mark.parametrize(
    ("lines", "left_out"),
    [
        (None, []),
        ("", []),
        ({}, []),
        ([], []),
        (False, []),
        ({"line 3": "a", "4": "b", "Line 5:": "c", "Zeile 6": "d"}, [(3, "a"), (4, "b"), (5, "c"), (6, "d")]),
        ({"line 3": ["a", "b"]}, [(3, "a"), (3, "b")]),
        ({"line 3": {"message": "a"}}, [(3, "a")]),
        ({"line 3": None}, [(3, "")]),
        ({"somewhere": "a"}, [(None, "a")]),
        ({"0": "line 3: a", "1": "Line 9 - b"}, [(3, "a"), (9, "b")]),
        (["line 3: a", "7: b", "7) c"], [(3, "a"), (7, "b"), (7, "c")]),
        (["Column count doesn't match (defined=8, found=10)"], [(None, "Column count doesn't match (defined=8, found=10)")]),
        ([3, "4", 5.0], [(3, ""), (4, ""), (5, "")]),
        ([{"line": 3, "message": "a"}, {"line": "line 4", "error": "b"}, {"line 5": "c"}], [(3, "a"), (4, "b"), (5, "c")]),
        ("line 3: a", [(3, "a")]),
        (" ", []),
        (3, [(3, "")]),
        (0, []),
        (True, []),
    ],
)  # fmt: skip
def test_lines_in_any_form(lines, left_out):
    found = read_answer(json.dumps({"success": "true", "exception_lines": lines}).encode())
    assert found.left_out == tuple(LeftOut(*line) for line in left_out)


def test_a_comma_in_a_text_stays():
    found = read_answer(
        rb'{"success": "true", "error_description": "a \",] , }", "exception_lines": ["line 2: x, ]",],}'
    )
    assert found.error_description == 'a ",] , }'
    assert found.left_out == (LeftOut(2, "x, ]"),)


def test_numbers_as_texts_and_unknown_keys():
    found = read_answer(
        b'{"success": "true", "nb_item_added": "12", "nb_item_modified": "many", "nb_new": 3, "id": [1]}'
    )
    assert found.counts == {"nb_item_added": 12, "nb_new": 3}
    assert found.raw["id"] == [1]
    assert found.raw["nb_item_modified"] == "many"


values = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=20),
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.text(max_size=8) | st.just("line 3"), inner, max_size=4),
    max_leaves=12,
)  # fmt: skip
answers = st.fixed_dictionaries(
    {"success": st.sampled_from(["true", "false", True, 0]) | values},
    optional=dict.fromkeys(("error_code", "error_description", "exception_lines", "nb_item_added"), values),
)


@settings(deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(st.binary() | answers.map(lambda answer: json.dumps(answer).encode()))
@example(VENDOR)
def test_any_bytes_are_an_answer_or_cleanly_none(body):
    found = read_answer(body)
    if isinstance(found, Answer):
        assert all(isinstance(count, int) and count >= 0 for count in found.counts.values())
        assert json.loads(json.dumps(found.raw, allow_nan=False)) == found.raw
        assert all(line.number is None or line.number >= 0 for line in found.left_out)
        assert all(isinstance(line.message, str) for line in found.left_out)
    else:
        assert str(found.problem)


@settings(deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(st.lists(st.tuples(st.integers(0, 10**6), st.text(st.characters(codec="utf-8"), min_size=1)), max_size=5))
def test_documented_lines_are_all_read(lines):
    said = {f"line {number}": f"x{message}" for number, message in lines}
    found = read_answer(json.dumps({"success": "true", "exception_lines": said}).encode())
    assert [line.number for line in found.left_out] == [int(key.split()[1]) for key in said]
