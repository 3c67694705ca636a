"""The synthetic practice: forty invented people, the forms they fill in, and what the simulated sources say of them.

Names are invented. NPIs are numbers below 1003000000 whose check digit is right and which were never issued.
"""

import csv
import io
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field, replace
from enum import StrEnum
from functools import cache

from credkit.demo.servers import RegistryEntry
from credkit.intake.form import USUAL_REPEATS, columns
from credkit.lists.leie import COLUMNS as LEIE_COLUMNS
from credkit.policy import Policy
from credkit.reference.identifiers import npi_is_valid
from credkit.reference.professions import profession_of
from credkit.screening.names import fold
from credkit.tables.writing import csv_bytes


class Story(StrEnum):
    """What becomes of somebody by the end, and why."""

    SEES_CLIENTS = "clean file, approved, in-network"
    EXPLAINED = "answered a question with yes, explained it, and was approved by the committee"
    SETTLED_CLAIM = "has a settled claim, weighed and approved by the committee"
    RENAMED = "NPPES knows another last name; reviewed, accepted, approved"
    ONE_STATE_SHORT = "two states, a license in one of them so far: sees clients there"
    RENEWED = "the malpractice policy ended, and its renewal was verified in time"
    STARTS_IN_JULY = "approved by a payer, effective only from July"
    NOT_COUNTED = "in-network with Medicaid and Humana alone, which the policy does not count"
    NO_DATE = "approved by a payer that gave no effective date"
    IN_REVIEW = "the payer is still looking"
    PANEL_CLOSED = "the payer takes nobody at present"
    UNINSURED = "the malpractice policy ended, and nobody sent a renewal"
    UNLICENSED = "the only license expired"
    EXCLUDED = "on the exclusion list by NPI and name: denied"
    WITHDREW = "took another position, and the application back"
    LEFT = "left the practice: terminated"
    DEACTIVATED = "NPPES has deactivated the NPI"
    UNDERINSURED = "the malpractice limits are too low"
    GAP = "a year and more of work history that nobody explained"
    BOARD_TO_ASK = "nobody has looked the license up at the board yet"
    NEW_CLEAN = "new in May: ready for the next meeting"
    NEW_EXPLAINED = "new in May: ready for the next meeting, with something to weigh"
    NEW_NAMESAKE = "new in May: somebody of the same name is on the exclusion list"
    NEW_UNSIGNED = "new in May: has not signed the form"
    NEW_WITHOUT_CAQH = "new in May: gave no CAQH id"
    NEW_WITHOUT_COVER = "new in May: gave no malpractice policy"

    @property
    def is_new_in_may(self) -> bool:
        """Whether the form came with the second batch."""
        return self.name.startswith("NEW_")


@dataclass(frozen=True, slots=True)
class Person:
    """One invented provider. `form` holds the cells that differ from an ordinary form, by canonical column; `registry`
    the fields that differ in NPPES."""

    place: int
    first_name: str
    last_name: str
    profession: str
    states: tuple[str, ...]
    born: str
    story: Story
    form: Mapping[str, str] = field(default_factory=dict)
    registry: Mapping[str, str | bool] = field(default_factory=dict)

    @property
    def npi(self) -> str:
        """An NPI that nobody was ever given."""
        return unissued_npi(self.place)

    @property
    def name(self) -> str:
        """First and last name."""
        return f"{self.first_name} {self.last_name}"

    @property
    def licenses(self) -> tuple[tuple[str, str], ...]:
        """State and number of each license on the form."""
        cells = self.cells
        return tuple(
            (cells[f"license_{n}_state"], cells[f"license_{n}_number"])
            for n, _state in enumerate(self.states, start=1)
            if cells.get(f"license_{n}_number")
        )

    @property
    def cells(self) -> dict[str, str]:
        """The form as it was filled in, by canonical column."""
        return _ordinary_form(self) | dict(self.form)

    @property
    def entry(self) -> RegistryEntry:
        """NPPES's record of this person: capitals without accents, as the registry keeps them."""
        code, description = _TAXONOMIES[self.profession]
        plain = RegistryEntry(
            first_name=_unaccented(self.first_name),
            last_name=_unaccented(self.last_name),
            credential=self.profession,
            taxonomy=code,
            description=description,
            licenses=self.licenses,
            state=self.states[0],
        )
        return replace(plain, **self.registry)  # type: ignore[arg-type]  # the names are RegistryEntry's own


_S = Story
_NO_SECOND_LICENSE = {
    "license_2_state": "", "license_2_number": "", "license_2_type": "", "license_2_issued_on": "",
    "license_2_expires_on": "",
}  # fmt: skip
_NO_CAQH = {"caqh_id": "", "caqh_attested_on": "", "caqh_status": "", "caqh_authorized": "", "caqh_roster_status": ""}
_NO_COVER = {
    "malpractice_carrier": "", "malpractice_policy_number": "", "malpractice_insured_name": "",
    "malpractice_effective_on": "", "malpractice_expires_on": "", "malpractice_per_claim": "", "malpractice_basis": "",
}  # fmt: skip

#: First name, last name, profession, states, date of birth, story; where the form differs; where NPPES does.
_PEOPLE: tuple[tuple[str, str, str, str, str, Story, Mapping[str, str], Mapping[str, str | bool]], ...] = (
    ("Amara", "Okonkwo-Bell", "LCSW", "TX", "1984-03-12", _S.SEES_CLIENTS, {}, {}),
    ("Benedict", "Thornquist", "PSYD", "TX", "1976-11-02", _S.SEES_CLIENTS, {"license_1_expires_on": "2026-07-31"}, {}),
    ("Camila", "Restrepo-Vance", "LPC", "TX", "1990-07-19", _S.SEES_CLIENTS, {"languages": "English; Spanish"}, {}),
    ("Dashiell", "Wynn-Osei", "LMFT", "CO", "1987-01-28", _S.SEES_CLIENTS, {}, {}),
    ("Elspeth", "Marrowby", "LCSW", "CO", "1969-09-05", _S.SEES_CLIENTS, {"malpractice_expires_on": "2026-06-30"}, {}),
    ("Farid", "Nazarian-Holt", "MD", "IL", "1972-04-23", _S.SEES_CLIENTS, {"dea_1_expires_on": "2026-07-14"}, {}),
    ("Giselle", "Ablettson", "LCSW", "NC", "1981-12-30", _S.SEES_CLIENTS, {"license_1_expires_on": "2026-06-20"}, {}),
    ("Hiroshi", "Tanabe-Cole", "PMHNP", "TX", "1985-05-16", _S.SEES_CLIENTS, {}, {}),
    ("Ingrid", "Solvangen", "LCMHC", "NC", "1993-02-08", _S.SEES_CLIENTS, {}, {}),
    ("Jomo", "Karanja-Pike", "LCSW", "FL", "1979-10-11", _S.SEES_CLIENTS, {}, {}),
    ("Keziah", "Brightwaters", "LMHC", "FL", "1988-06-27", _S.SEES_CLIENTS, {}, {}),
    ("Nikolai", "Vostrikov", "LCSW", "TX;CO", "1974-08-14", _S.SEES_CLIENTS, {}, {}),
    ("Priya", "Raghavendran", "PMHNP", "FL", "1986-03-03", _S.SEES_CLIENTS,
     {"malpractice_per_claim": "250K/750K"}, {}),
    ("Zoë", "Llewellyn-Ash", "LADC", "IL", "1991-09-21", _S.SEES_CLIENTS, {}, {}),
    ("Lucien", "Fairbairn-Roy", "LMFT", "TX", "1982-01-06", _S.EXPLAINED,
     {"disclosure_malpractice_claims": "yes",
      "disclosure_malpractice_claims_explanation": "A claim of 2023 was dismissed; the order is attached."}, {}),
    ("Octavia", "Penhallow", "DO", "CO", "1968-05-31", _S.SETTLED_CLAIM, {}, {}),
    ("Rosalind", "Abernathy-Cho", "LPC", "CO", "1989-11-17", _S.RENAMED, {}, {"last_name": "Abernathy"}),
    ("Santiago", "Villaverde", "LCSW", "NC;FL", "1983-04-09", _S.ONE_STATE_SHORT,
     _NO_SECOND_LICENSE, {}),
    ("Thandiwe", "Mokoena-Lark", "LMHC", "FL", "1977-07-25", _S.RENEWED, {"malpractice_expires_on": "2026-05-20"}, {}),
    ("Ulrich", "Steinhauser", "LPC", "TX", "1992-12-12", _S.STARTS_IN_JULY, {}, {}),
    ("Vivienne", "Dubose-Ng", "LCSW", "IL", "1980-02-19", _S.NOT_COUNTED, {}, {}),
    ("Wendell", "Greyeyes-Moss", "LADC", "CO", "1971-06-08", _S.NO_DATE, {}, {}),
    ("Xiomara", "Quintanilla", "LMFT", "NC", "1994-10-29", _S.IN_REVIEW, {"languages": "English; Spanish"}, {}),
    ("Yusuf", "Demirkan", "PA-C", "TX", "1987-08-01", _S.PANEL_CLOSED, {}, {}),
    ("Adaeze", "Nwachukwu-Lane", "LCSW", "TX", "1985-01-15", _S.UNINSURED,
     {"malpractice_expires_on": "2026-05-15"}, {}),
    ("Bartholomew", "Inglewood", "LMHC", "FL", "1970-03-30", _S.UNLICENSED, {"license_1_expires_on": "2026-04-30"}, {}),
    ("Cormac", "Dunleavy-Stone", "LPC", "CO", "1966-12-04", _S.EXCLUDED, {}, {}),
    ("Delphine", "Arceneaux-Wu", "LCSW", "NC", "1995-05-22", _S.WITHDREW, {}, {}),
    ("Emeka", "Oyelaran", "LPC", "TX", "1990-09-13", _S.LEFT, {}, {}),
    ("Freya", "Haldorsdottir", "LMFT", "CO", "1988-02-26", _S.DEACTIVATED, {}, {"deactivated": True}),
    ("Gwendolyn", "Tsosie-Hart", "LCMHC", "NC", "1983-07-07", _S.UNDERINSURED, {"malpractice_per_claim": "500K/1M"}, {}),
    ("Hamish", "Rutherglen", "LCSW", "FL", "1975-11-20", _S.GAP,
     {"work_2_ended_on": "2022-01", "work_1_started_on": "2023-06"}, {}),
    ("Imelda", "Castellanos-Bright", "PSYD", "IL", "1973-04-18", _S.BOARD_TO_ASK, {}, {}),
    ("Jessamyn", "Farquharson", "LCSW", "TX", "1991-06-16", _S.NEW_CLEAN, {}, {}),
    ("Kwame", "Boatengson", "LMHC", "FL", "1986-10-03", _S.NEW_CLEAN, {}, {}),
    ("Linnea", "Oakenshaw", "LPC", "CO", "1978-08-29", _S.NEW_EXPLAINED,
     {"disclosure_disciplinary_action": "yes",
      "disclosure_disciplinary_action_explanation": "A written warning for late notes in 2022; none since."}, {}),
    ("Marcus", "Delacroix-Finn", "LCSW", "NC", "1984-12-09", _S.NEW_NAMESAKE, {}, {}),
    ("Noor", "Al-Rashidi", "PMHNP", "TX", "1993-03-24", _S.NEW_UNSIGNED, {"signed_name": "", "signed_on": ""}, {}),
    ("Odalys", "Peraza-Winter", "LMFT", "FL", "1989-01-31", _S.NEW_WITHOUT_CAQH, _NO_CAQH, {}),
    ("Percival", "Ashgrove-Lim", "LCMHC", "NC", "1996-07-12", _S.NEW_WITHOUT_COVER, _NO_COVER, {}),
)  # fmt: skip

#: Each profession's taxonomy code, and its name in NPPES.
_TAXONOMIES = {
    "MD": ("2084P0800X", "Psychiatry & Neurology, Psychiatry"),
    "DO": ("2084P0800X", "Psychiatry & Neurology, Psychiatry"),
    "PMHNP": ("363LP0808X", "Nurse Practitioner, Psychiatric/Mental Health"),
    "PA-C": ("363A00000X", "Physician Assistant"),
    "PSYD": ("103TC0700X", "Psychologist, Clinical"),
    "LCSW": ("1041C0700X", "Social Worker, Clinical"),
    "LPC": ("101YP2500X", "Counselor, Professional"),
    "LMHC": ("101YM0800X", "Counselor, Mental Health"),
    "LCMHC": ("101YM0800X", "Counselor, Mental Health"),
    "LMFT": ("106H00000X", "Marriage & Family Therapist"),
    "LADC": ("101YA0400X", "Counselor, Addiction (Substance Use Disorder)"),
}
_DEGREES = {"MD": "MD", "DO": "DO", "PMHNP": "MSN", "PA-C": "MPAS", "PSYD": "PsyD", "LCSW": "MSW"}
_SCHOOLS = ("Plains State University", "Lakeshore University", "Blue Ridge College", "Gulf Coast University")
_CARRIERS = ("Prairie Mutual Professional", "Tidewater Casualty")
#: City and ZIP code by state; the codes are of no place.
_TOWNS = {"TX": "Elm Fork", "CO": "Cedar Mesa", "IL": "Lake Haven", "NC": "Pine Hollow", "FL": "Palm Inlet"}
_ZIPS = {"TX": "75000", "CO": "80000", "IL": "60000", "NC": "27000", "FL": "33000"}


@cache
def people() -> tuple[Person, ...]:
    """Return the whole practice, in the order of its NPIs."""
    return tuple(
        Person(place, first, last, profession, tuple(states.split(";")), born, story, form, registry)
        for place, (first, last, profession, states, born, story, form, registry) in enumerate(_PEOPLE, start=1)
    )


def of(*stories: Story) -> tuple[Person, ...]:
    """Return those of whom one of these stories is told."""
    return tuple(person for person in people() if person.story in stories)


def registry() -> dict[str, RegistryEntry]:
    """Return what the simulated NPPES holds, by NPI."""
    return {person.npi: person.entry for person in people()}


def unissued_npi(place: int) -> str:
    """Return the NPI at a place among numbers that were never issued, its check digit right."""
    nine = f"10000{place:04}"
    return next(nine + digit for digit in "0123456789" if npi_is_valid(nine + digit))


def _ordinary_form(person: Person) -> dict[str, str]:
    """The form of somebody with nothing unusual about them, by canonical column."""
    place, state = person.place, person.states[0]
    late = person.story.is_new_in_may
    cells = {
        "npi": person.npi,
        "first_name": person.first_name,
        "last_name": person.last_name,
        "date_of_birth": person.born,
        "email": f"{fold(person.first_name)}.{fold(person.last_name).replace(' ', '-')}@example.org",
        "phone": f"303-555-01{place:02}",
        "address_1": f"{100 + place} Example Street",
        "city": _TOWNS[state],
        "state": state,
        "zip": _ZIPS[state],
        "profession": person.profession,
        "taxonomy": _TAXONOMIES[person.profession][0],
        "languages": "English",
        "states_of_practice": "; ".join(person.states),
        "malpractice_carrier": _CARRIERS[place % 2],
        "malpractice_policy_number": f"PL-{4100 + 7 * place}",
        "malpractice_insured_name": person.name,
        "malpractice_effective_on": "2025-11-01",
        "malpractice_expires_on": "2026-11-01",
        "malpractice_per_claim": "1M/3M",
        "malpractice_basis": "occurrence",
        "caqh_id": f"{15_000_000 + 313 * place}",
        "caqh_attested_on": f"2026-{'04' if late else '02'}-{place % 20 + 6:02}",
        "caqh_status": "Re-Attestation",
        "caqh_authorized": "yes",
        "caqh_roster_status": "ACTIVE",
        "degree": _DEGREES.get(person.profession, "MA"),
        "school": _SCHOOLS[place % 4],
        "graduated_on": "2014-05",
        "work_1_employer": "Riverbend Behavioral Health",
        "work_1_role": "clinician",
        "work_1_started_on": "2022-02",
        "work_1_ended_on": "present",
        "work_2_employer": f"{_TOWNS[state]} Community Clinic",
        "work_2_role": "clinician",
        "work_2_started_on": "2018-06",
        "work_2_ended_on": "2022-01",
        "work_3_employer": "Example County Health Services",
        "work_3_role": "associate",
        "work_3_started_on": "2014-08",
        "work_3_ended_on": "2018-05",
        "signed_name": person.name,
        "signed_on": f"2026-{'05-0' if late else '02-2'}{place % 7 + 1}",
    }
    for number, where in enumerate(person.states, start=1):
        cells |= {
            f"license_{number}_state": where,
            f"license_{number}_number": f"{where}{60_000 + 137 * place + number}",
            f"license_{number}_type": person.profession,
            f"license_{number}_issued_on": "2016-08-01",
            f"license_{number}_expires_on": f"{2027 + place % 2}-{place % 12 + 1:02}-28",
        }
    return cells | _prescribing(person)


def _prescribing(person: Person) -> dict[str, str]:
    """What only prescribers hold: DEA, in Illinois the state's own registration, and of nurse practitioners ANCC's."""
    profession = profession_of(person.profession)
    if profession is None or not profession.prescribes:
        return {}
    place, state = person.place, person.states[0]
    cells = {
        "dea_1_number": _dea_number("F" if person.profession in {"MD", "DO"} else "M", person),
        "dea_1_state": state,
        "dea_1_schedules": "2, 2N, 3, 3N, 4, 5",
        "dea_1_expires_on": f"2028-{place % 12 + 1:02}-28",
    }
    if state == "IL":
        cells |= {
            "cds_1_number": f"336{100_000 + place}",
            "cds_1_state": state,
            "cds_1_expires_on": f"2027-{place % 12 + 1:02}-28",
        }
    if profession.family == "NP":
        cells |= {
            "board_1_name": "ANCC",
            "board_1_specialty": "Psychiatric-Mental Health Nurse Practitioner",
            "board_1_certified_on": "2022-09-15",
            "board_1_expires_on": "2027-09-14",
        }
    return cells


def _dea_number(letter: str, person: Person) -> str:
    """Return a number of the right shape: the registrant's letter, the last name's, and seven digits that agree."""
    digits = f"{person.place:06}"
    odd, even = (sum(int(digit) for digit in digits[start::2]) for start in (0, 1))
    return f"{letter}{fold(person.last_name)[0].upper()}{digits}{(odd + 2 * even) % 10}"


def _unaccented(name: str) -> str:
    return name.replace("ë", "e")


# --- the files that come in -----------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Slip:
    """A cell that somebody filled in wrongly, so that the row is set aside."""

    story: Story
    column: str
    written: str


def slips() -> tuple[Slip, ...]:
    """Return what is wrong in the forms of March, each in another row."""
    colleague = of(Story.SEES_CLIENTS)[0]
    return (
        Slip(Story.RENEWED, "npi", _transposed(of(Story.RENEWED)[0].npi)),
        Slip(Story.STARTS_IN_JULY, "license_1_expires_on", "02/30/2027"),
        Slip(Story.NO_DATE, "license_1_state", "Colorodo"),
        Slip(Story.LEFT, "npi", colleague.npi),
    )


def _transposed(npi: str) -> str:
    """Swap the last two digits that differ: the check digit catches it."""
    place = next(n for n in range(len(npi) - 2, 0, -1) if npi[n] != npi[n + 1])
    return npi[:place] + npi[place + 1] + npi[place] + npi[place + 2 :]


def form_file(filled: Iterable[Person], policy: Policy, mistakes: Iterable[Slip] = ()) -> bytes:
    """Return forms as a CSV of the canonical columns, a row a person, with these mistakes in it."""
    header = [column.name for column in columns(policy, {**USUAL_REPEATS, "license": 2})]
    questions = {f"disclosure_{key}": "no" for key in policy.disclosures}
    wrong = {mistake.story: {mistake.column: mistake.written} for mistake in mistakes}
    rows = []
    for person in filled:
        cells = questions | person.cells | wrong.get(person.story, {})
        rows.append([cells.pop(name, "") for name in header])
        if cells:
            raise ValueError(f"the form has no columns {', '.join(cells)}")
    return csv_bytes(header, rows)


def mend(rejects: bytes) -> tuple[bytes, list[tuple[str, str, str, str]]]:
    """Write what should have been in the rows set aside; return the file, and (row, column, was, is) of each cell."""
    reader = csv.DictReader(io.StringIO(rejects.decode("utf-8"), newline=""))
    rows, mended = list(reader), []
    for row in rows:
        person = next(person for person in people() if person.name == f"{row['first_name']} {row['last_name']}")
        slip = next(slip for slip in slips() if slip.story is person.story)
        right = person.cells[slip.column]
        mended.append((row["reject_row"], slip.column, row[slip.column], right))
        row[slip.column] = right
    header = list(reader.fieldnames or ())
    return csv_bytes(header, [[row[name] for name in header] for row in rows]), mended


#: Who else is on the simulated exclusion list: every first name with every last name, none of them of the practice.
_LISTED_FIRST = ("ALDEN", "BRISA", "CLOVIS", "DORIAN", "EVANGELINE", "FLORIAN", "GRETA", "HOLLIS", "ISOLDE", "JARVIS")
_LISTED_LAST = (
    "ASHDOWNE", "BELLWETHER", "CRANSHAW", "DRUMMOND-OKAFOR", "EASTERLING", "FENNIMORE", "GALLOWGATE", "HARROWSMITH",
    "INNISFREE", "JUNIPERO", "KESTLEROY", "LOCKRIDGE",
)  # fmt: skip


def exclusion_list(newcomers: int) -> bytes:
    """Return a file in the shape of OIG's UPDATED.csv, with so many rows more than the first one had.

    On it are somebody of the practice by NPI and name, a namesake of another by name alone, a third with another date
    of birth, and 120 strangers.
    """
    return csv_bytes(LEIE_COLUMNS, [[row.get(name, "") for name in LEIE_COLUMNS] for row in _listed(newcomers)])


def _listed(newcomers: int) -> Iterator[dict[str, str]]:
    nothing = dict.fromkeys(("DOB", "REINDATE", "WAIVERDATE"), "00000000") | {"NPI": "0000000000"}
    plain = nothing | {"GENERAL": "IND- LIC HC SERV PRO", "EXCLTYPE": "1128b4", "EXCLDATE": "20180320"}
    excluded, namesake, older = of(Story.EXCLUDED)[0], of(Story.NEW_NAMESAKE)[0], of(Story.SEES_CLIENTS)[0]
    named = plain | {"SPECIALTY": "COUNSELOR"}
    yield (
        named
        | _listed_name(excluded)
        | {
            "NPI": excluded.npi,
            "DOB": excluded.born.replace("-", ""),
            "STATE": "CO",
            "EXCLTYPE": "1128a1",
            "EXCLDATE": "20251120",
        }
    )
    yield named | _listed_name(namesake) | {"STATE": "OH"}
    yield named | _listed_name(older) | {"DOB": "19510704", "STATE": "OR"}
    for number, (first, last) in enumerate((first, last) for first in _LISTED_FIRST for last in _LISTED_LAST):
        yield plain | {
            "FIRSTNAME": first,
            "LASTNAME": last,
            "DOB": f"{1940 + number % 45}{number % 12 + 1:02}{number % 28 + 1:02}",
            "EXCLDATE": f"{2001 + number % 24}{number % 12 + 1:02}20",
        }
    for number in range(newcomers):
        yield plain | {"FIRSTNAME": "KIT", "LASTNAME": _LISTED_LAST[number], "DOB": "19700101", "EXCLDATE": "20260319"}


def _listed_name(person: Person) -> dict[str, str]:
    return {"FIRSTNAME": person.first_name.upper(), "LASTNAME": person.last_name.upper()}
