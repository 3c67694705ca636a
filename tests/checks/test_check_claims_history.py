"""Malpractice claims of the last years: recorded by hand, with their amounts."""

from dataclasses import replace

import pytest
from factories import TODAY, file, policy
from hand import OUTCOMES, asking, recorded
from lives import applied, assessed, subjects, verification

from credkit.checks.claims_history import CLAIMS_HISTORY, Paid, paid
from credkit.records import Result


def test_the_file_alone_proves_nothing() -> None:
    (subject,) = CLAIMS_HISTORY.subjects(file(), policy(), ("CO",))
    assert (subject.key, subject.missing, subject.claims["last_name"]) == ("", None, "Marsh")
    finding = CLAIMS_HISTORY.judge(subject, file(), {}, policy(), TODAY)
    assert (finding.result, finding.summary) == (
        Result.UNAVAILABLE,
        "Malpractice claims history is recorded by hand.",
    )
    assert "credkit verify record 1000000004 claims_history --result pass" in (finding.advice or "")


@pytest.mark.parametrize(("result", "state"), OUTCOMES)
def test_what_a_person_records_is_what_it_is(result: str, state: str) -> None:
    assert recorded("claims_history", result).state == state


@pytest.mark.parametrize(
    ("note", "told"),
    [
        (None, []),
        ("nothing paid in 10 years", []),
        ("policy 20231 of 2024-01-01", []),
        ("2023-05-01 $300,000", ["$300,000 on 2023-05-01"]),
        ("2023-05-01: $300000.50 settled", ["$300,000 on 2023-05-01"]),
        ("$40k in 2022; USD 1.2 million last year", ["$40,000", "$1,200,000"]),
        ("300,000 and then 5000 dollars", ["$300,000", "$5,000"]),
        ("2021-03-02 $300,000", ["$300,000 on 2021-03-02"]),
        ("2021-03-01 $300,000", []),
        ("2021-02-30 $300,000", ["$300,000"]),
    ],
)
def test_amounts_are_read_from_the_note_those_of_the_last_five_years(note: str | None, told: list[str]) -> None:
    made = verification(subjects(applied())["claims_history"], note=note)
    assert list(map(str, paid(made, policy()))) == told


def test_the_years_are_the_policys() -> None:
    made = verification(subjects(applied())["claims_history"], note="2018-05-01 $300,000")
    ten = policy(claims_history={"years": 10})
    assert (paid(made, policy()), [one.amount for one in paid(made, ten)]) == ((), [300_000])
    assert str(Paid(5)) == "$5"


OVER = "malpractice claims over $250,000: $250,001"


@pytest.mark.parametrize(
    ("result", "note", "reasons"),
    [
        ("pass", None, ()),
        ("pass", "$250,000", ()),
        ("pass", "$250,001", (OVER,)),
        ("review", "$250,001", (OVER,)),
        ("review", "$250,000", ()),
        ("review", "a claim was settled", ("malpractice claims to weigh: claims_history",)),
        ("fail", None, ("claims_history: failed", "malpractice claims to weigh: claims_history")),
    ],
)
def test_what_was_paid_decides_whether_the_committee_weighs_it(
    result: str, note: str | None, reasons: tuple[str, ...]
) -> None:
    own = asking("claims_history", committee={"exceptions_when": ("claims_over_250000",)})
    given = applied()
    made = verification(subjects(given, own)["claims_history"], result=result, note=note)
    found = assessed(replace(given, verifications=(made,)), policy=own)
    assert set(found.track.reasons) <= set(reasons)
    assert (found.track.name == "exception") == bool(reasons)
