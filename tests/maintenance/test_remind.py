"""Reminders: what is told, once for ever, over a real mail server that also fails as mail servers do."""

import shutil
import signal
from collections import Counter
from collections.abc import Iterator
from pathlib import Path

import pytest
from conftest import Run
from desk import Desk, form
from factories import NPI, OTHER_NPI
from killed import Victim, sound
from post_office import Office, open_office

SETTINGS = """
[mail]
host = "127.0.0.1"
port = {port}
security = "none"
sender = "Credentialing <office@example.org>"
timeout_seconds = 1
"""


@pytest.fixture
def office() -> Iterator[Office]:
    """Return a mail server."""
    with open_office() as opened:
        yield opened


@pytest.fixture
def mailing(desk: Desk, office: Office) -> Desk:
    """Return a practice that can send mail, with two providers: a license that ends in 24 days, a policy in 10."""
    settings = desk.folder / "config.toml"
    settings.write_text(settings.read_text() + SETTINGS.format(port=office.port))
    desk.take_in(
        form(license_1_expires_on="2026-03-26"),
        form(
            npi=OTHER_NPI, first_name="Ben", last_name="Quill", email="ben@example.org", caqh_id="10000002",
            malpractice_expires_on="2026-03-12", license_1_number="77",
        ),
    )  # fmt: skip
    return desk


def test_one_digest_a_provider_and_each_item_once(mailing: Desk, office: Office) -> None:
    items = mailing.items("remind")
    assert [(item["npi"], item["outcome"]) for item in items] == [(NPI, "sent"), (OTHER_NPI, "sent")]
    assert [mail["To"] for mail in office.arrived] == ["ana.marsh@example.org", "ben@example.org"]
    ana, ben = office.texts()
    assert "Your license in CO ends on 2026-03-26" in ana
    assert "- Your license in CO ends on 2026-03-26\n  Renew it with the board" in ana.replace("\r\n", "\n")
    assert "Your malpractice insurance ends on 2026-03-12" in ben
    for text in (ana, ben):
        assert "1985" not in text, "no date of birth"
        assert "12345" not in text
        assert "MP-1" not in text
    assert mailing.items("remind") == []
    # The next band is told again; the license's own, a week before.
    mailing.live_on("2026-03-20")
    again = mailing.items("remind")
    assert [(item["npi"], item["about"]) for item in again] == [
        (NPI, ["license 7"]),
        (OTHER_NPI, ["malpractice expired"]),
    ]
    assert len(office.arrived) == 4
    mailing.ok("audit", "verify")


def test_a_renewal_stops_them(mailing: Desk, office: Office) -> None:
    mailing.items("remind")
    mailing.ok("provider", "edit", NPI, "--set", "license_1_state=CO", "--set", "license_1_number=0012345", "--set", "license_1_expires_on=2028-03-31", "--reason", "renewed")  # fmt: skip
    mailing.live_on("2026-03-20")
    assert NPI not in {item["npi"] for item in mailing.items("remind")}


def test_a_dry_run_tells_and_does_nothing(mailing: Desk, office: Office) -> None:
    before = mailing.ok("audit", "verify").out
    assert [item["outcome"] for item in mailing.items("remind", "--dry-run")] == ["would send", "would send"]
    assert office.arrived == []
    assert mailing.ok("audit", "verify").out == before


def test_as_files_where_mail_is_not_set_up(desk: Desk, tmp_path: Path) -> None:
    desk.take_in(form(license_1_expires_on="2026-03-26"))
    ran = desk.run("remind")
    assert (ran.code, "Mail is not set up" in ran.err) == (2, True)
    assert desk.items("remind", "--dry-run"), "nothing was made by the refusal"
    desk.ok("remind", "--out", tmp_path / "mails")
    (path,) = (tmp_path / "mails").iterdir()
    assert path.stat().st_mode & 0o777 == 0o600
    assert path.read_text(encoding="utf-8").startswith("To: ana.marsh@example.org\nSubject: ")
    assert desk.items("remind", "--out", tmp_path / "mails") == []


@pytest.mark.parametrize("answer", ["451 try later", "421 shutting down", "drop before", "stall"])
def test_what_is_put_off_goes_out_with_the_next_run(mailing: Desk, office: Office, answer: str) -> None:
    office.answers = [answer]
    first = mailing.items("remind", code=4)
    assert sorted(item["outcome"] for item in first) == ["made", "sent"]
    put_off = next(item for item in first if item["outcome"] == "made")
    second = mailing.item("remind")
    assert (second["npi"], second["outcome"], second["attempts"]) == (put_off["npi"], "sent", 2)
    assert second["message_id"] == put_off["message_id"]
    assert len(office.arrived) == 2


def test_an_answer_lost_after_the_data_is_a_second_copy_with_the_same_name(mailing: Desk, office: Office) -> None:
    office.answers = ["drop after"]
    mailing.items("remind", code=4)
    mailing.items("remind")
    copies = Counter(str(mail["Message-ID"]) for mail in office.arrived)
    assert sorted(copies.values()) == [1, 2], "SMTP promises no more: the same Message-ID lets a mailbox tell"


@pytest.mark.parametrize("answer", ["550 no such user", "554 rejected as spam"])
def test_what_is_refused_is_shown_and_not_tried_for_ever(mailing: Desk, office: Office, answer: str) -> None:
    office.answers = [answer]
    first = mailing.items("remind", code=4)
    assert [(item["outcome"], (item["trouble"] or "")[:3]) for item in first] == [("refused", answer[:3]), ("sent", "")]
    assert mailing.items("remind") == []


def test_an_unknown_mailbox_and_no_address(mailing: Desk, office: Office) -> None:
    mailing.ok("provider", "edit", NPI, "--set", "email=nobody@example.org", "--reason", "as they wrote it")
    mailing.ok("provider", "edit", OTHER_NPI, "--clear", "email", "--reason", "bounced")
    found = {item["npi"]: item["trouble"] for item in mailing.items("remind", code=4)}
    assert "no such mailbox" in found[NPI]
    assert found[OTHER_NPI] == "no e-mail address on file"
    assert office.arrived == []


def test_a_made_reminder_whose_item_was_renewed_is_dropped(mailing: Desk, office: Office) -> None:
    office.answers = ["451 later", "451 later"]
    mailing.items("remind", code=4)
    mailing.ok("provider", "edit", NPI, "--set", "license_1_state=CO", "--set", "license_1_number=0012345", "--set", "license_1_expires_on=2028-03-31", "--reason", "renewed")  # fmt: skip
    found = {item["npi"]: item["outcome"] for item in mailing.items("remind")}
    assert found == {NPI: "dropped", OTHER_NPI: "sent"}
    assert [mail["To"] for mail in office.arrived] == ["ben@example.org"]


def test_an_organizations_own_words(mailing: Desk, office: Office) -> None:
    folder = mailing.folder / "words"
    folder.mkdir()
    (folder / "reminder.txt").write_text("{% for one in items %}{{ one.title }}\n{% endfor %}", encoding="utf-8")
    settings = mailing.folder / "config.toml"
    settings.write_text(settings.read_text() + f'[letters]\nfolder = "{folder}"\n')
    mailing.items("remind")
    assert office.texts()[0].strip() == "Your license in CO ends on 2026-03-26"
    (folder / "reminder.txt").write_text("{{ ssn }}", encoding="utf-8")
    mailing.live_on("2026-03-20")
    ran = mailing.run("remind")
    assert (ran.code, "'ssn' is undefined" in ran.err) == (2, True)


def test_killed_at_any_step_every_mail_arrives_and_no_item_is_told_under_two_names(
    mailing: Desk, office: Office, run: Run, victim: Victim, tmp_path: Path
) -> None:
    whole = shutil.copy(mailing.folder / "credkit.db", tmp_path / "whole.db")
    assert victim.run(0, "--db", whole, "remind", "--json") == 0
    expected = {str(mail["Message-ID"]) for mail in office.arrived}
    assert len(expected) == 2
    steps = len(victim.statements())
    second_copies = 0
    for at in range(5, steps + 1, 6):
        office.arrived.clear()
        path = shutil.copy(mailing.folder / "credkit.db", tmp_path / f"killed-{at}.db")
        assert victim.run(at, "--db", path, "remind", "--json") == -signal.SIGKILL
        assert sound(run, Path(path))
        run("remind", "--db", path)
        copies = Counter(str(mail["Message-ID"]) for mail in office.arrived)
        assert set(copies) == expected, at
        assert sum(copies.values()) - len(copies) <= 1, "only the one mail whose answer was not kept"
        second_copies += sum(copies.values()) - len(copies)
        assert run("remind", "--db", path, "--json").json()["items"] == []
    assert second_copies, "the moment between sending and keeping was among them"
