"""`credkit committee schedule|agenda|decide`: what is put on record, and what is refused with every reason."""

import pytest
from desk import Desk, form
from factories import NPI

MEETING = ("--meeting", "2026-03-09", "--present", "Dr Ash", "Dr Birch", "Dr Cedar")
DIRECTOR = ("--by", "medical_director")


def decide(outcome: str, *options: str, npi: str = NPI) -> tuple[str, ...]:
    return ("committee", "decide", npi, "--decision", outcome, *options)


@pytest.fixture
def ready(desk: Desk) -> Desk:
    """A clean file, met in every line, on the day of a meeting."""
    desk.take_in(form())
    desk.load_leie()
    desk.verify_all()
    desk.ok("committee", "schedule", "2026-03-09")
    desk.live_on("2026-03-09")
    return desk


def test_a_decision_in_a_meeting(ready: Desk) -> None:
    made = ready.item(*decide("approved", *MEETING))
    assert (made["decision"], made["decided_on"], made["decided_by"]) == ("approved", "2026-03-09", "committee")
    assert (made["states"], made["track"], made["conditions"]) == (["CO"], "clean", [])


def test_a_clean_file_by_the_medical_director_is_of_today(ready: Desk) -> None:
    ready.live_on("2026-03-12")
    made = ready.item(*decide("approved", *DIRECTOR))
    assert (made["decided_on"], made["decided_by"]) == ("2026-03-12", "medical_director")


def test_a_meeting_that_was_held_is_recorded_later_by_its_own_day(ready: Desk) -> None:
    ready.live_on("2026-07-20")
    made = ready.item(*decide("approved", *MEETING))
    assert made["decided_on"] == "2026-03-09"
    assert ready.status(NPI, "--on", "2026-03-08")["stage"] == "committee"
    assert ready.status(NPI, "--on", "2026-03-09")["stage"] == "network"


def test_an_approval_with_conditions_names_them(ready: Desk) -> None:
    refused = ready.run(*decide("approved_with_conditions", *MEETING))
    assert (refused.code, "names them: --condition TEXT" in refused.err) == (2, True)
    made = ready.item(
        *decide(
            "approved_with_conditions",
            "--condition",
            "six months",
            "--condition",
            "no minors",
            "--due",
            "2026-09-01",
            *MEETING,
        )
    )
    assert made["conditions"] == ["six months", "no minors"]
    assert ready.status()["stage"] == "network"


USAGE: list[tuple[str, tuple[str, ...], int, str]] = [
    ("nobody decided", decide("approved"), 2, "Say who decided"),
    ("both decided", decide("approved", *DIRECTOR, *MEETING), 2, "Say who decided"),
    ("an unknown role", decide("approved", "--by", "medical-director"), 2, "Did you mean medical_director?"),
    ("an unknown outcome", decide("aproved", *MEETING), 2, "Did you mean approved?"),
    ("no quorum", decide("approved", *MEETING[:-1]), 5, "No quorum: 2 present, 3 needed"),
    (
        "the same name twice is one person",
        decide("approved", *MEETING[:-2], "dr  ash", "DR ASH"),
        5,
        "No quorum: 1 present, 3 needed",
    ),
    (
        "no such meeting",
        decide("approved", "--meeting", "2026-03-08", *MEETING[2:]),
        2,
        "credkit committee schedule 2026-03-08",
    ),
    (
        "a meeting to come",
        decide("approved", "--meeting", "2026-03-10", *MEETING[2:]),
        2,
        "has not been held yet",
    ),
    ("a state where nobody practices", decide("approved", "--state", "CO,TX", *MEETING), 2, "does not practice in TX"),
    ("a state that is none", decide("approved", "--state", "CO,XX", *MEETING), 2, "'XX' is not a state"),
    ("conditions of a plain approval", decide("approved", "--condition", "x", *MEETING), 2, "Conditions belong to"),
    ("a denial without a reason", decide("denied", *MEETING), 2, "denied needs its reason"),
    (
        "a deferral without a reason",
        decide("deferred", "--revisit", "2026-04-13", *MEETING),
        2,
        "deferred needs its reason",
    ),
    ("a deferral without a day", decide("deferred", "--reason", "x", *MEETING), 2, "comes back on a day"),
    (
        "a deferral to the meeting's own day",
        decide("deferred", "--reason", "x", "--revisit", "2026-03-09", *MEETING),
        2,
        "comes back after the decision of 2026-03-09, not on 2026-03-09",
    ),
    (
        "a deferral to a day that is over",
        decide("deferred", "--reason", "x", "--revisit", "2025-04-13", *MEETING),
        2,
        "not on 2025-04-13",
    ),
    (
        "a denial that comes back",
        decide("denied", "--reason", "x", "--revisit", "2026-04-13", *MEETING),
        2,
        "denied takes no --revisit",
    ),
    (
        "a condition that was due before",
        decide("approved_with_conditions", "--condition", "x", "--due", "2026-03-01", *MEETING),
        2,
        "due after the decision of 2026-03-09, not on 2026-03-01",
    ),
    ("a day without a condition", decide("approved", "--due", "2026-06-01", *MEETING), 2, "--due is the day of"),
    (
        "an override of nothing",
        decide("denied", "--reason", "x", "--override", "y", *MEETING),
        2,
        "nothing to override",
    ),
    ("a denial by the medical director", decide("denied", "--reason", "x", *DIRECTOR), 5, "is for the committee"),
    ("a termination of nobody", decide("terminated", "--reason", "x", *MEETING), 5, "Nobody is terminated"),
    (
        "another policy than the one in force",
        ("--policy", "ours.toml", *decide("approved", *MEETING)),
        2,
        "--policy has no place here",
    ),
    ("somebody who is not there", decide("approved", *MEETING, npi="1000000103"), 2, "There is no provider"),
]


@pytest.mark.parametrize(("words", "code", "says"), [row[1:] for row in USAGE], ids=[row[0] for row in USAGE])
def test_refused(ready: Desk, words: tuple[str, ...], code: int, says: str) -> None:
    ran = ready.run(*words)
    assert (ran.code, ran.out) == (code, "")
    assert says in ran.err
    assert ready.status()["stage"] == "committee"


def test_nothing_is_decided_twice(ready: Desk) -> None:
    ready.ok(*decide("approved", *MEETING))
    again = ready.run(*decide("approved", *MEETING))
    assert (again.code, "already approved for CO" in again.err) == (5, True)
    for outcome in ("denied", "deferred", "tabled"):
        back = () if outcome == "denied" else ("--revisit", "2026-05-01")
        ran = ready.run(*decide(outcome, "--reason", "x", *back, *MEETING))
        assert (ran.code, "The cycle is closed" in ran.err) == (5, True), outcome


def test_nothing_is_backdated(ready: Desk) -> None:
    ready.live_on("2026-03-12")
    ready.ok(*decide("approved", *DIRECTOR))
    ran = ready.run(*decide("terminated", "--reason", "x", *MEETING))
    assert (ran.code, "was decided on 2026-03-12, after 2026-03-09" in ran.err) == (5, True)


@pytest.mark.parametrize("outcome", ["deferred", "tabled"])
def test_a_postponed_file_stays_open_and_comes_back(ready: Desk, outcome: str) -> None:
    ready.ok(*decide(outcome, "--reason", "one reference more", "--revisit", "2026-04-13", *MEETING))
    assert ready.status()["stage"] == "committee"
    assert [one["npi"] for one in ready.items("committee", "agenda", "2026-03-09")] == [NPI]
    for again in ("deferred", "tabled"):
        ran = ready.run(*decide(again, "--reason", "another", "--revisit", "2026-05-04", *MEETING))
        assert (ran.code, f"off already: {outcome} until 2026-04-13" in ran.err) == (5, True), ran.err
    ready.ok(*decide("approved", *MEETING))
    assert ready.status()["stage"] == "network"


@pytest.mark.parametrize("outcome", ["denied", "withdrawn"])
def test_an_application_that_is_over(ready: Desk, outcome: str) -> None:
    ready.ok(*decide(outcome, "--reason", "for a reason", *MEETING))
    item = ready.status()
    assert (item["stage"], item["actions"], item["recredential_by"]) == (outcome, [], None)
    assert item["reasons"] == [f"{outcome} on 2026-03-09: for a reason"]
    assert ready.items("committee", "agenda", "2026-03-09") == []
    assert ready.items("verify", "due", NPI) == []
    for again in ("approved", "denied", "withdrawn", "terminated"):
        reason = () if again == "approved" else ("--reason", "x")
        assert ready.run(*decide(again, *reason, *MEETING)).code == 5, again
    ran = ready.run(*decide("approved", *MEETING))
    assert f"was {outcome} on 2026-03-09: there is no open application to approve" in ran.err

    # A newly signed form opens a new cycle.
    ready.live_on("2026-04-06")
    ready.take_in(form(signed_on="2026-04-02"), name="again.csv")
    assert ready.status()["stage"] == "verification"
    ready.load_leie("2026-04-01")
    ready.verify_all()
    ready.approve()
    assert ready.status()["stage"] == "network"


def test_a_termination(ready: Desk) -> None:
    ready.ok(*decide("approved", *MEETING))
    ready.enroll(effective="2026-03-09")
    assert ready.status()["stage"] == "active"
    ready.ok("committee", "schedule", "2026-06-08")
    ready.live_on("2026-06-08")
    ready.ok(*decide("terminated", "--reason", "left the practice", "--meeting", "2026-06-08", *MEETING[2:]))
    item = ready.status()
    assert (item["stage"], item["ready"]) == ("terminated", {})
    assert ready.item("ready", NPI, code=5)["reasons"][0] == "terminated on 2026-06-08"
    assert ready.status(NPI, "--on", "2026-06-07")["ready"] == {"CO": ["Aspen Health"]}


def test_an_approved_provider_may_withdraw(ready: Desk) -> None:
    ready.ok(*decide("approved", *MEETING))
    ready.ok(*decide("withdrawn", "--reason", "moved away", *MEETING))
    assert ready.status()["stage"] == "withdrawn"


# --- exceptions -----------------------------------------------------------------------------------------------------


@pytest.fixture
def weighed(desk: Desk) -> Desk:
    """A file with a yes that was explained, read and accepted."""
    desk.take_in(form(disclosure_felony="yes", disclosure_felony_explanation="in 2004, as a student"))
    desk.load_leie()
    assert desk.run("verify", "run", NPI).code == 10
    desk.look_up_by_hand()
    desk.ok("committee", "schedule", "2026-03-09")
    desk.live_on("2026-03-09")
    return desk


def test_an_exception_is_for_the_committee(weighed: Desk) -> None:
    refused = weighed.run(*decide("approved", *MEETING))
    assert (refused.code, "disclosures: review - Felony is answered yes, and explained." in refused.err) == (5, True)
    weighed.ok("verify", "accept", NPI, "disclosures", "--reason", "long ago, disclosed")
    (line,) = weighed.items("committee", "agenda", "2026-03-09")
    assert line["track"] == "exception"
    assert line["reasons"] == ["disclosure answered yes: felony", "disclosures: review accepted"]
    refused = weighed.run(*decide("approved", *DIRECTOR))
    assert (refused.code, "is for the committee" in refused.err) == (5, True)
    assert "  - disclosure answered yes: felony" in refused.err
    made = weighed.item(*decide("approved", *MEETING))
    assert (made["track"], made["decided_by"]) == ("exception", "committee")


def test_clean_files_come_first_on_the_agenda(weighed: Desk) -> None:
    clean = form(npi="1000000012", first_name="Zoe", last_name="Young", signed_name="Zoe Young",
                 malpractice_insured_name="Zoe Young", license_1_number="9", email="zoe@example.org")  # fmt: skip
    weighed.take_in(clean, name="zoe.csv")
    from credkit.demo.servers import RegistryEntry

    weighed.registry.records["1000000012"] = RegistryEntry("Zoe", "Young")
    weighed.verify_all("1000000012")
    lines = weighed.items("committee", "agenda", "2026-03-09")
    assert [(one["npi"], one["track"]) for one in lines] == [("1000000012", "clean"), (NPI, "exception")]


def test_the_policy_may_leave_clean_files_to_the_committee(ready: Desk) -> None:
    text = ready.ok("policy", "show").out.replace('clean_files_by = "medical_director"', 'clean_files_by = "committee"')
    path = ready.folder / "ours.toml"
    path.write_text(text.replace("2025-07-01 ", "2026-03-05 "), encoding="utf-8")
    ready.ok("policy", "adopt", path)
    ran = ready.run(*decide("approved", *DIRECTOR))
    assert (ran.code, "the policy leaves clean files to the committee" in ran.err) == (5, True)


def test_a_decision_is_judged_by_the_policy_in_force_on_its_day(ready: Desk) -> None:
    text = ready.ok("policy", "show").out
    stricter = text.replace("verification_days = 120", "verification_days = 5").replace("2025-07-01 ", "2026-03-10 ")
    path = ready.folder / "stricter.toml"
    path.write_text(stricter, encoding="utf-8")
    ready.ok("policy", "adopt", path)
    ready.live_on("2026-03-12")
    assert ready.run(*decide("approved", *DIRECTOR)).code == 5
    ready.ok(*decide("approved", *MEETING))


def test_past_the_gate_with_a_reason_that_is_shown_for_ever(desk: Desk) -> None:
    desk.take_in(form())
    desk.ok("committee", "schedule", "2026-03-02")
    meeting = ("--meeting", "2026-03-02", *MEETING[2:])
    ran = desk.run(*decide("approved", "--override", "needed at once", *meeting))
    assert (ran.code, "With --override, name the states" in ran.err) == (2, True)
    ran = desk.run(*decide("approved", "--override", "needed at once", "--state", "CO", *DIRECTOR))
    assert (ran.code, "approved past the gate" in ran.err) == (5, True), "the medical director approves clean files"
    made = desk.item(*decide("approved", "--override", "needed at once", "--state", "CO", *meeting))
    assert (made["override"], made["track"], made["states"]) == ("needed at once", "exception", ["CO"])
    assert made["waits_for_second"]
    item = desk.status()
    assert (item["stage"], item["track"]) == ("verification", "clean"), "it counts when another confirms it"
    assert any(f"credkit confirm {made['id']}" in one["what"] for one in item["actions"])
    ran = desk.run("confirm", made["id"])
    assert (ran.code, "a second person must confirm" in ran.err) == (5, True)
    ran = desk.run(*decide("approved", "--override", "needed again", "--state", "CO", *meeting))
    assert (ran.code, "waits for a second person" in ran.err) == (5, True)
    (asked,) = desk.items("confirm")
    assert (asked["kind"], asked["id"]) == ("decision", made["id"])
    desk.ok("confirm", made["id"], "--actor", "lee")
    assert desk.items("confirm") == []
    item = desk.status()
    assert (item["track"], item["ready"]) == ("exception", {})
    assert item["stage"] == "suspended", "nothing that suspends was ever verified"
    assert desk.item("ready", NPI, code=5)["reasons"][0].startswith("npi: ")


def test_a_state_joins_by_a_later_decision(ready: Desk) -> None:
    ready.take_in(
        form(
            states_of_practice="CO;KS", license_2_state="KS", license_2_number="77", license_2_expires_on="2027-05-31"
        ),
        name="kansas.csv",
    )
    ready.ok("verify", "run", NPI)
    assert ready.item(*decide("approved", *MEETING))["states"] == ["CO"]
    assert ready.run(*decide("approved", "--state", "KS", *MEETING)).code == 5
    ready.ok("verify", "record", NPI, "license", "--subject", "KS", "--result", "pass", "--source", "the board")
    (line,) = ready.items("committee", "agenda", "2026-03-09")
    assert (line["states"], line["reasons"]) == (["KS"], ["adds KS"])
    assert ready.item(*decide("approved", *MEETING))["states"] == ["KS"]
    assert ready.items("committee", "agenda", "2026-03-09") == []


def test_meetings(desk: Desk) -> None:
    ran = desk.run("committee", "agenda", "2026-03-09")
    assert "There is no meeting on 2026-03-09 yet" in ran.err
    desk.ok("committee", "schedule", "2026-03-09")
    again = desk.run("committee", "schedule", "2026-03-09")
    assert (again.code, "already a meeting" in again.err) == (2, True)
    assert desk.ok("committee", "agenda", "--json").json()["on"] == "2026-03-09"
    assert desk.run("committee", "schedule", "9 March").code == 2
