"""Every report's schema by name, and the model of its items."""

import json
from importlib import import_module

from credkit.commands.items.base import PublishedItem

#: Each report's schema, and the model of its items.
SCHEMAS: dict[str, str] = {
    "status": "credkit.commands.items.status:StatusItem",
    "expiry": "credkit.commands.items.expiry:ExpiryItem",
    "forecast": "credkit.commands.items.expiry:ForecastItem",
    "ready": "credkit.commands.items.ready:ReadyItem",
    "verification": "credkit.commands.items.verification:VerificationItem",
    "verification_due": "credkit.commands.items.verification:DueItem",
    "recorded": "credkit.commands.items.verification:RecordedItem",
    "evidence": "credkit.commands.items.evidence:EvidenceItem",
    "rejudged": "credkit.commands.items.evidence:RejudgedItem",
    "intake": "credkit.commands.items.intake:IntakeItem",
    "reject": "credkit.commands.items.intake:RejectItem",
    "provider": "credkit.commands.items.provider:ProviderItem",
    "docket": "credkit.commands.items.committee:DocketItem",
    "decision": "credkit.commands.items.committee:DecisionItem",
    "member": "credkit.commands.items.committee:MemberItem",
    "meeting": "credkit.commands.items.committee:MeetingItem",
    "ballot": "credkit.commands.items.committee:BallotItem",
    "legacy": "credkit.commands.items.committee:LegacyItem",
    "condition": "credkit.commands.items.committee:ConditionItem",
    "appeal": "credkit.commands.items.committee:AppealItem",
    "letter": "credkit.commands.items.committee:LetterItem",
    "payer": "credkit.commands.items.network:PayerItem",
    "enrollment": "credkit.commands.items.network:EnrollmentItem",
    "enrollment_history": "credkit.commands.items.network:HistoryItem",
    "wanted": "credkit.commands.items.network:WantedItem",
    "contact": "credkit.commands.items.network:ContactItem",
    "follow_up": "credkit.commands.items.network:FollowUpItem",
    "aging": "credkit.commands.items.network:AgingItem",
    "tracked": "credkit.commands.items.network:TrackedItem",
    "revalidation": "credkit.commands.items.network:RevalidationItem",
    "termination": "credkit.commands.items.network:TerminationItem",
    "roster": "credkit.commands.items.rosters:RosterItem",
    "roster_fault": "credkit.commands.items.rosters:RosterFaultItem",
    "roster_difference": "credkit.commands.items.rosters:RosterDifferenceItem",
    "list": "credkit.commands.items.lists:ListItem",
    "nppes_file": "credkit.commands.items.lists:NppesFileItem",
    "screened": "credkit.commands.items.screening:ScreenedItem",
    "screened_person": "credkit.commands.items.screening:ScreenedPersonItem",
    "hit": "credkit.commands.items.hits:HitItem",
    "resolution": "credkit.commands.items.hits:ResolutionItem",
    "request": "credkit.commands.items.hits:RequestItem",
    "screening": "credkit.commands.items.monitoring:ScreeningItem",
    "screening_receipt": "credkit.commands.items.monitoring:ReceiptItem",
    "monitor_run": "credkit.commands.items.monitoring:MonitorRunItem",
    "monitoring": "credkit.commands.items.monitoring:MonitoringItem",
    "document": "credkit.commands.items.document:DocumentItem",
    "filed": "credkit.commands.items.document:FiledItem",
    "health": "credkit.commands.items.health:HealthItem",
    "caqh_load": "credkit.commands.items.caqh:CaqhLoadItem",
    "caqh_due": "credkit.commands.items.caqh:CaqhDueItem",
    "caqh_difference": "credkit.commands.items.caqh:CaqhDifferenceItem",
    "caqh_roster": "credkit.commands.items.caqh:CaqhRosterItem",
    "today": "credkit.commands.items.maintenance:TodayItem",
    "recredentialing": "credkit.commands.items.recredentialing:RecredentialingItem",
    "duty": "credkit.commands.items.maintenance:DutyItem",
    "note": "credkit.commands.items.maintenance:NoteItem",
    "monitoring_event": "credkit.commands.items.maintenance:MonitoringEventItem",
    "sweep": "credkit.commands.items.maintenance:SweepItem",
    "reminder": "credkit.commands.items.maintenance:ReminderItem",
    "portal_link": "credkit.commands.items.portal:LinkItem",
    "submission": "credkit.commands.items.portal:SubmissionItem",
    "event": "credkit.commands.items.audit:EventItem",
    "integrity": "credkit.commands.items.audit:IntegrityItem",
}


def model(name: str) -> type[PublishedItem]:
    """Return the model of a report's items."""
    module, _, made = SCHEMAS[name].partition(":")
    found: type[PublishedItem] = getattr(import_module(module), made)
    return found


def fields(schema: str) -> list[str]:
    """Return the names of the fields of "credkit.NAME/1", in order."""
    return list(model(schema.removeprefix("credkit.").partition("/")[0]).model_fields)


def schema_text(name: str) -> str:
    """Return the JSON Schema of one item of a report, as text."""
    schema = {"$id": f"credkit.{name}/1"} | model(name).model_json_schema(mode="serialization")
    return json.dumps(schema, indent=2, ensure_ascii=False) + "\n"
