"""What follows a meeting: minutes attested, letters made and sent, conditions met, notices of what differs."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, timedelta
from hashlib import sha256
from typing import Any

from credkit import clock
from credkit.committee.convening import meeting_of, refuse_attested, room
from credkit.committee.letters import Owed, counts_from, owed
from credkit.committee.minutes import Record, attested_part, kept_text
from credkit.committee.packet import seen
from credkit.committee.standing import standing
from credkit.errors import Refused, UsageError
from credkit.lists.actors import same_person
from credkit.policy import Policy
from credkit.records import (
    Addendum,
    AttestedMinutes,
    Condition,
    Decision,
    Letter,
    Meeting,
    MeetingStatus,
    ProviderFile,
    Requirement,
    Role,
)
from credkit.store import Store, new_id
from credkit.verify.cycles import decisions_by


def record_of(store: Store, meeting: Meeting, policy: Policy) -> Record:
    """Return everything that was recorded of a meeting. A decision that waits for a second person is among it."""
    decisions = store.decisions_of(meeting.id)
    docket = store.docket(meeting.id)
    npis = {one.npi for one in decisions} | {one.npi for one in docket} | set(store.motions(meeting.id))
    conditions: dict[str, list[Condition]] = {}
    for one in store.conditions():
        if one.npi in npis:
            # As they were set, not as they are followed: minutes tell what was decided.
            conditions.setdefault(one.decision_id, []).append(replace(one, met_on=None, met_how=None))
    files = list(store.provider_files(npis))
    return Record(
        meeting,
        room(store, meeting),
        policy.committee.quorum,
        docket,
        decisions,
        conditions,
        {file.provider.npi: file.provider.name for file in files},
        store.addenda(meeting.id),
        kept.paper if (kept := store.attested_minutes(meeting.id)) else None,
        {number: one for file in files for number, one in file.confirmations.items()},
        {one.decision_id: one for one in store.refusals(npis)},
    )


def attest(store: Store, held_on: date, policy: Policy, *, today: date) -> Meeting:
    """Attest the minutes of a meeting, by its chair as actor: from then on nothing of the meeting changes.

    Raises Refused where somebody else asks, it was not held yet, nobody is recorded as present, or a decision of it waits for a second person.
    """
    with store.batch():
        meeting = meeting_of(store, held_on)
        refuse_attested(meeting)
        if held_on > today or meeting.status is MeetingStatus.CANCELLED:
            raise Refused(f"The meeting of {held_on} was not held.")
        chairs = [one for one in store.members() if one.role is Role.CHAIR and one.serves(held_on)]
        chair = next(
            (
                one
                for one in chairs
                if any(same_person(name, store.actor) for name in (one.name, one.login or one.name))
            ),
            None,
        )
        if chair is None:
            who = " or ".join(one.login or one.name for one in chairs) or "nobody: add a chair first"
            raise Refused(
                f"Minutes are attested by a chair of that day, as actor ({who}); you are {store.actor}.",
                hint="credkit committee minutes DATE --attest --actor NAME",
            )
        if not any(one.present for one in store.attendance(meeting.id)) and not any(
            one.present for one in store.decisions_of(meeting.id)
        ):
            raise Refused(
                f"Nobody is recorded as present on {held_on}: there are no minutes to attest.",
                hint=f"credkit committee attend {held_on} --present NAME..., or credkit committee cancel {held_on}",
            )
        waiting = {one.id for one in store.unconfirmed_decisions()}
        if still := [one.npi for one in store.decisions_of(meeting.id) if one.id in waiting]:
            raise Refused(
                f"Approvals past the gate wait for a second person: {', '.join(still)}.",
                hint="`credkit confirm` lists them; `credkit confirm ID --refuse REASON` ends one.",
            )
        paper = attested_part(record_of(store, meeting, policy))
        attested = replace(
            meeting,
            status=MeetingStatus.COMPLETED,
            attested_at=clock.stamp(clock.now()),
            attested_by=chair.name,
            minutes_sha256=seen(paper),
        )
        store.attest_minutes(attested, AttestedMinutes(meeting.id, kept_text(paper), seen(paper)))
    return attested


def correct(store: Store, held_on: date, text: str) -> Addendum:
    """Add a correction to attested minutes. Raises Refused while they are not attested: then the record itself is."""
    with store.batch():
        meeting = meeting_of(store, held_on)
        if not meeting.attested_at:
            raise Refused(f"The minutes of {held_on} are not attested: what is recorded can still be changed.")
        addendum = Addendum(new_id(), meeting.id, text, clock.stamp(clock.now()), store.actor)
        store.add_addendum(addendum, held_on)
    return addendum


def meet_condition(store: Store, beginning: str, how: str, *, met_on: date, today: date) -> Condition:
    """Record that a condition was met, and how it shows. `beginning` is of its id; raises UsageError where it names none, and
    for a day to come or before the decision that set it."""
    with store.batch():
        found = [one for one in store.conditions() if one.id.startswith(beginning) and one.met_on is None]
        if len(found) != 1:
            raise UsageError(
                f"{'More than one open condition' if found else 'No open condition'} is named by {beginning!r}.",
                hint="`credkit committee condition list` shows them.",
            )
        set_on = next(
            one.decided_on for one in store.provider_file(found[0].npi).decisions if one.id == found[0].decision_id
        )
        if not set_on <= met_on <= today:
            raise UsageError(f"The condition was set on {set_on}: it was met between then and today, not on {met_on}.")
        met = replace(found[0], met_on=met_on, met_how=how)
        store.keep_condition(met)
    return met


@dataclass(frozen=True, slots=True)
class Duty:
    """One letter that a decision owes, whom it is to, and the letter itself once it was made."""

    owed: Owed
    file: ProviderFile
    letter: Letter | None


def duties(store: Store, policy_on: Mapping[date, Policy], today: date) -> Iterator[Duty]:
    """Return the letters that decisions owe, the nearest first, sent ones among them.

    `policy_on` has the policy in force on each day on which something was decided.
    """
    made = {(one.decision_id, one.kind): one for one in store.letters()}
    found = []
    for file in store.provider_files():
        for decision in decisions_by(file, today):
            if decision.decided_on not in policy_on:
                continue
            due = owed(decision, file, policy_on[decision.decided_on])
            if due:
                found.append(Duty(due, file, made.get((decision.id, due.kind))))
    yield from sorted(found, key=lambda one: (one.owed.due_on, one.file.provider.npi))


def fields_of(decision: Decision, file: ProviderFile, policy: Policy, organization: str, today: date) -> dict[str, Any]:
    """Return what a letter's template may use."""
    conditions = [one for one in file.conditions if one.decision_id == decision.id]
    return {
        "organization": organization or "The credentialing office",
        "date": today.isoformat(),
        "provider_name": file.provider.name,
        "npi": file.provider.npi,
        "decided_on": decision.decided_on.isoformat(),
        "states": list(decision.states),
        "reason": decision.reason or "",
        "conditions": [{"text": one.text, "owner": one.owner, "due_on": one.due_on.isoformat()} for one in conditions],
        "revisit_on": decision.revisit_on.isoformat() if decision.revisit_on else "",
        "provisional_until": decision.provisional_until.isoformat() if decision.provisional_until else "",
        "recredential_by": str(standing(file, policy, counts_from(decision, file)).recredential_by or ""),
        "appeal_days": policy.committee.appeal_days,
        "final": decision.appeal_id is not None,
    }


def differences_of(file: ProviderFile, judged: Sequence[Requirement]) -> list[dict[str, str]]:
    """Return what differs between the provider's claims and their sources, for the notice of it: not what the application
    alone says (a disclosure, a gap in the work history), which no source contradicts. A date of birth is not repeated."""
    counted = {one.verification_id for one in judged}
    return [
        {
            "about": f"{f'{verification.check} {verification.subject}'.rstrip()}, {comparison.field}".replace("_", " "),
            "claimed": comparison.claimed or "nothing",
            "found": comparison.found or "nothing",
            "source": verification.source,
        }
        for verification in file.verifications
        if verification.id in counted and verification.method != "file"
        for comparison in verification.comparisons
        if not comparison.agrees and comparison.field != "date of birth"
    ]


def keep_letter(
    store: Store, npi: str, kind: str, text: str, due_on: date, decision_id: str | None, today: date
) -> Letter:
    """Keep a letter as it was made: it is what was sent, whatever the template says later."""
    letter = Letter(new_id(), npi, decision_id, kind, due_on, today, sha256(text.encode()).hexdigest(), text)
    store.keep_letter(letter, verb="letter.made")
    return letter


def mark_sent(store: Store, beginning: str, how: str, *, sent_on: date, today: date) -> Letter:
    """Record that a letter was sent. Raises Refused where it was already, UsageError for a day before it was made."""
    with store.batch():
        found = [one for one in store.letters() if one.id.startswith(beginning) or one.npi == beginning]
        waiting = [one for one in found if one.sent_on is None]
        if found and not waiting:
            raise Refused(f"The letter was sent on {found[-1].sent_on}.")
        if len(waiting) != 1:
            raise UsageError(
                f"{'More than one letter' if waiting else 'No letter'} is named by {beginning!r}.",
                hint="`credkit committee letters` lists them; --out DIR makes those that are due.",
            )
        if not waiting[0].made_on <= sent_on <= today:
            raise UsageError(f"The letter was made on {waiting[0].made_on}: it was sent between then and today.")
        sent = replace(waiting[0], sent_on=sent_on, sent_how=how)
        store.keep_letter(sent, verb="letter.sent")
    return sent


def notice_due(today: date, policy: Policy) -> date:
    """Return the last day for a notice of what differs."""
    return today + timedelta(days=policy.windows.decision_notice_days)
