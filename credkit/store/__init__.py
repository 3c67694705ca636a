"""The only rooms that know SQL: a verb a write (one transaction, one event), a noun a read.

`Store` is the whole face; each of its verbs and nouns stands in the file of its room. Nothing of sqlite3 leaves.
"""

from credkit.store.caqh import Caqh
from credkit.store.claims import Claims
from credkit.store.committee import Committee
from credkit.store.documents import Documents
from credkit.store.door import drawn_together, new_id
from credkit.store.files import Files
from credkit.store.intake import Intake
from credkit.store.lists import Lists
from credkit.store.log import Log
from credkit.store.maintenance import Maintenance
from credkit.store.network import Network
from credkit.store.nppes import NppesFiles
from credkit.store.policies import Policies
from credkit.store.portal import Portal
from credkit.store.rosters import Rosters
from credkit.store.screening import Screenings
from credkit.store.verification import Verifying

__all__ = ["Store", "drawn_together", "new_id"]


class Store(
    Files,
    Intake,
    Documents,
    Verifying,
    Claims,
    Caqh,
    NppesFiles,
    Lists,
    Screenings,
    Committee,
    Network,
    Maintenance,
    Rosters,
    Portal,
    Policies,
    Log,
):
    """An open store. Use it as a context manager; `Store.open` and `Store.create` make one."""
