"""The NPI registry's own files: streamed, kept for our own providers, and asked instead of the registry."""

import csv
import io
import tracemalloc
import zipfile
from collections.abc import Iterable
from datetime import date
from pathlib import Path
from typing import Any

import openpyxl
import pytest
from desk import Desk, form
from factories import NPI

from credkit.demo.servers import Fault, FaultKind
from credkit.lists.nppes_file import load
from credkit.sources.nppes_rows import record_from_row
from credkit.store import Store

SECOND = "1000000012"
FULL, WEEKLY = "npidata_pfile_20050523-20260208.csv", "npidata_pfile_20260223-20260301.csv"


def columns() -> list[str]:
    """The 330 columns of the registry's file, format V2, by name."""
    kinds = ("Mailing", "Practice Location")
    address = [
        f"Provider {line} Business {kind} Address"
        for kind in kinds
        for line in ("First Line", "Second Line")
    ] + [
        f"Provider Business {kind} Address {part}"
        for kind in kinds
        for part in ("City Name", "State Name", "Postal Code", "Country Code (If outside U.S.)", "Telephone Number", "Fax Number")
    ]  # fmt: skip
    other = [f"Provider Other {part}" for part in (
        "Organization Name", "Organization Name Type Code", "Last Name", "First Name", "Middle Name", "Name Prefix Text",
        "Name Suffix Text", "Credential Text", "Last Name Type Code",
    )]  # fmt: skip
    official = [f"Authorized Official {part}" for part in (
        "Last Name", "First Name", "Middle Name", "Title or Position", "Telephone Number",
    )]  # fmt: skip
    taxonomies = [
        f"{name}_{number}"
        for number in range(1, 16)
        for name in (
            "Healthcare Provider Taxonomy Code", "Provider License Number", "Provider License Number State Code",
            "Healthcare Provider Primary Taxonomy Switch",
        )
    ]  # fmt: skip
    identifiers = [
        f"Other Provider Identifier{part}_{number}"
        for number in range(1, 51)
        for part in ("", " Type Code", " State", " Issuer")
    ]
    names = [
        "NPI", "Entity Type Code", "Replacement NPI", "Employer Identification Number (EIN)",
        "Provider Organization Name (Legal Business Name)", "Provider Last Name (Legal Name)", "Provider First Name",
        "Provider Middle Name", "Provider Name Prefix Text", "Provider Name Suffix Text", "Provider Credential Text",
        *other, *address, "Provider Enumeration Date", "Last Update Date", "NPI Deactivation Reason Code",
        "NPI Deactivation Date", "NPI Reactivation Date", "Provider Sex Code", *official, *taxonomies, *identifiers,
        "Is Sole Proprietor", "Is Organization Subpart", "Parent Organization LBN", "Parent Organization TIN",
    ]  # fmt: skip
    names += [f"Healthcare Provider Taxonomy Group_{number}" for number in range(1, 16)]
    names += ["Certification Date"]
    rest = [f"Authorized Official Spare {number}" for number in range(330 - len(names))]
    return names[:-1] + rest + names[-1:]


COLUMNS = columns()
ANA = {
    "NPI": NPI, "Entity Type Code": "1", "Provider Last Name (Legal Name)": "MARSH", "Provider First Name": "ANA",
    "Employer Identification Number (EIN)": "123456789", "Last Update Date": "02/19/2024",
    "Healthcare Provider Taxonomy Code_1": "1041C0700X", "Provider License Number_1": "12345",
    "Provider License Number State Code_1": "CO", "Healthcare Provider Primary Taxonomy Switch_1": "Y",
}  # fmt: skip


def lines(rows: Iterable[dict[str, str]], header: list[str] = COLUMNS) -> bytes:
    text = io.StringIO(newline="")
    writer = csv.writer(text, quoting=csv.QUOTE_ALL, lineterminator="\n")
    writer.writerow(header)
    writer.writerows([row.get(name, "") for name in header] for row in rows)
    return text.getvalue().encode()


def stranger(number: int) -> dict[str, str]:
    name = f"EXAMPLE{number}"
    return ANA | {"NPI": f"19{number:08d}", "Provider Last Name (Legal Name)": name, "Provider First Name": 'J "JO"'}


def download(path: Path, main: bytes, name: str = FULL, **others: bytes) -> Path:
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr(name, main)
        archive.writestr(name.replace(".csv", "_fileheader.csv"), lines([]))
        for other, content in others.items():
            archive.writestr(f"{other}_20050523-20260208.csv", content)
    return path


def loaded(desk: Desk, path: Path, *options: str) -> Any:
    return desk.item("lists", "load", "nppes", path, "--only-ours", *options)


def judged(desk: Desk, *options: str, code: int = 0, npi: str = NPI) -> Any:
    return desk.item("verify", "run", npi, "--check", "npi", "--again", "--offline", *options, code=code)


def test_there_are_330_columns() -> None:
    assert len(COLUMNS) == len(set(COLUMNS)) == 330


def test_the_full_file_is_asked_offline(desk: Desk, tmp_path: Path) -> None:
    desk.take_in(form())
    path = download(tmp_path / "NPPES_February_2026_V2.zip", lines([stranger(1), ANA, stranger(2)]))
    planned = loaded(desk, path, "--dry-run")
    assert judged(desk, code=4)["result"] == "unavailable"
    receipt = loaded(desk, path)
    assert (receipt["kind"], receipt["published_on"]) == ("full", "2026-02-08")
    assert (receipt["rows"], receipt["sought"], receipt["kept"]) == (3, 1, 1)
    assert planned["sha256"] == receipt["sha256"]
    made = judged(desk)
    assert (made["result"], made["verified_on"]) == ("pass", "2026-02-08"), "it is good for the day it speaks of"
    assert made["source"].startswith("NPPES full file of 2026-02-08")
    assert desk.registry.received == []
    assert "123456789" not in desk.ok("verify", "show", NPI, "--evidence").out, "a tax number is not kept"
    assert desk.item("audit", "verify")["sound"] is True


def test_the_settings_can_say_that_the_file_is_asked(desk: Desk, tmp_path: Path) -> None:
    desk.take_in(form())
    config = tmp_path / "config.toml"
    text = config.read_text(encoding="utf-8")
    config.write_text(text.replace("[sources.boards]", 'mode = "file"\n\n[sources.boards]'), encoding="utf-8")
    ran = desk.run("verify", "run", NPI, "--check", "npi")
    assert (ran.code, "no file of it is loaded" in ran.out) == (4, True)
    loaded(desk, download(tmp_path / "f.zip", lines([ANA])))
    assert desk.item("verify", "run", NPI, "--check", "npi")["result"] == "pass"
    assert desk.registry.received == []


def test_who_is_not_in_the_full_file_is_not_in_the_registry_and_in_a_weekly_one_nothing_is_said(
    desk: Desk, tmp_path: Path
) -> None:
    desk.take_in(form())
    loaded(desk, download(tmp_path / "w.zip", lines([stranger(1)]), WEEKLY))
    made = judged(desk, code=4)
    assert "not in the file of 2026-03-01" in made["summary"]
    loaded(desk, download(tmp_path / "f.zip", lines([stranger(1)])))
    assert "NPPES has no such NPI" in judged(desk, code=10)["summary"]
    # Who came after the loading was not looked for.
    desk.take_in(form(npi=SECOND, first_name="Ben", signed_name="Ben Marsh", license_1_number="77", caqh_id="20000002"))
    assert "was loaded before this provider came" in judged(desk, code=4, npi=SECOND)["summary"]


def test_a_weekly_file_is_newer_than_the_full_one(desk: Desk, tmp_path: Path) -> None:
    desk.take_in(form())
    loaded(desk, download(tmp_path / "f.zip", lines([ANA])))
    gone = {"NPI": NPI, "NPI Deactivation Date": "02/24/2026"}
    loaded(desk, download(tmp_path / "w.zip", lines([gone]), WEEKLY))
    assert "NPPES has deactivated this NPI on 2026-02-24" in judged(desk, code=10)["summary"]
    ran = desk.run(
        "lists",
        "load",
        "nppes",
        download(tmp_path / "o.zip", lines([ANA]), FULL.replace("0208", "0108")),
        "--only-ours",
    )
    assert ran.code == 5, "an older full file never takes the place of a newer"


def test_former_names_and_names_of_an_organization(desk: Desk, tmp_path: Path) -> None:
    desk.take_in(form(last_name="Vale", signed_name="Ana Vale", malpractice_insured_name="Ana Vale"))
    renamed = ANA | {
        "Provider Other Last Name": "VALE",
        "Provider Other First Name": "ANA",
        "Provider Other Last Name Type Code": "1",
    }
    loaded(desk, download(tmp_path / "f.zip", lines([renamed])))
    assert judged(desk)["result"] == "pass"
    group = {"NPI": NPI, "Entity Type Code": "2", "Provider Organization Name (Legal Business Name)": "MARSH GROUP"}
    others = lines(
        [{"NPI": NPI, "Provider Other Organization Name": "MARSH AND CO"}],
        ["NPI", "Provider Other Organization Name", "Provider Other Organization Name Type Code"],
    )
    loaded(desk, download(tmp_path / "g.zip", lines([group]), othername_pfile=others), "--published", "2026-02-20")
    assert "an organization's NPI" in judged(desk, code=10)["summary"]
    assert "MARSH AND CO" in desk.ok("verify", "show", NPI, "--evidence").out


def test_a_number_that_was_given_back_is_active() -> None:
    back = ANA | {"NPI Deactivation Date": "01/05/2020", "NPI Reactivation Date": "02/01/2020"}
    assert record_from_row(back).state == "active"
    assert record_from_row(back | {"NPI Reactivation Date": ""}).deactivated_on == date(2020, 1, 5)


@pytest.mark.parametrize(
    ("spoil", "says"),
    [
        (lambda body: body.replace(b"Provider First Name", b"Provider Given Name"), "missing: Provider First Name"),
        (lambda body: body.split(b"\n", 1)[0] + b"\n", "has a header and no rows"),
        (lambda body: b"<html><body>Sorry</body></html>", "is a web page"),
        (lambda body: body[:-200], "ends in the middle of a row"),
    ],
)
def test_what_is_not_the_registrys_file_changes_nothing(desk: Desk, tmp_path: Path, spoil: Any, says: str) -> None:
    desk.take_in(form())
    path = download(tmp_path / "f.zip", spoil(lines([stranger(1), ANA])))
    ran = desk.run("lists", "load", "nppes", path, "--only-ours")
    assert (ran.code, says in ran.err) == (3, True), ran.err
    with Store.open(tmp_path / "credkit.db", actor="kim", command="test") as store:
        assert store.nppes_files() == []


def test_a_damaged_zip_and_a_load_of_everybody(desk: Desk, tmp_path: Path) -> None:
    desk.take_in(form())
    path = download(tmp_path / "f.zip", lines([stranger(n) for n in range(300)]))
    path.write_bytes(path.read_bytes()[:5_000])
    assert desk.run("lists", "load", "nppes", path, "--only-ours").code == 3
    assert desk.run("lists", "load", "nppes", path).code == 2
    assert desk.run("lists", "load", "nppes", tmp_path / "none.zip", "--only-ours").code == 3


def test_memory_is_flat_in_the_file(desk: Desk, tmp_path: Path) -> None:
    desk.take_in(form())
    peaks = []
    for size in (2_000, 20_000):
        path = tmp_path / f"{size}-{FULL}"
        with path.open("wb") as file:
            file.write(lines([ANA]))
            plain = lines([stranger(7)]).split(b"\n", 1)[1]
            for number in range(size):
                file.write(b'"19%08d' % number + plain[11:])
        with Store.open(tmp_path / "credkit.db", actor="kim", command="test") as store:
            tracemalloc.start()
            found = load(store, "nppes", path, published_on=date(2026, 2, 8), today=date(2026, 3, 2), dry_run=True)
            peaks.append(tracemalloc.get_traced_memory()[1])
            tracemalloc.stop()
        assert (found.rows, found.kept) == (size + 1, 1)
    assert peaks[1] < 1.2 * peaks[0], peaks


# --- the report of deactivated numbers ------------------------------------------------------------------------------


def report(path: Path, *rows: tuple[str, str]) -> Path:
    book = openpyxl.Workbook()
    sheet = book.active
    assert sheet is not None
    sheet.append(["CMS National Plan and Provider Enumeration System"])
    sheet.append(["NPPES Deactivated NPI Report"])
    sheet.append(["NPI", "NPPES Deactivation Date"])
    for row in rows:
        sheet.append(list(row))
    book.save(path)
    return path


def test_the_report_of_deactivated_numbers_fails_the_check_with_the_date(desk: Desk, tmp_path: Path) -> None:
    desk.take_in(form())
    path = report(
        tmp_path / "NPPES Deactivated NPI Report 20260209.xlsx", ("1900000001", "01/05/2020"), (NPI, "02/03/2026")
    )
    receipt = desk.item("lists", "load", "nppes-deactivated", path)
    assert (receipt["kind"], receipt["published_on"]) == ("deactivated", "2026-02-09")
    assert (receipt["rows"], receipt["kept"]) == (2, 1)
    made = desk.item("verify", "run", NPI, "--check", "npi", code=10)
    assert "NPPES has deactivated this NPI on 2026-02-03" in made["summary"]
    # Also where the registry is down.
    desk.registry.fail(NPI, Fault(FaultKind.SERVER_ERROR))
    again = desk.item("verify", "run", NPI, "--check", "npi", "--again", "--refresh", code=10)
    assert again["result"] == "fail"
    assert desk.item("audit", "verify")["sound"] is True


def test_a_number_updated_since_the_report_was_given_back(desk: Desk, tmp_path: Path) -> None:
    desk.take_in(form())
    path = report(tmp_path / "report_20260209.xlsx", (NPI, "02/03/2020"))
    desk.ok("lists", "load", "nppes-deactivated", path)
    assert desk.item("verify", "run", NPI, "--check", "npi")["result"] == "pass", (
        "updated in 2024, so it is in use again"
    )


def test_the_report_must_have_its_columns_and_a_day(desk: Desk, tmp_path: Path) -> None:
    desk.take_in(form())
    plain = tmp_path / "report.csv"
    plain.write_text("NPI,Date\n1,2\n", encoding="utf-8")
    ran = desk.run("lists", "load", "nppes-deactivated", plain, "--published", "2026-02-09")
    assert (ran.code, "NPPES Deactivation Date" in ran.err) == (3, True)
    plain.write_text(f"NPI,NPPES Deactivation Date\n{NPI},02/03/2026\n", encoding="utf-8")
    assert desk.run("lists", "load", "nppes-deactivated", plain).code == 3, "its name bears no day"
    assert desk.run("lists", "load", "nppes-deactivated", plain, "--published", "2026-02-09").code == 0
