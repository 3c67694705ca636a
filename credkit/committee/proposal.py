"""What somebody asks to put on record, and whether it is something that can be."""

from dataclasses import dataclass
from datetime import date

from credkit.committee.standing import Standing
from credkit.errors import Refused, UsageError
from credkit.records import CycleKind, Outcome, ProviderFile


@dataclass(frozen=True, slots=True)
class Proposal:
    """What somebody asks to put on record: the outcome, and who decided when. `owner` and `due_on` are of its conditions."""

    outcome: Outcome
    states: tuple[str, ...] = ()
    conditions: tuple[str, ...] = ()
    reason: str | None = None
    meeting_on: date | None = None
    present: tuple[str, ...] = ()
    by_medical_director: bool = False
    override: str | None = None
    revisit_on: date | None = None
    owner: str = "provider"
    due_on: date | None = None
    provisional: bool = False
    on_appeal: bool = False


def decision_day(proposal: Proposal, today: date) -> date:
    """Return the day a proposal decides on: the meeting's, or the medical director's sign-off, which is today.

    A decision is never backdated (NCQA: the decision date is the committee's, or the medical director's for clean files).
    """
    if proposal.by_medical_director == (proposal.meeting_on is not None):
        raise UsageError("Say who decided: --meeting DATE with --present NAME..., or --by medical_director.")
    if proposal.meeting_on is None:
        return today
    if proposal.meeting_on > today:
        raise UsageError(f"The meeting of {proposal.meeting_on} has not been held yet.")
    return proposal.meeting_on


def check_words(proposal: Proposal) -> None:
    if proposal.outcome is Outcome.APPROVED_WITH_CONDITIONS and not proposal.conditions:
        raise UsageError("An approval with conditions names them: --condition TEXT.")
    if proposal.outcome is not Outcome.APPROVED_WITH_CONDITIONS and proposal.conditions:
        raise UsageError(f"Conditions belong to approved_with_conditions, not to {proposal.outcome}.")
    if proposal.conditions and proposal.due_on is None:
        raise UsageError(
            "Conditions are followed until a day: --due DATE, and --owner NAME where it is not the provider."
        )
    reasoned = {Outcome.DENIED, Outcome.DEFERRED, Outcome.TABLED, Outcome.WITHDRAWN, Outcome.TERMINATED}
    if proposal.outcome in reasoned and not proposal.reason:
        raise UsageError(f"{proposal.outcome} needs its reason: --reason TEXT.")
    if proposal.outcome is Outcome.DEFERRED and proposal.revisit_on is None:
        raise UsageError("A deferred file comes back on a day: --revisit DATE.")
    if proposal.states and not proposal.outcome.approves:
        raise UsageError(
            f"{proposal.outcome} is of the whole file, not of {', '.join(proposal.states)}.",
            hint="A state that is given up leaves the file by `credkit provider edit --set states_of_practice=...`.",
        )
    if proposal.override and not proposal.outcome.approves:
        raise UsageError("There is nothing to override: only approvals pass the gate.")
    if proposal.override and not proposal.states:
        raise UsageError("With --override, name the states: --state ST.")
    if proposal.provisional and (proposal.outcome is not Outcome.APPROVED or proposal.override or proposal.on_appeal):
        raise UsageError("Provisional is a plain approval, given once to a first-time applicant.")
    if proposal.on_appeal and proposal.outcome.postpones:
        raise UsageError(
            f"An appeal is not {proposal.outcome}: it stays open until a panel decides it.",
            hint="Schedule another panel within the appeal's days: credkit committee schedule DATE --panel appeal",
        )


def check_days(proposal: Proposal, on: date) -> None:
    """Refuse a day that follows a decision of `on` and has passed by then: nobody would ever be reminded of it."""
    if proposal.revisit_on is not None and not proposal.outcome.postpones:
        raise UsageError(f"Only a deferred or tabled file comes back on a day: {proposal.outcome} takes no --revisit.")
    if proposal.revisit_on is not None and proposal.revisit_on <= on:
        raise UsageError(
            f"The file comes back after the decision of {on}, not on {proposal.revisit_on}: --revisit DATE."
        )
    if proposal.due_on is not None and not proposal.conditions:
        raise UsageError("--due is the day of a condition: --condition TEXT.")
    if proposal.due_on is not None and proposal.due_on <= on:
        raise UsageError(f"A condition is due after the decision of {on}, not on {proposal.due_on}: --due DATE.")


def check_outcome_fits(
    file: ProviderFile, proposal: Proposal, standing_now: Standing, on: date, *, open_round: bool
) -> None:
    """Refuse an outcome that has nothing to speak of: every cycle is decided once, and what ended is over."""
    # An approval that lapsed can still be terminated or given back.
    approved = bool(standing_now.approvals)
    if proposal.on_appeal:
        return  # the panel decides anew what was decided
    if proposal.outcome is Outcome.TERMINATED and not approved:
        raise Refused("Nobody is terminated who is not approved: deny or withdraw the application instead.")
    if open_round or (approved and proposal.outcome in {Outcome.TERMINATED, Outcome.WITHDRAWN}):
        return
    if not proposal.outcome.approves:
        raise Refused(f"The cycle is closed: {proposal.outcome} has no open application to speak of.")
    if standing_now.ended:
        ended = standing_now.ended
        raise Refused(
            f"{file.provider.npi} was {ended.outcome} on {ended.decided_on}: there is no open application to approve.",
            hint="A newly signed application opens a new cycle.",
        )
    if not standing_now.approved(on):
        raise Refused(
            f"The approval of {file.provider.npi} lapsed on {standing_now.recredential_by}: "
            "it takes a recredentialing to approve anew.",
            hint="A newly signed application opens it.",
        )


def check_provisional(file: ProviderFile, proposal: Proposal, kind: CycleKind, *, open_round: bool) -> None:
    """Refuse a provisional approval of anybody but a first-time applicant, and a second one (NCQA: once)."""
    if not proposal.provisional:
        return
    if any(decision.provisional_until for decision in file.decisions):
        raise Refused(f"{file.provider.npi} was approved provisionally before: it is given once.")
    if kind is not CycleKind.INITIAL or not open_round or any(one.outcome.approves for one in file.decisions):
        raise Refused(f"{file.provider.npi} is no first-time applicant: only those are approved provisionally.")
