"""Tables on a narrow screen: what does not fit beside goes beneath, whole."""

from datetime import UTC, datetime
from io import StringIO

from pydantic import BaseModel

from credkit.render.formats import Format, write
from credkit.render.listing import Column, Listing


class Row(BaseModel):
    cells: tuple[str, ...]


TITLES = ("NPI", "Name", "Stage", "Ready in", "Next")
ROWS = (
    ("1000000004", "Ana Marsh", "active", "CO", ""),
    (
        "1000000012",
        "Bartholomew Castellanos-Bright",
        "verification",
        "",
        "staff: settle npi: ask for it to be reactivated",
    ),
)


def table(width: int, *, color: bool = False) -> list[str]:
    columns = tuple(
        Column[Row](title, lambda row, n=n: row.cells[n])  # type: ignore[misc]
        for n, title in enumerate(TITLES)
    )
    out = StringIO()
    listing = Listing("x", [Row(cells=cells) for cells in ROWS], columns)
    write(
        listing,
        out,
        as_=Format.TABLE,
        width=width,
        color=color,
        generated_at=datetime(2026, 3, 2, tzinfo=UTC),
        fields=lambda _schema: [],
    )
    return out.getvalue().splitlines()


def test_beside_one_another_where_there_is_room() -> None:
    lines = table(120)
    assert len(lines) == 4
    assert lines[0].split() == ["NPI", "Name", "Stage", "Ready", "in", "Next"]
    assert lines[3].endswith("staff: settle npi: ask for it to be reactivated")


def test_the_last_long_column_goes_beneath_its_row() -> None:
    assert table(57) == [
        "NPI          Name                 Stage          Ready in",
        "    Next",
        "─" * 57,
        "1000000004   Ana Marsh            active         CO",
        "1000000012   Bartholomew          verification",
        "             Castellanos-Bright",
        "    staff: settle npi: ask for it to be reactivated",
    ]


def test_npis_and_words_stay_whole_on_a_narrow_screen() -> None:
    lines = table(40)
    assert max(map(len, lines)) <= 40
    words = " ".join(lines).split()
    for cells in ROWS:
        for word in " ".join(cells).split():
            assert word in words


def test_titles_beneath_are_bold_as_the_others_are() -> None:
    lines = table(57, color=True)
    assert "\x1b[1mNext" in lines[1]
