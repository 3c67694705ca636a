"""`credkit payer`: what a payer wants, and a payer renamed or merged."""

import pytest
from desk import Desk, form
from factories import NPI
from settled import enroll, settle

from credkit.records import Line, Payer
from credkit.store import Store


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
    (
        "a merger of long ago",
        ("merge", "AH", "Birch Mutual", "--reason", "x", "--merged", "0001-01-01"),
        2,
        "between 1980",
    ),
    (
        "an alias of long ago",
        ("edit", "AH", "--alias", "X", "--from", "0001-01-01"),
        2,
        "is not between 1980-01-01 and",
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


# --- whose it is, and how it is called, from a day on ----------------------------------------------------------------


@pytest.fixture
def ready(desk: Desk) -> Desk:
    """Ana may see clients in Colorado from 2026-04-01, through Aspen Health and nobody else; it is the 4th of May."""
    with Store.open(desk.folder / "credkit.db", actor="kim", command="test") as store, store.batch():
        store.add_payer(Payer("aspen", "Aspen Health", Line.COMMERCIAL, aliases=("AH",)))
        store.add_payer(Payer("humana", "Humana", Line.COMMERCIAL))
        settle(store, NPI)
        enroll(store, NPI, "aspen")
    desk.live_on("2026-05-04")
    return desk


def yes(desk: Desk, day: str) -> bool:
    code = desk.run("ready", NPI, "--state", "CO", "--on", day).code
    assert code in {0, 5}
    return code == 0


NAMED = [
    ("a parent", ("edit", "AH", "--parent", "Humana")),
    ("a parent by a name that nobody has", ("edit", "AH", "--parent", "Humana Group")),
    ("an alias", ("edit", "AH", "--alias", "Humana Gold Plus")),
    ("another name", ("rename", "AH", "Humana of Colorado")),
]


@pytest.mark.parametrize("words", [row[1] for row in NAMED], ids=[row[0] for row in NAMED])
def test_what_a_payer_is_from_today_changes_no_past_answer(ready: Desk, words: tuple[str, ...]) -> None:
    assert [yes(ready, day) for day in ("2026-04-15", "2026-05-03", "2026-05-04")] == [True] * 3
    ready.ok("payer", *words)
    assert [yes(ready, day) for day in ("2026-04-15", "2026-05-03", "2026-05-04")] == [True, True, False]
    # A yes of before says until when it held.
    one = ready.item("ready", NPI, "--state", "CO", "--on", "2026-04-15")
    assert one["until"] == "2026-05-03"
    assert ready.run("audit", "verify").code == 0


def test_a_day_can_be_given_and_is_none_to_come(ready: Desk) -> None:
    ready.ok("payer", "edit", "AH", "--parent", "Humana", "--from", "2026-04-20")
    assert [yes(ready, day) for day in ("2026-04-19", "2026-04-20", "2026-05-04")] == [True, False, False]
    for words, code, says in (
        (("--alias", "AHX", "--from", "2026-05-05"), 2, "in the future"),
        (("--usual-days", "30", "--from", "2026-05-01"), 2, "--from is the day of"),
        (("--no-parent", "--from", "2026-04-01"), 5, "changed on 2026-04-20"),
        (("--no-parent", "--parent", "Humana"), 2, "not both"),
    ):
        ran = ready.run("payer", "edit", "AH", *words)
        assert (ran.code, says in ran.err) == (code, True), ran.err


def test_a_parent_can_be_taken_away(ready: Desk) -> None:
    ready.ok("payer", "edit", "AH", "--parent", "Humana", "--from", "2026-04-10")
    ready.ok("payer", "edit", "AH", "--no-parent", "--from", "2026-04-20")
    assert [yes(ready, day) for day in ("2026-04-09", "2026-04-10", "2026-04-19", "2026-04-20")] == [
        True, False, False, True,
    ]  # fmt: skip
    aspen = ready.items("payer", "list")[0]
    assert (aspen["parent"], [one["parent"] for one in aspen["formerly"]]) == (None, [None, "Humana"])
    assert ready.run("payer", "edit", "AH", "--no-parent").code == 5, "it has none"


def test_twice_on_one_day_is_one_change(ready: Desk) -> None:
    ready.ok("payer", "edit", "AH", "--parent", "Humana")
    ready.ok("payer", "edit", "AH", "--parent", "Aspen Group", "--alias", "Humana Choice")
    (before,) = ready.items("payer", "list")[0]["formerly"]
    assert (before["until"], before["parent"], before["aliases"]) == ("2026-05-04", None, ["AH"])


def test_who_belongs_to_a_renamed_payer_does_so_in_the_past_by_its_old_name(ready: Desk) -> None:
    ready.ok("payer", "add", "Group", "--line", "commercial")
    ready.ok("payer", "edit", "AH", "--parent", "Group", "--from", "2026-03-01")
    ready.ok("payer", "rename", "Group", "Humana Group")
    assert [yes(ready, day) for day in ("2026-04-15", "2026-05-03", "2026-05-04")] == [True, True, False]


CIRCLES = [
    ("itself", (("edit", "AH", "--parent", "Aspen Health"),)),
    ("itself by an alias", (("edit", "AH", "--parent", "ah"),)),
    ("its own child", (("edit", "Humana", "--parent", "AH"), ("edit", "AH", "--parent", "humana"))),
    ("by an alias of its parent's", (("edit", "Humana", "--parent", "AH"), ("edit", "AH", "--parent", "Top"), ("edit", "Humana", "--alias", "Top"))),
    ("by a new name", (("edit", "AH", "--parent", "Top"), ("rename", "AH", "Top"))),
    ("a new one", (("add", "Elm", "--line", "eap", "--parent", "elm"),)),
]  # fmt: skip


@pytest.mark.parametrize("commands", [row[1] for row in CIRCLES], ids=[row[0] for row in CIRCLES])
def test_nobody_belongs_to_itself(ready: Desk, commands: tuple[tuple[str, ...], ...]) -> None:
    *before, last = commands
    for words in before:
        ready.ok("payer", *words)
    stood = ready.items("payer", "list")
    ran = ready.run("payer", *last)
    assert (ran.code, "cannot belong to itself" in ran.err) == (2, True), ran.err
    assert ready.items("payer", "list") == stood


def test_seen_from_an_earlier_day_what_a_payer_became_is_the_next_change(ready: Desk) -> None:
    ready.ok("payer", "edit", "AH", "--parent", "Humana", "--from", "2026-04-20")
    one = ready.status(NPI, "--on", "2026-04-15")
    assert (one["stage"], one["next_change_on"]) == ("active", "2026-04-20")
