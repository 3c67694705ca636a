"""Intake: the canonical form, one row of it cleaned and judged, and the maps that other forms need."""
