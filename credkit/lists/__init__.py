"""Exclusion lists: reading their files whole, row by row, losing none."""
