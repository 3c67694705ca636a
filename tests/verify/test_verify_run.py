"""`credkit verify run` against a registry in trouble: the right outcome each, and never a pass."""

import signal
import sqlite3
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import closing, contextmanager
from pathlib import Path
from typing import Any

import pytest
from desk import ANA, BY_HAND, Desk, form
from factories import NPI

from credkit.demo.servers import Fault, FaultKind, NppesServer, RegistryEntry

RUN = ("verify", "run", NPI, "--check", "npi")
SECOND, THIRD = "1000000012", "1000000020"


def asked(registry: NppesServer) -> list[str]:
    return [received.npi for received in registry.received]


def test_a_registry_that_agrees(desk: Desk) -> None:
    desk.take_in(form())
    made = desk.item(*RUN)
    assert (made["result"], made["method"], made["verified_on"]) == ("pass", "source", "2026-03-02")
    assert made["source"] == f"{desk.registry.url}?version=2.1&number={NPI}"
    assert len(made["evidence"]) == 1
    assert [one["agrees"] for one in made["comparisons"]] == [True] * 5


TROUBLE: list[tuple[str, Fault, str]] = [
    ("down: the connection breaks off", Fault(FaultKind.DROP), "the connection broke off"),
    ("too many requests", Fault(FaultKind.TOO_MANY), "it answered HTTP 429"),
    ("too many requests, come back tomorrow", Fault(FaultKind.TOO_MANY, retry_after="86400"), "it answered HTTP 429"),
    ("its own error", Fault(FaultKind.SERVER_ERROR), "it answered HTTP 500"),
    ("slow", Fault(FaultKind.SLOW, seconds=60), "it did not answer in time"),
    ("a web page instead of JSON", Fault(FaultKind.HTML), "its answer is a web page, not JSON"),
    ("half of the JSON", Fault(FaultKind.BAD_JSON), "its answer is not JSON"),
    ("half of the body", Fault(FaultKind.CUT), "the connection broke off"),
    ("sent elsewhere", Fault(FaultKind.REDIRECT), "it sent us to another address (HTTP 302)"),
    ("another number's record", Fault(FaultKind.WRONG_NUMBER), "the record of another number than the one asked for"),
]


@pytest.mark.parametrize(("fault", "says"), [row[1:] for row in TROUBLE], ids=[row[0] for row in TROUBLE])
def test_no_answer_is_unavailable_and_the_run_incomplete(desk: Desk, fault: Fault, says: str) -> None:
    desk.ask_the_registry(timeout_seconds=0.3 if fault.kind is FaultKind.SLOW else 30)
    desk.take_in(form())
    desk.registry.fail(NPI, fault)
    ran = desk.run(*RUN, "--json")
    (made,) = ran.json()["items"]
    assert (ran.code, made["result"]) == (4, "unavailable")
    assert made["summary"].startswith("NPPES gave no answer: ")
    assert says in made["summary"]
    assert ran.err.startswith("Warning: nppes: ")
    assert says in ran.err
    (npi,) = [one for one in desk.status()["requirements"] if one["check"] == "npi"]
    assert (npi["state"], npi["verified_on"]) == ("pending", None)
    assert says in npi["detail"]


def test_nobody_listens_there(desk: Desk) -> None:
    with NppesServer() as gone:
        address = gone.url
    desk.ask_the_registry(address)
    desk.take_in(form())
    made = desk.item(*RUN, code=4)
    assert (made["result"], "no connection to 127.0.0.1" in made["summary"]) == ("unavailable", True)


def raw(error: str, description: str) -> bytes:
    return f'{{"Errors":[{{"description":"{description}","field":"number","number":"{error}"}}]}}'.encode()


ANSWERS: list[tuple[str, RegistryEntry | bytes | None, int, str, str]] = [
    (
        "error 04, with HTTP 200, is no answer",
        raw("04", "No valid search criteria provided"),
        4,
        "unavailable",
        "its answer is an error (04)",
    ),
    (
        "error 15, with HTTP 200, is a deactivated number",
        raw("15", f"CMS deactivated NPI {NPI}. The provider can no longer use this NPI."),
        10,
        "fail",
        "NPPES has deactivated this NPI",
    ),
    ("a deactivated number", RegistryEntry(deactivated=True), 10, "fail", "NPPES has deactivated this NPI"),
    ("no such number", None, 10, "fail", "NPPES has no such NPI"),
    ("an organization's", RegistryEntry(organization="Marsh Group"), 10, "fail", "an organization's NPI"),
    (
        "somebody else's",
        RegistryEntry("Zephyrine", "Otherly"),
        10,
        "review",
        "NPPES knows this NPI as ZEPHYRINE OTHERLY",
    ),
    ("another first name", RegistryEntry("Zoe", "Marsh"), 10, "review", "NPPES knows this NPI as ZOE MARSH"),
    (
        "a former name of ours",
        RegistryEntry("Ana", "Vale", former_names=(("Ana", "Marsh"),)),
        0,
        "pass",
        "ANA MARSH",
    ),
    (
        "another profession",
        RegistryEntry("Ana", "Marsh", taxonomy="363LP0808X", description="Nurse Practitioner"),
        10,
        "review",
        "does not fit LCSW",
    ),
    (
        "another license in the state",
        RegistryEntry("Ana", "Marsh", licenses=(("CO", "99999"),)),
        10,
        "review",
        "NPPES lists another license for CO",
    ),
    ("an empty body", b"", 4, "unavailable", "its answer is not JSON"),
    ("JSON of another shape", b'{"result_count": 1}', 4, "unavailable", "neither results nor errors"),
    ("two records", b'{"result_count": 2, "results": []}', 4, "unavailable", "as many results as it says"),
]


@pytest.mark.parametrize(
    ("entry", "code", "result", "says"), [row[1:] for row in ANSWERS], ids=[row[0] for row in ANSWERS]
)
def test_what_the_registry_says(
    desk: Desk, entry: RegistryEntry | bytes | None, code: int, result: str, says: str
) -> None:
    desk.registry.records.clear()
    if isinstance(entry, bytes):
        desk.registry.raw[NPI] = entry
    elif entry:
        desk.registry.records[NPI] = entry
    desk.take_in(form())
    made = desk.item(*RUN, code=code)
    assert (made["result"], says in made["summary"]) == (result, True), made["summary"]
    states = {one["check"]: one["state"] for one in desk.status()["requirements"]}
    assert states["npi"] == {"pass": "met", "fail": "failed", "review": "review", "unavailable": "pending"}[result]


def test_exit_zero_is_for_findings_and_not_for_an_incomplete_run(desk: Desk) -> None:
    desk.take_in(form())
    desk.registry.records[NPI] = RegistryEntry("Zephyrine", "Otherly")
    assert desk.run(*RUN, "--exit-zero").code == 0
    desk.registry.fail(NPI, Fault(FaultKind.HTML))
    assert desk.run(*RUN, "--again", "--refresh", "--exit-zero").code == 4


def test_trouble_never_overwrites_a_pass(desk: Desk) -> None:
    desk.take_in(form())
    desk.ok(*RUN)
    desk.live_on("2026-03-05")
    desk.registry.fail(NPI, Fault(FaultKind.SERVER_ERROR))
    assert desk.run(*RUN, "--again").code == 4
    (npi,) = [one for one in desk.status()["requirements"] if one["check"] == "npi"]
    assert (npi["state"], npi["verified_on"]) == ("met", "2026-03-02")
    assert "A later attempt on 2026-03-05 got no answer: NPPES gave no answer: it answered HTTP 500." in npi["detail"]
    words = " ".join(desk.ok("explain", NPI).out.split())
    assert "A later attempt on 2026-03-05 got no answer: NPPES gave no answer: it answered HTTP 500." in words


def test_trouble_that_passes_is_tried_again(desk: Desk) -> None:
    desk.ask_the_registry(attempts=3)
    desk.take_in(form())
    desk.registry.fail_next(1, Fault(FaultKind.TOO_MANY, retry_after="0"))
    desk.ok(*RUN)
    assert asked(desk.registry) == [NPI, NPI]


def practice(desk: Desk) -> None:
    """Three providers, the second of whom the registry will not answer about."""
    people = [(NPI, "Ana", "Marsh"), (SECOND, "Ben", "Alder"), (THIRD, "Cleo", "Birchwood")]
    desk.take_in(
        *[
            form(
                npi=npi, first_name=first, last_name=last, signed_name=f"{first} {last}",
                malpractice_insured_name=f"{first} {last}", license_1_number=f"0{n}2345",
            )
            for n, (npi, first, last) in enumerate(people)
        ]
    )  # fmt: skip
    for n, (npi, first, last) in enumerate(people):
        desk.registry.records[npi] = RegistryEntry(first, last, licenses=(("CO", f"{n}2345"),))
    desk.load_leie()


def test_a_later_run_takes_up_what_is_left(desk: Desk) -> None:
    practice(desk)
    desk.registry.fail(SECOND, Fault(FaultKind.SERVER_ERROR))
    assert desk.run("verify", "run", "--all").code == 4
    assert sorted(asked(desk.registry)) == [NPI, SECOND, THIRD], "each is asked about once, for all of its checks"
    assert {npi: desk.status(npi)["stage"] for npi in (NPI, SECOND, THIRD)} == dict.fromkeys(
        (NPI, SECOND, THIRD), "verification"
    )

    # The registry is back: only the one who was not answered has its number checked again.
    desk.registry.mend()
    desk.registry.received.clear()
    again = desk.items("verify", "run", "--all")
    assert [(one["npi"], one["result"]) for one in again if one["check"] == "npi"] == [(SECOND, "pass")]
    assert {one["check"] for one in again} == {"npi", "license"}, "a license stays due until a person looked it up"

    # And then nothing is left but what a person must look up.
    for npi in (NPI, SECOND, THIRD):
        desk.look_up_by_hand(npi)
    desk.registry.received.clear()
    assert desk.items("verify", "run", "--all") == []
    assert asked(desk.registry) == []
    assert {desk.status(npi)["stage"] for npi in (NPI, SECOND, THIRD)} == {"committee"}


def test_the_same_trouble_of_one_day_is_recorded_once(desk: Desk) -> None:
    desk.take_in(form())
    desk.registry.fail(NPI, Fault(FaultKind.SERVER_ERROR))
    for _ in range(3):
        assert desk.run(*RUN).code == 4
    assert len(desk.items("verify", "show", NPI)) == 1
    desk.live_on("2026-03-03")
    assert desk.run(*RUN).code == 4
    assert len(desk.items("verify", "show", NPI)) == 2


def test_a_dry_run_writes_nothing_and_asks_nobody(desk: Desk) -> None:
    practice(desk)
    before = desk.item("audit", "verify")["head"]
    planned = desk.items("verify", "run", "--all", "--dry-run")
    assert {one["check"] for one in planned if one["npi"] == NPI} == {
        "npi", "license", "malpractice", "exclusions", "caqh", "disclosures", "attestation", "work_history", "education",
        "medicare_opt_out",
    }  # fmt: skip
    assert {one["check"] for one in planned if one["how"] == "by hand"} == {"education"}, (
        "a run looks at the file first"
    )
    assert desk.item("audit", "verify")["head"] == before
    assert asked(desk.registry) == []
    assert desk.items("verify", "show", NPI) == []


def test_only_the_checks_that_are_named(desk: Desk) -> None:
    desk.take_in(form())
    assert [one["check"] for one in desk.items("verify", "run", NPI, "--check", "caqh")] == ["caqh"]
    assert asked(desk.registry) == []
    assert [one["check"] for one in desk.items("verify", "show", NPI)] == ["caqh"]
    both = desk.items("verify", "run", NPI, "--check", "npi", "--check", "attestation")
    assert {one["check"] for one in both} == {"npi", "attestation"}


@pytest.mark.parametrize(
    ("words", "says"),
    [
        (["--check", "licence", NPI], "Did you mean license?"),
        ([], "Name the providers to verify, or --all"),
        (["--all", NPI], "Name the providers to verify, or --all"),
        (["1000000103"], "There is no provider 1000000103"),
        (["1000000005"], "is not an NPI"),
    ],
)
def test_what_cannot_be_run(desk: Desk, words: list[str], says: str) -> None:
    desk.take_in(form())
    ran = desk.run("verify", "run", *words)
    assert (ran.code, says in ran.err) == (2, True), ran.err
    assert desk.items("verify", "show", NPI) == []


def test_a_list_that_is_not_loaded_or_too_old_leaves_the_run_incomplete(desk: Desk) -> None:
    desk.take_in(form())
    only = ("verify", "run", NPI, "--check", "exclusions")
    made = desk.item(*only, code=4)
    assert (made["result"], "the list leie is not loaded" in made["summary"]) == ("unavailable", True)
    desk.load_leie("2026-01-30")
    ran = desk.run(*only)
    assert (ran.code, "published 31 days ago" in ran.err) == (0, False), "31 days are allowed"
    desk.live_on("2026-03-03")
    made = desk.item(*only, "--again", code=4)
    assert "the list was published 32 days ago, the policy allows 31" in made["summary"]
    (exclusions,) = [one for one in desk.status()["requirements"] if one["check"] == "exclusions"]
    assert (exclusions["state"], exclusions["verified_on"]) == ("met", "2026-03-02")


def test_nobody_is_verified_by_what_only_a_person_can_look_up(desk: Desk) -> None:
    desk.take_in(form())
    desk.load_leie()
    ran = desk.run("verify", "run", NPI)
    assert ran.code == 0
    assert "3 more only a person can look up" in ran.err
    due = {one["check"]: one["how"] for one in desk.items("verify", "due", NPI)}
    assert due == dict.fromkeys(BY_HAND, "by hand")


# --- interrupted ----------------------------------------------------------------------------------------------------


@contextmanager
def begun(desk: Desk) -> Iterator[subprocess.Popen[bytes]]:
    """Begin a run in a process of its own, of three providers of whom the registry answers about two, and wait until these
    are recorded and it asked about the third."""
    practice(desk)
    desk.ask_the_registry(timeout_seconds=90, deadline_seconds=120, attempts=4)
    desk.registry.fail(THIRD, Fault(FaultKind.SLOW, seconds=90))
    process = subprocess.Popen(
        [sys.executable, "-m", "credkit", "verify", "run", "--all"],
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
    )
    with process:
        try:
            until = time.monotonic() + 60
            while THIRD not in asked(desk.registry) or recorded(desk) != {NPI: 10, SECOND: 10}:
                assert time.monotonic() < until
                time.sleep(0.02)
            yield process
        finally:
            process.kill()


def recorded(desk: Desk) -> dict[str, int]:
    """Count each provider's verifications, beside the process that writes them."""
    with closing(sqlite3.connect(desk.folder / "credkit.db")) as store:
        return dict(store.execute("SELECT npi, count(*) FROM verifications GROUP BY npi"))


def verified_npis(desk: Desk) -> dict[str, list[Any]]:
    return {npi: desk.items("verify", "show", npi) for npi in (NPI, SECOND, THIRD)}


@pytest.mark.skipif(sys.platform == "win32", reason="signals are POSIX's")
def test_ctrl_c_stops_at_once_and_keeps_what_is_whole(desk: Desk) -> None:
    with begun(desk) as process:
        process.send_signal(signal.SIGINT)
        started = time.monotonic()
        _out, err = process.communicate(timeout=60)
        assert time.monotonic() - started < 30, "nobody waits for a source that does not answer"
    assert process.returncode == 130
    assert "Traceback" not in err.decode()
    assert "run the same command to go on" in err.decode()
    found = verified_npis(desk)
    assert {len(found[NPI]), len(found[SECOND])} == {10}
    assert found[THIRD] == []
    desk.registry.mend()
    left = desk.items("verify", "run", "--all")
    assert {one["npi"] for one in left if one["check"] != "license"} == {THIRD}
    assert desk.item("audit", "verify")["sound"] is True


@pytest.mark.skipif(sys.platform == "win32", reason="signals are POSIX's")
def test_a_kill_loses_at_most_what_is_in_flight(desk: Desk) -> None:
    with begun(desk) as process:
        process.kill()
        process.communicate(timeout=60)
    found = verified_npis(desk)
    assert found[THIRD] == []
    assert {len(found[NPI]), len(found[SECOND])} == {10}
    assert desk.item("audit", "verify")["sound"] is True
    desk.registry.mend()
    assert {one["npi"] for one in desk.items("verify", "run", "--all") if one["check"] == "npi"} == {THIRD}


def test_evidence_is_kept_as_it_came(desk: Desk) -> None:
    import hashlib
    import zlib

    desk.take_in(form())
    made = desk.item(*RUN)
    with sqlite3.connect(desk.folder / "credkit.db") as plain:
        (sha256,) = plain.execute("SELECT sha256 FROM evidence WHERE id = ?", made["evidence"]).fetchone()
        (body,) = plain.execute("SELECT body FROM evidence_bodies WHERE sha256 = ?", (sha256,)).fetchone()
    plain.close()
    content = zlib.decompress(body)
    assert hashlib.sha256(content).hexdigest() == sha256
    assert content == desk.registry.body({"number": [NPI]})
    assert ANA.last_name.upper().encode() in content


def test_a_paper_is_a_file_and_what_is_refused_leaves_none(desk: Desk, tmp_path: Path) -> None:
    desk.take_in(form())
    paper = tmp_path / "letter.txt"
    paper.write_text("a letter")
    ran = desk.run("verify", "record", NPI, "malpractice", "--result", "pass", "--source", "x", "--document", paper)
    assert (ran.code, list((desk.folder / "credkit.db.files").iterdir())) == (5, []), "what is refused leaves no paper"
    ran = desk.run("verify", "record", NPI, "education", "--result", "pass", "--source", "x", "--document", tmp_path)
    assert (ran.code, "is a folder, not a document" in ran.err) == (3, True)
