"""A practice at work: a store, a settings file and a simulated registry, and the commands of the main job as typed.

Its fixture is `desk`. The day is the second of March 2026 until a
test says otherwise.
"""

import csv
import io
import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest
from conftest import Ran, Run
from factories import NPI, TODAY, policy

from credkit.demo.servers import NppesServer, RegistryEntry

#: One of each kind of row: an excluded person and an excluded business, neither of them anybody here.
LEIE = (
    "LASTNAME,FIRSTNAME,MIDNAME,BUSNAME,GENERAL,SPECIALTY,UPIN,NPI,DOB,ADDRESS,CITY,STATE,ZIP,"
    "EXCLTYPE,EXCLDATE,REINDATE,WAIVERDATE,WVRSTATE\r\n"
    "EXAMPLETON,SAMPLE,,,IND- LIC HC SERV PRO,NURSE/NURSES AIDE,,0000000000,19600229,1 TEST ST,SAMPLETON,CO,80000,"
    "1128b4,20200520,00000000,00000000,\r\n"
    ",,,EXAMPLE SUPPLY LLC,OTHER BUSINESS,DME COMPANY,,0000000000,,2 TEST ST,SAMPLETON,CO,80000,"
    "1128a1,20260219,00000000,00000000,\r\n"
)

#: Ana Marsh in the registry.
ANA = RegistryEntry("Ana", "Marsh", licenses=(("CO", "12345"),), state="CO")

#: What the shipped policy asks of a clinical social worker, and only a person can look up.
BY_HAND = ("license", "education", "claims_history", "medicare_opt_out")


def form(**changes: str) -> dict[str, str]:
    """Return the form of Ana Marsh, a clinical social worker in Colorado, complete and signed."""
    row = {
        "npi": NPI,
        "first_name": "Ana",
        "last_name": "Marsh",
        "date_of_birth": "1985-06-07",
        "email": "ana.marsh@example.org",
        "profession": "LCSW",
        "taxonomy": "1041C0700X",
        "states_of_practice": "CO",
        "license_1_state": "CO",
        "license_1_number": "0012345",
        "license_1_type": "LCSW",
        "license_1_issued_on": "2015-04-01",
        "license_1_expires_on": "2027-03-31",
        "malpractice_carrier": "Prairie Mutual",
        "malpractice_policy_number": "MP-1",
        "malpractice_insured_name": "Ana Marsh",
        "malpractice_effective_on": "2025-09-01",
        "malpractice_expires_on": "2026-09-01",
        "malpractice_per_claim": "1000000",
        "malpractice_aggregate": "3000000",
        "malpractice_basis": "occurrence",
        "caqh_id": "10000001",
        "caqh_attested_on": "2026-02-10",
        "caqh_status": "Re-Attestation",
        "caqh_authorized": "yes",
        "caqh_roster_status": "ACTIVE",
        "degree": "MSW",
        "school": "Plains University",
        "graduated_on": "2012-05-20",
        "work_1_employer": "Aspen Clinic",
        "work_1_role": "therapist",
        "work_1_started_on": "2015-05-01",
        "signed_name": "Ana Marsh",
        "signed_on": "2026-02-20",
    }
    row |= {f"disclosure_{key}": "no" for key in policy().disclosures}
    return row | changes


@dataclass
class Desk:
    """A store of its own, commands run in this process, and the registry that they ask."""

    run: Run
    folder: Path
    registry: NppesServer
    monkeypatch: pytest.MonkeyPatch

    def live_on(self, day: str) -> None:
        """Let it be that day."""
        self.monkeypatch.setenv("CREDKIT_NOW", day)

    def ask_the_registry(self, url: str | None = None, **settings: float) -> None:
        """Write the settings: the registry's address, and how patient its client is."""
        told: dict[str, Any] = {"requests_per_second": 500.0, "timeout_seconds": 2.0, "attempts": 1} | settings
        lines = [f'url = "{url or self.registry.url}"', *(f"{name} = {value}" for name, value in told.items())]
        organization = '[organization]\nname = "Example Practice"\ntax_ids = ["00-0000000"]\n'
        text = organization + "[sources.nppes]\n" + "\n".join(lines) + "\n[sources.boards]\nstates = []\n"
        (self.folder / "config.toml").write_text(text, encoding="utf-8")

    def ok(self, *arguments: str | Path) -> Ran:
        """Run a command that must end with 0."""
        ran = self.run(*arguments)
        assert ran.code == 0, ran.err or ran.out
        return ran

    def items(self, *arguments: str | Path, code: int = 0) -> list[Any]:
        """Run a command that must end with `code`, and return the items of its JSON."""
        ran = self.run(*arguments, "--json")
        assert ran.code == code, ran.err or ran.out
        items = ran.json()["items"]
        assert isinstance(items, list)
        return items

    def item(self, *arguments: str | Path, code: int = 0) -> Any:
        """The same, where there is one item."""
        (one,) = self.items(*arguments, code=code)
        return one

    def status(self, npi: str = NPI, *options: str) -> Any:
        """Return the one provider's status."""
        return self.item("status", npi, *options)

    def take_in(self, *rows: Mapping[str, str], name: str = "form.csv") -> None:
        """Import forms as one CSV file."""
        self.ok("intake", "import", self.form_file(*rows, name=name))

    def form_file(self, *rows: Mapping[str, str], name: str = "form.csv") -> Path:
        """Write forms as one CSV file."""
        header = list(dict.fromkeys(column for row in rows for column in row))
        text = io.StringIO()
        writer = csv.DictWriter(text, header)
        writer.writeheader()
        writer.writerows(rows)
        path = self.folder / name
        path.write_text(text.getvalue(), encoding="utf-8")
        return path

    def load_leie(self, published: str = "2026-03-01", text: str = LEIE) -> None:
        """Load the exclusion list."""
        path = self.folder / f"UPDATED-{published}.csv"
        # No two issues of the list are the same.
        text += f"ISSUE,OF,,,IND- LIC HC SERV PRO,NURSE/NURSES AIDE,,0000000000,19500101,1 TEST ST,SAMPLETON,CO,80000,1128b4,{published.replace('-', '')},00000000,00000000,\r\n"
        path.write_text(text, encoding="utf-8", newline="")
        self.ok("lists", "load", "leie", path, "--published", published)

    def look_up_by_hand(self, npi: str = NPI, *checks: str) -> None:
        """Record a pass of what only a person can look up."""
        for check in checks or BY_HAND:
            self.ok("verify", "record", npi, check, "--result", "pass", "--source", "by telephone")

    def verify_all(self, npi: str = NPI) -> None:
        """Run every check, and record the rest by hand."""
        self.ok("verify", "run", npi)
        self.look_up_by_hand(npi)

    def approve(self, npi: str = NPI, *options: str) -> None:
        """Let the medical director approve a clean file."""
        self.ok("committee", "decide", npi, "--decision", "approved", "--by", "medical_director", *options)

    def enroll(self, payer: str = "Aspen Health", line: str = "commercial", *, effective: str, npi: str = NPI) -> None:
        """Add a payer, and bring the enrollment with it to an effective date."""
        if payer not in {one["name"] for one in self.items("payer", "list")}:
            self.ok("payer", "add", payer, "--line", line)
        self.ok("enroll", "submit", npi, payer, "--state", "CO")
        self.ok("enroll", "update", npi, payer, "--state", "CO", "--status", "approved", "--effective", effective)


def told(text: str) -> Any:
    """Return JSON text as a value."""
    return json.loads(text)


@pytest.fixture
def desk(run: Run, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Desk]:
    """Return a practice with an empty store, on the second of March 2026."""
    for name, value in (("DB", "credkit.db"), ("CONFIG", "config.toml")):
        monkeypatch.setenv(f"CREDKIT_{name}", str(tmp_path / value))
    monkeypatch.setenv("CREDKIT_ACTOR", "kim")
    with NppesServer({NPI: ANA}) as registry:
        made = Desk(run, tmp_path, registry, monkeypatch)
        made.live_on(TODAY.isoformat())
        made.ask_the_registry()
        made.ok("init")
        yield made
