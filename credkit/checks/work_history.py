"""Five years of work history, and the gaps in it."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date, timedelta

from dateutil.relativedelta import relativedelta

from credkit.checks.interface import as_text, concluded, name_claims, unavailable
from credkit.checks.window import VERIFICATION
from credkit.policy import Policy, WorkHistoryRules
from credkit.records import (
    Comparison,
    CredentialKind,
    Evidence,
    Finding,
    ProviderFile,
    SourceRef,
    Subject,
    WorkEntry,
)

_DAY = timedelta(days=1)


@dataclass(frozen=True, slots=True)
class Span:
    """Days from `first` to the day before `after`."""

    first: date
    after: date

    def longer_than(self, months: int) -> bool:
        """Say whether the span is longer than so many calendar months."""
        return self.after > self.first + relativedelta(months=months)

    @property
    def last(self) -> date:
        """The last day of it."""
        return self.after - _DAY

    def __str__(self) -> str:
        return f"{self.first} to {self.last}"


@dataclass(frozen=True, slots=True)
class Gap:
    """Days without a position, longer than the policy lets pass without words. `asked` says whether they lie in the years
    that the policy asks about; earlier ones need no explanation."""

    span: Span
    words: str | None
    explained: bool
    in_writing: bool
    asked: bool = True


def gaps(file: ProviderFile, rules: WorkHistoryRules, on: date) -> Iterator[Gap]:
    """Return the gaps between the positions of a file, in order: before the years that are asked about, then in them."""
    asked = span_asked(file, rules.years, on)
    positions = _positions(file)
    first = min((entry.started_on for entry in positions), default=asked.first)
    if first < asked.first:
        earlier = Span(first, asked.first)
        for span in uncovered(earlier, list(_spans(positions, earlier))):
            if span.longer_than(rules.gap_clarified_months):
                yield Gap(span, _explanations(file, span), explained=False, in_writing=False, asked=False)
    explained = list(_spans((entry for entry in file.work_history if _explains(entry)), asked))
    for span in uncovered(asked, list(_spans(positions, asked))):
        if not span.longer_than(rules.gap_clarified_months):
            continue
        left = [rest for rest in uncovered(span, explained) if rest.longer_than(rules.gap_clarified_months)]
        yield Gap(span, _explanations(file, span), not left, span.longer_than(rules.gap_written_months))


class WorkHistory:
    """Says whether the last five years, back from the signature, are covered by positions, and each long gap explained.

    A gap of more than six months is explained, one of more than a year in writing; an explanation on the form is both
    (NCQA CR 3 A). For someone who graduated within the five years, the years since suffice.
    """

    name = "work_history"
    title = "work history"
    standard = "NCQA CR 3 A"
    by_hand = False
    from_file = True
    automatic = True
    window = VERIFICATION
    held = False
    must_expire = False
    essential = False

    def subjects(self, file: ProviderFile, policy: Policy, states: tuple[str, ...]) -> tuple[Subject, ...]:
        """Return the one subject, with every position and gap as claimed."""
        if not _positions(file):
            return (Subject(self.name, missing="no positions on file"),)
        signed_on = file.application.signed_on if file.application else None
        claims = name_claims(file.provider) | {
            "signed_on": as_text(signed_on),
            "graduated_on": as_text(_graduated_on(file)),
            "history": "; ".join(sorted(map(_in_words, file.work_history))),
        }
        return (Subject(self.name, claims=claims),)

    def needs(self, subject: Subject, file: ProviderFile, policy: Policy) -> tuple[SourceRef, ...]:
        """Return nothing: work history is the provider's own word, and needs no primary source."""
        return ()

    def judge(
        self, subject: Subject, file: ProviderFile, evidence: Mapping[SourceRef, Evidence], policy: Policy, on: date
    ) -> Finding:
        """Fail a gap that is too long and not explained; review a position that ends before it begins."""
        if not _positions(file):
            return unavailable(subject.missing or "no positions on file", "Ask the provider for the work history.")
        rules = policy.work_history
        asked = span_asked(file, rules.years, on)
        fails, comparisons = [], []
        for gap in gaps(file, rules, on):
            if not gap.asked:
                continue
            comparisons.append(Comparison(f"gap {gap.span}", gap.words, "an explanation", agrees=gap.explained))
            if not gap.explained:
                written = " in writing" if gap.in_writing else ""
                fails.append(f"the gap from {gap.span} is not explained{written}")
        reviews = [
            f"an entry begins on {entry.started_on} and ends before, on {entry.ended_on}"
            for entry in file.work_history
            if entry.ended_on is not None and entry.ended_on < entry.started_on
        ]
        named = "; ".join(f"{comparison.field} is explained" for comparison in comparisons)
        return concluded(
            fails,
            reviews,
            f"the work history from {asked} has no unexplained gap" + (f"; {named}" if named else ""),
            comparisons=comparisons,
            advice="Ask the provider what they did then, in writing, and add it to the file.",
        )


def span_asked(file: ProviderFile, years: int, on: date) -> Span:
    """Return the days that a history must cover: so many years up to the signature (or `on`, while nothing is signed),
    from the graduation where that is later.
    """
    signed_on = file.application.signed_on if file.application else None
    end = signed_on or on
    start = end - relativedelta(years=years)
    graduated_on = _graduated_on(file)
    if graduated_on is not None and start < graduated_on <= end:
        start = graduated_on
    return Span(start, end + _DAY)


def uncovered(asked: Span, covers: list[Span]) -> Iterator[Span]:
    """Return the parts of a span that no cover touches, in order."""
    reached = asked.first
    for cover in sorted(covers, key=lambda span: span.first):
        if cover.first >= asked.after:
            break
        if reached < cover.first:
            yield Span(reached, cover.first)
        reached = max(reached, cover.after)
    if reached < asked.after:
        yield Span(reached, asked.after)


def _positions(file: ProviderFile) -> list[WorkEntry]:
    return [entry for entry in file.work_history if entry.kind == "position"]


def _explains(entry: WorkEntry) -> bool:
    return bool(entry.explanation and entry.explanation.strip())


def _spans(entries: Iterator[WorkEntry] | list[WorkEntry], asked: Span) -> Iterator[Span]:
    """The days of each entry; one without an end lasts to the end of what is asked. One that ends too early has none."""
    for entry in entries:
        after = asked.after if entry.ended_on is None else entry.ended_on + _DAY
        if entry.started_on < min(after, asked.after):
            yield Span(entry.started_on, after)


def _explanations(file: ProviderFile, gap: Span) -> str | None:
    entries = [entry for entry in file.work_history if _explains(entry)]
    told = [entry.explanation or "" for entry in entries if any(_overlaps(span, gap) for span in _spans([entry], gap))]
    return "; ".join(text.strip() for text in told) or None


def _overlaps(one: Span, other: Span) -> bool:
    return one.first < other.after and other.first < one.after


def _graduated_on(file: ProviderFile) -> date | None:
    """The first graduation: a later degree does not shorten the history asked for."""
    return min((held.issued_on for held in file.held(CredentialKind.EDUCATION) if held.issued_on), default=None)


def _in_words(entry: WorkEntry) -> str:
    what = " ".join(part for part in (entry.employer, entry.role, entry.explanation) if part)
    return f"{entry.started_on} to {entry.ended_on or 'now'} {entry.kind} {what}".strip()
