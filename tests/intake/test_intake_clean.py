"""One row of a form to records, or to everything that is wrong with it."""

from datetime import date

import pytest
from factories import policy

from credkit.intake.clean import Cleaner, CleanForm, FieldError, clean
from credkit.intake.form import OBLIGATORY, USUAL_REPEATS, columns, find_column, is_canonical
from credkit.records import Credential, CredentialKind, Disclosure, Provider, WorkEntry
from credkit.tables.maps import ColumnMap

POLICY = policy()
ON = date(2026, 11, 23)
WHO = {"npi": "1000000004", "first_name": "Ada", "last_name": "Example"}


def form(**cells: str) -> CleanForm:
    outcome = clean(WHO | cells, POLICY, ON)
    assert isinstance(outcome, CleanForm), outcome
    return outcome


def errors(**cells: str) -> dict[str, str]:
    outcome = clean(WHO | cells, POLICY, ON)
    assert not isinstance(outcome, CleanForm)
    return {error.column: error.reason for error in outcome}


def test_only_what_is_given_comes_out() -> None:
    clean_form = form(middle_name="", city=" n/a ", license_1_state="", work_1_employer="-", signed_on="")
    assert clean_form == CleanForm("1000000004", {"first_name": "Ada", "last_name": "Example"})


def test_the_fields_are_a_providers() -> None:
    clean_form = form(
        former_names="Old; Older",
        date_of_birth="02/03/1980",
        gender="female",
        phone="(512) 555-0100",
        zip="2134",
        profession="lcsw",
        states_of_practice="TX/NM",
        languages="English; Spanish",
        supervisor_npi="1000000012",
        signed_name="Ada Example",
        signed_on="11/01/2026",
    )
    fields = dict(clean_form.fields)
    provider = Provider(npi=clean_form.npi, **fields)
    assert provider.date_of_birth == date(1980, 2, 3)
    assert provider.former_names == ("Old", "Older")
    assert (provider.gender, provider.phone, provider.zip) == ("F", "512-555-0100", "02134")
    assert (provider.profession, provider.states_of_practice) == ("LCSW", ("TX", "NM"))
    assert (clean_form.signed_name, clean_form.signed_on) == ("Ada Example", date(2026, 11, 1))
    assert "1980" not in repr(clean_form)


def test_credentials_of_every_kind() -> None:
    held = form(
        license_1_state="TX",
        license_1_number="123",
        license_1_type="LCSW",
        license_1_issued_on="2015-01-31",
        license_1_expires_on="2027-01-31",
        license_12_state="NM",
        license_12_number="C-1",
        dea_1_number="fe 1234563",
        dea_1_state="TX",
        dea_1_schedules="2, 2N",
        cds_1_number="9",
        cds_1_state="NM",
        board_1_name="ANCC",
        board_1_specialty="PMHNP",
        board_1_certified_on="2020-01-01",
        malpractice_carrier="Carrier",
        malpractice_policy_number="P1",
        malpractice_effective_on="2026-01-01",
        malpractice_expires_on="2027-01-01",
        malpractice_per_claim="1M/3M",
        malpractice_basis="claims made",
        malpractice_retroactive_on="01/01/2020",
        caqh_id="12345678",
        caqh_attested_on="2026-10-01",
        caqh_authorized="yes",
        degree="MSW",
        graduated_on="05/2010",
    ).credentials
    kind = CredentialKind

    def credential(kind: CredentialKind, **facts: object) -> Credential:
        return Credential(id="", npi="1000000004", kind=kind, **facts)  # type: ignore[arg-type]

    assert set(map(repr, held)) == set(
        map(
            repr,
            (
                credential(
                    kind.LICENSE,
                    jurisdiction="TX",
                    number="123",
                    issued_on=date(2015, 1, 31),
                    expires_on=date(2027, 1, 31),
                    details={"type": "LCSW"},
                ),
                credential(kind.LICENSE, jurisdiction="NM", number="C-1"),
                credential(kind.DEA, jurisdiction="TX", number="FE1234563", details={"schedules": "2, 2N"}),
                credential(kind.CDS, jurisdiction="NM", number="9"),
                credential(
                    kind.BOARD_CERTIFICATION,
                    issuer="ANCC",
                    issued_on=date(2020, 1, 1),
                    details={"specialty": "PMHNP"},
                ),
                credential(
                    kind.MALPRACTICE,
                    issuer="Carrier",
                    number="P1",
                    effective_on=date(2026, 1, 1),
                    expires_on=date(2027, 1, 1),
                    details={
                        "basis": "claims_made",
                        "retroactive_on": "2020-01-01",
                        "per_claim": 1_000_000,
                        "aggregate": 3_000_000,
                    },
                ),
                credential(kind.CAQH, number="12345678", issued_on=date(2026, 10, 1), details={"authorized": True}),
                credential(kind.EDUCATION, issued_on=date(2010, 5, 31), details={"degree": "MSW"}),
            ),
        )
    )


def test_licenses_stand_in_the_order_of_their_numbers() -> None:
    cells = {f"license_{n}_{part}": value for n in (10, 2, 1) for part, value in (("state", "TX"), ("number", str(n)))}
    assert [held.number for held in form(**cells).credentials] == ["1", "2", "10"]


@pytest.mark.parametrize(
    ("cells", "details"),
    [
        (
            {"malpractice_per_claim": "1M", "malpractice_aggregate": "3M"},
            {"per_claim": 1_000_000, "aggregate": 3_000_000},
        ),
        (
            {"malpractice_per_claim": "1M/3M", "malpractice_aggregate": "3M"},
            {"per_claim": 1_000_000, "aggregate": 3_000_000},
        ),
        ({"malpractice_aggregate": "1M/3M"}, {"per_claim": 1_000_000, "aggregate": 3_000_000}),
        (
            {"malpractice_per_claim": "1M/3M", "malpractice_aggregate": "1M/3M"},
            {"per_claim": 1_000_000, "aggregate": 3_000_000},
        ),
        ({"malpractice_per_claim": "1M"}, {"per_claim": 1_000_000}),
        ({"malpractice_aggregate": "3M"}, {"aggregate": 3_000_000}),
    ],
)
def test_limits_in_one_column_or_two(cells: dict[str, str], details: dict[str, int]) -> None:
    assert dict(form(**cells).credentials[0].details) == details


def test_limits_that_contradict_each_other() -> None:
    assert "contradict" in errors(malpractice_per_claim="1M/3M", malpractice_aggregate="2M")["malpractice_aggregate"]


def test_work_history_and_gaps() -> None:
    work = form(
        work_1_employer="Clinic",
        work_1_role="Therapist",
        work_1_started_on="2019-05",
        work_1_ended_on="present",
        work_2_employer="Hospital",
        work_2_started_on="01/2015",
        work_2_ended_on="Feb 2018",
        gap_1_started_on="2018-03",
        gap_1_ended_on="2019-04",
        gap_1_explanation="Parental leave",
    ).work_history
    npi = "1000000004"
    assert set(work) == {
        WorkEntry("", npi, "position", date(2019, 5, 1), None, "Clinic", "Therapist"),
        WorkEntry("", npi, "position", date(2015, 1, 1), date(2018, 2, 28), "Hospital"),
        WorkEntry("", npi, "gap", date(2018, 3, 1), date(2019, 4, 30), explanation="Parental leave"),
    }


def test_disclosures_are_those_answered() -> None:
    assert form(
        disclosure_felony="no",
        disclosure_malpractice_claims="Yes",
        disclosure_malpractice_claims_explanation="One claim, dismissed",
        disclosure_illegal_drugs="N/A",
        disclosure_license_action_explanation="never",
        disclosure_unasked="yes",
    ).disclosures == {"felony": Disclosure(False), "malpractice_claims": Disclosure(True, "One claim, dismissed")}


@pytest.mark.parametrize(
    ("cells", "column", "says"),
    [
        ({"npi": ""}, "npi", "missing"),
        ({"npi": "n/a"}, "npi", "missing"),
        ({"npi": "1000000005"}, "npi", "check digit"),
        ({"first_name": " "}, "first_name", "missing"),
        ({"last_name": "N/A"}, "last_name", "missing"),
        ({"last_name": "-"}, "last_name", "missing"),
        ({"last_name": "=1+1"}, "last_name", "formula"),
        ({"city": "x" * 10_001}, "city", "10,001 characters"),
        ({"license_1_number": "1"}, "license_1_number", "without its state"),
        ({"license_1_number": "1", "license_1_state": ""}, "license_1_state", "without its state"),
        ({"license_1_state": "TX"}, "license_1_state", "without its number"),
        ({"license_1_state": "ZZ", "license_1_number": "1"}, "license_1_state", "not a state"),
        (
            {
                "license_1_state": "TX",
                "license_1_number": "1",
                "license_1_issued_on": "2026-01-02",
                "license_1_expires_on": "2026-01-01",
            },
            "license_1_expires_on",
            "expires before it was issued",
        ),
        (
            {"board_1_certified_on": "2026-01-02", "board_1_expires_on": "2026-01-01"},
            "board_1_expires_on",
            "before it was given",
        ),
        (
            {"malpractice_effective_on": "2026-01-02", "malpractice_expires_on": "2026-01-01"},
            "malpractice_expires_on",
            "ends before the policy begins",
        ),
        ({"work_1_started_on": "2019-05", "work_1_ended_on": "2019-04"}, "work_1_ended_on", "ends before it started"),
        ({"work_1_employer": "Clinic"}, "work_1_employer", "without the month in which it began"),
        ({"gap_1_explanation": "x", "gap_1_started_on": ""}, "gap_1_started_on", "without the month in which it began"),
        ({"work_1_employer": "Clinic", "work_1_started_on": "2019"}, "work_1_started_on", "year alone"),
        ({"date_of_birth": "2027-01-01"}, "date_of_birth", "future"),
        ({"date_of_birth": "1916-11-22"}, "date_of_birth", "110 years"),
        ({"signed_on": "2026-11-24"}, "signed_on", "future"),
        ({"disclosure_felony": "yes - see below"}, "disclosure_felony", "yes or no"),
    ],
)
def test_what_is_wrong_is_said_at_its_column(cells: dict[str, str], column: str, says: str) -> None:
    found = errors(**cells)
    assert list(found) == [column]
    assert says in found[column]


def test_every_problem_of_a_row_is_told_at_once() -> None:
    found = errors(npi="1", email="x", date_of_birth="31.12.1980", signed_on="02/30/2026", license_1_state="TX")
    assert set(found) == {"npi", "email", "date_of_birth", "signed_on", "license_1_state"}
    assert "1980" not in " ".join(found.values())


def test_bounds_that_just_hold() -> None:
    form(date_of_birth="1916-11-23", signed_on="2026-11-23", work_1_started_on="2019-05", work_1_ended_on="2019-05")
    form(dea_1_number="FE1234560", dea_1_state="TX")
    form(graduated_on="2030-05")
    assert form(last_name="None").fields["last_name"] == "None"


def test_columns_that_are_not_there_are_missing() -> None:
    assert clean({"npi": "1000000004"}, POLICY, ON) == (
        FieldError("first_name", "The name is missing. Write it as it stands on the license."),
        FieldError("last_name", "The name is missing. Write it as it stands on the license."),
    )


def test_a_map_names_the_forms_own_headers_in_its_errors() -> None:
    column_map = ColumnMap.parse(
        '[columns]\nnpi = "Your NPI?"\nsigned_on = { column = "When", format = "%d/%m/%Y" }\n'
        'profession = { column = "Type", values = { "Social worker" = "LCSW" } }'
    )
    cleaner = Cleaner(("Your NPI?", "When", "Type", "first_name", "last_name", "npi"), POLICY, ON, column_map)
    cells = {
        "Your NPI?": "1000000004",
        "When": "01/11/2026",
        "Type": "social worker",
        "first_name": "A",
        "last_name": "B",
        "npi": "?",
    }
    outcome = cleaner(cells)
    assert isinstance(outcome, CleanForm)
    assert (outcome.npi, outcome.signed_on, outcome.fields["profession"]) == ("1000000004", date(2026, 11, 1), "LCSW")
    bad = cleaner(cells | {"Your NPI?": "1", "When": "13/31/2026"})
    assert not isinstance(bad, CleanForm)
    assert [error.column for error in bad] == ["Your NPI?", "When"]


@pytest.mark.parametrize(
    ("name", "known"),
    [
        ("npi", True),
        ("license_1_state", True),
        ("license_30_state", True),
        ("license_31_state", False),
        ("license_0_state", False),
        ("license_01_state", False),
        ("license_1_status", False),
        ("license_state", False),
        ("disclosure_felony", True),
        ("disclosure_felony_explanation", True),
        ("disclosure_other", False),
        ("disclosure_felony_explanation_explanation", False),
        ("NPI", False),
        ("reject_id", False),
    ],
)
def test_what_is_canonical(name: str, known: bool) -> None:
    assert is_canonical(name, POLICY) is known


def test_the_form_knows_each_of_its_columns() -> None:
    names = [column.name for column in columns(POLICY, USUAL_REPEATS)]
    assert len(names) == len(set(names))
    assert set(OBLIGATORY) <= set(names)
    for column in columns(POLICY):
        assert find_column(column.name, POLICY) == column


def test_a_question_whose_key_ends_like_an_explanation() -> None:
    odd = policy(disclosures={"work": "Works?", "work_explanation": "Explains?"})
    outcome = clean(WHO | {"disclosure_work": "no", "disclosure_work_explanation": "yes"}, odd, ON)
    assert isinstance(outcome, CleanForm)
    assert outcome.disclosures == {"work": Disclosure(False, None), "work_explanation": Disclosure(True, None)}


def test_a_license_that_stands_twice_is_one_and_must_not_say_two_things() -> None:
    first = {"license_1_state": "TX", "license_1_number": "0012345", "license_1_expires_on": "2027-01-31"}
    again = {"license_2_state": "TX", "license_2_number": "12345", "license_2_type": "LCSW"}
    (held,) = form(**first, **again).credentials
    assert (held.number, held.expires_on, held.details) == ("0012345", date(2027, 1, 31), {"type": "LCSW"})
    assert len(form(**first, **again | {"license_2_state": "NM"}).credentials) == 2
    said = errors(**first, **again, license_2_expires_on="2028-01-31")
    assert said == {"license_2_expires_on": "The license stands twice in this row, and says two things. Write it once."}
