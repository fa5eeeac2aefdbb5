"""A local stand-in for the import server."""
