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
