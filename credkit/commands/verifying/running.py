"""What a run asks, and what it says of itself when it ends."""

from collections.abc import Iterator, Mapping
from contextlib import ExitStack
from datetime import timedelta

from credkit.commands.session import Session
from credkit.render.formats import Format
from credkit.settings import Settings, SourceSettings
from credkit.verify.gathering import Asking, Source
from credkit.verify.step import Run


def open_sources(settings: Settings, opened: ExitStack) -> tuple[dict[str, Source], dict[str, Asking]]:
    """Open every outside source that a run can ask, by the name under which checks need it, and say how each is asked."""
    from credkit.sources.boards import open_boards
    from credkit.sources.nppes import NAME, Nppes

    nppes = settings.sources.nppes
    sources: dict[str, Source] = {NAME: opened.enter_context(Nppes(nppes))}
    askings = {NAME: asking_of(nppes, from_file=nppes.mode == "file")}
    for name, board in open_boards(settings).items():
        opened.callback(board.close)
        sources[name] = board
        askings[name] = asking_of(board.settings)
    return sources, askings


def asking_of(settings: SourceSettings, *, from_file: bool = False) -> Asking:
    """Return how a source is asked by its settings."""
    return Asking(
        lanes=settings.concurrency,
        max_age=timedelta(hours=settings.max_age_hours),
        opens_after=settings.opens_after,
        from_file=from_file,
        secret=settings.key,
    )


class Counts(Mapping[str, int]):
    """A run's counts for programs, which grow while it goes on: by outcome, and for each source how many look-ups were
    answered, unanswered, not asked, or served by what is held, and for how many milliseconds it was being asked."""

    def __init__(self, outcome: Run) -> None:
        self._outcome = outcome

    def _all(self) -> dict[str, int]:
        return self._outcome.counts | {
            f"{name}_{what}": count
            for name, use in self._outcome.sources.items()
            for what, count in (
                ("answered", use.answered), ("unanswered", use.unanswered), ("not_asked", use.not_asked),
                ("held", use.held), ("ms", round(use.seconds * 1000)),
            )
        }  # fmt: skip

    def __getitem__(self, name: str) -> int:
        return self._all()[name]

    def __iter__(self) -> Iterator[str]:
        return iter(self._all())

    def __len__(self) -> int:
        return len(self._all())


def sum_up(session: Session, outcome: Run) -> None:
    """Tell a person what a run came to, and what is left."""
    for trouble, times in outcome.troubles.items():
        session.warn(f"{trouble} ({times} times)")
    if any(outcome.counts.values()) and session.format is not Format.TABLE:  # a table ends with them
        session.say(", ".join(f"{count:,} {name}" for name, count in outcome.counts.items()) + ".")
    for name, use in outcome.sources.items():
        parts = [
            f"{count:,} {words}"
            for count, words in (
                (use.answered, "answered"),
                (use.unanswered, "gave no answer"),
                (use.not_asked, "not asked"),
                (use.held, "from an answer that is held"),
            )
            if count
        ]
        asked = use.answered + use.unanswered
        took = f"; {use.seconds:.1f} s, {use.waited / asked:.2f} s a look-up" if asked else ""
        if parts:
            session.say(f"{name}: {', '.join(parts)}{took}.")
    if outcome.by_hand:
        session.say(f"{outcome.by_hand} more only a person can look up: `credkit verify due --by-hand` lists them.")
    if outcome.left:
        session.warn(f"{outcome.left} providers were left to another run, which is still asking about them.")
