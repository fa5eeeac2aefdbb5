"""What an account will hold once a file went in: the keys of the rows that do, and of items their open amounts."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from decimal import Decimal
from hashlib import blake2b
from typing import TYPE_CHECKING

from dsolint import arrays
from dsolint.arrays import Array
from dsolint.checking.keys import APART, user_keys
from dsolint.checking.money import Amounts
from dsolint.fields import amount
from dsolint.fields.rows import Rows
from dsolint.rules.delivery import Gone

if TYPE_CHECKING:
    import pyarrow as pa

TYPES = ("items", "users")
"""The import types that take something away from an account by not naming it, or can."""


def keyed(
    rows: Rows,
    lines: Array[int],
    amounts: Amounts | None,
    left_out: Array[bool] | None,
) -> pa.Table:
    """The line and the key of each row that goes in, and where it is an item its open amount and currency."""
    import pyarrow as pa

    if amounts is None:
        customer_and_user, named = user_keys(rows)
        key = _hashed(arrays.binary_join_element_wise(*customer_and_user, APART))
        more = {}
    else:
        key, named = _item_key(rows)
        more = {
            "amount": amount.to_arrow(amounts.values),
            "currency": arrays.to_arrow(amounts.currencies, "string"),
        }
    goes_in = named if left_out is None else arrays.and_not(named, left_out)
    table = pa.table({"line": arrays.to_arrow(lines, "int64"), "key": arrays.to_arrow(key, "string"), **more})
    return table.filter(arrays.to_arrow(goes_in, "bool"))


def _item_key(rows: Rows) -> tuple[Array[str], Array[bool]]:
    """The documented identity: the unique key where there is one, else the number within the year of issue."""
    issued = rows.date("item_date_issue")
    year = arrays.fill_null(arrays.year(issued).cast("string"), "")
    numbered = arrays.binary_join_element_wise(rows.text("item_number"), year, APART)
    has_number = arrays.and_(rows.given("item_number"), arrays.is_valid(issued))
    has_key = rows.given("item_unique_key")
    return arrays.if_else(has_key, rows.text("item_unique_key"), numbered), arrays.or_(has_key, has_number)


def _hashed(keys: Array[str]) -> Array[str]:
    """Keys that can be told apart and not read: those of users hold names and addresses."""
    hashes = (None if key is None else blake2b(key.encode(), digest_size=16).hexdigest() for key in keys.to_pylist())
    return arrays.array(hashes, "string", like=keys)


def joined(tables: Sequence[pa.Table], without: Iterable[int], *, items: bool) -> pa.Table:
    """The rows of all blocks as one table, without those of some lines; the lines themselves are dropped."""
    import pyarrow as pa
    import pyarrow.compute as pc

    if not tables:
        columns = {"key": pa.string(), **({"amount": pa.decimal128(38, 10), "currency": pa.string()} if items else {})}
        return pa.table({name: pa.array([], type) for name, type in columns.items()})
    rows = pa.concat_tables(tables, promote_options="permissive")
    gone = pa.array(without, pa.int64())
    if len(gone):
        rows = rows.filter(pc.invert(pc.is_in(rows["line"], gone)))
    return rows.drop_columns("line")


def gone(before: pa.Table, keys: pa.Array) -> Gone:
    """What was held and is not among these keys."""
    import pyarrow.compute as pc

    lacking = before.filter(pc.invert(pc.is_in(before["key"], keys)))
    if "amount" not in before.column_names:
        return Gone(lacking.num_rows, before.num_rows, {}, {})
    weights, all_weights = _weights(lacking), _weights(before)
    shares = {currency: weight / all_weights[currency] for currency, weight in weights.items() if all_weights[currency]}
    return Gone(lacking.num_rows, before.num_rows, _sums(lacking, lacking["amount"]), shares)


def _weights(rows: pa.Table) -> dict[str, Decimal]:
    import pyarrow.compute as pc

    return _sums(rows, pc.abs(rows["amount"]))


def _sums(rows: pa.Table, amounts: pa.ChunkedArray) -> dict[str, Decimal]:
    return Amounts(amounts, rows["currency"]).sums()
