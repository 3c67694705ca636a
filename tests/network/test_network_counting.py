"""Which payers count towards being ready, and who is meant after a merger."""

from datetime import date

import pytest
from factories import policy
from lives import enrollment

from credkit.network.counting import does_not_count, payer_on, same_payer
from credkit.records import Line, Payer

DAY = date(2026, 4, 1)

COUNTS = [
    ("a commercial payer", Payer("1", "Aspen Health", Line.COMMERCIAL), None),
    ("Humana", Payer("1", "Humana", Line.COMMERCIAL), "Humana does not count"),
    ("whatever the case", Payer("1", "HUMANA", Line.COMMERCIAL), "Humana does not count"),
    ("by an alias", Payer("1", "Aspen Health", Line.COMMERCIAL, aliases=("humana",)), "Humana does not count"),
    ("by its parent", Payer("1", "Aspen Health", Line.COMMERCIAL, parent="Humana"), "Humana does not count"),
    ("by a plan's name", Payer("1", "Humana Gold Plus (HMO)", Line.COMMERCIAL), "Humana does not count"),
    (
        "by an alias with more words",
        Payer("1", "Aspen", Line.COMMERCIAL, aliases=("Humana Medicare Advantage",)),
        "Humana does not count",
    ),
    (
        "by a parent with more words",
        Payer("1", "Aspen", Line.COMMERCIAL, parent="Humana, Inc."),
        "Humana does not count",
    ),
    ("another name with the same letters", Payer("1", "Humanagement Health", Line.COMMERCIAL), None),
    ("Medicaid", Payer("1", "State", Line.MEDICAID), "medicaid does not count"),
    ("managed Medicaid", Payer("1", "State", Line.MANAGED_MEDICAID), "managed_medicaid does not count"),
    ("Medicare", Payer("1", "State", Line.MEDICARE), "medicare does not count"),
    ("Medicare Advantage", Payer("1", "State", Line.MEDICARE_ADVANTAGE), "medicare_advantage does not count"),
    (
        "Medicare under another line",
        Payer("1", "Aspen Medicare", Line.COMMERCIAL),
        "medicare does not count, and its name says that it is",
    ),
    (
        "Medicaid under another line",
        Payer("1", "State MEDICAID Plan", Line.OTHER),
        "medicaid does not count, and its name says that it is",
    ),
    ("an alias for another line of its", Payer("1", "Aspen", Line.COMMERCIAL, aliases=("Aspen Medicare",)), None),
    ("Tricare", Payer("1", "Tricare", Line.TRICARE), None),
    ("an employee program", Payer("1", "Aspen", Line.EAP), None),
]


@pytest.mark.parametrize(("payer", "why"), [row[1:] for row in COUNTS], ids=[row[0] for row in COUNTS])
def test_who_counts(payer: Payer, why: str | None) -> None:
    assert does_not_count(enrollment(payer_id="1", line=payer.line), {"1": payer}, policy(), DAY) == why


def test_the_line_is_the_enrollment_s_own() -> None:
    payers = {"1": Payer("1", "Aspen Health", Line.COMMERCIAL)}
    held = enrollment(payer_id="1", line=Line.MEDICARE_ADVANTAGE)
    assert does_not_count(held, payers, policy(), DAY) == "medicare_advantage does not count"


def test_the_policy_says_who_does_not_count() -> None:
    def counted(name: str, **network: tuple[str, ...]) -> str | None:
        held = enrollment(payer_id="1", line=Line.MEDICAID if "excluded_lines" in network else Line.COMMERCIAL)
        return does_not_count(held, {"1": Payer("1", name, Line.COMMERCIAL)}, policy(network=network), DAY)

    assert counted("Humana", excluded_lines=(), excluded_payers=()) is None
    assert counted("Blue-Birch of Texas", excluded_payers=("Blue Birch",)) == "Blue Birch does not count"
    assert counted("Birch Blue", excluded_payers=("Blue Birch",)) is None


def test_a_company_is_known_through_all_it_belongs_to() -> None:
    payers = {
        "1": Payer("1", "Leaf", Line.COMMERCIAL, parent="Mid"),
        "2": Payer("2", "Mid", Line.COMMERCIAL, parent="the holding"),
        "3": Payer("3", "Top", Line.COMMERCIAL, aliases=("The Holding", "Humana")),
        "4": Payer("4", "Snake", Line.COMMERCIAL, parent="Snake"),
    }
    assert does_not_count(enrollment(payer_id="1"), payers, policy(), DAY)
    assert does_not_count(enrollment(payer_id="4"), payers, policy(), DAY) is None


def test_from_the_day_of_a_merger_an_enrollment_is_the_other_s() -> None:
    payers = {
        "1": Payer("1", "Leaf", Line.COMMERCIAL, merged_into="2", merged_on=date(2026, 4, 2)),
        "2": Payer("2", "Mid", Line.COMMERCIAL, merged_into="3", merged_on=date(2026, 5, 1)),
        "3": Payer("3", "Humana", Line.COMMERCIAL),
    }
    held = enrollment(payer_id="1")
    names = [payer_on("1", payers, day).name for day in (DAY, date(2026, 4, 2), date(2026, 5, 1))]
    assert names == ["Leaf", "Mid", "Humana"]
    assert does_not_count(held, payers, policy(), date(2026, 4, 30)) is None
    assert does_not_count(held, payers, policy(), date(2026, 5, 1)) == "Humana does not count"
    assert same_payer(payers["3"], payers) == {"1", "2", "3"}
    assert same_payer(payers["1"], payers) == {"1"}


@pytest.mark.parametrize("name", ["\uff28umana", "Hu\u00admana Gold", "Humana\u200b", "HUMANA\u00a0East"])
def test_a_payer_that_does_not_count_is_known_however_it_is_typed(name: str) -> None:
    payers = {"1": Payer("1", name, Line.COMMERCIAL)}
    assert does_not_count(enrollment("1"), payers, policy(), DAY)


def test_before_a_merger_they_are_two() -> None:
    payers = {
        "1": Payer("1", "Aspen", Line.COMMERCIAL, merged_into="2", merged_on=date(2026, 5, 20)),
        "2": Payer("2", "Birch", Line.COMMERCIAL),
    }
    assert same_payer(payers["2"], payers, date(2026, 5, 19)) == {"2"}
    assert same_payer(payers["2"], payers, date(2026, 5, 20)) == {"1", "2"}
