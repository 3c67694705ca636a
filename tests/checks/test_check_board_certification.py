"""Board certification: what is claimed, and where the policy asks for one."""

from dataclasses import replace

import pytest
from factories import TODAY, board, file, policy, provider
from hand import OUTCOMES, recorded

from credkit.checks.board_certification import BoardCertification
from credkit.records import Credential, Provider, Result, Subject

CHECK = BoardCertification()
NURSE = provider(profession="PMHNP")


def subjects(*held: Credential, who: Provider | None = None) -> tuple[Subject, ...]:
    return CHECK.subjects(file(*held, who=who), policy(), ("CO",))


def test_who_is_asked_for_one() -> None:
    assert subjects() == ()
    assert subjects(who=NURSE)[0].missing == "no board certification on file, asked of every NP"
    (claimed,) = subjects(board())
    assert (claimed.key, claimed.missing, str(claimed.expires_on)) == ("ANCC", None, "2028-06-30")


def test_each_certification_is_a_subject_and_a_renewal_is_none() -> None:
    assert [one.key for one in subjects(board(), board("ANCC", "FNP"), board("NCC"))] == [
        "ANCC, PMHNP",
        "ANCC, FNP",
        "NCC",
    ]
    (renewed,) = subjects(board(expires="2024-06-30"), board())
    assert str(renewed.expires_on) == "2028-06-30"
    assert subjects(board(None))[0].key == "board not named"


def test_what_is_missing_cannot_be_judged() -> None:
    (subject,) = subjects(who=NURSE)
    finding = CHECK.judge(subject, file(who=NURSE), {}, policy(), TODAY)
    assert (finding.result, "asked of every NP" in finding.summary) == (Result.UNAVAILABLE, True)


@pytest.mark.parametrize(
    ("expires", "certified", "result", "says"),
    [
        ("2028-06-30", "2023-06-30", "unavailable", "claimed until 2028-06-30"),
        (str(TODAY), None, "unavailable", "recorded by hand"),
        ("2026-03-01", None, "fail", "by ANCC expired on 2026-03-01"),
        ("2028-06-30", "2026-03-03", "fail", "by ANCC is of 2026-03-03, which is yet to come"),
        (None, None, "unavailable", "look closer: no date of expiry is claimed"),
    ],
)
def test_what_a_claim_shows(expires: str | None, certified: str | None, result: str, says: str) -> None:
    held = board(expires=expires)
    if certified:
        held = replace(held, issued_on=TODAY.fromisoformat(certified))
    (subject,) = subjects(held)
    finding = CHECK.judge(subject, file(held), {}, policy(), TODAY)
    assert (finding.result, says in finding.summary) == (Result(result), True), finding.summary


@pytest.mark.parametrize(("result", "state"), OUTCOMES)
def test_what_a_person_records_is_what_it_is(result: str, state: str) -> None:
    assert recorded("board_certification", result, board()).state == state


def test_it_ends_on_its_own_date() -> None:
    assert recorded("board_certification", "pass", board(expires="2026-04-15"), on="2026-04-15").state == "met"
    assert recorded("board_certification", "pass", board(expires="2026-04-15"), on="2026-04-16").state == "expired"
