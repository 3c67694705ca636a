"""One row laid over one file: what changes, what stays, and what is for a person to settle."""

from dataclasses import replace
from datetime import date
from itertools import count
from typing import Any

import factories
import pytest
from desk import form
from factories import NPI, TODAY, policy, provider
from hypothesis import given
from hypothesis import strategies as st

from credkit.intake.clean import CleanForm, clean
from credkit.intake.completeness import missing_facts
from credkit.intake.plan import WITHHELD, Change, Facts, conflict, merge, opens_cycle
from credkit.records import (
    Application,
    Credential,
    CredentialKind,
    Cycle,
    CycleKind,
    Decision,
    Disclosure,
    Outcome,
    ProviderFile,
)

POLICY = policy()
NUMBERS = count(1)
WHO = {"npi": NPI, "first_name": "Ana", "last_name": "Marsh"}


def new_id() -> str:
    return f"id-{next(NUMBERS)}"


def row(**cells: str) -> CleanForm:
    """Clean a row that says who it is and what is given, and no more."""
    outcome = clean(WHO | cells, POLICY, TODAY)
    assert isinstance(outcome, CleanForm), outcome
    return outcome


def whole(**cells: str) -> CleanForm:
    """Clean the complete form of Ana Marsh, changed as given."""
    outcome = clean(form(**cells), POLICY, TODAY)
    assert isinstance(outcome, CleanForm), outcome
    return outcome


def filed(facts: Facts, signed: CleanForm) -> ProviderFile:
    """Return the file that a form leaves."""
    return ProviderFile(
        provider=facts.provider,
        application=Application(
            "application", NPI, signed.signed_name, signed.signed_on, "", "form.csv", "", 2, facts.disclosures
        ),
        credentials=facts.credentials,
        work_history=facts.work_history,
    )


def on_file(**cells: str) -> ProviderFile:
    first = whole(**cells)
    return filed(merge(first, None, new_id), first)


def held(credentials: tuple[Credential, ...], kind: CredentialKind) -> list[Credential]:
    return [credential for credential in credentials if credential.kind is kind]


def fields_changed(facts: Facts) -> dict[str, tuple[str | None, str | None]]:
    return {change.field: (change.before, change.after) for change in facts.changes}


def test_a_new_row_is_a_file_with_ids_and_no_changes() -> None:
    facts = merge(whole(), None, new_id)
    assert facts.provider.npi == NPI
    assert facts.provider.date_of_birth == date(1985, 6, 7)
    assert facts.changes == ()
    ids = [credential.id for credential in facts.credentials] + [entry.id for entry in facts.work_history]
    assert all(ids)
    assert len(set(ids)) == len(ids)
    assert {credential.npi for credential in facts.credentials} == {NPI}
    assert facts.disclosures["felony"] == Disclosure(answer=False)


def test_the_same_form_again_changes_nothing_and_keeps_every_id() -> None:
    file = on_file()
    again = merge(whole(), file, new_id)
    assert again.changes == ()
    assert again.credentials == file.credentials
    assert again.work_history == file.work_history


@pytest.mark.parametrize(
    ("cells", "changes"),
    [
        ({"phone": "303-555-0100"}, {"phone": (None, "303-555-0100")}),
        ({"email": "ana@example.net"}, {"email": ("ana.marsh@example.org", "ana@example.net")}),
        ({"states_of_practice": "CO; TX"}, {"states_of_practice": ("CO", "CO; TX")}),
        ({"date_of_birth": "1985-06-07", "gender": "F"}, {"gender": (None, "F")}),
        ({"license_1_expires_on": "2029-03-31"}, {"license.CO.expires_on": ("2027-03-31", "2029-03-31")}),
        ({"license_1_type": "LICSW"}, {"license.CO.type": ("LCSW", "LICSW")}),
        ({"malpractice_per_claim": "2M"}, {"malpractice.per_claim": ("1000000", "2000000")}),
        ({"caqh_authorized": "no"}, {"caqh.authorized": ("yes", "no")}),
        ({"caqh_attested_on": "2026-02-28"}, {"caqh.issued_on": ("2026-02-10", "2026-02-28")}),
        ({"disclosure_felony": "yes"}, {"disclosure.felony": ("no", "yes")}),
        ({"signed_on": "2026-02-27"}, {"signed_on": ("2026-02-20", "2026-02-27")}),
        (
            {"work_1_role": "supervisor"},
            {
                "work_history": (
                    "Aspen Clinic (therapist) 2015-05-01 to now",
                    "Aspen Clinic (supervisor) 2015-05-01 to now",
                )
            },
        ),
        (
            {"work_2_employer": "Birch House", "work_2_started_on": "2013-01", "work_2_ended_on": "2015-04"},
            {
                "work_history": (
                    "Aspen Clinic (therapist) 2015-05-01 to now",
                    "Aspen Clinic (therapist) 2015-05-01 to now; Birch House 2013-01-01 to 2015-04-30",
                )
            },
        ),
    ],
)
def test_what_changed_is_said_field_by_field(
    cells: dict[str, str], changes: dict[str, tuple[str | None, str | None]]
) -> None:
    assert fields_changed(merge(whole(**cells), on_file(), new_id)) == changes


def test_another_policy_keeps_its_place_and_nothing_of_the_old_one() -> None:
    file = on_file(malpractice_retroactive_on="2019-01-01", malpractice_basis="claims_made")
    facts = merge(row(malpractice_policy_number="MP-2", malpractice_expires_on="2027-09-01"), file, new_id)
    (was,) = held(file.credentials, CredentialKind.MALPRACTICE)
    (now,) = held(facts.credentials, CredentialKind.MALPRACTICE)
    assert now.id == was.id
    assert (now.number, now.expires_on, now.issuer, now.effective_on) == ("MP-2", date(2027, 9, 1), None, None)
    assert now.details == {}
    assert fields_changed(facts)["malpractice.retroactive_on"] == ("2019-01-01", None)


def test_a_license_in_another_state_is_one_more_and_the_unnamed_stay() -> None:
    file = on_file()
    facts = merge(row(license_1_state="TX", license_1_number="T-9"), file, new_id)
    assert [(one.jurisdiction, one.number) for one in held(facts.credentials, CredentialKind.LICENSE)] == [
        ("CO", "0012345"),
        ("TX", "T-9"),
    ]
    assert len(facts.credentials) == len(file.credentials) + 1


def test_a_license_number_written_otherwise_is_the_same_license() -> None:
    facts = merge(row(license_1_state="CO", license_1_number="00-12345"), on_file(), new_id)
    (license_,) = held(facts.credentials, CredentialKind.LICENSE)
    assert license_.expires_on == date(2027, 3, 31)
    assert fields_changed(facts) == {"license.CO.number": ("0012345", "00-12345")}


def test_two_licenses_of_one_state_are_told_apart_by_number() -> None:
    file = on_file(license_2_state="CO", license_2_number="777", license_2_expires_on="2026-12-31")
    facts = merge(whole(license_1_number="777", license_1_expires_on="2028-12-31", license_1_type="LPC"), file, new_id)
    assert [(one.number, one.expires_on) for one in held(facts.credentials, CredentialKind.LICENSE)] == [
        ("0012345", date(2027, 3, 31)),
        ("777", date(2028, 12, 31)),
    ]


def test_two_certifications_of_one_board_are_told_apart_by_specialty() -> None:
    file = on_file(
        board_1_name="ANCC",
        board_1_specialty="PMHNP",
        board_1_expires_on="2027-01-31",
        board_2_name="ANCC",
        board_2_specialty="FNP",
    )
    facts = merge(row(board_1_name="ANCC", board_1_specialty="FNP", board_1_expires_on="2029-01-31"), file, new_id)
    assert [
        (one.details["specialty"], one.expires_on)
        for one in held(facts.credentials, CredentialKind.BOARD_CERTIFICATION)
    ] == [("PMHNP", date(2027, 1, 31)), ("FNP", date(2029, 1, 31))]


def test_a_license_that_stands_twice_in_a_form_never_takes_the_place_of_another() -> None:
    file = on_file(license_2_state="CO", license_2_number="777")
    twice = {"license_1_number": "777", "license_2_state": "CO", "license_2_number": "0777"}
    facts = merge(whole(**twice), file, new_id)
    assert [one.number for one in held(facts.credentials, CredentialKind.LICENSE)] == ["0012345", "777"]


BLANK = ("", " ", "n/a", "-")


@pytest.mark.parametrize("blank", BLANK)
def test_blank_cells_erase_nothing(blank: str) -> None:
    cells = dict.fromkeys(form(), blank) | WHO | {"signed_on": "2026-02-20"}
    file = on_file(disclosure_felony="yes", disclosure_felony_explanation="dismissed in 2004")
    outcome = clean(cells, POLICY, TODAY)
    assert isinstance(outcome, CleanForm)
    facts = merge(outcome, file, new_id)
    assert facts.changes == ()
    assert (facts.provider, facts.credentials, facts.work_history) == (
        file.provider,
        file.credentials,
        file.work_history,
    )


def test_a_blank_explanation_leaves_the_one_on_file() -> None:
    file = on_file(disclosure_felony="yes", disclosure_felony_explanation="dismissed in 2004")
    same = merge(whole(disclosure_felony="yes"), file, new_id)
    assert same.disclosures["felony"] == Disclosure(answer=True, explanation="dismissed in 2004")
    assert same.changes == ()
    told = merge(whole(disclosure_felony="yes", disclosure_felony_explanation="expunged"), file, new_id)
    assert told.changes == (Change("disclosure.felony_explanation", "dismissed in 2004", "expunged"),)


def test_a_new_signature_stands_for_its_own_answers_alone() -> None:
    facts = merge(row(signed_on="2026-03-01", disclosure_felony="no"), on_file(), new_id)
    assert facts.disclosures == {"felony": Disclosure(answer=False)}
    assert fields_changed(facts)["disclosure.illegal_drugs"] == ("no", None)


def test_a_date_of_birth_is_compared_and_never_shown() -> None:
    file = on_file(date_of_birth="")
    assert merge(whole(), file, new_id).changes == (Change("date_of_birth", None, WITHHELD),)


def test_a_new_last_name_keeps_the_one_left_behind() -> None:
    file = on_file(former_names="Brook")
    facts = merge(whole(last_name="Quill"), file, new_id)
    assert facts.provider.last_name == "Quill"
    assert facts.provider.former_names == ("Brook", "Marsh")
    assert fields_changed(facts) == {
        "last_name": ("Marsh", "Quill"),
        "former_names": ("Brook", "Brook; Marsh"),
    }
    after = replace(file, provider=facts.provider)
    assert merge(whole(last_name="Quill"), after, new_id).changes == ()
    assert merge(whole(last_name="Quill", former_names="brook"), after, new_id).changes == ()
    back = merge(whole(last_name="Marsh"), after, new_id)
    assert back.provider.former_names == ("Brook", "Quill")


def test_the_same_position_twice_in_a_form_is_one() -> None:
    twice = {"work_2_employer": "Aspen Clinic", "work_2_role": "therapist", "work_2_started_on": "2015-05-01"}
    file = on_file(**twice)
    assert len(file.work_history) == 1
    assert merge(whole(**twice), file, new_id).changes == ()


def test_a_gap_given_with_positions_is_kept_with_them() -> None:
    facts = merge(whole(gap_1_started_on="2012-06", gap_1_ended_on="2015-04", gap_1_explanation="travel"), None, new_id)
    assert [(entry.kind, entry.explanation) for entry in facts.work_history] == [("gap", "travel"), ("position", None)]


_CELLS = st.fixed_dictionaries(
    {},
    optional={
        "license_1_number": st.sampled_from(["1", "001", "2", "A-1", ""]),
        "license_2_number": st.sampled_from(["1", "001", "2", "A-1"]),
        "license_2_state": st.sampled_from(["CO", "TX"]),
        "license_3_number": st.sampled_from(["1", "2", "3"]),
        "license_3_state": st.sampled_from(["CO", "TX"]),
        "dea_1_number": st.sampled_from(["AM1234563", ""]),
        "dea_1_state": st.sampled_from(["CO", "TX"]),
        "dea_2_number": st.sampled_from(["AM1234563", "BM1234563"]),
        "dea_2_state": st.sampled_from(["CO", "TX"]),
        "board_1_name": st.sampled_from(["ANCC", "ABPN"]),
        "board_1_specialty": st.sampled_from(["PMHNP", "FNP"]),
        "board_2_name": st.sampled_from(["ANCC", "ABPN"]),
        "board_2_specialty": st.sampled_from(["PMHNP", "FNP"]),
        "malpractice_policy_number": st.sampled_from(["MP-1", "MP-2", ""]),
        "caqh_id": st.sampled_from(["10000001", "10000002"]),
        "former_names": st.sampled_from(["Brook", "Brook; Stone", "Marsh", ""]),
        "work_1_started_on": st.sampled_from(["2015-05", "2016-01"]),
        "work_2_started_on": st.sampled_from(["2015-05", "2016-01"]),
        "work_2_employer": st.sampled_from(["Aspen Clinic", "Birch House"]),
        "gap_1_started_on": st.sampled_from(["2014-01"]),
        "signed_on": st.sampled_from(["2026-02-20", "2026-02-21", ""]),
        "disclosure_felony": st.sampled_from(["yes", "no", ""]),
        "disclosure_felony_explanation": st.sampled_from(["long ago", ""]),
    },
)


@given(first=_CELLS, second=_CELLS)
def test_any_form_laid_a_second_time_changes_nothing(first: dict[str, str], second: dict[str, str]) -> None:
    before, then = clean(form(**first), POLICY, TODAY), clean(form(**second), POLICY, TODAY)
    if not isinstance(before, CleanForm) or not isinstance(then, CleanForm):
        return  # a row that lacks half of a group is rejected before it comes here
    file = filed(merge(before, None, new_id), before)
    once = merge(then, file, new_id)
    signed = replace(
        then, signed_name=then.signed_name or before.signed_name, signed_on=then.signed_on or before.signed_on
    )
    twice = merge(then, filed(once, signed), new_id)
    assert twice.changes == ()
    assert set(map(repr, twice.credentials)) == set(map(repr, once.credentials))


# --- conflicts ------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("cells", "column", "says"),
    [
        ({"date_of_birth": "1985-06-08"}, "date_of_birth", "two people, or a typo"),
        ({"last_name": "Okafor", "date_of_birth": ""}, "last_name", "is on file as Ana Marsh"),
        ({"last_name": "Okafor", "first_name": "Ben"}, "last_name", "two people with one NPI"),
        ({"signed_on": "2026-02-19"}, "signed_on", "before the application on file, signed on 2026-02-20"),
        ({"signed_on": "", "phone": "303-555-0100"}, "signed_on", "add the date it was signed"),
    ],
)
def test_what_a_person_must_settle(cells: dict[str, str], column: str, says: str) -> None:
    error = conflict(whole(**cells), on_file())
    assert error is not None
    assert error.column == column
    assert says in error.reason
    assert "1985" not in error.reason


@pytest.mark.parametrize(
    "cells",
    [
        {},
        {"phone": "303-555-0100"},
        {"signed_on": "2026-02-20", "phone": "303-555-0100"},
        {"signed_on": "2026-03-01"},
        {"signed_on": ""},  # it says nothing new, so that it need not be placed in time
        {"last_name": "MARSH "},
        {"last_name": "Marsh-Quill"},
        {"last_name": "Quill"},  # first name and date of birth are hers
        {"last_name": "Okafor", "first_name": "Ben", "former_names": "Marsh"},
    ],
)
def test_what_is_the_same_person_signed_no_earlier(cells: dict[str, str]) -> None:
    assert conflict(whole(**cells), on_file()) is None


def test_a_name_on_file_as_a_former_one_is_hers() -> None:
    file = on_file(former_names="Brook")
    assert conflict(whole(last_name="Brook", date_of_birth=""), file) is None


def test_an_unsigned_file_takes_unsigned_facts() -> None:
    file = on_file(signed_on="", signed_name="")
    assert conflict(whole(signed_on="", phone="303-555-0100"), file) is None


# --- cycles and completeness ----------------------------------------------------------------------------------------


def decided(outcome: Outcome, day: date) -> Decision:
    return Decision(
        id="d",
        npi=NPI,
        cycle_id="c",
        outcome=outcome,
        decided_on=day,
        decided_by="committee",
        meeting_id=None,
        present=(),
        states=(),
        conditions=(),
        reason=None,
        override=None,
        track="clean",
        track_reasons=(),
        revisit_on=None,
        policy_sha256="",
        gate=(),
        recorded_at="",
        actor="kim",
    )


@pytest.mark.parametrize(
    ("closed", "outcome", "signed", "opens"),
    [
        (False, None, "2026-03-01", False),
        (True, Outcome.APPROVED, "2026-03-01", False),
        (True, Outcome.DENIED, "2026-03-01", True),
        (True, Outcome.WITHDRAWN, "2026-03-01", True),
        (True, Outcome.TERMINATED, "2026-03-01", True),
        (True, Outcome.DENIED, "2026-02-28", False),  # signed on the day of the denial: nothing new
        (True, Outcome.DENIED, "", False),
    ],
)
def test_a_cycle_is_opened_anew_after_an_end(closed: bool, outcome: Outcome | None, signed: str, opens: bool) -> None:
    ended = date(2026, 2, 28)
    file = replace(
        on_file(),
        cycles=(Cycle("c", NPI, CycleKind.INITIAL, date(2026, 2, 21), ended if closed else None),),
        decisions=(decided(outcome, ended),) if outcome else (),
    )
    opened = opens_cycle(whole(signed_on=signed), file, policy().windows, TODAY, new_id)
    assert (opened is not None) is opens
    if opened:
        assert (opened.kind, opened.opened_on, opened.closed_on) == (CycleKind.INITIAL, TODAY, None)


def test_the_first_form_opens_the_first_cycle() -> None:
    opened = opens_cycle(whole(), None, policy().windows, TODAY, new_id)
    assert opened is not None
    assert (opened.npi, opened.kind) == (NPI, CycleKind.INITIAL)


@pytest.mark.parametrize(
    ("changes", "missing"),
    [
        ({"email": "ana@example.org"}, ()),
        ({}, ("e-mail address",)),
        ({"date_of_birth": None, "email": "ana@example.org"}, ("date of birth",)),
        ({"profession": None, "states_of_practice": ()}, ("profession", "states of practice", "e-mail address")),
    ],
)
def test_what_a_complete_application_lacks(changes: dict[str, Any], missing: tuple[str, ...]) -> None:
    assert missing_facts(factories.file(who=provider(**changes))) == missing
