"""How fast dsolint is, beside frictionless and DuckDB: `make bench` and `make bench-corners`."""
