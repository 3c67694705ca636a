"""What the network's measurements need: a schedule of visits, and a payer that so many approved providers are with.

`python -m bench.network schedule FORM ROWS OUT` and `python -m bench.network roster DATABASE MEMBERS`.
"""

import csv
import sys
from datetime import timedelta
from itertools import islice
from pathlib import Path
from random import Random

from bench import JUDGED, SEED
from credkit.checks import check_names
from credkit.committee.standing import standing
from credkit.policy import Policy, shipped_text
from credkit.records import Enrollment, EnrollmentStatus, Line, Payer
from credkit.store import Store, new_id

#: The payer whose roster is built.
PAYER = "Elm Health"
_ASKED = ("", "Alder Health", "Birch Mutual", "Dogwood Care")


def schedule(form: Path, rows: int, out: Path) -> None:
    """Write so many visits of the people on a form, in the month from the day of the reports."""
    draw = Random(SEED + 3)
    with form.open(encoding="utf-8", newline="") as file:
        people = [(row["npi"], row["license_1_state"]) for row in csv.DictReader(file)]
    with out.open("w", encoding="utf-8", newline="") as file:
        writer = csv.writer(file)
        writer.writerow(("npi", "state", "payer", "date"))
        for _ in range(rows):
            npi, state = draw.choice(people)
            writer.writerow((npi, state, draw.choice(_ASKED), JUDGED + timedelta(days=draw.randrange(30))))


def roster(database: Path, members: int) -> None:
    """Enroll so many providers whom the committee approved with one more payer, in one state each."""
    with Store.open(database, actor="bench", command="bench") as store:
        policy = Policy.parse(shipped_text(), check_names())
        payer = Payer(new_id(), PAYER, Line.COMMERCIAL, template="generic-delegated")
        store.add_payer(payer)
        approved = (
            (file, next(iter(stands.approvals)))
            for file in store.provider_files()
            if (stands := standing(file, policy, JUDGED)).approved(JUDGED)
        )
        with store.batch():
            for file, state in islice(approved, members):
                enrollment = Enrollment(
                    id=store.next_enrollment_id(),
                    npi=file.provider.npi,
                    payer_id=payer.id,
                    line=payer.line,
                    state=state,
                    tax_id="00-0000000",
                    status=EnrollmentStatus.ACTIVE,
                    submitted_on=JUDGED - timedelta(days=40),
                    effective_on=JUDGED - timedelta(days=10),
                    updated_at=f"{JUDGED}T15:00:00.000000Z",
                )
                store.record_enrollment(enrollment, verb="enrollment.submitted")


def main(kind: str, *words: str) -> None:
    """Make what is asked for."""
    if kind == "schedule":
        schedule(Path(words[0]), int(words[1]), Path(words[2]))
    else:
        roster(Path(words[0]), int(words[1]))


if __name__ == "__main__":
    main(*sys.argv[1:])
