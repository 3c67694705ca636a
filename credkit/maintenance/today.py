"""The day's list: what endangers patients or payment now, then dates by nearness, then what waits on whom.

Pure. One line a thing, each with who, what, why, by when, and the command to type.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from enum import IntEnum
from shlex import quote

from credkit.checks.interface import Check
from credkit.policy import Policy
from credkit.records import (
    Appeal,
    Condition,
    CredentialKind,
    Letter,
    MonitoringEvent,
    Payer,
    ProviderFile,
    Requirement,
    RequirementState,
    Submission,
)
from credkit.status.assess import SIGN_ANEW, Action, Assessment, Stage
from credkit.status.duties import DUTY
from credkit.status.expiry import Expiry, expiries
from credkit.verify.plan import waits_for_a_person

#: A date is on the day's list when it is no further away.
NEAR = timedelta(days=14)


class Rank(IntEnum):
    """Why a line stands where it stands."""

    DANGER = 0
    DATE = 1
    US = 2
    PROVIDER = 3
    PAYER = 4
    COMMITTEE = 5


_WAITS_ON = {"staff": Rank.US, "provider": Rank.PROVIDER, "payer": Rank.PAYER, "committee": Rank.COMMITTEE}


@dataclass(frozen=True, slots=True)
class Line:
    """One thing to do. `stops` names the states and payers that it would stop, or has stopped."""

    rank: Rank
    npi: str
    name: str
    owner: str | None
    what: str
    why: str
    who: str
    due_on: date | None
    command: str
    stops: tuple[str, ...] = ()

    @property
    def order(self) -> tuple[int, date, int, str, str]:
        """Its place: by rank, by nearness, by what it stops."""
        return self.rank, self.due_on or date.max, -len(self.stops), self.npi, self.what


def lines(
    assessment: Assessment,
    policy: Policy,
    checks: Mapping[str, Check],
    payers: Mapping[str, Payer],
    owner: str | None,
    on: date,
) -> Iterator[Line]:
    """Return everything to do about one provider on a day."""
    file = assessment.file
    npi, name = file.provider.npi, file.provider.name
    if assessment.stage in {Stage.WITHDRAWN, Stage.TERMINATED, Stage.DENIED}:
        return
    approved = bool(assessment.standing.approvals)
    endangered: set[str] = set()
    # What must be verified again before a decision endangers nobody: it waits on us.
    to_verify = {one.name for one in assessment.requirements if one.state is RequirementState.STALE}
    if approved:
        for requirement in assessment.requirements:
            if not requirement.suspends or not (_lapsed(requirement) or requirement.overdue_since):
                continue
            endangered.add(requirement.name)
            stops = tuple(
                state.state
                for state in assessment.states
                if requirement.jurisdiction in {None, state.state} and state.state in assessment.standing.approvals
            )
            if _lapsed(requirement):
                rank, due_on = Rank.DANGER, requirement.valid_until
                what = f"{requirement.name} is {requirement.state.replace('_', ' ')}"
            else:
                rank, due_on = Rank.DATE, requirement.overdue_since
                what = f"{requirement.name}: the monthly check is overdue"
            command = command_for(requirement, file, checks)
            yield Line(rank, npi, name, owner, what, requirement.detail, "staff", due_on, command, stops)
        for warning in assessment.warnings:
            if not any(warning.startswith(f"{what}:") for what in (*endangered, *to_verify)):
                why = "readiness hangs on it"
                command = f"credkit screen review {npi}" if "exclusion" in warning else f"credkit explain {npi}"
                yield Line(Rank.DANGER, npi, name, owner, warning, why, "staff", None, command)
    dated = set()
    for one in expiries([file], policy, on, checks, payers, within=NEAR.days):
        thing = f"{one.kind} {one.jurisdiction or ''}".rstrip()
        if thing in endangered or one.kind == DUTY:  # a duty is among the actions
            continue
        dated.add(thing)
        yield _ending(one, owner, on)
    for action in assessment.actions:
        # What has a command of its own is about nothing else, whatever its words name.
        told = any(what in action.what for what in endangered) or any(f"renew {what}" == action.what for what in dated)
        if told and not action.command:
            continue
        near = action.due_on is not None and action.due_on - on <= NEAR
        rank = Rank.DATE if near and action.who != "payer" else _WAITS_ON[action.who]
        why = "; ".join(assessment.reasons[:1]) if rank is not Rank.DATE else ""
        yield Line(
            rank, npi, name, owner, action.what, why, action.who, action.due_on, _typed(action, assessment, checks)
        )


def _lapsed(requirement: Requirement) -> bool:
    """Say whether somebody may be seen by a provider who should not be, as this requirement stands."""
    return requirement.state in {RequirementState.FAILED, RequirementState.EXPIRED, RequirementState.MISSING}


def command_for(requirement: Requirement, file: ProviderFile, checks: Mapping[str, Check]) -> str:
    """Return what to type about a requirement that is not met, or watched and not looked at in time."""
    npi = file.provider.npi
    check = checks.get(requirement.check)
    if check is None:
        return f"credkit document list {npi}"
    subject = f" --subject {requirement.subject}" if requirement.subject and check.by_hand else ""
    by_hand = f"credkit verify record {npi} {check.name}{subject} --result ... --source ..."
    match requirement.state:
        case RequirementState.REVIEW if check.name == "exclusions":
            return f"credkit screen review {npi}"
        case RequirementState.REVIEW:
            return f"credkit verify accept {npi} {check.name}{subject} --reason ..."
        case RequirementState.EXPIRED if not requirement.advice:
            held = [one for one in file.credentials if one.kind == check.name]
            number = next((one.number for one in held if one.jurisdiction == requirement.jurisdiction), None)
            return _renewed(npi, check.name, requirement.jurisdiction, number)
        case RequirementState.PENDING | RequirementState.STALE | RequirementState.MET | RequirementState.EXPIRED:
            return by_hand if waits_for_a_person(check, requirement, file) else f"credkit verify run {npi}"
        case _:
            return f"credkit explain {npi}"


def _renewed(npi: str, kind: str, state: str | None, number: str | None) -> str:
    """Return what to type when the renewal of a credential or paper has come. What a form claims of it is not verified yet."""
    if kind.startswith("document "):
        return f"credkit document add {npi} FILE --kind {kind.removeprefix('document ')}"
    match kind:
        case CredentialKind.MALPRACTICE:
            return f"credkit document add {npi} FILE --kind coi"
        case CredentialKind.CAQH:
            return f"credkit caqh due {npi}"
        case CredentialKind.LICENSE | CredentialKind.DEA | CredentialKind.CDS:
            named = f"--set {kind}_1_state={state or '...'} --set {kind}_1_number={quote(number or '...')}"
            return f"credkit provider edit {npi} {named} --set {kind}_1_expires_on=DATE --reason renewed"
        case CredentialKind.BOARD_CERTIFICATION:
            return f"credkit provider edit {npi} --set board_1_name=... --set board_1_expires_on=DATE --reason renewed"
        case _:
            return f"credkit explain {npi}"


def _typed(action: Action, assessment: Assessment, checks: Mapping[str, Check]) -> str:
    """Return what to type about an action: of a requirement its own command, else what shows more."""
    npi = assessment.file.provider.npi
    if action.command:
        return action.command
    if "credkit " in action.what:
        return "credkit " + action.what.partition("credkit ")[2]
    if action.requirement is not None:
        return command_for(action.requirement, assessment.file, checks)
    if action.what.startswith(SIGN_ANEW) and not assessment.round.open:
        return f"credkit recredential open {npi}"
    if action.who == "committee":
        return "credkit committee agenda"
    if action.who == "payer" or "enroll" in action.what:
        return f"credkit enroll list {npi}"
    return f"credkit explain {npi}"


def _ending(one: Expiry, owner: str | None, on: date) -> Line:
    thing = " ".join(part for part in (one.kind.replace("_", " "), one.jurisdiction) if part)
    ends = f"{thing} {'ended' if one.expires_on < on else 'ends'} on {one.expires_on}"
    why = f"it stops {'; '.join(one.affects)}" if one.affects else "it would lapse"
    command = _renewed(one.npi, one.kind, one.jurisdiction, one.number)
    return Line(Rank.DATE, one.npi, one.name, owner, ends, why, "provider", one.expires_on, command, one.affects)


def condition_line(condition: Condition, name: str, owner: str | None) -> Line:
    """Return the line of a condition that is not met yet."""
    what = f"condition of the approval: {condition.text}"
    command = f"credkit committee condition met {condition.id} --how ..."
    return Line(
        Rank.DATE, condition.npi, name, owner, what, f"for {condition.owner}", "staff", condition.due_on, command
    )


def letter_line(letter_due: date, kind: str, npi: str, name: str, owner: str | None, made: Letter | None) -> Line:
    """Return the line of a letter that is owed and not sent."""
    command = (
        f"credkit committee letters --mark-sent {npi}"
        if made
        else f"credkit committee letters --due --npi {npi} --out DIR"
    )
    what = f"send the {kind} letter"
    return Line(
        Rank.DATE, npi, name, owner, what, "a decision is told within the policy's days", "staff", letter_due, command
    )


def appeal_line(appeal: Appeal, name: str, owner: str | None, on: date) -> Line:
    """Return the line of an appeal that is to be heard, or was."""
    command = "credkit committee schedule DATE --panel appeal"
    late = f": it was to be heard by {appeal.hear_by}" if appeal.hear_by < on else ""
    return Line(
        Rank.DATE,
        appeal.npi,
        name,
        owner,
        f"hear the appeal{late}",
        appeal.grounds,
        "committee",
        appeal.hear_by,
        command,
    )


def submission_line(sent: Submission, name: str, owner: str | None, days: int) -> Line:
    """Return the line of what came by the portal and nobody has looked over; the provider waits so many days for it."""
    what = f"look over the {sent.kind} sent by the portal on {sent.received_at[:10]}"
    why = f"they have waited {days} day{'' if days == 1 else 's'} for an answer"
    return Line(Rank.US, sent.npi, name, owner, what, why, "staff", None, f"credkit intake list {sent.id}")


def event_line(event: MonitoringEvent, name: str, owner: str | None) -> Line:
    """Return the line of something that monitoring brought up and nobody has settled."""
    who = "committee" if event.for_committee else "staff"
    what = f"{event.kind.replace('_', ' ')} of {event.happened_on}: {event.text}"
    rank = Rank.DANGER if event.kind in {"exclusion", "board_action", "adverse_event"} else _WAITS_ON[who]
    return Line(
        rank, event.npi, name, owner, what, event.source, who, None, f"credkit monitor settle {event.id[:8]} --how ..."
    )
