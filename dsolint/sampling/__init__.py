"""Sample data: realistic files without a fault, and on request with faults whose places are known."""

from __future__ import annotations

from dsolint.sampling.sample import BASE_DATE, Chunk, Truth, sample

__all__ = ["BASE_DATE", "Chunk", "Truth", "sample"]
