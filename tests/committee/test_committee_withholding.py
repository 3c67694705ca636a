"""What a packet withholds: an age wherever it is written, and for a blind committee every name; and what it says of gaps."""

import re
from dataclasses import replace
from pathlib import Path
from time import monotonic

import pytest
from committees import ready_files
from desk import Desk, form
from factories import position, provider
from lives import applied, on

from credkit.checks.work_history import gaps
from credkit.committee.withholding import ageless, nameless
from credkit.policy import WorkHistoryRules
from credkit.records.paper import Paper, Paragraph

HELD = "2026-03-10"


def said(paper: Paper) -> str:
    (block,) = paper.blocks
    assert isinstance(block, Paragraph)
    return block.text


def blind(text: str, **who: object) -> str:
    names = {"first_name": "Zoë", "last_name": "Núñez-Müller", "middle_name": "Q", "email": "zm77@practice.example"}
    person = replace(provider(), **(names | who))  # type: ignore[arg-type]
    return said(nameless(Paper("", [Paragraph(text)], ""), person))


@pytest.mark.parametrize(
    "text",
    [
        "Zoë Núñez-Müller", "ZOE NUNEZ-MULLER", "Nunez, Zoe", "Dr. Mueller's", "muller", "Zoe Q. Núñez Müller",
        "Zoe\u0308 Nun\u0303ez", "zoe.nunez@clinic.example", "info@drmueller.example", "zm77@practice.example",
        "ZM77@Practice.Example", "zoe_nunez_license.pdf", "ZoeNunezMuller", "Nu\u00f1ez\u2013Muller",
    ],
)  # fmt: skip
def test_a_name_is_withheld_in_every_spelling(text: str) -> None:
    found = blind(f"The board has {text} on file.")
    left = re.sub(r"[^a-z0-9]", "", re.sub(r"\[name withheld\]", "", found).casefold())
    assert "[name withheld]" in found
    for part in ("zoe", "nu", "nez", "ller", "zm77"):
        assert part not in left.replace("on file", ""), found
    assert found.startswith("The board has ")
    assert found.endswith(" on file.")


def test_what_is_no_name_stays() -> None:
    text = "Nunezia Zoetic, registrar@plains.example, mull over: İstanbul ﬁle №7"
    assert blind(text) == text
    assert blind("seen by Zoe and Dr Ash") == "seen by [name withheld] and Dr Ash"
    assert blind("Anna-Lena Ölund", first_name="Anna-Lena", last_name="Olund") == "[name withheld]"
    assert blind("Jane Mercer, now Núñez", former_names=("Jane Mercer",)) == "[name withheld], now [name withheld]"


@pytest.mark.parametrize(
    "text",
    [
        "1985-06-07", "06/07/1985", "6/7/85", "07.06.1985", "19850607", "06071985", "June 7, 1985", "7 June 1985",
        "Jun. 7 1985", "7-JUN-1985", "DOB 06/08/1985", "DOB: 1984", "birth year 1961", "Year of birth: 1961", "date of birth: 1959-01-02", "born in March 1959",
        "born 2 May 1959", "(D.O.B. 5/6/59)", "aged 41", "age: 41", "41 years old", "41-year-old",
    ],
)  # fmt: skip
def test_an_age_is_withheld_however_it_is_written(text: str) -> None:
    found = said(ageless(Paper("", [Paragraph(f"The source has {text} there.")], ""), on("1985-06-07")))
    assert not re.search(r"\d", found), found
    assert "withheld]" in found
    assert found.endswith("there.")


@pytest.mark.parametrize(
    "text", ["1985-06-08", "verified 2026-03-02", "license 19850608", "newborn 2020 unit", "$250,000"]
)
def test_other_days_stay(text: str) -> None:
    assert said(ageless(Paper("", [Paragraph(text)], ""), on("1985-06-07"))) == text


def test_a_long_text_takes_no_long_time() -> None:
    long = ["a" * 50_000, "a@" * 25_000, "1" * 50_000, "born " * 10_000, "Zoe " * 10_000]
    begun = monotonic()
    for text in long:
        blind(text)
        ageless(Paper("", [Paragraph(text)], ""), on("1985-06-07"))
    assert monotonic() - begun < 3


def test_a_packet_shows_neither(desk: Desk, tmp_path: Path) -> None:
    (npi,) = ready_files(desk, 1)
    note = "Ben Quill, DOB 06/07/1960, ben.quill@example.org; born June 7, 1960; one claim"
    words = ("--result", "pass", "--source", "NPDB (1960-06-07)", "--note", note)
    desk.ok("verify", "record", npi, "claims_history", *words)
    desk.ok("committee", "schedule", HELD)
    desk.ok("committee", "packet", HELD, "--out", tmp_path / "open", "--as", "md")
    (path,) = (tmp_path / "open").iterdir()
    page = path.read_text(encoding="utf-8")
    assert "1960" not in page
    assert "one claim" in page
    assert "Ben Quill" in page
    desk.ok("committee", "packet", HELD, "--out", tmp_path / "blind", "--as", "md", "--blind")
    (path,) = (tmp_path / "blind").iterdir()
    assert not re.search(r"quill|\bben\b|1960", path.read_text(encoding="utf-8"), re.IGNORECASE)


def test_gaps_before_the_years_that_are_asked_about_need_no_words() -> None:
    rules = WorkHistoryRules()
    file = applied(
        work=[
            position("2012-01-01", "2014-12-31"),
            position("2016-01-01", "2021-12-31"),
            position("2023-06-01", None),
        ]
    )
    earlier, asked = gaps(file, rules, on("2026-03-02"))
    assert (str(earlier.span), earlier.asked) == ("2015-01-01 to 2015-12-31", False)
    assert (str(asked.span), asked.asked, asked.explained, asked.in_writing) == (
        "2022-01-01 to 2023-05-31", True, False, True
    )  # fmt: skip


def test_a_packet_tells_which_gaps_are_to_be_explained(desk: Desk, tmp_path: Path) -> None:
    (npi,) = ready_files(desk, 1)
    told = {"first_name": "Ben", "last_name": "Quill", "date_of_birth": "1960-06-07", "signed_name": "Ben Quill"}
    held = {"license_1_number": "77000", "malpractice_insured_name": "Ben Quill", "caqh_id": "20000000"}
    work = {"work_2_employer": "Birch House", "work_2_started_on": "2012-06-01", "work_2_ended_on": "2014-01-31"}
    held |= {"malpractice_policy_number": "MP-0", "email": "ben.quill@example.org"}
    desk.take_in(form(npi=npi, **told, **held, **work), name="again.csv")
    desk.run("verify", "run", npi)
    desk.ok("committee", "schedule", HELD)
    desk.ok("committee", "packet", HELD, "--out", tmp_path / "all", "--as", "md")
    (path,) = (tmp_path / "all").iterdir()
    page = path.read_text(encoding="utf-8")
    assert re.search(r"2014-02 to 2015-04 \| not asked for: before the last 5 years", page), page
    assert "to be explained" not in page
