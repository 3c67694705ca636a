"""Washington: Department of Health, Health Care Provider Credential Data. Daily, all professions and statuses.

A number is written MHC.LH.61321872, and known by its last part. A license that was replaced stays as a twin with the status
SUPERSEDED or CLOSED: all rows are given, and the check takes the live one. `actiontaken` is Yes, No or Pending.
"""

from collections.abc import Callable, Iterable, Sequence

from credkit.records import BoardName, BoardRecord
from credkit.sources.boards.board import Board, by_ending, dataset_page, day
from credkit.sources.boards.parts import Part
from credkit.sources.boards.socrata import Dataset

_CREDENTIALS = Dataset(
    "credentials",
    "qxh8-f4bd",
    (
        "credentialnumber", "lastname", "firstname", "middlename", "credentialtype", "status", "firstissuedate",
        "expirationdate", "actiontaken",
    ),
)  # fmt: skip


class WashingtonBoard(Board):
    """Washington State Department of Health."""

    state = "WA"
    datasets = (_CREDENTIALS,)

    def questions(self, key: str) -> Iterable[tuple[str, Callable[[], Part]]]:
        """Ask for numbers that end as this one does."""
        return (by_ending(self._portals["credentials"], "credentialnumber", key),)

    @classmethod
    def read(cls, parts: Sequence[Part]) -> list[BoardRecord]:
        """Return one license a row."""
        found = []
        for row in cls.rows_of(parts, "credentials", "credentialnumber"):
            doubts: list[str] = []
            taken = row["actiontaken"]
            if not taken:
                doubts.append("actiontaken is blank")
            found.append(
                BoardRecord(
                    number=row["credentialnumber"],
                    names=(BoardName(row["firstname"], row["lastname"], row["middlename"]),),
                    license_type=row["credentialtype"],
                    status=row["status"],
                    expires_on=day(row, "expirationdate", doubts, needed=True),
                    issued_on=day(row, "firstissuedate", doubts),
                    discipline=() if taken.casefold() in {"no", ""} else (f"action taken: {taken}",),
                    link=dataset_page(parts[0].address, _CREDENTIALS),
                    doubts=tuple(doubts),
                )
            )
        return found
