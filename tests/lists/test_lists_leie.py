"""Reading the LEIE: every row kept, every nothing None, every doubt a warning."""

import csv
import hashlib
import io
import random
import zipfile
from collections.abc import Sequence
from datetime import date
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from credkit.errors import InputRejected
from credkit.lists.leie import COLUMNS, parse, read
from credkit.lists.opening import ListFile, RawFile
from credkit.records import ListEntry

ROW = {
    "LASTNAME": "QUILLON",
    "FIRSTNAME": "VESPER",
    "MIDNAME": " ",
    "GENERAL": "IND- LIC HC SERV PRO",
    "SPECIALTY": "SOCIAL WORKER",
    "NPI": "1000000004",
    "DOB": "19700228",
    "ADDRESS": "100 EXAMPLE ST",
    "CITY": "SAMPLETON",
    "STATE": "NC",
    "ZIP": "28801",
    "EXCLTYPE": "1128b4   ",
    "EXCLDATE": "20240320",
    "REINDATE": "00000000",
    "WAIVERDATE": "00000000",
}


def line(**changes: str) -> list[str]:
    cells = ROW | changes
    return [cells.get(column, "") for column in COLUMNS]


def text(rows: Sequence[Sequence[str]], header: Sequence[str] = COLUMNS) -> str:
    out = io.StringIO()
    csv.writer(out, quoting=csv.QUOTE_ALL).writerows([header, *rows])
    return out.getvalue()


def load(folder: Path, content: str | bytes) -> ListFile:
    path = folder / "UPDATED.csv"
    path.write_bytes(content if isinstance(content, bytes) else content.encode())
    return read(path)


def only(folder: Path, **changes: str) -> ListEntry:
    (entry,) = load(folder, text([line(**changes)])).entries
    return entry


def refusal(folder: Path, content: str | bytes) -> InputRejected:
    with pytest.raises(InputRejected) as raised:
        load(folder, content)
    assert str(folder / "UPDATED.csv") in raised.value.message
    return raised.value


def test_a_row(tmp_path: Path) -> None:
    assert only(tmp_path) == ListEntry(
        row_number=2,
        last_name="QUILLON",
        first_name="VESPER",
        middle_name=None,
        business_name=None,
        npi="1000000004",
        date_of_birth=date(1970, 2, 28),
        address="100 EXAMPLE ST",
        city="SAMPLETON",
        state="NC",
        zip="28801",
        general="IND- LIC HC SERV PRO",
        specialty="SOCIAL WORKER",
        upin=None,
        exclusion_type="1128b4",
        excluded_on=date(2024, 3, 20),
        reinstated_on=None,
        waiver_on=None,
        waiver_state=None,
    )


def test_a_file_says_what_it_is(tmp_path: Path) -> None:
    rows = [line(), line(EXCLDATE="20261231"), line(EXCLDATE="00000000", NPI="7")]
    content = text(rows).encode()
    found = load(tmp_path, content)
    assert (found.rows, found.warnings, len(found.entries)) == (3, 1, 3)
    assert found.sha256 == hashlib.sha256(content).hexdigest()
    assert [entry.row_number for entry in found.entries] == [2, 3, 4]


def test_columns_are_found_by_name_in_any_order(tmp_path: Path) -> None:
    places = list(range(len(COLUMNS)))
    random.Random(7).shuffle(places)
    mixed = text([[line()[place] for place in places]], [f" {COLUMNS[place].lower()} " for place in places])
    assert load(tmp_path, mixed).entries == (only(tmp_path),)


@pytest.mark.parametrize("nothing", ["", "   ", "0000000000", "0", "0.0"])
def test_an_npi_of_zeros_is_none_without_a_warning(tmp_path: Path, nothing: str) -> None:
    entry = only(tmp_path, NPI=nothing)
    assert (entry.npi, entry.warning) == (None, None)


def test_an_npi_that_a_spreadsheet_made_a_decimal(tmp_path: Path) -> None:
    assert only(tmp_path, NPI="1000000004.0").npi == "1000000004"


@pytest.mark.parametrize("wrong", ["1000000005", "100000000", "ABC"])
def test_a_wrong_npi_is_kept_in_the_warning(tmp_path: Path, wrong: str) -> None:
    entry = only(tmp_path, NPI=wrong)
    assert (entry.npi, entry.warning) == (None, f"NPI '{wrong}' is not a valid NPI")


@pytest.mark.parametrize("wrong", ["20240230", "2024", "03/20/2024", "Indefinite", "\uff12024\uff1032\uff10"])
def test_an_impossible_date_is_none_with_a_warning_in_every_row(tmp_path: Path, wrong: str) -> None:
    found = load(tmp_path, text([line(EXCLDATE=wrong), line(EXCLDATE=wrong)]))
    assert [entry.excluded_on for entry in found.entries] == [None, None]
    assert [entry.warning for entry in found.entries] == [f"EXCLDATE '{wrong}' is not a date"] * 2


def test_a_warning_repeats_no_date_of_birth(tmp_path: Path) -> None:
    entry = only(tmp_path, DOB="19701345", REINDATE="20249999")
    assert entry.warning == "DOB is not a date; REINDATE '20249999' is not a date"


@pytest.mark.parametrize(
    ("cell", "zip_code"),
    [("2139", "02139"), ("00501", "00501"), ("501.0", "00501"), ("", None), ("00000", None), ("0", None)],
)
def test_zips_get_their_zeros_back(tmp_path: Path, cell: str, zip_code: str | None) -> None:
    assert only(tmp_path, ZIP=cell).zip == zip_code


def test_a_business(tmp_path: Path) -> None:
    entry = only(tmp_path, LASTNAME="", FIRSTNAME="", BUSNAME="QUILLON CARE, INC ", NPI="2000000002", DOB="")
    assert (entry.last_name, entry.business_name, entry.npi) == (None, "QUILLON CARE, INC", "2000000002")
    assert entry.warning is None


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "cp1252"])
def test_the_encodings_that_occur(tmp_path: Path, encoding: str) -> None:
    found = load(tmp_path, text([line(LASTNAME="QUIÑÓNEZ")]).encode(encoding))
    assert found.entries[0].last_name == "QUIÑÓNEZ"


def test_a_byte_that_means_nothing_costs_no_row(tmp_path: Path) -> None:
    found = load(tmp_path, text([line(), line()]).encode().replace(b"VESPER", b"VESP\x81R"))
    assert found.rows == 2


def test_ragged_rows_are_kept_with_a_warning(tmp_path: Path) -> None:
    short, long = line()[:10], [*line(), "more"]
    found = load(tmp_path, text([short, line(), long, [""] * 18]))
    assert [entry.warning for entry in found.entries] == [
        "the row has 10 cells instead of 18",
        None,
        "the row has 19 cells instead of 18",
    ]
    assert found.set_aside == ((5, "the row names nobody"),)
    assert found.entries[0].last_name == "QUILLON"
    assert found.entries[0].excluded_on is None
    assert found.entries[2].excluded_on == date(2024, 3, 20)


def test_blank_lines_are_no_rows_and_a_quoted_line_break_is_one(tmp_path: Path) -> None:
    content = text([line(ADDRESS="SUITE 1\n100 EXAMPLE ST"), line()]).replace('\r\n"QUILLON"', '\r\n\r\n"QUILLON"')
    found = load(tmp_path, content)
    assert (found.rows, found.warnings) == (2, 0)
    assert found.entries[0].address == "SUITE 1\n100 EXAMPLE ST"


def with_open_quote(column: int) -> str:
    quoted = [f'"{cell}"' for cell in line()]
    broken = [cell[:-1] if place == column else cell for place, cell in enumerate(quoted)]
    return "".join(",".join(cells) + "\r\n" for cells in (COLUMNS, quoted, broken, quoted, quoted))


@pytest.mark.parametrize("column", range(16))
def test_a_quote_that_is_not_closed_makes_its_row_ragged(tmp_path: Path, column: int) -> None:
    found = load(tmp_path, with_open_quote(column))
    assert [entry.warning is not None for entry in found.entries] == [False, True, False, False]


@pytest.mark.parametrize("column", [16, 17])
def test_one_that_would_swallow_the_next_row_is_refused(tmp_path: Path, column: int) -> None:
    assert "line 3: a quote is opened and not closed" in refusal(tmp_path, with_open_quote(column)).message


@pytest.mark.parametrize("column", range(18))
def test_so_is_one_where_nothing_else_is_quoted(tmp_path: Path, column: int) -> None:
    broken = line()
    broken[column] = '"' + broken[column]
    rows = [",".join(COLUMNS), ",".join(line()), ",".join(broken), ",".join(line()), ",".join(line())]
    assert "line 3: a quote is opened and not closed" in refusal(tmp_path, "\n".join(rows)).message


def test_another_header_is_refused_by_name(tmp_path: Path) -> None:
    header = ["NPI_NUMBER" if column == "NPI" else column for column in COLUMNS]
    assert refusal(tmp_path, text([line()], header)).details == ("missing: NPI", "not of the LEIE: NPI_NUMBER")
    assert refusal(tmp_path, text([line()], [*COLUMNS[:-1], "NPI"])).details == (
        "missing: WVRSTATE",
        "more than once: NPI",
    )
    assert refusal(tmp_path, text([line()]).partition("\n")[2]).details[0].startswith("missing: LASTNAME, FIRSTNAME")


@pytest.mark.parametrize("content", [b"", b"\n \n", b"\xff\xfeL\x00", b"\x00" * 100, b"%PDF-1.7\n%\xe2\xe3"])
def test_what_is_no_list_at_all_is_refused(tmp_path: Path, content: bytes) -> None:
    refusal(tmp_path, content)


def test_a_header_alone_is_refused(tmp_path: Path) -> None:
    assert "no rows" in refusal(tmp_path, text([])).message


def test_a_cell_without_end_is_refused(tmp_path: Path) -> None:
    assert "line 2" in refusal(tmp_path, text([line(ADDRESS="x" * 200_000)])).message


def test_a_folder_and_a_file_that_is_not_there(tmp_path: Path) -> None:
    with pytest.raises(InputRejected, match="is a folder"):
        read(tmp_path)
    with pytest.raises(InputRejected, match="There is no file"):
        read(tmp_path / "gone.csv")


def zipped(**members: str) -> bytes:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in members.items():
            archive.writestr(name.replace("_", "."), content)
    return out.getvalue()


def test_a_zip_of_one_csv_is_read_and_hashed_as_given(tmp_path: Path) -> None:
    content = zipped(readme_txt="hello", UPDATED_CSV=text([line()]))
    found = load(tmp_path, content)
    assert found.entries == (only(tmp_path),)
    assert found.sha256 == hashlib.sha256(content).hexdigest()


def test_other_zips_are_refused(tmp_path: Path) -> None:
    assert "0 CSV files" in refusal(tmp_path, zipped(readme_md="hello")).message
    assert "2 CSV files" in refusal(tmp_path, zipped(a_csv=text([line()]), b_csv=text([line()]))).message
    assert "an empty file" in refusal(tmp_path, zipped(a_csv="")).message
    whole = zipped(a_csv=text([line()] * 50))
    assert "damaged zip" in refusal(tmp_path, whole[:40] + b"\xff" * 40 + whole[80:]).message


def test_rows_cut_at_all_quotes_at_once_are_those_read_one_by_one(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    names = ["QUILLON", "O'QUILLON", " MARROW ", "QUILLON, JR", "", "DE LA CRUZ"]
    rows = [
        line(
            LASTNAME=names[n % 6],
            ADDRESS="SUITE 1\n2 TEST ST" if n % 7 == 0 else "1 TEST ST, APT 2",
            DOB=f"19700{n:03}",
        )
        for n in range(400)
    ]
    out = io.StringIO()
    csv.writer(out, quoting=csv.QUOTE_MINIMAL).writerows([COLUMNS, *rows])
    one_by_one = load(tmp_path, out.getvalue())
    assert one_by_one.warnings > 0
    for together in (1, 5_000, 50_000):
        monkeypatch.setattr("credkit.lists.leie._CHARACTERS", together)
        for end in ("\r\n", "\n"):
            at_once = load(tmp_path, text(rows).replace("\r\n", end))
            assert at_once.entries == one_by_one.entries
            assert at_once.table.digests == one_by_one.table.digests


def as_oig_writes(rows: Sequence[Sequence[str]], line_end: str) -> str:
    """Return rows with quotes around every cell but those that hold nothing, as UPDATED.csv has them."""

    def cell(text: str) -> str:
        return '"' + text.replace('"', '""') + '"' if text else ""

    return "".join(",".join(map(cell, row)) + line_end for row in rows)


CELLS = st.one_of(st.just(""), st.text(st.sampled_from('A1 ,"\r\n'), max_size=6))


@given(
    rows=st.lists(st.lists(CELLS, min_size=17, max_size=18), min_size=1, max_size=5),
    line_end=st.sampled_from(["\r\n", "\n"]),
)
def test_rows_with_bare_cells_cut_at_once_are_those_read_one_by_one(rows: list[list[str]], line_end: str) -> None:
    content = as_oig_writes([COLUMNS, line(), *rows, line()], line_end)

    def said() -> object:
        raw = RawFile(Path("UPDATED.csv"), b"", "", packed=False, workbook=False, body=content.encode())
        try:
            found = parse(raw)
        except InputRejected as refused:
            return str(refused)
        return found.table.digests, found.table.warnings, found.set_aside

    with pytest.MonkeyPatch.context() as patched:
        patched.setattr("credkit.lists.leie._CHARACTERS", 30)
        at_once = said()
        patched.setattr("credkit.lists.leie._read_quoted", lambda _rows, _text, start: start)
        assert at_once == said()


def test_a_list_as_oig_writes_it_is_cut_at_once(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    rows = [line(LASTNAME="" if n % 3 else "QUILLON", BUSNAME="QUILLON HOUSE", WVRSTATE="") for n in range(50)]
    all_quoted = load(tmp_path, text(rows))
    left: list[str] = []
    monkeypatch.setattr(
        "credkit.lists.leie._read_the_rest", lambda _rows, _path, content, start: left.append(content[start:])
    )
    found = load(tmp_path, as_oig_writes([COLUMNS, *rows], "\r\n"))
    assert left == [""]
    assert found.table.digests == all_quoted.table.digests


def test_a_quote_in_the_middle_of_a_long_list_costs_no_row(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("credkit.lists.leie._CHARACTERS", 2_000)
    rows = [line(FIRSTNAME=f"V{n}") for n in range(100)]
    rows[50] = line(FIRSTNAME="V50", BUSNAME='THE "QUILLON" HOUSE')
    rows[70] = line(FIRSTNAME="V70")[:9]
    found = load(tmp_path, text(rows))
    assert [entry.first_name for entry in found.entries] == [f"V{n}" for n in range(100)]
    assert found.entries[50].business_name == 'THE "QUILLON" HOUSE'
    assert [entry.row_number for entry in found.entries if entry.warning] == [72]
