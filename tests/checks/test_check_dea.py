"""The DEA number: what it shows of itself, and that only a person's look-up makes a pass."""

from dataclasses import replace

import pytest
from desk import Desk, form
from factories import NPI, TODAY, file, policy, provider, registration
from hand import OUTCOMES, recorded
from hypothesis import given
from hypothesis import strategies as st

from credkit.checks.dea import Dea
from credkit.records import Credential, CredentialKind, Finding, Provider, Result
from credkit.reference.identifiers import dea_is_valid

CHECK = Dea()
DEA = CredentialKind.DEA
MD = provider(profession="MD", last_name="Xanthos")
NP = provider(profession="PMHNP", last_name="Marsh")


def number(letters: str, digits: str = "123456") -> str:
    """Return a number whose check digit agrees."""
    values = [int(digit) for digit in digits]
    return f"{letters}{digits}{(sum(values[::2]) + 2 * sum(values[1::2])) % 10}"


def held(
    text: str | None = "BX1234563", schedules: str | None = "2, 2N, 3, 3N, 4, 5", **changes: str | None
) -> Credential:
    return replace(registration(DEA, number=text, **changes), details={"schedules": schedules})  # type: ignore[arg-type]


def judged(*credentials: Credential, who: Provider = MD) -> Finding:
    of = file(*credentials, who=who)
    (subject, *_others) = CHECK.subjects(of, policy(), who.states_of_practice)
    return CHECK.judge(subject, of, {}, policy(), TODAY)


@pytest.mark.parametrize(
    ("profession", "taxonomy", "states", "asked"),
    [
        ("LCSW", "1041C0700X", ("CO", "IL"), []),
        ("MD", "2084P0800X", ("CO", "IL"), ["CO", "IL"]),
        ("MD", "2084P0800X", ("CO", "CO"), ["CO"]),
        ("PMHNP", "363LP0808X", ("CO",), ["CO"]),
        ("PsyD", "103TC0700X", ("CO", "TX", "IL"), []),
        ("PsyD", "103TP0016X", ("CO", "TX", "IL"), ["CO", "IL"]),
        (None, None, ("CO", "IL"), []),
        ("MD", "2084P0800X", (), []),
    ],
)
def test_who_needs_a_registration_where(
    profession: str | None, taxonomy: str | None, states: tuple[str, ...], asked: list[str]
) -> None:
    who = provider(profession=profession, taxonomy=taxonomy, states_of_practice=states)
    assert [subject.key for subject in CHECK.subjects(file(who=who), policy(), states)] == asked


def test_a_psychologist_with_a_registration_is_asked_for_it_where_the_state_lets_them_prescribe() -> None:
    who = provider(profession="PsyD", taxonomy="103TC0700X", states_of_practice=("CO", "IL", "TX"))
    of = file(held(), held(state="TX"), who=who)
    assert [subject.key for subject in CHECK.subjects(of, policy(), who.states_of_practice)] == ["CO"]


def test_it_is_claimed_or_missing_state_by_state() -> None:
    who = replace(MD, states_of_practice=("CO", "IL"))
    of = file(held("AX0000000", expires="2020-01-01"), held(), who=who)
    co, il = CHECK.subjects(of, policy(), ("CO", "IL"))
    assert (co.jurisdiction, co.claims["number"], co.missing) == ("CO", "BX1234563", None)
    assert str(co.expires_on) == "2027-01-31"
    assert il.missing == "no DEA registration for IL on file"
    finding = CHECK.judge(il, of, {}, policy(), TODAY)
    assert (finding.result, finding.summary) == (Result.UNAVAILABLE, "No DEA registration for IL on file.")


WRONG = [
    ("BX1234564", "is not a DEA number"),
    ("BX123456", "is not a DEA number"),
    ("1234563BX", "is not a DEA number"),
    ("ZX1234563", "is not a DEA number"),
    (number("PX"), "is a distributor's, manufacturer's or researcher's number"),
    (number("RX"), "is a distributor's, manufacturer's or researcher's number"),
]


@pytest.mark.parametrize(("text", "says"), WRONG)
def test_a_number_that_cannot_be_right_fails_at_once(text: str, says: str) -> None:
    finding = judged(held(text))
    assert (finding.result, says in finding.summary) == (Result.FAIL, True), finding.summary


@pytest.mark.parametrize(("expires", "result"), [("2026-03-01", "fail"), (str(TODAY), "unavailable")])
def test_one_that_has_expired_fails(expires: str, result: str) -> None:
    assert judged(held(expires=expires)).result is Result(result)


RIGHT: list[tuple[str, Provider, Credential, str]] = [
    ("a physician's number", MD, held(), ""),
    ("spaces, dashes and small letters", MD, held("bx 123-4563"), ""),
    ("a nurse practitioner's", NP, held(number("MM")), ""),
    ("a physician's letter on a nurse practitioner", NP, held(number("BM")), "does not fit PMHNP"),
    ("a mid-level letter on a physician", MD, held(number("MX")), "does not fit MD"),
    ("an old waiver's letter", MD, held(number("XX")), "for a waiver that has ended"),
    ("another last name", MD, held(number("BQ")), "the second letter, Q, begins no last name on file"),
    ("a former last name", replace(MD, former_names=("Quill",)), held(number("BQ")), ""),
    ("half of a last name", replace(MD, last_name="Vale-Quill"), held(number("BQ")), ""),
    ("an accent", replace(MD, last_name="\u00c9toile"), held(number("BE")), ""),
    ("a business's name", MD, held(number("B9")), "9 stands for a business's name"),
    ("no schedules", MD, held(schedules=None), "the schedules are not stated"),
    ("roman schedules", MD, held(schedules="II IIN III; IV and V"), ""),
    ("a schedule that nobody prescribes", MD, held(schedules="1, 2"), "1 is no schedule"),
    ("no date of expiry", MD, held(expires=None), "no date of expiry is stated"),
    ("the longest there is", MD, held(expires="2029-03-31"), ""),
    ("longer than that", MD, held(expires="2029-04-30"), "more than 36 months away"),
]


@pytest.mark.parametrize(("who", "one", "looks"), [row[1:] for row in RIGHT], ids=[row[0] for row in RIGHT])
def test_a_number_that_can_be_right_waits_for_a_person(who: Provider, one: Credential, looks: str) -> None:
    finding = judged(one, who=who)
    assert finding.result is Result.UNAVAILABLE
    assert "the check digit of" in finding.summary
    assert (looks in finding.summary) == ("look closer" in finding.summary) or not looks
    assert ("look closer" in finding.summary) == bool(looks), finding.summary
    assert f"verify record {NPI} dea --subject" in (finding.advice or "")


def test_one_number_is_for_one_state() -> None:
    who = replace(MD, states_of_practice=("CO", "KS"))
    finding = judged(held(), held(state="KS"), who=who)
    assert "the same number is claimed for KS" in finding.summary


def test_what_the_number_shows_is_compared_field_by_field() -> None:
    finding = judged(held(number("BQ")), who=replace(MD, former_names=("Quill",)))
    assert [(one.field, one.found, one.agrees) for one in finding.comparisons] == [
        ("check digit", "agrees", True),
        ("registrant", "a practitioner's number", True),
        ("last name", "Q, of a former name", True),
    ]


@pytest.mark.parametrize(("result", "state"), OUTCOMES)
def test_what_a_person_records_is_what_it_is(result: str, state: str) -> None:
    assert recorded("dea", result, held(), who=MD).state == state


def test_it_lapses_on_its_own_date() -> None:
    assert recorded("dea", "pass", held(expires="2026-04-30"), who=MD, on="2026-04-30").state == "met"
    assert recorded("dea", "pass", held(expires="2026-04-30"), who=MD, on="2026-05-01").state == "expired"


def test_a_run_fails_a_wrong_number_and_leaves_a_right_one_pending_with_what_it_found(desk: Desk) -> None:
    prescriber = {"profession": "MD", "taxonomy": "2084P0800X", "license_1_type": "MD", "dea_1_state": "CO"}
    told = {"dea_1_number": "BM1234563", "dea_1_schedules": "2, 3", "dea_1_expires_on": "2027-01-31"}
    desk.take_in(form(**prescriber, **told), form(**prescriber, **told | {"dea_1_number": "BM1234564"}, npi="1000000012", caqh_id="10000002", license_1_number="2"))  # fmt: skip
    found = {one["npi"]: one for one in desk.items("verify", "run", "--all", "--check", "dea", code=10)}
    assert {npi: one["result"] for npi, one in found.items()} == {"1000000012": "fail"}
    (line,) = [one for one in desk.status(NPI)["requirements"] if one["check"] == "dea"]
    assert (line["state"], "the check digit of BM1234563 agrees" in line["detail"]) == ("pending", True)
    (due,) = [one for one in desk.items("verify", "due", NPI) if one["check"] == "dea"]
    assert (due["how"], "DEA's registration validation" in due["advice"]) == ("by hand", True)
    refused = desk.run("verify", "record", "1000000012", "dea", "--result", "pass", "--source", "DEA")
    assert (refused.code, "cannot pass by what is on file" in refused.err) == (5, True)

    # Nothing is said twice, on no other day either, while the file is the same.
    desk.live_on("2026-03-09")
    desk.run("verify", "run", NPI, "--check", "dea")
    assert len(desk.items("verify", "show", NPI)) == 1
    desk.ok("verify", "record", NPI, "dea", "--result", "pass", "--source", "DEA registration validation")
    (line,) = [one for one in desk.status(NPI)["requirements"] if one["check"] == "dea"]
    assert line["state"] == "met"


DIGITS = st.text("0123456789", min_size=6, max_size=6)


@given(letter=st.sampled_from("ABFGMPRX"), name=st.sampled_from("ABCXYZ9"), digits=DIGITS, wrong=st.integers(1, 9))
def test_one_last_digit_agrees_and_no_other(letter: str, name: str, digits: str, wrong: int) -> None:
    right = number(letter + name, digits)
    assert dea_is_valid(right)
    assert not dea_is_valid(f"{right[:-1]}{(int(right[-1]) + wrong) % 10}")


@given(digits=DIGITS, place=st.integers(0, 5), other=st.integers(1, 9))
def test_a_mistyped_digit_shows_unless_a_doubled_one_is_five_off(digits: str, place: int, other: int) -> None:
    right = number("BX", digits)
    typed = str((int(digits[place]) + other) % 10)
    mistyped = right[: 2 + place] + typed + right[3 + place :]
    assert dea_is_valid(mistyped) == (place % 2 == 1 and other == 5)
