"""How long a finding counts before a decision: said by each check, and kept by the requirements."""

from collections.abc import Callable
from dataclasses import dataclass

from credkit.policy import Policy


@dataclass(frozen=True, slots=True)
class Window:
    """For how long a finding counts, in words, and in days back from the decision by a policy's own numbers.

    `days` is None for what does not age. What the provider holds also ends on its own date, whatever the window.
    """

    words: str
    days: Callable[[Policy], int] | None


#: NCQA CR 3: 120 calendar days for an accredited plan, 90 for a certified CVO.
VERIFICATION = Window(
    "the policy's verification window before a decision", lambda policy: policy.windows.verification_days
)

#: A screening proves nothing that its list does not: it counts no longer than a list may be old (42 CFR 455.436).
SCREENING = Window(
    "the policy's verification window before a decision, and no longer than an exclusion list may be old",
    lambda policy: min(policy.windows.verification_days, policy.windows.exclusion_list_max_age_days),
)

#: NCQA CR 3 A: what was learnt once stays learnt.
AGELESS = Window("does not age", None)
