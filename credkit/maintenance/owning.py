"""Who of the staff looks after which file, and notes."""

from collections.abc import Sequence
from datetime import date

from credkit import clock
from credkit.errors import InputRejected
from credkit.records import Note, Owner
from credkit.reference.identifiers import npi_in
from credkit.store import Store, new_id
from credkit.tables.sheet import Sheet


def assign(store: Store, owner: str, npis: Sequence[str], *, today: date) -> int:
    """Give files to somebody; return how many changed hands. Raises UsageError where there is no such provider."""
    known = store.owners()
    with store.batch():
        changed = [npi for npi in dict.fromkeys(npis) if known.get(npi) != owner]
        for npi in changed:
            store.provider_file(npi)
            store.assign_owner(Owner(npi, owner, today, store.actor))
    return len(changed)


def npis_of(store: Store, sheet: Sheet) -> list[str]:
    """Read the NPIs of a file with a column npi. Raises InputRejected, with every row, where one is none or nobody's."""
    if "npi" not in sheet.header:
        raise InputRejected(f"{sheet.source}: there is no column npi.", hint="A file with one column, npi, is enough.")
    rows = [(row.number, row.cells["npi"]) for row in sheet.rows]
    here = {file.provider.npi for file in store.provider_files([npi_in(text) for _, text in rows])}
    wrong = [f"row {number}: {text!r} is nobody here" for number, text in rows if npi_in(text) not in here]
    if wrong:
        raise InputRejected(f"{sheet.source}: nothing was assigned.", details=wrong, hint="Mend the rows.")
    return [npi_in(text) for _, text in rows]


def add_note(store: Store, npi: str, text: str) -> Note:
    """Write something down about a provider. Raises UsageError where there is no such provider."""
    with store.batch():
        store.provider_file(npi)
        note = Note(new_id(), npi, text, clock.stamp(clock.now()), store.actor)
        store.add_note(note)
    return note
