"""The peers who were asked about a provider."""

from credkit.checks.by_hand import ByHand, whole_file

REFERENCES = ByHand("references", "peer references", "the organization's own", whole_file)
