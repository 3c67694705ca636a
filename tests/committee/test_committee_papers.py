"""Packets, agenda and minutes as they are read: what must stand in them, and what never."""

import re
from pathlib import Path

from committees import BIRCH, CHAIR, VOTERS, ready_files, seat, unanimous, votes_file
from desk import Desk

HELD = "2026-03-10"


def packets(desk: Desk, folder: Path, *options: str) -> dict[str, str]:
    """Return the text of every packet of the meeting, by the file's name."""
    desk.ok("committee", "packet", HELD, "--out", folder, *options)
    return {path.name: path.read_text(encoding="utf-8") for path in sorted(folder.iterdir())}


def test_a_packet_says_who_verified_what_and_where_and_never_an_age(desk: Desk, tmp_path: Path) -> None:
    npis = ready_files(desk, 2, exceptions=(0,))
    desk.ok("provider", "edit", npis[0], "--set", "gender=F", "--set", "languages=Tagalog", "--reason", "as they said")
    desk.ok("committee", "schedule", HELD)
    found = packets(desk, tmp_path / "all")
    assert list(found) == [f"001-exception-{npis[0]}.html", f"002-clean-{npis[1]}.html"]
    page = found[f"001-exception-{npis[0]}.html"]
    for words in (
        "Confidential peer review", "Ben Quill", "disclosure answered yes: felony", "Settled in 2001", "by telephone",
        "leie", "Prairie Mutual", "Aspen Clinic", "SHA-256", "explained",
    ):  # fmt: skip
        assert words.lower() in page.lower(), words
    for words in ("1960", "Tagalog", "gender", "2012", "date of birth"):
        assert words not in page, words
    assert not re.search(r"\b(src|href|url)\s*[=(]", page), "nothing is fetched"
    assert "<script" not in page


def test_a_blinded_packet_has_no_name_anywhere(desk: Desk, tmp_path: Path) -> None:
    (_npi,) = ready_files(desk, 1)
    desk.ok("committee", "schedule", HELD)
    (page,) = packets(desk, tmp_path / "blind", "--blind").values()
    assert "[name withheld]" in page
    for word in ("Ben", "Quill", "BEN", "QUILL"):
        assert not re.search(rf"\b{word}\b", page), word


def test_text_from_outside_is_text(desk: Desk, tmp_path: Path) -> None:
    (npi,) = ready_files(desk, 1, exceptions=(0,))
    desk.ok("provider", "edit", npi, "--set", "specialty=<b>grief</b> & [/etc]", "--reason", "as they wrote it")
    desk.ok("committee", "schedule", HELD)
    (page,) = packets(desk, tmp_path / "html").values()
    assert "&lt;b&gt;grief&lt;/b&gt; &amp; [/etc]" in page
    (text,) = packets(desk, tmp_path / "md", "--as", "md").values()
    assert r"\<b\>grief\</b\> & \[/etc\]" in text
    desk.ok("committee", "packet", HELD, "--out", tmp_path / "pdf", "--as", "pdf")


def test_an_agenda_is_the_whole_meeting(desk: Desk) -> None:
    seat(desk)
    npis = ready_files(desk, 3, exceptions=(1,))
    desk.ok("committee", "schedule", HELD)
    text = desk.ok("committee", "agenda", HELD, "--as", "md").out
    places = [text.index(words) for words in (
        "Roll call and quorum", "Conflicts of interest", "Prior minutes", "Exceptions", "Clean files to ratify",
        "Recredentialing", "Monitoring events", "Terminations",
    )]  # fmt: skip
    assert places == sorted(places)
    assert "disclosure answered yes: felony" in text
    assert re.search(r"record disclosures: verification [0-9a-f]{20}", text)
    assert text.index("Ben Strand") < text.index("Ben Quill")
    assert "There is no meeting before this one" in text
    desk.ok("committee", "agenda", HELD, "--close")
    closed = desk.ok("committee", "agenda", HELD, "--as", "html").out
    assert "The docket is closed: SHA-256" in closed
    ran = desk.run("committee", "agenda", HELD, "--close")
    assert (ran.code, "is closed since" in ran.err) == (5, True)
    late = npis[0]
    desk.live_on(HELD)
    desk.ok("committee", "attend", HELD, "--present", *VOTERS[:3])
    assert late in {item["npi"] for item in desk.items("committee", "agenda", HELD)}


def test_minutes_are_the_same_before_and_after_and_their_hash_is_kept(desk: Desk) -> None:
    seat(desk)
    (npi,) = ready_files(desk, 1)
    desk.ok("committee", "schedule", HELD)
    desk.live_on(HELD)
    desk.ok("committee", "attend", HELD, "--present", *VOTERS[:3], "--mode", "in_person")
    desk.items("committee", "vote", HELD, "--from", votes_file(desk, *unanimous(npi)))
    desk.ok("committee", "decide", npi, "--decision", "approved", "--meeting", HELD)
    before = desk.ok("committee", "minutes", HELD).out
    assert before == desk.ok("committee", "minutes", HELD).out
    desk.ok("committee", "minutes", HELD, "--attest", "--actor", CHAIR)
    after = desk.ok("committee", "minutes", HELD).out
    assert after.startswith(before[: before.index("---\n")].rstrip())
    (meeting,) = desk.items("committee", "meetings")
    assert (meeting["status"], meeting["attested_by"], meeting["mode"]) == ("completed", CHAIR, "in_person")
    assert meeting["minutes_sha256"] in after
    assert meeting["minutes_sha256"] in before, "it is the hash of what was there to be attested"
    assert f"{BIRCH}" in after
