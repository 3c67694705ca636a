"""The one door through which everything is written: one verb, one transaction, one event.

Every transaction begins IMMEDIATE: a deferred one that reads and then writes fails under a second writer instead of
waiting for it. Inside a batch a verb is a savepoint, so that a bad row costs itself and nothing else.

The journal: SQLite before 3.51.3 (3.50.7, 3.44.6) can corrupt a WAL database when two processes write and checkpoint at
one instant, so WAL is chosen at init only where the fix is; elsewhere the journal is DELETE with synchronous FULL, and
a WAL store is refused for writing.
"""

import hashlib
import os
import secrets
import sqlite3
import sys
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import contextmanager
from itertools import count
from pathlib import Path
from typing import Any, Self, TypeVar

from credkit import clock, migrations
from credkit.canonical import canonical
from credkit.errors import CredkitError, DiskFull, IntegrityError, NoStore, Refused, StoreBusy, UsageError
from credkit.store.rows import Record, Table, Value

_WAL_FIXED = ((3, 51, 3), (3, 50, 7), (3, 44, 6))
_NETWORK_FILE_SYSTEMS = {"nfs", "nfs4", "cifs", "smb3", "smbfs", "afs", "9p", "fuse.sshfs", "fuse.glusterfs", "ceph"}
_OLDEST_SQLITE = (3, 37)

R = TypeVar("R")


_THIS_RUN = secrets.token_hex(6)
_MADE = count()


def new_id() -> str:
    """Return a new record's name: twenty hexadecimal digits, twelve drawn for this process and eight counted by it.

    Names that follow one another land side by side in their index; drawn anew for each record they touch all of it,
    and each touched page is written twice (measured: a fifth of a large import).
    """
    return f"{_THIS_RUN}{next(_MADE):08x}"


def drawn_together(one: str, other: str) -> bool:
    """Say whether two records were named by one process: by one command, where each runs in a process of its own."""
    return one[: len(_THIS_RUN)] == other[: len(_THIS_RUN)]


def event_hash(fields: Sequence[Value]) -> str:
    """Return the SHA-256 over the canonical JSON of an event's fields, the previous event's hash among them."""
    return hashlib.sha256(canonical(list(fields)).encode()).hexdigest()


class Act:
    """One verb at work: the rows it writes, and from them its event."""

    def __init__(self, connection: sqlite3.Connection) -> None:
        self._connection = connection
        self.before: dict[str, list[dict[str, Value]]] = {}
        self.after: dict[str, list[dict[str, Value]]] = {}
        self.counted: dict[str, int] = {}

    def add(self, table: Table[Record], record: Record) -> None:
        """Write a record that is not there yet."""
        row = table.row(record)
        self._connection.execute(table.insert, row)
        self.after.setdefault(table.name, []).append(table.named(row))

    def add_once(self, table: Table[Record], record: Record) -> None:
        """Write a record unless one of the same key is there: that one stays as it is."""
        if not self._connection.execute(
            f"{table.select} WHERE {table.where_key}", table.key_of(table.row(record))
        ).fetchone():
            self.add(table, record)

    def put(self, table: Table[Record], record: Record) -> None:
        """Write a record over the one of the same key; nothing happens, and nothing is logged, if they are the same."""
        row = table.row(record)
        key = table.key_of(row)
        was = self._connection.execute(f"{table.select} WHERE {table.where_key}", key).fetchone()
        if was is None:
            self._connection.execute(table.insert, row)
        elif was == row:
            return
        else:
            self._connection.execute(table.update, table.update_with(row))
            self.before.setdefault(table.name, []).append(table.named(was))
        self.after.setdefault(table.name, []).append(table.named(row))

    def drop(self, table: Table[Record], record: Record) -> None:
        """Take a record out; the log keeps it."""
        row = table.row(record)
        self._connection.execute(table.delete, table.key_of(row))
        self.before.setdefault(table.name, []).append(table.named(row))

    def count(self, table: str, rows: int) -> None:
        """Note rows that the event names by number only: their content is named by a hash in another of its rows."""
        self.counted[table] = rows


class Door:
    """An open store: reads at any time, writes through `act` alone."""

    def __init__(self, connection: sqlite3.Connection, path: Path, *, actor: str, command: str) -> None:
        self._connection = connection
        self.path = path
        self.actor = actor
        self.command = command
        self._head: tuple[int, str] | None = None

    # --- opening and closing --------------------------------------------------------------------------------------

    @classmethod
    def create(
        cls,
        path: Path,
        *,
        actor: str,
        command: str,
        busy_seconds: float = 10.0,
        begin: Callable[[Self], object] = lambda _store: None,
    ) -> Self:
        """Make a new store, readable by its owner alone. `begin` puts in what it starts with.

        It is one transaction: a creation that fails or is killed leaves an empty file at most, which the next one takes
        over. Raises UsageError where a file with anything in it already is, the folder is on a network file system, or
        SQLite is too old.
        """
        if path.exists() and not path.is_file():
            raise _taken(path)
        _refuse_network(path.parent)
        if sqlite3.sqlite_version_info < _OLDEST_SQLITE:
            raise UsageError(f"SQLite {sqlite3.sqlite_version} is too old: credkit needs 3.37 or newer.")
        try:
            if not path.parent.exists():
                path.parent.mkdir(parents=True, mode=0o700)
            os.close(os.open(path, os.O_CREAT | os.O_WRONLY, 0o600))
        except OSError as error:
            raise UsageError(f"No store can be made at {path}: {error.strerror}.") from error
        try:
            connection = _connect(path, busy_seconds)
        except IntegrityError as error:  # a file, and no database
            raise _taken(path) from error
        store = cls(connection, path, actor=actor, command=command)
        try:
            store._refuse_taken()
            store._make(begin)
        except OSError as error:
            connection.close()
            raise UsageError(f"No store can be made at {path}: {error.strerror}.") from error
        except BaseException:  # Ctrl-C too leaves no connection open
            connection.close()
            raise
        return store

    def _make(self, begin: Callable[[Self], object]) -> None:
        self.path.chmod(0o600)
        self.files.mkdir(mode=0o700, exist_ok=True)
        self.rows(f"PRAGMA journal_mode = {'WAL' if wal_is_safe() else 'DELETE'}")
        with self._transaction():
            self._refuse_taken()  # of two who make it at once, the second finds it made
            migrations.apply(self._connection)
            self._read_head()
            begin(self)

    def _refuse_taken(self) -> None:
        ((mark,),) = self.rows("PRAGMA application_id")
        if mark or self.rows("SELECT 1 FROM sqlite_master LIMIT 1"):
            raise _taken(self.path)

    @classmethod
    def open(cls, path: Path, *, actor: str, command: str, busy_seconds: float = 10.0) -> Self:
        """Open the store at `path`, bringing an older one's schema up to date.

        Raises NoStore where there is none, IntegrityError where the file is not a store, is damaged, or was written by
        a newer credkit, StoreBusy where another process holds it for longer than `busy_seconds`.
        """
        if not path.exists():
            raise NoStore(
                f"There is no store at {path}.", hint="Make one with `credkit init`, or name yours with --db."
            )
        if path.is_dir():
            raise NoStore(f"{path} is a folder, not a store.", hint="Name the database file with --db.")
        connection = _connect(path, busy_seconds)
        store = cls(connection, path, actor=actor, command=command)
        try:
            store._check_is_ours()
            if store._pending():
                store._migrate()
        except BaseException:  # Ctrl-C too leaves no connection open
            connection.close()
            raise
        return store

    def close(self) -> None:
        """Close the connection."""
        self._connection.close()

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    @staticmethod
    def files_beside(path: Path) -> Path:
        """Return the folder in which a store keeps documents, beside its database file."""
        return path.with_name(path.name + ".files")

    @property
    def files(self) -> Path:
        """The folder in which this store keeps documents."""
        return self.files_beside(self.path)

    def _check_is_ours(self) -> None:
        (mark,) = self.rows("PRAGMA application_id")[0]
        if mark != migrations.APPLICATION_ID:
            raise IntegrityError(f"{self.path} is not a credkit store.", hint="`credkit init --db PATH` makes one.")
        newer = self._applied() - set(migrations.names())
        if newer:
            raise IntegrityError(
                f"{self.path} was written by a newer credkit (it has {', '.join(sorted(newer))}).",
                hint="Install that version; this one would not understand what is there.",
            )

    def _applied(self) -> set[str]:
        return {
            name
            for (name,) in self.rows(f"SELECT name FROM {migrations.MIGRATIONS_TABLE} WHERE migration_set = 'credkit'")
        }

    def _pending(self) -> bool:
        return bool(set(migrations.names()) - self._applied())

    def _migrate(self) -> None:
        with self._transaction():
            migrations.apply(self._connection)

    # --- reading ----------------------------------------------------------------------------------------------------

    def rows(self, sql: str, values: Sequence[Value] = ()) -> list[tuple[Any, ...]]:
        """Return every row of a query at once: in DELETE mode an open cursor would block another process's commit."""
        return self._honestly(lambda: self._connection.execute(sql, values).fetchall())

    def records(self, table: Table[Record], where: str = "", values: Sequence[Value] = ()) -> list[Record]:
        """Return the records of a table, in their order."""
        return [table.read(row) for row in self.rows(f"{table.select} {where} ORDER BY {table.order}", values)]

    # --- writing ----------------------------------------------------------------------------------------------------

    @contextmanager
    def batch(self) -> Iterator[None]:
        """Hold many verbs in one transaction: all of them are kept at its end, and a kill before it costs all of them."""
        with self._transaction():
            yield

    @contextmanager
    def act(self, verb: str, *, npi: str | None, record: str, reason: str | None = None) -> Iterator[Act]:
        """Do one verb: what it writes and its event are kept together, or neither is."""
        with self._transaction():
            act = Act(self._connection)
            yield act
            if act.before or act.after or act.counted:
                self._log(act, verb, npi=npi, record=record, reason=reason)

    def _log(self, act: Act, verb: str, *, npi: str | None, record: str, reason: str | None) -> None:
        assert self._head is not None
        seq, previous = self._head[0] + 1, self._head[1]
        after: dict[str, Any] = dict(act.after)
        if act.counted:
            after["counted"] = act.counted
        fields = (
            seq,
            clock.stamp(clock.now()),
            self.actor,
            self.command,
            verb,
            npi,
            record,
            reason,
            int(clock.is_simulated()),
            canonical(act.before),
            canonical(after),
            previous,
        )
        digest = event_hash(fields)
        self._connection.execute("INSERT INTO events VALUES (?,?,?,?,?,?,?,?,?,?,?,?,?)", (*fields, digest))
        self._head = (seq, digest)

    @contextmanager
    def _transaction(self) -> Iterator[None]:
        if self._connection.in_transaction:
            head = self._head
            self._connection.execute("SAVEPOINT verb")
            try:
                yield
            except BaseException as error:
                # A full disk rolls the whole transaction back by itself, savepoints included.
                if self._connection.in_transaction:
                    self._connection.execute("ROLLBACK TO verb")
                    self._connection.execute("RELEASE verb")
                self._head = head
                if isinstance(error, sqlite3.Error):
                    raise honest(error, self.path) from error
                raise
            self._connection.execute("RELEASE verb")
            return
        self._refuse_unsafe_wal()
        self._honestly(lambda: self._connection.execute("BEGIN IMMEDIATE"))
        try:
            started = self._read_head()
            yield
            if self._head is not None and self._head != started:
                self._connection.execute("UPDATE log_head SET seq = ?, hash = ? WHERE id = 1", self._head)
            self._honestly(lambda: self._connection.execute("COMMIT"))
        except sqlite3.Error as error:
            self._roll_back()
            raise honest(error, self.path) from error
        except BaseException:  # Ctrl-C too takes back what is half done
            self._roll_back()
            raise

    def _roll_back(self) -> None:
        if self._connection.in_transaction:
            self._connection.execute("ROLLBACK")

    def _read_head(self) -> tuple[int, str] | None:
        if not self._connection.execute("SELECT 1 FROM sqlite_master WHERE name = 'events'").fetchone():
            self._head = None  # the first migration is about to make the log
            return None
        last = self._connection.execute("SELECT seq, hash FROM events ORDER BY seq DESC LIMIT 1").fetchone() or (0, "")
        kept_apart = self._connection.execute("SELECT seq, hash FROM log_head WHERE id = 1").fetchone()
        if last != kept_apart:
            # To write on from either would make the other fit, and the cut would never show again.
            raise IntegrityError(
                f"The log of {self.path} ends at event {last[0]}, which is not the one that its head names: events were "
                "cut off or added. Nothing is written to it.",
                hint="`credkit audit verify` says what does not fit. Restore the store from a backup.",
            )
        self._head = (last[0], last[1])
        return self._head

    def _refuse_unsafe_wal(self) -> None:
        if not wal_is_safe() and self.rows("PRAGMA journal_mode")[0][0] == "wal":
            raise UsageError(
                f"{self.path} is in WAL mode, in which SQLite {sqlite3.sqlite_version} can damage it.",
                hint="Use a Python with SQLite 3.51.3 or newer, as the one that made the store.",
            )

    def _honestly(self, work: Callable[[], R]) -> R:
        try:
            return work()
        except sqlite3.Error as error:
            raise honest(error, self.path) from error


def honest(error: sqlite3.Error, path: Path) -> CredkitError:
    """Say in our own words what SQLite could not do."""
    words = str(error)
    if "locked" in words or "busy" in words:
        return StoreBusy(
            f"Another process holds the store {path}.", hint="Wait until it is done, then run the command again."
        )
    if "disk is full" in words:
        return DiskFull(
            f"The disk is full; nothing of this step was written to {path}.",
            hint="Make room on that disk, then run the command again: what was recorded before stays recorded.",
        )
    if isinstance(error, sqlite3.IntegrityError) and words.startswith("UNIQUE constraint failed: "):
        what = words.removeprefix("UNIQUE constraint failed: ")
        return Refused(
            f"There is such a record already ({what}): nothing of this step was written.",
            hint="Somebody else may have written it just now. Look at what is there, then decide anew.",
        )
    if "readonly" in words:
        return UsageError(f"The store {path} cannot be written: it, or its folder, is read-only for you.")
    if "unable to open" in words:
        return UsageError(f"The store {path} cannot be opened.", hint="Look at its permissions and its folder's.")
    if isinstance(error, sqlite3.DatabaseError) and any(
        word in words for word in ("malformed", "not a database", "file format", "no such table", "no such column")
    ):
        return IntegrityError(f"{path} is damaged, or not a store: {words}.", hint="Restore it from a backup.")
    raise error


def _taken(path: Path) -> UsageError:
    return UsageError(f"There is already a file at {path}.", hint="Choose another place with --db PATH.")


def _connect(path: Path, busy_seconds: float) -> sqlite3.Connection:
    try:
        connection = sqlite3.connect(path, timeout=busy_seconds, isolation_level=None)
    except sqlite3.Error as error:
        raise honest(error, path) from error
    try:
        connection.execute("PRAGMA foreign_keys = ON")
        connection.execute("PRAGMA synchronous = FULL")
        # INSERT OR REPLACE must run delete triggers on our own connection too.
        connection.execute("PRAGMA recursive_triggers = ON")
        # What a savepoint may have to undo, and what a query sorts, stays in memory: it is quicker there, and SQLite
        # puts no date of birth into a temporary file outside the store's folder.
        connection.execute("PRAGMA temp_store = MEMORY")
        connection.execute(
            "PRAGMA cache_size = -16000"
        )  # KiB; in SQLite's own 2,000 a large import reads its pages anew
    except sqlite3.Error as error:
        connection.close()
        raise honest(error, path) from error
    return connection


def wal_is_safe() -> bool:
    version = sqlite3.sqlite_version_info
    return version >= _WAL_FIXED[0] or any(version[:2] == fixed[:2] and version >= fixed for fixed in _WAL_FIXED[1:])


def network_file_system(folder: Path) -> str | None:
    """Return the kind of network file system that a folder is on, None where it is on none. Only Linux says which it is."""
    if not sys.platform.startswith("linux"):
        return None
    try:
        mounts = Path("/proc/self/mounts").read_text(encoding="utf-8")
    except OSError:
        return None  # nobody can say, as on the other platforms
    kind = file_system_of(folder, mounts.splitlines())
    return kind if kind in _NETWORK_FILE_SYSTEMS else None


def _refuse_network(folder: Path) -> None:
    """Refuse a folder on a network file system, whose locks do not hold."""
    if kind := network_file_system(folder):
        raise UsageError(
            f"{folder} is on a network file system ({kind}), where SQLite's locks do not hold.",
            hint="Keep the store on a local disk, and let others reach that machine.",
        )


def file_system_of(folder: Path, mounts: Iterable[str]) -> str:
    """Return the kind of file system that a folder is on, from the lines of /proc/mounts."""
    folder = folder.absolute()
    best = ("", "")
    for line in mounts:
        _device, point, kind, *_ = line.split(" ")
        if (folder == Path(point) or Path(point) in folder.parents) and len(point) >= len(best[0]):
            best = (point, kind)
    return best[1]
