"""The schema's history: named steps, each in its transaction, applied in order and never changed once released.

A file a room. Every table is STRICT and holds text, whole numbers or blobs; dates are ISO text and lists are JSON, so that
another tool's connection finds readable tables. The views (licenses, malpractice, ...) are there for people who open the
file with other tools.
"""

import sqlite3
from collections.abc import Callable

from credkit.migrations.caqh import caqh
from credkit.migrations.committee import committee_work
from credkit.migrations.committee_word import committee_word
from credkit.migrations.frozen import frozen_minutes
from credkit.migrations.main_job import APPEND_ONLY, APPLICATION_ID, the_main_job
from credkit.migrations.maintenance import aliases, duties, maintenance, suspensions
from credkit.migrations.network import network_names_and_days, network_work
from credkit.migrations.nppes import nppes_file
from credkit.migrations.papers import papers_filed
from credkit.migrations.portal import portal
from credkit.migrations.screening import screening_lists, screening_work

__all__ = ["APPEND_ONLY", "APPLICATION_ID", "MIGRATIONS_TABLE", "STEPS", "apply", "names"]

MIGRATIONS_TABLE = "_sqlite_migrations"

#: Every step, oldest first. A step's name is its function's; neither changes once released.
STEPS: tuple[Callable[[sqlite3.Connection], None], ...] = (
    the_main_job,
    screening_lists,
    screening_work,
    nppes_file,
    caqh,
    papers_filed,
    committee_work,
    network_work,
    maintenance,
    portal,
    frozen_minutes,
    network_names_and_days,
    suspensions,
    aliases,
    duties,
    committee_word,
)


def names() -> tuple[str, ...]:
    """Return the names of every step that this credkit knows, oldest first."""
    return tuple(step.__name__ for step in STEPS)


def apply(connection: sqlite3.Connection) -> None:
    """Bring the schema up to date, inside the transaction that the caller has begun (IMMEDIATE, so that two first runs
    at once cannot meet half-way)."""
    from sqlite_utils import Database, Migrations

    migrations = Migrations("credkit")
    for step in STEPS:
        migrations(name=step.__name__)(lambda _database, step=step: step(connection))
    migrations.apply(Database(connection, execute_plugins=False))
