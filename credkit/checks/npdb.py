"""The query of the National Practitioner Data Bank."""

from credkit.checks.by_hand import ByHand, whole_file

#: Results are not shown to auditors: the page with the history of queries is the evidence.
NPDB = ByHand("npdb", "National Practitioner Data Bank query", "45 CFR 60", whole_file)
