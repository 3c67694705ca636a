"""Which checks are due, why, and who settles them."""

from collections.abc import Callable
from dataclasses import replace
from datetime import date
from typing import Any

import factories
import pytest
from factories import TODAY, policy, provider
from lives import (
    CHECKS,
    accepted,
    active,
    applied,
    approved,
    cycle,
    decided,
    decision,
    on,
    subjects,
    verification,
    verified,
)

from credkit.records import CredentialKind, ProviderFile, SourceRef
from credkit.verify.plan import Due, due


def planned(file: ProviderFile, when: date | str = TODAY, **options: Any) -> dict[str, Due]:
    found = due(file, policy(), on(when), CHECKS, **options)
    return {f"{one.check.name} {one.subject.key}".rstrip(): one for one in found}


def why(file: ProviderFile, name: str, when: date | str = TODAY) -> str | None:
    found = planned(file, when).get(name)
    return found.why if found else None


def test_at_first_everything_is_due_in_the_order_of_the_policy() -> None:
    found = planned(applied())
    assert list(found) == list(subjects(applied()))
    assert {one.why for one in found.values()} == {"not verified"}
    assert {name for name, one in found.items() if one.by_hand} == {"education", "claims_history"}
    assert found["npi"].needs == (SourceRef("nppes", factories.NPI),)
    assert found["exclusions leie"].needs == (SourceRef("list", "leie"),)
    assert found["attestation"].needs == ()


def license_expires(file: ProviderFile, day: str) -> ProviderFile:
    held = tuple(
        replace(one, expires_on=on(day)) if one.kind is CredentialKind.LICENSE else one for one in file.credentials
    )
    return replace(file, credentials=held)


RECREDENTIALING = replace(
    approved(), cycles=(cycle(closed="2026-03-09"), cycle("2026-04-15", kind="recredentialing", id="cycle-2"))
)
WHY: list[tuple[str, Callable[[], ProviderFile], str, str, str | None]] = [
    ("what holds is not due", lambda: verified(applied()), "npi", "2026-03-03", None),
    ("what is missing waits for the provider", lambda: applied(factories.caqh()), "malpractice", "2026-03-02", None),
    ("what is stale", lambda: verified(applied()), "npi", "2026-07-01", "verified too long ago"),
    ("not on the last day of the window", lambda: verified(applied()), "npi", "2026-06-30", None),
    ("what expired", lambda: verified(applied()), "malpractice", "2026-09-01", "expired"),
    (
        "what failed, on another day",
        lambda: verified(applied(), results={"npi": "fail"}),
        "npi",
        "2026-03-03",
        "failed before",
    ),
    (
        "what failed today is not run in circles",
        lambda: verified(applied(), results={"npi": "fail"}),
        "npi",
        "2026-03-02",
        None,
    ),
    (
        "what is under review",
        lambda: verified(applied(), results={"npi": "review"}),
        "npi",
        "2026-03-03",
        "under review",
    ),
    (
        "an accepted review is settled",
        lambda: accepted(verified(applied(), results={"npi": "review"}), "npi"),
        "npi",
        "2026-03-03",
        None,
    ),
    (
        "what a source did not answer is due at once",
        lambda: verified(applied(), results={"npi": "unavailable"}),
        "npi",
        "2026-03-02",
        "not verified",
    ),
    (
        "a changed claim, although something was found today",
        lambda: replace(verified(applied()), provider=provider(last_name="Vale", email="x")),
        "npi",
        "2026-03-02",
        "not verified",
    ),
    (
        "a renewal, although the old date still holds",
        lambda: license_expires(approved(), "2029-03-31"),
        "license CO",
        "2026-03-20",
        "a renewal is claimed",
    ),
    ("nothing in the month of the screening", approved, "exclusions leie", "2026-03-31", None),
    ("each month once", approved, "exclusions leie", "2026-04-01", "monthly check"),
    ("and not what is not monitored", approved, "npi", "2026-04-01", None),
    (
        "a missed month says since when",
        approved,
        "exclusions leie",
        "2026-05-02",
        "monthly check overdue since 2026-05-01",
    ),
    ("nothing monthly before an approval", lambda: verified(applied()), "exclusions leie", "2026-04-01", None),
    ("monthly while recredentialing", lambda: RECREDENTIALING, "license CO", "2026-04-20", "monthly check"),
    (
        "nothing of who was terminated",
        lambda: decided(active(), decision("terminated", "2026-04-10")),
        "exclusions leie",
        "2026-06-01",
        None,
    ),
    (
        "nothing of who was denied, whatever is open",
        lambda: decided(applied(), decision("denied")),
        "npi",
        "2026-03-09",
        None,
    ),
    (
        "all of who applied anew",
        lambda: replace(
            decided(applied(), decision("denied")),
            cycles=(cycle(closed="2026-03-09"), cycle("2026-05-01", id="cycle-2")),
        ),
        "npi",
        "2026-05-01",
        "not verified",
    ),
]


@pytest.mark.parametrize(("make", "name", "when", "reason"), [row[1:] for row in WHY], ids=[row[0] for row in WHY])
def test_why(make: Callable[[], ProviderFile], name: str, when: str, reason: str | None) -> None:
    assert why(make(), name, when) == reason


def test_only_what_is_named() -> None:
    assert list(planned(applied(), only=["caqh", "npi"])) == ["npi", "caqh"]


def test_again_runs_what_holds_too_but_not_what_is_missing() -> None:
    file = verified(applied(factories.license(), factories.caqh(attested="2026-02-10")))
    again = planned(file, again=True)
    assert {one.why for one in again.values()} == {"asked for again"}
    assert {"malpractice", "education"}.isdisjoint(again)
    assert "npi" in again


def test_a_license_is_for_a_run_until_the_run_found_no_source_to_ask() -> None:
    file = applied()
    assert planned(file)["license CO"].by_hand is False
    subject = subjects(file)["license CO"]
    tried = verification(subject, result="unavailable", advice="Look it up at the CO board.")
    found = planned(replace(file, verifications=(tried,)))["license CO"]
    assert found.by_hand is True
    assert found.requirement.advice == "Look it up at the CO board."
