"""Getting in: links, the date of birth, sessions, and their ends."""

import stat
from datetime import date

import pytest
from desk import Desk, form
from factories import NPI, OTHER_NPI
from portals import BORN, Site

from credkit.portal.links import form_token, link_of, token
from credkit.portal.visits import IDLE, LONGEST, Tries, Visits
from credkit.records import LinkKind, PortalLink


def test_a_link_and_the_date_of_birth_open_one_page(site: Site) -> None:
    visitor, link = site.visitor(), site.link()
    asked = visitor.get(link)
    assert asked.status_code == 200
    assert "Marsh" not in asked.text  # the link alone shows nothing
    assert NPI not in asked.text
    assert visitor.enter(link, "1985-06-08").status_code == 422
    assert visitor.get("/status").status_code == 403
    assert visitor.enter(link).headers["location"] == "/status"
    page = visitor.get("/status")
    assert page.status_code == 200
    assert "Ana Marsh" in page.text
    assert BORN not in page.text
    assert visitor.get(link).status_code == 200  # it may be used again, with the date of birth
    assert [one["used_at"] is not None for one in site.desk.items("portal", "list")] == [True]


@pytest.mark.parametrize("written", ["06/07/1985", "June 7, 1985", " 19850607 "])
def test_a_date_may_be_written_as_elsewhere(site: Site, written: str) -> None:
    assert site.visitor().enter(site.link(), written).status_code == 303


def test_what_is_no_date_counts_as_no_try(site: Site) -> None:
    visitor, link = site.visitor(), site.link()
    for _ in range(8):
        answer = visitor.enter(link, "the seventh of June")
        assert answer.status_code == 422
        assert "not a date" in answer.text
    assert visitor.enter(link).status_code == 303


def test_links_that_open_nothing(site: Site) -> None:
    link = site.link()
    other = site.invite().replace("/begin/", "/link/")
    made = link.rpartition("/")[2]
    key = bytes(32)
    forged = token(key, LinkKind.PAGE, site.desk.items("portal", "list")[0]["link_id"])
    for wrong in (
        link[:-1] + ("A" if link[-1] != "A" else "B"), f"/link/{made[1:]}", f"/link/{made}.{made}", f"/link/{forged}",
        other, "/link/x", f"/link/{'a' * 390}", "/link/%00", "/link/é", f"/begin/{made}", "/link/..%2f..%2fetc",
    ):  # fmt: skip
        answer = site.visitor().get(wrong)
        assert answer.status_code == 404, wrong
        assert "Ana" not in answer.text


def test_an_expired_link_opens_nothing(site: Site) -> None:
    visitor, link = site.visitor(), site.link(NPI, "--days", "3")
    assert visitor.enter(link).status_code == 303
    site.desk.live_on("2026-03-05")
    assert visitor.get("/status").status_code == 200
    site.desk.live_on("2026-03-06")
    assert site.visitor().get(link).status_code == 404
    assert visitor.get("/status").status_code == 403  # and its visits are over
    assert [one["state"] for one in site.desk.items("portal", "list")] == ["expired"]


def test_revoking_ends_links_and_visits(site: Site) -> None:
    link = site.link()
    visitor = site.visitor()
    visitor.enter(link)
    assert visitor.get("/status").status_code == 200
    ended = site.desk.items("portal", "revoke", NPI)
    assert [one["state"] for one in ended] == ["revoked"]
    assert visitor.get("/status").status_code == 403
    assert site.visitor().get(link).status_code == 404
    assert site.desk.run("portal", "revoke", NPI).code == 5


def test_five_wrong_dates_lock_all_links_until_staff_unlock(site: Site) -> None:
    first, second = site.link(), site.link()
    inside = site.visitor()
    inside.enter(first)
    for number in range(5):
        # From another browser each time, by both links.
        answer = site.visitor().enter((first, second)[number % 2], f"1985-06-{10 + number}")
        assert answer.status_code == (403 if number == 4 else 422)
    for link in (first, second):
        assert site.visitor().get(link).status_code == 403
    assert inside.get("/status").status_code == 403
    assert {one["state"] for one in site.desk.items("portal", "list")} == {"locked"}
    site.desk.ok("portal", "unlock", NPI)
    assert site.visitor().enter(second).status_code == 303
    assert site.desk.run("portal", "unlock", NPI).code == 5


def test_the_right_date_forgets_the_wrong_ones(site: Site) -> None:
    link = site.link()
    for _ in range(3):
        for number in range(4):
            site.visitor().enter(link, f"1985-06-{10 + number}")
        assert site.visitor().enter(link).status_code == 303


def test_one_address_may_not_try_for_ever(site: Site) -> None:
    link = site.link()
    answers = [site.visitor().enter(link, "not a date").status_code for _ in range(32)]
    assert answers.index(429) == 30
    assert 303 not in answers


def test_signing_out_ends_the_visit_wherever_its_cookie_is(site: Site) -> None:
    visitor = site.inside()
    thief = site.visitor()
    thief.client.cookies.update(visitor.client.cookies)
    assert thief.get("/status").status_code == 200
    page = visitor.get("/status").text
    assert "Sign out" in page
    assert visitor.client.post("/out", data={"form_token": visitor.token("/status")}).status_code == 200
    assert thief.get("/status").status_code == 403


def test_a_cookie_that_somebody_else_set_is_not_the_visit_s(site: Site) -> None:
    visitor, link = site.visitor(), site.link()
    visitor.client.cookies.set("credkit", "x" * 43, domain="127.0.0.1")
    assert visitor.enter(link).status_code == 303
    assert "x" * 43 not in visitor.client.cookies.values()
    planted = site.visitor()
    planted.client.cookies.set("credkit", "x" * 43, domain="127.0.0.1")
    assert planted.get("/status").status_code == 403


def test_a_form_without_its_own_visitor_s_token_is_refused(site: Site) -> None:
    link = site.link()
    visitor, other = site.visitor(), site.visitor()
    stolen = other.token(link)
    visitor.get(link)
    for given in ({}, {"form_token": stolen}, {"form_token": "0" * 64}, {"form_token": "é"}):
        assert visitor.client.post(link, data={"date_of_birth": BORN, **given}).status_code == 400
    right = {"form_token": visitor.token(link), "date_of_birth": BORN}
    for header in ({"Origin": "https://evil.example"}, {"Sec-Fetch-Site": "cross-site"}):
        assert visitor.client.post(link, data=right, headers=header).status_code == 400
    assert site.visitor().client.post(link, data=right).status_code == 403  # no cookie at all
    assert visitor.client.post(link, data=right, headers={"Origin": "null"}).status_code == 303


def test_what_a_cookie_is(site: Site) -> None:
    visitor, link = site.visitor(), site.link()
    set_ = visitor.enter(link).headers["set-cookie"].lower()
    assert "httponly" in set_
    assert "samesite=strict" in set_
    assert "domain" not in set_
    site.office.behind_proxy = True
    set_ = site.visitor().get(link).headers["set-cookie"]
    assert set_.startswith("__Host-credkit=")
    assert "Secure" in set_


def test_the_key_is_its_owner_s_alone(site: Site, desk: Desk) -> None:
    path = desk.folder / "credkit.db.portal-key"
    assert stat.S_IMODE(path.stat().st_mode) == 0o600
    path.chmod(0o640)
    assert "Others may read" in desk.run("portal", "link", NPI).err
    path.unlink()
    path.write_text("not a key")
    path.chmod(0o600)
    assert desk.run("portal", "link", NPI).code == 6


def test_nobody_without_a_date_of_birth_gets_a_link(desk: Desk) -> None:
    desk.take_in(form(date_of_birth=""))
    ran = desk.run("portal", "link", NPI)
    assert ran.code == 5
    assert "date of birth" in ran.err
    assert desk.run("portal", "link", OTHER_NPI).code == 2


@pytest.mark.parametrize(
    ("words", "says"),
    [
        (("nobody", "--profession", "LCSW", "--states", "CO"), "e-mail address"),
        (("a@example.org", "--profession", "wizard", "--states", "CO"), "not a profession"),
        (("a@example.org", "--profession", "LCSW", "--states", "XX"), "not a state"),
        (("a@example.org", "--profession", "LCSW", "--states", ""), "states"),
    ],
)
def test_invitations_that_cannot_be(desk: Desk, words: tuple[str, ...], says: str) -> None:
    ran = desk.run("portal", "invite", *words)
    assert ran.code == 2
    assert says in ran.err


def test_a_visit_ends_by_itself() -> None:
    now = [0.0]
    visits = Visits(lambda: now[0])
    link = _link()
    cookie = visits.begin(link)
    for _ in range(LONGEST // 600):
        now[0] += 600
        assert visits.find(cookie)
    now[0] += 600
    assert visits.find(cookie) is None  # in any case after so long
    idle = visits.begin(link)
    now[0] += IDLE + 1
    assert visits.find(idle) is None
    assert visits.begin(link) != visits.begin(link)


def test_tries_come_back_with_time() -> None:
    now = [0.0]
    tries = Tries(3, 30.0, lambda: now[0])
    assert [tries.one_more("a") for _ in range(5)] == [True, True, True, False, False]
    assert tries.one_more("b")
    now[0] += 10
    assert [tries.one_more("a") for _ in range(2)] == [True, False]
    now[0] += 300
    assert [tries.one_more("a") for _ in range(4)] == [True, True, True, False]


def test_tokens_are_of_one_key_and_one_kind() -> None:
    key, other = b"k" * 32, b"o" * 32
    made = token(key, LinkKind.PAGE, "abc")
    assert link_of(key, LinkKind.PAGE, made) == "abc"
    assert link_of(key, LinkKind.FORM, made) is None
    assert link_of(other, LinkKind.PAGE, made) is None
    assert form_token(key, "one") != form_token(key, "two")


def _link() -> PortalLink:
    return PortalLink("l", LinkKind.PAGE, NPI, None, None, (), "", date(2026, 4, 1), "kim")
