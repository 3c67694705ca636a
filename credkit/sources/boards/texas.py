"""Texas: the Medical Board and the Board of Nursing on the state's portal, and the Behavioral Health Executive Council.

A number says nothing of the board it is from, so that all of them are asked, and the check takes the license of the
provider's own profession. All must answer: a board that did not might be the one. The nurses' numbers are whole numbers,
their dates YYYYMMDD, and their date of expiry stands in a column that the board spells `lincense_expiration_date`.
"""

from collections.abc import Callable, Iterable, Sequence
from functools import partial

from credkit.records import BoardName, BoardRecord
from credkit.reference.license_numbers import tail
from credkit.settings import Texas
from credkit.sources.boards import bhec
from credkit.sources.boards.board import NO, NOTHING, Board, Connect, by_forms, dataset_page, day, text_of
from credkit.sources.boards.parts import Part
from credkit.sources.boards.socrata import Dataset, Row
from credkit.sources.client import Client

_PHYSICIANS = Dataset(
    "physicians",
    "tm3v-pfq9",
    (
        "license_number", "last_name", "first_name", "license_type", "registration_status", "license_status",
        "license_expiration_date", "disciplinary_status", "current_board_action_date", "current_board_action_description",
    ),
)  # fmt: skip
_NURSE = ("license_number", "last_name", "first_name", "middle_name", "license_status", "lincense_expiration_date")
_NURSES = (
    Dataset(
        "registered nurses",
        "tgb2-j935",
        (*_NURSE, "texas_license_issuance_date", "current_board_action", "date_of_board_action_imposed"),
        optional=frozenset({"middle_name", "texas_license_issuance_date"}),
    ),
    Dataset("vocational nurses", "yjie-tuwv", _NURSE, optional=frozenset({"middle_name"})),
    Dataset(
        "advanced practice nurses",
        "jnzg-cr4w",
        (*_NURSE, "apn_category", "apn_status"),
        # Without a status, or a date of expiry, its licenses are for a person to look at.
        optional=frozenset({"middle_name", "license_status", "lincense_expiration_date", "apn_category", "apn_status"}),
    ),
)
_NURSE_TYPES = {"registered nurses": "Registered Nurse (RN)", "vocational nurses": "Vocational Nurse (VN)"}


class TexasBoard(Board):
    """The Texas Medical Board, the Board of Nursing, and the Behavioral Health Executive Council."""

    state = "TX"
    datasets = (_PHYSICIANS, *_NURSES)
    #: The Council's files have only who is licensed now.
    complete = False

    def __init__(self, settings: Texas, connect: Connect = Client) -> None:
        super().__init__(settings, connect)
        self._files = []
        for name in bhec.FILES if settings.bhec_url else ():
            own = settings.model_copy(update={"url": f"{settings.bhec_url.rstrip('/')}/{name}.csv", "key": ""})
            self._files.append(bhec.BhecFile(name, connect(own)))
        if self._files and not self._address:
            self._address = self._files[0].place

    def close(self) -> None:
        """Close every connection."""
        super().close()
        for file in self._files:
            file.close()

    def questions(self, key: str) -> Iterable[tuple[str, Callable[[], Part]]]:
        """Ask the portal, where a nurse's number can only be a whole number; then search the Council's files."""
        number = tail(key)
        for name, portal in self._portals.items():
            if name == _PHYSICIANS.name:
                yield by_forms(portal, ("license_number",), key)
            elif number.isdigit():
                yield name, partial(portal.ask, f"license_number = '{number}'")
        for file in self._files:
            yield file.name, partial(file.find, key)

    @classmethod
    def read(cls, parts: Sequence[Part]) -> list[BoardRecord]:
        """Return the licenses of every board that was asked."""
        asked = {part.dataset for part in parts}
        found = []
        if _PHYSICIANS.name in asked:
            address = next(part.address for part in parts if part.dataset == _PHYSICIANS.name)
            found += [_physician(row, address) for row in cls.rows_of(parts, _PHYSICIANS.name, "license_number")]
        for dataset in _NURSES:
            if dataset.name in asked:
                address = next(part.address for part in parts if part.dataset == dataset.name)
                page = dataset_page(address, dataset)
                found += [_nurse(row, dataset, page) for row in cls.rows_of(parts, dataset.name, "license_number")]
        for part in parts:
            if part.dataset in bhec.FILES:
                found += [_counselor(row, part) for row in bhec.rows_of(part)]
        return found


def _physician(row: Row, address: str) -> BoardRecord:
    doubts: list[str] = []
    # Two columns of status: the registration's, and the license's own, which is NONE where nothing is against it.
    status = row["registration_status"]
    if row["license_status"].casefold() not in NOTHING and row["license_status"].casefold() != status.casefold():
        status = f"{status} ({row['license_status']})"
    disciplined = row["disciplinary_status"]
    if not disciplined:
        doubts.append("disciplinary_status is blank")
    action = text_of(
        {
            "disciplinary status": disciplined,
            "": row["current_board_action_description"],
            "on": row["current_board_action_date"].split("T", maxsplit=1)[0],
        }
    )
    return BoardRecord(
        number=row["license_number"],
        names=(BoardName(row["first_name"], row["last_name"]),),
        license_type=row["license_type"],
        status=status,
        expires_on=day(row, "license_expiration_date", doubts, needed=True),
        discipline=(action,) if action else (),
        link=dataset_page(address, _PHYSICIANS),
        doubts=tuple(doubts),
    )


def _nurse(row: Row, dataset: Dataset, page: str) -> BoardRecord:
    doubts: list[str] = []
    action = row.get("current_board_action", "")
    since = row.get("date_of_board_action_imposed", "")
    said = [] if action.casefold() in NO else [f"current board action: {action}"]
    said += [f"board action imposed {since}"] if since else []
    return BoardRecord(
        number=row["license_number"],
        names=(BoardName(row["first_name"], row["last_name"], row["middle_name"]),),
        license_type=_NURSE_TYPES.get(dataset.name) or f"APRN {row['apn_category']}".strip(),
        status=row.get("apn_status") or row["license_status"],
        expires_on=day(row, "lincense_expiration_date", doubts, needed=True),
        issued_on=day(row, "texas_license_issuance_date", doubts) if "texas_license_issuance_date" in row else None,
        discipline=("; ".join(said),) if said else (),
        link=page,
        doubts=tuple(doubts),
    )


def _counselor(row: bhec.Row, part: Part) -> BoardRecord:
    doubts: list[str] = []
    acted = row["DISCPL_ACTN"]
    if not acted:
        doubts.append("DISCPL_ACTN is blank")
    return BoardRecord(
        number=row["LIC_NBR"],
        names=(BoardName(row["FIRST_NME"], row["LAST_NME"], row["MIDDLE_NME"], row["SFX_NME"]),),
        license_type=f"{part.dataset} {row['RANK'] or row['LIC_TYPE']}",
        status=row["LIC_STATUS"],
        expires_on=day(row, "LIC_EXPR_DTE", doubts, needed=True),
        discipline=() if acted.casefold() in NO else (f"disciplinary action: {acted}",),
        link="https://www.bhec.texas.gov",
        doubts=tuple(doubts),
    )
