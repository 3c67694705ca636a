"""The registry's own files, for work without the network: the full file, the weekly ones, and the monthly report of
deactivated numbers.

The full file is some ten gigabytes of everybody; it is streamed, and of it only our own providers' rows are kept, with
the note that a provider was sought and is not there.
"""

import csv
import hashlib
import json
import re
import zipfile
import zlib
from collections.abc import Callable, Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import replace
from datetime import date
from io import BufferedReader
from pathlib import Path
from typing import IO

from credkit import clock
from credkit.errors import InputRejected, Refused, UsageError
from credkit.records import Evidence, NppesFile, NppesRecord, SourceRef
from credkit.sources import nppes_rows
from credkit.store import Store, new_id
from credkit.store.nppes import kept_digest
from credkit.tables.cells import cell_to_text
from credkit.tables.dates import NotADate, read_date

#: The names under which `lists load` knows them.
FULL, REPORT = "nppes", "nppes-deactivated"
NAMES = (FULL, REPORT)

_HINT = "Download it again from the registry's page of files (download.cms.gov/nppes/NPI_Files.html, format V2)."
_MAIN = re.compile(r"(?:^|/)npidata_pfile_(\d{8})-(\d{8})[^/]*\.csv$", re.IGNORECASE)
_OTHER = re.compile(r"(?:^|/)othername_pfile_[^/]*\.csv$", re.IGNORECASE)
_HEADER_FILE = re.compile(r"header", re.IGNORECASE)
_DATED = re.compile(r"(20\d{2})[-_]?(\d{2})[-_]?(\d{2})")
_WEEKLY_DAYS = 31
_PIECE = 1 << 20
_LONGEST_LINE = 200_000
# What identifies nobody to us, and might be somebody's social security number.
_NOT_KEPT = frozenset({"Employer Identification Number (EIN)", "Parent Organization TIN"})
_DAMAGED = (zipfile.BadZipFile, zlib.error, EOFError, NotImplementedError, RuntimeError)

#: Our providers' rows, as JSON: a tenth of what they take as Python's own.
Rows = dict[str, str]
Progress = Callable[[int], None]


def load(
    store: Store,
    name: str,
    path: Path,
    *,
    published_on: date | None,
    today: date,
    dry_run: bool = False,
    progress: Progress = lambda _done: None,
) -> NppesFile:
    """Load one of the registry's files for our own providers, and return its receipt.

    Raises InputRejected for what is not such a file; then nothing is changed. Raises Refused for one that is older than
    what is loaded of its kind.
    """
    if published_on and published_on > today:
        raise UsageError(f"The publication date {published_on} is in the future.")
    ours = store.all_npis()
    digest = _sha256(path)
    if name == REPORT:
        published = published_on or _dated(path.name)
        rows, read = _report(path, frozenset(ours))
        kind = "deactivated"
    else:
        kind, stated, rows, read = _registry(path, frozenset(ours), progress)
        published = published_on or stated
    if published is None:
        raise InputRejected(
            f"{path} bears no date in its name from which its publication could be told.", hint="Give --published DATE."
        )
    if published > today:
        raise InputRejected(f"{path} would be published on {published}, which is in the future.", hint=_HINT)
    kept = {npi: rows.get(npi) for npi in ours}
    file = NppesFile(
        id=new_id(),
        kind=kind,
        source_file=path.name,
        sha256=digest,
        published_on=published,
        acquired_on=today,
        rows=read,
        sought=len(kept),
        kept=len(rows),
        rows_digest=kept_digest(kept),
        recorded_at=clock.stamp(clock.now()),
        actor=store.actor,
    )
    with store.batch():
        newer = [one for one in store.nppes_files() if one.kind == kind and one.published_on > published]
        if newer:
            raise Refused(
                f"{path} was published on {published}, before the one that is loaded ({newer[-1].published_on}).",
                hint="Load the newest. Where the day is wrong, give it: --published DATE.",
            )
        if not dry_run:
            store.load_nppes_file(file, kept)
    return file


# --- reading --------------------------------------------------------------------------------------------------------


def _sha256(path: Path) -> str:
    digest = hashlib.sha256()
    try:
        with path.open("rb") as file:
            while piece := file.read(_PIECE):
                digest.update(piece)
    except OSError as error:
        raise InputRejected(f"{path} cannot be read: {error.strerror}.", hint=_HINT) from error
    return digest.hexdigest()


def _dated(name: str) -> date | None:
    found = _DATED.findall(name)
    try:
        return date(*map(int, found[-1])) if found else None
    except ValueError:
        return None


def _registry(path: Path, ours: Collection[str], progress: Progress) -> tuple[str, date | None, Rows, int]:
    """Read the main file of a zip (or the CSV itself), and the file of other names beside it."""
    try:
        if not zipfile.is_zipfile(path):
            with path.open("rb") as file:
                rows, read = _main(file, path.name, ours, progress)
            return (*_kind_of(path.name), rows, read)
        with zipfile.ZipFile(path) as archive:
            names = [name for name in archive.namelist() if not _HEADER_FILE.search(name.rpartition("/")[2])]
            main = [name for name in names if _MAIN.search(name)]
            if len(main) != 1:
                raise InputRejected(
                    f"{path} holds {len(main)} files named npidata_pfile_...csv; a download of the registry holds one.",
                    hint=_HINT,
                    details=names[:10],
                )
            with archive.open(main[0]) as member:
                rows, read = _main(member, f"{path} ({main[0]})", ours, progress)
            for name in names:
                if _OTHER.search(name):
                    with archive.open(name) as member:
                        _add_other_names(member, f"{path} ({name})", rows)
    except _DAMAGED as error:
        raise InputRejected(f"{path} is a damaged zip, or one with a password: {error}.", hint=_HINT) from error
    except OSError as error:
        raise InputRejected(f"{path} cannot be read: {error.strerror or error}.", hint=_HINT) from error
    return (*_kind_of(main[0]), rows, read)


def _kind_of(name: str) -> tuple[str, date | None]:
    """Return whether a file is the full or a weekly one, and its day. One whose name does not say is taken for a weekly
    one, in which a number that is not there is no finding."""
    found = _MAIN.search(name)
    if not found:
        return "weekly", None
    try:
        first, last = (date(int(text[:4]), int(text[4:6]), int(text[6:])) for text in found.groups())
    except ValueError:
        return "weekly", None
    return ("full" if (last - first).days > _WEEKLY_DAYS else "weekly"), last


def _main(file: IO[bytes], source: str, ours: Collection[str], progress: Progress) -> tuple[Rows, int]:
    rows: Rows = {}
    read = 0
    reader = _Lines(file, source, nppes_rows.NEEDED, "the columns of the registry's file, format V2")
    for npi, cells in reader.of(ours):
        read += 1
        if read % 100_000 == 0:
            progress(read)
        if cells is not None:
            named = dict(zip(reader.header, cells, strict=False))
            rows[npi] = _json({name: cell for name, cell in named.items() if cell.strip() and name not in _NOT_KEPT})
    if not read:
        raise InputRejected(f"{source} has a header and no rows.", hint=_HINT)
    return rows, read


def _add_other_names(file: IO[bytes], source: str, rows: Rows) -> None:
    name = "Provider Other Organization Name"
    reader = _Lines(file, source, (nppes_rows.NPI, name), "the columns of the registry's file of other names")
    place = reader.header.index(name)
    for npi, cells in reader.of(frozenset(rows)):
        if cells is not None and len(cells) > place and cells[place].strip():
            row = json.loads(rows[npi])
            known = row.get(nppes_rows.OTHER_NAMES)
            rows[npi] = _json(row | {nppes_rows.OTHER_NAMES: "; ".join(filter(None, (known, cells[place].strip())))})


class _Lines:
    """A file of the registry, read a line at a time; only our own providers' lines are taken apart.

    A line of hundreds of quoted cells costs a hundred times more to take apart than to look at its first.
    """

    def __init__(self, file: IO[bytes], source: str, needed: Iterable[str], what: str) -> None:
        self._file = BufferedReader(file, _PIECE) if not isinstance(file, BufferedReader) else file  # type: ignore[type-var]
        self._source = source
        first = self._file.readline(_LONGEST_LINE)
        if first.lstrip()[:1] == b"<":
            raise InputRejected(f"{source} is a web page, not the registry's file.", hint=_HINT)
        self.header = [cell.strip() for cell in _cells(first.removeprefix(b"\xef\xbb\xbf"))]
        missing = [name for name in needed if name not in self.header]
        if missing:
            others = [name for name in self.header if name not in set(needed)]
            raise _wrong_header(source, missing[:20], others, _HINT, what)
        self._place = self.header.index(nppes_rows.NPI)

    def of(self, ours: Collection[str]) -> Iterator[tuple[str, list[str] | None]]:
        """Return each record's NPI, with its cells where it is ours."""
        waiting = b""
        for line in self._lines():
            # A quoted cell may hold line ends: a record goes on until its quotes are even.
            waiting += line
            if waiting.count(b'"') % 2:
                if len(waiting) > _LONGEST_LINE:
                    raise InputRejected(
                        f"{self._source}: a quotation mark is opened and not closed; nothing was loaded.", hint=_HINT
                    )
                continue
            record, waiting = waiting, b""
            if not record.strip():
                continue
            cells = None if self._place == 0 else _cells(record)
            npi = (
                cells[self._place]
                if cells
                else record[:12].split(b",", 1)[0].strip(b'"\r\n').decode("ascii", "replace")
            ).strip()
            if npi in ours:
                yield npi, cells or _cells(record)
            else:
                yield npi, None
        if waiting:
            raise InputRejected(f"{self._source} ends in the middle of a row; nothing was loaded.", hint=_HINT)

    def _lines(self) -> Iterator[bytes]:
        while line := self._file.readline(_LONGEST_LINE):
            yield line


def _json(row: Mapping[str, str]) -> str:
    return json.dumps(row, ensure_ascii=False, separators=(",", ":"))


def _cells(record: bytes) -> list[str]:
    try:
        text = record.decode("utf-8")
    except UnicodeDecodeError:
        text = record.decode("cp1252", errors="replace")
    return next(csv.reader([text]), [])


def _report(path: Path, ours: Collection[str]) -> tuple[Rows, int]:
    """Read the report of deactivated numbers: banner rows, then NPI and date; a workbook, zipped or not, or CSV."""
    import io

    content = _report_content(path)
    records = (
        _workbook(content, path)
        if content.startswith(b"PK")
        else csv.reader(io.StringIO(content.decode("utf-8-sig", "replace")))
    )
    rows: Rows = {}
    read, places = 0, None
    for cells in records:
        if places is None:
            named = {cell.strip().casefold(): place for place, cell in enumerate(cells)}
            day = next((place for name, place in named.items() if "deactivation date" in name), None)
            if "npi" in named and day is not None:
                places = (named["npi"], day)
            continue
        if len(cells) <= max(places) or not cells[places[0]].strip():
            continue
        read += 1
        npi = cells[places[0]].strip().removesuffix(".0")
        if npi in ours:
            try:
                rows[npi] = _json({nppes_rows.NPI: npi, nppes_rows.REPORTED: read_date(cells[places[1]]).isoformat()})
            except NotADate as error:
                raise InputRejected(f"{path}: the date of one of our providers' numbers is none: {error}") from error
    if places is None:
        raise _wrong_header(
            str(path), ("NPI", nppes_rows.REPORTED), (), _HINT, "the columns of the report of deactivated numbers"
        )
    if not read:
        raise InputRejected(f"{path} has a header and no rows.", hint=_HINT)
    return rows, read


def _report_content(path: Path) -> bytes:
    from credkit.lists.opening import take_in

    return take_in(path, _HINT).body


def _workbook(content: bytes, path: Path) -> Iterator[list[str]]:
    import io

    from python_calamine import CalamineError, CalamineWorkbook

    from credkit.tables.workbook import refuse_other_archives

    refuse_other_archives(io.BytesIO(content), str(path))
    try:
        workbook = CalamineWorkbook.from_filelike(io.BytesIO(content))
        for name in workbook.sheet_names:
            for values in workbook.get_sheet_by_name(name).to_python(skip_empty_area=True):
                yield [cell_to_text(value) for value in values]
    except CalamineError as error:
        raise InputRejected(f"{path} cannot be read as a workbook ({error}).", hint=_HINT) from error


# --- asking ---------------------------------------------------------------------------------------------------------


class NppesShelf:
    """The files that are loaded, as a source: what they say of a provider."""

    def __init__(self, store: Store) -> None:
        self._store = store
        files = store.nppes_files()
        self._files = sorted(
            (one for one in files if one.kind != "deactivated"), key=lambda one: one.published_on, reverse=True
        )
        self._report = max(
            (one for one in files if one.kind == "deactivated"), key=lambda one: one.published_on, default=None
        )

    @property
    def is_loaded(self) -> bool:
        """Whether a file is there that can be asked."""
        return bool(self._files)

    def look_up(self, npi: str) -> Evidence:
        """Return the newest row that any file has of a provider; else what the newest file that was asked says of its
        absence. A file that was loaded before the provider came to us says nothing."""
        absent: Evidence | None = None
        for file in self._files:
            sought, row = self._store.nppes_row(file, npi)
            if row is not None:
                return _evidence(file, npi, json.loads(row))
            if sought:
                # The newest full file has everybody; what a weekly one lacks did not change that week.
                absent = absent if absent is not None and file.kind != "full" else _evidence(file, npi, None)
                if file.kind == "full":
                    return absent
        if absent is not None:
            return absent
        why = (
            f"the file of {self._files[0].published_on} was loaded before this provider came; load it again"
            if self._files
            else "no file of it is loaded (credkit lists load nppes FILE.zip --only-ours)"
        )
        return Evidence(SourceRef("nppes", npi), "NPPES file", clock.stamp(clock.now()), problem=why)

    def unless_deactivated(self, evidence: Evidence) -> Evidence:
        """Return what the registry said, unless the report of deactivated numbers has this one, and the registry's
        record was not updated on that day or since, as it is when a number is given back."""
        if self._report is None or evidence.source.name != "nppes":
            return evidence
        npi = evidence.source.key
        _sought, row = self._store.nppes_row(self._report, npi)
        if row is None:
            return evidence
        reported = _evidence(self._report, npi, json.loads(row))
        record, known = evidence.facts, reported.facts
        if not isinstance(known, NppesRecord) or known.deactivated_on is None:
            return evidence
        if isinstance(record, NppesRecord) and record.state == "deactivated":
            return replace(evidence, facts=replace(record, deactivated_on=known.deactivated_on))
        if isinstance(record, NppesRecord) and record.updated_on and record.updated_on >= known.deactivated_on:
            return evidence
        return reported


def _evidence(file: NppesFile, npi: str, row: Mapping[str, str] | None) -> Evidence:
    body = nppes_rows.row_body(file, row)
    found = nppes_rows.evidence_from_row(body, npi, file.address, file.recorded_at)
    return replace(found, stated_on=found.stated_on or file.published_on)


def _wrong_header(name: str, missing: Sequence[str], others: Sequence[str], hint: str, what: str) -> InputRejected:
    """Return the refusal of a file whose header is not the list's: a column that was renamed must not go unread."""
    details = []
    if missing:
        details.append(f"missing: {', '.join(missing)}")
    if others:
        shown = ", ".join(other[:40] or "(no name)" for other in others[:20])
        details.append(f"not known: {shown}" + (f" and {len(others) - 20} more" if len(others) > 20 else ""))
    return InputRejected(f"{name} does not have {what}.", hint=hint, details=details)
