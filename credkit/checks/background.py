"""The background check that an organization asks for itself."""

from credkit.checks.by_hand import ByHand, whole_file

BACKGROUND = ByHand("background", "background check", "the organization's own", whole_file)
