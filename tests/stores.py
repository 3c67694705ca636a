"""A store of its own for each test that asks for one."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from credkit.store import Store


@pytest.fixture
def store(tmp_path: Path) -> Iterator[Store]:
    """Return a new, empty store."""
    with Store.create(tmp_path / "store" / "credkit.db", actor="tester", command="test") as made:
        yield made
