"""The state's own registration, in the states that have one."""

from dataclasses import replace

import pytest
from factories import TODAY, file, policy, provider, registration
from hand import OUTCOMES, recorded

from credkit.checks.cds import Cds
from credkit.records import CredentialKind, Result

CHECK = Cds()
CDS = CredentialKind.CDS
MD = provider(profession="MD", states_of_practice=("IL",))


@pytest.mark.parametrize(
    ("profession", "taxonomy", "states", "asked"),
    [
        ("LCSW", "1041C0700X", ("IL",), []),
        ("MD", "2084P0800X", ("CO", "IL", "TX"), ["IL"]),
        ("PMHNP", "363LP0808X", ("CO",), []),
        ("PsyD", "103TC0700X", ("IL",), []),
        ("PsyD", "103TP0016X", ("CO", "IL"), ["IL"]),
    ],
)
def test_who_needs_one_where(profession: str, taxonomy: str, states: tuple[str, ...], asked: list[str]) -> None:
    who = provider(profession=profession, taxonomy=taxonomy, states_of_practice=states)
    assert [subject.key for subject in CHECK.subjects(file(who=who), policy(), states)] == asked


def test_the_states_are_the_policys() -> None:
    none = policy(prescribing={"cds_states": ()})
    assert CHECK.subjects(file(who=MD), none, ("IL",)) == ()


def test_it_is_claimed_or_missing() -> None:
    (missing,) = CHECK.subjects(file(who=MD), policy(), ("IL",))
    assert missing.missing == "no controlled-substance registration for IL on file"
    finding = CHECK.judge(missing, file(who=MD), {}, policy(), TODAY)
    assert (finding.result, "for IL on file" in finding.summary) == (Result.UNAVAILABLE, True)


@pytest.mark.parametrize(
    ("expires", "result", "says"),
    [
        ("2027-01-31", "unavailable", "claimed is 336100001 until 2027-01-31"),
        (str(TODAY), "unavailable", "recorded by hand"),
        ("2026-03-01", "fail", "IL controlled-substance registration 336100001 expired on 2026-03-01"),
        (None, "unavailable", "look closer: no date of expiry is stated"),
    ],
)
def test_what_a_claim_shows(expires: str | None, result: str, says: str) -> None:
    of = file(registration(CDS, "IL", "336100001", expires), who=MD)
    (subject,) = CHECK.subjects(of, policy(), ("IL",))
    finding = CHECK.judge(subject, of, {}, policy(), TODAY)
    assert (finding.result, says in finding.summary) == (Result(result), True), finding.summary
    assert "IL's controlled-substance authority" in (finding.advice or "") or result == "fail"


@pytest.mark.parametrize(("result", "state"), OUTCOMES)
def test_what_a_person_records_is_what_it_is(result: str, state: str) -> None:
    assert recorded("cds", result, registration(CDS, "IL"), who=MD).state == state


def test_it_lapses_on_its_own_date() -> None:
    held = replace(registration(CDS, "IL"), expires_on=TODAY)
    assert recorded("cds", "pass", held, who=MD, on="2026-03-02").state == "met"
    assert recorded("cds", "pass", held, who=MD, on="2026-03-03").state == "expired"
