from typing import Any

import pytest
from factories import TODAY, caqh, file, policy, provider

from credkit.checks.caqh import Caqh
from credkit.records import Result

CHECK = Caqh()


@pytest.mark.parametrize(
    ("changes", "result", "says"),
    [
        ({}, "pass", "attested on 2026-01-15"),
        ({"status": "INITIAL PROFILE COMPLETE"}, "pass", ""),
        ({"status": "Re-attestation"}, "pass", ""),
        ({"status": "Reattestation"}, "pass", ""),
        ({"status": "Expired Attestation"}, "fail", "Expired Attestation"),
        ({"status": "Opt Out"}, "fail", "Opt Out"),
        ({"status": "Profile Data Submitted"}, "fail", "Profile Data Submitted"),
        ({"status": "Half Complete"}, "review", "no CAQH status we know"),
        ({"status": None}, "review", "status is not stated"),
        ({"authorized": "Y"}, "pass", ""),
        ({"authorized": False}, "fail", "not authorized"),
        ({"authorized": "N"}, "fail", "not authorized"),
        ({"authorized": None}, "review", "not stated"),
        ({"roster_status": "active"}, "pass", ""),
        ({"roster_status": "NOT ON ROSTER"}, "fail", "NOT ON ROSTER"),
        ({"roster_status": ""}, "review", "not stated"),
        ({"attested": "2025-11-02"}, "pass", ""),
        ({"attested": "2025-11-01"}, "fail", "more than 120 days ago"),
        ({"attested": "2026-03-03"}, "fail", "yet to come"),
    ],
)
def test_what_a_profile_means(changes: dict[str, Any], result: str, says: str) -> None:
    given = file(caqh(**changes))
    (subject,) = CHECK.subjects(given, policy(), ("CO",))
    finding = CHECK.judge(subject, given, {}, policy(), TODAY)
    assert (finding.result, says in finding.summary) == (Result(result), True), finding.summary
    assert finding.expires_on == subject.expires_on


@pytest.mark.parametrize(
    ("states", "until"), [(("CO",), "2026-05-15"), (("IL",), "2026-07-14"), (("IL", "CO"), "2026-05-15")]
)
def test_illinois_has_longer(states: tuple[str, ...], until: str) -> None:
    given = file(caqh(), who=provider(states_of_practice=states))
    (subject,) = CHECK.subjects(given, policy(), states)
    assert str(subject.expires_on) == until


def test_what_is_missing() -> None:
    assert CHECK.subjects(file(), policy(), ())[0].missing == "no CAQH id on file"
    assert CHECK.subjects(file(caqh(number=None)), policy(), ())[0].missing == "no CAQH id on file"
    assert CHECK.subjects(file(caqh(attested=None)), policy(), ())[0].missing == "no day of CAQH attestation on file"


def test_attesting_again_leaves_the_claims_as_they_were() -> None:
    old, new = (CHECK.subjects(file(caqh(attested=day)), policy(), ())[0] for day in ("2025-10-01", "2026-01-15"))
    assert old.claims == new.claims
    assert old.expires_on != new.expires_on
