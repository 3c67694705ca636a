"""A committee of five and files that are ready for it, made through the commands."""

import csv
from collections.abc import Sequence
from pathlib import Path

from desk import Desk, form
from forms import unissued_npis

from credkit.demo.servers import RegistryEntry

CHAIR, DIRECTOR, BIRCH, COLE, DALE = "Dr Ash", "Dr Elm", "Dr Birch", "Dr Cole", "Dr Dale"
VOTERS = (CHAIR, DIRECTOR, BIRCH, COLE, DALE)
LAST = ("Quill", "Strand", "Vance", "Wolfe", "Yarrow", "Okafor", "Marsh", "Nash", "Pell", "Rudd")
FIRST = ("Ben", "Cleo", "Dario")


def seat(desk: Desk) -> None:
    """Put five voting members and one of the staff on the committee, since January."""
    for name, role, login in (
        (CHAIR, "chair", "ash"),
        (DIRECTOR, "medical_director", "elm"),
        (BIRCH, "member", None),
        (COLE, "member", None),
        (DALE, "member", None),
        ("Kim Lee", "staff", "kim"),
    ):
        options = ["--login", login] if login else []
        desk.ok("committee", "member", "add", name, "--role", role, "--since", "2026-01-01", *options)


def ready_files(desk: Desk, count: int, exceptions: Sequence[int] = ()) -> list[str]:
    """Bring so many files to where the committee may decide them; those at `exceptions` disclosed something. Return their
    NPIs, in order."""
    numbers = unissued_npis()
    npis = [next(numbers) for _ in range(300)][300 - count :]
    rows = []
    for place, npi in enumerate(npis):
        first, last = FIRST[place // 10], f"{LAST[place % 10]}"
        yes = (
            {"disclosure_felony": "yes", "disclosure_felony_explanation": "Settled in 2001"}
            if place in exceptions
            else {}
        )
        rows.append(
            form(
                npi=npi,
                first_name=first,
                last_name=last,
                date_of_birth=f"19{60 + place}-06-07",
                email=f"{first}.{last}@example.org".lower(),
                license_1_number=f"77{place:03d}",
                malpractice_insured_name=f"{first} {last}",
                malpractice_policy_number=f"MP-{place}",
                caqh_id=str(20_000_000 + place),
                signed_name=f"{first} {last}",
                **yes,
            )
        )
        desk.registry.records[npi] = RegistryEntry(first, last, licenses=(("CO", f"77{place:03d}"),), state="CO")
    desk.take_in(*rows, name="docket.csv")
    desk.load_leie()
    desk.run("verify", "run", "--all")
    work = desk.folder / "work.csv"
    desk.run("verify", "due", "--by-hand", "--out", work)
    with work.open(encoding="utf-8", newline="") as file:
        found = list(csv.DictReader(file))
    for row in found:
        row |= {"result": "pass", "source": "by telephone"}
    with work.open("w", encoding="utf-8", newline="") as file:
        writer = csv.DictWriter(file, list(found[0]))
        writer.writeheader()
        writer.writerows(found)
    desk.ok("verify", "record", "--from", work)
    for place in exceptions:
        desk.ok("verify", "accept", npis[place], "disclosures", "--reason", "explained")
    return npis


def votes_file(desk: Desk, *rows: tuple[str, ...], name: str = "votes.csv") -> Path:
    """Write a file of votes: (npi, motion, moved by, seconded by, member, vote[, reason])."""
    path = desk.folder / name
    with path.open("w", encoding="utf-8", newline="") as file:
        writer = csv.writer(file)
        writer.writerow(("npi", "motion", "moved_by", "seconded_by", "member", "vote", "reason"))
        writer.writerows((*row, *[""] * (7 - len(row))) for row in rows)
    return path


def unanimous(npi: str, motion: str = "approved", voters: Sequence[str] = VOTERS[:3]) -> list[tuple[str, ...]]:
    """Return the votes of members who are all for a motion."""
    return [(npi, motion, voters[0], voters[1], voter, "for") for voter in voters]
