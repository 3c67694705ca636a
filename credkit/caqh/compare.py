"""A CAQH profile held against the file, NPPES, the boards and the certificate of insurance, before anybody attests it.

Pure: the same profile, file, policy and day give the same answer. What is only written differently (hyphens, suites,
telephone formats, a date with only its month) is no disagreement.
"""

from collections.abc import Iterator
from datetime import date

from credkit.caqh.differences import Difference, Severity
from credkit.caqh.history import disclosures, education, work
from credkit.caqh.holdings import certifications, insurance, licenses
from credkit.caqh.person import identity, practice, reach
from credkit.caqh.profile import Profile
from credkit.policy import Policy
from credkit.records import ProviderFile

_GRAVEST_FIRST = {severity: place for place, severity in enumerate(Severity)}


def compare(file: ProviderFile, profile: Profile, policy: Policy, on: date) -> tuple[Difference, ...]:
    """Return every disagreement, the gravest first, and in the order of CAQH's own sections."""
    found = sorted(_all(file, profile, policy, on), key=lambda one: _GRAVEST_FIRST[one.severity])
    return tuple(found)


def _all(file: ProviderFile, profile: Profile, policy: Policy, on: date) -> Iterator[Difference]:
    yield from identity(file, profile)
    yield from practice(file, profile)
    yield from reach(file, profile)
    yield from licenses(file, profile, on)
    yield from certifications(file, profile, on)
    yield from insurance(file, profile, policy, on)
    yield from education(file, profile)
    yield from work(file, profile, policy, on)
    yield from disclosures(file, profile, policy)
    for problem in profile.unread:
        fix = f"Look at it in CAQH: {problem}."
        why = "it cannot be read, and was not compared"
        yield Difference(problem.partition(" ")[0], Severity.SOON, "cannot be read", None, "caqh", "nobody", why, fix)
