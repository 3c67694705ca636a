"""`credkit committee vote`: what was moved, and how each member voted."""

from pathlib import Path
from typing import Annotated

import typer

from credkit.commands.committee.deciding import tell_pulled
from credkit.commands.committee.sheets import sheet_of
from credkit.commands.items.committee import BallotItem
from credkit.commands.options import read_date, read_npi, read_text
from credkit.commands.session import Session
from credkit.committee.balloting import Ballot, Balloted, read_ballots, record_ballot, record_ballots
from credkit.errors import UsageError, did_you_mean
from credkit.records import Outcome, Word
from credkit.render.listing import Column, Listing

COLUMNS = (
    Column[BallotItem]("NPI", lambda item: item.npi),
    Column[BallotItem]("Motion", lambda item: item.motion.replace("_", " ")),
    Column[BallotItem]("Votes", lambda item: ", ".join(f"{count} {word}" for word, count in item.tally.items())),
    Column[BallotItem]("Quorum", lambda item: f"{item.quorum_counted} of {item.quorum_needed}"),
    Column[BallotItem]("Recused", lambda item: ", ".join(item.recused)),
    Column[BallotItem]("Carried", lambda item: "yes" if item.carried else "no"),
)


def _votes(word: Word) -> object:
    return typer.Option(f"--{word}", help=f"Who voted {word}: a name; may be repeated.", metavar="NAME")


def vote_command(
    ctx: typer.Context,
    held_on: Annotated[str, typer.Argument(metavar="DATE", help="The day of the meeting.")],
    npi: Annotated[
        str | None, typer.Argument(metavar="NPI", help="The provider who is voted on.", parser=read_npi)
    ] = None,
    path: Annotated[
        Path | None,
        typer.Option(
            "--from",
            help="Many at once: npi, motion, moved_by, seconded_by, member, vote, reason; - is standard input.",
            metavar="VOTES.csv",
        ),
    ] = None,
    motion: Annotated[str | None, typer.Option(help=", ".join(Outcome), metavar="DECISION")] = None,
    moved_by: Annotated[str | None, typer.Option(help="Who moved it.", metavar="NAME")] = None,
    second: Annotated[str | None, typer.Option(help="Who seconded it.", metavar="NAME")] = None,
    for_: Annotated[list[str] | None, _votes(Word.FOR)] = None,
    against: Annotated[list[str] | None, _votes(Word.AGAINST)] = None,
    abstain: Annotated[list[str] | None, _votes(Word.ABSTAIN)] = None,
    recused: Annotated[list[str] | None, _votes(Word.RECUSED)] = None,
    reason: Annotated[str | None, typer.Option(help="Why the recused are.", metavar="TEXT", parser=read_text)] = None,
) -> None:
    """Record what was moved on a file, and how each member voted; or the votes of a whole meeting from a file.

    Refused without a quorum, which the recused do not count for; for somebody who was not there, has no vote, or has voted
    already. In a file, "clean" for an NPI ratifies every clean file of the closed docket; it is taken whole or not at all.

    Example: credkit committee vote 2026-03-17 1000000004 --motion approved --moved-by "Dr Ash" --second "Dr Birch" --for
    "Dr Ash" --for "Dr Birch" --for "Dr Cole"
    """
    session: Session = ctx.obj
    day = read_date(held_on)
    if (npi is None) == (path is None):
        raise UsageError("Name one provider by NPI, or a file of votes with --from.")
    with session.store() as store:
        tell_pulled(session, store, day)
        policy = session.policy_on(day)
        if path is not None:
            with sheet_of(path, "Columns: npi, motion, moved_by, seconded_by, member, vote, reason.") as sheet:
                ballots = read_ballots(store, day, sheet)
            found = record_ballots(store, day, ballots, policy, today=session.today)
        else:
            assert npi is not None
            words = {Word.FOR: for_, Word.AGAINST: against, Word.ABSTAIN: abstain, Word.RECUSED: recused}
            votes = tuple(
                (name, word, reason if word is Word.RECUSED else None)
                for word, names in words.items()
                for name in names or ()
            )
            if not votes:
                raise UsageError("Nobody's vote is named.", hint='--for "NAME", --against, --abstain, --recused')
            ballot = Ballot(npi, _outcome(motion), moved_by, second, votes)
            found = [record_ballot(store, day, ballot, policy, today=session.today)]
    carried = sum(one.carried for one in found)
    session.present(
        Listing(
            schema="credkit.ballot/1",
            items=map(_item, found),
            columns=COLUMNS,
            counts={"carried": carried, "not_carried": len(found) - carried},
            on=day,
            policy=policy,
            count_in_words=lambda name, count: f"{count} {name.replace('_', ' ')}",
        )
    )


def _outcome(text: str | None) -> Outcome | None:
    if text is None:
        return None
    if text not in set(Outcome):
        raise UsageError(f"There is no motion {text!r}.{did_you_mean(text, list(Outcome))}", hint=", ".join(Outcome))
    return Outcome(text)


def _item(one: Balloted) -> BallotItem:
    return BallotItem(
        npi=one.npi,
        motion=one.motion,
        tally=dict(one.tally),
        quorum_needed=one.quorum.needed,
        quorum_counted=len(one.quorum.counted),
        recused=list(one.quorum.recused),
        carried=one.carried,
    )
