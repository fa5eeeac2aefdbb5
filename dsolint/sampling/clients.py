"""Customers."""

from __future__ import annotations

import datetime

from dsolint.sampling.amounts import FORM_SHARES, FORMS, decimal_signs
from dsolint.sampling.dialect import joined
from dsolint.sampling.numbers import VAT_NUMBERS, digits, french_vat, lei, siren, siret
from dsolint.sampling.people import MOBILE, Employee, country, generator, phone, slug, staff
from dsolint.sampling.table import Plan, client_code
from dsolint.sampling.words import (
    BUILDINGS,
    BUSINESS_LINES,
    COMMENTS,
    FRANCE,
    GERMANY,
    GROUPS,
    GUARANTEE_TYPES,
    PAYMENT_MEANS,
    PAYMENT_TERMS,
    QUOTED_COMPANIES,
    City,
    Country,
)

COLUMNS = (
    "client_code",
    "client_business_name",
    "client_trading_name",
    "client_siret",
    "client_vat",
    "client_id",
    "client_address_street_number",
    "client_address_street",
    "client_address_street_line2",
    "client_address_zip",
    "client_address_city",
    "client_address_country",
    "client_phone",
    "client_phone_cell",
    "client_fax",
    "client_email",
    "client_url",
    "client_business_line",
    "client_group",
    "client_payment_mean",
    "client_payment_term",
    "client_blocked",
    "client_blocked_date",
    "client_credit_limit",
    "client_order_backlog",
    "client_guarantee_type",
    "client_guarantee_score",
    "client_guarantee_insurer",
    "client_guarantee_insurer_reference",
    "client_guarantee_temporary",
    "client_guarantee_temporary_date_start",
    "client_guarantee_temporary_date_end",
    "client_others_guarantees",
    "client_guarantees_currency",
    "client_commercial_matricule",
    "client_commercial_firstname",
    "client_commercial_lastname",
    "client_commercial_email",
    "client_commercial_phone",
    "client_comments",
    "client_unique_key",
)
AMOUNTS = (
    "client_credit_limit",
    "client_order_backlog",
    "client_guarantee_insurer",
    "client_guarantee_temporary",
    "client_others_guarantees",
)

_BLOCKED = 0.04
_INSURED = 0.4
_TEMPORARILY_INSURED = 0.12
_OTHERWISE_INSURED = 0.1
_WITH_LEI = 0.4
_ALL_QUOTED = 0.02


class Clients:
    """The records of a clients sample: customer 1, 2, 3 … in order, with codes that the other samples refer to."""

    columns = COLUMNS

    def __init__(self, plan: Plan) -> None:
        self._today = plan.today
        self._rng = generator("clients", plan.seed)
        self.decimal_signs = decimal_signs(AMOUNTS, self._rng)
        self._staff = staff(plan.seed)

    def lines(self, numbers: range) -> list[str]:
        """The records with those numbers."""
        return [self._line(number) for number in numbers]

    def _line(self, number: int) -> str:
        rng = self._rng
        home = country(rng)
        city = rng.choice(home.cities)
        values = {
            "client_code": client_code(number),
            "client_unique_key": f"CU-{number:06d}",
            "client_business_line": rng.choice(BUSINESS_LINES),
            "client_group": ",".join(sorted(set(rng.choices(GROUPS, k=rng.randrange(3))))),
            "client_payment_mean": rng.choice(PAYMENT_MEANS),
            "client_payment_term": rng.choice(PAYMENT_TERMS),
            "client_comments": self._seldom(0.15, rng.choice(COMMENTS)),
            **self._identity(home, city),
            **self._address(home, city),
            **self._blocking(),
            **self._amounts(home),
            **_salesperson(rng.choice(self._staff)),
        }
        return joined([values.get(column, "") for column in COLUMNS], quoted=rng.random() < _ALL_QUOTED)

    def _identity(self, home: Country, city: City) -> dict[str, str]:
        rng = self._rng
        last, other = rng.choice(home.surnames), rng.choice(home.surnames)
        pattern = rng.choice(QUOTED_COMPANIES if rng.random() < 0.02 else home.companies)
        name = pattern.format(
            last=last, other=other, trade=rng.choice(home.trades), city=city.name, form=rng.choice(home.forms)
        )
        domain = f"{slug(name)[:30].strip('-')}.example.com"
        values = {
            "client_business_name": name,
            "client_trading_name": self._seldom(0.4, last),
            "client_id": self._seldom(_WITH_LEI, lei(rng)),
            "client_email": self._seldom(0.9, f"office@{domain}"),
            "client_url": self._seldom(0.6, f"https://www.{domain}"),
        }
        if home is FRANCE:
            company = siren(rng)
            number = company if rng.random() < 0.1 else siret(company, rng)
            return values | {"client_siret": number, "client_vat": french_vat(company)}
        return values | {"client_vat": VAT_NUMBERS[home.code](rng) if home.code in VAT_NUMBERS else ""}

    def _address(self, home: Country, city: City) -> dict[str, str]:
        rng = self._rng
        line = rng.randrange(100, 9900)
        return {
            "client_address_street_number": str(rng.randrange(1, 180)),
            "client_address_street": rng.choice(home.streets),
            "client_address_street_line2": self._seldom(0.1, rng.choice(BUILDINGS)),
            "client_address_zip": city.zip,
            "client_address_city": city.name,
            "client_address_country": home.name,
            "client_phone": phone(home, city.area, line),
            "client_phone_cell": self._seldom(0.3, phone(home, MOBILE, line)),
            "client_fax": self._seldom(0.3, phone(home, city.area, line + 1)),
        }

    def _blocking(self) -> dict[str, str]:
        rng = self._rng
        if rng.random() >= _BLOCKED:
            return {"client_blocked": "0"}
        since = self._day(-rng.randrange(500)) if rng.random() < 0.8 else ""
        return {"client_blocked": "1", "client_blocked_date": since}

    def _amounts(self, home: Country) -> dict[str, str]:
        rng = self._rng
        values = {
            "client_credit_limit": self._amount("client_credit_limit", 100_000),
            "client_order_backlog": self._seldom(0.5, self._amount("client_order_backlog", 30_000)),
            "client_guarantees_currency": home.currency,
        }
        if rng.random() < _INSURED:
            values |= {
                "client_guarantee_type": rng.choice(GUARANTEE_TYPES),
                "client_guarantee_score": str(rng.randrange(100, 400)),
                "client_guarantee_insurer": self._amount("client_guarantee_insurer", 80_000),
                "client_guarantee_insurer_reference": f"INS-{digits(rng, 6)}",
            }
        if rng.random() < _TEMPORARILY_INSURED:
            start = -rng.randrange(1, 200)
            values |= {
                "client_guarantee_temporary": self._amount("client_guarantee_temporary", 20_000),
                "client_guarantee_temporary_date_start": self._day(start),
                "client_guarantee_temporary_date_end": self._day(start + rng.randrange(30, 365)),
            }
        if rng.random() < _OTHERWISE_INSURED:
            values["client_others_guarantees"] = self._amount("client_others_guarantees", 15_000)
        return values

    def _amount(self, column: str, largest: int) -> str:
        rng = self._rng
        cents = 100 * rng.randrange(500, largest) + rng.choice((0, 0, 0, 50, 75))
        (form,) = rng.choices(FORMS, cum_weights=FORM_SHARES)
        return form(cents, self.decimal_signs[column])

    def _day(self, offset: int) -> str:
        return (self._today + datetime.timedelta(days=offset)).isoformat()

    def _seldom(self, share: float, value: str) -> str:
        return value if self._rng.random() < share else ""


def _salesperson(employee: Employee) -> dict[str, str]:
    return {
        "client_commercial_matricule": employee.number,
        "client_commercial_firstname": employee.person.first,
        "client_commercial_lastname": employee.person.last,
        "client_commercial_email": employee.email,
        "client_commercial_phone": phone(GERMANY, "221", employee.line),
    }
