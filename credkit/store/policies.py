"""Every policy that was ever put in force, as text."""

from datetime import date

from credkit import clock
from credkit.errors import UsageError
from credkit.records import AdoptedPolicy
from credkit.store import tables
from credkit.store.door import Door


class Policies(Door):
    """Verbs: adopt_policy. Nouns: policies, policy_in_force."""

    def adopt_policy(self, *, text: str, sha256: str, name: str, effective_from: date) -> bool:
        """Put a policy in force from its day. Returns False where the very same text was adopted before."""
        adopted = AdoptedPolicy(sha256, name, effective_from, text, clock.stamp(clock.now()), self.actor)
        with self.act("policy.adopted", npi=None, record=f"policy {sha256[:12]}") as act:
            if self.rows("SELECT 1 FROM policies WHERE sha256 = ?", (sha256,)):
                return False
            act.add(tables.POLICIES, adopted)
        return True

    def policies(self) -> list[AdoptedPolicy]:
        """Return every adopted policy by its effective date; of one date the one adopted last comes last."""
        return self.records(tables.POLICIES)

    def policy_in_force(self, day: date) -> str:
        """Return the text of the policy in force on a day. Raises UsageError before the first one's date."""
        adopted = self.policies()
        in_force = [policy for policy in adopted if policy.effective_from <= day]
        if not in_force:
            first = f" The first holds from {adopted[0].effective_from}." if adopted else ""
            raise UsageError(
                f"No policy was in force on {day}.{first}",
                hint="Adopt the one of that time (`credkit policy adopt FILE`), or judge by one with --policy FILE.",
            )
        return in_force[-1].text
