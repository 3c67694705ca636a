"""For each check, every outcome with the fact that causes it: one table, held against the table of checks.

`missing` is what the provider has not given; `pass`, `fail` and `review` of what is recorded by hand are a person's word.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace

import factories
import pytest
from factories import (
    TODAY,
    application,
    board,
    caqh,
    education,
    file,
    license,
    list_entry,
    list_says,
    malpractice,
    nppes_record,
    nppes_says,
    policy,
    position,
    provider,
    registration,
)
from hand import recorded

from credkit.checks import CHECKS
from credkit.records import CredentialKind, Disclosure, Evidence, ProviderFile, Result, SourceRef

OUTCOMES = ("pass", "fail", "review", "unavailable", "missing")
MD = provider(profession="MD", last_name="Xanthos", states_of_practice=("IL",))
NURSE = provider(profession="PMHNP")
NO_BIRTHDAY = provider(date_of_birth=None)
DEA, CDS = CredentialKind.DEA, CredentialKind.CDS
NO = Disclosure(answer=False)


@dataclass(frozen=True)
class Given:
    """A file, and what the sources said."""

    file: ProviderFile
    said: Mapping[SourceRef, Evidence] = field(default_factory=dict)


def answered(**answers: Disclosure) -> Given:
    all_no = dict.fromkeys(policy().disclosures, NO)
    return Given(file(application=application(disclosures=all_no | answers)))


def on_list(name: str, **row: object) -> Given:
    entries = (list_entry(**row),) if row else ()
    return Given(file(), list_says(*entries, name=name))


def hand(check: str, result: str, given: Callable[[], ProviderFile] = file) -> Callable[[], str]:
    held = given()
    return lambda: recorded(check, result, *held.credentials, who=held.provider).state


def by_hand(check: str, given: Callable[[], ProviderFile] = file, *, but: str = "") -> list["Row"]:
    """The rows of what a person records."""
    words = {"pass": "a person confirms it", "fail": "a person does not", "review": "a person finds something to weigh"}
    return [
        (check, result, facts, hand(check, result, given))
        for result, facts in words.items()
        if result not in but.split()
    ]


Row = tuple[str, str, str, Callable[[], Given | str]]

TABLE: list[Row] = [
    ("npi", "pass", "active, same name, profession fits", lambda: Given(file(license()), nppes_says(nppes_record()))),
    ("npi", "fail", "deactivated", lambda: Given(file(), nppes_says(nppes_record(state="deactivated")))),
    ("npi", "review", "another name", lambda: Given(file(who=provider(last_name="Reed")), nppes_says(nppes_record()))),
    ("npi", "unavailable", "NPPES is down", lambda: Given(file(), nppes_says(problem="it timed out"))),
    ("license", "fail", "expired", lambda: Given(file(license(expires="2026-03-01")))),
    ("license", "unavailable", "no board is set up", lambda: Given(file(license()))),
    ("license", "missing", "none for a state of practice", lambda: Given(file())),
    *by_hand("license", lambda: file(license()), but="fail"),
    ("malpractice", "pass", "in force, theirs, limits met", lambda: Given(file(malpractice()))),
    ("malpractice", "fail", "limits too low", lambda: Given(file(malpractice(per_claim=100_000)))),
    ("malpractice", "review", "another named insured", lambda: Given(file(malpractice(insured_name="Jo Reed")))),
    ("malpractice", "missing", "no certificate", lambda: Given(file())),
    ("caqh", "pass", "attested, authorized, active", lambda: Given(file(caqh()))),
    ("caqh", "fail", "attested 121 days ago", lambda: Given(file(caqh(attested="2025-11-01")))),
    ("caqh", "review", "a status that nobody knows", lambda: Given(file(caqh(status="Pending")))),
    ("caqh", "missing", "no CAQH id", lambda: Given(file())),
    ("work_history", "pass", "five years covered", lambda: Given(file(work=[position()]))),
    ("work_history", "fail", "a gap", lambda: Given(file(work=[position("2025-09-01")]))),
    (
        "work_history",
        "review",
        "a position ends before it begins",
        lambda: Given(file(work=[position(), position("2023-05-01", "2022-05-01")])),
    ),
    ("work_history", "missing", "no positions", lambda: Given(file())),
    ("disclosures", "pass", "all no", answered),
    ("disclosures", "fail", "yes, not explained", lambda: answered(felony=Disclosure(answer=True))),
    (
        "disclosures",
        "review",
        "yes, explained",
        lambda: answered(felony=Disclosure(answer=True, explanation="In 2009.")),
    ),
    ("disclosures", "missing", "not answered", lambda: answered(felony=Disclosure(None))),
    ("attestation", "pass", "signed lately", lambda: Given(file(application=application()))),
    ("attestation", "fail", "121 days ago", lambda: Given(file(application=application(signed_on="2025-11-01")))),
    ("attestation", "review", "another name", lambda: Given(file(application=application("Jo Reed")))),
    ("attestation", "missing", "no signature", lambda: Given(file(application=application(None)))),
    ("exclusions", "pass", "nobody on the list", lambda: on_list("leie")),
    ("exclusions", "fail", "NPI and name", lambda: on_list("leie", npi=factories.NPI)),
    ("exclusions", "review", "name and birth date", lambda: on_list("leie", npi=None)),
    ("exclusions", "unavailable", "the list is not loaded", lambda: Given(file())),
    ("exclusions", "missing", "no date of birth", lambda: Given(file(who=NO_BIRTHDAY))),
    ("education", "fail", "a graduation to come", lambda: Given(file(education("2026-03-03")))),
    ("education", "unavailable", "nobody asked the school", lambda: Given(file(education()))),
    ("education", "missing", "no school and no degree", lambda: Given(file())),
    *by_hand("education", lambda: file(education()), but="fail"),
    ("claims_history", "unavailable", "nobody looked it up", lambda: Given(file())),
    *by_hand("claims_history"),
    ("board_certification", "fail", "expired", lambda: Given(file(board(expires="2026-03-01")))),
    ("board_certification", "unavailable", "nobody asked the board", lambda: Given(file(board()))),
    ("board_certification", "missing", "asked of a nurse practitioner", lambda: Given(file(who=NURSE))),
    *by_hand("board_certification", lambda: file(board()), but="fail"),
    ("dea", "fail", "the check digit is wrong", lambda: Given(file(registration(DEA, "IL", "BX1234564"), who=MD))),
    (
        "dea",
        "unavailable",
        "right, and not looked up",
        lambda: Given(file(registration(DEA, "IL", "BX1234563"), who=MD)),
    ),
    ("dea", "missing", "none for a state", lambda: Given(file(who=MD))),
    *by_hand("dea", lambda: file(registration(DEA, "IL", "BX1234563"), who=MD), but="fail"),
    ("cds", "fail", "expired", lambda: Given(file(registration(CDS, "IL", "1", "2026-03-01"), who=MD))),
    ("cds", "unavailable", "not looked up", lambda: Given(file(registration(CDS, "IL", "1"), who=MD))),
    ("cds", "missing", "none for a state that has its own", lambda: Given(file(who=MD))),
    *by_hand("cds", lambda: file(registration(CDS, "IL", "1"), who=MD), but="fail"),
    ("medicare_opt_out", "pass", "not on the list", lambda: on_list("optout")),
    ("medicare_opt_out", "review", "an affidavit in force", lambda: on_list("optout", npi=factories.NPI)),
    ("medicare_opt_out", "unavailable", "the list is not loaded", lambda: Given(file())),
    *by_hand("medicare_opt_out", but="pass review"),
    ("preclusion", "pass", "not on the list", lambda: on_list("preclusion")),
    ("preclusion", "fail", "NPI and name", lambda: on_list("preclusion", npi=factories.NPI)),
    ("preclusion", "review", "name and birth date", lambda: on_list("preclusion", npi=None)),
    ("preclusion", "unavailable", "the list is not loaded", lambda: Given(file())),
    ("death", "pass", "not in the file", lambda: on_list("death")),
    ("death", "fail", "NPI and name", lambda: on_list("death", npi=factories.NPI)),
    ("death", "review", "name and birth date", lambda: on_list("death", npi=None)),
    ("death", "unavailable", "the file is not loaded", lambda: Given(file())),
    ("death", "missing", "no date of birth", lambda: Given(file(who=NO_BIRTHDAY))),
    *(
        row
        for check in ("npdb", "background", "references", "site_visit")
        for row in [(check, "unavailable", "nobody did it", lambda: Given(file())), *by_hand(check)]
    ),
]

#: What a check cannot come to, and why.
NEVER = {
    **{(check, "unavailable"): "the file is there" for check in ("malpractice", "caqh", "work_history", "disclosures")},
    ("attestation", "unavailable"): "the file is there",
    **{
        (check, "missing"): "whoever is on file can be looked up"
        for check in ("npi", "claims_history", "medicare_opt_out", "preclusion")
    },
    **{
        (check, "missing"): "whoever is on file can be looked up"
        for check in ("npdb", "background", "references", "site_visit")
    },
}
STATES = {"met": "pass", "failed": "fail", "review": "review"}


@pytest.mark.parametrize(
    ("check", "outcome", "made"),
    [(row[0], row[1], row[3]) for row in TABLE],
    ids=[f"{r[0]}: {r[2]}: {r[1]}" for r in TABLE],
)
def test_a_fact_causes_an_outcome(check: str, outcome: str, made: Callable[[], Given | str]) -> None:
    given = made()
    if isinstance(given, str):
        assert STATES[given] == outcome
        return
    states = given.file.provider.states_of_practice
    subject = CHECKS[check].subjects(given.file, policy(), states)[0]
    found = CHECKS[check].judge(subject, given.file, given.said, policy(), TODAY)
    if outcome == "missing":
        assert subject.missing
        assert found.result is not Result.PASS
    else:
        assert (subject.missing, found.result) == (None, outcome), found.summary
    if found.result is not Result.PASS:
        assert found.summary.endswith((".", "!", "?"))
        assert found.advice, "whatever is no pass says what to do next"
    # The same facts on the same day are the same finding: a check keeps nothing.
    assert CHECKS[check].judge(subject, replace(given.file), dict(given.said), policy(), TODAY) == found


def test_every_outcome_of_every_check_is_in_the_table_or_cannot_be() -> None:
    told = {(row[0], row[1]) for row in TABLE}
    assert told.isdisjoint(NEVER)
    assert told | set(NEVER) == {(check, outcome) for check in CHECKS for outcome in OUTCOMES}
