"""What a person records by hand of one check, and what it makes of the requirement."""

from typing import Any

from factories import policy
from lives import applied, judged, subjects, verification

from credkit.policy import Policy, RequirementLine
from credkit.records import Provider, Requirement

#: What a person can record, and what the requirement then is.
OUTCOMES = [("pass", "met"), ("fail", "failed"), ("review", "review")]


def asking(check: str, **changes: Any) -> Policy:
    """Return a policy that asks for one check alone."""
    return policy(requirements=(RequirementLine.model_validate({"check": check}),), **changes)


def recorded(
    check: str, result: str, *held: Any, who: Provider | None = None, when: str = "2026-03-02", on: str = "2026-03-02"
) -> Requirement:
    """Return the requirement of a check on a day, of which a person recorded a result on another."""
    own, given = asking(check), applied(*held, who=who)
    (name,) = subjects(given, own)
    made = verification(subjects(given, own)[name], when, result, method="hand")
    file = type(given)(**{slot: getattr(given, slot) for slot in given.__slots__} | {"verifications": (made,)})
    return judged(file, on, own)[name]
