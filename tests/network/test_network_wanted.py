"""`enroll submit --all-payers`: every enrollment that the policy says a provider should have."""

import pytest
from desk import Desk, form
from factories import NPI

WANTED = """
[[network.enroll]]
payer = "Aspen Health"

[[network.enroll]]
payer = "BM"
professions = ["LCSW", "PSYCHOLOGIST"]
states = ["CO", "NM"]
not_with = ["Carve-Out"]

[[network.enroll]]
payer = "Carve-Out"
states = ["NM"]

[[network.enroll]]
payer = "Medicare"

[[network.enroll]]
payer = "Doctors Only"
professions = ["MD"]
"""


@pytest.fixture
def planned(desk: Desk) -> Desk:
    desk.take_in(form(states_of_practice="CO, NM", license_2_state="NM", license_2_number="N-1"))
    for name, line, *more in (
        ("Aspen Health", "commercial", "--state", "CO"),
        ("Birch Mutual", "commercial", "--alias", "BM"),
        ("Carve-Out", "eap"),
        ("Medicare", "medicare"),
        ("Doctors Only", "commercial"),
    ):
        desk.ok("payer", "add", name, "--line", line, *more)
    return desk


def adopt(desk: Desk, wanted: str = WANTED) -> None:
    text = desk.ok("policy", "show").out.replace("effective_from = 2025-07-01", "effective_from = 2026-03-01")
    (desk.folder / "ours.toml").write_text(text.replace("[expiry]", f"{wanted}\n[expiry]"), encoding="utf-8")
    desk.ok("policy", "adopt", desk.folder / "ours.toml")


def opened(desk: Desk, *options: str) -> dict[tuple[str, str], str | None]:
    items = desk.items("enroll", "submit", NPI, "--all-payers", *options)
    assert all((one["id"] is None) == (one["why_not"] is not None) for one in items)
    return {(one["payer"], one["state"]): one["why_not"] for one in items}


def test_profession_states_and_conflicts(planned: Desk) -> None:
    adopt(planned)
    planned.ok("enroll", "submit", NPI, "Carve-Out", "--state", "CO")
    assert opened(planned) == {
        ("Aspen Health", "CO"): None,
        ("Birch Mutual", "CO"): "not with Carve-Out",
        ("Birch Mutual", "NM"): None,
        ("Carve-Out", "NM"): None,
        ("Medicare", "CO"): None,
        ("Medicare", "NM"): None,
    }
    listed = {(one["payer"], one["state"]): one for one in planned.items("enroll", "list")}
    assert len(listed) == 6
    assert listed["Aspen Health", "CO"]["status"] == "not_started"
    assert listed["Aspen Health", "CO"]["submitted_on"] is None
    # A second time there is nothing to open.
    assert set(opened(planned).values()) >= {"already not_started (E2)", "not with Carve-Out"}
    assert len(planned.items("enroll", "list")) == 6


def test_with_a_day_they_went_out(planned: Desk) -> None:
    adopt(planned)
    opened(planned, "--submitted", "2026-03-02")
    assert {one["status"] for one in planned.items("enroll", "list")} == {"submitted"}


def test_who_opted_out_is_offered_no_medicare(planned: Desk) -> None:
    adopt(planned)
    planned.ok("verify", "record", NPI, "medicare_opt_out", "--result", "review", "--source", "CMS opt-out list")
    assert opened(planned)["Medicare", "CO"] == "opted out of Medicare"


def test_what_was_denied_is_for_a_person_to_try_again(planned: Desk) -> None:
    adopt(planned)
    planned.ok("enroll", "submit", NPI, "Aspen Health", "--state", "CO")
    update = ("enroll", "update", NPI, "Aspen Health", "--state", "CO", "--status")
    planned.ok(*update, "denied", "--reason", "network full")
    assert opened(planned)["Aspen Health", "CO"] == "denied before (E1)"


def test_what_cannot_be_opened_is_said(planned: Desk) -> None:
    ran = planned.run("enroll", "submit", NPI, "--all-payers")
    assert (ran.code, "names no payers" in ran.err) == (2, True)
    adopt(planned, '[[network.enroll]]\npayer = "Aspen Helth"')
    ran = planned.run("enroll", "submit", NPI, "--all-payers")
    assert (ran.code, "Did you mean Aspen Health?" in ran.err) == (2, True)
    for words in (("Aspen Health", "--all-payers"), ("--all-payers", "--state", "CO"), (), ("Aspen Health",)):
        assert planned.run("enroll", "submit", NPI, *words).code == 2
    assert planned.items("enroll", "list") == []


def test_a_payer_that_the_policy_names_wrongly_holds_up_no_other(planned: Desk) -> None:
    adopt(
        planned,
        '[[network.enroll]]\npayer = "Aspen Helth"\n[[network.enroll]]\npayer = "BM"\n'
        '[[network.enroll]]\npayer = "Medicare"\nnot_with = ["Carve Out"]',
    )
    ran = planned.run("enroll", "submit", NPI, "--all-payers", "--json")
    assert ran.code == 3
    assert ran.json()["counts"] == {"opened": 2, "not_opened": 4}
    assert [(one["payer"], one["state"], one["line"]) for one in ran.json()["items"]] == [
        ("Aspen Helth", "CO", None),
        ("Aspen Helth", "NM", None),
        ("Birch Mutual", "CO", "commercial"),
        ("Birch Mutual", "NM", "commercial"),
        ("Medicare", "CO", "medicare"),
        ("Medicare", "NM", "medicare"),
    ]
    first, second = ran.json()["warnings"]
    assert "there is no payer 'Aspen Helth', which the policy names. Did you mean Aspen Health?" in first
    # What may not stand beside it is unknown: then it is not opened.
    assert "there is no payer 'Carve Out'" in second
    assert [one["payer"] for one in planned.items("enroll", "list")] == ["Birch Mutual"] * 2
    assert planned.run("enroll", "submit", NPI, "--all-payers").code == 3, "it still is not all"


@pytest.mark.parametrize(
    ("wanted", "says"),
    [
        ('[[network.enroll]]\nstates = ["CO"]', "payer"),
        ('[[network.enroll]]\npayer = "A"\nprofesions = ["MD"]', "Did you mean professions?"),
        ('[[network.enroll]]\npayer = "A"\nstates = ["ZZ"]', "ZZ is not a state"),
        ('[[network.enroll]]\npayer = "A"\nline = "comercial"', "line"),
    ],
)
def test_a_policy_that_names_them_wrongly_is_refused_with_its_line(planned: Desk, wanted: str, says: str) -> None:
    text = planned.ok("policy", "show").out.replace("[expiry]", f"{wanted}\n[expiry]")
    path = planned.folder / "ours.toml"
    path.write_text(text, encoding="utf-8")
    ran = planned.run("policy", "check", path)
    line = text[: text.index("[[network.enroll]]\n" + wanted.splitlines()[1])].count("\n") + 1
    assert (ran.code, says in ran.err) == (2, True), ran.err
    assert any(f"line {number}:" in ran.err for number in range(line, line + 4)), ran.err
