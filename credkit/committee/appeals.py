"""Appeals: who may ask for one until when, and who may not sit on its panel."""

from collections.abc import Sequence
from datetime import date, timedelta

from credkit import clock
from credkit.committee.convening import without_titles
from credkit.errors import Refused, UsageError
from credkit.policy import Policy
from credkit.records import Appeal, Conflict, Decision, Outcome, ProviderFile
from credkit.store import Store, new_id
from credkit.verify.cycles import decisions_by

#: What can be appealed against.
ADVERSE = frozenset({Outcome.DENIED, Outcome.TERMINATED})


def open_appeal(store: Store, npi: str, policy: Policy, grounds: str, *, asked_on: date, today: date) -> Appeal:
    """Open an appeal against a provider's last decision, if it was adverse and is not too long ago.

    The days to ask run from the letter that told of it, or, while no letter is marked as sent, do not end. Raises Refused
    where there is nothing to appeal against, an appeal is open, was decided already, or comes too late.
    """
    with store.batch():
        file = store.provider_file(npi)
        taken = decisions_by(file, today)
        if not taken or taken[-1].outcome not in ADVERSE:
            raise Refused(f"{npi} has no denial or termination that stands, and so nothing to appeal against.")
        decision = taken[-1]
        if asked_on < decision.decided_on or asked_on > today:
            raise UsageError(
                f"The appeal was asked for between {decision.decided_on}, the day of the decision, and today."
            )
        for one in store.appeals(npi):
            if one.closed_on is None:
                raise Refused(f"An appeal of {npi} is open since {one.opened_on}.")
            if one.outcome_id == decision.id:
                raise Refused(f"The decision of {decision.decided_on} is itself an appeal's, and is final.")
        told = [one.sent_on for one in store.letters() if one.decision_id == decision.id and one.sent_on is not None]
        if told and asked_on > (last := min(told) + timedelta(days=policy.committee.appeal_days)):
            raise Refused(f"The appeal comes too late: it was to be asked for by {last}.")
        appeal = Appeal(
            new_id(), npi, decision.id, asked_on, asked_on + timedelta(days=policy.committee.hearing_days), grounds
        )
        store.open_appeal(appeal)
    return appeal


def open_appeal_of(store: Store, npi: str, on: date) -> Appeal:
    """Return a provider's open appeal. Raises UsageError where there is none."""
    found = next((one for one in store.appeals(npi) if one.closed_on is None and one.opened_on <= on), None)
    if found is None:
        raise UsageError(f"{npi} has no open appeal.", hint=f"credkit committee appeal {npi} --grounds TEXT opens one.")
    return found


def open_appeals(store: Store, on: date) -> list[Appeal]:
    """Return the appeals that a panel may hear on a day, the nearest deadline first."""
    found = [one for one in store.appeals() if one.opened_on <= on and (one.closed_on is None or one.closed_on > on)]
    return sorted(found, key=lambda one: (one.hear_by, one.npi))


def appealed(file: ProviderFile, appeal: Appeal) -> Decision:
    """Return the decision that an appeal is against."""
    return next(one for one in file.decisions if one.id == appeal.decision_id)


def took_part(store: Store, appeal: Appeal) -> Sequence[Conflict]:
    """Return those who sat in the meeting that decided what is appealed against, each in conflict, whether they voted or
    not: the panel is another one (NCQA CR 6)."""
    decision = appealed(store.provider_file(appeal.npi), appeal)
    if decision.meeting_id is None:
        return ()
    sat = {one.member_id for one in store.attendance(decision.meeting_id) if one.present}
    # Before the committee was on record, names were.
    named = {without_titles(name) for name in decision.present}
    sat |= {member.id for member in store.members() if without_titles(member.name) in named}
    words = "sat in the meeting that decided what is appealed against"
    stamp = clock.stamp(clock.now())
    return tuple(
        Conflict("", member_id, appeal.npi, words, decision.decided_on, stamp, store.actor) for member_id in sorted(sat)
    )
