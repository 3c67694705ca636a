"""A list read by its column map: CSV, tab-separated text or a workbook, whatever stands above its header.

Every row is kept with what could be read of it, and a warning for what could not; a row that names nobody and bears no
number is set aside with that reason.
"""

import csv
import io
import re
from collections.abc import Iterator, Sequence
from datetime import date, datetime, timedelta
from itertools import chain, islice

from credkit.canonical import canonical
from credkit.errors import InputRejected
from credkit.lists.columnmap import ListMap, slug
from credkit.lists.names import kind_of, names_in, split_aliases, split_name
from credkit.lists.opening import ListFile, RawFile, as_lines
from credkit.records import ENTRY_FACTS
from credkit.reference.identifiers import npi_in, npi_is_valid
from credkit.store.lists import ListRows
from credkit.tables.cells import cell_to_text, clean_text
from credkit.tables.dates import read_date

_HEADER_WITHIN = 30
_SHARED = 40  # characters; addresses and remarks are longer, and hardly any stands twice
_DELIMITERS = (",", "\t", ";", "|")
_DATES = ("date_of_birth", "excluded_on", "reinstated_on", "waiver_on", "ends_on")
_PLAIN = frozenset((
    "last_name", "first_name", "middle_name", "suffix", "business_name", "general", "specialty", "upin",
    "exclusion_type", "waiver_state", "license_number", "agency", "reference", "address", "city", "state",
))  # fmt: skip
_NOTHING = frozenset({"", "n/a", "na", "none", "null", "-", "--", "unknown", "not available"})
_OPEN = re.compile(r"indefinite.*|permanent.*|life.*|open|present|current|.*9999.*", re.IGNORECASE)
_EXCEL_START = date(1899, 12, 30)
_SERIAL = re.compile(r"[0-9]{4,5}(\.0*)?")
_CITY_STATE_ZIP = re.compile(r"(?:(?P<city>.*?)[,\s]+)?(?P<state>[A-Za-z]{2})[.,]?\s+(?P<zip>[0-9]{5})(?:-?[0-9]{4})?")
_ZIP = re.compile(r"([0-9]{5})-?(?:[0-9]{4})?")

Cells = Sequence[str]


def parse(raw: RawFile, column_map: ListMap, hint: str) -> ListFile:
    """Read a list by its map. Raises InputRejected for a file that is not of this map, naming the columns it lacks."""
    with_header = _workbook(raw, hint) if raw.workbook else _delimited(raw, column_map, hint)
    records = iter(with_header)
    top = list(islice(records, _HEADER_WITHIN))
    place, header = _header(raw, column_map, [cells for _number, cells in top], hint)
    reading = _Reading(column_map, header, workbook=raw.workbook)
    for number, cells in chain(top[place + 1 :], records):
        reading.add(number, cells)
    if not reading.numbers and not reading.set_aside:
        raise InputRejected(f"{raw.path} has a header and no rows.", hint=hint)
    return ListFile(raw.path, raw.sha256, reading.table(), tuple(reading.set_aside), raw.notes)


# --- the table ------------------------------------------------------------------------------------------------------


def _workbook(raw: RawFile, hint: str) -> Iterator[tuple[int, list[str]]]:
    """Return the rows of a workbook's first visible sheet that holds anything, numbered as the sheet shows them."""
    from python_calamine import CalamineError, CalamineWorkbook, SheetVisibleEnum

    from credkit.tables.workbook import refuse_other_archives

    file = io.BytesIO(raw.body)
    refuse_other_archives(file, str(raw.path))
    try:
        workbook = CalamineWorkbook.from_filelike(file)
        sheets = sorted(workbook.sheets_metadata, key=lambda sheet: sheet.visible != SheetVisibleEnum.Visible)
        for sheet in sheets:
            opened = workbook.get_sheet_by_name(sheet.name)
            if opened.start is not None:
                first = opened.start[0] + 1
                rows = opened.to_python(skip_empty_area=True)
                return (
                    (number, [cell_to_text(value) for value in values]) for number, values in enumerate(rows, first)
                )
    except CalamineError as error:
        raise InputRejected(
            f"{raw.path} cannot be read as a workbook ({error}).", hint="Save it again as .xlsx or CSV."
        ) from error
    raise InputRejected(f"{raw.path} is an empty workbook.", hint=hint)


def _delimited(raw: RawFile, column_map: ListMap, hint: str) -> Iterator[tuple[int, list[str]]]:
    """Return the records of a text, parted by the delimiter with which its header has most of the map's columns."""
    text = as_lines(raw.body)
    best, most = _DELIMITERS[0], -1
    for delimiter in _DELIMITERS:
        try:
            text.seek(0)
            top = list(islice(csv.reader(text, delimiter=delimiter), _HEADER_WITHIN))
        except csv.Error:
            continue
        found = max((_found(column_map, cells) for cells in top), default=0)
        if found > most:
            best, most = delimiter, found
    text.seek(0)
    return _records(raw, text, best, hint)


def _records(raw: RawFile, text: io.TextIOWrapper, delimiter: str, hint: str) -> Iterator[tuple[int, list[str]]]:
    reader = csv.reader(text, delimiter=delimiter)
    line, width = 0, 0
    try:
        for number, cells in enumerate(reader, 1):
            if reader.line_num - line > 1 and any(
                cell.count(delimiter) >= max(width - 1, 1) and "\n" in cell for cell in cells
            ):
                raise InputRejected(
                    f"{raw.path}, line {line + 1}: a quote is opened and not closed, so the rows after it cannot be told "
                    "apart.",
                    hint="Download the file again; nothing of it was loaded.",
                )
            line, width = reader.line_num, max(width, len(cells))
            yield number, cells
    except csv.Error as error:
        raise InputRejected(f"{raw.path}, line {reader.line_num}: not CSV ({error}).", hint=hint) from error


def _found(column_map: ListMap, cells: Cells) -> int:
    header = [slug(cell) for cell in cells]
    return sum(column.places(header) is not None for column in column_map.columns.values())


def _header(raw: RawFile, column_map: ListMap, top: Sequence[Cells], hint: str) -> tuple[int, list[str]]:
    """Return which of the first records is the header: the one that has every column of the map."""
    needed = [fact for fact in column_map.columns if fact not in column_map.optional]
    nearest: tuple[int, list[str], Cells] = (-1, needed, ())
    for place, cells in enumerate(top):
        header = [slug(cell) for cell in cells]
        missing = [fact for fact in needed if column_map.columns[fact].places(header) is None]
        if not missing:
            _refuse_twice(raw, column_map, header, cells)
            return place, header
        if len(needed) - len(missing) > nearest[0]:
            nearest = (len(needed) - len(missing), missing, cells)
    columns = column_map.columns
    wanted = [
        f"{column_map.word(fact)} ({' or '.join(columns[fact].headers or columns[fact].join)})" for fact in nearest[1]
    ]
    details = [f"missing: {', '.join(wanted)}"]
    if nearest[0] > 0:
        details.append(f"the file has: {', '.join(clean_text(cell)[:40] for cell in nearest[2] if cell.strip())[:600]}")
    raise InputRejected(
        f"{raw.path} does not have the columns of the {column_map.title or 'list'} in its first {_HEADER_WITHIN} rows.",
        hint=hint + " Where its columns have changed, give a map of your own: --map M.toml.",
        details=details,
    )


def _refuse_twice(raw: RawFile, column_map: ListMap, header: Sequence[str], cells: Cells) -> None:
    used = {place for column in column_map.columns.values() for place in column.places(header) or ()}
    twice = sorted({clean_text(cells[place]) for place in used if header.count(header[place]) > 1})
    if twice:
        raise InputRejected(f"{raw.path} has a column more than once: {', '.join(twice)}.", hint="Remove one of each.")


# --- the rows -------------------------------------------------------------------------------------------------------


class _Texts(dict[str, str]):
    """Cells as clean text. What stands in many rows is kept once."""

    def __missing__(self, cell: str) -> str:
        text = clean_text(cell)
        if len(cell) <= _SHARED:
            self[cell] = text
        return text


class _Reading:
    """Rows as they are read by a map."""

    def __init__(self, column_map: ListMap, header: list[str], *, workbook: bool) -> None:
        self.numbers: list[int] = []
        self.set_aside: list[tuple[int, str]] = []
        self._warnings: dict[int, str] = {}
        self._facts: list[tuple[str, ...]] = []
        self._map = column_map
        self._width = len(header)
        self._workbook = workbook
        placed = {
            fact: places for fact, column in column_map.columns.items() if (places := column.places(header)) is not None
        }
        self._single = [(fact, places[0]) for fact, places in placed.items() if len(places) == 1]
        self._joined = [(fact, places) for fact, places in placed.items() if len(places) > 1]
        self._aliases = placed.get("aliases", [])  # read with their line breaks, which part them
        self._constants = {fact: clean_text(text) for fact, text in column_map.constants.items()}
        self._either = frozenset(column_map.person_or_business)
        self._dates: dict[str, tuple[str, bool]] = {}
        self._texts = _Texts()

    def table(self) -> ListRows:
        columns = list(zip(*self._facts, strict=True)) if self._facts else [()] * len(ENTRY_FACTS)
        return ListRows(self.numbers, columns, self._warnings)

    def add(self, number: int, cells: list[str]) -> None:
        """Add a row; one without anything in it is none."""
        if not "".join(cells).strip():
            return
        doubts: list[str] = []
        if len(cells) != self._width and (len(cells) < self._width or "".join(cells[self._width :]).strip()):
            if not self._workbook:
                doubts.append(f"the row has {len(cells)} cells instead of {self._width}")
            cells = cells + [""] * (self._width - len(cells))
        texts = self._texts
        read = {fact: texts[cells[place]] for fact, place in self._single if cells[place]}
        for fact, places in self._joined:
            read[fact] = ", ".join([text for place in places if cells[place] and (text := texts[cells[place]])])
        facts = self._constants | {fact: text for fact, text in read.items() if text and fact in _PLAIN}
        aliases = split_aliases(";".join(cells[place] for place in self._aliases)) if read.get("aliases") else []
        for fact in _DATES:
            if fact in read:
                facts[fact] = self._date(fact, read[fact], doubts)
        self._numbers(read, facts, doubts)
        self._place(read, facts)
        self._names(read, facts, aliases)
        if aliases:
            facts["aliases"] = canonical(list(dict.fromkeys(aliases)))
        named = any(facts.get(fact) for fact in ("last_name", "first_name", "business_name", "aliases"))
        if not named and not any(facts.get(fact) for fact in ("npi", "license_number", "reference")):
            self.set_aside.append((number, "the row names nobody"))
            return
        if not named:
            doubts.append("the row names nobody")
        self.numbers.append(number)
        self._facts.append(tuple([facts.get(fact, "") for fact in ENTRY_FACTS]))
        if doubts:
            self._warnings[number] = "; ".join(doubts)

    def _date(self, fact: str, text: str, doubts: list[str]) -> str:
        found = self._dates.get(text)
        if found is None:
            found = self._dates[text] = self._read_date(text)
        day, readable = found
        if not readable:
            # A date of birth is never repeated in a message.
            word = self._map.word(fact)
            doubts.append(f"{fact} is not a date" if fact == "date_of_birth" else f"{word} {text[:20]!r} is not a date")
        return day

    def _read_date(self, text: str) -> tuple[str, bool]:
        if text.casefold() in _NOTHING or not text.strip("0./- ") or _OPEN.fullmatch(text):
            return "", True
        for form in self._map.date_formats:
            if form != "excel":
                try:
                    return datetime.strptime(text, form).date().isoformat(), True  # noqa: DTZ007 - a day, no moment
                except ValueError:
                    continue
        try:
            return read_date(text.removesuffix(".0")).isoformat(), True
        except ValueError:
            pass
        if (self._workbook or "excel" in self._map.date_formats) and _SERIAL.fullmatch(text):
            return (_EXCEL_START + timedelta(days=int(text.split(".", maxsplit=1)[0]))).isoformat(), True
        return "", False

    def _numbers(self, read: dict[str, str], facts: dict[str, str], doubts: list[str]) -> None:
        """Read the NPI: the first of the cell's numbers that passes its check digit."""
        text = read.get("npi") or read.get("npi_or_reference") or ""
        if text.casefold() in _NOTHING or not text.strip("0. "):
            return
        numbers = [number.removesuffix(".0") for number in re.split(r"[\s,;&/]+", text) if number.strip("0.")]
        valid = list(dict.fromkeys(number for number in numbers if npi_is_valid(number))) or [
            number for number in (npi_in(text),) if number
        ]
        if valid:
            facts["npi"] = valid[0]
            if len(valid) > 1:
                doubts.append(f"a second NPI, {valid[1]}, is in the row")
        elif "npi" in read:
            doubts.append(f"NPI {text[:20]!r} is not a valid NPI")
        else:
            facts["reference"] = text

    @staticmethod
    def _place(read: dict[str, str], facts: dict[str, str]) -> None:
        combined = read.get("city_state_zip", "")
        if found := _CITY_STATE_ZIP.fullmatch(combined):
            facts |= {"state": found["state"].upper(), "zip": found["zip"]}
            if found["city"]:
                facts["city"] = found["city"].strip(" ,")
        elif combined:
            facts["city"] = combined
        digits = read.get("zip", "").removesuffix(".0")
        if digits.strip("0-"):
            whole = _ZIP.fullmatch(digits)
            facts["zip"] = whole[1] if whole else digits.zfill(5) if digits.isdigit() and len(digits) < 5 else digits

    def _names(self, read: dict[str, str], facts: dict[str, str], aliases: list[str]) -> None:
        """Say who the row is of: a person, a business, or in doubt the one and, as an alias, the other."""
        if whole := read.get("name", ""):
            kind = kind_of(whole) if "name" in self._either else "person"
            if kind == "person" and not facts.get("last_name"):
                name = split_name(whole, self._map.name_order)
                facts |= {"last_name": name.last, "first_name": name.first, "middle_name": name.middle}
                facts["suffix"] = facts.get("suffix") or name.suffix
                aliases.extend(name.others)
            else:
                self._as_business(whole, kind != "business", facts, aliases)
        if facts.get("last_name") and facts.get("business_name"):
            aliases.extend(names_in(facts["business_name"]))
        if "last_name" in self._either and facts.get("last_name") and not facts.get("first_name"):
            entity = facts.pop("last_name")
            self._as_business(entity, kind_of(entity) != "business", facts, aliases)
        if "business_name" in self._either and facts.get("business_name") and not facts.get("last_name"):
            entity = facts["business_name"]
            self._as_business(entity, kind_of(entity) != "business", facts, aliases)

    @staticmethod
    def _as_business(text: str, doubtful: bool, facts: dict[str, str], aliases: list[str]) -> None:
        had = facts.get("business_name")
        if had and had != text:
            aliases.append(text)
            return
        facts["business_name"] = text
        if doubtful:
            aliases.append(text)
