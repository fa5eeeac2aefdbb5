"""X: between the files of a delivery."""

from __future__ import annotations

from dsolint.findings import Basis, Effect, Problem, Severity
from dsolint.rules.rule import rule

NOT_IMPORTED = "its own line is left out"
NEAR_MISS = "near miss"


@rule(
    "X501",
    "unknown-customer",
    Severity.WARNING,
    Effect.NONE,
    Basis.INFERRED,
    types=("items", "contacts", "users"),
    worst=Effect.LINE,
)
def unknown_customer(code: str, near: str | None, *, complete: bool, left_out: bool) -> Problem:
    """A client_code that the customers file, or the list of known customers, lacks.

    An error of effect line where the customers are declared complete (clients_complete in the configuration, or
    --clients), else a warning.

    Why: The key ties items, contacts and users to their customer; what the server does with one it does not know is not
        documented. Excel and exports by number often drop leading zeros.
    Bad: 123 where the customers file has 000123
    Good: 000123 in both files
    Fix: Export customer numbers as text in every file, and customers before their items.
    Source: inferred from the vendor's help, question 19.
    """
    severity = Severity.ERROR if complete else None
    effect = Effect.LINE if complete else None
    params = {"code": code}
    if left_out:
        message = "The customer {code} is in the customers file, and its own line there is left out."
        return Problem(message, params, None, severity, effect, cause=NOT_IMPORTED)
    if near is not None:
        message = "There is no customer {code}; {near} was probably meant."
        return Problem(message, {**params, "near": near}, near, severity, effect, cause=NEAR_MISS)
    return Problem("There is no customer {code}.", params, None, severity, effect)
