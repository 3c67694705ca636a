"""A provider's own page: what it says at each step of the way, and what it never says."""

from typing import Any

from conftest import without_digests
from desk import ANA, Desk, form
from factories import NPI, OTHER_NPI
from portals import PDF, Site

STEPS = (
    "Your application", "Verification", "CAQH profile", "Committee", "Insurance networks", "Seeing clients",
    "Staying credentialed",
)  # fmt: skip


def says(site: Site, npi: str = NPI) -> str:
    """Return the words of a provider's page."""
    import html
    import re

    page = site.inside(npi).get("/status")
    assert page.status_code == 200
    text = html.unescape(re.sub(r"<[^>]+>", " ", page.text.partition("<main")[2]))
    return " ".join(text.split())


def test_the_steps_in_their_order(site: Site) -> None:
    words = says(site)
    places = [words.index(f"{number}. {title}") for number, title in enumerate(STEPS, 1)]
    assert places == sorted(places)
    assert "Signed on February 20, 2026." in words
    assert "We check what you gave us with those who issued it." in words
    assert "License for Colorado We are working on it." in words
    assert "You may not see clients yet." in words


def test_from_verified_to_seeing_clients(site: Site) -> None:
    desk = site.desk
    desk.load_leie()
    desk.verify_all()
    words = says(site)
    assert "Everything is verified." in words
    assert "waits for the committee's decision" in words
    assert "Complete and attested. Attest it again by June 10, 2026." in words
    desk.approve()
    assert "Approved for Colorado on March 2, 2026." in says(site)
    desk.ok("payer", "add", "Aspen Health", "--line", "commercial")
    desk.ok("enroll", "submit", NPI, "Aspen Health", "--state", "CO")
    words = says(site)
    assert "Aspen Health, Colorado We have applied. Sent on March 2, 2026." in words
    assert "You may see clients" not in words
    desk.ok(
        "enroll", "update", NPI, "Aspen Health", "--state", "CO", "--status", "approved", "--effective", "2026-03-10"
    )
    assert "Approved. In network from March 10, 2026 on." in says(site)
    desk.live_on("2026-03-10")
    words = says(site)
    assert "You may see clients in Colorado with Aspen Health." in words
    assert "In network since March 10, 2026." in words
    assert "Your approval holds through March 31, 2029" in words
    assert "Malpractice insurance September 1, 2026" in words


def test_what_is_missing_is_asked_for(site: Site) -> None:
    site.desk.take_in(
        form(npi=OTHER_NPI, first_name="Ben", last_name="Okafor", license_1_state="", license_1_number="",
             license_1_type="", license_1_issued_on="", license_1_expires_on="", caqh_id="", caqh_attested_on="",
             caqh_status="", caqh_authorized="", caqh_roster_status="", signed_on="", signed_name=""),
        name="other.csv",
    )  # fmt: skip
    words = says(site, OTHER_NPI)
    for asked in ("Sign your application", "Give your license for Colorado", "CAQH"):
        assert asked in words
    assert "There is something for you to do." in words


def test_every_action_of_the_provider_s_is_a_task(site: Site) -> None:
    """What `status` asks of the provider stands on their page; the page may ask for more, never for less."""
    desk = site.desk
    desk.load_leie()
    for number, changes in enumerate(CHANGES):
        npi = ("1000000020", "1000000038", "1000000046", "1000000053", "1000000061")[number]
        desk.take_in(form(npi=npi, last_name=f"Strand{'abcde'[number]}", **changes), name=f"{npi}.csv")
        desk.run("verify", "run", npi)
        asked = [one for one in desk.status(npi)["actions"] if one["who"] == "provider"]
        page = says(site, npi)
        cards = page.partition("What you need to do")[2].partition("Where you are")[0]
        assert ("Nothing at present." in cards) == (number == 0), (asked, cards)
        for one in asked:
            assert any(word in cards for word in WORDS[one["what"].split()[0]]), (one, cards)


def test_a_renewal_that_waits_for_staff_is_not_asked_for_again(site: Site) -> None:
    desk = site.desk
    desk.load_leie()
    desk.verify_all()
    desk.live_on("2027-05-01")
    assert "Renew your license for Colorado" in says(site, NPI)
    renewed = {"license_1_state": "CO", "license_1_number": "0012345", "license_1_expires_on": "2029-03-31"}
    told = [word for name, value in renewed.items() for word in ("--set", f"{name}={value}")]
    desk.ok("provider", "edit", NPI, *told, "--reason", "The renewal came.")
    assert "Renew your license" not in says(site, NPI)


CHANGES: tuple[dict[str, str], ...] = (
    {},
    {"email": ""},
    {"license_1_expires_on": "2026-02-28"},
    {"malpractice_expires_on": "2026-02-01"},
    {"caqh_id": "", "caqh_attested_on": "", "caqh_status": "", "caqh_authorized": "", "caqh_roster_status": ""},
)
WORDS = {
    "give": ("Give your", "CAQH"),
    "sign": ("Sign your",),
    "renew": ("Renew your", "Attest"),
    "send": ("Send your",),
}


def test_nothing_internal_is_said(site: Site) -> None:
    """Planted markers in everything that staff write: none of them is on any page."""
    desk = site.desk
    desk.load_leie()
    desk.take_in(form(npi=OTHER_NPI, first_name="Marker", last_name="Otherperson"), name="other.csv")
    desk.verify_all()
    desk.ok(
        "verify", "record", NPI, "claims_history", "--result", "review", "--source", "MARKERSOURCE", "--note",
        "MARKERNOTE",
    )  # fmt: skip
    desk.run("verify", "accept", NPI, "claims_history", "--reason", "MARKERACCEPT")
    desk.ok("payer", "add", "Aspen Health", "--line", "commercial")
    desk.ok("committee", "schedule", "2026-03-02")
    desk.ok(
        "committee", "decide", NPI, "--decision", "approved", "--meeting", "2026-03-02", "--present", "Dr MARKERONE", "Dr MARKERTWO",
        "Dr MARKERTHREE", "--reason", "MARKERREASON", "--actor", "MARKERACTOR",
    )  # fmt: skip
    desk.ok("enroll", "submit", NPI, "Aspen Health", "--state", "CO")
    desk.ok(
        "enroll", "update", NPI, "Aspen Health", "--state", "CO", "--status", "denied", "--reason", "MARKERDENIED"
    )  # fmt: skip
    visitor = site.inside()
    text = without_digests("".join(visitor.get(path).text for path in ("/status", "/facts", "/sign", "/paper/other")))
    assert "MARKER" not in text.upper().replace("MARKER OTHER", "MARKER")
    assert OTHER_NPI not in text
    assert "1985" not in text
    assert "kim" not in text
    assert "did not accept the application" in text


def test_a_denial_is_told_by_its_day_alone(site: Site) -> None:
    site.desk.load_leie()
    site.desk.verify_all()
    site.desk.ok("committee", "schedule", "2026-03-02")
    site.desk.ok(
        "committee",
        "decide",
        NPI,
        "--decision",
        "denied",
        "--meeting",
        "2026-03-02",
        "--present",
        "Dr A",
        "Dr B",
        "Dr C",
        "--reason",
        "MARKERWHY",
    )
    words = says(site)
    assert "Your application is closed." in words
    assert "A decision was made on March 2, 2026." in words
    assert "MARKERWHY" not in words
    assert "denied" not in words.lower()


def test_the_payer_s_usual_time(site: Site) -> None:
    desk = site.desk
    desk.load_leie()
    desk.ok("payer", "add", "Aspen Health", "--line", "commercial")
    for npi, decided in (("1000000020", "2026-01-31"), ("1000000038", "2026-03-02"), ("1000000046", "2026-02-11")):
        desk.registry.records[npi] = ANA
        desk.take_in(form(npi=npi), name=f"{npi}.csv")
        desk.verify_all(npi)
        desk.approve(npi)
        desk.ok("enroll", "submit", npi, "Aspen Health", "--state", "CO", "--submitted", "2026-01-01")
        desk.ok("enroll", "update", npi, "Aspen Health", "--state", "CO", "--status", "approved", "--decided", decided)
    desk.verify_all()
    desk.approve()
    desk.ok("enroll", "submit", NPI, "Aspen Health", "--state", "CO")
    assert "This plan usually takes about 41 days from the application." in says(site)


def test_pages_are_answered_while_another_process_writes(site: Site, desk: Desk) -> None:
    """A store that is held answers with a kind page, and the next try is whole."""
    import sqlite3

    visitor = site.inside()
    settings = site.office.settings
    site.office.settings = settings.model_copy(
        update={"store": settings.store.model_copy(update={"busy_seconds": 0.2})}
    )
    holder = sqlite3.connect(desk.folder / "credkit.db", isolation_level=None)
    token = visitor.token("/paper/other")
    holder.execute("BEGIN EXCLUSIVE")
    answer = visitor.get("/status")
    assert answer.status_code == 503
    assert "One moment" in answer.text
    assert answer.headers["retry-after"]
    sent: Any = visitor.client.post("/paper/other", data={"form_token": token}, files={"file": ("a.pdf", PDF)})
    assert sent.status_code == 503
    holder.execute("ROLLBACK")
    holder.close()
    assert visitor.get("/status").status_code == 200
    desk.ok("provider", "edit", NPI, "--set", "city=Golden", "--reason", "moved")
    assert visitor.get("/facts").status_code == 200
