"""Repair what has one right answer, and part accepted rows from rejected ones."""
