"""What came up about a provider: on the day's list until somebody says how it was dealt with."""

import pytest
from desk import Desk, form
from factories import NPI

COMPLAINT = ("monitor", "event", NPI, "--kind", "complaint", "--text", "Late notes", "--source", "clinic manager")


def test_an_event_is_on_the_list_until_it_is_settled(desk: Desk) -> None:
    desk.take_in(form())
    event = desk.item(*COMPLAINT, "--happened", "2026-02-27")
    assert (event["kind"], event["happened_on"], event["waits_on"]) == ("complaint", "2026-02-27", "staff")
    (line,) = [item for item in desk.items("today") if "Late notes" in item["what"]]
    assert (line["rank"], line["command"]) == ("us", f"credkit monitor settle {event['event_id'][:8]} --how ...")
    settled = desk.item("monitor", "settle", event["event_id"][:8], "--how", "Talked it over; no pattern")
    assert (settled["settled_on"], settled["waits_on"]) == ("2026-03-02", None)
    assert not [item for item in desk.items("today") if "Late notes" in item["what"]]
    assert desk.items("monitor", "event", NPI) == []
    assert desk.items("monitor", "event", NPI, "--settled") == [settled]
    assert desk.run("monitor", "settle", event["event_id"], "--how", "again").code == 5
    desk.ok("audit", "verify")


def test_a_board_s_action_is_danger_and_may_wait_for_the_committee(desk: Desk) -> None:
    desk.take_in(form())
    event = desk.item("monitor", "event", NPI, "--kind", "board_action", "--text", "Probation", "--source", "board", "--for-committee")  # fmt: skip
    assert event["waits_on"] == "committee"
    assert desk.items("today")[0]["rank"] == "danger"


@pytest.mark.parametrize(
    "words",
    [
        (*COMPLAINT, "--happened", "2026-03-03"),
        ("monitor", "event", NPI, "--kind", "complaint", "--source", "board"),
        ("monitor", "event", NPI, "--text", "Late notes"),
        ("monitor", "event", "1000000012", "--kind", "other", "--text", "x", "--source", "y"),
        ("monitor", "settle", "ffff", "--how", "x"),
        ("monitor", "settle", "", "--how", "x"),
    ],
)
def test_what_cannot_be_written_down(desk: Desk, words: tuple[str, ...]) -> None:
    desk.take_in(form())
    assert desk.run(*words).code == 2
    assert desk.items("monitor", "event") == []


def record(desk: Desk, kind: str, happened: str, *options: str) -> str | None:
    event = desk.item("monitor", "event", NPI, "--kind", kind, "--text", "It came up", "--source", "clinic", "--happened", happened, *options)  # fmt: skip
    waits_on = event["waits_on"]
    assert waits_on is None or isinstance(waits_on, str)
    return waits_on


def test_the_policy_says_of_which_the_committee_hears(desk: Desk) -> None:
    desk.take_in(form())
    for kind in ("board_action", "exclusion", "adverse_event"):
        assert record(desk, kind, "2026-02-27") == "committee", kind
    for kind in ("claim", "other"):
        assert record(desk, kind, "2026-02-27") == "staff", kind
    # The third complaint within twelve months; one of longer ago is no part of it.
    for day, waits_on in (("2025-02-27", "staff"), ("2025-12-01", "staff"), ("2026-02-27", "staff"), ("2026-03-01", "committee")):  # fmt: skip
        assert record(desk, "complaint", day) == waits_on, day


def test_the_committee_finds_it_on_its_agenda_until_it_is_settled(desk: Desk) -> None:
    desk.take_in(form())
    desk.ok("committee", "schedule", "2026-03-09")
    assert record(desk, "board_action", "2026-02-27") == "committee"
    assert record(desk, "claim", "2026-02-27") == "staff"

    def agenda() -> str:
        paper = desk.folder / "agenda.md"
        paper.unlink(missing_ok=True)
        desk.ok("committee", "agenda", "2026-03-09", "--as", "md", "--out", paper)
        return paper.read_text(encoding="utf-8")

    line = "Ana Marsh (1000000004): board action of 2026-02-27: It came up (clinic)"
    assert line in agenda()
    assert "claim of 2026-02-27" not in agenda()
    event = next(one for one in desk.items("monitor", "event", NPI) if one["kind"] == "board_action")
    desk.ok("monitor", "settle", event["event_id"], "--how", "Heard; monitored more closely")
    assert line not in agenda()
