"""Many papers at once, by a list."""

from pathlib import Path

import pytest
from desk import Desk, form
from factories import NPI, OTHER_NPI
from papers import PNG, pdf

HEADER = "npi,file,kind,credential,issued_on,expires_on,received_from,insured,carrier,policy_number,effective_on,per_claim,basis"
ROWS = (
    f"{NPI},scans/w9.pdf,w9,,01/05/2026,,Ana Marsh,,,,,,",
    f"{NPI},scans/license.png,license,CO,,2027-03-31,,,,,,,",
    f"{OTHER_NPI},scans/coi.pdf,COI,,,2027-03-01,,Ben Alder,Prairie Mutual,MP-9,2026-03-01,500K/3M,occurrence",
    f"{NPI},scans/none.pdf,w9,,,,,,,,,,",
    f"{NPI},scans/run.exe,cv,,,,,,,,,,",
    f"{NPI},scans/w9.pdf,w-9,,,,,,,,,,",
    f"{OTHER_NPI},scans/w9.pdf,w9,,,,,,,,,,",
    "1000000020,scans/cv.pdf,cv,,,,,,,,,,",
    f"{NPI},scans/cv.pdf,cv,,31/31/2026,,,,,,,,",
    f"{NPI},scans/cv.pdf,cv,,,,,Ana Marsh,,,,,",
    f"{NPI},scans/cv.pdf,coi,,,2026-03-01,,Ana Marsh,Prairie Mutual,MP-1,2027-03-01,3M/1M,occurrence",
    f"{NPI},,cv,,,,,,,,,,",
)
OUTCOMES = ["filed", "filed", "filed", *["rejected"] * 9]
REASONS = (
    "there is no file scans/none.pdf", "a Windows program", "'w-9' is none. Did you mean w9?", "already on file of",
    "There is no provider", "issued_on:", "only a certificate", "the wrong way round", "file: it is blank",
)  # fmt: skip


@pytest.fixture
def office(desk: Desk) -> Desk:
    desk.take_in(form(), form(npi=OTHER_NPI, first_name="Ben", last_name="Alder", email="ben@example.org"))
    scans = desk.folder / "scans"
    scans.mkdir()
    for name, content in (
        ("w9.pdf", pdf("w9")), ("license.png", PNG), ("coi.pdf", pdf("coi")), ("cv.pdf", pdf("cv")), ("run.exe", b"MZ\x90"),
    ):  # fmt: skip
        (scans / name).write_bytes(content)
    return desk


def written(office: Desk, *rows: str, header: str = HEADER) -> Path:
    path = office.folder / "papers.csv"
    path.write_text("\n".join((header, *rows)) + "\n", encoding="utf-8")
    return path


def test_a_list_files_what_can_be_filed_and_says_what_cannot(office: Desk) -> None:
    path = written(office, *ROWS)
    dry = office.run("document", "add", "--from", path, "--dry-run", "--json").json()["items"]
    assert (office.items("document", "list"), files(office)) == ([], [])
    ran = office.run("document", "add", "--from", path, "--json")
    items = ran.json()["items"]
    assert ran.code == 3
    assert [one["outcome"] for one in items] == OUTCOMES
    assert [one["outcome"] for one in dry] == OUTCOMES
    for item, says in zip(items[3:], REASONS, strict=True):
        assert says in item["reason"], item
    assert items[2]["advice"] == "Send a certificate with at least $1,000,000 per claim."
    assert [(one["kind"], one["npi"]) for one in office.items("document", "list")] == [
        ("w9", NPI), ("license", NPI), ("coi", OTHER_NPI),
    ]  # fmt: skip
    assert len(files(office)) == 3
    again = office.run("document", "add", "--from", path, "--json").json()
    assert again["counts"] == {"filed": 0, "already": 3, "rejected": 9}


def files(office: Desk) -> list[Path]:
    return [path for path in (office.folder / "credkit.db.files").rglob("*") if path.is_file()]


def test_a_list_without_its_columns_is_refused(office: Desk) -> None:
    ran = office.run("document", "add", "--from", written(office, f"{NPI},w9.pdf", header="npi,file"))
    assert (ran.code, "has no column kind" in ran.err) == (3, True)
    ran = office.run(
        "document", "add", "--from", written(office, f"{NPI},w9.pdf,w9,x", header="npi,file,kind,expire_on")
    )
    assert (ran.code, "Did you mean expires_on?" in ran.err) == (2, True)


def test_a_list_stands_alone(office: Desk) -> None:
    path = written(office, ROWS[0])
    assert office.run("document", "add", NPI, "--from", path).code == 2
    assert office.run("document", "add", "--from", path, "--kind", "w9").code == 2
    assert office.run("document", "add").code == 2
    assert office.run("document", "add", NPI, path).code == 2


def test_a_list_comes_from_a_pipe(office: Desk) -> None:
    row = ROWS[0].replace("scans/", f"{office.folder}/scans/")
    ran = office.run("document", "add", "--from", "-", input=f"{HEADER}\n{row}\n")
    assert (ran.code, "filed" in ran.out) == (0, True)


def test_one_paper_may_be_tried_too(office: Desk) -> None:
    ran = office.run("document", "add", NPI, office.folder / "scans" / "w9.pdf", "--kind", "w9", "--dry-run")
    assert (ran.code, "Nothing was changed" in ran.err, files(office)) == (0, True, [])


def test_a_trial_says_of_every_row_what_will_become_of_it(office: Desk) -> None:
    """Also where one row is told from another: a paper twice, and a paper of two people."""
    extra = f"{NPI},scans/w9.pdf,w9,,,,,,,,,,"
    path = written(office, *ROWS, extra)
    trial = office.items("document", "add", "--from", path, "--dry-run", code=3)
    assert files(office) == []
    done = office.items("document", "add", "--from", path, code=3)
    assert [(one["outcome"], one["reason"]) for one in trial] == [(one["outcome"], one["reason"]) for one in done]
    assert trial[-1]["outcome"] == "already"
