"""Payers added, edited, renamed and merged. Each reads what it judges in the transaction that writes."""

from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass, replace
from datetime import date

from credkit.errors import Refused, UsageError
from credkit.network.counting import same_payer
from credkit.network.enrollments import is_over, refuse_unlikely
from credkit.network.follow_ups import with_overdue
from credkit.policy import NetworkRules
from credkit.records import Line, Payer, PayerNames
from credkit.store import Store, new_id


@dataclass(frozen=True, slots=True)
class PayerFacts:
    """What is given of a payer; None leaves it as it is. `delegated` and `template` change with a word of their own; with
    `no_parent` it belongs to nobody any more."""

    line: Line | None = None
    parent: str | None = None
    aliases: tuple[str, ...] = ()
    states: tuple[str, ...] = ()
    delegated: bool | None = None
    template: str | None = None
    follow_up_days: int | None = None
    usual_days: int | None = None
    no_parent: bool = False


def add_payer(store: Store, name: str, line: Line, facts: PayerFacts | None = None) -> Payer:
    """Keep a payer. Raises UsageError where its name or an alias is another's."""
    name, facts = _plain(name), facts or PayerFacts()
    if not name:
        raise UsageError("A payer needs a name.")
    with store.batch():
        payer = _with(Payer(new_id(), name, line), facts)
        _refuse_taken(store.payers(), payer)
        _refuse_circle(store.payers(), payer)
        store.add_payer(payer)
    return payer


def edit_payer(store: Store, name: str, facts: PayerFacts, *, since: date, today: date, rules: NetworkRules) -> Payer:
    """Change what is known of a payer; aliases are added to those it has. Raises Refused where nothing would change.

    Which names count it out, and whose it is, is another from the day `since`; on a day before it answers as it did. What is
    due with it stays due, whatever its rhythm is now.
    """
    refuse_unlikely(since, "The day")
    if since > today:
        raise UsageError(f"The day {since} is in the future: record it on its day.")
    with store.batch():
        before = store.payer(name)
        payer = _with(before, facts)
        if payer == before:
            raise Refused(f"Nothing to change: {before.name} is already so.")
        payer = _called_since(before, payer, since)
        payers = store.payers()
        _refuse_taken(payers, payer)
        _refuse_circle(payers, payer)
        if payer.follow_up_days != before.follow_up_days:
            _keep_overdue(store, {before.id}, rules, today, f"the rhythm of {before.name} changed")
        store.change_payer(payer, verb="payer.edited")
    return payer


def rename_payer(store: Store, name: str, new_name: str, *, today: date) -> Payer:
    """Give a payer another name from today on; the old one stays an alias, by which trackers and policies still find it."""
    new_name = _plain(new_name)
    if not new_name:
        raise UsageError("A payer needs a name.")
    with store.batch():
        before = store.payer(name)
        aliases = tuple(alias for alias in (*before.aliases, before.name) if alias.casefold() != new_name.casefold())
        payer = replace(before, name=new_name, aliases=aliases)
        if payer == before:
            raise Refused(f"Nothing to change: {before.name} is already called so.")
        payer = _called_since(before, payer, today)
        _refuse_taken(store.payers(), payer)
        _refuse_circle(store.payers(), payer)
        store.change_payer(payer, verb="payer.renamed")
        # Those that belong to it are told by its name.
        for other in store.payers().values():
            if other.parent and other.parent.casefold() == before.name.casefold():
                moved = _called_since(other, replace(other, parent=new_name), today)
                store.change_payer(moved, verb="payer.edited")
    return payer


def merge_payers(
    store: Store, name: str, into: str, *, merged_on: date, today: date, reason: str, rules: NetworkRules
) -> Payer:
    """Let one payer be another from a day on. Its enrollments stay as they are, and are the other's from then; before, they
    answer as they did. What was due with the one stays due with the other.

    Raises UsageError for a day to come, Refused where a provider has an open enrollment of one key with both: of two, one must end first.
    """
    refuse_unlikely(merged_on, "The day of the merger")
    if merged_on > today:
        raise UsageError(f"The merger of {merged_on} is in the future: record it on its day.")
    with store.batch():
        payers = store.payers()
        gone, stays = store.payer(name), store.payer(into)
        if gone.id == stays.id:
            raise UsageError(f"{name} and {into} are one payer already.")
        ids = sorted(same_payer(gone, payers) | same_payer(stays, payers))
        twice = []
        for npi, enrollments in store.enrolled_with(ids).items():
            open_ = [(one.line, *one.key[3:]) for one in enrollments if not is_over(one, today)]
            twice += [
                f"{npi}: {line} in {state}" for line, state, _ in sorted({k for k in open_ if open_.count(k) > 1})
            ]
        if twice:
            raise Refused(
                f"{gone.name} cannot be merged into {stays.name}: of some providers both have an open enrollment.",
                details=twice[:20],
                hint="End or withdraw one of each with `credkit enroll update`, then merge.",
            )
        _keep_overdue(store, same_payer(gone, payers), rules, today, f"{gone.name} was merged into {stays.name}")
        store.change_payer(replace(gone, merged_into=stays.id, merged_on=merged_on), verb="payer.merged", reason=reason)
    return stays


def _called_since(before: Payer, after: Payer, since: date) -> Payer:
    """Return a payer that is changed, with how it was called, and whose it was, until the day `since`. Raises Refused where
    a later day is on record already: what was said of it would be overwritten."""
    was = PayerNames(since, before.name, before.parent, before.aliases)
    if replace(was, name=after.name, parent=after.parent, aliases=after.aliases) == was:
        return after
    last = before.formerly[-1].until if before.formerly else date.min
    if since < last:
        raise Refused(
            f"How {before.name} is called changed on {last}: what is changed now holds from then at the earliest.",
            hint=f"--from {last}, or a later day.",
        )
    return after if since == last else replace(after, formerly=(*before.formerly, was))


def _keep_overdue(store: Store, payer_ids: Collection[str], rules: NetworkRules, today: date, reason: str) -> None:
    """Keep of each open enrollment with these payers since when it is due, before another rhythm is theirs."""
    payers, last = store.payers(), store.last_contacts()
    for enrollments in store.enrolled_with(sorted(payer_ids)).values():
        for enrollment in enrollments:
            kept = with_overdue(enrollment, enrollment, payers, last.get(enrollment.id), rules, today)
            if kept.overdue_since and kept != enrollment:
                store.record_enrollment(kept, verb="enrollment.overdue", reason=reason)


def _with(payer: Payer, facts: PayerFacts) -> Payer:
    if facts.parent is not None and facts.no_parent:
        raise UsageError("Give --parent or --no-parent, not both.")
    parent = None if facts.no_parent else _plain(facts.parent or "") or payer.parent
    aliases = dict.fromkeys([*payer.aliases, *(alias for alias in map(_plain, facts.aliases) if alias)])
    for days, option in ((facts.follow_up_days, "--follow-up-days"), (facts.usual_days, "--usual-days")):
        if days is not None and days < 1:
            raise UsageError(f"{option} is a number of days, 1 at the least.")
    return replace(
        payer,
        line=facts.line or payer.line,
        parent=parent,
        aliases=tuple(aliases),
        states=tuple(sorted(set(facts.states))) or payer.states,
        delegated=payer.delegated if facts.delegated is None else facts.delegated,
        template=facts.template or payer.template,
        follow_up_days=facts.follow_up_days or payer.follow_up_days,
        usual_days=facts.usual_days or payer.usual_days,
    )


def _plain(name: str) -> str:
    return " ".join(name.split())


def _refuse_taken(payers: Mapping[str, Payer], payer: Payer) -> None:
    taken = {word.casefold(): one.name for one in payers.values() if one.id != payer.id for word in _names(one)}
    for word in _names(payer):
        if word.casefold() in taken:
            raise UsageError(f"{word!r} is already the payer {taken[word.casefold()]}.")


def _refuse_circle(payers: Mapping[str, Payer], payer: Payer) -> None:
    """Raise UsageError where a payer would belong to itself: by one of its own names, or through others."""
    known = {word.casefold(): one for one in {**payers, payer.id: payer}.values() for word in _names(one)}
    chain: list[Payer] = []
    above: Payer | None = payer
    while above is not None and above not in chain:
        chain.append(above)
        above = known.get((above.parent or "").casefold())
    if above == payer:
        raise UsageError(
            f"{payer.name} cannot belong to itself: {' -> '.join(one.name for one in (*chain, payer))}.",
            hint=f'`credkit payer edit "{chain[-1].name}" --no-parent` parts one from the next.',
        )


def _names(payer: Payer) -> Iterable[str]:
    return (payer.name, *payer.aliases)
