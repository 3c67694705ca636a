"""A month's monitoring in one run: with the screening and verifying steps, once, and shown."""

from collections.abc import Iterator
from typing import Any

import boards as recorded
import pytest
from desk import LEIE, Desk, form
from factories import NPI, OTHER_NPI

from credkit.demo.boards import BoardServer

ROW = "MARSH,ANA,,,IND- LIC HC SERV PRO,SOCIAL WORKER,,0000000000,19850607,1 ELM ST,DENVER,CO,80201,1128a1,20190718,00000000,00000000,\r\n"
LICENSE = recorded.CO | {
    "lastname": "Marsh",
    "firstname": "Ana",
    "licensetype": "LCSW",
    "licenseexpirationdate": "2027-03-31T00:00:00.000",
}


@pytest.fixture
def board() -> Iterator[BoardServer]:
    """Return Colorado's register with Ana Marsh's license."""
    with BoardServer({"7s5z-vewr": [LICENSE]}) as running:
        yield running


@pytest.fixture
def practice(desk: Desk, board: BoardServer) -> Desk:
    """Return Ana Marsh, approved on the second of March, with a board to ask; it is April, and the list is new."""
    config = desk.folder / "config.toml"
    config.write_text(config.read_text().replace("[sources.boards]\nstates = []\n", board.toml("CO")))
    desk.take_in(form(), form(npi=OTHER_NPI, first_name="Ben", last_name="Alder", email="ben@example.org"))
    desk.load_leie()
    desk.ok("verify", "run", NPI)
    desk.look_up_by_hand(NPI, "education", "claims_history", "medicare_opt_out")
    desk.approve()
    desk.live_on("2026-04-10")
    desk.load_leie("2026-04-08")
    return desk


def made(desk: Desk, code: int = 0) -> dict[str, Any]:
    return {f"{one['check']} {one['list'] or ''}".strip(): one for one in desk.items("monitor", "run", code=code)}


def states(desk: Desk, month: str = "2026-04") -> dict[str, str]:
    return {f"{one['check']} {one['subject']}": one["state"] for one in desk.items("monitor", "proof", NPI, "--month", month)}  # fmt: skip


def test_once_a_month_is_enough(practice: Desk, board: BoardServer) -> None:
    assert states(practice) == {"exclusions leie": "due", "license CO": "due"}
    done = made(practice)
    assert done["exclusions leie"] == {
        "check": "exclusions",
        "list": "leie",
        "due": 1,
        "made": 1,
        "needs_somebody": 0,
        "no_answer": 0,
        "by_hand": 0,
    }
    assert (done["license"]["due"], done["license"]["made"]) == (1, 1)
    assert states(practice) == {"exclusions leie": "screened", "license CO": "checked"}
    (license_proof,) = practice.items("monitor", "proof", NPI, "--check", "license")
    assert (license_proof["outcome"], license_proof["screened_on"], license_proof["list"]) == (
        "pass",
        "2026-04-10",
        None,
    )
    assert license_proof["verification_id"]
    asked, events = len(board.received), practice.items("audit", "log")
    for day in ("2026-04-10", "2026-04-29"):
        practice.live_on(day)
        assert made(practice) == {}
    assert len(board.received) == asked
    assert practice.items("audit", "log") == events
    assert "Nothing is left to do in 2026-04." in practice.ok("monitor", "run", "--format", "table").out
    practice.live_on("2026-05-02")
    practice.load_leie("2026-05-01")
    assert set(made(practice)) == {"exclusions leie", "license"}
    practice.ok("audit", "verify")


def test_an_applicant_is_asked_about_by_nobody(practice: Desk) -> None:
    made(practice)
    found = [one for one in practice.items("verify", "show", OTHER_NPI) if one["check"] == "license"]
    assert found == []


def test_what_is_found_needs_somebody(practice: Desk, board: BoardServer) -> None:
    practice.load_leie("2026-04-09", LEIE + ROW)
    board.rows["7s5z-vewr"] = [LICENSE | {"licensestatusdescription": "Suspended"}]
    done = made(practice, code=10)
    assert done["exclusions leie"]["needs_somebody"] == 1
    assert done["license"]["needs_somebody"] == 1
    assert practice.items("ready", NPI, code=5)[0]["ready"] is False
    practice.ok("monitor", "run")  # made this month; the day's list has what was found


def test_a_list_too_old_and_a_board_that_is_down_are_left_to_the_next_run(practice: Desk, board: BoardServer) -> None:
    practice.live_on("2026-05-25")
    board.gone["7s5z-vewr"] = frozenset({"licensenumber"})
    done = made(practice, code=4)
    assert (done["exclusions leie"]["made"], done["exclusions leie"]["no_answer"]) == (0, 1)
    assert (done["license"]["made"], done["license"]["no_answer"]) == (0, 1)
    assert states(practice, "2026-05") == {"exclusions leie": "due", "license CO": "due"}
    ran = practice.run("monitor", "run")
    assert (ran.code, "leie" in ran.err) == (4, True)
    board.gone.clear()
    practice.load_leie("2026-05-24")
    assert set(made(practice)) == {"exclusions leie", "license"}
    assert states(practice, "2026-05") == {"exclusions leie": "screened", "license CO": "checked"}
    assert states(practice, "2026-04") == {"exclusions leie": "missed", "license CO": "missed"}


def test_what_only_a_person_can_look_up_stays_named(desk: Desk) -> None:
    desk.take_in(form())
    desk.load_leie()
    desk.verify_all()
    desk.approve()
    desk.live_on("2026-04-10")
    desk.load_leie("2026-04-08")
    assert made(desk, code=10)["license"] == {
        "check": "license",
        "list": None,
        "due": 1,
        "made": 0,
        "needs_somebody": 0,
        "no_answer": 0,
        "by_hand": 1,
    }
    (gap,) = desk.items("monitor", "gaps")
    assert (gap["check"], gap["subject"], gap["state"]) == ("license", "CO", "due")
    assert f"credkit verify record {NPI} license --subject CO" in gap["advice"]
    desk.look_up_by_hand(NPI, "license")
    assert made(desk) == {}
    assert desk.items("monitor", "gaps") == []


def test_a_state_that_joined_later_is_owed_from_the_next_month_on(desk: Desk) -> None:
    desk.take_in(form(states_of_practice="CO;TX", license_2_state="TX", license_2_number="777", license_2_expires_on="2031-01-31"))  # fmt: skip
    desk.load_leie()
    desk.ok("verify", "run", NPI)
    desk.look_up_by_hand(NPI, "education", "claims_history", "medicare_opt_out")
    desk.ok("verify", "record", NPI, "license", "--subject", "CO", "--result", "pass", "--source", "the board")
    desk.approve()
    desk.live_on("2026-04-10")
    owed = {one["subject"]: one["why_not_owed"] for one in desk.items("monitor", "proof", NPI, "--check", "license")}
    assert owed == {"CO": None, "TX": "not approved for TX before 2026-04-01"}


def test_no_check_of_that_name(practice: Desk) -> None:
    ran = practice.run("monitor", "gaps", "--check", "licence")
    assert (ran.code, "license" in ran.err) == (2, True)
