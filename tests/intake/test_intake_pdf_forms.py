"""A fillable PDF form, taken in through a map like any other form."""

from collections.abc import Sequence
from pathlib import Path

import pytest
from conftest import Put
from desk import Desk, form
from factories import NPI
from papers import by_words, pdf, pdf_form

from credkit.errors import InputRejected
from credkit.tables.reading import open_sheet

MAP = """
[columns]
npi = "Provider NPI"
first_name = "name.first"
last_name = "name.last"
states_of_practice = "states"
profession = "discipline"
caqh_authorized = "caqh ok"
caqh_id = "caqh number"
license_1_state = "lic state"
license_1_number = "lic number"
license_1_expires_on = { column = "lic until", format = "%m/%d/%Y" }
disclosure_felony = "felony"
disclosure_illegal_drugs = "drugs"
signed_name = "sig name"
signed_on = "sig date"
"""

TEXTS = {
    "Provider NPI": NPI, "name.first": "Ana", "name.last": "Marsh", "discipline": "LCSW", "lic state": "CO",
    "lic number": "0012345", "lic until": "03/31/2027", "caqh number": "10000001", "sig name": "Ana Marsh",
    "sig date": "2026-02-20",
}  # fmt: skip


@pytest.fixture
def filled() -> bytes:
    return pdf_form(
        TEXTS,
        {"caqh ok": True},
        {"felony": (["Yes", "No"], "No"), "drugs": (["1", "2"], None)},
        {"states": ["CO", "TX"]},
    )


def test_a_form_goes_through_the_same_plan_as_any_other(desk: Desk, put: Put, filled: bytes) -> None:
    command = ("intake", "import", put(filled, "ana.pdf"), "--map", put(MAP, "map.toml"))
    (row,) = desk.items(*command)
    assert (row["npi"], row["outcome"], row["row"]) == (NPI, "new", 1)
    shown = desk.item("provider", "show", NPI)
    assert (shown["name"], shown["states_of_practice"], shown["signed_on"]) == ("Ana Marsh", ["CO", "TX"], "2026-02-20")
    held = {one["kind"]: one for one in shown["credentials"]}
    assert (held["license"]["number"], held["license"]["expires_on"]) == ("0012345", "2027-03-31")
    assert held["caqh"]["details"]["authorized"] is True
    assert "disclosures" not in {one["check"] for one in desk.status()["requirements"] if one["state"] == "met"}
    (again,) = desk.items(*command)
    assert again["outcome"] == "unchanged"
    changed = pdf_form(TEXTS | {"lic until": "03/31/2029", "sig date": "2026-02-25"}, {"caqh ok": True})
    text = "\n".join(line for line in MAP.splitlines() if not line.startswith(("disclosure", "states_of")))
    (later,) = desk.items("intake", "import", put(changed, "later.pdf"), "--map", put(text, "less.toml"))
    assert (later["outcome"], [one["after"] for one in later["changes"] if "expires" in one["field"]]) == (
        "changed", ["2029-03-31"],
    )  # fmt: skip


def test_a_form_whose_fields_are_ours_needs_no_map(desk: Desk, put: Put) -> None:
    (row,) = desk.items("intake", "import", put(pdf_form(form()), "ana.pdf"))
    assert row["outcome"] == "new"
    assert desk.status()["stage"] == "verification"


def test_an_empty_box_answers_no_question_unless_the_map_says_so(desk: Desk, put: Put) -> None:
    """Somebody may not have come to the questions: that is no signed no."""
    texts = {name: said for name, said in form().items() if not name.startswith("disclosure_")}
    boxes = {name: False for name in form() if name.startswith("disclosure_") and not name.endswith("_explanation")}
    boxed = put(pdf_form(texts, boxes), "ana.pdf")
    desk.items("intake", "import", boxed)
    (asked,) = [one for one in desk.status()["requirements"] if one["check"] == "disclosures"]
    assert (asked["state"], "no answer" in asked["detail"] or "not answered" in asked["detail"]) == ("missing", True)
    said = [f'{name} = {{ column = "{name}", values = {{ "not ticked" = "no" }} }}' for name in boxes]
    map_ = "[columns]\n" + "\n".join([*said, *(f'{name} = "{name}"' for name in texts)])
    desk.items("intake", "import", boxed, "--map", put(map_, "ours.toml"))
    desk.run("verify", "run", NPI, "--check", "disclosures")
    (asked,) = [one for one in desk.status()["requirements"] if one["check"] == "disclosures"]
    assert asked["state"] == "met"


def test_what_cannot_be_taken_is_kept_whole(desk: Desk, put: Put) -> None:
    ran = desk.run("intake", "import", put(pdf_form(form(license_1_expires_on="02/30/2027")), "ana.pdf"), "--json")
    (row,) = ran.json()["items"]
    assert (ran.code, row["outcome"], row["errors"][0]["column"]) == (3, "rejected", "license_1_expires_on")
    assert desk.item("intake", "rejects")["file"].endswith("ana.pdf")


def test_boxes_and_buttons_become_words(put: Put) -> None:
    form_ = pdf_form(
        {"plain": "text"},
        {"ticked": True, "left alone": False},
        {"asked": (["Yes", "No"], "Yes"), "denied": (["Yes", "No"], "No"), "chosen": (["FT", "PT"], "PT"), "open": (["Yes", "No"], None)},
        {"several": ["English", "Spanish"], "nothing": []},
        {"address": {"city": "Denver", "state": "CO"}},
        {"sex": (["F", "M"], "M"), "agreed": (["Yes"], "Yes")},
    )  # fmt: skip
    with open_sheet(put(form_, "x.pdf")) as sheet:
        (row,) = sheet.rows
    assert row.cells == {
        "plain": "text", "ticked": "yes", "left alone": "not ticked", "asked": "yes", "denied": "no", "chosen": "PT", "open": "",
        "several": "English; Spanish", "nothing": "", "address.city": "Denver", "address.state": "CO", "sex": "M",
        "agreed": "yes",
    }  # fmt: skip


@pytest.mark.parametrize(
    ("content", "says"),
    [
        (pdf(), "without fields"),
        (pdf_form({}), "without fields"),
        (pdf_form({"a": "b"})[:-200], "is cut off"),
        (pdf(password="x"), "is encrypted"),
        (b"%PDF-1.7\n" + b"x\n" * 600 + b"%%EOF", "damaged"),
    ],
    ids=by_words,
)
def test_what_is_no_form_is_said(desk: Desk, put: Put, content: bytes, says: str) -> None:
    ran = desk.run("intake", "import", put(content, "form.pdf"))
    assert (ran.code, says in ran.err) == (3, True), ran.err


def test_a_form_of_two_gigabytes_is_not_read(tmp_path: Path) -> None:
    huge = tmp_path / "huge.pdf"
    with huge.open("wb") as file:
        file.write(b"%PDF-1.7\n")
        file.truncate(300 * 1024**2)
    with pytest.raises(InputRejected, match="more than any form"):
        open_sheet(huge)


def test_a_map_is_proposed_for_a_pdf_form(desk: Desk, put: Put) -> None:
    ran = desk.ok("intake", "map", put(pdf_form({"NPI": NPI, "First name": "Ana", "Last name": "Marsh"}), "ana.pdf"))
    assert 'npi = "NPI"' in ran.out


def test_a_question_whose_yes_and_no_are_both_left_alone_is_not_answered(desk: Desk, put: Put) -> None:
    """Two boxes of one name are a question: neither ticked is no answer, and above all not a no."""
    row = form()
    asked = [name for name in row if name.startswith("disclosure_")]
    texts = {name: cell for name, cell in row.items() if name not in asked}
    nothing: dict[str, tuple[Sequence[str], str | None]] = {name: (["Yes", "No"], None) for name in asked}
    desk.ok("intake", "import", put(pdf_form(texts, same_name=nothing), "open.pdf"))
    desk.run("verify", "run", NPI)
    assert next(one["state"] for one in desk.status()["requirements"] if one["check"] == "disclosures") == "missing"
    answered: dict[str, tuple[Sequence[str], str | None]] = {name: (["Yes", "No"], "No") for name in asked}
    again = texts | {"signed_on": "2026-03-01"}
    desk.ok("intake", "import", put(pdf_form(again, same_name=answered), "answered.pdf"))
    desk.run("verify", "run", NPI)
    assert next(one["state"] for one in desk.status()["requirements"] if one["check"] == "disclosures") == "met"
