import pytest
from factories import (
    OTHER_NPI,
    TODAY,
    file,
    license,
    nppes_record,
    nppes_says,
    policy,
    provider,
    taxonomy,
)
from hypothesis import given
from hypothesis import strategies as st

from credkit.checks.license import License
from credkit.records import Credential, Evidence, Finding, NppesRecord, Result, SourceRef

CHECK = License()


def judged(credential: Credential, answer: dict[SourceRef, Evidence] | None = None) -> Finding:
    given = file(credential)
    (subject,) = CHECK.subjects(given, policy(), ("CO",))
    return CHECK.judge(subject, given, answer or {}, policy(), TODAY)


@pytest.mark.parametrize(
    ("expires", "issued", "result"),
    [
        ("2026-03-01", "2015-04-01", "fail"),
        ("2026-03-02", "2015-04-01", "unavailable"),
        ("2027-03-31", "2026-03-03", "fail"),
        ("2027-03-31", None, "unavailable"),
        (None, "2015-04-01", "unavailable"),
    ],
)
def test_the_dates_of_a_license(expires: str | None, issued: str | None, result: str) -> None:
    assert judged(license(expires=expires, issued=issued)).result == result


@pytest.mark.parametrize(
    ("record", "says"),
    [
        (nppes_record(), "lists the same number"),
        (nppes_record(taxonomies=(taxonomy(license="999"),)), "lists 999 (CO)"),
        (nppes_record(taxonomies=(taxonomy(license="999", state=None),)), "lists 999 (a state left open)"),
        (nppes_record(taxonomies=()), "gives no hint"),
        (nppes_record(npi=OTHER_NPI), "gives no hint"),
        (nppes_record(state="deactivated"), "gives no hint"),
        (None, "gives no hint"),
    ],
)
def test_nppes_is_a_hint_and_no_proof(record: NppesRecord | None, says: str) -> None:
    finding = judged(license(), nppes_says(record))
    assert finding.result is Result.UNAVAILABLE
    assert says in finding.summary
    assert "--subject CO" in (finding.advice or "")


@given(st.none() | st.text(), st.sampled_from([None, "2020-01-01", "2030-01-01"]))
def test_it_never_passes_without_a_board(problem: str | None, expires: str | None) -> None:
    finding = judged(license(expires=expires), nppes_says(nppes_record(), problem=problem))
    assert finding.result in {Result.FAIL, Result.UNAVAILABLE}


def test_each_state_of_practice_wants_its_own() -> None:
    given = file(license(), who=provider(states_of_practice=("CO", "TX")))
    co, tx = CHECK.subjects(given, policy(), ("CO", "TX"))
    assert (co.key, co.jurisdiction, co.missing, str(co.expires_on)) == ("CO", "CO", None, "2027-03-31")
    assert (tx.key, tx.jurisdiction, tx.missing) == ("TX", "TX", "no license for TX on file")


def test_without_a_state_of_practice_something_is_missing() -> None:
    (subject,) = CHECK.subjects(file(license(), who=provider(states_of_practice=())), policy(), ())
    assert subject.missing == "no state of practice on file"


def test_a_state_that_the_policy_does_not_ask_about_is_left_out() -> None:
    assert CHECK.subjects(file(license()), policy(), ()) == ()


def test_without_a_number_it_is_missing() -> None:
    (subject,) = CHECK.subjects(file(license(number=None)), policy(), ("CO",))
    assert subject.missing == "no license number for CO on file"


def test_of_several_the_one_that_expires_last_counts() -> None:
    given = file(license(number="1", expires="2024-01-01"), license(number="2"), license(number="3", expires=None))
    (subject,) = CHECK.subjects(given, policy(), ("CO",))
    assert subject.claims["number"] == "2"
    assert subject.decisive == {"number"}


def test_a_renewal_leaves_the_claims_as_they_were() -> None:
    old, new = (
        CHECK.subjects(file(license(expires=end, issued=None)), policy(), ("CO",))[0]
        for end in ("2027-03-31", "2029-03-31")
    )
    assert old.claims == new.claims
    assert old.expires_on != new.expires_on
