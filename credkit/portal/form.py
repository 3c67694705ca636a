"""The onboarding form: a page a topic, made from the policy and the canonical columns for a profession. Pure.

It is checked as an import checks a row (by the same `Cleaner`), and beyond that for being whole: what the policy asks is answered,
and no gap in the work history is left without a word.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date

from credkit.checks.work_history import Span, span_asked, uncovered
from credkit.intake.clean import Cleaner, CleanForm, FieldError
from credkit.intake.completeness import missing_facts
from credkit.intake.form import Column, columns, find_column
from credkit.intake.plan import merge
from credkit.policy import Policy
from credkit.portal.facts import OURS
from credkit.records import Application, PortalLink, ProviderFile
from credkit.reference.professions import profession_of

#: The longest text that a field takes.
LONGEST = 4_000
_TITLES = {
    "person": "About you",
    "practice": "Your practice",
    "license": "Licenses",
    "dea": "DEA registration",
    "cds": "State controlled-substance registration",
    "board": "Board certification",
    "malpractice": "Malpractice insurance",
    "caqh": "CAQH",
    "education": "Education",
    "work": "Work history",
    "disclosures": "Questions",
}
_SAYS = {
    "person": "Write your name as it stands on your license.",
    "license": "Every license you hold in a state where you will see clients. Leave empty what you do not need.",
    "malpractice": "As it stands on your certificate of insurance.",
    "caqh": "If you have no CAQH number yet, leave this empty: we will help you to get one.",
    "education": "Your highest degree in your profession.",
    "work": "The last five years, the newest first. Where there is a gap of more than six months, say below what you did then.",
    "disclosures": "Answer every question. Where you answer yes, explain it in your own words.",
}
_POSITIONS, _GAPS = 6, 3
_SIGNATURE = ("signed_name", "signed_on")


@dataclass(frozen=True, slots=True)
class Topic:
    """One page of the form."""

    name: str
    title: str
    says: str
    columns: tuple[Column, ...]


@dataclass(frozen=True, slots=True)
class Problem:
    """One thing that stands in the way of sending: on which page, at which field ("" for the page), in words."""

    topic: str
    field: str
    says: str


def topics(policy: Policy, profession: str | None, states: int) -> tuple[Topic, ...]:
    """Return the pages of a profession's form, with room for one license more than states."""
    repeat = {"license": states + 1, "dea": 2, "cds": 2, "board": 2, "work": _POSITIONS, "gap": _GAPS}
    family = profession_of(profession)
    leaves_out = {"signature"}
    if family is not None and not family.prescribes:
        leaves_out |= {"dea", "cds"}
    pages: dict[str, list[Column]] = {}
    for column in columns(policy, repeat):
        if column.group not in leaves_out and column.name not in OURS:
            pages.setdefault("work" if column.group == "gap" else column.group, []).append(column)
    return tuple(Topic(name, _TITLES[name], _SAYS.get(name, ""), tuple(held)) for name, held in pages.items())


def begun(link: PortalLink) -> dict[str, str]:
    """Return what is known of who is invited."""
    return {
        "email": link.email or "",
        "profession": link.profession or "",
        "states_of_practice": "; ".join(link.states),
    } | {f"license_{number}_state": state for number, state in enumerate(link.states, 1)}


def taken(given: Mapping[str, str], asked: tuple[Column, ...]) -> dict[str, str]:
    """Return the answers to what a page asks, and nothing else that was sent with them."""
    return {column.name: given.get(column.name, "").strip()[:LONGEST] for column in asked}


def filled(cells: Mapping[str, str]) -> dict[str, str]:
    """Return the cells that say something: a license of which the state alone is named is none."""
    held = {name: text for name, text in cells.items() if text.strip()}
    for number in range(1, 31):
        names = [name for name in held if name.startswith(f"license_{number}_")]
        if names == [f"license_{number}_state"]:
            del held[names[0]]
    return held


def problems(cells: Mapping[str, str], pages: tuple[Topic, ...], policy: Policy, on: date) -> tuple[Problem, ...]:
    """Return everything that stands in the way of sending the form, in the order of its pages."""
    held = filled(cells)
    read = Cleaner(held, policy, on)(held)
    topic_of = {column.name: topic.name for topic in pages for column in topic.columns}
    found = [] if isinstance(read, CleanForm) else [_problem(error, topic_of) for error in read]
    first = list(topic_of.values())
    found += _missing(held, read, pages, policy, on)
    return tuple(sorted(dict.fromkeys(found), key=lambda one: first.index(one.topic) if one.topic in first else -1))


def _problem(error: FieldError, topic_of: Mapping[str, str]) -> Problem:
    return Problem(topic_of.get(error.column, "person"), error.column, error.reason)


def _missing(
    held: Mapping[str, str],
    read: CleanForm | tuple[FieldError, ...],
    pages: tuple[Topic, ...],
    policy: Policy,
    on: date,
) -> Iterator[Problem]:
    named = {topic.name for topic in pages}
    asked = {
        "date_of_birth": ("person", "Write your date of birth."),
        "email": ("person", "Write your e-mail address."),
        "phone": ("person", "Write your telephone number."),
        "profession": ("practice", "Write your profession."),
        "states_of_practice": ("practice", "Write the states where you will see clients."),
        "malpractice_carrier": ("malpractice", "Write the insurer of your malpractice insurance."),
        "malpractice_expires_on": ("malpractice", "Write the last day of your malpractice insurance."),
        "school": ("education", "Write the school that gave you your degree."),
        "work_1_employer": ("work", "Write where you work, or worked last."),
        "work_1_started_on": ("work", "Write when your work there began."),
    }
    for name, (topic, says) in asked.items():
        if topic in named and name not in held:
            yield Problem(topic, name, says)
    if "license" in named and not any(name.startswith("license_") and name.endswith("_number") for name in held):
        yield Problem("license", "license_1_number", "Write your license.")
    for key in policy.disclosures:
        if f"disclosure_{key}" not in held:
            yield Problem("disclosures", f"disclosure_{key}", "Answer yes or no.")
        elif held[f"disclosure_{key}"] == "yes" and f"disclosure_{key}_explanation" not in held:
            yield Problem("disclosures", f"disclosure_{key}_explanation", "Explain your answer in your own words.")
    if isinstance(read, CleanForm) and "work_1_started_on" in held:
        for gap in open_gaps(read, policy, on):
            yield Problem("work", "gap_1_started_on", f"Say what you did {gap}.")


def open_gaps(form: CleanForm, policy: Policy, on: date) -> tuple[str, ...]:
    """Return the gaps in a form's work history that need a word, each as "from 2019-01-01 to 2020-02-28"."""
    file = _as_file(form)
    rules = policy.work_history
    asked = span_asked(file, rules.years, on)
    told = [
        Span(entry.started_on, max(entry.started_on, _day_after(entry.ended_on or on)))
        for entry in form.work_history
        if entry.kind == "position" or entry.explanation
    ]
    return tuple(f"from {gap}" for gap in uncovered(asked, told) if gap.longer_than(rules.gap_clarified_months))


def _day_after(day: date) -> date:
    return date.fromordinal(day.toordinal() + 1)


def _as_file(form: CleanForm) -> ProviderFile:
    facts = merge(form, None, str)
    application = Application("", form.npi, form.signed_name, form.signed_on, "", "", "", 1, facts.disclosures)
    return ProviderFile(facts.provider, application, facts.credentials, facts.work_history)


def lacking(form: CleanForm) -> tuple[str, ...]:
    """Name the facts that every application needs, and that this one lacks."""
    return missing_facts(_as_file(form))


def signed(cells: Mapping[str, str], name: str, today: date) -> dict[str, str]:
    """Return a form with its signature, of the day on which it is given."""
    return {**filled(cells), "signed_name": name.strip(), "signed_on": today.isoformat()}


def signing_columns(file: ProviderFile, policy: Policy) -> tuple[Column, ...]:
    """Return what is asked when a provider signs anew: the work history with room to go on, and every question."""
    held = [entry.kind for entry in file.work_history]
    repeat = {"work": min(held.count("position") + 2, 29), "gap": min(held.count("gap") + 2, 29)}
    return tuple(column for column in columns(policy, repeat) if column.group in {"work", "gap", "disclosures"})


def is_of_the_form(name: str, policy: Policy) -> bool:
    """Say whether a name is a column of the form."""
    return find_column(name, policy) is not None
