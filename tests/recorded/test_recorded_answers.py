"""Answers that the real sources gave, served as they are. They name real people, so they live outside the project:
CREDKIT_RECORDED names their folder, and without it these tests say that they are skipped."""

import json
import os
import re
from pathlib import Path
from typing import Any

import pytest

from credkit.demo.servers import NppesServer
from credkit.lists import leie
from credkit.settings import NppesSettings
from credkit.sources.nppes import Nppes

_FOLDER = os.environ.get("CREDKIT_RECORDED", "")
pytestmark = pytest.mark.skipif(
    not _FOLDER,
    reason="CREDKIT_RECORDED names no folder of recorded answers (they name real people and are not shipped)",
)
UNISSUED = "1000000038"


def recorded(name: str) -> bytes:
    return (Path(_FOLDER) / name).read_bytes()


def look_up(npi: str, body: bytes) -> Any:
    with NppesServer(raw={npi: body}) as server, Nppes(NppesSettings(url=server.url, attempts=1)) as nppes:
        evidence = nppes.look_up(npi)
    assert evidence.body == body
    assert (evidence.facts is None) == (evidence.problem is not None)
    return evidence.facts or evidence.problem


@pytest.mark.parametrize(
    ("name", "individual"),
    [
        ("nppes_v21_single_lcsw.json", True),
        ("nppes_v21_npi1_older_number_as_int.json", True),
        ("nppes_v21_npi2_single.json", False),
        ("nppes_v21_npi2_other_names.json", False),
    ],
)
def test_single_records_are_active(name: str, individual: bool) -> None:
    body = recorded(name)
    (record,) = json.loads(body)["results"]
    npi = str(record["number"])
    facts = look_up(npi, body)
    assert (facts.npi, facts.state, facts.individual) == (npi, "active", individual)
    assert bool(facts.names) == individual
    assert bool(facts.organization) != individual
    assert len(facts.taxonomies) == len(record["taxonomies"])
    assert "another number" in look_up(UNISSUED, body)


def test_each_record_of_a_search_is_active_by_itself() -> None:
    body = recorded("nppes_v21_behavioral_subset.json")
    records = json.loads(body)["results"]
    assert f"{len(records)} records" in look_up(str(records[0]["number"]), body)
    for record in records:
        alone = json.dumps({"result_count": 1, "results": [record]}).encode()
        facts = look_up(record["number"], alone)
        assert (facts.state, facts.individual) == ("active", True)
        assert facts.names[0].last == record["basic"]["last_name"]
        assert len(facts.names) == 1 + len(record["other_names"])
        assert sum(line.primary for line in facts.taxonomies) == 1


def test_a_deactivated_number() -> None:
    body = recorded("nppes_v21_error_deactivated.json")
    found = re.search(rb"\d{10}", body)
    assert found
    assert look_up(found[0].decode(), body).state == "deactivated"
    assert "another number" in look_up(UNISSUED, body)


def test_an_empty_result_is_unknown() -> None:
    assert look_up(UNISSUED, recorded("nppes_v21_empty_result.json")).state == "unknown"


@pytest.mark.parametrize(
    ("name", "number"),
    [("nppes_v21_error_no_criteria.json", "04"), ("nppes_v21_error_enumeration_type_only.json", "09")],
)
def test_other_errors_are_no_answer(name: str, number: str) -> None:
    assert look_up(UNISSUED, recorded(name)) == f"its answer is an error ({number})"


def test_the_head_of_the_leie_loads_whole() -> None:
    path = Path(_FOLDER) / "leie_head.csv"
    lines = path.read_bytes().decode("utf-8-sig").splitlines()
    found = leie.read(path)
    assert found.rows == len(found.entries) == len([line for line in lines if line.strip()]) - 1
    assert found.warnings == 0
    assert all(entry.excluded_on and (entry.last_name or entry.business_name) for entry in found.entries)
