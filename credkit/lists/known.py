from dataclasses import dataclass
from typing import Any

from credkit.lists import leie


@dataclass
class KnownList:
    name: str
    hint: str
    parse: Any


LISTS = ("leie",)


def known_list(name, column_map=None):
    return KnownList("leie", leie._HINT, leie.parse)
