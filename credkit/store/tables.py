"""Every table, and the record its rows are."""

from credkit import records
from credkit.store.rows import Table

PROVIDERS = Table("providers", records.Provider, key=("npi",), order="npi")
APPLICATIONS = Table("applications", records.Application, order="npi, rowid")
RECEIVED_FORMS = Table("received_forms", records.ReceivedForm, key=("application_id",))
REJECTS = Table("rejects", records.Reject)
CYCLES = Table("cycles", records.Cycle, order="npi, rowid")
CREDENTIALS = Table("credentials", records.Credential, order="npi, rowid")
WORK_HISTORY = Table("work_history", records.WorkEntry, order="npi, rowid")
EVIDENCE = Table("evidence", records.EvidenceRecord)
DOCUMENTS = Table("documents", records.Document, key=("sha256", "npi"))
FILINGS = Table("filings", records.Filing, order="npi, rowid")
FILING_REVIEWS = Table("filing_reviews", records.FilingReview, order="npi, rowid")
VERIFICATIONS = Table("verifications", records.Verification, order="npi, rowid")
ACCEPTANCES = Table("acceptances", records.Acceptance, order="npi, rowid")
LISTS = Table("lists", records.ListVersion)
LIST_CHECKS = Table("list_checks", records.ListCheck)
HITS = Table("hits", records.Hit)
RESOLUTIONS = Table("resolutions", records.Resolution)
CONFIRMATIONS = Table("confirmations", records.Confirmation)
REFUSALS = Table("refusals", records.Refusal)
SCREENINGS = Table("screenings", records.Screening)
MEETINGS = Table("meetings", records.Meeting, order="held_on")
DECISIONS = Table("decisions", records.Decision, order="npi, rowid")
MEMBERS = Table("members", records.Member, order="name COLLATE NOCASE, rowid")
ATTENDANCE = Table("attendance", records.Attendance, key=("meeting_id", "member_id"))
CONFLICTS = Table("conflicts", records.Conflict)
DOCKET = Table("docket", records.DocketEntry)
MOTIONS = Table("motions", records.Motion)
VOTES = Table("votes", records.Vote)
CONDITIONS = Table("conditions", records.Condition, order="npi, due_on, rowid")
APPEALS = Table("appeals", records.Appeal, order="npi, rowid")
LETTERS = Table("letters", records.Letter)
ADDENDA = Table("addenda", records.Addendum)
MINUTES = Table("minutes", records.AttestedMinutes, key=("meeting_id",))
OWNERS = Table("owners", records.Owner, key=("npi",), order="npi")
NOTES = Table("notes", records.Note, order="npi, rowid")
REMINDERS = Table("reminders", records.Reminder)
MONITORING_EVENTS = Table("monitoring_events", records.MonitoringEvent, order="npi, rowid")
LEAVES = Table("leaves", records.Leave, order="npi, rowid")
ALIASES = Table("aliases", records.Alias, key=("npi",), order="npi")
SUSPENSIONS = Table("suspensions", records.Suspension, order="npi, rowid")
DUTIES = Table("duties", records.DutyDone, order="npi, rowid")
SWEEPS = Table("sweeps", records.Sweep)
PAYERS = Table("payers", records.Payer, order="name COLLATE NOCASE")
ENROLLMENTS = Table("enrollments", records.Enrollment, order="npi, rowid")
CONTACTS = Table("contacts", records.Contact)
ROSTERS = Table("rosters", records.Roster)
ROSTER_MEMBERS = Table("roster_members", records.RosterMember, key=("roster_id", "place"), order="place")
NPPES_FILES = Table("nppes_files", records.NppesFile)
CAQH_FILES = Table("caqh_files", records.CaqhFile)
CAQH_PROFILES = Table("caqh_profiles", records.CaqhProfile, order="npi, attested_on, rowid")
ROSTER_ROWS = Table("caqh_roster_rows", records.RosterRow)
PORTAL_LINKS = Table("portal_links", records.PortalLink)
PORTAL_LOCKS = Table("portal_locks", records.PortalLock, key=("whose",))
PORTAL_DRAFTS = Table("portal_drafts", records.Draft, key=("link_id",))
SUBMISSIONS = Table("submissions", records.Submission)
POLICIES = Table("policies", records.AdoptedPolicy, key=("sha256",), order="effective_from, rowid")
EVENTS = Table("events", records.Event, key=("seq",), order="seq")

#: The tables that the log alone can rebuild. The others hold bodies, files' rows and indexes, which it names by hash.
REPLAYED = (
    PROVIDERS,
    APPLICATIONS,
    RECEIVED_FORMS,
    REJECTS,
    CYCLES,
    CREDENTIALS,
    WORK_HISTORY,
    EVIDENCE,
    DOCUMENTS,
    FILINGS,
    FILING_REVIEWS,
    VERIFICATIONS,
    ACCEPTANCES,
    LISTS,
    LIST_CHECKS,
    HITS,
    RESOLUTIONS,
    CONFIRMATIONS,
    REFUSALS,
    SCREENINGS,
    MEETINGS,
    DECISIONS,
    MEMBERS,
    ATTENDANCE,
    CONFLICTS,
    DOCKET,
    MOTIONS,
    VOTES,
    CONDITIONS,
    APPEALS,
    LETTERS,
    ADDENDA,
    MINUTES,
    OWNERS,
    NOTES,
    REMINDERS,
    MONITORING_EVENTS,
    LEAVES,
    ALIASES,
    SUSPENSIONS,
    DUTIES,
    SWEEPS,
    PAYERS,
    ENROLLMENTS,
    CONTACTS,
    ROSTERS,
    NPPES_FILES,
    CAQH_FILES,
    CAQH_PROFILES,
    ROSTER_ROWS,
    PORTAL_LINKS,
    PORTAL_LOCKS,
    SUBMISSIONS,
    POLICIES,
)
