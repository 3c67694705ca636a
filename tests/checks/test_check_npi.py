from typing import Any

import pytest
from factories import (
    NPI,
    ORGANIZATION_NPI,
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

from credkit.checks.npi import Npi, same_license_number
from credkit.records import Credential, Evidence, Finding, NppesName, Provider, Result, SourceRef

CHECK = Npi()


def judged(answer: dict[SourceRef, Evidence], *credentials: Credential, who: Provider | None = None) -> Finding:
    given = file(*credentials, who=who)
    (subject,) = CHECK.subjects(given, policy(), ("CO",))
    return CHECK.judge(subject, given, answer, policy(), TODAY)


def test_a_record_that_agrees_passes_with_everything_compared() -> None:
    finding = judged(nppes_says(nppes_record()), license())
    assert finding.result is Result.PASS
    assert [one.field for one in finding.comparisons] == ["status", "name", "profession", "taxonomy", "license CO"]
    assert all(one.agrees for one in finding.comparisons)
    assert finding.advice is None


@pytest.mark.parametrize(
    ("record", "result", "says"),
    [
        (None, "fail", "no such NPI"),
        ({"state": "unknown"}, "fail", "no such NPI"),
        ({"state": "deactivated"}, "fail", "deactivated"),
        ({"individual": False, "organization": "MARSH LLC"}, "fail", "organization"),
        ({"npi": OTHER_NPI}, "unavailable", OTHER_NPI),
        ({"npi": OTHER_NPI, "state": "deactivated"}, "unavailable", OTHER_NPI),
        ({"state": "suspended"}, "unavailable", "cannot be read"),
        ({"names": (NppesName("ANA", "REED"),)}, "review", "ANA REED"),
        ({"names": ()}, "review", "no name"),
        ({"names": (NppesName("A", "MARSH"),)}, "review", "initial"),
        ({"names": (NppesName("ANA", "MARSH-VALE"),)}, "review", "half"),
        ({"names": (NppesName("ANA", "REED"), NppesName("ANA", "MARSH", kind="Former Name"))}, "pass", "ANA MARSH"),
        ({"taxonomies": ()}, "review", "no primary taxonomy"),
        ({"taxonomies": (taxonomy("106H00000X"), taxonomy(primary=False))}, "review", "106H00000X"),
        ({"taxonomies": (taxonomy("1041S0200X"),)}, "review", "does not list taxonomy 1041C0700X"),
        ({"taxonomies": (taxonomy(license="999"),)}, "review", "another license for CO"),
        ({"taxonomies": (taxonomy(license="999"), taxonomy(primary=False))}, "pass", "active"),
        ({"taxonomies": (taxonomy(state="TX", license="999"),)}, "pass", "active"),
        ({"taxonomies": (taxonomy(state=None, license="999"),)}, "review", "state left open"),
        ({"taxonomies": (taxonomy(state=None),)}, "pass", "active"),
        ({"taxonomies": (taxonomy(license=None),)}, "pass", "active"),
    ],
)
def test_what_a_record_means(record: dict[str, Any] | None, result: str, says: str) -> None:
    finding = judged(nppes_says(None if record is None else nppes_record(**record)), license())
    assert (finding.result, says.lower() in finding.summary.lower()) == (Result(result), True), finding.summary
    assert (finding.advice is None) == (finding.result is Result.PASS)


@pytest.mark.parametrize(
    ("who", "result", "says"),
    [
        ({"last_name": "Vale", "former_names": ("Marsh",)}, "review", "former name"),
        ({"last_name": "Reed"}, "review", "ANA MARSH"),
        ({"profession": None}, "review", "profession not stated"),
        ({"profession": "wizard"}, "review", "no profession we know"),
        ({"profession": "L.I.C.S.W."}, "pass", "active"),
        ({"profession": "LMFT", "taxonomy": None}, "review", "does not fit LMFT"),
        ({"taxonomy": None}, "pass", "active"),
    ],
)
def test_what_the_provider_claims(who: dict[str, Any], result: str, says: str) -> None:
    finding = judged(nppes_says(nppes_record()), who=provider(**who))
    assert (finding.result, says.lower() in finding.summary.lower()) == (Result(result), True), finding.summary


def test_an_npi_with_a_wrong_check_digit_fails() -> None:
    assert judged({}, who=provider(npi="1000000005")).result is Result.FAIL


def test_an_organizations_npi_fails() -> None:
    who = provider(npi=ORGANIZATION_NPI)
    answer = nppes_says(nppes_record(npi=ORGANIZATION_NPI, individual=False), ORGANIZATION_NPI)
    assert judged(answer, who=who).result is Result.FAIL


@given(st.text(min_size=1), st.booleans())
def test_evidence_with_a_problem_proves_nothing(problem: str, configured: bool) -> None:
    answer = nppes_says(nppes_record(), problem=problem, configured=configured)
    assert judged(answer, license()).result is Result.UNAVAILABLE


def test_no_evidence_proves_nothing() -> None:
    assert judged({}).result is Result.UNAVAILABLE
    assert judged(nppes_says("<html>")).result is Result.UNAVAILABLE
    assert judged(nppes_says(nppes_record(), OTHER_NPI)).result is Result.UNAVAILABLE


@pytest.mark.parametrize(
    ("ours", "theirs", "same"),
    [
        ("0012345", "12345", True),
        ("lcsw-12.345", "LCSW12345", True),
        ("12345", "12346", False),
        ("000", "0", False),
        (None, None, False),
    ],
)
def test_license_numbers(ours: str | None, theirs: str | None, same: bool) -> None:
    assert same_license_number(ours, theirs) is same


def test_it_asks_nppes_for_this_npi_and_watches_the_names() -> None:
    (subject,) = CHECK.subjects(file(license()), policy(), ("CO",))
    assert CHECK.needs(subject, file(), policy()) == (SourceRef("nppes", NPI),)
    assert subject.claims["last_name"] == "Marsh"
    assert subject.claims["licenses"] == "CO 0012345"
