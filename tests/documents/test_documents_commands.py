"""Papers as a user files, lists, opens and reviews them."""

import io
import json
import os
import shutil
import stat
import sys
from pathlib import Path
from typing import Any

import pytest
from desk import Desk, form
from factories import NPI, OTHER_NPI, policy
from papers import PNG, pdf

from credkit.policy import shipped_text

COI = {
    "--insured": "Ana Marsh",
    "--carrier": "Prairie Mutual",
    "--policy-number": "MP-2",
    "--effective": "2026-03-01",
    "--expires": "2027-03-01",
    "--per-claim": "1M / 3M",
    "--basis": "occurrence",
}


def words(options: dict[str, str]) -> list[str]:
    return [word for pair in options.items() for word in pair]


@pytest.fixture
def office(desk: Desk) -> Desk:
    """Ana Marsh's file, and her papers as they came."""
    desk.take_in(form())
    for name, content in (("w9.pdf", pdf("w9")), ("license.png", PNG), ("coi.pdf", pdf("coi"))):
        (desk.folder / name).write_bytes(content)
    return desk


def add(office: Desk, file: str, kind: str, *more: str, npi: str = NPI) -> Any:
    return office.item("document", "add", npi, office.folder / file, "--kind", kind, *more)


def kept(office: Desk) -> list[Path]:
    return [path for path in (office.folder / "credkit.db.files").rglob("*") if path.is_file()]


def adopt(office: Desk, more: str) -> None:
    path = office.folder / "ours.toml"
    path.write_text(shipped_text() + more, encoding="utf-8")
    office.ok("policy", "adopt", path)


# --- filing ---------------------------------------------------------------------------------------------------------------


def test_a_paper_is_kept_by_its_content_for_its_owner_alone(office: Desk) -> None:
    filed = add(
        office, "w9.pdf", "w9", "--received-from", "Ana Marsh", "--received-on", "2026-02-27",
        "--issued", "2026-01-05", "--expires", "2029-01-05",
    )  # fmt: skip
    assert (filed["state"], filed["kind"], filed["file_name"], filed["media_type"]) == (
        "received", "w9", "w9.pdf", "application/pdf",
    )  # fmt: skip
    assert (filed["received_from"], filed["received_on"], filed["filed_by"]) == ("Ana Marsh", "2026-02-27", "kim")
    (path,) = kept(office)
    assert path.name == filed["sha256"]
    assert path.read_bytes() == (office.folder / "w9.pdf").read_bytes()
    assert stat.S_IMODE(path.stat().st_mode) == 0o600
    assert {stat.S_IMODE(folder.stat().st_mode) for folder in (path.parent, path.parent.parent)} == {0o700}
    assert office.item("audit", "verify")["sound"] is True


def test_the_same_paper_again_changes_nothing(office: Desk) -> None:
    first = add(office, "w9.pdf", "w9")
    shutil.copy(office.folder / "w9.pdf", office.folder / "again.pdf")
    events = office.items("audit", "log")
    again = add(office, "again.pdf", "w9")
    assert (again["id"], again["new"], first["new"]) == (first["id"], False, True)
    assert office.items("audit", "log") == events
    assert len(kept(office)) == 1
    assert "filed already" in office.run("document", "add", NPI, office.folder / "w9.pdf", "--kind", "w9").err


def test_one_scan_may_be_of_two_kinds_and_is_kept_once(office: Desk) -> None:
    add(office, "w9.pdf", "w9")
    assert add(office, "w9.pdf", "cv")["new"] is True
    assert len(kept(office)) == 1


def test_another_providers_paper_is_refused_unless_it_is_of_several(office: Desk) -> None:
    office.take_in(form(npi=OTHER_NPI, first_name="Ben", last_name="Alder", email="b@example.org"), name="two.csv")
    add(office, "w9.pdf", "w9")
    command = ("document", "add", OTHER_NPI, office.folder / "w9.pdf", "--kind", "w9")
    ran = office.run(*command)
    assert (ran.code, f"already on file of {NPI}" in ran.err, "--of-several" in ran.err) == (5, True, True)
    assert office.items("document", "list", OTHER_NPI) == []
    assert office.item(*command, "--of-several")["new"] is True
    assert len(kept(office)) == 1


def test_a_paper_that_proved_anothers_verification_is_refused_too(office: Desk) -> None:
    office.take_in(form(npi=OTHER_NPI, first_name="Ben", last_name="Alder", email="b@example.org"), name="two.csv")
    office.ok(
        "verify",
        "record",
        NPI,
        "education",
        "--result",
        "pass",
        "--source",
        "x",
        "--document",
        office.folder / "w9.pdf",
    )
    assert office.run("document", "add", OTHER_NPI, office.folder / "w9.pdf", "--kind", "letter").code == 5


def test_a_paper_comes_from_a_pipe(office: Desk) -> None:
    content = pdf("piped")
    ran = office.run("document", "add", NPI, "-", "--kind", "letter", "--json", input=content)
    (filed,) = ran.json()["items"]
    assert (filed["file_name"], filed["media_type"]) == ("paper.pdf", "application/pdf")
    assert office.run("document", "open", filed["id"]).out.strip() == str(kept(office)[0])


def test_two_gigabytes_are_refused_by_their_size(office: Desk) -> None:
    huge = office.folder / "huge.pdf"
    with huge.open("wb") as file:
        file.write(b"%PDF-1.7\n")
        file.truncate(2 * 1024**3)
    ran = office.run("document", "add", NPI, huge, "--kind", "cv")
    assert (ran.code, "is larger than 50 MB" in ran.err) == (3, True)
    assert kept(office) == []


class Endless(io.RawIOBase):
    """A pipe that never ends, and says how much was taken from it."""

    def __init__(self) -> None:
        self.given = 0

    def readable(self) -> bool:
        return True

    def readinto(self, buffer: Any) -> int:
        self.given += len(buffer)
        buffer[:] = b"%" * len(buffer)
        return len(buffer)


def test_of_a_pipe_no_more_is_taken_than_a_paper_may_be(office: Desk, monkeypatch: pytest.MonkeyPatch) -> None:
    from credkit.cli import main

    endless = Endless()
    monkeypatch.setattr(sys, "stdin", io.TextIOWrapper(io.BufferedReader(endless)))
    assert main(["document", "add", NPI, "-", "--kind", "cv"]) == 3
    assert endless.given < 60 * 1024**2
    assert kept(office) == []


@pytest.mark.parametrize(
    ("more", "code", "says"),
    [
        (("--kind", "licence"), 2, "There is no kind of paper 'licence'. Did you mean license?"),
        (("--kind", "w9", "--issued", "2026-02-01", "--expires", "2026-01-01"), 2, "the wrong way round"),
        (("--kind", "w9", "--issued", "2026-03-03"), 2, "cannot have been issued on 2026-03-03"),
        (("--kind", "w9", "--received-on", "2026-03-03"), 2, "cannot have been received on 2026-03-03"),
        (("--kind", "w9", "--expires", "01/02/2027"), 2, "is not a date"),
        (("--kind", "w9", "--insured", "Ana Marsh"), 2, "only a certificate of insurance"),
        (("--kind", "license", "--credential", "TX"), 2, "'TX' names no credential"),
        (("--kind", "dea", "--credential", "CO"), 2, "On file: none"),
        (("--kind", "coi"), 3, "carrier: it is not given"),
    ],
)
def test_what_is_wrong_is_said_and_nothing_is_kept(office: Desk, more: tuple[str, ...], code: int, says: str) -> None:
    ran = office.run("document", "add", NPI, office.folder / "w9.pdf", *more)
    assert (ran.code, says in ran.err) == (code, True), ran.err
    assert kept(office) == []
    assert office.items("document", "list") == []


def test_a_file_that_is_not_there_or_nobodys(office: Desk) -> None:
    assert office.run("document", "add", NPI, office.folder / "none.pdf", "--kind", "w9").code == 3
    assert office.run("document", "add", NPI, office.folder, "--kind", "w9").code == 3
    assert office.run("document", "add", OTHER_NPI, office.folder / "w9.pdf", "--kind", "w9").code == 2


def test_a_paper_is_of_a_credential(office: Desk) -> None:
    filed = add(office, "license.png", "license", "--expires", "2027-03-31")
    assert filed["credential"] == "license CO 0012345"
    office.ok(
        "provider",
        "edit",
        NPI,
        "--set",
        "license_1_state=TX",
        "--set",
        "license_1_number=99",
        "--reason",
        "a second one",
    )
    ran = office.run("document", "add", NPI, office.folder / "w9.pdf", "--kind", "license")
    assert (ran.code, "holds more than one license" in ran.err) == (2, True)
    assert add(office, "w9.pdf", "license", "--credential", "tx")["credential"] == "license TX 99"


# --- review and versions ----------------------------------------------------------------------------------------------------


def test_the_newest_accepted_one_counts_and_the_older_stays(office: Desk) -> None:
    first = add(office, "w9.pdf", "w9")
    office.ok("document", "review", first["id"], "accept")
    office.live_on("2026-03-10")
    (office.folder / "w9.pdf").write_bytes(pdf("the next w9"))
    second = add(office, "w9.pdf", "w9")
    assert [(one["state"], one["counts"]) for one in office.items("document", "list")] == [
        ("accepted", True),
        ("received", False),
    ]
    accepted = office.item("document", "review", second["id"], "accept", "--reason", "signed")
    assert (accepted["reviewed_by"], accepted["reviewed_on"], accepted["reason"]) == ("kim", "2026-03-10", "signed")
    assert [(one["state"], one["counts"]) for one in office.items("document", "list")] == [
        ("accepted", False),
        ("accepted", True),
    ]
    assert "accepted, superseded" in office.ok("document", "list").out
    assert [one["counts"] for one in office.items("document", "list", "--on", "2026-03-09")] == [True]
    assert len(kept(office)) == 2


def test_a_rejection_is_the_providers_to_answer(office: Desk) -> None:
    filed = add(office, "w9.pdf", "w9")
    assert {"staff"} == {one["who"] for one in office.status()["actions"] if "document w9" in one["what"]}
    ran = office.run("document", "review", filed["id"], "reject")
    assert (ran.code, "needs a reason" in ran.err) == (2, True)
    office.ok("document", "review", filed["id"], "reject", "--reason", "not signed")
    (action,) = [one for one in office.status()["actions"] if "document w9" in one["what"]]
    assert (action["who"], "was rejected on 2026-03-02: not signed" in action["what"]) == ("provider", True)
    assert "not signed" in office.ok("explain", NPI).out
    # The same content may come again, and what comes is reviewed anew.
    again = add(office, "w9.pdf", "w9")
    assert (again["new"], again["id"] != filed["id"]) == (True, True)
    office.ok("document", "review", again["id"], "accept", "--reason", "the signature is on page two")
    assert [one for one in office.status()["actions"] if "document w9" in one["what"]] == []


def test_a_review_may_be_changed_and_both_are_kept(office: Desk) -> None:
    filed = add(office, "w9.pdf", "w9")
    office.ok("document", "review", filed["id"], "accept")
    ran = office.run("document", "review", filed["id"], "accept")
    assert (ran.code, "kim accepted it already" in ran.err) == (5, True)
    assert (
        office.item("document", "review", filed["id"], "reject", "--reason", "of another year")["state"] == "rejected"
    )
    verbs = [one["verb"] for one in office.items("audit", "log")]
    assert verbs.count("document.reviewed") == 2
    assert office.item("audit", "verify")["sound"] is True


@pytest.mark.parametrize(
    ("options", "kinds"),
    [
        ((), ["w9", "license", "letter"]),
        (("--kind", "w9"), ["w9"]),
        (("--state", "accepted"), ["license"]),
        (("--state", "received"), ["w9"]),
        (("--state", "rejected"), ["letter"]),
        (("--kind", "w9", "--state", "accepted"), []),
    ],
)
def test_the_list_is_of_a_kind_and_a_state(office: Desk, options: tuple[str, ...], kinds: list[str]) -> None:
    add(office, "w9.pdf", "w9")
    office.ok("document", "review", add(office, "license.png", "license")["id"], "accept")
    office.ok("document", "review", add(office, "coi.pdf", "letter")["id"], "reject", "--reason", "blank")
    assert [one["kind"] for one in office.items("document", "list", NPI, *options)] == kinds
    assert [one["kind"] for one in office.items("document", "list", *options)] == kinds


def test_a_word_that_is_none(office: Desk) -> None:
    filed = add(office, "w9.pdf", "w9")
    assert "Did you mean accept?" in office.run("document", "review", filed["id"], "acept").err
    assert "Did you mean received?" in office.run("document", "list", "--state", "recieved").err
    assert office.run("document", "review", "ffffffff", "accept").code == 2
    assert "too short" in office.run("document", "review", "ff", "accept").err


# --- opening ----------------------------------------------------------------------------------------------------------------


def test_a_paper_is_copied_out_and_never_run(office: Desk) -> None:
    filed = add(office, "license.png", "license")
    out = office.folder / "copy.png"
    office.ok("document", "open", filed["id"], "--out", out)
    assert (out.read_bytes(), stat.S_IMODE(out.stat().st_mode)) == (PNG, 0o600)
    assert office.run("document", "open", filed["id"], "--out", out).code == 2, "a file that is there stays"
    assert office.run("document", "open", filed["id"], "--view").code == 2, "no viewer without a terminal"
    (path,) = kept(office)
    assert not os.access(path, os.X_OK) or path.stat().st_mode & 0o111 == 0


def test_the_paper_of_a_verification_is_in_the_same_store(office: Desk) -> None:
    office.ok(
        "verify",
        "record",
        NPI,
        "education",
        "--result",
        "pass",
        "--source",
        "x",
        "--document",
        office.folder / "w9.pdf",
    )
    digest = office.items("verify", "show", NPI)[0]["document"]
    assert office.ok("document", "open", digest[:12]).out.strip() == str(kept(office)[0])
    assert add(office, "w9.pdf", "diploma")["sha256"] == digest
    assert len(kept(office)) == 1


@pytest.mark.parametrize("change", ["gone", "changed"])
def test_a_paper_that_is_not_what_it_was_is_not_given_out_or_accepted(office: Desk, change: str) -> None:
    filed = add(office, "w9.pdf", "w9")
    (path,) = kept(office)
    if change == "gone":
        path.unlink()
    else:
        path.write_bytes(b"another paper")
    for command in (("document", "open", filed["id"]), ("document", "review", filed["id"], "accept")):
        ran = office.run(*command)
        assert (ran.code, f"{change}" in ran.err) == (6, True)
    # The same paper, added again, is whole again; what was in its place is not deleted.
    add(office, "w9.pdf", "cv")
    assert office.ok("document", "open", filed["id"]).out.strip() == str(path)
    aside = list((office.folder / "credkit.db.files" / "aside").glob("*"))
    assert [one.read_bytes() for one in aside] == ([b"another paper"] if change == "changed" else [])


# --- certificates of insurance ------------------------------------------------------------------------------------------------


def test_an_accepted_certificate_becomes_the_policy_and_the_one_before_stays(office: Desk) -> None:
    office.load_leie()
    office.verify_all()
    filed = add(office, "coi.pdf", "coi", *words(COI))
    assert (filed["credential"], filed["result"], filed["advice"]) == ("malpractice Prairie Mutual MP-2", "pass", None)
    assert filed["fields"]["per_claim"] == 1_000_000
    assert [one["number"] for one in policies(office)] == ["MP-1"], "what nobody accepted changes nothing"
    accepted = office.item("document", "review", filed["id"], "accept")
    assert (accepted["state"], accepted["result"], accepted["counts"]) == ("accepted", "pass", True)
    assert [(one["number"], one["expires_on"]) for one in policies(office)] == [
        ("MP-1", "2026-09-01"),
        ("MP-2", "2027-03-01"),
    ]
    line = requirement(office)
    assert (line["state"], line["valid_until"] >= "2026-06-01") == ("met", True)
    assert "until 2027-03-01" in line["detail"]
    ends = [
        (one["number"], one["expires_on"])
        for one in office.items("expiry", "--within", "900")
        if one["kind"] == "malpractice"
    ]
    assert ends == [("MP-2", "2027-03-01")]
    assert office.item("audit", "verify")["sound"] is True


def policies(office: Desk) -> list[Any]:
    return [one for one in office.item("provider", "show", NPI)["credentials"] if one["kind"] == "malpractice"]


def requirement(office: Desk, check: str = "malpractice") -> Any:
    (line,) = [one for one in office.status()["requirements"] if one["check"] == check]
    return line


def test_a_renewal_of_the_same_policy_keeps_the_term_before_it(office: Desk) -> None:
    office.load_leie()
    office.verify_all()
    coming = COI | {"--policy-number": "MP-1", "--effective": "2026-09-01", "--expires": "2027-09-01"}
    office.ok("document", "review", add(office, "coi.pdf", "coi", *words(coming))["id"], "accept")
    assert [(one["effective_on"], one["expires_on"]) for one in policies(office)] == [
        ("2025-09-01", "2026-09-01"),
        ("2026-09-01", "2027-09-01"),
    ]
    assert (requirement(office)["state"], requirement(office)["detail"][:45]) == (
        "met", "Insured by Prairie Mutual until 2026-09-01 fo",
    )  # fmt: skip
    office.live_on("2026-09-01")
    assert requirement(office)["state"] == "expired", "until the renewal is verified"
    office.run("verify", "run", NPI, "--check", "malpractice")
    assert (requirement(office)["state"], "until 2027-09-01" in requirement(office)["detail"]) == ("met", True)
    # A form that names the policy again speaks of its last term.
    office.take_in(
        form(signed_on="2026-09-01", malpractice_effective_on="2026-09-01", malpractice_expires_on="2027-09-01"),
        name="b.csv",
    )
    assert [one["expires_on"] for one in policies(office)] == ["2026-09-01", "2027-09-01"]
    office.take_in(form(signed_on="2026-09-01"), name="c.csv")
    assert [one["expires_on"] for one in policies(office)] == ["2026-09-01", "2027-09-01"], "the term before is no news"


def test_another_carriers_renewal_does_not_end_what_still_holds(office: Desk) -> None:
    office.load_leie()
    office.verify_all()
    coming = COI | {"--effective": "2026-09-01", "--expires": "2027-09-01"}
    office.ok("document", "review", add(office, "coi.pdf", "coi", *words(coming))["id"], "accept")
    assert requirement(office)["state"] == "met"
    office.live_on("2026-09-01")
    assert requirement(office)["state"] == "pending", "another policy, which nobody verified"
    office.run("verify", "run", NPI, "--check", "malpractice")
    assert requirement(office)["state"] == "met"


def test_what_to_send_instead_is_said_before_anybody_reviews_it(office: Desk) -> None:
    office.take_in(
        form(npi=OTHER_NPI, first_name="Ana", last_name="Ruiz", email="r@example.org", malpractice_carrier="",
             malpractice_policy_number="", malpractice_insured_name="", malpractice_effective_on="",
             malpractice_expires_on="", malpractice_per_claim="", malpractice_aggregate="", malpractice_basis=""),
        name="ruiz.csv",
    )  # fmt: skip
    said = COI | {
        "--insured": "Marsh Counseling LLC",
        "--effective": "2025-03-01",
        "--expires": "2026-03-01",
        "--per-claim": "500K/3M",
    }
    filed = add(office, "coi.pdf", "coi", *words(said), npi=OTHER_NPI)
    sentence = "Send a certificate that names Ana Ruiz, in force from 2026-03-01, with at least $1,000,000 per claim."
    assert (filed["result"], filed["advice"]) == ("fail", sentence)
    accepted = office.item("document", "review", filed["id"], "accept")
    assert accepted["advice"] == sentence
    assert sentence in " ".join(office.ok("explain", OTHER_NPI).out.split())


def test_a_gap_shows_across_policies(office: Desk) -> None:
    late = COI | {"--effective": "2026-09-15", "--expires": "2027-09-15"}
    office.ok("document", "review", add(office, "coi.pdf", "coi", *words(late))["id"], "accept")
    office.live_on("2026-09-20")
    office.run("verify", "run", NPI, "--check", "malpractice")
    line = requirement(office)
    assert (line["state"], "no policy on file covers 2026-09-01 to 2026-09-15" in line["detail"].lower()) == (
        "review",
        True,
    )


def test_a_certificate_of_years_past_asks_for_nothing_and_shows_what_it_leaves_open(office: Desk) -> None:
    past = COI | {
        "--policy-number": "OLD-1", "--effective": "2021-03-01", "--expires": "2025-08-01", "--basis": "claims_made",
        "--retroactive": "2019-01-01",
    }  # fmt: skip
    filed = add(office, "coi.pdf", "coi", *words(past))
    assert (filed["result"], filed["advice"]) == (None, None)
    accepted = office.item("document", "review", filed["id"], "accept")
    assert accepted["result"] == "review"
    assert "covers 2025-08-01 to 2025-09-01" in accepted["summary"]
    assert accepted["advice"] == (
        "Send a certificate with the tail of policy OLD-1, and one that covers 2025-08-01 to 2025-09-01."
    )
    assert [one["number"] for one in policies(office)] == ["MP-1", "OLD-1"]
    (office.folder / "coi.pdf").write_bytes(pdf("the tail"))
    tail = add(office, "coi.pdf", "coi", *words(past), "--tail")
    assert office.item("document", "review", tail["id"], "accept")["advice"] == (
        "Send a certificate that covers 2025-08-01 to 2025-09-01."
    )
    assert [one["number"] for one in policies(office)] == ["MP-1", "OLD-1"], "its tail is of the same policy"


def test_a_terminal_asks_for_what_is_missing(
    office: Desk, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    from credkit.cli import main

    class Terminal(io.StringIO):
        def isatty(self) -> bool:
            return True

    answers = "MP-2\nsoon\n2026-03-01\n2027-03-01\n1M / 3M\nclaims-made\n2020-01-01\n"
    monkeypatch.setattr(sys, "stdin", Terminal(answers))
    capsys.readouterr()
    command = ["document", "add", NPI, str(office.folder / "coi.pdf"), "--kind", "coi", "--insured", "Ana Marsh"]
    assert main([*command, "--carrier", "Prairie Mutual", "--json"]) == 0
    ran = capsys.readouterr()
    (filed,) = json.loads(ran.out)["items"]
    assert (filed["fields"]["aggregate"], filed["fields"]["basis"]) == (3_000_000, "claims_made")
    assert filed["fields"]["retroactive_on"] == "2020-01-01"
    assert "Policy number" in ran.err
    assert "Named insured" not in ran.err


def test_a_certificate_that_was_accepted_and_is_rejected_says_what_stays(office: Desk) -> None:
    filed = add(office, "coi.pdf", "coi", *words(COI))
    office.ok("document", "review", filed["id"], "accept")
    ran = office.run("document", "review", filed["id"], "reject", "--reason", "of another person")
    assert (ran.code, "stays on file" in ran.err) == (0, True)


def test_a_policy_whose_certificate_was_rejected_is_not_met(office: Desk) -> None:
    """Met by an accepted certificate; its rejection takes that back at once, and another accepted one gives it again."""

    def state() -> Any:
        return next(one["state"] for one in office.status()["requirements"] if one["check"] == "malpractice")

    filed = add(office, "coi.pdf", "coi", *words(COI))
    office.ok("document", "review", filed["id"], "accept")
    office.run("verify", "run", NPI)
    assert state() == "met"
    office.ok("document", "review", filed["id"], "reject", "--reason", "of another person")
    assert state() == "pending"
    office.run("verify", "run", NPI)
    assert state() == "failed"
    office.ok("document", "review", filed["id"], "accept")
    office.run("verify", "run", NPI)
    assert state() == "met"


# --- what the policy asks for -------------------------------------------------------------------------------------------------


W9 = '\n[[documents]]\nkind = "w9"\nprofessions = ["LCSW"]\n'


def w9(office: Desk) -> Any:
    return next((one for one in office.status()["requirements"] if one["check"] == "document"), None)


def test_no_paper_is_asked_for_by_the_shipped_policy(office: Desk) -> None:
    assert policy().documents == ()
    assert w9(office) is None


def test_a_certificate_takes_the_place_of_no_other_that_was_shown(office: Desk) -> None:
    """Two policies of the same days: each keeps what its own certificate says, and the one shown last is judged."""

    def cover(path: str, **said: str) -> Any:
        filed = add(
            office, path, "coi", *words(COI | {f"--{name.replace('_', '-')}": told for name, told in said.items()})
        )
        office.ok("document", "review", filed["id"], "accept")
        office.run("verify", "run", NPI, "--check", "malpractice")
        held = [one for one in office.item("provider", "show", NPI)["credentials"] if one["kind"] == "malpractice"]
        (asked,) = [one for one in office.status()["requirements"] if one["check"] == "malpractice"]
        return {one["number"]: one["details"]["per_claim"] for one in held}, asked["state"]

    (office.folder / "one.pdf").write_bytes(pdf("one"))
    (office.folder / "two.pdf").write_bytes(pdf("two"))
    both = {"effective": "2026-01-01", "expires": "2027-01-01", "retroactive": "2020-01-01"}
    held, state = cover("one.pdf", policy_number="XS-1", per_claim="1M / 3M", **both)
    assert (held["XS-1"], state) == (1_000_000, "met")
    held, state = cover("two.pdf", policy_number="AB-2", per_claim="100,000 / 300,000", **both)
    assert (held["XS-1"], held["AB-2"]) == (1_000_000, 100_000)
    assert state == "failed"


def test_a_paper_that_the_policy_asks_for_is_missing_received_rejected_accepted_and_ends(office: Desk) -> None:
    office.load_leie()
    office.verify_all()
    adopt(office, W9)
    assert (w9(office)["state"], w9(office)["subject"]) == ("missing", "w9")
    assert {"who": "provider", "what": "give document w9: no w9 on file", "due_on": None} in office.status()["actions"]
    assert "no w9 on file" in office.ok("explain", NPI).out
    ran = office.run("committee", "decide", NPI, "--decision", "approved", "--by", "medical_director")
    assert (ran.code, "document w9: missing" in ran.err) == (5, True)
    filed = add(office, "w9.pdf", "w9", "--expires", "2026-04-15")
    assert w9(office)["state"] == "pending"
    (action,) = [one for one in office.status()["actions"] if "document w9" in one["what"]]
    assert (action["who"], filed["id"] in action["what"]) == ("staff", True)
    office.ok("document", "review", filed["id"], "reject", "--reason", "not signed")
    assert (w9(office)["state"], "rejected on 2026-03-02: not signed" in w9(office)["detail"]) == ("missing", True)
    (action,) = [one for one in office.status()["actions"] if "document w9" in one["what"]]
    assert action["who"] == "provider"
    office.ok("document", "review", add(office, "w9.pdf", "w9", "--expires", "2026-04-15")["id"], "accept")
    assert (w9(office)["state"], w9(office)["valid_until"]) == ("met", "2026-04-15")
    assert [one for one in office.status()["actions"] if "w9" in one["what"]] == []
    office.approve()
    # Thirty days before its end the next one is asked for; after it, it has expired.
    assert [one for one in office.status(NPI, "--on", "2026-03-15")["actions"] if "w9" in one["what"]] == []
    (action,) = [one for one in office.status(NPI, "--on", "2026-03-16")["actions"] if "w9" in one["what"]]
    assert (action["who"], action["due_on"]) == ("provider", "2026-04-15")
    (ends,) = [one for one in office.items("expiry", "--on", "2026-04-16", "--expired") if one["kind"] == "document w9"]
    assert (ends["number"], ends["days_left"], ends["band"]) == ("w9.pdf", -1, "expired")
    (action,) = [one for one in office.status(NPI, "--on", "2026-04-16")["actions"] if "w9" in one["what"]]
    assert (action["who"], action["what"]) == ("provider", "renew document w9")


def test_a_paper_is_asked_of_a_profession_and_of_each_license(office: Desk) -> None:
    adopt(office, '\n[[documents]]\nkind = "license"\n\n[[documents]]\nkind = "cv"\nprofessions = ["MD"]\n')
    (line,) = [one for one in office.status()["requirements"] if one["check"] == "document"]
    assert (line["subject"], line["state"]) == ("license CO 0012345", "missing")
    office.ok("document", "review", add(office, "license.png", "license")["id"], "accept")
    (line,) = [one for one in office.status()["requirements"] if one["check"] == "document"]
    assert line["state"] == "met"
    office.ok(
        "provider", "edit", NPI, "--set", "license_1_state=CO", "--set", "license_1_number=777", "--reason", "a new one"
    )
    subjects = {one["subject"]: one["state"] for one in office.status()["requirements"] if one["check"] == "document"}
    assert subjects["license CO 777"] == "missing", "another license, another paper"


def test_the_next_day_on_which_a_paper_changes_the_answer_is_known(office: Desk) -> None:
    adopt(office, W9)
    office.ok("document", "review", add(office, "w9.pdf", "w9", "--expires", "2026-03-20")["id"], "accept")
    assert office.status()["next_change_on"] <= "2026-03-21"


@pytest.mark.parametrize(
    ("text", "line", "says"),
    [
        ('[[documents]]\nkind = "w8"\n', "kind", "should be 'coi', 'license'"),
        ('[[documents]]\nkind = "w9"\nprofession = ["LCSW"]\n', "profession", "Did you mean professions?"),
        ('[[documents]]\nkind = "license"\ncredential = "dea"\n', "", "is of license, not of dea"),
    ],
)
def test_a_mistake_in_the_policy_is_named(office: Desk, text: str, line: str, says: str) -> None:
    path = office.folder / "bad.toml"
    path.write_text(shipped_text() + "\n" + text, encoding="utf-8")
    ran = office.run("policy", "check", path)
    assert (ran.code, says in ran.err, line in ran.err) == (2, True, True), ran.err


# --- a certificate and what a form claims after it ------------------------------------------------------------------------

SAME_TERM = COI | {"--policy-number": "MP-1", "--effective": "2025-09-01", "--expires": "2026-09-01"}


@pytest.mark.parametrize(
    ("shows", "claims", "says"),
    [
        ({"--per-claim": "500k / 1M"}, {}, "says $500,000 per claim, and the file says $1,000,000"),
        (
            {"--basis": "claims_made", "--retroactive": "2025-09-01"},
            {},
            "says claims made, and the file says occurrence",
        ),
        ({"--insured": "Ben Quill"}, {}, "names Ben Quill, and the file says Ana Marsh"),
        ({}, {"malpractice_expires_on": "2027-09-01"}, "ends on 2026-09-01, and the file says 2027-09-01"),
    ],
)
def test_what_a_form_claims_does_not_stand_before_what_was_shown(
    office: Desk, shows: dict[str, str], claims: dict[str, str], says: str
) -> None:
    filed = add(office, "coi.pdf", "coi", *words(SAME_TERM | shows))
    office.ok("document", "review", filed["id"], "accept")
    office.take_in(form(signed_on="2026-03-01", **claims), name="later.csv")
    office.run("verify", "run", NPI, "--check", "malpractice")
    now = requirement(office)
    assert (now["state"], says in now["detail"]) == ("review", True), now


def test_a_form_that_says_what_was_shown_is_no_contradiction(office: Desk) -> None:
    filed = add(office, "coi.pdf", "coi", *words(SAME_TERM))
    office.ok("document", "review", filed["id"], "accept")
    office.take_in(form(signed_on="2026-03-01", malpractice_insured_name="ANA M. MARSH"), name="later.csv")
    office.run("verify", "run", NPI, "--check", "malpractice")
    assert requirement(office)["state"] == "met"


def test_a_slip_in_one_day_takes_no_rejection_away(office: Desk) -> None:
    filed = add(office, "coi.pdf", "coi", *words(SAME_TERM))
    office.ok("document", "review", filed["id"], "reject", "--reason", "Not signed.")
    office.take_in(form(signed_on="2026-03-01", malpractice_expires_on="2026-09-02"), name="later.csv")
    office.run("verify", "run", NPI, "--check", "malpractice")
    assert requirement(office)["state"] == "failed"


def test_a_certificate_sent_again_is_judged_as_it_would_be_if_accepted(office: Desk) -> None:
    filed = add(office, "coi.pdf", "coi", *words(SAME_TERM))
    office.ok("document", "review", filed["id"], "reject", "--reason", "Not signed.")
    (office.folder / "signed.pdf").write_bytes(pdf("signed"))
    assert add(office, "signed.pdf", "coi", *words(SAME_TERM))["result"] == "pass"
