"""What an account holds: the keys of its open items with amounts and currencies, or of its user associations.

A table has a column `key`, and for items `amount` (a decimal, null where it can't be read) and `currency`.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import pyarrow as pa


def packed(table: pa.Table) -> bytes:
    """A table as an Arrow stream, compressed."""
    import pyarrow as pa

    sink = pa.BufferOutputStream()
    options = pa.ipc.IpcWriteOptions(compression="zstd")
    with pa.ipc.new_stream(sink, table.schema, options=options) as writer:
        writer.write_table(table)
    content: bytes = sink.getvalue().to_pybytes()
    return content


def unpacked(content: bytes) -> pa.Table:
    """The table of a stream. Raises ValueError or OSError for one that was damaged, since Arrow trusts what it is given."""
    import pyarrow as pa

    with pa.ipc.open_stream(content) as reader:
        table = reader.read_all()
    table.validate(full=True)
    return table


def after(before: pa.Table | None, sent: pa.Table) -> pa.Table:
    """What is held once a file with these rows went in; `before` is what stays unless the file names it again."""
    import pyarrow as pa
    import pyarrow.compute as pc

    now = _open(_last_of_each(sent))
    if before is None:
        return now
    kept = before.filter(pc.invert(pc.is_in(before["key"], sent["key"])))
    return pa.concat_tables([kept, now], promote_options="permissive")


def _last_of_each(rows: pa.Table) -> pa.Table:
    """The last row of each key, as an import that adds and updates takes them."""
    import pyarrow as pa
    import pyarrow.compute as pc

    if pc.count_distinct(rows["key"]).as_py() == rows.num_rows:
        return rows
    places = pa.table({"key": rows["key"], "place": pa.arange(0, rows.num_rows)})
    return rows.take(places.group_by("key").aggregate([("place", "max")])["place_max"].sort())


def _open(rows: pa.Table) -> pa.Table:
    """The items with a balance, a credit or one that can't be read too; all rows where there are no amounts."""
    import pyarrow.compute as pc

    if "amount" not in rows.column_names:
        return rows
    balance = pc.coalesce(pc.not_equal(rows["amount"], 0), True)
    return rows.filter(balance)
