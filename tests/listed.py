"""Lists and providers put into a store without a file or a form."""

from collections.abc import Sequence
from dataclasses import replace
from typing import Any

from factories import application, list_version

from credkit.records import Credential, ListEntry, ListVersion, Provider
from credkit.store import Store, new_id
from credkit.store.lists import ListRows, rows_digest


def put_list(
    store: Store, version: str, entries: Sequence[ListEntry], name: str = "leie", **changes: Any
) -> ListVersion:
    """Put a version of a list in force."""
    rows = ListRows.of(entries)
    made = list_version(
        id=version,
        name=name,
        rows=len(rows),
        sha256=f"{version.encode().hex():0>64}",
        rows_digest=rows_digest(rows.digests),
        **changes,
    )
    store.load_list(made, rows)
    return made


def put_provider(store: Store, who: Provider, *licenses: Credential) -> None:
    """Put a provider into the store, or change one who is there."""
    if store.provider(who.npi) is None:
        form = replace(application(), id=new_id(), npi=who.npi)
        held = [replace(one, id=f"{who.npi}-{one.id}", npi=who.npi) for one in licenses]
        store.record_application(form, {}, provider=who, credentials=held, work_history=(), before=None, opens=None)
        return
    before = store.provider_file(who.npi)
    store.correct_file(before, provider=who, credentials=before.credentials, reason="corrected")
