"""The onboarding form: a page a topic, kept as it goes, checked as an import checks, sent into the same plan."""

import pytest
from desk import form
from factories import NPI, policy
from portals import BORN, Site, Visitor

CLEO = "1000000020"
PAGES = ("person", "practice", "license", "malpractice", "caqh", "education", "work", "disclosures")


#: What the form does not ask: it is signed at its end, and what CAQH says is not the provider's to say.
NOT_ASKED = frozenset({"signed_name", "signed_on", "caqh_status", "caqh_roster_status"})


def answers(**changes: str) -> dict[str, str]:
    """Return Cleo Strand's answers, by column."""
    row = form(npi=CLEO, first_name="Cleo", last_name="Strand", email="cleo.strand@example.org", phone="303-555-0123")
    row |= {"malpractice_insured_name": "Cleo Strand"}
    return {name: text for name, text in row.items() if name not in NOT_ASKED} | changes


def begin(site: Site, link: str | None = None) -> Visitor:
    visitor = site.visitor()
    link = link or site.invite()
    assert visitor.send(link).headers["location"] == "/form"
    return visitor


def fill(visitor: Visitor, given: dict[str, str], pages: tuple[str, ...] = PAGES) -> str:
    """Fill in pages, and return where the last one led."""
    where = ""
    for page in pages:
        assert visitor.get(f"/form/{page}").status_code == 200
        answer = visitor.send(f"/form/{page}", given | {"do": "next"})
        assert answer.status_code == 303, answer.text
        where = answer.headers["location"]
    return where


def test_from_the_link_to_the_file(site: Site) -> None:
    visitor = begin(site)
    assert visitor.get("/form").headers["location"] == "/form/person"
    assert 'value="cleo.strand@example.org"' in visitor.get("/form/person").text
    assert fill(visitor, answers()) == "/review"
    review = visitor.get("/review").text
    assert "Before you can sign" not in review
    assert "0012345" in review
    assert "Write your name." in visitor.send("/review").text
    sent = visitor.send("/review", {"signed_name": "Cleo Strand"})
    assert "Your application is sent" in sent.text
    assert "Your application is sent" in visitor.get("/form/person").text  # and is not to be changed any more
    (waiting,) = site.desk.items("intake", "list")
    assert (waiting["kind"], waiting["npi"], waiting["outcome"]) == ("form", CLEO, "new")
    assert BORN not in str(waiting)
    assert site.desk.run("provider", "show", CLEO).code == 2  # nothing is there until staff accept it
    done = site.desk.item("intake", "accept", waiting["submission_id"][:16])
    assert (done["state"], done["outcome"]) == ("accepted", "new")
    held = site.desk.item("provider", "show", CLEO)
    assert (held["name"], held["signed_on"]) == ("Cleo Strand", "2026-03-02")
    # The same form by file changes nothing: it is one plan.
    path = site.desk.form_file(answers() | {"signed_name": "Cleo Strand", "signed_on": "2026-03-02"}, name="same.csv")
    assert [one["outcome"] for one in site.desk.items("intake", "import", path)] == ["unchanged"]


def test_it_is_kept_and_taken_up_with_the_date_of_birth(site: Site) -> None:
    link = site.invite()
    fill(begin(site, link), answers(), PAGES[:3])
    again = site.visitor()
    page = again.get(link).text
    assert "date of birth" in page
    assert "Strand" not in page
    assert again.get("/form/person").status_code == 403
    assert again.enter(link, "1985-06-08").status_code == 422
    assert again.enter(link).headers["location"] == "/form"
    assert again.get("/form").headers["location"] == "/form/malpractice"
    assert 'value="0012345"' in again.get("/form/license").text
    for number in range(5):
        site.visitor().enter(link, f"1985-06-{10 + number}")
    assert again.get("/form").status_code == 403
    site.desk.ok("portal", "unlock", "cleo.strand@example.org")
    assert again.enter(link).status_code == 303


@pytest.mark.parametrize(
    ("page", "changes", "says"),
    [
        ("person", {"npi": "1000000021"}, "check digit"),
        ("person", {"npi": ""}, "The NPI is missing"),
        ("person", {"date_of_birth": "02/30/1985"}, "no such"),
        ("person", {"date_of_birth": ""}, "Write your date of birth"),
        ("person", {"email": "cleo"}, "name@example.org"),
        ("license", {"license_1_number": ""}, "Write your license"),
        ("license", {"license_1_expires_on": "31.12.2027"}, "2027-12-31"),
        ("malpractice", {"malpractice_expires_on": "2024-01-01"}, "ends before the policy begins"),
        ("work", {"work_1_started_on": "2025-06"}, "Say what you did from 2021-03-02 to 2025-05-31"),
        ("work", {"work_1_started_on": ""}, "when your work there began"),
        ("disclosures", {"disclosure_felony": ""}, "Answer yes or no."),
        ("disclosures", {"disclosure_felony": "yes"}, "Explain your answer"),
        ("person", {"first_name": "=cmd|' /C calc'!A0"}, "formula"),
    ],
)
def test_what_is_wrong_is_said_at_once_and_kept(site: Site, page: str, changes: dict[str, str], says: str) -> None:
    visitor = begin(site)
    fill(visitor, answers(), PAGES[: PAGES.index(page)])
    answer = visitor.send(f"/form/{page}", answers(**changes) | {"do": "next"})
    assert answer.status_code == 422
    assert says in answer.text
    later = PAGES[PAGES.index(page) + 1 :]
    fill(visitor, answers(), later)
    review = visitor.get("/review").text
    assert "Before you can sign" in review
    assert visitor.send(f"/form/{page}", answers() | {"do": "next"}).status_code == 303
    assert "Before you can sign" not in visitor.get("/review").text


def test_it_cannot_be_signed_before_it_is_whole(site: Site) -> None:
    visitor = begin(site)
    fill(visitor, answers(), PAGES[:-1])
    token = visitor.token("/form/person")
    answer = visitor.client.post("/review", data={"form_token": token, "signed_name": "Cleo Strand"})
    assert "Before you can sign" in answer.text
    assert site.desk.items("intake", "list") == []


def test_pages_out_of_order_twice_and_with_extra_fields(site: Site) -> None:
    visitor = begin(site)
    extra = {
        "signed_on": "2020-01-01",
        "taxonomy": "1041C0700X",
        "caqh_status": "X",
        "link_id": "other",
        "accepted": "1",
    }
    for page in reversed(PAGES):
        visitor.send(f"/form/{page}", answers() | extra | {"do": "stay"})
    fill(visitor, answers())
    token = visitor.token("/review")
    for _ in range(2):
        visitor.client.post("/review", data={"form_token": token, "signed_name": "Cleo Strand"})
    (waiting,) = site.desk.items("intake", "list")
    cells = {one["column"]: one["text"] for one in waiting["cells"]}
    assert cells["signed_on"] == "2026-03-02"
    assert not {"caqh_status", "link_id", "accepted"} & cells.keys()
    assert visitor.get("/form/nothing").status_code == 200  # sent: whatever is asked for, it says so


def test_a_form_about_somebody_else_s_npi_waits_and_is_refused(site: Site) -> None:
    visitor = begin(site)
    fill(visitor, answers(npi=NPI))
    visitor.send("/review", {"signed_name": "Cleo Strand"})
    (waiting,) = site.desk.items("intake", "list")
    assert waiting["outcome"] == "conflict"
    ran = site.desk.run("intake", "accept", waiting["submission_id"])
    assert ran.code == 5
    assert "Ana Marsh" in ran.err
    assert len(site.desk.items("intake", "list")) == 1
    assert site.desk.items("intake", "rejects") == []
    site.desk.ok("intake", "reject", waiting["submission_id"], "--reason", "That is not your NPI.")
    # It may be mended then, and sent again.
    visitor.send("/form/person", answers() | {"do": "next"})
    assert "Your application is sent" in visitor.send("/review", {"signed_name": "Cleo Strand"}).text
    (again,) = site.desk.items("intake", "list")
    assert again["outcome"] == "new"


def test_a_form_is_made_for_a_profession(site: Site) -> None:
    url = site.desk.item("portal", "invite", "np@example.org", "--profession", "NP", "--states", "TX,CO")["url"]
    visitor = begin(site, url.removeprefix("http://127.0.0.1:8808"))
    assert visitor.get("/form/dea").status_code == 200
    page = visitor.get("/form/license").text
    assert page.count("<legend>License ") == 3
    assert begin(site).get("/form/dea").status_code == 404
    questions = begin(site).get("/form/disclosures").text
    assert all(f"disclosure_{key}" in questions for key in policy().disclosures)


def test_a_link_of_one_kind_opens_no_page_of_the_other(site: Site) -> None:
    applicant, provider = begin(site), site.inside()
    for path in ("/status", "/facts", "/sign", "/paper/other"):
        assert applicant.get(path).status_code == 403
    for path in ("/form", "/form/person", "/review"):
        assert provider.get(path).status_code == 403


def test_a_draft_is_in_no_log(site: Site) -> None:
    visitor = begin(site)
    fill(visitor, answers(middle_name="Wrenmarker"), PAGES[:2])
    assert "Wrenmarker" in visitor.get("/form/person").text
    with (site.desk.folder / "credkit.db").open("rb") as file:
        assert file.read().count(b"Wrenmarker") == 1
    assert "portal.draft_saved" in site.desk.ok("audit", "log").out
