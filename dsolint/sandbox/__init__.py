"""A stand-in for the import server, to try a nightly job and to test uploads: documented behaviour, and faults on request."""

HOST = "127.0.0.1"
PORT = 8765
