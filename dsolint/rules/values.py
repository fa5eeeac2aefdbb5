"""V and S: one value. The tables in rules/__init__.py say which rule speaks alone where several fit one fault."""

from __future__ import annotations

import datetime

from msgspec import Struct

from dsolint.fields import amount, choice, currency, date, identifier, words
from dsolint.findings import Basis, Effect, Problem, Severity
from dsolint.rules.rule import rule
from dsolint.schema import Field

_CAUSE = 40
"""How many characters of a value name a cause."""

TEXTS = ("key", "text", "email", "phone", "siret", "vat", "lei", "url", "list")
"""The kinds that hold text, whatever its form."""


class Context(Struct, frozen=True):
    """What a rule on a value knows beside the value: the days between which a date is plausible."""

    today: datetime.date
    earliest: datetime.date
    latest: datetime.date


@rule(
    "V301",
    "missing-value",
    Severity.ERROR,
    Effect.LINE,
    Basis.DOCUMENTED,
    kinds=(*TEXTS, "amount", "date", "enumeration", "flag", "currency", "standard"),
    suspects=rf"\A{words.SPACE}*\z",
)
def missing_value(value: str, field: Field, context: Context) -> Problem | None:
    """A mandatory cell is empty or holds white space alone.

    Why: A line that lacks a mandatory field is left out of the import.
    Bad: FAC;;C0001
    Good: FAC;00000123;C0001
    Fix: Fill the column in the source system, or leave such rows out of the export on purpose.
    Source: the vendor's help, question 29, and the vendor's API page, "Spalten obligatorisch".
    """
    is_missing = value in field.missing_values or ("" in field.missing_values and not words.stripped(value))
    return Problem("A value is mandatory here.") if field.mandatory and is_missing else None


@rule(
    "V302",
    "not-in-list",
    Severity.ERROR,
    Effect.VALUE,
    Basis.DOCUMENTED,
    kinds=("enumeration", "standard"),
    worst=Effect.LINE,
)
def not_in_list(value: str, field: Field, context: Context) -> Problem | None:
    """A value that is not one of the column's list.

    Why: The server knows the listed values alone; an ERP's own type codes (INV, RE, NF) have to be translated. In a mandatory
        column the line is left out.
    Bad: INV
    Good: FAC
    Fix: Map the codes of the source system to the listed values in the export.
    Source: the vendor's API page, "Possible values".
    """
    if not field.enum or value in field.enum or value in field.mapped:
        return None
    if "enum" not in field.read(value)[1] if field.read is not None else not words.is_filled(value):
        return None
    meant = choice.meant(value, (*field.enum, *field.labels))
    params = {"value": value, "allowed": ", ".join(field.enum)}
    effect = Effect.LINE if field.mandatory and field.read is None else None
    return Problem(
        "{value} is not one of {allowed}.",
        params,
        suggestion=field.labels.get(meant or "", meant),
        effect=effect,
        cause=value[:_CAUSE],
        certain=choice.differ_in_case(value, field.enum),
    )


@rule("V303", "bad-date", Severity.ERROR, Effect.VALUE, Basis.DOCUMENTED, kinds=("date",), worst=Effect.LINE)
def bad_date(value: str, field: Field, context: Context) -> Problem | None:
    """Not a real day in the form YYYY-MM-DD. In a mandatory column the line is left out.

    Why: YYYY-MM-DD is the only documented form; others are refused, or day and month change places.
    Bad: 24/04/2024
    Good: 2024-04-24
    Fix: Set the date format of the export, or of the database session, to YYYY-MM-DD.
    Source: the vendor's API page, "Datumsformat: YYYY-MM-DD".
    """
    if not words.is_filled(value) or date.is_date(value):
        return None
    shape, days = date.readings(value)
    severity, effect = _weight(field)
    if not days:
        message = "{value} is no date in the form {form}."
        return Problem(message, {"value": value, "form": date.FORMAT}, severity=severity, effect=effect)
    params = {"value": value, "form": date.FORMAT, "shape": shape}
    message = "{value} is no date in the form {form}: it seems to be {shape}."
    if days.keys() <= date.CERTAIN_ORDERS:
        (day,) = days.values()
        certain = shape != date.DAY_NUMBER and not date.has_zone(value)
        return Problem(message, params, day, severity, effect, cause=shape, certain=certain)
    certain = not date.has_zone(value)
    return Problem(message, params, severity=severity, effect=effect, choices=days, cause=shape, certain=certain)


@rule("V304", "bad-amount", Severity.ERROR, Effect.VALUE, Basis.DOCUMENTED, kinds=("amount",), worst=Effect.LINE)
def bad_amount(value: str, field: Field, context: Context) -> Problem | None:
    """An amount in a form that is not documented. In a mandatory column the line is left out.

    Why: 1200, 1 200,00 and 1200.00123 are documented. Other forms are refused (inferred), or read as another amount.
    Bad: 1.200,00
    Good: 1200.00
    Fix: Export plain numbers, the minus sign in front, without currency and thousands mark.
    Source: the vendor's API page, item_amount_initial_inc_tax; that other forms are refused is inferred.
    """
    if not words.is_filled(value) or amount.is_amount(value):
        return None
    found = amount.readings(value)
    severity, effect = _weight(field)
    params = {"value": value}
    if not found:
        return Problem("{value} is no amount.", params, severity=severity, effect=effect)
    message = "{value} is no amount in a form that the import reads."
    return Problem(
        message, params, severity=severity, effect=effect, choices=found, cause=amount.form(value), certain=True
    )


@rule("V305", "ambiguous-amount", Severity.WARNING, Effect.VALUE, Basis.PRACTICE, kinds=("amount",))
def ambiguous_amount(value: str, field: Field, context: Context) -> Problem | None:
    """An amount such as `1.200` or `1,200`, which may be thousands or decimals.

    Why: The import reads 1.2; whoever wrote it may have meant 1200. The column decides where another of its values can be
        read in one way only, and so does a currency with three decimals (TND, KWD, BHD, OMR, JOD and others).
    Bad: 1.200
    Good: 1200.00
    Fix: Export amounts with two decimals and without thousands marks.
    Source: good practice; the vendor's API page allows any number of decimals.
    """
    choices = amount.thousands_or_decimals(value)
    if not choices:
        return None
    sign = "." if "." in value else ","
    return Problem(
        "{value}: are these thousands or decimals?", {"value": value}, choices=choices, cause=sign, certain=True
    )


@rule("V306", "bad-flag", Severity.ERROR, Effect.VALUE, Basis.DOCUMENTED, kinds=("flag",))
def bad_flag(value: str, field: Field, context: Context) -> Problem | None:
    """A flag that is neither 0 nor 1.

    Why: The server knows 0 and 1; anything else probably counts as the default, 0.
    Bad: yes
    Good: 1
    Fix: Export 1 for yes and 0 for no.
    Source: the vendor's API page, "Possible values: 0, 1".
    """
    if not words.is_filled(value) or value in choice.FLAGS:
        return None
    severity = Severity.WARNING if field.inferred else None
    meant = choice.flag(value)
    certain = meant is not None and value.strip().casefold() not in choice.NEARLY_NUMBERS
    return Problem("{value} is neither 0 nor 1.", {"value": value}, meant, severity, certain=certain)


def _weight(field: Field) -> tuple[Severity | None, Effect | None]:
    """A mandatory value that can't be read costs the line; a kind that is inferred is never an error."""
    if field.mandatory:
        return None, Effect.LINE
    return (Severity.WARNING if field.inferred else None), None


@rule("V307", "bad-currency", Severity.WARNING, Effect.VALUE, Basis.DOCUMENTED, kinds=("currency",))
def bad_currency(value: str, field: Field, context: Context) -> Problem | None:
    """Not a current ISO 4217 currency code.

    Why: The page gives EUR and USD as examples; a symbol, a name or a withdrawn code probably leaves the item without
        a currency, or in the account's own.
    Bad: €
    Good: EUR
    Fix: Export the three-letter code of the currency.
    Source: the vendor's API page, item_currency, "Beispiel: EUR, USD"; ISO 4217 as the CLDR has it.
    """
    code = words.stripped(value)
    if not code or currency.is_current(code, context.today):
        return None
    known = currency.current(context.today)
    params = {"value": value}
    if code.upper() in known:
        return Problem("{value} must be written in capital letters.", params, code.upper(), certain=True)
    if code.upper() in currency.SYMBOLS:
        meant = currency.SYMBOLS[code.upper()]
        return Problem("{value} is no currency code.", params, meant, certain=meant is not None)
    if code.upper() in currency.withdrawn(context.today):
        return Problem("{value} is a currency that was withdrawn.", params)
    if code.upper() in currency.to_come(context.today):
        return Problem("{value} is a currency that is not introduced yet.", params)
    return Problem("{value} is no currency code.", params, choice.meant_code(code.upper(), known))


@rule("V308", "bad-email", Severity.WARNING, Effect.VALUE, Basis.PRACTICE, kinds=("email",))
def bad_email(value: str, field: Field, context: Context) -> Problem | None:
    """Not an email address.

    Why: Reminders and statements that are sent to it do not arrive.
    Bad: mike.jackson@example
    Good: mike.jackson@example.com
    Fix: Correct the address in the ERP; where a cell holds several, export one.
    Source: good practice; RFC 5322.
    """
    text = words.stripped(value)
    if not text or identifier.is_email(text):
        return None
    several = identifier.several_emails(text)
    if several:
        return Problem("The cell holds {count} email addresses.", {"count": str(len(several))}, cause="several")
    return Problem("{value} is no email address.", {"value": value})


@rule(
    "V309",
    "surrounding-space",
    Severity.INFO,
    Effect.VALUE,
    Basis.PRACTICE,
    kinds=(*TEXTS, "currency"),
    suspects=words.SURROUNDED,
)
def surrounding_space(value: str, field: Field, context: Context) -> Problem | None:
    """White space around a value, no-break and zero-width space among it. A warning in keys.

    Why: It is not seen, and two keys that differ in it are two keys: an item no longer finds its customer.
    Bad: "C0001 "
    Good: "C0001"
    Fix: Trim values in the export; fixed-width columns of the database are filled up with blanks.
    Source: good practice.
    """
    bare = words.stripped(value)
    if bare == value or not bare:
        return None
    severity = Severity.WARNING if field.is_key else None
    return Problem("White space surrounds the value.", {}, bare, severity, certain=True)


@rule(
    "V310",
    "mojibake",
    Severity.WARNING,
    Effect.VALUE,
    Basis.PRACTICE,
    kinds=TEXTS,
    suspects=words.MOJIBAKE,
)
def mojibake(value: str, field: Field, context: Context) -> Problem | None:
    """Text that was decoded wrongly once, or that holds the replacement character U+FFFD.

    Why: Names and addresses are imported broken, and stand so on every letter.
    Bad: MÃ¼ller
    Good: Müller
    Fix: Find the step that reads UTF-8 as Windows-1252, often a conversion that is done twice.
    Source: good practice; ftfy repairs the text.
    """
    meant = words.repaired(value)
    if meant is not None:
        return Problem("The value was decoded wrongly once.", {}, meant, certain=words.would_break(meant, value))
    if words.REPLACEMENT in value:
        return Problem("The value holds U+FFFD, which stands for a lost character.", cause=REPLACED)
    return None


REPLACED = "replaced"
"""The cause of V310 that undecodable bytes (F004) have too."""


@rule("V311", "formula", Severity.WARNING, Effect.NONE, Basis.PRACTICE, kinds=TEXTS, suspects=words.FORMULA)
def formula(value: str, field: Field, context: Context) -> Problem | None:
    """Text that a spreadsheet would run: a leading =, @, or a sign, tab or CR where no number or phone number follows.

    Why: Whoever opens an export of the data in a spreadsheet runs it. It is also how attackers get at accountants.
    Bad: =HYPERLINK("http://example.com")
    Good: HYPERLINK
    Fix: Correct the value in the ERP; real names begin with a letter or digit.
    Source: OWASP, CSV injection.
    """
    if not words.would_run(value) or words.is_placeholder(value):
        return None
    return Problem("A spreadsheet would take the value for a formula.")


@rule(
    "V312",
    "spreadsheet-damage",
    Severity.WARNING,
    Effect.VALUE,
    Basis.PRACTICE,
    kinds=(*TEXTS, "amount", "date", "currency"),
    suspects=words.DAMAGE,
    worst=Effect.LINE,
)
def spreadsheet_damage(value: str, field: Field, context: Context) -> Problem | None:
    """What a spreadsheet leaves behind: 1,23E+11, #N/A, #REF!. An error in keys and mandatory dates or amounts.

    Why: The digits that were rounded away can't be brought back, and an error value is no value.
    Bad: 1,23E+11
    Good: 123456789012
    Fix: Do not open the export in a spreadsheet before it is sent; import its columns as text if you must.
    Source: good practice. A day number where a date belongs is V303.
    """
    if not words.is_damaged(value):
        return None
    mandatory = field.mandatory and field.kind in ("amount", "date")
    return Problem(
        "{value} is what a spreadsheet made of the value.",
        {"value": value},
        severity=Severity.ERROR if mandatory or field.is_documented_key else None,
        effect=Effect.LINE if mandatory else None,
    )


@rule(
    "V313",
    "placeholder",
    Severity.WARNING,
    Effect.VALUE,
    Basis.PRACTICE,
    kinds=(*TEXTS, "amount", "date", "enumeration", "currency"),
    suspects=words.PLACEHOLDER,
    worst=Effect.LINE,
)
def placeholder(value: str, field: Field, context: Context) -> Problem | None:
    """NULL, N/A, a lone dash or a day that never was, where there is no value. An error in keys and for unreal dates.

    Why: An empty cell says that there is no value; a placeholder is imported as one. In a mandatory column that needs
        a date, an amount or a listed value the line is left out.
    Bad: NULL
    Good: an empty cell
    Fix: Export empty cells for missing values (COALESCE, NULLIF), and fill mandatory columns in the ERP.
    Source: good practice. Null and None are surnames too, so a name is never more than a warning.
    """
    if value in field.mapped:
        return None
    unreal = field.kind == "date" and words.is_unreal_date(value)
    if not unreal and (not words.is_placeholder(value) or words.is_unreal_date(value)):
        return None
    unreadable = field.kind in ("amount", "date", "enumeration") and not date.is_date(value)
    left_out = field.mandatory and unreadable
    severe = left_out or field.is_documented_key or (unreal and not field.inferred)
    return Problem(
        "{value} stands for no value.",
        {"value": value},
        severity=Severity.ERROR if severe else None,
        effect=Effect.LINE if left_out else None,
        cause=value.strip().upper()[:_CAUSE],
    )


@rule("V314", "bad-siret", Severity.WARNING, Effect.VALUE, Basis.PRACTICE, kinds=("siret",))
def bad_siret(value: str, field: Field, context: Context) -> Problem | None:
    """A SIRET or SIREN whose check digits are wrong.

    Why: The company can't be found by it, at the credit insurer's for one.
    Bad: 73282932000075
    Good: 73282932000074
    Fix: Correct the number in the ERP; a SIREN has 9 digits, a SIRET 14.
    Source: good practice; python-stdnum.
    """
    text = words.stripped(value)
    return None if not text or identifier.is_siret(text) else Problem("{value} is no SIRET or SIREN.", {"value": value})


@rule("V315", "bad-vat", Severity.WARNING, Effect.VALUE, Basis.PRACTICE, kinds=("vat",))
def bad_vat(value: str, field: Field, context: Context) -> Problem | None:
    """A VAT number with a country's prefix that fails this country's check.

    Why: A wrong number makes invoices to the customer invalid for tax.
    Bad: DE136695975
    Good: DE136695976
    Fix: Correct the number in the ERP. A number without a country's prefix is not judged.
    Source: good practice; python-stdnum.
    """
    country = identifier.fails_as_vat(value)
    if country is None:
        return None
    return Problem("{value} is no VAT number of {country}.", {"value": value, "country": country})


@rule("V316", "bad-lei", Severity.INFO, Effect.VALUE, Basis.PRACTICE, kinds=("lei",))
def bad_lei(value: str, field: Field, context: Context) -> Problem | None:
    """An id in client_id that is no LEI (ISO 17442).

    Why: The column is labelled LEI code; the vendor's own example puts something else there.
    Bad: FR12345678
    Good: 529900T8BM49AURSDO55
    Fix: Put VAT numbers into client_vat and company numbers into client_siret.
    Source: good practice; python-stdnum.
    """
    text = words.stripped(value)
    return None if not text or identifier.is_lei(text) else Problem("{value} is no LEI.", {"value": value})


@rule("V317", "bad-url", Severity.INFO, Effect.VALUE, Basis.PRACTICE, kinds=("url",))
def bad_url(value: str, field: Field, context: Context) -> Problem | None:
    """Not the address of a web page.

    Why: The link in the customer's sheet leads nowhere.
    Bad: n.example
    Good: https://www.example.com
    Fix: Correct the address in the ERP.
    Source: good practice.
    """
    text = words.stripped(value)
    return None if not text or identifier.is_url(text) else Problem("{value} is no web address.", {"value": value})


@rule("V318", "implausible-date", Severity.WARNING, Effect.NONE, Basis.PRACTICE, kinds=("date",))
def implausible_date(value: str, field: Field, context: Context) -> Problem | None:
    """A day before 1990 or more than ten years ahead, unless the configuration says otherwise.

    Why: Mostly a slip of the keyboard (2204 for 2024), and an item that is due then is never dunned.
    Bad: 2204-04-24
    Good: 2024-04-24
    Fix: Correct the date in the ERP.
    Source: good practice.
    """
    day = date.parse(value)
    if day is None or context.earliest <= day <= context.latest:
        return None
    return Problem(
        "{value} is not between {earliest} and {latest}.",
        {"value": value, "earliest": context.earliest.isoformat(), "latest": context.latest.isoformat()},
    )


@rule("S701", "wrong-type", Severity.ERROR, Effect.VALUE, Basis.SCHEMA, kinds=("standard",))
def wrong_type(value: str, field: Field, context: Context) -> Problem | None:
    """A value that the Table Schema type and format of its field do not read.

    Why: The schema that you gave with --schema says what the column holds.
    Bad: abc in a field of type integer
    Good: 12
    Fix: Correct the value, or the schema.
    Source: the Table Schema standard, as frictionless reads it.
    """
    wanted = field.read(value)[1].get("type") if field.read else None
    return Problem("{value} can't be read as {wanted}.", {"value": value, "wanted": wanted}) if wanted else None


@rule("S702", "constraint", Severity.ERROR, Effect.VALUE, Basis.SCHEMA, kinds=("standard",))
def constraint(value: str, field: Field, context: Context) -> Problem | None:
    """A value against a constraint of its field, such as minimum, maximum, pattern or minLength.

    Why: The schema that you gave with --schema says which values are allowed.
    Bad: 7 under "maximum": 5
    Good: 5
    Fix: Correct the value, or the schema.
    Source: the Table Schema standard, as frictionless reads it.
    """
    notes = field.read(value)[1] if field.read else {}
    broken = [note for name, note in notes.items() if name not in ("type", "enum")]
    if not broken:
        return None
    return Problem("{value} breaks a rule: {wanted}.", {"value": value, "wanted": "; ".join(broken)})


@rule("S703", "not-unique", Severity.ERROR, Effect.VALUE, Basis.SCHEMA)
def not_unique(first_line: int, fields: tuple[str, ...]) -> Problem:
    """A repeated value of a unique field, or a primary key that is repeated or incomplete.

    Why: The schema that you gave with --schema says that no two rows share it.
    Bad: the id 17 in line 5 and in line 9
    Good: each id once
    Fix: Look why the row is exported twice.
    Source: the Table Schema standard.
    """
    params = {"fields": ", ".join(fields), "first": str(first_line)}
    return Problem("The value of {fields} stands already in line {first}.", params)


def blank_primary_key(fields: tuple[str, ...]) -> Problem:
    """S703 for a row whose primary key lacks a value: Table Schema takes each for required."""
    return Problem("A value of the primary key {fields} is missing.", {"fields": ", ".join(fields)}, cause="blank")
