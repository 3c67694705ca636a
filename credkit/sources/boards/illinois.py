"""Illinois: Department of Financial and Professional Regulation. Millions of rows, all statuses; dates are text,
MM/DD/YYYY. `license_type` is the profession and `description` the kind of license. `ever_disciplined` is for good.
"""

from collections.abc import Callable, Iterable, Sequence

from credkit.records import BoardName, BoardRecord
from credkit.sources.boards.board import NO, Board, by_forms, dataset_page, day, text_of
from credkit.sources.boards.parts import Part
from credkit.sources.boards.socrata import Dataset, Row

_LICENSES = Dataset(
    "licenses",
    "pzzh-kp68",
    (
        "license_type", "description", "license_number", "license_status", "business", "first_name", "middle",
        "last_name", "suffix", "original_issue_date", "expiration_date", "ever_disciplined", "discipline_start_date",
        "action", "discipline_reason",
    ),
)  # fmt: skip


class IllinoisBoard(Board):
    """Illinois Department of Financial and Professional Regulation."""

    state = "IL"
    datasets = (_LICENSES,)

    def questions(self, key: str) -> Iterable[tuple[str, Callable[[], Part]]]:
        """Ask for the number in any of the ways in which it may be written."""
        return (by_forms(self._portals["licenses"], ("license_number",), key),)

    @classmethod
    def read(cls, parts: Sequence[Part]) -> list[BoardRecord]:
        """Return one license for all rows that differ in their discipline alone; a business has none."""
        licenses: dict[tuple[str, ...], list[Row]] = {}
        apart = {"discipline_start_date", "action", "discipline_reason", "ever_disciplined"}
        for row in cls.rows_of(parts, "licenses", "license_number"):
            if row["business"].casefold() not in {"y", "yes"}:
                licenses.setdefault(tuple(text for name, text in row.items() if name not in apart), []).append(row)
        return [_license(group, parts[0].address) for group in licenses.values()]


def _license(group: Sequence[Row], address: str) -> BoardRecord:
    row, doubts = group[0], list[str]()
    if not all(one["ever_disciplined"] for one in group):
        doubts.append("ever_disciplined is blank")
    return BoardRecord(
        number=row["license_number"],
        names=(BoardName(row["first_name"], row["last_name"], row["middle"], row["suffix"]),),
        license_type=row["description"] or row["license_type"],
        status=row["license_status"],
        expires_on=day(row, "expiration_date", doubts, needed=True),
        issued_on=day(row, "original_issue_date", doubts),
        discipline=tuple(dict.fromkeys(case for one in group if (case := _case(one)))),
        link=dataset_page(address, _LICENSES),
        doubts=tuple(doubts),
    )


def _case(row: Row) -> str:
    said = text_of({"": row["action"], "reason:": row["discipline_reason"], "from": row["discipline_start_date"]})
    ever = row["ever_disciplined"]
    return said or ("" if ever.casefold() in NO else f"ever disciplined: {ever}")
