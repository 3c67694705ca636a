"""What NPPES's answers mean: facts, or a reason why there are none; never a guess."""

import hashlib
import json
from collections.abc import Iterator
from datetime import date
from typing import Any

import pytest

from credkit.demo.servers import Fault, FaultKind, NppesServer, RegistryEntry
from credkit.records import Evidence, NppesName, NppesRecord, NppesTaxonomy, SourceRef
from credkit.settings import NppesSettings
from credkit.sources.client import Client
from credkit.sources.nppes import Nppes, UnreadableAnswer, evidence_from_body, parse

PERSON, RENAMED, GONE, NOBODY, GROUP = "1000000004", "1000000012", "1000000020", "1000000038", "2000000002"
REGISTRY = {
    PERSON: RegistryEntry("Vesper", "Quillon", "Ann", "LCSW", licenses=(("NC", "C00001"), ("VA", "090400001"))),
    RENAMED: RegistryEntry("Ottoline", "Marrow-Finch", former_names=(("Ottoline", "Marrow"),)),
    GONE: RegistryEntry("Barnaby", "Thistlewick", deactivated=True),
    GROUP: RegistryEntry(organization="Quillon Therapy Group, PLLC", former_names=(("", "Quillon Care"),)),
}


@pytest.fixture
def server() -> Iterator[NppesServer]:
    with NppesServer(REGISTRY) as running:
        yield running


def look_up(server: NppesServer, npi: str) -> Evidence:
    settings = NppesSettings(
        url=server.url, requests_per_second=10_000, timeout_seconds=0.25, attempts=2, deadline_seconds=2
    )
    with Client(settings, first_wait=0.01, longest_wait=0.02) as client:
        return Nppes(settings, client).look_up(npi)


def record(**changes: Any) -> dict[str, Any]:
    basic = {"first_name": "VESPER", "last_name": "QUILLON", "status": "A"}
    return {"number": PERSON, "enumeration_type": "NPI-1", "basic": basic} | changes


def body(*records: dict[str, Any], **changes: Any) -> bytes:
    return json.dumps({"result_count": len(records), "results": list(records)} | changes).encode()


def error(number: str, description: str = "") -> bytes:
    return json.dumps({"Errors": [{"field": "number", "number": number, "description": description}]}).encode()


def test_a_person(server: NppesServer) -> None:
    evidence = look_up(server, PERSON)
    assert evidence.problem is None
    assert evidence.source == SourceRef("nppes", PERSON)
    assert evidence.address == f"{server.url}?version=2.1&number={PERSON}"
    assert evidence.sha256 == hashlib.sha256(evidence.body).hexdigest()
    assert evidence.facts == NppesRecord(
        npi=PERSON,
        state="active",
        names=(NppesName("VESPER", "QUILLON", "ANN"),),
        taxonomies=(
            NppesTaxonomy("1041C0700X", "Social Worker, Clinical", primary=True, state="NC", license="C00001"),
            NppesTaxonomy("1041C0700X", "Social Worker, Clinical", primary=False, state="VA", license="090400001"),
        ),
        updated_on=date(2024, 2, 19),
    )
    assert evidence.stated_on == date(2024, 2, 19)


def test_former_names_and_a_taxonomy_without_a_license(server: NppesServer) -> None:
    facts = look_up(server, RENAMED).facts
    assert facts.names == (
        NppesName("OTTOLINE", "MARROW-FINCH"),
        NppesName("OTTOLINE", "MARROW", kind="Former Name"),
    )
    assert facts.taxonomies == (NppesTaxonomy("1041C0700X", "Social Worker, Clinical", True, None, None),)


def test_an_organisation_is_no_individual(server: NppesServer) -> None:
    facts = look_up(server, GROUP).facts
    assert (facts.state, facts.individual, facts.organization) == ("active", False, "QUILLON THERAPY GROUP, PLLC")
    assert facts.names == ()


def test_deactivated_and_unknown_are_answers(server: NppesServer) -> None:
    assert look_up(server, GONE).facts == NppesRecord(npi=GONE, state="deactivated")
    assert look_up(server, NOBODY).facts == NppesRecord(npi=NOBODY, state="unknown")


@pytest.mark.parametrize(
    ("kind", "problem"),
    [
        (FaultKind.TOO_MANY, "it answered HTTP 429"),
        (FaultKind.SERVER_ERROR, "it answered HTTP 500"),
        (FaultKind.SLOW, "it did not answer in time"),
        (FaultKind.DROP, "the connection broke off"),
        (FaultKind.HTML, "its answer is a web page, not JSON"),
        (FaultKind.BAD_JSON, "its answer is not JSON"),
        (FaultKind.WRONG_NUMBER, "its answer is the record of another number than the one asked for"),
    ],
)
def test_every_failure_is_a_problem_and_never_a_fact(server: NppesServer, kind: FaultKind, problem: str) -> None:
    server.fail(PERSON, Fault(kind, seconds=0.45))
    evidence = look_up(server, PERSON)
    assert evidence.facts is None
    assert evidence.problem == problem
    assert evidence.configured
    assert evidence.address == f"{server.url}?version=2.1&number={PERSON}"


def test_a_server_that_is_gone() -> None:
    with NppesServer() as closed:
        pass
    evidence = look_up(closed, PERSON)
    assert (evidence.facts, evidence.problem) == (None, "no connection to 127.0.0.1")
    assert (evidence.body, evidence.sha256) == (b"", "")


def test_it_makes_and_closes_a_client_of_its_own(server: NppesServer) -> None:
    with Nppes(NppesSettings(url=server.url)) as nppes:
        assert nppes.look_up(PERSON).facts.state == "active"


def test_stored_evidence_is_judged_again_offline(server: NppesServer) -> None:
    fresh = look_up(server, PERSON)
    assert evidence_from_body(fresh.body, PERSON, fresh.address, fresh.fetched_at) == fresh
    assert evidence_from_body(fresh.body, NOBODY, fresh.address, fresh.fetched_at).facts is None


def test_older_recordings_write_the_number_as_an_int() -> None:
    assert parse(body(record(number=int(PERSON))), PERSON).state == "active"


def test_dashes_and_blanks_are_nothing() -> None:
    basic = {"first_name": " VESPER ", "last_name": "QUILLON", "middle_name": "--", "status": "A"}
    lines = [{"code": "1041C0700X", "desc": None, "primary": True, "state": "", "license": "--"}, {"code": None}]
    others = [{"type": "Other Name", "first_name": "--", "last_name": ""}, {"first_name": "V", "last_name": "QUILLON"}]
    facts = parse(body(record(basic=basic, taxonomies=lines, other_names=others)), PERSON)
    assert facts.names == (NppesName("VESPER", "QUILLON"), NppesName("V", "QUILLON", kind="Other Name"))
    assert facts.taxonomies == (NppesTaxonomy("1041C0700X", "", primary=True, state=None, license=None),)


@pytest.mark.parametrize("absent", ["other_names", "taxonomies"])
def test_lists_may_be_missing_or_null(absent: str) -> None:
    assert parse(body(record(**{absent: None})), PERSON).state == "active"


@pytest.mark.parametrize(
    ("answer", "problem"),
    [
        (b"", "not JSON"),
        (b"\x00\xff", "not JSON"),
        (b"[" * 100_000, "not JSON"),
        (b"<html>", "a web page"),
        (b"\xef\xbb\xbf  <html>", "a web page"),
        (b"null", "a shape that we do not know, at the whole"),
        (b"[]", "a shape that we do not know, at the whole"),
        (b"{}", "neither results nor errors"),
        (b'{"results": []}', "neither results nor errors"),
        (b'{"result_count": 0}', "neither results nor errors"),
        (b'{"Errors": []}', "neither results nor errors"),
        (b'{"result_count": 1, "results": []}', "as many results as it says"),
        (b'{"result_count": 0, "results": {}}', "a shape that we do not know, at results"),
        (error("04"), r"an error \(04\)"),
        (error("06"), r"an error \(06\)"),
        (error("09"), r"an error \(09\)"),
        (error("Vesper Quillon"), r"an error \(without a number\)"),
        (error("15", f"CMS deactivated NPI {NOBODY}."), "another number"),
        (b'{"Errors": [{"number": "15"}, {"number": "04"}]}', r"an error \(04, 15\)"),
        (body(record(), Errors=[{"number": "15"}]), r"an error \(15\)"),
        (body(record(), record()), "2 records"),
        (body(record(), result_count=0), "as many results as it says"),
        (body(record(number=NOBODY)), "another number"),
        (body(record(number=True)), "another number"),
        (body(record(number=None)), "at results.0.number"),
        (body(record(enumeration_type="NPI-3")), "at results.0.enumeration_type"),
        (body(record(basic=None)), "at results.0.basic"),
        (body(record(basic={"first_name": "VESPER", "last_name": "QUILLON"})), "at results.0.basic.status"),
        (body(record(basic={"first_name": "VESPER", "last_name": "QUILLON", "status": "D"})), "a status"),
        (body(record(basic={"first_name": "VESPER", "status": "A"})), "no first or no last name"),
        (body(record(basic={"first_name": "--", "last_name": "QUILLON", "status": "A"})), "no first or no last name"),
        (body(record(basic={"first_name": ["VESPER"], "last_name": "QUILLON", "status": "A"})), "basic.first_name"),
        (body(record(enumeration_type="NPI-2")), "organization has no name"),
    ],
)
def test_what_cannot_be_read_is_no_answer_and_is_not_quoted(answer: bytes, problem: str) -> None:
    with pytest.raises(UnreadableAnswer, match=problem) as raised:
        parse(answer, PERSON)
    assert "quillon" not in str(raised.value).lower()
