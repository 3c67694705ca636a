"""The simulated registry: real shapes, faults on demand, and a count of who asked when."""

import http.client
import json
import time
from collections.abc import Iterator
from typing import Any
from urllib.parse import urlsplit

import pytest

from credkit.demo.servers import Fault, FaultKind, NppesServer, RegistryEntry

NPI = "1000000004"


@pytest.fixture
def server() -> Iterator[NppesServer]:
    records = {
        NPI: RegistryEntry("Vesper", "Quillon", licenses=(("NC", "C00001"), ("VA", "C00002"))),
        "1000000020": RegistryEntry(deactivated=True),
        "2000000002": RegistryEntry(organization="Quillon Group", former_names=(("", "Quillon Care"),)),
    }
    with NppesServer(records, raw={"1000000012": b"as it is"}) as running:
        yield running


def ask(server: NppesServer, query: str) -> tuple[int, dict[str, str], bytes]:
    connection = http.client.HTTPConnection(urlsplit(server.url).netloc, timeout=2)
    try:
        connection.request("GET", f"/api/?version=2.1&{query}")
        response = connection.getresponse()
        return response.status, dict(response.getheaders()), response.read()
    finally:
        connection.close()


def told(server: NppesServer, query: str) -> Any:
    status, _headers, body = ask(server, query)
    assert status == 200
    return json.loads(body)


def test_a_record_has_the_registry_s_own_shape(server: NppesServer) -> None:
    answer = told(server, f"number={NPI}")
    assert list(answer) == ["result_count", "results"]
    (record,) = answer["results"]
    assert sorted(record) == [
        "addresses",
        "basic",
        "created_epoch",
        "endpoints",
        "enumeration_type",
        "identifiers",
        "last_updated_epoch",
        "number",
        "other_names",
        "practiceLocations",
        "taxonomies",
    ]
    assert record["basic"]["last_name"] == "QUILLON"
    assert "middle_name" not in record["basic"]
    assert [address["address_purpose"] for address in record["addresses"]] == ["MAILING", "LOCATION"]
    assert [(line["state"], line["primary"]) for line in record["taxonomies"]] == [("NC", True), ("VA", False)]


def test_an_organisation_has_a_name_and_an_official(server: NppesServer) -> None:
    (record,) = told(server, "number=2000000002")["results"]
    assert record["enumeration_type"] == "NPI-2"
    assert record["basic"]["organization_name"] == "QUILLON GROUP"
    assert record["other_names"][0]["organization_name"] == "QUILLON CARE"


@pytest.mark.parametrize(
    ("query", "number"),
    [("number=1000000020", "15"), ("", "04"), ("enumeration_type=NPI-1", "09"), ("number=12", "06")],
)
def test_errors_come_with_http_200(server: NppesServer, query: str, number: str) -> None:
    assert [error["number"] for error in told(server, query)["Errors"]] == [number]


def test_an_unknown_number_is_an_empty_result(server: NppesServer) -> None:
    assert told(server, "number=1000000038") == {"result_count": 0, "results": []}


def test_raw_bodies_are_served_byte_for_byte(server: NppesServer) -> None:
    assert ask(server, "number=1000000012")[2] == b"as it is"


def test_faults_for_one_number_last_until_mended(server: NppesServer) -> None:
    server.fail(NPI, Fault(FaultKind.TOO_MANY, retry_after="3"))
    for _ in range(2):
        status, headers, _body = ask(server, f"number={NPI}")
        assert (status, headers["Retry-After"]) == (429, "3")
    assert ask(server, "number=1000000038")[0] == 200
    server.mend()
    assert ask(server, f"number={NPI}")[0] == 200


def test_faults_for_the_next_requests_are_used_up(server: NppesServer) -> None:
    server.fail_next(2, Fault(FaultKind.SERVER_ERROR))
    assert [ask(server, f"number={NPI}")[0] for _ in range(3)] == [500, 500, 200]


def test_faults_of_content(server: NppesServer) -> None:
    server.fail(NPI, Fault(FaultKind.HTML))
    assert ask(server, f"number={NPI}")[2].startswith(b"<!DOCTYPE html>")
    server.fail(NPI, Fault(FaultKind.BAD_JSON))
    with pytest.raises(json.JSONDecodeError):
        told(server, f"number={NPI}")
    server.fail(NPI, Fault(FaultKind.WRONG_PERSON))
    (other,) = told(server, f"number={NPI}")["results"]
    assert (other["number"], other["basic"]["last_name"]) == (NPI, "OTHERLY")
    server.fail(NPI, Fault(FaultKind.WRONG_NUMBER))
    assert told(server, f"number={NPI}")["results"][0]["number"] != NPI
    server.fail(NPI, Fault(FaultKind.ORGANIZATION))
    assert told(server, f"number={NPI}")["results"][0]["enumeration_type"] == "NPI-2"
    server.fail(NPI, Fault(FaultKind.REDIRECT))
    assert ask(server, f"number={NPI}")[0] == 302


def test_faults_of_the_connection(server: NppesServer) -> None:
    server.fail(NPI, Fault(FaultKind.DROP))
    with pytest.raises(http.client.RemoteDisconnected):
        ask(server, f"number={NPI}")
    server.fail(NPI, Fault(FaultKind.CUT))
    with pytest.raises(http.client.IncompleteRead):
        ask(server, f"number={NPI}")


def test_slow_is_late_and_whole(server: NppesServer) -> None:
    server.fail(NPI, Fault(FaultKind.SLOW, seconds=0.1))
    started = time.monotonic()
    assert told(server, f"number={NPI}")["result_count"] == 1
    assert time.monotonic() - started >= 0.1


def test_requests_are_counted_with_their_times(server: NppesServer) -> None:
    before = time.monotonic()
    ask(server, f"number={NPI}")
    ask(server, "")
    assert [one.npi for one in server.received] == [NPI, ""]
    assert before <= server.received[0].at <= server.received[1].at <= time.monotonic()


def test_it_is_quiet_and_closes_while_clients_hold_connections(capfd: pytest.CaptureFixture[str]) -> None:
    with NppesServer({NPI: RegistryEntry("Vesper", "Quillon")}) as running:
        running.fail("1000000012", Fault(FaultKind.SLOW, seconds=60))
        held = http.client.HTTPConnection(urlsplit(running.url).netloc, timeout=30)
        held.request("GET", f"/api/?number={NPI}")
        held.getresponse().read()
        waiting = http.client.HTTPConnection(urlsplit(running.url).netloc, timeout=30)
        waiting.request("GET", "/api/?number=1000000012")
        while len(running.received) < 2:
            time.sleep(0.005)
        started = time.monotonic()
    assert time.monotonic() - started < 30
    held.close()
    waiting.close()
    assert capfd.readouterr() == ("", "")
