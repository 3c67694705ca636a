"""The arguments and options that several commands share, each read strictly."""

import re
from collections.abc import Sequence
from datetime import date, timedelta
from typing import TYPE_CHECKING, Annotated

import typer

from credkit.errors import UsageError, did_you_mean
from credkit.reference.identifiers import npi_is_valid, tax_id_in
from credkit.reference.states import state_code

if TYPE_CHECKING:
    from credkit.records import Line


#: The longest forecast: two years of weeks.
MOST_WEEKS = 104


def read_npi(text: str) -> str:
    """Read an NPI that passes its check digit."""
    npi = text.strip()
    if not npi_is_valid(npi):
        why = (
            "ten digits that start with 1 or 2" if not (npi.isdigit() and len(npi) == 10) else "one whose digits agree"
        )
        raise UsageError(f"{text!r} is not an NPI: write {why}.")
    return npi


def read_text(text: str) -> str:
    """Read words that must say something: a blank reason is none."""
    words = text.strip()
    if not words:
        raise UsageError("A text that is asked for may not be blank.")
    return words


def read_date(text: str) -> date:
    """Read an ISO date, and nothing else: on a command line 03/04/2026 could be two days."""
    try:
        if len(text) == len("2026-03-31"):
            return date.fromisoformat(text)
    except ValueError:
        pass
    raise UsageError(f"{text!r} is not a date.", hint="Write it as 2026-03-31.")


def read_month(text: str) -> date:
    """Read a month; return its first day."""
    try:
        if len(text) == len("2026-11"):
            return date.fromisoformat(f"{text}-01")
    except ValueError:
        pass
    raise UsageError(f"{text!r} is not a month.", hint="Write it as 2026-11.")


def read_age(text: str) -> timedelta:
    """Read an age: 24h, 7d, 30m; a number alone is hours."""
    found = re.fullmatch(r"([0-9]{1,6}(?:\.[0-9]{1,3})?)\s*([hdm]?)", text.strip().lower())
    if not found:
        raise UsageError(f"{text!r} is not an age.", hint="Write it as 24h or 7d.")
    unit = {"d": timedelta(days=1), "m": timedelta(minutes=1)}.get(found[2], timedelta(hours=1))
    return float(found[1]) * unit


def read_weeks(text: str) -> int:
    """Read how many weeks: 12w, or 12."""
    found = re.fullmatch(r"([0-9]{1,3})w?", text.strip().lower())
    if not found or not 1 <= int(found[1]) <= MOST_WEEKS:
        raise UsageError(f"{text!r} is no number of weeks from 1 to {MOST_WEEKS}.", hint="Write it as 12w.")
    return int(found[1])


def read_state(text: str) -> str:
    """Read a state by its postal code or whole name."""
    code = state_code(text)
    if code is None:
        raise UsageError(f"{text!r} is not a state.", hint="Write its postal code: TX.")
    return code


def read_tax_id(text: str) -> str:
    """Read an organization's tax id; return it as 12-3456789. The text is not repeated: it may be somebody's SSN."""
    tax_id = tax_id_in(text)
    if not tax_id:
        raise UsageError("That is not a tax id.", hint="Write the nine digits of the EIN: 12-3456789 or 123456789.")
    return tax_id


def our_tax_id(tax_ids: Sequence[str]) -> str:
    """Return the tax id that enrollments are under where none is named: the first of the settings, "" without any."""
    if not tax_ids:
        return ""
    found = tax_id_in(tax_ids[0])
    if not found:
        raise UsageError(
            "The first of [organization] tax_ids in the settings is not a tax id.",
            hint="Write the nine digits of the EIN: 12-3456789.",
        )
    return found


def read_line(text: str) -> "Line":
    """Read a line of business."""
    from credkit.records import Line

    if text not in set(Line):
        raise UsageError(
            f"There is no line of business {text!r}.{did_you_mean(text, list(Line))}", hint=", ".join(Line)
        )
    return Line(text)


NpiArgument = Annotated[str, typer.Argument(metavar="NPI", help="The provider's NPI.", parser=read_npi)]
NpisArgument = Annotated[
    list[str] | None, typer.Argument(metavar="NPI", help="Providers by NPI; by default all.", parser=read_npi)
]
OneOrAll = Annotated[
    str | None, typer.Argument(metavar="NPI", help="One provider by NPI; by default all.", parser=read_npi)
]
StateOption = Annotated[str | None, typer.Option("--state", metavar="ST", help="Only this state.", parser=read_state)]
StateName = Annotated[str, typer.Option("--state", metavar="ST", help="The state it is for.", parser=read_state)]
#: Words that follow the first value of an option which takes one name or more: `--present "Dr Ash" "Dr Birch"`.
MoreNames = Annotated[list[str] | None, typer.Argument(hidden=True, metavar="NAME")]
DryRun = Annotated[bool, typer.Option("--dry-run", "-n", help="Show what would be done, and do nothing.")]


def _read_fail_on(text: str) -> str:
    if text not in {"due", "overdue", "any"}:
        raise UsageError(f"{text!r} is not one of due, overdue, any.")
    return text


FailOn = Annotated[
    str | None,
    typer.Option(
        "--fail-on", metavar="due|overdue|any", help="End 10 when there is such a thing.", parser=_read_fail_on
    ),
]


ExitZero = Annotated[bool, typer.Option("--exit-zero", help="End 0 also when something was found.")]


def every_name(first: list[str] | None, more: list[str] | None, option: str) -> tuple[str, ...]:
    """Return the names given to an option that takes one or more, however often it was written."""
    if more and not first:
        raise UsageError(f"Unexpected words: {', '.join(map(repr, more))}.", hint=f"Names go after {option}.")
    return (*(first or ()), *(more or ()))
