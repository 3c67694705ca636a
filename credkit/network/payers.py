"""Payers added, edited, renamed and merged. Each reads what it judges in the transaction that writes."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from datetime import date

from credkit.errors import Refused, UsageError
from credkit.network.counting import same_payer
from credkit.records import Line, Payer
from credkit.store import Store, new_id


@dataclass(frozen=True, slots=True)
class PayerFacts:
    """What is given of a payer; None leaves it as it is. `delegated` and `template` change with a word of their own."""

    line: Line | None = None
    parent: str | None = None
    aliases: tuple[str, ...] = ()
    states: tuple[str, ...] = ()
    delegated: bool | None = None
    template: str | None = None
    follow_up_days: int | None = None
    usual_days: int | None = None


def add_payer(store: Store, name: str, line: Line, facts: PayerFacts | None = None) -> Payer:
    """Keep a payer. Raises UsageError where its name or an alias is another's."""
    name, facts = _plain(name), facts or PayerFacts()
    if not name:
        raise UsageError("A payer needs a name.")
    with store.batch():
        payer = _with(Payer(new_id(), name, line), facts)
        _refuse_taken(store.payers(), payer)
        store.add_payer(payer)
    return payer


def edit_payer(store: Store, name: str, facts: PayerFacts) -> Payer:
    """Change what is known of a payer; aliases are added to those it has. Raises Refused where nothing would change."""
    with store.batch():
        before = store.payer(name)
        payer = _with(before, facts)
        if payer == before:
            raise Refused(f"Nothing to change: {before.name} is already so.")
        _refuse_taken(store.payers(), payer)
        store.change_payer(payer, verb="payer.edited")
    return payer


def rename_payer(store: Store, name: str, new_name: str) -> Payer:
    """Give a payer another name; the old one stays an alias, by which trackers and policies still find it."""
    new_name = _plain(new_name)
    if not new_name:
        raise UsageError("A payer needs a name.")
    with store.batch():
        before = store.payer(name)
        aliases = tuple(alias for alias in (*before.aliases, before.name) if alias.casefold() != new_name.casefold())
        payer = replace(before, name=new_name, aliases=aliases)
        if payer == before:
            raise Refused(f"Nothing to change: {before.name} is already called so.")
        _refuse_taken(store.payers(), payer)
        store.change_payer(payer, verb="payer.renamed")
        # Those that belong to it are told by its name.
        for other in store.payers().values():
            if other.parent and other.parent.casefold() == before.name.casefold():
                store.change_payer(replace(other, parent=new_name), verb="payer.edited")
    return payer


def merge_payers(store: Store, name: str, into: str, *, merged_on: date, today: date, reason: str) -> Payer:
    """Let one payer be another from a day on. Its enrollments stay as they are, and are the other's from then; before, they
    answer as they did.

    Raises Refused where a provider has an open enrollment of one key with both: of two, one must end first.
    """
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
            open_ = [(one.line, one.state, one.tax_id) for one in enrollments if not one.status.closed]
            twice += [
                f"{npi}: {line} in {state}" for line, state, _ in sorted({k for k in open_ if open_.count(k) > 1})
            ]
        if twice:
            raise Refused(
                f"{gone.name} cannot be merged into {stays.name}: of some providers both have an open enrollment.",
                details=twice[:20],
                hint="End or withdraw one of each with `credkit enroll update`, then merge.",
            )
        store.change_payer(replace(gone, merged_into=stays.id, merged_on=merged_on), verb="payer.merged", reason=reason)
    return stays


def _with(payer: Payer, facts: PayerFacts) -> Payer:
    parent = _plain(facts.parent or "") or payer.parent
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


def _names(payer: Payer) -> Iterable[str]:
    return (payer.name, *payer.aliases)
