"""The records that every room shares: frozen values and the words for their states.

Dates are `datetime.date` in the organization's time zone, moments are UTC text to the microsecond (see `clock.stamp`),
money is whole dollars, and what is not known is None. Records know nothing of SQL, files or the network.
"""

from credkit.records.answers import (
    BoardAnswer,
    BoardName,
    BoardRecord,
    NppesFile,
    NppesName,
    NppesRecord,
    NppesTaxonomy,
)
from credkit.records.caqh import CaqhFile, CaqhProfile, RosterRow
from credkit.records.committee import Cycle, CycleKind, Decision, Meeting, Outcome
from credkit.records.file import ProviderFile, Requirement, RequirementState
from credkit.records.lists import (
    ENTRY_FACTS,
    ListCheck,
    ListEntry,
    ListVersion,
    as_text,
    entry_digest,
    facts_digest,
    facts_digests,
)
from credkit.records.log import AdoptedPolicy, Event
from credkit.records.network import Enrollment, EnrollmentStatus, Line, Payer
from credkit.records.papers import CREDENTIAL_OF, Filing, FilingReview, PaperKind, credential_key
from credkit.records.provider import (
    Application,
    Credential,
    CredentialKind,
    Disclosure,
    Provider,
    ReceivedForm,
    Reject,
    WorkEntry,
)
from credkit.records.screening import Confirmation, Hit, ListScreening, Resolution, Ruling, Screening
from credkit.records.verification import (
    Acceptance,
    Comparison,
    Document,
    Evidence,
    EvidenceRecord,
    Finding,
    Result,
    SourceRef,
    Subject,
    Verification,
)

__all__ = [
    "CREDENTIAL_OF",
    "ENTRY_FACTS",
    "Acceptance",
    "AdoptedPolicy",
    "Application",
    "BoardAnswer",
    "BoardName",
    "BoardRecord",
    "CaqhFile",
    "CaqhProfile",
    "Comparison",
    "Confirmation",
    "Credential",
    "CredentialKind",
    "Cycle",
    "CycleKind",
    "Decision",
    "Disclosure",
    "Document",
    "Enrollment",
    "EnrollmentStatus",
    "Event",
    "Evidence",
    "EvidenceRecord",
    "Filing",
    "FilingReview",
    "Finding",
    "Hit",
    "Line",
    "ListCheck",
    "ListEntry",
    "ListScreening",
    "ListVersion",
    "Meeting",
    "NppesFile",
    "NppesName",
    "NppesRecord",
    "NppesTaxonomy",
    "Outcome",
    "PaperKind",
    "Payer",
    "Provider",
    "ProviderFile",
    "ReceivedForm",
    "Reject",
    "Requirement",
    "RequirementState",
    "Resolution",
    "Result",
    "RosterRow",
    "Ruling",
    "Screening",
    "SourceRef",
    "Subject",
    "Verification",
    "WorkEntry",
    "as_text",
    "credential_key",
    "entry_digest",
    "facts_digest",
    "facts_digests",
]
