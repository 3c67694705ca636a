"""Connecticut: State Licenses and Credentials, every trade of the state in one dataset of millions of rows.

The name is one column, "FIRST M LAST", read in every way that it can be. Status and its reason belong together: INACTIVE
says little, INACTIVE (LAPSED DUE TO NON-RENEWAL) says enough. The dataset has no column for discipline: a restriction
shows in the reason alone.
"""

from collections.abc import Callable, Iterable, Sequence

from credkit.records import BoardName, BoardRecord
from credkit.sources.boards.board import NOTHING, Board, by_forms, dataset_page, day
from credkit.sources.boards.parts import Part, UnreadableAnswer
from credkit.sources.boards.socrata import Dataset

_CREDENTIALS = Dataset(
    "credentials",
    "ngch-56tr",
    (
        "name", "type", "fullcredentialcode", "credentialnumber", "credential", "status", "statusreason", "issuedate",
        "expirationdate",
    ),
)  # fmt: skip


class ConnecticutBoard(Board):
    """Connecticut's licenses and credentials."""

    state = "CT"
    datasets = (_CREDENTIALS,)

    def questions(self, key: str) -> Iterable[tuple[str, Callable[[], Part]]]:
        """Ask for the number, with and without the code of its credential."""
        return (by_forms(self._portals["credentials"], ("credentialnumber", "fullcredentialcode"), key),)

    @classmethod
    def read(cls, parts: Sequence[Part]) -> list[BoardRecord]:
        """Return one license a row; a business has none."""
        found = []
        for row in cls.rows_of(parts, "credentials"):
            if row["type"].casefold() == "business":
                continue
            number = row["fullcredentialcode"] or row["credentialnumber"]
            if not number:
                raise UnreadableAnswer("its answer has a row without credentialnumber")
            doubts: list[str] = []
            reason = row["statusreason"]
            found.append(
                BoardRecord(
                    number=number,
                    names=(BoardName(whole=row["name"]),),
                    license_type=row["credential"],
                    status=row["status"] if reason.casefold() in NOTHING else f"{row['status']} ({reason})",
                    expires_on=day(row, "expirationdate", doubts, needed=True),
                    issued_on=day(row, "issuedate", doubts),
                    link=dataset_page(parts[0].address, _CREDENTIALS),
                    doubts=tuple(doubts),
                )
            )
        return found
