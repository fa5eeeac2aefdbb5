"""What is remembered of values, and what is not, so that memory stays bounded by bytes."""

from dsolint.fields.memory import LONGEST, remember


def test_a_value_is_asked_once_and_a_long_one_each_time():
    asked = []
    length = remember(2)(lambda value: asked.append(value) or len(value))
    short, long = "a" * LONGEST, "a" * (LONGEST + 1)
    assert [length(value) for value in (short, long, short, long)] == [LONGEST, LONGEST + 1, LONGEST, LONGEST + 1]
    assert asked == [short, long, long]


def test_no_more_is_remembered_than_is_said():
    asked = []
    upper = remember(1)(lambda value: asked.append(value) or value.upper())
    assert [upper(value) for value in "aba"] == ["A", "B", "A"]
    assert asked == ["a", "b", "a"]
