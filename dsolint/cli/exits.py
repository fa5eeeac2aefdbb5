"""What the commands exit with, beside 0."""

from __future__ import annotations

FINDINGS = 1
"""Something reaches the severity that fails a run."""
COULD_NOT_RUN = 2
NOT_ACCEPTED = 3
"""The server refused a file, or left lines out."""
UNCERTAIN = 4
"""The server could not be reached, or the outcome is unknown."""
INTERRUPTED = 130
