"""`credkit payer`: what a payer wants, and a payer renamed or merged."""

import pytest
from desk import Desk, form
from factories import NPI


@pytest.fixture
def two(desk: Desk) -> Desk:
    desk.take_in(form())
    desk.ok("payer", "add", "Aspen Health", "--line", "commercial", "--alias", "AH")
    desk.ok("payer", "add", "Birch Mutual", "--line", "commercial", "--state", "CO", "--usual-days", "60")
    return desk


def test_what_is_known_of_a_payer(two: Desk) -> None:
    two.ok("payer", "edit", "birch mutual", "--state", "TX", "--state", "New Mexico", "--delegated", "--alias", "BM")
    two.ok("payer", "edit", "BM", "--template", "minimal", "--follow-up-days", "7")
    birch = two.items("payer", "list")[1]
    assert (birch["states"], birch["delegated"], birch["template"]) == (["NM", "TX"], True, "minimal")
    assert (birch["follow_up_days"], birch["usual_days"], birch["aliases"]) == (7, 60, ["BM"])
    two.ok("payer", "edit", "BM", "--direct")
    assert two.items("payer", "list")[1]["delegated"] is False


REFUSED = [
    ("nothing new", ("edit", "AH", "--line", "commercial"), 5, "Nothing to change"),
    ("another's name", ("edit", "AH", "--alias", "birch mutual"), 2, "already the payer Birch Mutual"),
    ("a rhythm of more than ten years", ("edit", "AH", "--follow-up-days", "999999999"), 2, "3650"),
    ("days that no number holds", ("edit", "AH", "--usual-days", "9" * 20), 2, "3650"),
    ("a rhythm of no day", ("edit", "AH", "--follow-up-days", "0"), 2, "1 at the least"),
    ("no such template", ("edit", "AH", "--template", "minimall"), 2, "Did you mean minimal?"),
    ("renamed to another's name", ("rename", "AH", "BIRCH MUTUAL"), 2, "already the payer Birch Mutual"),
    ("renamed to nothing", ("rename", "AH", "  "), 2, "needs a name"),
    ("no such payer", ("rename", "Asp", "Other"), 2, "There is no payer 'Asp'"),
    ("merged into itself", ("merge", "AH", "Aspen Health", "--reason", "x"), 2, "one payer already"),
    (
        "a merger to come",
        ("merge", "AH", "Birch Mutual", "--reason", "x", "--merged", "2026-03-03"),
        2,
        "in the future",
    ),
]


@pytest.mark.parametrize(("words", "code", "says"), [row[1:] for row in REFUSED], ids=[row[0] for row in REFUSED])
def test_what_is_refused_of_a_payer(two: Desk, words: tuple[str, ...], code: int, says: str) -> None:
    before = two.items("payer", "list")
    ran = two.run("payer", *words)
    assert (ran.code, says in ran.err) == (code, True), ran.err
    assert two.items("payer", "list") == before


def test_a_payer_that_was_renamed_is_found_by_its_old_name(two: Desk) -> None:
    two.ok("payer", "add", "Leaf", "--line", "eap", "--parent", "aspen health")
    two.ok("enroll", "submit", NPI, "AH", "--state", "CO")
    two.ok("payer", "rename", "Aspen Health", "Aspen of Colorado")
    assert two.item("enroll", "list")["payer"] == "Aspen of Colorado"
    two.ok("enroll", "update", NPI, "Aspen Health", "--state", "CO", "--status", "in_review")
    assert {one["name"]: one["parent"] for one in two.items("payer", "list")}["Leaf"] == "Aspen of Colorado"
    # And back again: a name is no alias of itself.
    two.ok("payer", "rename", "AH", "Aspen Health")
    assert two.items("payer", "list")[0]["aliases"] == ["AH", "Aspen of Colorado"]


def test_a_payer_that_is_excluded_stays_so_under_a_new_name(two: Desk) -> None:
    two.ok("payer", "add", "Humana", "--line", "commercial")
    two.ok("enroll", "submit", NPI, "Humana", "--state", "CO")
    two.ok("payer", "rename", "Humana", "Fresh Start Health")
    assert two.item("enroll", "list")["counts"] is False


def test_from_the_day_of_its_merger_a_payer_is_the_other(two: Desk) -> None:
    two.enroll("Birch Mutual", effective="2026-03-02")
    two.live_on("2026-05-04")
    two.ok("payer", "merge", "Birch Mutual", "AH", "--merged", "2026-05-01", "--reason", "acquired")
    assert two.item("enroll", "list")["payer"] == "Aspen Health"
    assert two.item("enroll", "list", "--on", "2026-04-30")["payer"] == "Birch Mutual"
    # By either name it is the one enrollment, and a second of its key is not opened.
    two.ok("enroll", "update", NPI, "Birch Mutual", "--state", "CO", "--loaded", "2026-05-03")
    assert two.run("enroll", "submit", NPI, "AH", "--state", "CO").code == 5
    assert two.item("enroll", "list")["loaded_on"] == "2026-05-03"
    assert [one["merged_into"] for one in two.items("payer", "list")] == [None, "Aspen Health"]
    assert two.run("audit", "verify").code == 0


def test_two_open_enrollments_of_one_key_hinder_a_merger(two: Desk) -> None:
    for name in ("AH", "Birch Mutual"):
        two.ok("enroll", "submit", NPI, name, "--state", "CO")
    ran = two.run("payer", "merge", "AH", "Birch Mutual", "--reason", "acquired")
    assert (ran.code, f"{NPI}: commercial in CO" in ran.err) == (5, True)
    two.ok("enroll", "update", NPI, "AH", "--state", "CO", "--status", "withdrawn", "--reason", "twice")
    two.ok("payer", "merge", "AH", "Birch Mutual", "--reason", "acquired")


def test_a_merger_into_one_that_does_not_count_leaves_the_past(two: Desk) -> None:
    two.ok("payer", "add", "Humana", "--line", "commercial")
    two.enroll("Birch Mutual", effective="2026-03-02")
    two.live_on("2026-05-04")
    two.ok("payer", "merge", "Birch Mutual", "Humana", "--merged", "2026-05-01", "--reason", "acquired")
    assert two.item("enroll", "list")["counts"] is False
    assert two.item("enroll", "list", "--on", "2026-04-30")["counts"] is True


def test_a_payer_takes_nobody_where_it_does_no_business(two: Desk) -> None:
    two.ok("payer", "edit", "Birch Mutual", "--state", "TX")
    ran = two.run("enroll", "submit", NPI, "Birch Mutual", "--state", "CO")
    assert (ran.code, "does no business in CO" in ran.err) == (5, True)
