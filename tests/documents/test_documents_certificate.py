"""What a certificate of insurance says, read strictly; and the policy that it makes."""

from dataclasses import replace
from datetime import date
from itertools import count

import pytest
from factories import file, malpractice
from hypothesis import given
from hypothesis import strategies as st

from credkit.documents.certificate import Certificate, laid_over, missing, read_certificate

SAID = {
    "insured": "Ana Marsh",
    "carrier": "Prairie Mutual",
    "policy_number": "MP-1",
    "effective_on": "2026-03-01",
    "expires_on": "2027-03-01",
    "per_claim": "1M / 3M",
    "basis": "Claims-Made",
    "retroactive_on": "2020-01-01",
}


def certificate(**changes: str) -> Certificate:
    read, problems = read_certificate(SAID | changes)
    assert read is not None, problems
    return read


@pytest.mark.parametrize(
    ("per_claim", "aggregate", "read"),
    [
        ("1M / 3M", "", (1_000_000, 3_000_000)),
        ("1M/3M", "3,000,000", (1_000_000, 3_000_000)),
        ("1,000,000.00", "$3MM", (1_000_000, 3_000_000)),
        ("$1MM", "3000000", (1_000_000, 3_000_000)),
        ("500k", "1.5 million", (500_000, 1_500_000)),
        ("USD 1,000,000", "1M/3M", (1_000_000, 3_000_000)),
    ],
)
def test_amounts_as_certificates_write_them(per_claim: str, aggregate: str, read: tuple[int, int]) -> None:
    found = certificate(per_claim=per_claim, aggregate=aggregate)
    assert (found.per_claim, found.aggregate) == read


@pytest.mark.parametrize(
    ("changes", "says"),
    [
        ({"per_claim": "3M / 1M"}, "$1,000,000 in aggregate is less than $3,000,000 per claim. Are the two the wrong way"),
        ({"per_claim": "3M", "aggregate": "1M"}, "the wrong way round"),
        ({"per_claim": "1M/3M", "aggregate": "4M"}, "it is $4,000,000 there, and $3,000,000"),
        ({"per_claim": "1M", "aggregate": "2M/3M"}, "it says $2,000,000 per claim, and per_claim $1,000,000"),
        ({"per_claim": "1/3"}, "under $1,000 is not meant"),
        ({"per_claim": "one million"}, "not an amount"),
        ({"per_claim": "1.000.000"}, "not an amount"),
        ({"per_claim": "1M"}, "aggregate: it is not given"),
        ({"per_claim": "1,00,000/3M"}, "not an amount"),
        ({"effective_on": "2027-03-01", "expires_on": "2026-03-01"}, "ends on 2026-03-01, and begins on 2027-03-01. Are"),
        ({"expires_on": "2026-03-01"}, "the wrong way round"),
        ({"retroactive_on": "2027-03-01"}, "is not before the policy's end"),
        ({"effective_on": "31/03/2026"}, "effective_on"),
        ({"expires_on": "2027-02-30"}, "expires_on"),
        ({"basis": "shared"}, "claims_made or occurrence"),
        ({"shared": "perhaps"}, "shared: Write yes or no"),
        ({"fund": "Indianapolis"}, "fund: Write the state"),
        ({"insured": " "}, "insured: it is not given"),
        ({"carrier": ""}, "carrier: it is not given"),
    ],
)  # fmt: skip
def test_what_cannot_be_right_is_said_in_words(changes: dict[str, str], says: str) -> None:
    found, problems = read_certificate(SAID | changes)
    assert found is None
    assert any(says in problem for problem in problems), problems


def test_everything_that_is_wrong_is_said_at_once() -> None:
    _found, problems = read_certificate({"per_claim": "3M / 1M", "effective_on": "soon"})
    assert len(problems) >= 6


def test_what_is_missing_is_asked_for() -> None:
    assert [question.name for question in missing({})] == [
        "insured", "carrier", "policy_number", "effective_on", "expires_on", "per_claim", "aggregate", "basis",
    ]  # fmt: skip
    assert missing(SAID) == ()


days = st.dates(date(2000, 1, 1), date(2099, 1, 1))


@given(
    st.builds(
        Certificate,
        insured=st.just("Ana Marsh"), carrier=st.just("Prairie Mutual"), policy_number=st.just("MP-1"),
        effective_on=days, expires_on=days, per_claim=st.integers(0, 10**9), aggregate=st.integers(0, 10**9),
        basis=st.sampled_from(["claims_made", "occurrence"]), retroactive_on=st.none() | days,
        shared=st.none() | st.booleans(), fund=st.sampled_from([(), ("IN",), ("IN", "PA")]),
        tail=st.none() | st.booleans(), owner=st.none() | st.just("Ana Marsh"),
    )
)  # fmt: skip
def test_a_filing_gives_the_certificate_back(one: Certificate) -> None:
    assert Certificate.of_fields(one.as_fields()) == one


def new_id() -> str:
    return f"new-{next(_numbers)}"


_numbers = count()


@pytest.mark.parametrize(
    ("held", "same"),
    [
        ([malpractice("MP-1", "2026-03-01", "2027-03-01")], True),
        ([malpractice("mp 1", "2026-03-01", None)], True),
        ([malpractice("MP-1", "2026-02-15", "2027-03-01")], True),
        ([malpractice("MP-l", "2026-03-01", "2027-03-01")], True),  # the form's slip of the pen
        ([malpractice(None, None, None)], True),
        ([malpractice(None, "2026-03-01", "2027-03-01")], True),
        ([malpractice("OLD-7", None, None)], False),
        ([malpractice("MP-1", None, None)], True),
        ([malpractice("MP-1", "2025-03-01", "2026-03-01")], False),  # the term before
        ([malpractice("OLD-7", "2025-03-01", "2026-03-01")], False),
        ([malpractice("OLD-7", "2026-03-01", "2026-09-01")], False),
        ([], False),
    ],
)
def test_a_certificate_of_another_term_leaves_the_policy_before_it(held: list, same: bool) -> None:  # type: ignore[type-arg]
    made = laid_over(certificate(), file(*held), new_id)
    assert (made.id in {one.id for one in held}) is same
    assert (made.number, made.issuer, made.effective_on, made.expires_on) == (
        "MP-1", "Prairie Mutual", date(2026, 3, 1), date(2027, 3, 1),
    )  # fmt: skip
    assert made.details["retroactive_on"] == "2020-01-01"


def test_of_two_terms_of_one_number_it_is_the_one_with_both_days() -> None:
    earlier, same = malpractice("MP-1", "2026-03-01", "2026-09-01"), malpractice("MP-1", "2026-03-01", "2027-03-01")
    assert laid_over(certificate(), file(replace(earlier, id="other"), same), new_id).id == same.id


def test_nothing_is_taken_over_from_a_policy_of_another_number() -> None:
    held = malpractice("OLD-7", "2026-03-01", "2027-03-01", fund=["IN"], tail=True, owner="Ana Marsh")
    made = laid_over(certificate(), file(held), new_id)
    assert (made.id, made.number) == (held.id, "MP-1")  # a slip of the pen in the form
    assert {"fund", "tail", "owner"}.isdisjoint(made.details)


def test_what_the_certificate_does_not_state_stays_as_it_was() -> None:
    held = malpractice("MP-1", "2026-03-01", "2027-03-01", fund=["IN"], tail=True)
    made = laid_over(certificate(), file(held), new_id)
    assert (made.details["fund"], made.details["tail"]) == (["IN"], True)
    assert "shared" not in made.details
