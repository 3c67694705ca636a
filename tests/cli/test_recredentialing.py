"""An approval comes round again: by a newly signed form, through the same checks and the same gate, or it lapses."""

import pytest
from desk import Desk, form
from factories import NPI

DECIDE = ("committee", "decide", NPI, "--decision")
TEXAS = {
    "states_of_practice": "CO;TX",
    "license_2_state": "TX",
    "license_2_number": "777",
    "license_2_expires_on": "2031-01-31",
}


def fresh(signed: str, **changes: str) -> dict[str, str]:
    """Return the form as it is filled in three years later."""
    return form(
        license_1_expires_on="2031-03-31",
        malpractice_effective_on="2028-09-01",
        malpractice_expires_on="2030-09-01",
        caqh_attested_on=signed,
        signed_on=signed,
        **changes,
    )


def license_seen(desk: Desk, *states: str) -> None:
    for state in states:
        desk.ok("verify", "record", NPI, "license", "--subject", state, "--result", "pass", "--source", "the board")


def approved(desk: Desk, states: tuple[str, ...] = ("CO",), **changes: str) -> None:
    desk.take_in(form(**changes))
    desk.load_leie()
    desk.run("verify", "run", NPI)
    license_seen(desk, *states)
    desk.look_up_by_hand(NPI, "education", "claims_history", "medicare_opt_out")
    desk.approve()
    desk.enroll(effective="2026-04-01")


def verified_anew(desk: Desk) -> None:
    desk.load_leie("2029-01-10")
    desk.ok("verify", "run", NPI)
    license_seen(desk, "CO")
    desk.look_up_by_hand(NPI, "claims_history", "medicare_opt_out")


def test_a_form_signed_when_it_is_due_opens_it_and_a_decision_closes_it(desk: Desk) -> None:
    approved(desk)
    assert desk.status()["recredential_by"] == "2029-03-31"
    sign = {"who": "provider", "what": "sign the application anew: recredentialing is due", "due_on": "2029-03-31"}
    assert sign not in desk.status(NPI, "--on", "2028-10-01")["actions"]
    assert sign in desk.status(NPI, "--on", "2028-10-02")["actions"]

    desk.live_on("2029-01-15")
    desk.take_in(fresh("2029-01-12"), name="anew.csv")
    item = desk.status()
    assert sign not in item["actions"]
    assert desk.items("committee", "agenda") == []
    refused = desk.run(*DECIDE, "approved", "--by", "medical_director")
    assert refused.code == 5
    assert "license CO: " in refused.err
    verified_anew(desk)
    item = desk.status()
    assert item["stage"] == "active"
    assert {"who": "committee", "what": "decide the file (CO)", "due_on": None} in item["actions"]
    (line,) = desk.items("committee", "agenda")
    assert (line["npi"], line["cycle"], line["states"]) == (NPI, "recredentialing", ["CO"])
    desk.approve()
    item = desk.status()
    assert (item["stage"], item["recredential_by"]) == ("active", "2032-01-31")
    assert desk.items("committee", "agenda") == []


def test_too_early_a_form_opens_nothing(desk: Desk) -> None:
    approved(desk)
    desk.live_on("2028-06-01")
    desk.take_in(fresh("2028-05-30"), name="early.csv")
    assert desk.run(*DECIDE, "denied", "--reason", "x", "--meeting", "2028-06-01").code != 0
    assert desk.status(NPI, "--on", "2028-10-02")["actions"][-1]["what"].startswith("sign the application anew")


def test_a_state_that_the_recredentialing_does_not_name_is_approved_no_more(desk: Desk) -> None:
    approved(desk, ("CO", "TX"), **TEXAS)
    desk.live_on("2029-01-15")
    desk.take_in(fresh("2029-01-12", **TEXAS), name="anew.csv")
    verified_anew(desk)
    desk.approve(NPI, "--state", "CO")
    answers = {one["state"]: one["reasons"] for one in desk.items("ready", NPI, "--on", "2029-01-15")}
    assert "not approved by the committee for TX" in answers["TX"]
    assert not any("approved" in reason for reason in answers["CO"])


@pytest.mark.parametrize("outcome", ["terminated", "withdrawn"])
def test_an_approval_that_lapsed_can_be_ended(desk: Desk, outcome: str) -> None:
    approved(desk)
    desk.live_on("2029-04-02")
    assert desk.status()["stage"] == "suspended"
    refused = desk.run(*DECIDE, "approved", "--by", "medical_director")
    assert (refused.code, "A newly signed application opens it." in refused.err) == (5, True)
    desk.ok("committee", "schedule", "2029-04-02")
    meeting = ("--meeting", "2029-04-02", "--present", "Dr Ash", "Dr Birch", "Dr Cedar")
    desk.ok(*DECIDE, outcome, "--reason", "did not come round again", *meeting)
    assert desk.status()["stage"] == outcome


def test_an_approval_that_lapsed_is_given_anew_by_a_new_form(desk: Desk) -> None:
    approved(desk)
    desk.live_on("2029-04-02")
    desk.take_in(fresh("2029-04-01"), name="late.csv")
    desk.load_leie("2029-04-01")
    desk.ok("verify", "run", NPI)
    license_seen(desk, "CO")
    desk.look_up_by_hand(NPI, "claims_history", "medicare_opt_out")
    assert desk.status()["stage"] == "suspended"
    desk.approve()
    assert (desk.status()["stage"], desk.status()["recredential_by"]) == ("active", "2032-04-30")
