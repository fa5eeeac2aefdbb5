"""Repair what has one right answer, and part the rows that go in from those that do not."""
