"""Delaware: Division of Professional Regulation. Daily, all professions and statuses.

The register's own `disciplinary_action` is N on every row, the revoked ones too: it is not read. The register of
disciplinary actions is asked instead, by the same number; where it gives no answer, there is none at all.
"""

from collections.abc import Callable, Iterable, Sequence

from credkit.records import BoardName, BoardRecord
from credkit.reference.license_numbers import same_number
from credkit.sources.boards.board import Board, by_ending, dataset_page, day
from credkit.sources.boards.parts import Part
from credkit.sources.boards.socrata import Dataset, Row

_LICENSES = Dataset(
    "licenses",
    "pjnv-eaih",
    ("last_name", "first_name", "license_no", "license_type", "issue_date", "expiration_date", "license_status"),
)
_DISCIPLINE = Dataset("discipline", "dz6p-akeq", ("license_id_l", "disp_start", "item_text"))
#: Numbers are Q1-0012345: without its dash one would begin with the 1.
_LAST = 6


class DelawareBoard(Board):
    """Delaware Division of Professional Regulation."""

    state = "DE"
    datasets = (_LICENSES, _DISCIPLINE)

    def questions(self, key: str) -> Iterable[tuple[str, Callable[[], Part]]]:
        """Ask both registers for numbers that end as this one does."""
        return (
            by_ending(self._portals["licenses"], "license_no", key, last=_LAST),
            by_ending(self._portals["discipline"], "license_id_l", key, last=_LAST),
        )

    @classmethod
    def read(cls, parts: Sequence[Part]) -> list[BoardRecord]:
        """Return one license a row, with every action that the other register has on its number."""
        actions = cls.rows_of(parts, "discipline", "license_id_l")
        return [_license(row, actions, parts[0].address) for row in cls.rows_of(parts, "licenses", "license_no")]


def _license(row: Row, actions: Sequence[Row], address: str) -> BoardRecord:
    doubts: list[str] = []
    own = [action for action in actions if same_number(action["license_id_l"], row["license_no"])]
    return BoardRecord(
        number=row["license_no"],
        names=(BoardName(row["first_name"], row["last_name"]),),
        license_type=row["license_type"],
        status=row["license_status"],
        expires_on=day(row, "expiration_date", doubts, needed=True),
        issued_on=day(row, "issue_date", doubts),
        discipline=tuple(dict.fromkeys(map(_action, own))),
        link=dataset_page(address, _DISCIPLINE if own else _LICENSES),
        doubts=tuple(doubts),
    )


def _action(row: Row) -> str:
    since = row["disp_start"].split("T", maxsplit=1)[0]
    return (row["item_text"] or "disciplinary action") + (f" (from {since})" if since else "")
