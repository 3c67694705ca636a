"""A certificate of insurance: what it says, read strictly, and the malpractice policy that an accepted one makes of it."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from datetime import date
from typing import Any

from credkit.checks.cover import certified
from credkit.records import Credential, CredentialKind, ProviderFile
from credkit.reference.policy_numbers import same_policy_number
from credkit.reference.states import state_code
from credkit.tables.cells import clean_text, read_yes_no
from credkit.tables.cover import read_basis, read_limits
from credkit.tables.dates import read_date


@dataclass(frozen=True, slots=True)
class Certificate:
    """What a certificate says. Amounts are whole dollars; `basis` is claims_made or occurrence; `shared` says whether others
    share the limits, `fund` the states in whose compensation fund the provider takes part, `tail` whether claims are covered
    after the policy's end. `owner` is who owns the business that is insured, as a person saw it elsewhere."""

    insured: str
    carrier: str
    policy_number: str
    effective_on: date
    expires_on: date
    per_claim: int
    aggregate: int
    basis: str
    retroactive_on: date | None = None
    shared: bool | None = None
    fund: tuple[str, ...] = ()
    tail: bool | None = None
    owner: str | None = None

    def as_fields(self) -> dict[str, Any]:
        """Return what it says as a filing keeps it: dates as ISO text, what is not stated left out."""
        said = {name: getattr(self, name) for name in self.__slots__}
        return {
            name: value.isoformat() if isinstance(value, date) else list(value) if isinstance(value, tuple) else value
            for name, value in said.items()
            if value not in (None, ())
        }

    @classmethod
    def of_fields(cls, fields: Mapping[str, Any]) -> "Certificate":
        """Return the certificate that a filing keeps."""
        dated: dict[str, Any] = {
            name: date.fromisoformat(value) if name.endswith("_on") else tuple(value) if name == "fund" else value
            for name, value in fields.items()
        }
        return cls(**dated)


def _text(said: str) -> str:
    return said


def _states(said: str) -> tuple[str, ...]:
    found = []
    for part in said.replace(";", ",").split(","):
        code = state_code(part.strip())
        if code is None:
            raise ValueError("Write the state whose fund it is, such as IN.")
        found.append(code)
    return tuple(dict.fromkeys(found))


@dataclass(frozen=True, slots=True)
class Question:
    """One thing that a certificate says: how it is asked for, and read."""

    name: str
    words: str
    read: Callable[[str], Any]
    obligatory: bool = True


#: Everything that is asked of a certificate, in the order of the usual form (ACORD 25).
QUESTIONS = (
    Question("insured", "Named insured", _text),
    Question("carrier", "Insurer", _text),
    Question("policy_number", "Policy number", _text),
    Question("effective_on", "First day of the policy", read_date),
    Question("expires_on", "Last day of the policy", read_date),
    Question("per_claim", "Limit per claim (1M / 3M gives both)", read_limits),
    Question("aggregate", "Aggregate limit", read_limits),
    Question("basis", "claims_made or occurrence", read_basis),
    Question("retroactive_on", "Retroactive date", read_date, obligatory=False),
    Question("shared", "Limits shared with others", read_yes_no, obligatory=False),
    Question("fund", "States of the compensation fund", _states, obligatory=False),
    Question("tail", "Tail", read_yes_no, obligatory=False),
    Question("owner", "Owner of the business insured", _text, obligatory=False),
)
RETROACTIVE = next(question for question in QUESTIONS if question.name == "retroactive_on")
NAMES = tuple(question.name for question in QUESTIONS)


def missing(given: Mapping[str, str]) -> tuple[Question, ...]:
    """Return what a certificate must say and does not yet. (A claims-made one without its retroactive date is taken: the
    malpractice check asks for it.)"""
    absent = [question for question in QUESTIONS if question.obligatory and not given.get(question.name, "").strip()]
    if "/" in given.get("per_claim", ""):
        absent = [question for question in absent if question.name != "aggregate"]
    return tuple(absent)


def read_certificate(given: Mapping[str, str]) -> tuple[Certificate | None, tuple[str, ...]]:
    """Read what a certificate says, and everything that is wrong with it, in words. There is a certificate only where nothing
    is."""
    read: dict[str, Any] = {}
    problems = [f"{question.name}: it is not given." for question in missing(given)]
    for question in QUESTIONS:
        said = clean_text(given.get(question.name, ""))
        if not said:
            continue
        try:
            read[question.name] = question.read(said)
        except ValueError as error:
            problems.append(f"{question.name}: {error}")
    problems += _limits(read)
    if problems:
        return None, tuple(problems)
    certificate = Certificate(**read)
    problems += _order(certificate)
    return (None if problems else certificate), tuple(problems)


def _limits(read: dict[str, Any]) -> list[str]:
    """Settle the two limits, either of which may have been written into one cell as 1M/3M, in place."""
    both = read.pop("per_claim", None)
    alone = read.pop("aggregate", None)
    if both is None:
        return []
    per_claim, aggregate = both
    problems = []
    if alone is not None:
        first, second = alone
        stated = first if second is None else second
        if second is not None and first != per_claim:
            problems.append(f"aggregate: it says ${first:,} per claim, and per_claim ${per_claim:,}.")
        if aggregate is not None and aggregate != stated:
            problems.append(f"aggregate: it is ${stated:,} there, and ${aggregate:,} beside the limit per claim.")
        aggregate = stated
    if aggregate is None:
        return problems
    if aggregate < per_claim:
        problems.append(
            f"aggregate: ${aggregate:,} in aggregate is less than ${per_claim:,} per claim. Are the two the wrong way round?"
        )
    read["per_claim"], read["aggregate"] = per_claim, aggregate
    return problems


def _order(certificate: Certificate) -> list[str]:
    begins, ends, since = certificate.effective_on, certificate.expires_on, certificate.retroactive_on
    problems = []
    if ends <= begins:
        problems.append(f"expires_on: it ends on {ends}, and begins on {begins}. Are the two the wrong way round?")
    if since is not None and since >= max(begins, ends):
        problems.append(f"retroactive_on: {since} is not before the policy's end, {max(begins, ends)}.")
    return problems


def laid_over(certificate: Certificate, file: ProviderFile, new_id: Callable[[], str]) -> Credential:
    """Return the malpractice policy that a certificate makes: the one on file whose term it certifies, with all that it
    says; or another, so that what came before stays on file and continuous cover can be seen.

    The same term is one with the same number and the same first or last day; or one that only a form claimed, with both days
    the same whatever its number was said to be, or with neither day and no other number. What the certificate does not state
    stays as it was said of a policy of the same number, and of no other.
    """
    before = max(
        (held for held in file.held(CredentialKind.MALPRACTICE) if _same_term(held, certificate, file)),
        key=lambda held: _days_alike(held, certificate),
        default=None,
    )
    of_it = before is not None and same_policy_number(before.number, certificate.policy_number)
    details = dict(before.details) if before and of_it else {}
    details |= {
        "insured_name": certificate.insured,
        "per_claim": certificate.per_claim,
        "aggregate": certificate.aggregate,
        "basis": certificate.basis,
        "retroactive_on": certificate.retroactive_on.isoformat() if certificate.retroactive_on else None,
    }
    stated = {"shared": certificate.shared, "tail": certificate.tail, "owner": certificate.owner}
    details |= {key: value for key, value in stated.items() if value is not None}
    if certificate.fund:
        details["fund"] = list(certificate.fund)
    plain = before or Credential(new_id(), file.provider.npi, CredentialKind.MALPRACTICE)
    return replace(
        plain,
        issuer=certificate.carrier,
        number=certificate.policy_number,
        effective_on=certificate.effective_on,
        expires_on=certificate.expires_on,
        details=details,
    )


def _same_term(held: Credential, certificate: Certificate, file: ProviderFile) -> bool:
    undated = held.effective_on is None and held.expires_on is None
    if same_policy_number(held.number, certificate.policy_number):
        return undated or _days_alike(held, certificate) > 0
    if undated:
        return not held.number
    # A slip of the pen in a form is corrected; a policy that was shown by its own certificate is another one.
    return _days_alike(held, certificate) == 2 and not certified(held, file)


def _days_alike(held: Credential, certificate: Certificate) -> int:
    """Return how many of a policy's two days are those of a certificate."""
    return (held.effective_on == certificate.effective_on) + (held.expires_on == certificate.expires_on)
