"""Colorado: Division of Professions and Occupations. Nightly, all professions and statuses.

A number is unique only with its license type (an LPC and a CSW may share one), and a license has one row for each
discipline case: they are put together here, so that no case goes unseen and no license is there twice. LPCC, MFTC and PSYC
are candidates; the check knows that.
"""

from collections.abc import Callable, Iterable, Sequence

from credkit.records import BoardName, BoardRecord
from credkit.sources.boards.board import NOTHING, Board, by_forms, dataset_page, day
from credkit.sources.boards.parts import Part
from credkit.sources.boards.socrata import Dataset, Row

_LICENSES = Dataset(
    "licenses",
    "7s5z-vewr",
    (
        "lastname", "firstname", "middlename", "suffix", "licensetype", "subcategory", "licensenumber",
        "licensefirstissuedate", "licenseexpirationdate", "licensestatusdescription", "linktoverifylicense",
        "programaction", "casenumber", "disciplineeffectivedate",
    ),
)  # fmt: skip
_DISCIPLINE = ("programaction", "casenumber", "disciplineeffectivedate")


class ColoradoBoard(Board):
    """Colorado Division of Professions and Occupations."""

    state = "CO"
    datasets = (_LICENSES,)

    def questions(self, key: str) -> Iterable[tuple[str, Callable[[], Part]]]:
        """Ask for the number in any of the ways in which it may be written."""
        return (by_forms(self._portals["licenses"], ("licensenumber",), key),)

    @classmethod
    def read(cls, parts: Sequence[Part]) -> list[BoardRecord]:
        """Return one license for all rows that differ in their discipline case alone."""
        licenses: dict[tuple[str, ...], list[Row]] = {}
        for row in cls.rows_of(parts, "licenses", "licensenumber"):
            same = tuple(text for column, text in row.items() if column not in _DISCIPLINE)
            licenses.setdefault(same, []).append(row)
        return [_license(group, parts[0].address) for group in licenses.values()]


def _license(group: Sequence[Row], address: str) -> BoardRecord:
    row, doubts = group[0], list[str]()
    return BoardRecord(
        number=row["licensenumber"],
        names=(BoardName(row["firstname"], row["lastname"], row["middlename"], row["suffix"]),),
        license_type=row["licensetype"],
        status=row["licensestatusdescription"],
        expires_on=day(row, "licenseexpirationdate", doubts, needed=True),
        issued_on=day(row, "licensefirstissuedate", doubts),
        discipline=tuple(dict.fromkeys(case for one in group if (case := _case(one)))),
        link=row["linktoverifylicense"] or dataset_page(address, _LICENSES),
        doubts=tuple(doubts),
    )


def _case(row: Row) -> str:
    """Return a discipline case in the board's words: "Probation (case 2019-123, 2020-01-02)"."""
    action, number, since = (row[column] for column in _DISCIPLINE)
    said = [text for text in (f"case {number}" if number else "", since.split("T", maxsplit=1)[0]) if text]
    if action.casefold() in NOTHING and not said:
        return ""
    return (action or "discipline") + (f" ({', '.join(said)})" if said else "")
