"""The checks: one a file, listed here in the order in which they run.

An organization adds its own through the entry-point group `credkit.checks`: an object (or a class without arguments)
that is a `Check`. Shipped names cannot be taken over.
"""

from functools import cache
from importlib.metadata import EntryPoint, entry_points

from credkit.checks import by_hand
from credkit.checks.attestation import Attestation
from credkit.checks.caqh import Caqh
from credkit.checks.disclosures import Disclosures
from credkit.checks.exclusions import Exclusions
from credkit.checks.interface import Check
from credkit.checks.license import License
from credkit.checks.malpractice import Malpractice
from credkit.checks.npi import Npi
from credkit.checks.work_history import WorkHistory
from credkit.errors import UsageError

__all__ = ["CHECKS", "GROUP", "Check", "all_checks", "check_names"]

GROUP = "credkit.checks"

CHECKS: dict[str, Check] = {
    "npi": Npi(),
    "license": License(),
    "malpractice": Malpractice(),
    "caqh": Caqh(),
    "work_history": WorkHistory(),
    "disclosures": Disclosures(),
    "attestation": Attestation(),
    "exclusions": Exclusions(),
    "education": by_hand.EDUCATION,
    "claims_history": by_hand.CLAIMS_HISTORY,
    "board_certification": by_hand.BOARD_CERTIFICATION,
    "dea": by_hand.DEA,
    "cds": by_hand.CDS,
    "medicare_opt_out": by_hand.MEDICARE_OPT_OUT,
    "npdb": by_hand.NPDB,
    "background": by_hand.BACKGROUND,
    "references": by_hand.REFERENCES,
    "site_visit": by_hand.SITE_VISIT,
}


@cache
def all_checks() -> dict[str, Check]:
    """Return the shipped checks, then the organization's own, by name in running order."""
    checks = dict(CHECKS)
    for plugin in sorted(entry_points(group=GROUP), key=lambda one: one.name):
        check = _load(plugin)
        if check.name in checks:
            raise UsageError(
                f"The check {check.name!r} of {plugin.value} cannot be added: there is a check of that name.",
                hint="Give the organization's own check another name, or uninstall its package.",
            )
        checks[check.name] = check
    return checks


def check_names() -> tuple[str, ...]:
    """Return the names of all checks in running order: those which a policy may use."""
    return tuple(all_checks())


def _load(plugin: EntryPoint) -> Check:
    hint = "Mend it or uninstall its package; nothing is checked while it is broken."
    try:
        made = plugin.load()
        check = made() if isinstance(made, type) else made
    except (ImportError, AttributeError, LookupError, NameError, SyntaxError, TypeError, ValueError) as error:
        raise UsageError(f"The check {plugin.name!r} of {plugin.value} cannot be loaded: {error}", hint=hint) from error
    if not isinstance(check, Check):
        raise UsageError(f"{plugin.value}, given as the check {plugin.name!r}, is not a check.", hint=hint)
    return check
