"""Many providers put into a store at once, verified and approved as Ana Marsh was (`lives`): for rosters, trackers and
schedules, which are about many."""

from dataclasses import replace
from typing import Any

import factories
import lives

from credkit.records import Enrollment, EnrollmentStatus, Line
from credkit.store import Store

ORGANIZATION_TAX_ID = "00-0000000"


def settle(store: Store, npi: str, *, approved: bool = True, **who: Any) -> None:
    """Put one provider into the store, approved for Colorado on 2026-03-09 unless told otherwise."""
    file = lives.applied(who=factories.provider(npi=npi, **who))
    file = lives.approved(file) if approved else lives.verified(file)
    assert file.application is not None
    cycle = replace(file.cycles[0], id=f"{npi}-cycle", npi=npi)
    store.record_application(
        replace(file.application, id=f"{npi}-application", npi=npi),
        {"npi": npi},
        provider=file.provider,
        credentials=[replace(one, id=f"{npi}-{one.id}", npi=npi) for one in file.credentials],
        work_history=[replace(one, id=f"{npi}-{one.id}", npi=npi) for one in file.work_history],
        before=None,
        opens=replace(cycle, closed_on=None),
    )
    for verification in file.verifications:
        store.record_verification(replace(verification, id=f"{npi}-{verification.id}", npi=npi))
    for decision in file.decisions:
        mine = replace(decision, id=f"{npi}-{decision.id}", npi=npi, cycle_id=cycle.id, meeting_id=None)
        store.record_decision(mine, [cycle])


def enroll(store: Store, npi: str, payer_id: str, **facts: Any) -> Enrollment:
    """Put one enrollment in Colorado into the store as it stands: active from 2026-04-01 unless told otherwise."""
    given: dict[str, Any] = {
        "line": Line.COMMERCIAL,
        "state": "CO",
        "tax_id": ORGANIZATION_TAX_ID,
        "status": EnrollmentStatus.ACTIVE,
        "submitted_on": factories.day("2026-03-10"),
        "effective_on": factories.day(lives.IN_NETWORK),
        "updated_at": "2026-03-20T18:00:00.000000Z",
    } | facts
    enrollment = Enrollment(id=store.next_enrollment_id(), npi=npi, payer_id=payer_id, **given)
    store.record_enrollment(enrollment, verb="enrollment.submitted")
    return enrollment
