"""Letters from templates that an organization can change, and what a template may not do."""

import threading
from typing import Any

import pytest
from committees import ready_files, seat
from desk import Desk

from credkit.committee.letters import KINDS, template_text
from credkit.errors import UsageError
from credkit.wording import written

FIELDS: dict[str, Any] = {
    "organization": "Example Practice",
    "date": "2026-03-20",
    "provider_name": "Ana Marsh",
    "npi": "1000000004",
    "decided_on": "2026-03-17",
    "states": ["CO", "NM"],
    "reason": "the felony",
    "conditions": [{"text": "supervision", "owner": "staff", "due_on": "2026-06-30"}],
    "revisit_on": "2026-05-01",
    "provisional_until": "",
    "recredential_by": "2029-03-31",
    "appeal_days": 30,
    "final": False,
    "differences": [{"about": "npi, name", "claimed": "Ana Marsh", "found": "ANA BRANDT", "source": "NPPES"}],
    "reply_days": 30,
}


#: What no bound on single operations sees: a text that doubles, and lists of lists which are compared in one step.
DOUBLED = "{% set x = namespace(a='x') %}{% for i in range(60) %}{% set x.a = x.a ~ x.a %}{% endfor %}"
NESTED = (
    "{% set x = namespace(a=[], b=[]) %}"
    "{% for i in range(60) %}{% set x.a = [x.a, x.a] %}{% set x.b = [x.b, x.b] %}{% endfor %}"
)


@pytest.mark.parametrize("kind", KINDS)
def test_every_shipped_letter_is_whole(kind: str) -> None:
    text = written(kind, template_text(kind, None), FIELDS)
    assert text.startswith("Example Practice\n2026-03-20")
    assert "Dear Ana Marsh," in text
    assert "{" not in text
    assert "None" not in text


def test_what_each_says() -> None:
    assert "through 2029-03-31" in written("approval", template_text("approval", None), FIELDS)
    provisional = written("approval", template_text("approval", None), FIELDS | {"provisional_until": "2026-05-16"})
    assert "holds through 2026-05-16" in provisional
    assert "- supervision (by 2026-06-30)" in written("conditions", template_text("conditions", None), FIELDS)
    denial = written("denial", template_text("denial", None), FIELDS)
    assert "the felony" in denial
    assert "within 30 days" in denial
    for kind in ("denial", "termination"):
        assert "You may appeal" in written(kind, template_text(kind, None), FIELDS)
        last = written(kind, template_text(kind, None), FIELDS | {"final": True})
        assert ("You may appeal" in last, "It is final" in last) == (False, True)
    assert "NPPES has ANA BRANDT" in written("discrepancy", template_text("discrepancy", None), FIELDS)


@pytest.mark.parametrize(
    ("template", "says"),
    [
        ("Dear {{ provider_nam }}", "'provider_nam' is undefined"),
        ("Dear {{ provider_name.first }}", "has no attribute 'first'"),
        ("{% if x %}", "line 1: Unexpected end of template"),
        ("{% for a in range(99999) %}{% for b in range(99999) %}{% endfor %}{% endfor %}", "does not end"),
        ("{% for a in range(999999999) %}{% endfor %}", "cannot be filled in|reaches too far"),
        ("{{ 'x' * 10**10 }}", "reaches too far"),
        ("{{ provider_name.__class__.__mro__ }}", "reaches too far"),
        ("{% include '/etc/passwd' %}", "cannot be filled in"),
        ("{% import '/etc/passwd' as x %}", "cannot be filled in"),
        ("{{ open('/etc/passwd').read() }}", "'open' is undefined"),
        ("{{ conditions.append(1) }}", "reaches too far"),
        ("{% for a in range(99999) %}xxxxxxxxxx{% endfor %}", "longer than 100,000 characters"),
        ("  ", "is empty"),
        ("{{ '%0999999999d' % 1 }}", "reaches too far"),
        ("{{ '%0*d' % (999999999, 1) }}", "reaches too far"),
        ("{{ '%0999999999d' | format(1) }}", "reaches too far"),
        ("{{ 'x'.center(10000000000) }}", "reaches too far"),
        ("{{ 'x'.ljust(10000000000) }}", "reaches too far"),
        ("{{ 'x' | center(10000000000) }}", "reaches too far"),
        ("{{ 'x' | indent(10000000000, first=true) }}", "reaches too far"),
        ("{{ '{:>999999999}'.format(1) }}", "reaches too far"),
        ("{{ '{:>{}}'.format(1, 999999999) }}", "reaches too far"),
        ("{{ [1] | batch(9999999999, 'x') | list | length }}", "reaches too far"),
        (DOUBLED + "{{ x.a | length }}", "needs more memory"),
        (NESTED + "{{ x.a == x.b }}", "does not end"),
        (NESTED + "{{ x.a }}", "needs more memory|does not end"),
    ],
)
def test_what_a_template_may_not(template: str, says: str) -> None:
    with pytest.raises(UsageError) as caught:
        written("approval", template, FIELDS)
    assert any(one in str(caught.value) for one in says.split("|")), str(caught.value)


@pytest.mark.parametrize(
    ("template", "text"),
    [
        ("{{ '%05d' % 7 }}, {{ '%s 100000 %s' % ('a', 2000000) }}", "00007, a 100000 2000000"),
        ("{{ 7 % 4 }} {{ '{:>5}|{:,}'.format(1, 5000000) }}", "3     1|5,000,000"),
        ("{{ 'x'.center(5) }}.{{ 'x'|center(5) }}.{{ 'in'|indent(2) }}", "x  .  x  .in"),
    ],
)
def test_what_a_template_may(template: str, text: str) -> None:
    assert written("approval", template, FIELDS) == text + "\n"


def test_one_bad_template_leaves_the_next_be_and_no_process_behind() -> None:
    with pytest.raises(UsageError, match="more memory"):
        written("approval", DOUBLED, FIELDS)
    assert written("approval", "Dear {{ provider_name }}", FIELDS) == "Dear Ana Marsh\n"
    assert threading.active_count() == 1


def test_a_bomb_in_a_letter_or_a_reminder_is_refused_by_the_command(desk: Desk) -> None:
    (npi,) = ready_files(desk, 1)
    folder = desk.folder / "templates"
    folder.mkdir()
    for name in ("approval.txt", "reminder.txt"):
        (folder / name).write_text("{{ 'x'.center(10**9) }}{{ '%0999999999d' % 1 }}", encoding="utf-8")
    settings = desk.folder / "config.toml"
    settings.write_text(settings.read_text() + f'[letters]\nfolder = "{folder}"\n')
    desk.approve(npi)
    ran = desk.run("committee", "letters", "--out", desk.folder / "letters")
    assert (ran.code, "reaches too far" in ran.err) == (2, True), ran.err
    desk.live_on("2026-08-20")
    ran = desk.run("remind", "--dry-run")
    assert (ran.code, "reaches too far" in ran.err) == (2, True), ran.err


def test_an_organization_s_own_words_and_what_was_made_stays(desk: Desk) -> None:
    (npi,) = ready_files(desk, 1)
    folder = desk.folder / "templates"
    folder.mkdir()
    (folder / "approval.txt").write_text("Welcome, {{ provider_name }}.\n", encoding="utf-8")
    settings = desk.folder / "config.toml"
    settings.write_text(settings.read_text() + f'[letters]\nfolder = "{folder}"\n')
    desk.approve(npi)
    desk.ok("committee", "letters", "--out", desk.folder / "letters")
    (path,) = (desk.folder / "letters").iterdir()
    assert path.read_text(encoding="utf-8") == "Welcome, Ben Quill.\n"
    assert path.stat().st_mode & 0o777 == 0o600
    (folder / "approval.txt").write_text("Other words, {{ nobody }}", encoding="utf-8")
    desk.ok("committee", "letters", "--out", desk.folder / "again")
    (again,) = (desk.folder / "again").iterdir()
    assert again.read_text(encoding="utf-8") == "Welcome, Ben Quill.\n"
    ran = desk.run("committee", "letters", "--mark-sent", npi, "--sent-on", "2026-03-01")
    assert (ran.code, "made on 2026-03-02" in ran.err) == (2, True)
    desk.ok("committee", "letters", "--mark-sent", npi)
    ran = desk.run("committee", "letters", "--mark-sent", npi)
    assert (ran.code, "was sent on 2026-03-02" in ran.err) == (5, True)
    assert desk.items("committee", "letters", "--due") == []


def test_a_notice_of_what_differs(desk: Desk) -> None:
    (npi,) = ready_files(desk, 1)
    ran = desk.run("committee", "letters", "--discrepancies", "--npi", npi, "--out", desk.folder / "notices")
    assert (ran.code, "Nothing that was compared differs" in ran.err) == (5, True)
    desk.ok("provider", "edit", npi, "--set", "last_name=Brandt", "--reason", "married")
    desk.run("verify", "run", npi)
    desk.ok("committee", "letters", "--discrepancies", "--npi", npi, "--out", desk.folder / "notices")
    (path,) = (desk.folder / "notices").iterdir()
    text = path.read_text(encoding="utf-8")
    assert "npi, name: you gave Ben Brandt" in text
    assert "1960" not in text, "a date of birth is not repeated"


def test_a_letter_that_a_later_decision_made_untrue_is_not_owed(desk: Desk) -> None:
    """An approval's, once they have left; what is owed then is nothing, or the later decision's letter."""
    seat(desk)
    (npi,) = ready_files(desk, 1)
    desk.ok("committee", "decide", npi, "--decision", "approved", "--by", "medical_director", "--actor", "elm")
    assert [one["kind"] for one in desk.items("committee", "letters")] == ["approval"]
    desk.ok("provider", "terminate", npi, "--reason", "left")
    assert desk.items("committee", "letters") == []
