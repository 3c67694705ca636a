"""Fetching a list from its publisher: downloaded to a temporary file, then loaded as any file is."""

import hashlib
import tempfile
from dataclasses import dataclass
from datetime import date, datetime
from email.utils import parsedate_to_datetime
from pathlib import Path
from urllib.parse import urlsplit
from zoneinfo import ZoneInfo

from credkit import clock
from credkit.errors import Incomplete, InputRejected, Refused, UsageError
from credkit.lists.opening import MOST_BYTES
from credkit.lists.step import Fetched, Loaded, load
from credkit.policy import Policy
from credkit.records import ListCheck, ListVersion
from credkit.settings import ListSettings
from credkit.sources.client import Client, Download, SourceUnavailable
from credkit.store import Store, new_id


@dataclass(frozen=True, slots=True)
class Unchanged:
    """The publisher has nothing newer than the version in force."""

    version: ListVersion


def fetch(
    store: Store,
    name: str,
    settings: ListSettings,
    policy: Policy,
    *,
    today: date,
    time_zone: str,
    dry_run: bool = False,
) -> Loaded | Unchanged:
    """Fetch a list and load it, where the publisher has another than the one in force.

    The day of publication is the server's Last-Modified, else it is estimated as for any file. That there was nothing
    newer is recorded. Raises Incomplete where the publisher cannot be reached, or answers what is not the list: then
    the version in force stays.
    """
    if not settings.url:
        raise UsageError(
            f"No address is set for the {name} list.",
            hint=f"Put it into the settings: [sources.{name}] url = ... docs/lists.md says where to find it.",
        )
    before = store.list_version(name)
    held = before if before and before.fetched_from else None
    file_name = Path(urlsplit(settings.url).path).name or name
    # Not beside the store: what is downloaded is public, and the folder is its owner's alone.
    with tempfile.TemporaryDirectory(prefix="credkit-list-") as folder:
        path = Path(folder) / file_name
        found = _download(name, settings, path, held)
        if not found.modified:
            if held is None:
                raise Incomplete(f"{name} gave no answer: it says that nothing changed, and nothing is held.")
            return _noted(store, held, today, dry_run=dry_run)
        if before and before.published_stated and _sha256(path) == before.sha256:
            # The server was touched; the list is the one in force.
            return _noted(store, before, today, dry_run=dry_run)
        fetched = Fetched(found.address, found.etag, found.last_modified)
        published = _published(found.last_modified, today, time_zone)
        try:
            loaded = load(
                store, name, path, policy, published_on=published, today=today, dry_run=dry_run, fetched=fetched
            )
        except (InputRejected, Refused) as error:
            raise Incomplete(
                f"{name} gave a file that cannot be used: {error.message.replace(str(path), file_name)}",
                hint="The version in force stays. Look at the file; `credkit lists load` takes it with --published.",
                details=error.details,
            ) from error
    if not loaded.new:
        return _noted(store, loaded.version, today, dry_run=dry_run)
    return loaded


def _download(name: str, settings: ListSettings, path: Path, held: ListVersion | None) -> Download:
    try:
        with Client(settings, max_bytes=MOST_BYTES) as client, path.open("w+b") as file:
            return client.download(
                file, etag=held.etag if held else None, last_modified=held.last_modified if held else None
            )
    except SourceUnavailable as error:
        raise Incomplete(
            f"{name} gave no answer: {error}.", hint="The version in force stays. Try again later, or load a file."
        ) from error
    except OSError as error:
        raise Incomplete(f"{name} could not be kept while it was downloaded: {error.strerror}.") from error


def _sha256(path: Path) -> str:
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


def _noted(store: Store, version: ListVersion, today: date, *, dry_run: bool) -> Unchanged:
    if not dry_run:
        store.note_list_check(
            ListCheck(new_id(), version.id, version.name, today, clock.stamp(clock.now()), store.actor)
        )
    return Unchanged(version)


def _published(last_modified: str | None, today: date, time_zone: str) -> date | None:
    """Return the day of a Last-Modified in the organization's time zone; None where it is missing, no date, or ahead."""
    if not last_modified:
        return None
    try:
        moment: datetime = parsedate_to_datetime(last_modified)
    except ValueError:
        return None
    day = moment.astimezone(ZoneInfo(time_zone)).date()
    return day if day <= today else None
