"""What expires when, what would stop with it; and one assessment in words."""

from collections.abc import Callable
from dataclasses import replace
from datetime import date, timedelta
from typing import Any

import factories
import pytest
from factories import policy, provider
from hypothesis import given
from hypothesis import strategies as st
from lives import (
    CHECKS,
    PAYERS,
    accepted,
    active,
    applied,
    approved,
    assessed,
    decided,
    decision,
    enrollment,
    on,
    verification,
    verified,
)

from credkit.policy import Policy
from credkit.records import Comparison, Credential, ProviderFile
from credkit.status.expiry import Expiry, band_of, end_of, expiries
from credkit.status.explain import explain


def listed(
    file: ProviderFile, when: str, within: int = 120, *, expired: bool = False, rules: Policy | None = None
) -> list[Expiry]:
    found = expiries([file], rules or policy(), on(when), CHECKS, PAYERS, within=within, only_expired=expired)
    return list(found)


LICENSE = factories.license(expires="2026-06-30")
COVER = factories.malpractice(expires="2026-06-30")

BANDS = [
    ("beyond the widest", 121, None),
    ("120 days", 120, "120"),
    ("91 days", 91, "120"),
    ("90 days", 90, "90"),
    ("61 days", 61, "90"),
    ("60 days", 60, "60"),
    ("31 days", 31, "60"),
    ("30 days", 30, "30"),
    ("15 days", 15, "30"),
    ("14 days", 14, "14"),
    ("8 days", 8, "14"),
    ("7 days", 7, "7"),
    ("tomorrow", 1, "7"),
    ("today: a license is good through its last day", 0, "7"),
    ("yesterday", -1, "expired"),
    ("long ago", -400, "expired"),
]


@pytest.mark.parametrize(("days", "band"), [row[1:] for row in BANDS], ids=[row[0] for row in BANDS])
def test_bands(days: int, band: str | None) -> None:
    when = on("2026-06-30") - timedelta(days=days)
    assert band_of(LICENSE, on("2026-06-30"), policy(), when) == band
    found = listed(applied(LICENSE), when.isoformat())
    assert [(one.days_left, one.band) for one in found] == ([(days, band)] if days <= 120 else [])


def test_malpractice_ends_at_the_beginning_of_its_last_day() -> None:
    last = on("2026-06-30")
    assert band_of(COVER, last, policy(), last) == "expired"
    assert band_of(COVER, last, policy(), last - timedelta(days=1)) == "7"
    covered = policy(malpractice={"last_day_covered": True})
    assert band_of(COVER, last, covered, last) == "7"
    assert band_of(COVER, last, covered, last + timedelta(days=1)) == "expired"


@given(days=st.integers(-400, 400), bands=st.lists(st.integers(0, 365), max_size=5), within=st.integers(0, 400))
def test_a_band_is_the_smallest_that_holds_the_days(days: int, bands: list[int], within: int) -> None:
    rules = policy(expiry={"bands": tuple(bands)})
    when = on("2026-06-30") - timedelta(days=days)
    found = band_of(LICENSE, on("2026-06-30"), rules, when)
    holding = [band for band in bands if days <= band]
    assert found == ("expired" if days < 0 else str(min(holding)) if holding else None)
    assert bool(listed(applied(LICENSE), when.isoformat(), within, rules=rules)) == (days <= within)
    assert bool(listed(applied(LICENSE), when.isoformat(), within, expired=True, rules=rules)) == (days < 0)


@pytest.mark.parametrize(
    ("credential", "states", "ends"),
    [
        (factories.caqh(attested="2026-02-10"), ("CO",), "2026-06-10"),
        (factories.caqh(attested="2026-02-10"), ("IL",), "2026-08-09"),
        (factories.caqh(attested="2026-02-10"), ("CO", "IL"), "2026-06-10"),
        (factories.caqh(attested=None), ("CO",), None),
        (factories.license(expires=None), ("CO",), None),
        (factories.education(), ("CO",), None),
        (factories.board(expires="2028-06-30"), ("CO",), "2028-06-30"),
    ],
)
def test_when_a_credential_ends(credential: Credential, states: tuple[str, ...], ends: str | None) -> None:
    file = applied(credential, who=provider(states_of_practice=states))
    assert end_of(credential, file, policy(), on("2026-03-10")) == (on(ends) if ends else None)


def held(*credentials: Credential, **changes: Any) -> ProviderFile:
    """An active provider who holds these beside CAQH and a degree."""
    given = applied(*credentials, factories.caqh(attested="2026-02-10"), factories.education(), **changes)
    states = given.provider.states_of_practice
    file = decided(verified(given), decision(states=states))
    return replace(file, enrollments=tuple(enrollment("aspen", state=state) for state in states))


BOTH = provider(states_of_practice=("CO", "KS"))
KANSAS = factories.license("KS", "77", expires="2026-07-31")
AFFECTS: list[tuple[str, ProviderFile, str, str, list[str]]] = [
    ("a license stops its state", held(LICENSE, factories.malpractice()), "2026-04-10", "license", ["CO: Aspen Health"]),
    ("malpractice stops every state", held(LICENSE, KANSAS, COVER, who=BOTH), "2026-04-10", "malpractice", ["CO: Aspen Health", "KS: Aspen Health"]),
    ("a CAQH attestation stops none", held(LICENSE, factories.malpractice()), "2026-04-10", "caqh", []),
    ("nothing stops where nobody is seen yet", held(LICENSE, factories.malpractice()), "2026-03-20", "license", []),
    (
        "what it stopped is said on",
        held(LICENSE, factories.malpractice()),
        "2026-07-01",
        "license",
        ["CO: Aspen Health"],
    ),
    (
        "nor where a later one is held",
        held(LICENSE, factories.license(number="0099999", expires="2028-06-30"), factories.malpractice()),
        "2026-04-10",
        "license",
        [],
    ),
]  # fmt: skip


@pytest.mark.parametrize(
    ("file", "when", "kind", "affects"), [row[1:] for row in AFFECTS], ids=[row[0] for row in AFFECTS]
)
def test_what_would_stop(file: ProviderFile, when: str, kind: str, affects: list[str]) -> None:
    found = [one for one in listed(file, when) if one.kind == kind]
    assert [list(one.affects) for one in found[:1]] == [affects]


def test_items_come_by_date_and_say_what_they_are() -> None:
    found = listed(held(LICENSE, COVER), "2026-04-10")
    assert [(one.kind, one.jurisdiction, one.number, one.expires_on) for one in found] == [
        ("caqh", None, "10000001", on("2026-06-10")),
        ("license", "CO", "0012345", on("2026-06-30")),
        ("malpractice", None, "MP-1", on("2026-06-30")),
    ]


@pytest.mark.parametrize("outcome", ["terminated", "withdrawn", "denied"])
def test_nothing_expires_of_who_is_gone(outcome: str) -> None:
    file = decided(held(LICENSE, COVER), decision(outcome, "2026-04-05"))
    assert listed(file, "2026-04-04")
    assert listed(file, "2026-04-05") == []


# --- in words -------------------------------------------------------------------------------------------------------


def told(file: ProviderFile, when: str) -> dict[str, dict[str, list[str]]]:
    blocks: dict[str, dict[str, list[str]]] = {}
    for block in explain(assessed(file, when), CHECKS).blocks:
        for label, text in block.lines:
            blocks.setdefault(block.title, {}).setdefault(label, []).append(text)
    return blocks


def test_an_opening_says_who_where_and_when() -> None:
    opening = explain(assessed(active(), "2026-04-01"), CHECKS).opening
    assert opening == (
        "Ana Marsh (1000000004), LCSW, is at the stage active on 2026-04-01 and may see clients in CO. "
        "The file is on the clean track."
    )
    assert "may not see clients anywhere" in explain(assessed(applied(), "2026-03-02"), CHECKS).opening


TITLES: list[tuple[str, Callable[[], ProviderFile], str, str, str]] = [
    ("pending", applied, "2026-03-02", "education and training is pending", "staff"),
    (
        "missing",
        lambda: applied(factories.license()),
        "2026-03-02",
        "malpractice insurance is missing",
        "provider",
    ),
    (
        "expired",
        lambda: active(file=approved(applied(LICENSE, COVER, factories.caqh(), factories.education()))),
        "2026-07-05",
        "license to practice (CO) is expired",
        "provider",
    ),
    (
        "overdue",
        active,
        "2026-05-05",
        "exclusion lists (leie) is overdue since 2026-05-01",
        "staff",
    ),
    (
        "accepted",
        lambda: accepted(verified(applied(), results={"caqh": "review"}), "caqh"),
        "2026-03-02",
        "CAQH profile is met by an accepted review",
        "staff",
    ),
]


@pytest.mark.parametrize(("make", "when", "title", "who"), [row[1:] for row in TITLES], ids=[row[0] for row in TITLES])
def test_a_block_says_the_rule_the_fact_and_who_acts(
    make: Callable[[], ProviderFile], when: str, title: str, who: str
) -> None:
    block = told(make(), when)[title]
    assert block["rule"][0]
    assert block["fact"][0]
    assert block["who acts"] == [who]


def test_a_finding_says_its_source_and_every_difference() -> None:
    file = applied()
    from lives import subjects

    found = verification(
        subjects(file)["npi"],
        result="review",
        source="https://registry.example.org/?number=1000000004",
        advice="Compare with the provider's papers.",
        comparisons=(
            Comparison("status", "active", "active", agrees=True),
            Comparison("name", "Ana Marsh", "ZOE MARSH", agrees=False),
            Comparison("license CO", None, "77", agrees=False),
        ),
    )
    block = told(replace(file, verifications=(found,)), "2026-03-02")["National Provider Identifier is review"]
    assert block["source"] == ["https://registry.example.org/?number=1000000004, verified on 2026-03-02 by kim"]
    assert block["differs"] == [
        "name: we have Ana Marsh, the source has ZOE MARSH",
        "license CO: we have nothing, the source has 77",
    ]
    assert block["next"] == ["Compare with the provider's papers."]


def test_a_state_that_is_not_ready_has_every_reason() -> None:
    block = told(active(enrollment("humana"), enrollment("medicare")), "2026-04-01")["Not ready in CO"]
    assert block["fact"] == [
        "Humana (commercial): in-network, but Humana does not count",
        "Medicare (medicare): in-network, but medicare does not count",
    ]


def test_who_acts_next_is_never_left_out() -> None:
    assert explain(assessed(active(), "2026-04-01"), CHECKS).actions == (
        "nobody: Ana Marsh has nothing open on 2026-04-01",
    )
    told_actions = explain(assessed(approved(), "2026-04-01"), CHECKS).actions
    assert told_actions == ("staff: enroll with a payer that counts in CO",)


def test_no_date_of_birth_is_told() -> None:
    file = active()
    moved = replace(file, provider=replace(file.provider, date_of_birth=date(1986, 6, 7)))
    assert moved.provider.date_of_birth
    words = str(explain(assessed(moved, "2026-04-01"), CHECKS))
    assert "Changed since it was verified on 2026-03-02: date_of_birth." in words
    assert "1986" not in words
    assert "1985" not in words


def test_a_renewal_that_nobody_verified_hides_no_end() -> None:
    file = held(LICENSE, factories.malpractice(expires="2027-09-01"))
    renewed = replace(
        file,
        credentials=tuple(
            replace(one, expires_on=on("2028-06-30")) if one.kind == "license" else one for one in file.credentials
        ),
    )
    (found,) = [one for one in listed(renewed, "2026-06-01") if one.kind == "license"]
    assert (found.expires_on, found.band, found.affects) == (on("2026-06-30"), "30", ("CO: Aspen Health",))
    verified_anew = replace(
        renewed,
        verifications=tuple(
            replace(one, expires_on=on("2028-06-30")) if one.check == "license" else one
            for one in renewed.verifications
        ),
    )
    assert not [one for one in listed(verified_anew, "2026-06-01") if one.kind == "license"]


def test_what_was_verified_of_another_number_says_nothing_of_this_one() -> None:
    file = held(LICENSE, factories.malpractice(expires="2027-09-01"))
    other = replace(
        file,
        credentials=(factories.license(number="99", expires="2028-06-30"), *file.credentials[1:]),
    )
    assert not [one for one in listed(other, "2026-06-01") if one.kind == "license"]
