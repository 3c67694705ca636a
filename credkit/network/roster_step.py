"""Rosters built, marked as sent, and accepted.

What a roster asks is against the last one that was marked as sent; a build that was not sent is against nothing.
"""

import hashlib
from collections.abc import Collection, Sequence
from dataclasses import dataclass, replace
from datetime import date
from pathlib import Path

from credkit import clock
from credkit.committee.standing import standing
from credkit.errors import Refused, UsageError
from credkit.network.counting import same_payer
from credkit.network.dates import YEARS_AHEAD, with_revalidation
from credkit.network.enrollments import Word, move, refuse_unlikely
from credkit.network.follow_ups import answered
from credkit.network.roster_check import RosterFault, check
from credkit.network.roster_fields import effective_day
from credkit.network.roster_members import LeftOut, Member, Membership
from credkit.network.roster_template import RosterTemplate, load_template
from credkit.network.roster_writing import roster_bytes
from credkit.policy import Policy
from credkit.records import (
    Enrollment,
    EnrollmentStatus,
    Payer,
    Roster,
    RosterAction,
    RosterMember,
    members_digest,
)
from credkit.settings import Organization
from credkit.store import Store

_S = EnrollmentStatus
KINDS = {".xlsx": "xlsx", ".csv": "csv", ".txt": "txt"}


@dataclass(frozen=True, slots=True)
class Prepared:
    """A roster that could be built: its members, who was left out, and every fault. `base` is the last one that was sent;
    after a merger what each of the payers was sent last is `against`, and the roster is against all of it."""

    payer: Payer
    template: RosterTemplate
    members: Sequence[Member]
    left_out: Sequence[LeftOut]
    faults: Sequence[RosterFault]
    base: Roster | None
    against: Sequence[Roster] = ()

    def count(self, action: RosterAction) -> int:
        """How many members it asks this for."""
        return sum(member.action is action for member in self.members)


def prepare(
    store: Store,
    payer_name: str,
    template_name: str | None,
    organization: Organization,
    policy: Policy,
    on: date,
    *,
    kind: str = "xlsx",
    delta: bool = False,
) -> Prepared:
    """Say who would be on a payer's roster on a day, and check it. In a delta, only what differs is checked."""
    payer = store.payer(payer_name)
    named = template_name or payer.template
    if named is None:
        raise UsageError(
            f"{payer.name} has no roster template.",
            hint=f'Give --template NAME, or keep it: credkit payer edit "{payer.name}" --template generic-delegated',
        )
    template = load_template(named)
    ids = frozenset(same_payer(payer, store.payers()))
    base, against = last_sent(store, ids), _against(store, ids)
    before = _told(store, against, ids)
    membership = Membership(payer, template, organization, policy, on, before)
    members = list(membership.members(store.provider_files(store.enrolled_with(sorted(ids))), ids))
    checked = [member for member in members if not delta or member.action is not RosterAction.UNCHANGED]
    faults = list(check(checked, template, delimiter=template.delimiter if kind == "txt" else None))
    return Prepared(payer, template, members, membership.left_out, faults, base, against)


def _against(store: Store, payer_ids: Collection[str]) -> list[Roster]:
    """Return what was sent last to each of these payers, which are one now: each knows only what it was sent itself."""
    return list({roster.payer_id: roster for roster in store.rosters(sorted(payer_ids)) if roster.sent_on}.values())


def _told(store: Store, against: Sequence[Roster], payer_ids: Collection[str]) -> dict[str, str]:
    """Return who stands with a payer by the rosters that were sent, as enrollment to digest.

    The last roster has everybody who stood, so that it is enough. After a merger it is not: it has only those of the payer
    that it went to, until one was sent for both. Then what stands is what was said of each enrollment last.
    """
    members = store.roster_members(against[0].id) if len(against) == 1 else store.sent_members(sorted(payer_ids))
    told: dict[str, str] = {}
    for member in members:
        if member.action is RosterAction.TERMINATE:
            told.pop(member.enrollment_id, None)
        else:
            told[member.enrollment_id] = member.digest
    return told


def last_sent(store: Store, payer_ids: Collection[str]) -> Roster | None:
    """Return the roster that was marked as sent last, None where none was."""
    sent = [roster for roster in store.rosters(sorted(payer_ids)) if roster.sent_on]
    return sent[-1] if sent else None


def kind_of(out: Path) -> str:
    """Return how a file is written by the ending of its name."""
    kind = KINDS.get(out.suffix.lower())
    if kind is None:
        raise UsageError(f"{out} says not how to write it.", hint="End it in " + ", ".join(KINDS) + ".")
    return kind


def build(
    store: Store, prepared: Prepared, out: Path, *, delta: bool, sheet: str | None, on: date
) -> tuple[Roster, bytes]:
    """Keep a roster that has no fault as built, and return it with the file's content.

    Raises Refused with the faults where there are any, UsageError where it would say nothing or the sheet is none of its.
    """
    if prepared.faults:
        shown = [
            f"{one.npi} {one.name}, {one.column or 'the row'}: {one.says} ({one.rule})" for one in prepared.faults[:20]
        ]
        more = len(prepared.faults) - len(shown)
        raise Refused(
            f"The roster of {prepared.payer.name} has {len(prepared.faults)} faults, and is not written.",
            details=[*shown, *([f"and {more} more"] if more else [])],
            hint=f'`credkit roster check "{prepared.payer.name}"` lists every one.',
        )
    template, kind = prepared.template, kind_of(out)
    named = [one for one in template.sheets if sheet is None or one.name.casefold() == sheet.casefold()]
    if not named:
        raise UsageError(
            f"{template.name} has no sheet {sheet!r}.", hint="Sheets: " + ", ".join(one.name for one in template.sheets)
        )
    if delta and prepared.base is None:
        raise UsageError(
            f"No roster was ever sent to {prepared.payer.name}, so nothing can differ from it.",
            hint="Build the whole one without --delta, send it, and mark it: credkit roster sent.",
        )
    if not [one for one in prepared.members if not delta or one.action is not RosterAction.UNCHANGED]:
        what = f"nothing differs from {prepared.base.id}" if prepared.base and delta else "nobody is on it"
        raise UsageError(f"There is no roster to build for {prepared.payer.name}: {what}.")
    content = roster_bytes(prepared.members, template, kind, delta=delta, sheet=named[0])
    with store.batch():
        now = last_sent(store, same_payer(prepared.payer, store.payers()))
        if (now and now.id) != (prepared.base and prepared.base.id):
            raise Refused("Another roster was marked as sent meanwhile.", hint="Build it again.")
        id_ = store.next_roster_id()
        members = [
            RosterMember(id_, place, one.npi, one.enrollment_id, one.action, one.digest)
            for place, one in enumerate(prepared.members, 1)
        ]
        roster = Roster(
            id=id_,
            payer_id=prepared.payer.id,
            built_on=on,
            delta=delta,
            base_id=prepared.base.id if prepared.base else None,
            template=template.name,
            template_sha256=template.sha256,
            file_name=out.name,
            file_sha256=hashlib.sha256(content).hexdigest(),
            members=len(members),
            adds=prepared.count(RosterAction.ADD),
            changes=prepared.count(RosterAction.CHANGE),
            terminates=prepared.count(RosterAction.TERMINATE),
            members_digest=members_digest(members),
            recorded_at=clock.stamp(clock.now()),
            actor=store.actor,
        )
        store.build_roster(roster, members)
    return roster, content


def mark_sent(store: Store, payer_name: str, roster_id: str | None, *, sent_on: date, today: date) -> Roster:
    """Mark a roster as sent (by default the one built last): the next one is against it. Of a delegated payer, enrollments on
    it that had not gone out are submitted by it."""
    if sent_on > today:
        raise UsageError(f"The day {sent_on} is in the future.")
    with store.batch():
        payer, rosters = _rosters(store, payer_name)
        roster = _meant(rosters, roster_id, payer)
        if roster.sent_on:
            raise Refused(f"{roster.id} is marked as sent on {roster.sent_on} already.")
        if sent_on < roster.built_on:
            raise UsageError(f"{roster.id} was built on {roster.built_on}, and cannot be sent before, on {sent_on}.")
        last = next((one for one in reversed(rosters) if one.sent_on), None)
        if (last and last.id) != roster.base_id:
            raise Refused(
                f"{roster.id} was built before {last.id if last else 'it'} was sent, and asks what it asked already.",
                hint="Build it anew.",
            )
        sent = replace(roster, sent_on=sent_on)
        moved: list[Enrollment] = []
        if payer.delegated:
            at = clock.stamp(clock.now())
            moved = [
                answered(move(enrollment, Word(_S.SUBMITTED, submitted_on=sent_on), at=at))
                for enrollment in _on_it(store, roster)
                if enrollment.status in {_S.NOT_STARTED, _S.PREPARING}
            ]
        store.mark_roster(sent, verb="roster.sent", moved=moved)
    return sent


@dataclass(frozen=True, slots=True)
class Accepted:
    """A roster that a payer accepted, the enrollments that became active by it, and those that did not, with the reason."""

    roster: Roster
    active: Sequence[Enrollment]
    not_active: Sequence[tuple[Enrollment, str]]


def mark_accepted(
    store: Store,
    payer_name: str,
    roster_id: str | None,
    *,
    accepted_on: date,
    effective_on: date | None,
    without: Collection[str],
    reference: str | None,
    policy: Policy,
    today: date,
) -> Accepted:
    """Mark a roster as accepted by the payer (by default the one sent last).

    Of a delegated payer, each enrollment on it becomes active from the committee's decision for its state, from the day it
    was opened if that came later, or from `effective_on`: never from a day before the decision, and never without one that is
    in force. NPIs `without` are those that the payer did not take.
    """
    if accepted_on > today:
        raise UsageError(f"The day {accepted_on} is in the future.")
    refuse_unlikely(effective_on, "The effective date")
    if effective_on and effective_on.year > today.year + YEARS_AHEAD:
        raise UsageError(f"The effective date {effective_on} is more than {YEARS_AHEAD} years away.")
    with store.batch():
        payer, rosters = _rosters(store, payer_name)
        roster = _meant([one for one in rosters if one.sent_on], roster_id, payer)
        assert roster.sent_on is not None
        if roster.accepted_on:
            raise Refused(f"{roster.id} is marked as accepted on {roster.accepted_on} already.")
        if accepted_on < roster.sent_on:
            raise UsageError(
                f"{roster.id} was sent on {roster.sent_on}, and cannot be accepted before, on {accepted_on}."
            )
        enrollments = _on_it(store, roster)
        strangers = sorted(set(without) - {one.npi for one in enrollments})
        if strangers:
            raise UsageError(f"{roster.id} does not name {', '.join(strangers)}.")
        active: list[Enrollment] = []
        not_active: list[tuple[Enrollment, str]] = []
        waiting = [one for one in enrollments if payer.delegated and one.status.with_payer]
        files = {file.provider.npi: file for file in store.provider_files({one.npi for one in waiting})}
        at = clock.stamp(clock.now())
        for enrollment in waiting:
            stands = standing(files[enrollment.npi], policy, accepted_on)
            approval = stands.approvals.get(enrollment.state) if stands.approved(accepted_on) else None
            if enrollment.npi in without:
                not_active.append((enrollment, "the payer did not take it"))
            elif approval is None:
                not_active.append((enrollment, f"not approved by the committee for {enrollment.state}"))
            elif effective_on and effective_on < approval.decided_on:
                not_active.append((enrollment, f"decided on {approval.decided_on}, after {effective_on}"))
            else:
                word = Word(
                    _S.ACTIVE,
                    received_on=enrollment.received_on or roster.sent_on,
                    decided_on=approval.decided_on,
                    effective_on=effective_on or effective_day(enrollment, approval, payer),
                    loaded_on=accepted_on,
                    reference=reference,
                )
                active.append(with_revalidation(enrollment, answered(move(enrollment, word, at=at)), policy.network))
        accepted = replace(roster, accepted_on=accepted_on, reference=reference or roster.reference)
        store.mark_roster(accepted, verb="roster.accepted", moved=active)
    return Accepted(accepted, active, not_active)


def _rosters(store: Store, payer_name: str) -> tuple[Payer, list[Roster]]:
    payer = store.payer(payer_name)
    return payer, store.rosters(sorted(same_payer(payer, store.payers())))


def _meant(rosters: Sequence[Roster], roster_id: str | None, payer: Payer) -> Roster:
    found = [one for one in rosters if roster_id is None or one.id.casefold() == roster_id.casefold()]
    if not found:
        raise UsageError(
            f"There is no such roster of {payer.name}." if roster_id else f"There is no roster of {payer.name} yet.",
            hint=f'`credkit roster list "{payer.name}"` shows those there are.',
        )
    return found[-1]


def _on_it(store: Store, roster: Roster) -> list[Enrollment]:
    """Return the enrollments that the payer was sent: those of the whole roster, or the rows of a delta. Who stays as they
    were is in no delta, so that its acceptance says nothing of them: not of somebody the payer did not take before."""
    out = {RosterAction.TERMINATE, RosterAction.UNCHANGED} if roster.delta else {RosterAction.TERMINATE}
    ids = {one.enrollment_id for one in store.roster_members(roster.id) if one.action not in out}
    payers = same_payer(store.payers()[roster.payer_id], store.payers())
    enrollments = [one for of_npi in store.enrolled_with(sorted(payers)).values() for one in of_npi]
    return [one for one in enrollments if one.id in ids]
