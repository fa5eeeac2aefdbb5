"""The customers' contacts."""

from __future__ import annotations

from dsolint.sampling.dialect import joined
from dsolint.sampling.people import MOBILE, country, email, generator, person, phone
from dsolint.sampling.table import Plan, client_code, customer_of
from dsolint.sampling.words import COMMENTS
from dsolint.schema import import_type

COLUMNS = (
    "client_code",
    "contact_title",
    "contact_firstname",
    "contact_lastname",
    "contact_role",
    "contact_email",
    "contact_phone",
    "contact_phone_cell",
    "contact_fax",
    "contact_collection",
    "contact_comments",
    "contact_unique_key",
)

_COLLECTS = 0.4
_ALL_QUOTED = 0.02


class Contacts:
    """The records of a contacts sample, for the first `customers_for(rows)` customers in order. Keys are unique."""

    columns = COLUMNS

    def __init__(self, plan: Plan) -> None:
        self._rows = plan.rows
        self._rng = generator("contacts", plan.seed)
        self.decimal_signs: dict[str, str] = {}
        self._roles = import_type("contacts").fields["contact_role"].enum

    def lines(self, numbers: range) -> list[str]:
        """The records with those numbers."""
        return [self._line(number) for number in numbers]

    def _line(self, number: int) -> str:
        rng = self._rng
        home = country(rng)
        someone = person(home, rng)
        area, line = rng.choice(home.cities).area, rng.randrange(100, 9900)
        code = client_code(customer_of(number, self._rows))
        address = self._seldom(0.9, email(someone, f"{code.lower()}.example.com"))
        telephone = self._seldom(0.7, phone(home, area, line))
        reachable = bool(address or telephone)
        values = (
            code,
            self._seldom(0.8, someone.title),
            someone.first,
            someone.last,
            self._seldom(0.9, rng.choice(self._roles)),
            address,
            telephone,
            self._seldom(0.4, phone(home, MOBILE, line)),
            self._seldom(0.1, phone(home, area, line + 1)),
            "1" if reachable and rng.random() < _COLLECTS else "0",
            self._seldom(0.1, rng.choice(COMMENTS)),
            f"K-{number:06d}",
        )
        return joined(values, quoted=rng.random() < _ALL_QUOTED)

    def _seldom(self, share: float, value: str) -> str:
        return value if self._rng.random() < share else ""
