"""The checks: one a file, listed here in the order in which they run.

An organization adds its own through the entry-point group `credkit.checks`: an object (or a class without arguments)
that is an `OwnCheck`; what it does not say of itself has defaults. Shipped names cannot be taken over.
"""

from functools import cache
from importlib.metadata import EntryPoint, entry_points

from credkit.checks.attestation import Attestation
from credkit.checks.background import BACKGROUND
from credkit.checks.board_certification import BoardCertification
from credkit.checks.caqh import Caqh
from credkit.checks.cds import Cds
from credkit.checks.claims_history import CLAIMS_HISTORY
from credkit.checks.dea import Dea
from credkit.checks.death import Death
from credkit.checks.disclosures import Disclosures
from credkit.checks.education import Education
from credkit.checks.exclusions import Exclusions
from credkit.checks.interface import Check, OwnCheck, complete
from credkit.checks.license import License
from credkit.checks.malpractice import Malpractice
from credkit.checks.medicare_opt_out import MedicareOptOut
from credkit.checks.npdb import NPDB
from credkit.checks.npi import Npi
from credkit.checks.preclusion import Preclusion
from credkit.checks.references import REFERENCES
from credkit.checks.site_visit import SITE_VISIT
from credkit.checks.work_history import WorkHistory
from credkit.errors import UsageError

__all__ = ["CHECKS", "GROUP", "Check", "all_checks", "check_names", "essential_checks"]

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
    "education": Education(),
    "claims_history": CLAIMS_HISTORY,
    "board_certification": BoardCertification(),
    "dea": Dea(),
    "cds": Cds(),
    "medicare_opt_out": MedicareOptOut(),
    "preclusion": Preclusion(),
    "death": Death(),
    "npdb": NPDB,
    "background": BACKGROUND,
    "references": REFERENCES,
    "site_visit": SITE_VISIT,
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


def essential_checks() -> tuple[str, ...]:
    """Return the names of the checks that seeing clients takes, whatever else a policy asks: licensed, insured, not
    excluded, and what the organization's own checks say of themselves."""
    return tuple(name for name, check in all_checks().items() if check.essential)


def _load(plugin: EntryPoint) -> Check:
    hint = "Mend it or uninstall its package; nothing is checked while it is broken."
    try:
        made = plugin.load()
        check = made() if isinstance(made, type) else made
    except (ImportError, AttributeError, LookupError, NameError, SyntaxError, TypeError, ValueError) as error:
        raise UsageError(f"The check {plugin.name!r} of {plugin.value} cannot be loaded: {error}", hint=hint) from error
    if not isinstance(check, OwnCheck):
        raise UsageError(f"{plugin.value}, given as the check {plugin.name!r}, is not a check.", hint=hint)
    return complete(check)
