"""A memory for what is asked about values: columns of few values have the same ones in every block."""

from __future__ import annotations

from collections.abc import Callable
from functools import lru_cache, wraps
from typing import TypeVar

R = TypeVar("R")

LONGEST = 1000
"""How many characters a value has at most that is remembered: the memory has to stay bounded by bytes too."""


def remember(most: int) -> Callable[[Callable[[str], R]], Callable[[str], R]]:
    """Have a function of a value remember its last answers, so many of them."""

    def remembering(function: Callable[[str], R]) -> Callable[[str], R]:
        remembered = lru_cache(maxsize=most)(function)

        @wraps(function)
        def answer(value: str) -> R:
            return remembered(value) if len(value) <= LONGEST else function(value)

        return answer

    return remembering
