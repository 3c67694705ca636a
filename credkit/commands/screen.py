"""`credkit screen`: people held against exclusion lists, and what a person rules of the rows that resemble them."""

import sys
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import closing
from pathlib import Path
from tempfile import NamedTemporaryFile
from typing import TYPE_CHECKING, Annotated, Any, TypeVar

import typer

from credkit.commands.options import read_date, read_npi
from credkit.commands.screen_review import entry_name, resolve_command, review
from credkit.commands.screen_show import receipts_command, show
from credkit.commands.session import Session
from credkit.errors import FOUND_SOMETHING, Incomplete, UsageError
from credkit.render.listing import Column, Listing

if TYPE_CHECKING:
    from credkit.commands.items.screening import ScreenedItem, ScreenedPersonItem
    from credkit.lists.others import NamedList, ScreenedPerson
    from credkit.policy import Policy
    from credkit.tables.maps import ColumnMap

Answered = TypeVar("Answered")

HELP = "Hold people against exclusion lists; work what is found."

app = typer.Typer(help=HELP, no_args_is_help=True)

#: What needs somebody.
_TO_WORK = frozenset({"possible", "match", "insufficient_data"})


@app.command("run")
def run_command(
    ctx: typer.Context,
    npis: Annotated[
        list[str] | None, typer.Argument(metavar="NPI", help="Providers by NPI, or --all.", parser=read_npi)
    ] = None,
    everyone: Annotated[bool, typer.Option("--all", help="Every provider.")] = False,
    lists: Annotated[
        list[str] | None,
        typer.Option(
            "--list",
            metavar="NAME[=FILE]",
            help="Only this list; may be repeated. By default those that the policy names. With --file, NAME=FILE reads "
            "the list from a file without loading it.",
        ),
    ] = None,
    since: Annotated[
        str | None,
        typer.Option(metavar="last", help="Compare only what is new on either side since the last run over everyone."),
    ] = None,
    file: Annotated[
        Path | None,
        typer.Option(metavar="PEOPLE", help="People who are not in the store: CSV, XLSX or JSON; - is standard input."),
    ] = None,
    column_map: Annotated[
        Path | None, typer.Option("--map", metavar="M.toml", help="Which of the file's columns is which.")
    ] = None,
    published: Annotated[
        str | None, typer.Option(metavar="DATE", help="The day on which a list given as NAME=FILE was published.")
    ] = None,
    out: Annotated[
        Path | None,
        typer.Option(
            metavar="HITS.ndjson", help="Where to write a line for each of the people; replaced if it is there."
        ),
    ] = None,
    exit_zero: Annotated[bool, typer.Option("--exit-zero", help="End 0 also when something was found.")] = False,
) -> None:
    """Hold providers, or the people of a file, against the exclusion lists, and keep a receipt.

    Ends 4 when somebody was not screened (no list, an old one, a row that cannot be read), 10 when a row resembles
    somebody or too little is known of them, else 0.
    """
    session: Session = ctx.obj
    if since not in {None, "last"}:
        raise UsageError(f"{since!r} is not a word for --since.", hint="Write --since last.")
    if bool(npis) + everyone + (file is not None) != 1:
        raise UsageError("Name the providers to screen, or --all for everybody, or --file for people in a file.")
    if file is not None:
        if since:
            raise UsageError("--since last is for providers in the store: of a file nobody knows the last time.")
        _screen_file(session, file, lists or [], column_map, published, out, exit_zero=exit_zero)
        return
    for given, option in ((column_map, "--map"), (published, "--published"), (out, "--out")):
        if given is not None:
            raise UsageError(f"{option} goes with --file.")
    if since and npis:
        raise UsageError("--since last is for everybody: give --all.")
    _screen_providers(session, npis, lists or [], since_last=since is not None, exit_zero=exit_zero)


def _screen_providers(
    session: Session, npis: list[str] | None, names: list[str], *, since_last: bool, exit_zero: bool
) -> None:
    from credkit.commands.items.screening import CandidateItem, ScreenedItem
    from credkit.lists.elsewhere import ListHere, asked_list
    from credkit.lists.known import to_screen_by
    from credkit.lists.receipts import Tally
    from credkit.lists.screening import Screened, screen_everyone

    tally = Tally()
    if wrong := [name for name in names if "=" in name]:
        raise UsageError(f"{wrong[0]!r}: a list from a file goes with --file.")

    def item(one: Screened) -> ScreenedItem:
        return ScreenedItem(
            npi=one.provider.npi,
            name=one.provider.name,
            list=one.list,
            outcome=one.result.outcome,
            reasons=one.result.reasons if one.result.outcome != "clear" or session.for_programs else (),
            candidates=tuple(map(CandidateItem.model_validate, candidates(one.list, one.result))),
            verification_id=one.verification.id,
            recorded=one.recorded,
        )

    # Who is named alone is found sooner than a second process begins.
    with closing(ListHere() if npis else asked_list()) as asked_of, session.store() as store:
        for npi in npis or ():
            store.provider_file(npi)
        policy = session.policy_on(session.today)
        loaded = {version.name for version in store.list_versions()}
        asked = to_screen_by(names or policy.exclusions.lists, policy, loaded)
        with session.worked("providers screened", store.provider_count() if npis is None else len(set(npis))) as (
            progress,
            report,
        ):
            work = screen_everyone(
                store,
                policy,
                asked,
                npis=npis,
                since_last=since_last,
                today=session.today,
                tally=tally,
                asked=asked_of,
                progress=progress,
            )
            counts: dict[str, int] = {}
            shown = (
                item(one)
                for one in _counted(work, counts, lambda one: one.result.outcome)
                if session.for_programs or one.result.outcome in _TO_WORK
            )
            report(
                Listing(
                    schema="credkit.screened/1",
                    items=shown,
                    columns=_columns_of_providers(),
                    counts=counts,
                    on=session.today,
                    policy=policy,
                    empty="Nobody needs a look.",
                )
            )
    _finish(session, tally, exit_zero=exit_zero)


def _screen_file(
    session: Session,
    file: Path,
    names: list[str],
    column_map: Path | None,
    published: str | None,
    out: Path | None,
    *,
    exit_zero: bool,
) -> None:
    from credkit.lists.others import begun

    # The lists take the longest: other processes begin with them before this one imports and opens all the rest.
    with begun(map(_of_a_file, names)) as named:
        policy = session.policy_on(session.today)
        loaded_map = _column_map(column_map)
        with begun(() if names else map(_of_a_file, policy.exclusions.lists)) as of_policy:
            _screen_people(session, policy, file, [*named, *of_policy], loaded_map, published, out, exit_zero=exit_zero)


def _of_a_file(text: str) -> tuple[str, Path | None]:
    name, equals, path = text.partition("=")
    return name, Path(path) if equals else None


def _column_map(path: Path | None) -> "ColumnMap | None":
    if path is None:
        return None
    from credkit.tables.maps import ColumnMap

    return ColumnMap.load(path)


def _screen_people(
    session: Session,
    policy: "Policy",
    file: Path,
    lists: "Sequence[NamedList]",
    column_map: "ColumnMap | None",
    published: str | None,
    out: Path | None,
    *,
    exit_zero: bool,
) -> None:
    from credkit.lists.known import to_screen_by
    from credkit.lists.others import screen_people
    from credkit.lists.people import People
    from credkit.lists.receipts import Tally

    tally = Tally()
    source = None if str(file) == "-" else file

    def line(one: "ScreenedPerson") -> dict[str, Any]:
        outcome: dict[str, Any] = {
            "id": one.read.person.id,
            "result": one.outcome,
            "lists": {name: result.outcome for name, result in one.results.items()},
            "reasons": list(one.read.doubts),
            "candidates": [],
        }
        if one.outcome not in {"clear", "possible", "match"}:
            outcome["reasons"] += dict.fromkeys(
                reason
                for result in one.results.values()
                if result.outcome in {"not_screened", "insufficient_data"}
                for reason in result.reasons
            )
        for name, result in one.results.items():
            if result.candidates:
                outcome["candidates"] += candidates(name, result)
        return outcome

    with session.store() as store:
        names = to_screen_by((one.name for one in lists), policy, {version.name for version in store.list_versions()})
        with (
            People(source, column_map, today=session.today, stdin=None if source else sys.stdin.buffer) as people,
            session.worked("people screened") as (progress, report),
        ):
            work = screen_people(
                store,
                policy,
                people,
                [one.known_as(name) for one, name in zip(lists, names, strict=True)],
                published_on=read_date(published) if published else None,
                today=session.today,
                tally=tally,
                progress=progress,
            )
            if out is not None:
                _write_lines(out, map(line, work))
            else:
                from credkit.commands.items.screening import ScreenedPersonItem

                counts: dict[str, int] = {}
                report(
                    Listing(
                        schema="credkit.screened_person/1",
                        items=(
                            ScreenedPersonItem.model_validate(line(one))
                            for one in _counted(work, counts, lambda one: one.outcome)
                            if session.for_programs or one.outcome != "clear"
                        ),
                        columns=_columns_of_people(),
                        counts=counts,
                        on=session.today,
                        policy=policy,
                        empty="Nobody needs a look.",
                    )
                )
    _finish(session, tally, exit_zero=exit_zero)


def _columns_of_providers() -> "tuple[Column[ScreenedItem], ...]":
    return (
        Column("NPI", lambda item: item.npi),
        Column("Name", lambda item: item.name),
        Column("List", lambda item: item.list),
        Column("Outcome", lambda item: item.outcome),
        Column("Why", lambda item: "; ".join(item.reasons)),
    )


def _columns_of_people() -> "tuple[Column[ScreenedPersonItem], ...]":
    return (
        Column("Id", lambda item: item.id),
        Column("Outcome", lambda item: item.result),
        Column("Lists", lambda item: ", ".join(f"{name} {said}" for name, said in item.lists.items())),
        Column(
            "Why",
            lambda item: "; ".join(
                [
                    *item.reasons,
                    *(
                        f"{one.list} row {one.row_number} {one.name}: {', '.join(one.reasons)}"
                        for one in item.candidates
                        if one.verdict in {"match", "possible"}
                    ),
                ]
            ),
        ),
    )


def _counted(
    work: Iterable[Answered], counts: dict[str, int], outcome: Callable[[Answered], str]
) -> Iterator[Answered]:
    """Count the outcomes of work as it goes by."""
    for one in work:
        counts[outcome(one)] = counts.get(outcome(one), 0) + 1
        yield one


def candidates(name: str, result: Any) -> list[dict[str, Any]]:
    """Return the candidates of a result as the published items."""
    from credkit.records import entry_digest

    return [
        {
            "list": name,
            "row": one.entry.row_number - 2,
            "row_number": one.entry.row_number,
            "record": entry_digest(one.entry),
            "score": one.score,
            "verdict": one.verdict,
            "name": entry_name(one.entry),
            "reasons": list(one.reasons),
        }
        for one in result.candidates
    ]


def _write_lines(out: Path, lines: Iterable[dict[str, Any]]) -> None:
    """Write a line of JSON for each, whole or not at all, in a file that its owner alone can read."""
    from pydantic_core import to_json

    from credkit.render.documents import printable

    try:
        with NamedTemporaryFile("w", encoding="utf-8", dir=out.parent, prefix=f".{out.name}.", delete=False) as half:
            try:
                half.writelines(printable(to_json(line).decode()) + "\n" for line in lines)
            except BaseException:  # Ctrl-C too leaves nothing half written
                Path(half.name).unlink()
                raise
        Path(half.name).replace(out)
    except OSError as error:
        raise UsageError(f"{out} cannot be written: {error.strerror}.") from error


def _finish(session: Session, tally: Any, *, exit_zero: bool) -> None:
    for receipt in tally.receipts:
        if receipt.problem is None:
            said = ", ".join(f"{count:,} {word.replace('_', ' ')}" for word, count in receipt.counts.items())
            session.say(f"{receipt.people:,} people against {receipt.address}: {said}.")
    for trouble in tally.troubles:
        session.warn(trouble[:1].upper() + trouble[1:] + ".")
    counted = {word for counts in tally.counts.values() for word, count in counts.items() if count}
    if "not_screened" in counted or tally.troubles:
        raise typer.Exit(Incomplete.exit_code)
    if counted & _TO_WORK and not exit_zero:
        raise typer.Exit(FOUND_SOMETHING)


app.command("review")(review)
app.command("resolve")(resolve_command)
app.command("show")(show)
app.command("receipts")(receipts_command)
