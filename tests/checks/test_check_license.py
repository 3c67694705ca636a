from datetime import date
from typing import Any

import pytest
from factories import (
    OTHER_NPI,
    TODAY,
    board_record,
    board_says,
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
from credkit.records import (
    BoardName,
    BoardRecord,
    Credential,
    Evidence,
    Finding,
    NppesRecord,
    Provider,
    Result,
    SourceRef,
)
from credkit.reference.licenses import board_of, license_kind, license_status
from credkit.reference.states import STATES

CHECK = License()


def judged(
    credential: Credential,
    answer: dict[SourceRef, Evidence] | None = None,
    who: Provider | None = None,
    on: date = TODAY,
) -> Finding:
    given = file(credential, who=who)
    (subject,) = CHECK.subjects(given, policy(), (credential.jurisdiction or "",))
    return CHECK.judge(subject, given, answer or {}, policy(), on)


def held(*records: BoardRecord, claim: dict[str, Any] | None = None, **who: Any) -> Finding:
    """Judge Ana Marsh's license by what Colorado's board has."""
    return judged(
        license(**(claim or {})), board_says(*records, number=(claim or {}).get("number", "0012345")), provider(**who)
    )


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
    assert "the Colorado Division of Professions and Occupations" in finding.summary
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


@pytest.mark.parametrize("word", ["PENDING", "n/a", "applied for"])
def test_a_word_in_the_place_of_the_number_is_missing_too(word: str) -> None:
    (subject,) = CHECK.subjects(file(license(number=word)), policy(), ("CO",))
    assert subject.missing == f"no license number for CO on file: {word} has no digit in it"


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


# --- by the board's record ------------------------------------------------------------------------------------------


def test_a_license_that_the_board_has_active_passes() -> None:
    finding = held(board_record())
    assert finding.result is Result.PASS
    assert finding.summary == (
        "The Colorado Division of Professions and Occupations has license 12345 (CSW) of ANA MARSH as Active until 2027-03-31."
    )
    assert finding.expires_on == date(2027, 3, 31)
    assert {one.field: one.agrees for one in finding.comparisons} == dict.fromkeys(
        ("number", "name", "type", "status", "expires", "discipline"), True
    )


#: Everything that can be found, and the fact that causes it.
OUTCOMES: list[tuple[str, list[BoardRecord], str, str]] = [
    ("no row", [], "fail", "has no license 0012345"),
    ("another number", [board_record(number="12346")], "fail", "has no license 0012345"),
    ("an expired status", [board_record(status="Expired")], "fail", "has license 12345 as Expired"),
    ("a surrendered status", [board_record(status="Surrendered")], "fail", "has license 12345 as Surrendered"),
    (
        "a status that we do not know",
        [board_record(status="Active?")],
        "review",
        "as Active?, a status that we do not know",
    ),
    ("no status", [board_record(status="")], "review", "without a status"),
    (
        "a restriction",
        [board_record(status="Active - With Conditions")],
        "review",
        "restricted: Active - With Conditions",
    ),
    ("expired yesterday", [board_record(expires_on="2026-03-01")], "fail", "expired on 2026-03-01"),
    ("expires today", [board_record(expires_on="2026-03-02")], "pass", "until 2026-03-02"),
    ("no date of expiry", [board_record(expires_on=None)], "review", "gives no date of expiry"),
    ("a date that is no day", [board_record(doubts=("x is no day",))], "review", "cannot be read whole: x is no day"),
    (
        "issued in the future",
        [board_record(issued_on="2026-03-03")],
        "fail",
        "issued on 2026-03-03, which is yet to come",
    ),
    ("a day later than on file", [board_record(expires_on="2027-04-01")], "pass", "1 day after the 2027-03-31 on file"),
    ("a day earlier", [board_record(expires_on="2027-03-30")], "pass", "1 day before the 2027-03-31 on file"),
    ("a year later", [board_record(expires_on="2028-03-31")], "pass", "366 days after the 2027-03-31 on file"),
    (
        "discipline",
        [board_record(discipline=("Probation (case 2019-1)",))],
        "review",
        "discipline on the record: Probation (case 2019-1), see https://data.colorado.gov/d/7s5z-vewr",
    ),
    ("someone else's", [board_record("ZEPHYRINE", "OTHERLY")], "fail", "belongs to someone else"),
    ("nobody's", [board_record("", "")], "fail", "belongs to someone else"),
    ("another last name", [board_record(last="PELL")], "review", "such as a maiden name, that is not on file"),
    ("another spelling", [board_record("ANAMARIE")], "review", "another form of the first name"),
    ("a sister", [board_record("BEATRIX")], "fail", "belongs to someone else"),
    ("a candidate", [board_record(license_type="LSW")], "review", "an LSW (LSW) may not practice independently in CO"),
    (
        "a kind that we do not know",
        [board_record(license_type="ZZZ")],
        "review",
        "ZZZ is no kind of license that we know",
    ),
    ("no kind", [board_record(license_type="")], "review", "no type is no kind of license that we know"),
    ("another profession", [board_record(license_type="RN")], "fail", "another profession: RN, not that of an LCSW"),
    ("a privilege", [board_record(license_type="Counseling Compact Privilege")], "fail", "privilege under a compact"),
    (
        "another's of the same number in another profession",
        [board_record("ZEPHYRINE", "OTHERLY", license_type="LPC"), board_record()],
        "pass",
        "(CSW)",
    ),
    (
        "a near name in another profession",
        [board_record(last="PELL", license_type="LPC")],
        "fail",
        "belongs to someone else",
    ),
    (
        "a twin that was replaced",
        [board_record(status="Superseded", expires_on="2030-01-01"), board_record()],
        "pass",
        "2027",
    ),
    (
        "a twin that was replaced, disciplined",
        [board_record(status="Superseded", expires_on="2020-01-01", discipline=("Reprimand",)), board_record()],
        "review",
        "discipline on the record: Reprimand",
    ),
    (
        "twins that both ended",
        [board_record(status="Closed"), board_record(status="Expired")],
        "fail",
        "license 12345 as",
    ),
    (
        "two that live",
        [board_record(), board_record(expires_on="2028-01-01")],
        "review",
        "has 2 live rows for license 12345",
    ),
    (
        "two that live, one disciplined",
        [board_record(discipline=("Reprimand",)), board_record(expires_on="2028-01-01")],
        "review",
        "discipline on the record: Reprimand",
    ),
]


@pytest.mark.parametrize(
    ("records", "result", "says"), [case[1:] for case in OUTCOMES], ids=[case[0] for case in OUTCOMES]
)
def test_every_outcome_and_the_fact_that_causes_it(records: list[BoardRecord], result: str, says: str) -> None:
    finding = held(*records)
    assert finding.result == result, finding.summary
    assert says.lower() in finding.summary.lower()
    assert (finding.advice is None) is (result == "pass")


@pytest.mark.parametrize(
    ("record", "who", "result", "says"),
    [
        (board_record("Ána", "MÁRSH"), {}, "pass", "as Active"),
        (board_record("ANA", "MARSH", names=(BoardName(whole="ANA L MARSH"),)), {}, "pass", "as Active"),
        (board_record(last="GARCIA LOPEZ"), {"last_name": "García-López"}, "pass", "as Active"),
        (board_record(last="GARCIA"), {"last_name": "García-López"}, "review", "one half of a double last name"),
        (board_record(last="PELL"), {"former_names": ("Ana Pell",)}, "review", "under a former name, ANA PELL"),
        (
            board_record(names=(BoardName(whole="ANA M PELL"),)),
            {"former_names": ("Pell",)},
            "review",
            "under a former name",
        ),
        (board_record("A"), {}, "review", "an initial for the first name"),
        (board_record("BOB"), {"first_name": "Robert"}, "review", "another form of the first name"),
        (board_record(), {"profession": "sorcerer"}, "review", "sorcerer is no profession we know"),
        (board_record(license_type="LPCC"), {"profession": "LPC"}, "review", "may not practice independently in CO"),
        (board_record(license_type="Psychologist License"), {"profession": "PSYD"}, "pass", "as Active"),
        (board_record(license_type="Physician"), {"profession": "DO"}, "pass", "as Active"),
    ],
)
def test_names_and_professions(record: BoardRecord, who: dict[str, Any], result: str, says: str) -> None:
    kind = {"type": who["profession"]} if "profession" in who else {}
    finding = held(record, claim=kind, **who)
    assert finding.result == result, finding.summary
    assert says.lower() in finding.summary.lower()


def test_a_middle_name_on_the_license_and_none_on_file_is_the_same() -> None:
    record = board_record(names=(BoardName("ANA", "MARSH", "LUZ"),))
    assert held(record).result is Result.PASS
    assert held(record, middle_name="Beatriz").result is Result.REVIEW


def test_what_expired_on_file_and_was_renewed_by_the_board_is_for_a_person() -> None:
    finding = held(board_record(), claim={"expires": "2026-01-31"})
    assert finding.result is Result.REVIEW
    assert "file it expired on 2026-01-31, and the Colorado" in finding.summary
    assert held(board_record(status="Expired"), claim={"expires": "2026-01-31"}).result is Result.FAIL


def test_a_claimed_privilege_is_not_a_license() -> None:
    finding = judged(license(type="PSYPACT compact privilege"))
    assert finding.result is Result.FAIL
    assert "a privilege under a compact" in finding.summary


@pytest.mark.parametrize(
    ("answer", "says"),
    [
        (board_says(problem="it answered HTTP 500"), "gave no answer: it answered HTTP 500"),
        (board_says(state="CO") | {}, None),
        (
            {SourceRef("board:CO", "0012345"): Evidence(SourceRef("board:CO", "0012345"), "", "", facts="?")},
            "cannot be read",
        ),
        (
            {
                SourceRef("board:CO", "0012345"): board_says(board_record(), state="WA")[
                    SourceRef("board:WA", "0012345")
                ]
            },
            "cannot be read",
        ),
        (board_says(board_record(), configured=False, problem="not set up"), "no board source for CO is set up"),
        (board_says(board_record(), as_of="2025-11-01"), "published on 2025-11-01, 121 days ago, and 120 are allowed"),
    ],
)
def test_without_a_usable_answer_nothing_is_concluded(answer: dict[SourceRef, Evidence], says: str | None) -> None:
    finding = judged(license(), answer)
    if says is None:
        assert finding.result is Result.FAIL  # an answer without rows is one
        return
    assert finding.result is Result.UNAVAILABLE
    assert says.lower() in finding.summary.lower()
    assert finding.expires_on is None
    assert judged(license(expires="2026-03-01"), answer).result is Result.FAIL


def test_the_day_of_a_file_is_the_day_that_counts() -> None:
    finding = judged(license(), board_says(board_record(), as_of="2025-11-02"))
    assert (finding.result, finding.as_of) == (Result.PASS, date(2025, 11, 2))
    assert held(board_record()).as_of is None


@pytest.mark.parametrize("state", ["NC", "TX", "GU"])
def test_without_a_source_a_person_looks_at_the_board_by_its_name(state: str) -> None:
    finding = judged(license(state=state), who=provider(states_of_practice=(state,)))
    assert finding.result is Result.UNAVAILABLE
    assert board_of(state, "LCSW").name in finding.summary
    assert f"--subject {state}" in (finding.advice or "")


def test_it_asks_the_board_for_the_claimed_number_and_nppes_for_a_hint() -> None:
    given = file(license())
    (subject,) = CHECK.subjects(given, policy(), ("CO",))
    assert CHECK.needs(subject, given, policy()) == (SourceRef("board:CO", "0012345"), SourceRef("nppes", "1000000004"))


@given(
    st.builds(
        board_record,
        st.sampled_from(["ANA", "A", "BOB", ""]),
        st.sampled_from(["MARSH", "PELL", "OTHERLY", ""]),
        number=st.sampled_from(["12345", "LCSW.12345", "12346", ""]),
        license_type=st.sampled_from(["CSW", "LSW", "LPC", "", "Compact privilege", "Social Worker"]),
        status=st.sampled_from(["Active", "Expired", "Probation", "ACTIVE - SUSPENDED", ""]),
        expires_on=st.sampled_from(["2027-03-31", "2026-03-01", None]),
        discipline=st.sampled_from([(), ("Reprimand",)]),
        doubts=st.sampled_from([(), ("?",)]),
    )
)
def test_it_passes_only_what_agrees_in_everything(record: BoardRecord) -> None:
    finding = held(record)
    good = (
        record.names[0].text == "ANA MARSH"
        and record.number in {"12345", "LCSW.12345"}
        and (record.license_type, record.status) == ("CSW", "Active")
        and record.expires_on == date(2027, 3, 31)
        and not record.discipline
        and not record.doubts
    )
    assert (finding.result is Result.PASS) is good, finding.summary


# --- what boards' words mean ----------------------------------------------------------------------------------------

NEVER_ACTIVE = (
    "probation", "condition", "restrict", "limited", "suspend", "revok", "surrender", "inactive", "invalid", "retired",
    "lapsed", "delinquent", "expired", "deceased", "pending", "denied", "null and void", "not ",
)  # fmt: skip


@pytest.mark.parametrize("state", sorted({"WA", "CO", "CT", "IL", "DE", "TX", "FL", "MA", "ZZ"}))
def test_nothing_that_speaks_against_a_license_is_active(state: str) -> None:
    from credkit.reference import licenses

    for text, meaning in licenses._statuses(state).items():
        if meaning == "active":
            assert text.startswith(
                ("active", "clear", "current", "valid", "in good standing", "licensed", "registered")
            ), text
            assert not any(word in text for word in NEVER_ACTIVE), text


@pytest.mark.parametrize(
    ("state", "text", "meaning"),
    [
        ("TX", "CURRENT (C)", "active"),
        ("TX", "Current RENEWAL DENIED (K)", "other"),
        ("TX", "NOT CURRENT - SEE ENF (X)", "other"),
        ("TX", "NLC LICENSE - TX INVALID (Y)", "other"),
        ("TX", "DELINQUENT (D)", "expired"),
        ("TX", "Probated/Suspended", "restricted"),
        ("WA", "ACTIVE", "active"),
        ("WA", "SUPERSEDED", "other"),
        ("CT", "INACTIVE (LAPSED DUE TO NON-RENEWAL)", "expired"),
        ("CT", "ACTIVE (SOMETHING ELSE)", "unknown"),
        ("WA", "CURRENT (C)", "unknown"),
        ("NC", "", "unknown"),
    ],
)
def test_what_a_status_means(state: str, text: str, meaning: str) -> None:
    assert license_status(state, text) == meaning


@pytest.mark.parametrize(
    ("state", "text", "abbreviation", "level"),
    [
        ("CO", "LPCC", "LPCC", "dependent"),
        ("OH", "LPCC", "LPCC", "independent"),
        ("CA", "LPCC", "LPCC", "independent"),
        ("NC", "LPCC", "LPCC", "unknown"),
        ("MN", "LP", "LP", "independent"),
        ("MA", "LCSW", "LCSW", "dependent"),
        ("MA", "LICSW", "LICSW", "independent"),
        ("WA", "Mental Health Counselor License", "LMHC", "independent"),
        ("WA", "Psychologist Probationary License", "", "unknown"),
        ("TX", "LPC LPCA", "LPC-A", "dependent"),
        ("IL", "CLIN PSYCHOLOGIST", "PSYCHOLOGIST", "independent"),
        ("NC", None, "", "unknown"),
    ],
)
def test_what_a_kind_of_license_means(state: str, text: str | None, abbreviation: str, level: str) -> None:
    kind = license_kind(state, text)
    assert (kind.abbreviation, kind.level) == (abbreviation, level)


def test_lp_is_a_psychoanalyst_in_new_york() -> None:
    assert license_kind("NY", "LP").families == {"PSYCHOANALYST"}
    assert license_kind("MN", "LP").families == {"PSYCHOLOGIST"}


def test_every_state_has_a_board_by_name() -> None:
    territories = {"AS", "GU", "MP", "PR", "VI", "AA", "AE", "AP"}
    for state in set(STATES) - territories:
        assert board_of(state).name != f"{STATES[state]} licensing board", state
    assert board_of("TX", "MD").name == "Texas Medical Board"
    assert board_of("TX", "LPC").name == "Texas Behavioral Health Executive Council"
