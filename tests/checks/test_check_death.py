"""The Death Master File: a dead provider's name and number are nobody else's."""

from typing import Any

import pytest
from desk import Desk, form
from factories import NPI, OTHER_NPI, TODAY, file, list_entry, list_says, list_version, policy, provider
from hand import OUTCOMES, recorded

from credkit.checks.death import Death
from credkit.policy import shipped_text
from credkit.records import ListEntry, Result, SourceRef

CHECK = Death()


def row(**changes: Any) -> ListEntry:
    """Return an Ana Marsh who was born on the same day and died on 2025-11-30."""
    return list_entry(**{"excluded_on": "2025-11-30", "exclusion_type": None} | changes)


ROWS: list[tuple[str, tuple[ListEntry, ...], str, str]] = [
    ("nobody", (), "pass", "Not reported dead by death, published 2026-03-01"),
    ("NPI and name", (row(npi=NPI),), "fail", "Reported dead on 2025-11-30, by NPI and name"),
    ("the NPI of another name", (row(npi=NPI, last_name="REED", first_name="JO"),), "review", "JO REED, by NPI"),
    ("name and birth date", (row(),), "review", "ANA MARSH, by name and date of birth"),
    ("no day of death", (row(excluded_on=None),), "review", "Possibly reported dead: ANA MARSH"),
    ("a former name", (row(last_name="VALE"),), "review", "by name and date of birth"),
    ("another birth date", (row(date_of_birth="1985-06-08"),), "pass", "Not reported dead"),
    ("no birth date", (row(date_of_birth=None),), "pass", "Not reported dead"),
    ("another NPI", (row(npi=OTHER_NPI),), "pass", "Not reported dead"),
]


@pytest.mark.parametrize(("rows", "result", "says"), [one[1:] for one in ROWS], ids=[one[0] for one in ROWS])
def test_what_a_row_means(rows: tuple[ListEntry, ...], result: str, says: str) -> None:
    of = file(who=provider(former_names=("Vale",)))
    (subject,) = CHECK.subjects(of, policy(), ("CO",))
    assert CHECK.needs(subject, of, policy()) == (SourceRef("list", "death"),)
    finding = CHECK.judge(subject, of, list_says(*rows, name="death"), policy(), TODAY)
    assert (finding.result, says in finding.summary) == (Result(result), True), finding.summary
    assert "1985" not in str(finding)


def test_without_a_date_of_birth_nobody_can_be_told_apart() -> None:
    (subject,) = CHECK.subjects(file(who=provider(date_of_birth=None)), policy(), ("CO",))
    assert subject.missing == "no date of birth, without which nobody can be told apart"


@pytest.mark.parametrize("published", ["2026-01-29", "2026-03-03"])
def test_a_list_of_another_time_proves_nothing(published: str) -> None:
    (subject,) = CHECK.subjects(file(), policy(), ("CO",))
    said = list_says(version=list_version(name="death", published_on=published), name="death")
    assert CHECK.judge(subject, file(), said, policy(), TODAY).result is Result.UNAVAILABLE
    assert CHECK.judge(subject, file(), {}, policy(), TODAY).result is Result.UNAVAILABLE


@pytest.mark.parametrize(("result", "state"), OUTCOMES)
def test_what_a_person_records_is_what_it_is(result: str, state: str) -> None:
    assert recorded("death", result).state == state


MAP = """
title = "Death Master File"
date_formats = ["%m%d%Y"]
[columns]
npi = "NPI"
last_name = "PRSN_LAST_NAME"
first_name = "PRSN_1ST_NAME"
date_of_birth = "DOB_RAW_TXT"
excluded_on = "DOD_RAW_TXT"
"""


@pytest.mark.parametrize(("npi", "result", "code"), [(NPI, "fail", 10), ("", "review", 10), (OTHER_NPI, "pass", 0)])
def test_a_file_is_loaded_by_a_map_and_held_against_everybody(desk: Desk, npi: str, result: str, code: int) -> None:
    desk.take_in(form())
    (desk.folder / "dmf.toml").write_text(MAP)
    (desk.folder / "dmf.csv").write_text(
        "NPI,PRSN_LAST_NAME,PRSN_1ST_NAME,DOB_RAW_TXT,DOD_RAW_TXT\n" + f"{npi},MARSH,ANA,06071985,11302025\n"
    )
    desk.ok("lists", "load", "death", desk.folder / "dmf.csv", "--map", desk.folder / "dmf.toml", "--published", "2026-03-01")  # fmt: skip
    (desk.folder / "ours.toml").write_text(shipped_text() + '\n[[requirements]]\ncheck = "death"\n')
    desk.ok("policy", "adopt", desk.folder / "ours.toml")
    (found,) = desk.items("verify", "run", NPI, "--check", "death", code=code)
    assert found["result"] == result, found["summary"]
