"""How a run asks: what is held is used again, a source that keeps failing is let be, and two runs share the work."""

import os
import sqlite3
import subprocess
import sys
from contextlib import closing
from itertools import islice
from pathlib import Path
from typing import Any

import pytest
from desk import Desk, form
from factories import NPI
from forms import applicant, unissued_npis

from credkit.demo.boards import BoardServer
from credkit.demo.servers import Fault, FaultKind, RegistryEntry
from credkit.store import Store

ONLY_NPI = ("verify", "run", "--all", "--check", "npi")


def take_in(desk: Desk, people: int) -> list[str]:
    """Take in so many invented people, all of whom the registry knows."""
    rows = [applicant(number, npi) for number, npi in enumerate(islice(unissued_npis(), people))]
    desk.take_in(*rows)
    for row in rows:
        desk.registry.records[row["npi"]] = RegistryEntry(
            row["first_name"], row["last_name"], taxonomy=row.get("taxonomy") or "1041C0700X"
        )
    return [row["npi"] for row in rows]


def asked(desk: Desk) -> list[str]:
    return [received.npi for received in desk.registry.received]


# --- what is held ---------------------------------------------------------------------------------------------------


def test_an_answer_is_used_again_while_it_is_new_and_counts_from_its_own_day(desk: Desk) -> None:
    desk.take_in(form())
    desk.live_on("2026-03-02T20:00:00")
    (first,) = desk.items(*ONLY_NPI)
    desk.live_on("2026-03-03T15:00:00")
    ran = desk.run(*ONLY_NPI, "--again", "--json")
    assert asked(desk) == [NPI], "within a day nobody is asked again"
    (again,) = ran.json()["items"]
    assert (again["verified_on"], again["evidence"]) == ("2026-03-02", first["evidence"])
    assert again["note"] == "Nobody was asked again: nppes as of 2026-03-02T20:00:00.000000Z."
    assert ran.json()["counts"]["nppes_held"] == 1
    assert "1 from an answer that is held" in ran.err
    assert len(desk.items("verify", "show", NPI)) == 1, "the same finding from the same answer is no new one"
    (anew,) = desk.items(*ONLY_NPI, "--again", "--refresh")
    assert (anew["verified_on"], anew["evidence"] != first["evidence"]) == ("2026-03-03", True)
    assert asked(desk) == [NPI, NPI]


@pytest.mark.parametrize(("options", "times"), [(("--max-age", "3d"), 1), (("--max-age", "0"), 2), ((), 2)])
def test_how_old_an_answer_may_be(desk: Desk, options: tuple[str, ...], times: int) -> None:
    desk.take_in(form())
    desk.items(*ONLY_NPI)
    desk.live_on("2026-03-04")
    desk.items(*ONLY_NPI, "--again", *options)
    assert len(asked(desk)) == times


def test_a_corrected_claim_is_held_against_the_answer_that_is_there(desk: Desk) -> None:
    desk.take_in(form(last_name="Marshe", signed_name="Ana Marshe", malpractice_insured_name="Ana Marshe"))
    assert desk.item("verify", "run", NPI, "--check", "npi", code=10)["result"] == "review"
    desk.ok("provider", "edit", NPI, "--set", "last_name=Marsh", "--reason", "a slip of the pen")
    made = desk.item("verify", "run", NPI, "--check", "npi")
    assert (made["result"], made["changes"][0]) == ("pass", "result review -> pass")
    assert asked(desk) == [NPI]


def test_no_answer_is_never_used_again(desk: Desk) -> None:
    desk.take_in(form())
    desk.registry.fail(NPI, Fault(FaultKind.HTML))
    assert desk.run(*ONLY_NPI).code == 4
    desk.registry.mend()
    assert desk.item(*ONLY_NPI)["result"] == "pass"


def test_offline_nobody_is_asked(desk: Desk) -> None:
    desk.take_in(form())
    desk.load_leie()
    ran = desk.run("verify", "run", NPI, "--offline", "--json")
    found = {one["check"]: one for one in ran.json()["items"]}
    assert (ran.code, asked(desk)) == (4, [])
    assert "offline: nobody was asked" in found["npi"]["summary"]
    assert (found["npi"]["result"], found["exclusions"]["result"]) == ("unavailable", "pass")
    desk.ok("verify", "run", NPI)
    desk.registry.received.clear()
    again = desk.item("verify", "run", NPI, "--check", "npi", "--again", "--offline")
    assert (again["result"], asked(desk)) == ("pass", [])
    assert desk.run("verify", "run", NPI, "--offline", "--refresh").code == 2


# --- a source that keeps failing ------------------------------------------------------------------------------------


def test_a_source_that_keeps_failing_is_asked_no_more_and_the_others_go_on(desk: Desk) -> None:
    npis = take_in(desk, 20)
    desk.load_leie()
    for npi in npis:
        desk.registry.fail(npi, Fault(FaultKind.SERVER_ERROR))
    desk.ask_the_registry(concurrency=2, opens_after=4)
    ran = desk.run("verify", "run", "--all", "--check", "npi", "--check", "exclusions", "--json")
    found = ran.json()["items"]
    assert ran.code == 4
    assert 4 <= len(asked(desk)) <= 4 + 2, "what was on its way when it opened"
    assert len([one for one in found if one["check"] == "exclusions" and one["result"] == "pass"]) == 20
    let_be = [one for one in found if "not asked, because it failed 4 times in a row" in one["summary"]]
    assert len(let_be) == 20 - len(asked(desk))
    assert {one["result"] for one in found if one["check"] == "npi"} == {"unavailable"}
    assert "not asked, because it failed 4 times in a row" in ran.err


def test_a_file_without_a_proper_number_is_not_the_boards_failure(desk: Desk) -> None:
    *bad, good = islice(unissued_npis(), 7)
    desk.take_in(*(form(npi=npi, license_1_number="PENDING") for npi in bad), form(npi=good, license_1_number="12345"))
    row = {
        "lastname": "MARSH", "firstname": "ANA", "licensetype": "CSW", "licensenumber": "12345",
        "licenseexpirationdate": "2027-03-31T00:00:00.000", "licensestatusdescription": "Active",
    }  # fmt: skip
    with BoardServer({"7s5z-vewr": [row]}) as boards:
        config = desk.folder / "config.toml"
        config.write_text(config.read_text().replace("[sources.boards]\nstates = []\n", boards.toml("CO")))
        made = desk.item("verify", "run", "--all", "--check", "license")
    assert (made["npi"], made["result"]) == (good, "pass")
    (waits,) = [one for one in desk.status(bad[0])["requirements"] if one["check"] == "license"]
    assert (waits["state"], "PENDING has no digit in it" in waits["detail"]) == ("missing", True)


def test_failures_with_answers_between_them_open_nothing(desk: Desk) -> None:
    npis = take_in(desk, 20)
    desk.ask_the_registry(concurrency=1, opens_after=2)
    for npi in npis[::2]:
        desk.registry.fail(npi, Fault(FaultKind.SERVER_ERROR))
    assert desk.run(*ONLY_NPI).code == 4
    assert len(asked(desk)) == 20


# --- two at once ----------------------------------------------------------------------------------------------------


def test_two_runs_at_once_share_the_work(desk: Desk) -> None:
    """Each provider is asked about once, and has one finding a check. The claims are exact: no tolerance is needed."""
    npis = take_in(desk, 150)
    desk.load_leie()
    desk.registry.latency = 0.03
    desk.ask_the_registry(concurrency=4)
    words = [sys.executable, "-m", "credkit", "verify", "run", "--all", "--json"]
    runs = [subprocess.Popen(words, stdout=subprocess.PIPE, stderr=subprocess.PIPE) for _ in range(2)]
    ended = [run.communicate(timeout=120) for run in runs]
    assert {run.returncode for run in runs} <= {0, 10}, [err.decode() for _out, err in ended]
    assert sorted(asked(desk)) == sorted(npis)
    with closing(sqlite3.connect(desk.folder / "credkit.db")) as store:
        twice = 'SELECT npi, "check", subject FROM verifications GROUP BY 1, 2, 3 HAVING COUNT(*) > 1'
        assert store.execute(twice).fetchall() == []
        assert store.execute("SELECT COUNT(*) FROM verifications WHERE \"check\" = 'npi'").fetchone() == (150,)
        assert store.execute("SELECT COUNT(*) FROM run_claims").fetchone() == (0,)
    assert desk.item("audit", "verify")["sound"] is True
    assert list(desk.folder.glob("*.run-*")) == []


def test_a_claim_holds_while_its_run_lives(desk: Desk) -> None:
    npis = take_in(desk, 3)
    path = desk.folder / "credkit.db"
    with (
        Store.open(path, actor="kim", command="one") as one,
        Store.open(path, actor="lee", command="other") as other,
        other.run_of_its_own() as theirs,
    ):
        with one.run_of_its_own() as ours:
            assert one.claim(ours, npis[:2]) == npis[:2]
            assert other.claim(theirs, npis) == npis[2:]
            one.release(ours, npis[:1])
            assert other.claim(theirs, npis) == [npis[0], npis[2]]
        assert other.claim(theirs, npis) == npis, "what a run left behind is anybody's"


def test_a_run_that_waits_for_another_says_so(desk: Desk) -> None:
    npis = take_in(desk, 3)
    desk.ask_the_registry()
    with (
        Store.open(desk.folder / "credkit.db", actor="kim", command="one") as one,
        one.run_of_its_own() as ours,
    ):
        assert one.claim(ours, npis[:1]) == npis[:1]
        words = [sys.executable, "-m", "credkit", *ONLY_NPI]
        waiting = subprocess.Popen(words, stdout=subprocess.DEVNULL, stderr=subprocess.PIPE, text=True)
        assert waiting.stderr is not None
        said = waiting.stderr.readline()
        assert said == "Another run holds providers that are due (1): waiting for it, ten minutes at the most.\n"
        assert sorted(asked(desk)) == sorted(npis[1:])
        one.release(ours, npis[:1])
        _out, rest = waiting.communicate(timeout=60)
    assert "Another run" not in rest, "it says so once"
    assert sorted(asked(desk)) == sorted(npis)


def test_a_run_that_was_killed_holds_nothing(desk: Desk) -> None:
    npis = take_in(desk, 12)
    desk.registry.latency = 0.2
    desk.ask_the_registry(concurrency=2)
    words = [sys.executable, "-m", "credkit", *ONLY_NPI]
    process = subprocess.Popen(words, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    while len(asked(desk)) < 3:
        assert process.poll() is None
    process.kill()
    process.wait()
    assert list(desk.folder.glob("*.run-*")) != [], "its mark is there, and nobody locks it"
    desk.registry.latency = 0
    desk.run(*ONLY_NPI)
    found = {npi: findings(desk, npi) for npi in npis}
    assert {len(one) for one in found.values()} == {1}
    assert list(desk.folder.glob("*.run-*")) == []
    assert desk.item("audit", "verify")["sound"] is True


def findings(desk: Desk, npi: str) -> list[Any]:
    items: list[Any] = desk.items("verify", "show", npi)
    return items


# --- what may not be kept -------------------------------------------------------------------------------------------


def test_neither_a_key_nor_a_social_security_number_is_kept(desk: Desk) -> None:
    key = "s3cr3t+key/0042"
    desk.take_in(form())
    body = desk.registry.body({"number": [NPI]})
    planted = b'"identifiers": [{"code": "01", "identifier": "123-45-6789", "ssn": "123456789", "issuer": "%s"}]' % (
        key.encode()
    )
    desk.registry.raw[NPI] = body.replace(b'"identifiers": []', planted)
    desk.ask_the_registry()
    config = Path(os.environ["CREDKIT_CONFIG"])
    config.write_text(config.read_text().replace("[sources.boards]", f'key = "{key}"\n\n[sources.boards]'))
    desk.ok("verify", "run", NPI, "--check", "npi")
    with Store.open(desk.folder / "credkit.db", actor="kim", command="test") as store:
        (verification,) = store.provider_file(NPI).verifications
        found = store.evidence(verification.evidence[0])
    assert found
    assert b"***-**-6789" in found[1]
    assert b'"ssn": "*****6789"' in found[1]
    for secret in (b"123-45-6789", b"123456789", key.encode()):
        assert secret not in found[1]
        for path in desk.folder.glob("credkit.db*"):
            assert path.is_dir() or secret not in path.read_bytes()
    assert found[0].stated_on is not None
    assert desk.item("audit", "verify")["sound"] is True


def test_what_a_finding_quotes_of_its_source_has_no_secret_either(desk: Desk) -> None:
    key = "s3cr3t+key/0042"
    desk.take_in(form(license_1_number="12345"))
    row = {
        "lastname": "MARSH", "firstname": "ANA", "licensetype": "CSW", "licensenumber": "12345",
        "licenseexpirationdate": "2027-03-31T00:00:00.000", "licensestatusdescription": "Active",
        "programaction": f"Fine, SSN 123-45-6789, asked by {key}",
    }  # fmt: skip
    with BoardServer({"7s5z-vewr": [row]}) as boards:
        config = desk.folder / "config.toml"
        told = boards.toml("CO") + f'key = "{key}"\n'
        config.write_text(config.read_text().replace("[sources.boards]\nstates = []\n", told))
        made = desk.item("verify", "run", NPI, "--check", "license", code=10)
    assert "Fine, SSN ***-**-6789, asked by [key]" in made["summary"]
    for secret in (b"123-45-6789", key.encode()):
        for path in desk.folder.glob("credkit.db*"):
            assert path.is_dir() or secret not in path.read_bytes()
