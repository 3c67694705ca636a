"""Keeping the record safe: the log verified, and the tables held against it."""
