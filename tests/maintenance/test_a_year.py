"""A year of a practice of sixty, from its first forms to the renewals a year later, through the commands.

What is asserted at each month's end comes from the plan of the year (`People`), which knows only days, and not how credkit
judges them.
"""

import csv
import os
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import date, timedelta
from itertools import islice

import pytest
from committees import VOTERS, seat, votes_file
from desk import LEIE, Desk, form
from forms import unissued_npis
from papers import pdf
from post_office import Office, open_office

from credkit.demo.servers import RegistryEntry

pytestmark = pytest.mark.skipif(
    os.environ.get("CREDKIT_TESTED") == "wheel", reason="long, and the same commands from a wheel as from the source"
)

FIRST = ("Ada", "Bela", "Cleo", "Dario", "Edda", "Falk")
LAST = ("Marsh", "Quill", "Strand", "Vance", "Wolfe", "Yarrow", "Okafor", "Nash", "Pell", "Rudd")
MONTHS = [(2026, month) for month in range(3, 13)] + [(2027, 1), (2027, 2)]
#: What each of the sixty is for; all others apply, are approved, and stay.
EXCLUDED, LAPSED, SILENT, UNLICENSED, UNSIGNED, WITHDRAWN, LATE = 3, 5, 7, 11, 37, 30, 59
LEGACY = range(50, 60)
MAIL = """
[mail]
host = "127.0.0.1"
port = {port}
security = "none"
sender = "Credentialing <office@example.org>"
timeout_seconds = 5
"""


@dataclass
class Person:
    """One provider: the days on which what they hold ends, and what has become of them."""

    place: int
    npi: str
    first: str
    last: str
    applied: date
    malpractice: date = date(2026, 9, 1)
    license: date = date(2027, 6, 30)
    attested: date = date(2026, 2, 10)
    told: set[tuple[str, str]] = field(default_factory=set)

    @property
    def email(self) -> str:
        return f"{self.first}.{self.last}@example.org".lower()

    def form(self, **changes: str) -> dict[str, str]:
        """Return the form, signed ten days before it came."""
        return form(
            npi=self.npi, first_name=self.first, last_name=self.last, email=self.email,
            date_of_birth=f"19{60 + self.place % 35}-06-07", license_1_number=f"77{self.place:03d}",
            license_1_expires_on=self.license.isoformat(), malpractice_insured_name=f"{self.first} {self.last}",
            malpractice_policy_number=f"MP-{self.place}", caqh_id=str(20_000_000 + self.place),
            caqh_attested_on=self.attested.isoformat(), signed_name=f"{self.first} {self.last}",
            signed_on=(self.applied - timedelta(days=10)).isoformat(),
        ) | changes  # fmt: skip

    def ends(self, on: date) -> Iterator[tuple[str, str]]:
        """Return what they are to be reminded of on a day: how the mail begins to say it, and how near it is."""
        for words, day in (
            ("Your malpractice insurance", self.malpractice),
            ("Your license in CO", self.license),
        ):
            left = (day - on).days
            near = [band for band in (7, 14, 30, 60, 90, 120) if left <= band]
            if near:
                yield f"{words} {'ended' if left < 0 else 'ends'} on {day}", "past" if left < 0 else str(near[0])
        due = self.attested + timedelta(days=120)
        left = (due - on).days
        near = [band for band in (5, 10, 15, 30) if left <= band]
        if near:
            words = "was to be" if left < 0 else "is to be"
            yield f"Your CAQH profile {words} attested again by {due}", "past" if left < 0 else str(near[0])


@dataclass
class Year:
    """The practice, and the plan of its year."""

    desk: Desk
    office: Office
    people: list[Person]

    def on(self, day: date) -> None:
        self.desk.live_on(f"{day}T15:00:00Z")

    def there(self, day: date) -> list[Person]:
        return [one for one in self.people if one.applied <= day]


@pytest.fixture
def year(desk: Desk) -> Iterator[Year]:
    """Return the practice on the second of March, its committee seated, its payers known."""
    with open_office() as office:
        settings = desk.folder / "config.toml"
        organization = '[organization]\ncaqh_organization_id = "1234"'
        text = settings.read_text().replace("[organization]", organization)
        settings.write_text(text + MAIL.format(port=office.port))
        people = []
        for place, npi in enumerate(islice(unissued_npis(), 100, 160)):
            joined = (
                date(2026, 3, 2)
                if place < 24 or place in LEGACY
                else date(2026, 4, 2)
                if place < 38
                else date(2026, 6, 2)
            )
            one = Person(place, npi, FIRST[place // 10], LAST[place % 10], joined)
            one.attested = joined - timedelta(days=20)
            if place == UNLICENSED:
                one.license = date(2027, 1, 28)
            people.append(one)
            desk.registry.records[npi] = RegistryEntry(
                one.first, one.last, licenses=(("CO", f"77{place:03d}"),), state="CO"
            )
        seat(desk)
        desk.ok("payer", "add", "Aspen Health", "--line", "commercial")
        yield Year(desk, office, people)


def test_a_year_of_sixty(year: Year) -> None:
    for this_year, month in MONTHS:
        first = date(this_year, month, 2)
        year.on(first)
        _intake(year, first)
        _paperwork(year, first)
        _lists(year, first)
        _verify(year)
        meeting = date(this_year, month, 10)
        year.on(meeting)
        _committee(year, meeting)
        _network(year, meeting)
        last = date(this_year, month, 28)
        year.on(last)
        _mails(year, last)
        _month_end(year, last)
    ran = year.desk.item("audit", "verify")
    assert ran["sound"] is True


def _intake(year: Year, on: date) -> None:
    """Forms of those who join this month; those who were approved before credkit; and who signs anew."""
    new = [one for one in year.people if one.applied == on]
    if new:
        rows = [one.form(**({"signed_on": "", "signed_name": ""} if one.place == UNSIGNED else {})) for one in new]
        year.desk.take_in(*rows, name=f"forms-{on}.csv")
    if on == date(2026, 3, 2):
        path = year.desk.folder / "before.csv"
        rows_of = [f"{one.npi},CO,2023-10-20,approved" for one in new if one.place in LEGACY]
        path.write_text("npi,states,decided_on,decision\n" + "\n".join(rows_of) + "\n", encoding="utf-8")
        year.desk.ok("committee", "import", path)
    if on == date(2026, 7, 2):
        opened = year.desk.items("recredential", "open", "--due-within", "130")
        assert {one["npi"] for one in opened} == {one.npi for one in year.people if one.place in LEGACY}
        again = [one for one in year.people if one.place in LEGACY and one.place != LATE]
        rows = [one.form(signed_on=str(on - timedelta(days=5)), caqh_attested_on=str(one.attested)) for one in again]
        year.desk.take_in(*rows, name="again.csv")


def _paperwork(year: Year, on: date) -> None:
    """CAQH tells who attested; policies and licenses are renewed."""
    if on in {date(2026, 6, 2), date(2026, 9, 2), date(2026, 12, 2)}:
        rows = [
            "Organization_ID|CAQH_Provider_ID|Provider_NPI|Provider_First_Name|Provider_Last_Name|Provider_Status|Provider_Status_Date|Roster_Status|Authorization_Flag"
        ]
        for one in year.there(on):
            if one.applied < on and one.place != SILENT:
                one.attested = on - timedelta(days=1)
                rows.append(
                    f"1234|{20_000_000 + one.place}|{one.npi}|{one.first}|{one.last}|Re-Attestation|{one.attested:%Y%m%d}|ACTIVE|Y"
                )
        path = year.desk.folder / f"caqh-{on}.txt"
        path.write_text("\r\n".join(rows) + "\r\n", encoding="utf-8")
        year.desk.ok("caqh", "load", path)
    if on == date(2026, 8, 2):
        _certificates(year, [one for one in year.there(on) if one.place != LAPSED], date(2026, 9, 1))
    if on == date(2026, 11, 2):
        _certificates(year, [year.people[LAPSED]], date(2026, 11, 1))


def _certificates(year: Year, people: list[Person], since: date) -> None:
    ends = date(2027, 9, 1)
    folder = year.desk.folder
    with (folder / "papers.csv").open("w", encoding="utf-8", newline="") as file:
        writer = csv.writer(file)
        columns = ("npi", "file", "kind", "insured", "carrier", "policy_number", "effective_on", "expires_on")
        writer.writerow((*columns, "per_claim", "basis"))
        for one in people:
            (folder / f"coi-{one.npi}.pdf").write_bytes(pdf(one.npi))
            number = f"MP-{one.place}"
            insured = (f"{one.first} {one.last}", "Prairie Mutual", number, since, ends, "1M / 3M", "occurrence")
            writer.writerow((one.npi, f"coi-{one.npi}.pdf", "coi", *insured))
    for item in year.desk.items("document", "add", "--from", folder / "papers.csv"):
        year.desk.ok("document", "review", item["document_id"], "accept")
    for one in people:
        one.malpractice = ends


def _lists(year: Year, on: date) -> None:
    """The month's exclusion list; from July on somebody of ours is on it."""
    text = LEIE
    if on >= date(2026, 7, 2):
        one = year.people[EXCLUDED]
        text += (
            f"{one.last.upper()},{one.first.upper()},,,IND- LIC HC SERV PRO,SOCIAL WORKER,,{one.npi},"
            f"19{60 + one.place}0607,1 TEST ST,SAMPLETON,CO,80000,1128a1,20260620,00000000,00000000,\r\n"
        )
    year.desk.load_leie(str(on - timedelta(days=1)), text)
    hits = year.desk.items("screen", "run", "--all", code=10 if on >= date(2026, 7, 2) else 0)
    if on == date(2026, 7, 2):
        (hit,) = year.desk.items("screen", "review")
        assert (hit["npi"], bool(hits)) == (year.people[EXCLUDED].npi, True)
        year.desk.ok("screen", "resolve", hit["id"], "match", "--reason", "the same NPI and date of birth")


def _verify(year: Year) -> None:
    year.desk.run("monitor", "run")
    year.desk.run("verify", "run", "--all")
    work = year.desk.folder / "work.csv"
    year.desk.ok("verify", "due", "--by-hand", "--out", work)
    if not work.exists():
        return
    with work.open(encoding="utf-8", newline="") as file:
        found = list(csv.DictReader(file))
    work.unlink()
    rows = [row | {"result": "pass", "source": "by telephone"} for row in found]
    if rows:
        with work.open("w", encoding="utf-8", newline="") as file:
            writer = csv.DictWriter(file, list(rows[0]))
            writer.writeheader()
            writer.writerows(rows)
        year.desk.ok("verify", "record", "--from", work)
        work.unlink()


def _committee(year: Year, on: date) -> None:
    """The month's meeting votes on every file that is ready; one applicant withdraws, one provider is let go."""
    desk = year.desk
    if on == date(2026, 4, 10):
        desk.ok("provider", "withdraw", year.people[WITHDRAWN].npi, "--reason", "moved away")
    if on == date(2026, 11, 10):
        desk.ok("verify", "accept", year.people[LAPSED].npi, "malpractice", "--reason", "saw nobody in those months")
    votes = [(one["npi"], "approved") for one in desk.items("committee", "agenda", str(on))]
    if on == date(2026, 8, 10):
        votes.append((year.people[EXCLUDED].npi, "terminated"))
    if votes:
        desk.ok("committee", "schedule", str(on), "--mode", "video")
        desk.ok("committee", "attend", str(on), "--present", *VOTERS[:3])
        rows = [(*vote, VOTERS[0], VOTERS[1], voter, "for") for vote in votes for voter in VOTERS[:3]]
        desk.ok("committee", "vote", str(on), "--from", votes_file(desk, *rows))
    for npi, decision in votes:
        why = () if decision == "approved" else ("--reason", "excluded")
        desk.ok("committee", "decide", npi, "--decision", decision, "--meeting", str(on), *why)
    letters = desk.folder / "letters"
    desk.run("committee", "letters", "--out", letters)
    for one in desk.items("committee", "letters", "--due"):
        desk.ok("committee", "letters", "--mark-sent", one["npi"])


def _network(year: Year, on: date) -> None:
    """Who was approved is enrolled with Aspen Health from the next month on; those of before credkit are at once."""
    desk = year.desk
    enrolled = {one["npi"] for one in desk.items("enroll", "list")}
    for one in year.there(on):
        stage = desk.status(one.npi)["stage"]
        if stage != "network" or one.npi in enrolled:
            continue
        effective = on if one.place in LEGACY else (on.replace(day=1) + timedelta(days=32)).replace(day=1)
        desk.ok("enroll", "submit", one.npi, "Aspen Health", "--state", "CO")
        desk.ok(
            "enroll", "update", one.npi, "Aspen Health", "--state", "CO", "--status", "approved",
            "--effective", str(effective),
        )  # fmt: skip


def _gone(one: Person, on: date) -> bool:
    return (one.place == WITHDRAWN and on >= date(2026, 4, 10)) or (one.place == EXCLUDED and on >= date(2026, 8, 10))


def _mails(year: Year, on: date) -> None:
    """Everybody is told of what comes nearer, each thing once in each band."""
    wanted = set()
    for one in year.there(on):
        for item in () if _gone(one, on) else one.ends(on):
            if item not in one.told:
                one.told.add(item)
                wanted.add((one.email, item[0]))
    year.office.arrived.clear()
    year.desk.ok("remind")
    sent = [mail["To"] for mail in year.office.arrived]
    assert len(sent) == len(set(sent)), "one digest a provider"
    told = {
        (mail["To"], line.removeprefix("- "))
        for mail, text in zip(year.office.arrived, year.office.texts(), strict=True)
        for line in text.splitlines()
        if line.startswith("- Your ")
    }
    assert told == wanted, on
    assert year.desk.items("remind") == []


def _stage(one: Person, on: date) -> str:
    """Return where somebody stands at a month's end, by the plan."""
    if one.place == UNSIGNED:
        return "intake"
    if one.place == WITHDRAWN:
        return "withdrawn"
    if one.place == EXCLUDED and on >= date(2026, 7, 2):
        return "terminated" if on >= date(2026, 8, 10) else "suspended"
    if one.place == LAPSED and date(2026, 9, 1) <= on < date(2026, 11, 10):
        return "suspended"
    if (one.place == UNLICENSED and on > one.license) or (one.place == LATE and on > date(2026, 10, 31)):
        return "suspended"
    joined = (one.applied.year, one.applied.month) == (on.year, on.month)
    return "network" if joined and one.place not in LEGACY else "active"


def _month_end(year: Year, on: date) -> None:
    desk = year.desk
    stands = {one["npi"]: one["stage"] for one in desk.items("status")}
    assert stands == {one.npi: _stage(one, on) for one in year.there(on)}, on
    assert desk.items("monitor", "gaps", "--month", f"{on:%Y-%m}") == []
    desk.run("sweep")
    assert desk.run("sweep", "--json").json()["counts"] == {"judged": 0}
