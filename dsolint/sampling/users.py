"""The users who look after the customers."""

from __future__ import annotations

from dsolint.sampling.dialect import joined
from dsolint.sampling.people import STAFF, generator, staff
from dsolint.sampling.table import PER_CUSTOMER, Plan, client_code, customer_of

COLUMNS = ("client_code", "user_matricule", "user_firstname", "user_lastname", "user_email")

_ALL_QUOTED = 0.05

assert STAFF > PER_CUSTOMER, "a customer would have a user twice"


class Users:
    """The records of a users sample, for the first `customers_for(rows)` customers in order.

    A customer's users follow one another in the list of the staff, so none is there twice.
    """

    columns = COLUMNS

    def __init__(self, plan: Plan) -> None:
        self._rows = plan.rows
        self._rng = generator("users", plan.seed)
        self.decimal_signs: dict[str, str] = {}
        self._staff = staff(plan.seed)

    def lines(self, numbers: range) -> list[str]:
        """The records with those numbers."""
        return [self._line(number) for number in numbers]

    def _line(self, number: int) -> str:
        employee = self._staff[number % STAFF]
        values = (
            client_code(customer_of(number, self._rows)),
            employee.number,
            employee.person.first,
            employee.person.last,
            employee.email,
        )
        return joined(values, quoted=self._rng.random() < _ALL_QUOTED)
