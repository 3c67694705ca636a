"""The visit to the place where a provider sees clients."""

from credkit.checks.by_hand import ByHand, whole_file

SITE_VISIT = ByHand("site_visit", "site visit", "the organization's own", whole_file)
