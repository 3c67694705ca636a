"""What a person looked up, or accepted: recorded with source, day, name and result, and refused where it cannot be."""

from datetime import date
from pathlib import Path

import pytest
from desk import Desk, form
from factories import NPI, policy
from lives import CHECKS, on
from papers import pdf

from credkit.errors import CredkitError, Refused, UsageError
from credkit.records import Acceptance, Result, Verification
from credkit.store import Store
from credkit.verify.by_hand import Looked, accept, record

TODAY = date(2026, 3, 2)


@pytest.fixture
def kept(desk: Desk) -> Store:
    """A store with Ana Marsh's form in it, and a registered nurse's beside it."""
    desk.take_in(form(license_2_state="KS", license_2_number="77", states_of_practice="CO;KS"))
    with Store.open(desk.folder / "credkit.db", actor="kim", command="test") as store:
        return store


def looked_up(
    store_path: Path,
    check: str,
    *,
    subject: str | None = None,
    result: Result = Result.PASS,
    report: str | None = None,
    note: str | None = None,
) -> Verification:
    with Store.open(store_path, actor="kim", command="test") as store:
        return record(
            store,
            NPI,
            policy(),
            CHECKS,
            check=check,
            subject=subject,
            looked=Looked(result, "the board", on(report) if report else None, note),
            document=None,
            today=TODAY,
        )


def accepted(store_path: Path, check: str, subject: str | None = None) -> Acceptance:
    with Store.open(store_path, actor="kim", command="test") as store:
        return accept(store, NPI, policy(), CHECKS, check=check, subject=subject, reason="seen", today=TODAY)


def test_a_record_has_source_day_name_and_result(kept: Store) -> None:
    made = looked_up(kept.path, "education", report="2026-02-27", note="by letter")
    assert (made.source, made.verified_on, made.actor, made.result) == ("the board", on("2026-02-27"), "kim", "pass")
    assert (made.method, made.note) == ("hand", "by letter")
    assert made.summary == "Verified by hand at the board, report of 2026-02-27. by letter"
    assert made.claims["school"] == "Plains University"
    with Store.open(kept.path, actor="kim", command="test") as store:
        assert store.provider_file(NPI).verifications == (made,)


def test_without_a_report_it_is_of_today(kept: Store) -> None:
    assert looked_up(kept.path, "claims_history").verified_on == TODAY


def test_the_subject_is_named_where_there_are_several_whatever_its_case(kept: Store) -> None:
    assert looked_up(kept.path, "license", subject="co").subject == "CO"


def test_the_date_that_was_verified_is_kept(kept: Store) -> None:
    assert looked_up(kept.path, "license", subject="CO").expires_on == on("2027-03-31")


REFUSED: list[tuple[str, dict[str, object], type[CredkitError], str]] = [
    ("what credkit judges itself", {"check": "malpractice"}, Refused, "malpractice cannot be recorded by hand"),
    ("a screening", {"check": "exclusions"}, Refused, "exclusions cannot be recorded by hand"),
    ("a signature", {"check": "attestation"}, Refused, "attestation cannot be recorded by hand"),
    ("an unknown check", {"check": "licence"}, UsageError, "Did you mean license?"),
    ("one of several, not named", {"check": "license"}, UsageError, "several subjects in this file: CO, KS"),
    ("a subject that is not there", {"check": "license", "subject": "TX"}, UsageError, "There is: CO, KS"),
    ("a report of a day to come", {"check": "education", "report": "2026-03-03"}, UsageError, "in the future"),
    ("a pass that would never lapse", {"check": "license", "subject": "KS"}, Refused, "has no expiry date on file"),
    ("what does not apply", {"check": "dea"}, UsageError, f"dea does not apply to {NPI}"),
]


@pytest.mark.parametrize(("given", "error", "says"), [row[1:] for row in REFUSED], ids=[row[0] for row in REFUSED])
def test_refused(kept: Store, given: dict[str, str], error: type[CredkitError], says: str) -> None:
    with pytest.raises(error) as raised:
        looked_up(kept.path, **given)  # type: ignore[arg-type]
    assert says in f"{raised.value.message} {raised.value.hint}"
    with Store.open(kept.path, actor="kim", command="test") as store:
        assert store.provider_file(NPI).verifications == ()


def test_a_fail_needs_no_date_of_expiry(kept: Store) -> None:
    assert looked_up(kept.path, "license", subject="KS", result=Result.FAIL).result is Result.FAIL


def test_what_the_provider_never_claimed_cannot_be_verified(desk: Desk) -> None:
    desk.take_in({name: value for name, value in form().items() if name not in {"school", "degree", "graduated_on"}})
    refused = desk.run("verify", "record", NPI, "education", "--result", "pass", "--source", "x")
    assert (refused.code, "no degree and no school on file" in refused.err) == (5, True)


def test_a_review_is_accepted_with_who_when_and_why(kept: Store) -> None:
    made = looked_up(kept.path, "claims_history", result=Result.REVIEW)
    found = accepted(kept.path, "claims_history")
    assert (found.verification_id, found.reason, found.actor, found.accepted_on) == (made.id, "seen", "kim", TODAY)
    with Store.open(kept.path, actor="kim", command="test") as store:
        assert store.provider_file(NPI).acceptances == (found,)
    with pytest.raises(Refused, match="claims_history is met, not under review"):
        accepted(kept.path, "claims_history")


@pytest.mark.parametrize("result", [Result.PASS, Result.FAIL])
def test_only_a_review_can_be_accepted(kept: Store, result: Result) -> None:
    looked_up(kept.path, "claims_history", result=result)
    with pytest.raises(Refused, match="not under review"):
        accepted(kept.path, "claims_history")


def test_what_was_not_looked_at_cannot_be_accepted(kept: Store) -> None:
    with pytest.raises(Refused, match="pending, not under review"):
        accepted(kept.path, "claims_history")


def test_an_exclusion_cannot_be_accepted_away(kept: Store) -> None:
    with pytest.raises(Refused, match="cannot be accepted away"):
        accepted(kept.path, "exclusions")


def test_what_the_policy_does_not_ask_cannot_be_accepted(kept: Store) -> None:
    with pytest.raises(Refused, match="does not ask npdb"):
        accepted(kept.path, "npdb")


def test_the_commands(desk: Desk) -> None:
    desk.take_in(form())
    paper = desk.folder / "letter.pdf"
    paper.write_bytes(pdf("a letter"))
    (made,) = desk.items(
        "verify", "record", NPI, "education", "--result", "review", "--source", "the school",
        "--report-date", "2026-02-27", "--document", paper, "--note", "another spelling", "--subject", "",
    )  # fmt: skip
    assert (made["result"], made["method"], made["note"]) == ("review", "hand", "another spelling")
    shelf = desk.folder / "credkit.db.files" / made["document"][:2] / made["document"]
    assert shelf.read_bytes() == paper.read_bytes()
    assert shelf.stat().st_mode & 0o077 == 0
    desk.ok("verify", "accept", NPI, "education", "--reason", "the same person")
    assert desk.status()["track"] == "exception"
    assert [one["id"] for one in desk.items("verify", "show", NPI)] == [made["id"]]
    assert desk.run("verify", "record", NPI, "education", "--result", "perfect", "--source", "x").code == 2
