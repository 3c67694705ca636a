"""What a screening leaves behind: who was held against which version of which list, by which matcher, and how it ended."""

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import date

from credkit import clock
from credkit.records import ListVersion, Screening
from credkit.screening.identity import Person
from credkit.screening.kept import made_by
from credkit.screening.score import weights
from credkit.store import Store, new_id


def matcher() -> str:
    """Return which matcher answers: the version of its weights, and all else that its answers depend on (credkit's own
    version, and those of the libraries that say how names sound and which are short for which)."""
    return f"{weights().version}.{made_by()}"


#: Whom a screening was over: all providers in the store, some of them, or the people of a file.
EVERYONE, SOME, FILE = "everyone", "some", "file"


@dataclass(slots=True)
class Tally:
    """What a run did: people by list and outcome, what kept it from being whole, and how many findings were recorded."""

    counts: dict[str, Counter[str]] = field(default_factory=dict)
    troubles: list[str] = field(default_factory=list)
    recorded: int = 0
    receipts: list[Screening] = field(default_factory=list)


@dataclass(slots=True)
class Receipt:
    """A receipt being filled. `stored` says that the version is one of the store's."""

    run: str
    name: str
    version: ListVersion | None
    scope: str
    after_event: int
    today: date
    began_at: str
    since: str | None = None
    people: int = 0
    names: int = 0
    with_date_of_birth: int = 0
    with_npi: int = 0
    counts: Counter[str] = field(default_factory=Counter)
    problem: str | None = None
    source_file: str | None = None
    source_sha256: str | None = None
    stored: bool = True

    def tried(self, people: Iterable[Person]) -> None:
        people = list(people)
        self.people += len(people)
        self.names += len(people) + sum(len(person.former_names) for person in people if person.former_names)
        self.with_date_of_birth += sum(person.date_of_birth is not None for person in people)
        self.with_npi += sum(person.npi != "" for person in people)

    def record(self, store: Store, policy_sha256: str, tally: Tally) -> None:
        screening = Screening(
            id=new_id(),
            run_id=self.run,
            list=self.name,
            list_id=self.version.id if self.version and self.stored and not self.problem else None,
            address=self.version.address if self.version else "",
            scope=self.scope,
            since=self.since,
            after_event=self.after_event,
            ran_on=self.today,
            began_at=self.began_at,
            recorded_at=clock.stamp(clock.now()),
            actor=store.actor,
            matcher=matcher(),
            policy_sha256=policy_sha256,
            people=self.people,
            names=self.names,
            with_date_of_birth=self.with_date_of_birth,
            with_npi=self.with_npi,
            counts=dict(self.counts),
            sha256=self.version.sha256 if self.version else None,
            published_on=self.version.published_on if self.version else None,
            rows=self.version.rows if self.version else None,
            source_file=self.source_file,
            source_sha256=self.source_sha256,
            problem=self.problem,
        )
        store.record_screening(screening)
        tally.receipts.append(screening)
