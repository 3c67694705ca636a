"""An organization's own check that breaks costs nobody else the run, is never a pass, and leaves the run incomplete."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from importlib.metadata import EntryPoint, EntryPoints
from typing import Any

import pytest
from desk import ANA, Desk, form
from factories import NPI

import credkit.checks
from credkit.checks import CHECKS, all_checks
from credkit.checks.by_hand import ByHand, whole_file
from credkit.commands.session import Session
from credkit.policy import Policy, shipped_text
from credkit.records import Evidence, Finding, ProviderFile, SourceRef, Subject

SECOND = "1000000012"


@dataclass(frozen=True, slots=True)
class Own(ByHand):
    by_hand: bool = False
    from_file: bool = True
    automatic: bool = True

    def judge(
        self, subject: Subject, file: ProviderFile, evidence: Mapping[SourceRef, Evidence], policy: Policy, on: date
    ) -> Finding:
        raise ZeroDivisionError(f"{file.provider.name}, born on {file.provider.date_of_birth}")


@dataclass(frozen=True, slots=True)
class Silent(Own):
    def judge(self, *_: Any) -> Finding:
        return None  # type: ignore[return-value]


BREAKS = Own("parking", "parking permit", "our own", whole_file)
SILENT = Silent("parking", "parking permit", "our own", whole_file)


@pytest.fixture
def asked(desk: Desk) -> Iterator[Desk]:
    desk.take_in(form(), form(npi=SECOND, caqh_id="10000002", license_1_number="12345"))
    desk.registry.records[SECOND] = ANA
    all_checks.cache_clear()
    yield desk
    all_checks.cache_clear()


def put_in(desk: Desk, value: str) -> None:
    found = EntryPoints([EntryPoint("ours", f"{__name__}:{value}", "credkit.checks")])
    desk.monkeypatch.setattr(credkit.checks, "entry_points", lambda group: found.select(group=group))
    path = desk.folder / "ours.toml"
    path.write_text(shipped_text() + '\n[[requirements]]\ncheck = "parking"\ncycles = ["initial"]\n')
    desk.ok("policy", "adopt", path)


@pytest.mark.parametrize(("value", "error"), [("BREAKS", "ZeroDivisionError"), ("SILENT", "TypeError")])
def test_an_own_check_that_breaks_is_unavailable_and_the_run_goes_on(asked: Desk, value: str, error: str) -> None:
    put_in(asked, value)
    ran = asked.run("verify", "run", "--all", "--check", "parking", "--check", "npi", "--json")
    assert ran.code == 4
    words = f"The organization's own check parking broke: {error}."
    assert f"Warning: {words} (2 times)" in ran.err
    assert {(one["npi"], one["check"]): one["result"] for one in ran.json()["items"]} == {
        (NPI, "npi"): "pass",
        (NPI, "parking"): "unavailable",
        (SECOND, "npi"): "pass",
        (SECOND, "parking"): "unavailable",
    }
    assert {one["summary"] for one in ran.json()["items"] if one["check"] == "parking"} == {words}
    assert "1985" not in ran.said
    (parking,) = [one for one in asked.status(NPI)["requirements"] if one["check"] == "parking"]
    assert (parking["state"], parking["detail"]) == ("pending", words)


def test_a_shipped_check_that_breaks_is_a_bug(asked: Desk) -> None:
    asked.monkeypatch.setitem(CHECKS, "attestation", Own("attestation", "attestation", "NCQA CR 3 C", whole_file))
    ran = asked.run("verify", "run", "--all", "--check", "attestation")
    assert (ran.code, "Internal error (a bug): ZeroDivisionError." in ran.err) == (1, True)


@pytest.mark.parametrize(("who", "total"), [(("--all",), 2), ((SECOND,), 1), ((SECOND, SECOND), 1)])
def test_progress_is_out_of_those_who_are_meant(
    asked: Desk, monkeypatch: pytest.MonkeyPatch, who: tuple[str, ...], total: int
) -> None:
    totals = []
    progress = Session._progress

    def noted(self: Session, label: str, total: int | None) -> Any:
        totals.append(total)
        return progress(self, label, total)

    monkeypatch.setattr(Session, "_progress", noted)
    asked.ok("verify", "run", *who, "--check", "npi")
    assert totals == [total]
