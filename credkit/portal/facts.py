"""What is on file of a provider, written as the columns of the form; and what somebody changed in it. Pure."""

from collections.abc import Iterator, Mapping
from datetime import date
from typing import Any

from credkit.intake.clean import ATTRIBUTES
from credkit.intake.form import Column, columns, find_column
from credkit.policy import Policy
from credkit.records import Credential, CredentialKind, ProviderFile

_GROUP_OF = {
    CredentialKind.LICENSE: "license",
    CredentialKind.DEA: "dea",
    CredentialKind.CDS: "cds",
    CredentialKind.BOARD_CERTIFICATION: "board",
    CredentialKind.MALPRACTICE: "malpractice",
    CredentialKind.CAQH: "caqh",
    CredentialKind.EDUCATION: "education",
}
#: What the organization and CAQH say of a profile is not the provider's to say.
OURS = frozenset({"caqh_status", "caqh_roster_status"})
#: Who somebody is, and what was signed: neither is a fact to correct on the page.
_FIXED = frozenset({"npi", "date_of_birth"})
_APART = frozenset({"work", "gap", "disclosures", "signature"})


def cells_of(file: ProviderFile, policy: Policy) -> dict[str, str]:
    """Return a file as the cells of a form, with the numbers of the groups that repeat in the order of the file. The answers to
    questions are not among them: each is answered anew."""
    cells: dict[str, str] = {}
    provider = file.provider
    for column in columns(policy, {}):
        if column.group in {"person", "practice"}:
            cells[column.name] = _text(getattr(provider, column.name))
    counts: dict[str, int] = {}
    for credential in _shown(file):
        group = _GROUP_OF[credential.kind]
        number = counts[group] = counts.get(group, 0) + 1
        for part, value in _parts(group, credential):
            numbered = f"{group}_{number}_{part}"
            cells[numbered if find_column(numbered, policy) else part] = _text(value)
    for entry in sorted(file.work_history, key=lambda one: one.started_on, reverse=True):
        group = "work" if entry.kind == "position" else "gap"
        number = counts[group] = counts.get(group, 0) + 1
        for part in ("employer", "role", "started_on", "ended_on", "explanation"):
            name = f"{group}_{number}_{part}"
            if find_column(name, policy):
                cells[name] = _text(getattr(entry, part))
    return {name: text for name, text in cells.items() if text and find_column(name, policy)}


def _shown(file: ProviderFile) -> Iterator[Credential]:
    """Return every credential that a form has room for: of malpractice, CAQH and education the last one alone."""
    for kind in _GROUP_OF:
        held = file.held(kind)
        if kind in {CredentialKind.MALPRACTICE, CredentialKind.CAQH, CredentialKind.EDUCATION}:
            yield from sorted(held, key=lambda one: one.expires_on or one.issued_on or date.min)[-1:]
        else:
            yield from held


def _parts(group: str, credential: Credential) -> Iterator[tuple[str, Any]]:
    known = ATTRIBUTES[group]
    for part, attribute in known.items():
        yield part, getattr(credential, attribute)
    for name, value in credential.details.items():
        # A single group's columns bear the group's name: malpractice_basis is the detail basis.
        yield (f"{group}_{name}" if group in {"malpractice", "caqh"} else name), value


def asked(file: ProviderFile, policy: Policy) -> tuple[Column, ...]:
    """Return the columns of the page of facts: every group that is on file, and one more of those a provider may add."""
    held = cells_of(file, policy)
    numbers = {
        group: max(
            (int(name.split("_")[1]) for name in held if name.startswith(f"{group}_") and name.split("_")[1].isdigit()),
            default=0,
        )
        for group in ("license", "dea", "cds", "board")
    }
    repeat = {group: number + 1 for group, number in numbers.items()}
    return tuple(
        column for column in columns(policy, repeat) if column.group not in _APART and column.name not in OURS | _FIXED
    )


def changed(before: Mapping[str, str], given: Mapping[str, str], policy: Policy) -> dict[str, str]:
    """Return what somebody changed, each changed group whole, as a credential is named by its columns together."""
    differ = {name for name, text in given.items() if text.strip() != before.get(name, "") and text.strip()}
    wholes = {_group(name, policy) for name in differ} - {None}
    return {
        name: given.get(name, before.get(name, ""))
        for name in dict.fromkeys((*before, *given))
        if (name in differ or _group(name, policy) in wholes)
        and name not in OURS | _FIXED
        and given.get(name, before.get(name, "")).strip()
    }


def _group(name: str, policy: Policy) -> tuple[str, int | None] | None:
    column = find_column(name, policy)
    if column is None or column.group in {"person", "practice"}:
        return None
    return column.group, column.number


def _text(value: Any) -> str:
    if value is None:
        return ""
    if isinstance(value, bool):
        return "yes" if value else "no"
    if isinstance(value, (tuple, list)):
        return "; ".join(map(str, value))
    return value.isoformat() if isinstance(value, date) else str(value)
