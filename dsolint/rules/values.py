"""V and S: one value. `PRECEDENCE` in rules/__init__.py says which rule speaks alone where several fit one fault."""

from __future__ import annotations

from dsolint.fields import amount, choice, date
from dsolint.findings import Basis, Effect, Problem, Severity
from dsolint.rules.rule import rule
from dsolint.schema import Field

_CAUSE = 40
"""How many characters of a value name a cause."""


@rule("V301", "missing-value", Severity.ERROR, Effect.LINE, Basis.DOCUMENTED)
def missing_value(value: str, field: Field) -> Problem | None:
    """A mandatory cell is empty or holds white space alone.

    Why: A line that lacks a mandatory field is left out of the import.
    Bad: FAC;;C0001
    Good: FAC;00000123;C0001
    Fix: Fill the column in the ERP, or leave such rows out of the export on purpose.
    Source: the vendor's help, question 29, and import-api.txt, "Spalten obligatorisch".
    """
    if not field.mandatory or (value.strip() and not (field.read and "required" in field.read(value)[1])):
        return None
    return Problem("A value is mandatory here.")


@rule("V302", "not-in-list", Severity.ERROR, Effect.VALUE, Basis.DOCUMENTED, kinds=("enumeration", "standard"))
def not_in_list(value: str, field: Field) -> Problem | None:
    """A value that is not one of the column's list. In a mandatory column the line is left out.

    Why: The server knows the listed values alone; an ERP's own type codes (INV, RE, NF) have to be translated.
    Bad: INV
    Good: FAC
    Fix: Map the ERP's codes to the listed values in the export.
    Source: import-api.txt, "Possible values".
    """
    if not field.enum or not value.strip() or value in field.enum:
        return None
    if field.read is not None and "enum" not in field.read(value)[1]:
        return None
    meant = choice.meant(value, field.enum)
    params = {"value": value, "allowed": ", ".join(field.enum)}
    effect = Effect.LINE if field.mandatory and field.read is None else None
    return Problem("{value} is not one of {allowed}.", params, suggestion=meant, effect=effect, cause=value[:_CAUSE])


@rule("V303", "bad-date", Severity.ERROR, Effect.VALUE, Basis.DOCUMENTED, kinds=("date",))
def bad_date(value: str, field: Field) -> Problem | None:
    """Not a real day in the form YYYY-MM-DD. In a mandatory column the line is left out.

    Why: YYYY-MM-DD is the only documented form; others are refused, or day and month change places.
    Bad: 24/04/2024
    Good: 2024-04-24
    Fix: Set the date format of the export, or of the database session, to YYYY-MM-DD.
    Source: import-api.txt, "Datumsformat: YYYY-MM-DD".
    """
    if not value.strip() or date.is_date(value):
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
        return Problem(message, params, day, severity, effect, cause=shape)
    return Problem(message, params, severity=severity, effect=effect, choices=days, cause=shape)


@rule("V304", "bad-amount", Severity.ERROR, Effect.VALUE, Basis.DOCUMENTED, kinds=("amount",))
def bad_amount(value: str, field: Field) -> Problem | None:
    """An amount in a form that is not documented. In a mandatory column the line is left out.

    Why: 1200, 1 200,00 and 1200.00123 are documented. Other forms are refused (inferred), or read as another amount.
    Bad: 1.200,00
    Good: 1200.00
    Fix: Export plain numbers, the minus sign in front, without currency and thousands mark.
    Source: import-api.txt, item_amount_initial_inc_tax; that other forms are refused is inferred.
    """
    if not value.strip() or amount.is_amount(value):
        return None
    found = amount.readings(value)
    severity, effect = _weight(field)
    params = {"value": value}
    if not found:
        return Problem("{value} is no amount.", params, severity=severity, effect=effect)
    message = "{value} is no amount in a form that the import reads."
    return Problem(message, params, severity=severity, effect=effect, choices=found, cause=amount.form(value))


@rule("V305", "ambiguous-amount", Severity.WARNING, Effect.VALUE, Basis.PRACTICE, kinds=("amount",))
def ambiguous_amount(value: str, field: Field) -> Problem | None:
    """`1.200` or `1,200`: thousands or decimals?

    Why: The import reads 1.2; whoever wrote it may have meant 1200. The column decides where another of its values can be
        read in one way only, and so does a currency with three decimals (TND, KWD, BHD, OMR, JOD and others).
    Bad: 1.200
    Good: 1200.00
    Fix: Export amounts with two decimals and without thousands marks.
    Source: good practice; import-api.txt allows any number of decimals.
    """
    choices = amount.thousands_or_decimals(value)
    if not choices:
        return None
    sign = "." if "." in value else ","
    return Problem("{value}: are these thousands or decimals?", {"value": value}, choices=choices, cause=sign)


@rule("V306", "bad-flag", Severity.ERROR, Effect.VALUE, Basis.DOCUMENTED, kinds=("flag",))
def bad_flag(value: str, field: Field) -> Problem | None:
    """A flag that is neither 0 nor 1.

    Why: The server knows 0 and 1; anything else probably counts as the default, 0.
    Bad: yes
    Good: 1
    Fix: Export 1 for yes and 0 for no.
    Source: import-api.txt, "Possible values: 0, 1".
    """
    if not value.strip() or value in choice.FLAGS:
        return None
    return Problem("{value} is neither 0 nor 1.", {"value": value}, suggestion=choice.flag(value))


def _weight(field: Field) -> tuple[Severity | None, Effect | None]:
    """A mandatory value that can't be read costs the line; a kind that is inferred is never an error."""
    if field.mandatory:
        return None, Effect.LINE
    return (Severity.WARNING if field.inferred else None), None


@rule("S701", "wrong-type", Severity.ERROR, Effect.VALUE, Basis.SCHEMA, kinds=("standard",))
def wrong_type(value: str, field: Field) -> Problem | None:
    """A value that the Table Schema type and format of its field do not read.

    Why: The schema that you gave with --schema says what the column holds.
    Bad: abc in a field of type integer
    Good: 12
    Fix: Correct the value, or the schema.
    Source: the Table Schema standard, as frictionless reads it.
    """
    note = field.read(value)[1].get("type") if field.read else None
    return Problem("{value} can't be read: the {note}.", {"value": value, "note": note}) if note else None


@rule("S702", "constraint", Severity.ERROR, Effect.VALUE, Basis.SCHEMA, kinds=("standard",))
def constraint(value: str, field: Field) -> Problem | None:
    """A value against a constraint of its field, such as minimum, maximum, pattern or minLength.

    Why: The schema that you gave with --schema says which values are allowed.
    Bad: 7 under "maximum": 5
    Good: 5
    Fix: Correct the value, or the schema.
    Source: the Table Schema standard, as frictionless reads it.
    """
    notes = field.read(value)[1] if field.read else {}
    broken = [note for name, note in notes.items() if name not in ("type", "required", "enum")]
    return Problem("{value} breaks a rule: {note}.", {"value": value, "note": "; ".join(broken)}) if broken else None


@rule("S703", "not-unique", Severity.ERROR, Effect.VALUE, Basis.SCHEMA)
def not_unique(first_line: int, fields: tuple[str, ...]) -> Problem:
    """A repeated value of a unique field, or a repeated primary key.

    Why: The schema that you gave with --schema says that no two rows share it.
    Bad: the id 17 in line 5 and in line 9
    Good: each id once
    Fix: Look why the row is exported twice.
    Source: the Table Schema standard.
    """
    params = {"fields": ", ".join(fields), "first": str(first_line)}
    return Problem("The value of {fields} stands already in line {first}.", params)
