"""The main job, by the real commands in order: from the intake form to a provider who may see clients, and on."""

from desk import Desk, form
from factories import NPI

DECIDE = ("committee", "decide", NPI, "--decision", "approved")


def states(item: dict[str, list[dict[str, str]]]) -> dict[str, str]:
    return {f"{one['check']} {one['subject']}".rstrip(): one["state"] for one in item["requirements"]}


def test_a_provider_goes_from_the_form_to_the_first_client_and_is_suspended_when_the_policy_ends(desk: Desk) -> None:
    # Intake: an unsigned form is not yet an application.
    unsigned = {name: value for name, value in form().items() if not name.startswith("signed")}
    desk.take_in(unsigned)
    assert desk.status()["stage"] == "intake"
    assert {"who": "provider", "what": "sign the application", "due_on": None} in desk.status()["actions"]
    desk.take_in(form(), name="signed.csv")
    item = desk.status()
    assert item["stage"] == "verification"
    assert set(states(item).values()) == {"pending"}

    # Too early: the gate names every unmet requirement, and nothing is recorded.
    refused = desk.run(*DECIDE, "--by", "medical_director")
    assert refused.code == 5
    assert refused.out == ""
    for name, state in states(item).items():
        assert f"  - {name}: {state} - " in refused.err
    assert refused.err.count("  - ") == len(item["requirements"])
    assert desk.status()["stage"] == "verification"

    # Verification: the run settles what it can; what the list is needed for is incomplete without it.
    assert desk.run("verify", "run", NPI).code == 4
    assert states(desk.status())["exclusions leie"] == "pending"
    desk.load_leie()
    desk.ok("verify", "run", NPI)
    assert {name for name, state in states(desk.status()).items() if state == "pending"} == {
        "license CO", "education", "claims_history", "medicare_opt_out"
    }  # fmt: skip
    refused = desk.run(*DECIDE, "--by", "medical_director")
    assert (refused.code, refused.err.count("  - ")) == (5, 4)
    desk.look_up_by_hand()
    item = desk.status()
    assert (item["stage"], item["track"]) == ("committee", "clean")
    assert set(states(item).values()) == {"met"}

    # Committee.
    desk.ok("committee", "schedule", "2026-03-09")
    (docketed,) = desk.items("committee", "agenda", "2026-03-09")
    assert (docketed["npi"], docketed["track"], docketed["states"]) == (NPI, "clean", ["CO"])
    desk.live_on("2026-03-09")
    desk.ok(*DECIDE, "--meeting", "2026-03-09", "--present", "Dr Ash", "Dr Birch", "Dr Cedar")
    item = desk.status()
    assert (item["stage"], item["ready"], item["recredential_by"]) == ("network", {}, "2029-03-31")
    assert desk.items("committee", "agenda", "2026-03-09") == []

    # Network: Humana, Medicaid and Medicare alone do not count.
    for payer, line in (("Humana", "commercial"), ("Colorado Medicaid", "medicaid"), ("Medicare", "medicare")):
        desk.enroll(payer, line, effective="2026-03-09")
    assert [(one["in_network"], one["counts"]) for one in desk.items("enroll", "list", NPI)] == [(True, False)] * 3
    answer = desk.item("ready", NPI, code=5)
    assert not answer["ready"]
    assert {reason.partition(" (")[0] for reason in answer["reasons"]} == {"Humana", "Colorado Medicaid", "Medicare"}
    assert all("does not count" in reason for reason in answer["reasons"])
    assert desk.status()["stage"] == "network"

    # One commercial payer, from its effective date on.
    desk.live_on("2026-03-20")
    desk.enroll("Aspen Health", effective="2026-04-01")
    assert desk.status()["stage"] == "network"
    assert desk.status()["next_change_on"] == "2026-04-01"
    desk.live_on("2026-04-01")
    item = desk.status()
    assert (item["stage"], item["ready"]) == ("active", {"CO": ["Aspen Health"]})
    assert desk.item("ready", NPI, "--state", "CO")["ready"] is True
    before = desk.item("ready", NPI, "--on", "2026-03-31", code=5)
    assert "Aspen Health (commercial): approved, effective only from 2026-04-01" in before["reasons"]
    assert desk.status(NPI, "--on", "2026-03-31")["stage"] == "network"

    # Every month the list and the license are looked at again; a month that is missed is a warning first.
    for month in range(4, 9):
        desk.live_on(f"2026-{month:02}-20")
        desk.load_leie(f"2026-{month:02}-15")
        assert {(one["check"], one["why"]) for one in desk.items("verify", "due", NPI)} >= {
            ("license", "monthly check"), ("exclusions", "monthly check")
        }  # fmt: skip
        if month == 6:  # CAQH is attested anew every 120 days
            desk.ok("provider", "edit", NPI, "--reason", "re-attested", "--set", "caqh_attested_on=2026-06-08")
        desk.ok("verify", "run", NPI)
        desk.look_up_by_hand(NPI, "license")

    # The malpractice policy ends on 2026-09-01 at 12:01 a.m.: the last day of cover is the day before.
    assert desk.status(NPI, "--on", "2026-08-31")["stage"] == "active"
    for day in ("2026-09-01", "2026-09-02"):
        item = desk.status(NPI, "--on", day)
        assert (item["stage"], item["ready"]) == ("suspended", {})
        (reason,) = [reason for reason in item["reasons"] if "malpractice" in reason]
        assert reason == "CO: malpractice: Held through 2026-08-31, and no longer."
        assert states(item)["malpractice"] == "expired"
        assert {"who": "provider", "what": "renew malpractice", "due_on": "2026-08-31"} in item["actions"]
    told = desk.ok("explain", NPI, "--on", "2026-09-02").out
    words = " ".join(told.split())
    assert "is at the stage suspended on 2026-09-02 and may not see clients anywhere" in words
    assert "Malpractice insurance is expired:" in words
    assert "(NCQA CR 3 C: current malpractice insurance coverage)" in words
    assert "fact Held through 2026-08-31, and no longer." in words
    assert "source application, verified on 2026-03-02 by kim" in words
    assert "who acts provider" in words
    assert "provider: renew malpractice (by 2026-08-31)" in words

    # Renewed and verified, it goes on.
    desk.live_on("2026-09-02")
    renewal = ["malpractice_effective_on=2026-09-01", "malpractice_expires_on=2027-09-01"]
    desk.ok("provider", "edit", NPI, "--reason", "renewal", *[part for fact in renewal for part in ("--set", fact)])
    assert desk.status()["stage"] == "suspended", "a renewal that nobody verified extends nothing"
    lapsed = [one["expires_on"] for one in desk.items("expiry", "--expired") if one["kind"] == "malpractice"]
    assert lapsed == ["2026-09-01"]
    desk.ok("verify", "run", NPI, "--check", "malpractice")
    assert states(desk.status())["malpractice"] == "met"
    assert not [one for one in desk.items("expiry") if one["kind"] == "malpractice"]

    # Everything above is in the log, which is whole.
    verbs = [event["verb"] for event in desk.items("audit", "log", NPI)]
    assert verbs[:2] == ["provider.added", "application.recorded"]
    assert {"verification.recorded", "decision.recorded", "enrollment.submitted", "provider.edited"} <= set(verbs)
    assert desk.item("audit", "verify")["sound"] is True
