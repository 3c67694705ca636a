"""Work by hand: a list to fill in, taken back row by row; and a second person's word on what the first let stand."""

import csv
import io
from pathlib import Path

import pytest
from desk import BY_HAND, Desk, form
from factories import NPI
from papers import pdf

from credkit.demo.servers import RegistryEntry
from credkit.errors import Refused
from credkit.policy import shipped_text
from credkit.store import Store
from credkit.verify.by_hand import confirm_acceptance

COLUMNS = ["npi", "check", "subject", "result", "source", "report_date", "document", "note"]


def write(path: Path, *rows: dict[str, str]) -> Path:
    with path.open("w", encoding="utf-8", newline="") as file:
        writer = csv.DictWriter(
            file, list(dict.fromkeys([*COLUMNS, *(name for row in rows for name in row)])), restval=""
        )
        writer.writeheader()
        writer.writerows({"npi": NPI} | row for row in rows)
    return path


def test_the_worklist_says_where_to_look_and_what_to_record(desk: Desk) -> None:
    desk.take_in(form())
    found = {one["check"]: one for one in desk.items("verify", "due", "--by-hand")}
    desk.run("verify", "run", NPI)  # a license without its board is then for a person
    found = {one["check"]: one for one in desk.items("verify", "due", "--by-hand")}
    assert set(found) >= set(BY_HAND)
    assert "Colorado" in found["license"]["where"]
    assert "npdb" in found["claims_history"]["where"]
    assert all(one["record"] for one in found.values())
    assert {one["how"] for one in found.values()} == {"by hand"}


def test_a_filled_in_worklist_is_taken_back(desk: Desk, tmp_path: Path) -> None:
    desk.take_in(form())
    desk.load_leie()
    desk.run("verify", "run", NPI)
    path = tmp_path / "work.csv"
    desk.ok("verify", "due", "--by-hand", "--out", path)
    assert oct(path.stat().st_mode)[-3:] == "600"
    assert desk.run("verify", "due", "--by-hand", "--out", path).code == 2, "nothing is written over"
    rows = list(csv.DictReader(io.StringIO(path.read_text(encoding="utf-8"))))
    assert {row["check"] for row in rows} == set(BY_HAND)
    for row in rows[:-1]:
        row |= {"result": "Pass", "source": "the board's own page", "report_date": "03/01/2026"}
    filled = tmp_path / "filled.csv"
    with filled.open("w", encoding="utf-8", newline="") as file:
        writer = csv.DictWriter(file, list(rows[0]))
        writer.writeheader()
        writer.writerows(rows)
    planned = desk.items("verify", "record", "--from", filled, "--dry-run")
    assert [one["outcome"] for one in planned] == ["recorded"] * (len(rows) - 1) + ["blank"]
    before = desk.items("verify", "show", NPI)
    made = desk.items("verify", "record", "--from", filled)
    after = desk.items("verify", "show", NPI)
    assert len(after) - len(before) == len(rows) - 1
    assert {one["id"] for one in after} >= {one["verification_id"] for one in made[:-1]}
    assert after[0]["verified_on"] == "2026-03-01"
    again = desk.items("verify", "record", "--from", filled)
    assert [one["outcome"] for one in again] == ["already"] * (len(rows) - 1) + ["blank"]
    assert desk.items("verify", "show", NPI) == after, "the very same rows twice are recorded once"
    assert desk.item("audit", "verify")["sound"] is True


def test_a_row_without_a_report_date_never_becomes_newer(desk: Desk, tmp_path: Path) -> None:
    desk.take_in(form())
    path = write(tmp_path / "w.csv", {"check": "education", "result": "pass", "source": "the school"})
    desk.ok("verify", "record", "--from", path)
    desk.live_on("2026-06-01")
    assert desk.item("verify", "record", "--from", path)["outcome"] == "already"
    assert [one["verified_on"] for one in desk.items("verify", "show", NPI)] == ["2026-03-02"]


def test_the_same_words_for_the_next_month_are_another_answer(desk: Desk, tmp_path: Path) -> None:
    """A monthly look-up by hand: each month's list is taken in once, late or not, and counts from its own day."""
    desk.take_in(form())
    desk.load_leie()
    desk.verify_all()
    desk.approve()

    def looked_up(name: str) -> Path:
        path = tmp_path / name
        desk.ok("verify", "due", "--by-hand", "--out", path)
        with path.open(encoding="utf-8", newline="") as file:
            found = [row | {"result": "pass", "source": "the board"} for row in csv.DictReader(file)]
        assert [row["check"] for row in found] == ["license"]
        return write(path, *found)

    desk.live_on("2026-04-02")
    april = looked_up("april.csv")
    assert desk.item("verify", "record", "--from", april)["outcome"] == "recorded"
    assert desk.item("verify", "record", "--from", april)["outcome"] == "already"
    desk.live_on("2026-05-04")
    may = looked_up("may.csv")
    desk.live_on("2026-05-20")
    assert desk.item("verify", "record", "--from", may)["outcome"] == "recorded"
    assert desk.item("verify", "record", "--from", april)["outcome"] == "already"
    found = [one["verified_on"] for one in desk.items("verify", "show", NPI) if one["check"] == "license"]
    assert found[:2] == ["2026-05-04", "2026-04-02"]


@pytest.mark.parametrize(
    ("row", "says"),
    [
        ({"check": "education", "result": "passed", "source": "x"}, "Did you mean pass?"),
        ({"check": "education", "result": "", "source": "x"}, "result: it is blank"),
        ({"check": "education", "result": "pass", "source": ""}, "source: it is blank"),
        ({"check": "education", "result": "pass", "source": "x", "report_date": "2026-04-01"}, "in the future"),
        ({"check": "education", "result": "pass", "source": "x", "report_date": "31.02.2026"}, "report_date"),
        ({"check": "education", "result": "pass", "source": "x", "document": "none.pdf"}, "there is no file none.pdf"),
        ({"check": "eduction", "result": "pass", "source": "x"}, "Did you mean education?"),
        ({"check": "malpractice", "result": "pass", "source": "x"}, "cannot be recorded by hand"),
        ({"check": "license", "subject": "KS", "result": "pass", "source": "x"}, "has no subject 'KS'"),
        ({"npi": "1000000103", "check": "education", "result": "pass", "source": "x"}, "There is no provider"),
        ({"check": "board_certification", "result": "pass", "source": "x"}, "does not apply"),
    ],
)
def test_a_row_that_may_not_be_recorded_costs_itself(
    desk: Desk, tmp_path: Path, row: dict[str, str], says: str
) -> None:
    desk.take_in(form())
    good = {"check": "claims_history", "result": "pass", "source": "the carrier"}
    ran = desk.run("verify", "record", "--from", write(tmp_path / "w.csv", row, good), "--json")
    first, second = ran.json()["items"]
    assert (ran.code, first["outcome"], second["outcome"]) == (3, "rejected", "recorded")
    assert says in first["reason"]
    assert (first["row"], ran.json()["counts"]["rejected"]) == (2, 1)


def test_a_paper_beside_the_list_is_kept(desk: Desk, tmp_path: Path) -> None:
    desk.take_in(form())
    (tmp_path / "letter.pdf").write_bytes(pdf())
    row = {"check": "education", "result": "pass", "source": "the school", "document": "letter.pdf"}
    path = write(tmp_path / "w.csv", row)
    assert desk.item("verify", "record", "--from", path, "--dry-run")["outcome"] == "recorded"
    assert list((tmp_path / "credkit.db.files").rglob("*.*")) == []
    desk.ok("verify", "record", "--from", path)
    assert desk.items("verify", "show", NPI)[0]["document"]
    assert desk.item("verify", "record", "--from", path)["outcome"] == "already"


def test_what_is_no_worklist(desk: Desk, tmp_path: Path) -> None:
    desk.take_in(form())
    path = tmp_path / "w.csv"
    path.write_text("npi,check\n1,2\n", encoding="utf-8")
    ran = desk.run("verify", "record", "--from", path)
    assert (ran.code, "no column result, source" in ran.err) == (3, True)
    assert desk.run("verify", "record", NPI, "--from", path).code == 2
    assert desk.run("verify", "record", NPI).code == 2
    assert desk.run("verify", "due", "--out", path).code == 2


# --- a second person ------------------------------------------------------------------------------------------------


@pytest.fixture
def two_accept(desk: Desk, tmp_path: Path) -> Desk:
    """A practice whose policy asks for a second person, with a review that is waiting."""
    path = tmp_path / "two.toml"
    path.write_text(
        shipped_text().replace("second_person_accepts = false", "second_person_accepts = true"), encoding="utf-8"
    )
    desk.ok("policy", "adopt", path)
    desk.take_in(form())
    desk.registry.records[NPI] = RegistryEntry("Zoe", "Marsh", state="CO")
    desk.run("verify", "run", NPI, "--check", "npi")
    return desk


def state_of_npi(desk: Desk) -> tuple[str, str]:
    (one,) = [one for one in desk.status()["requirements"] if one["check"] == "npi"]
    return one["state"], one["detail"]


def test_an_accepted_review_counts_once_a_second_person_confirmed_it(two_accept: Desk) -> None:
    desk = two_accept
    ran = desk.ok("verify", "accept", NPI, "npi", "--reason", "a nickname")
    assert "once a second person confirmed it" in ran.err
    state, detail = state_of_npi(desk)
    assert (state, "a second person must confirm" in detail) == ("review", True)
    assert desk.run("verify", "accept", NPI, "npi", "--reason", "again").code == 5
    path = desk.folder / "credkit.db"
    with Store.open(path, actor="Kim", command="test") as store:
        (acceptance,) = store.provider_file(NPI).acceptances
        with pytest.raises(Refused, match="kim accepted it: a second person must confirm"):
            confirm_acceptance(store, acceptance.id, today=store.provider_file(NPI).verifications[0].verified_on)
    with Store.open(path, actor="lee", command="test") as store:
        day = store.provider_file(NPI).verifications[0].verified_on
        confirmed, confirmation = confirm_acceptance(store, acceptance.id, today=day)
        assert (confirmed, confirmation.kind, confirmation.actor) == (acceptance, "acceptance", "lee")
        with pytest.raises(Refused, match="lee confirmed it already"):
            confirm_acceptance(store, acceptance.id, today=day)
    state, detail = state_of_npi(desk)
    assert (state, "Confirmed by lee on 2026-03-02." in detail) == ("met", True)
    assert desk.item("audit", "verify")["sound"] is True


def test_where_the_policy_asks_for_one_person_one_is_enough(desk: Desk) -> None:
    desk.take_in(form())
    desk.registry.records[NPI] = RegistryEntry("Zoe", "Marsh", state="CO")
    desk.run("verify", "run", NPI, "--check", "npi")
    desk.ok("verify", "accept", NPI, "npi", "--reason", "a nickname")
    assert state_of_npi(desk)[0] == "met"
