"""The demo: four months of a synthetic practice, lived through by the real commands.

Nothing here writes to the store or judges anybody: every step is a command line, given to the same front door that a
person uses. What a person would do between two commands (mend a form, look something up, hear from a payer) is told.
"""

import contextlib
import io
import json
import os
import re
import shlex
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Any, Protocol

from credkit import clock
from credkit.checks import check_names
from credkit.demo import practice
from credkit.demo.practice import Person, Story
from credkit.demo.servers import NppesServer
from credkit.errors import FOUND_SOMETHING, CredkitError, InputRejected, Refused
from credkit.policy import Policy, shipped_text
from credkit.reference.states import STATES

Main = Callable[[Sequence[str]], int]

#: The day on which the demo ends, and that its last commands judge.
TODAY = date(2026, 6, 2)

_ACTOR = "Dana Whitfield"
_COMMITTEE = ("Dr. Ines Calloway", "Dr. Rafe Underhill", "Theodora Finch")
_INTERRUPTED = 130

_SETTINGS = """\
# The settings of the demo's practice.

[organization]
name = "Example Behavioral Health, PLLC"
npi = "2000000002"
tax_ids = ["00-0000000"]
time_zone = "America/New_York"

[sources.nppes]
url = "{url}"  # a simulated registry, which answered while the demo ran
requests_per_second = 500

[sources.boards]
states = []  # the demo's people are invented: no board knows them, and a person looks them up
"""

#: Where a person looks up what no source answers: the words after `--source`.
_LOOKED_UP_AT: Mapping[str, str] = {
    "license": "{state} board, public look-up",
    "education": "{school}, registrar",
    "claims_history": "{carrier}, five-year loss run",
    "medicare_opt_out": "CMS opt-out list",
    "dea": "DEA registration validation",
    "cds": "{state} controlled-substance registry",
    "board_certification": "{subject}, public look-up",
}
#: One of it, and several.
_NOUNS: Mapping[str, tuple[str, str]] = {
    "license": ("license", "licenses"),
    "education": ("degree", "degrees"),
    "claims_history": ("claims history", "claims histories"),
    "medicare_opt_out": ("Medicare opt-out", "Medicare opt-outs"),
    "dea": ("DEA registration", "DEA registrations"),
    "cds": ("state registration", "state registrations"),
    "board_certification": ("board certification", "board certifications"),
}

#: Approved in March, in the stories that end well or nearly so.
_APPROVED = (
    Story.SEES_CLIENTS, Story.EXPLAINED, Story.SETTLED_CLAIM, Story.RENAMED, Story.ONE_STATE_SHORT, Story.RENEWED,
    Story.STARTS_IN_JULY, Story.NOT_COUNTED, Story.NO_DATE, Story.IN_REVIEW, Story.PANEL_CLOSED, Story.UNINSURED,
    Story.UNLICENSED, Story.LEFT,
)  # fmt: skip
#: Those of them whom a payer that counts has from the first of May.
_IN_NETWORK = (
    Story.SEES_CLIENTS, Story.EXPLAINED, Story.SETTLED_CLAIM, Story.RENAMED, Story.ONE_STATE_SHORT, Story.RENEWED,
    Story.UNINSURED, Story.UNLICENSED, Story.LEFT,
)  # fmt: skip


class Telling(Protocol):
    """How the demo is shown to somebody; it knows the width and the colors, the demo does not."""

    def title(self, text: str) -> None:
        """Show what all of it is."""

    def day(self, day: date, text: str) -> None:
        """Begin a day."""

    def say(self, text: str) -> None:
        """Say a paragraph."""

    def points(self, lines: Sequence[str]) -> None:
        """List short lines."""

    def typed(self, *lines: Sequence[str]) -> None:
        """Show lines as typed into a shell; their words are quoted where they must be."""

    def to_type(self, words: Sequence[str]) -> None:
        """Show a line for the reader to copy into a shell."""

    def printed(self, text: str) -> None:
        """Show lines that a command printed, as they are."""


@dataclass(frozen=True, slots=True)
class _Ran:
    code: int
    out: str
    err: str


class _Desk:
    """Where the commands are typed. A command that does not end as it should stops the demo."""

    def __init__(self, folder: Path, main: Main, telling: Telling) -> None:
        self.folder = folder
        self.tell = telling
        self._main = main

    def begin(self, day: date, text: str) -> None:
        """Let a day come."""
        os.environ[clock.VARIABLE] = day.isoformat()
        self.tell.day(day, text)
        self.tell.typed(["export", f"{clock.VARIABLE}={day}"])

    def show(self, *words: str, ends: int = 0, most: int | None = None) -> None:
        """Run a command in front of the reader; of a long table only the first `most` rows."""
        self.tell.typed(_quoted(["credkit", *words]))
        # A terminal shows tables; so does a demo that is read in a file.
        ran = self._run([*words, "--format", "table"], ends)
        self.tell.printed((_excerpt(ran.out, most) if most else ran.out) + ran.err)

    def show_first(self, commands: Sequence[Sequence[str]], more: str, ends: int = 0) -> None:
        """Run one command in front of the reader and others like it behind; `more` names the others, if there are any."""
        self.show(*commands[0], ends=ends)
        for words in commands[1:]:
            self._run(words, ends)
        if len(commands) > 1:
            self.tell.say(f"... and {more}.")

    def ask(self, *words: str) -> list[dict[str, Any]]:
        """Return a report's items, read as a script would read them."""
        return [json.loads(line) for line in self._run([*words, "--format", "ndjson"], 0).out.splitlines()]

    def write(self, name: str, content: bytes) -> str:
        """Put a file into the demo's folder and return its path, as it is typed."""
        path = self.folder / name
        path.write_bytes(content)
        return str(path)

    def _run(self, words: Sequence[str], ends: int) -> _Ran:
        out, err = io.StringIO(), io.StringIO()
        with contextlib.redirect_stdout(out), contextlib.redirect_stderr(err):
            code = self._main(words)
        ran = _Ran(code, out.getvalue(), err.getvalue())
        if code == _INTERRUPTED:
            raise KeyboardInterrupt
        if code != ends:
            raise CredkitError(
                f"The demo stopped: `{shlex.join(['credkit', *words])}` ended with {code}, and should have with {ends}.",
                details=(ran.err or ran.out).splitlines(),
            )
        return ran


def _quoted(words: Sequence[str]) -> list[str]:
    return [shlex.quote(word) for word in words]


def _excerpt(text: str, most: int) -> str:
    """Keep the head of a table, its first rows and what stands under it; say how many rows were left out."""
    lines = text.splitlines(keepends=True)
    rule = next((n for n, line in enumerate(lines) if line.strip() and not line.strip("─\n")), 0)
    if rule == 0:
        return text
    titles = next(line for line in reversed(lines[:rule]) if not line.startswith(" "))
    second, third = ([found.start() for found in re.finditer(r"(?<=   )\S", titles)] + [None, None])[:2]
    foot = next((n for n, line in enumerate(lines) if not line.strip()), len(lines))
    # A row begins where its first two columns both have something; what wraps, or stands beneath a row, lacks one.
    rows = [n for n in range(rule + 1, foot) if not lines[n].startswith(" ") and lines[n][second:third].strip()]
    if len(rows) <= most:
        return text
    left = len(rows) - most
    return (
        "".join(lines[: rows[most]]) + f"... and {left} more {'rows' if left > 1 else 'row'}\n" + "".join(lines[foot:])
    )


@contextlib.contextmanager
def _surroundings(folder: Path) -> Iterator[None]:
    """Point every command to the demo's own store and settings, and put the surroundings back afterwards."""
    ours = {
        "CREDKIT_DB": str(folder / "credkit.db"),
        "CREDKIT_CONFIG": str(folder / "settings.toml"),
        "CREDKIT_ACTOR": _ACTOR,
        clock.VARIABLE: TODAY.isoformat(),
        # The simulated registry is on this machine; an office's proxy would not find it.
        "NO_PROXY": "127.0.0.1",
        "no_proxy": "127.0.0.1",
    }
    before = {name: os.environ.get(name) for name in ours}
    os.environ.update(ours)
    try:
        yield
    finally:
        for name, value in before.items():
            if value is None:
                os.environ.pop(name, None)
            else:
                os.environ[name] = value


def run_demo(folder: Path, main: Main, telling: Telling, program: Sequence[str] = ("credkit",)) -> None:
    """Live through the months in an empty folder. `main` runs a command line and returns its exit code; `program` is
    what to type for credkit here.

    Raises CredkitError, naming the command, where one ends otherwise than it should.
    """
    with _surroundings(folder), NppesServer(practice.registry()) as nppes:
        desk = _Desk(folder, main, telling)
        desk.write("settings.toml", _SETTINGS.format(url=nppes.url).encode())
        _introduce(desk)
        for chapter in (_forms, _verification, _by_hand, _reviews, _meeting, _payers, _april, _may, _june):
            chapter(desk)
        _try_next(desk, program)


def _introduce(desk: _Desk) -> None:
    desk.tell.title("Forty providers, from the onboarding form to seeing clients")
    desk.tell.say(
        "Everybody here is invented, and their NPIs are numbers that were never issued. The sources are simulated: NPPES "
        "by a small server inside this program, the exclusion list by a made-up file, and boards, schools, carriers and "
        "payers by a script that types what they would say. Nothing leaves this machine. The commands are the real ones, "
        "run as shown; four months pass by setting the clock."
    )
    names = ("CREDKIT_DB", "CREDKIT_CONFIG", "CREDKIT_ACTOR")
    desk.tell.typed(*(["export", f"{name}={shlex.quote(os.environ[name])}"] for name in names))


def _forms(desk: _Desk) -> None:
    desk.begin(date(2026, 3, 2), "Forms come in")
    policy = Policy.parse(shipped_text(), check_names())
    march = [person for person in practice.people() if not person.story.is_new_in_may]
    forms = desk.write("forms-march.csv", practice.form_file(march, policy, practice.slips()))
    desk.show("init")
    desk.show(
        "lists", "load", "leie", desk.write("leie-march.csv", practice.exclusion_list(0)), "--published", "2026-02-27"
    )
    desk.tell.say(f"{len(march)} forms, in one CSV. Some cells are wrong, as they always are.")
    desk.show("intake", "import", forms, ends=InputRejected.exit_code, most=3)
    rejects = desk.folder / "rejects.csv"
    desk.show("intake", "rejects")
    desk.show("intake", "rejects", "--out", str(rejects))
    mended, cells = practice.mend(rejects.read_bytes())
    desk.write("rejects.csv", mended)
    desk.tell.say("The rows are mended in the file, after a call to each provider:")
    desk.tell.points([f"row {row}, {column}: {was} becomes {now}" for row, column, was, now in cells])
    desk.show("intake", "import", str(rejects))


def _verification(desk: _Desk) -> None:
    desk.begin(date(2026, 3, 3), "The checks run")
    desk.tell.say("Exit code 10 says that it worked, and found something for somebody to act on.")
    desk.show("verify", "run", "--all", ends=FOUND_SOMETHING, most=3)
    desk.show("verify", "due", most=2)


def _by_hand(desk: _Desk) -> None:
    desk.begin(date(2026, 3, 10), "What only a person can look up")
    excluded, asked = practice.of(Story.EXCLUDED)[0], practice.of(Story.BOARD_TO_ASK)[0]
    desk.tell.say(
        f"The office asks boards, schools and carriers, and records each answer. {excluded.name} waits, being on the "
        f"exclusion list; {asked.name}'s license is forgotten."
    )
    paper = desk.write("license-look-up.txt", b"Printed from the board's public look-up (simulated).\n")
    settled = practice.of(Story.SETTLED_CLAIM)[0]
    apart = [[asked.npi, "license"], [settled.npi, "claims_history"]]
    looked_up = [words for words in _look_ups(desk, practice.people()) if words[2:4] not in apart]
    looked_up[0] += ["--document", paper]
    _show_look_ups(desk, looked_up)
    desk.tell.say("One carrier reports something for the committee to weigh:")
    desk.show(
        "verify", "record", settled.npi, "claims_history", "--result", "review", "--source", "carrier, five-year loss run",
        "--note", "One settlement of $300,000 in 2023.",
    )  # fmt: skip
    desk.tell.say("Nobody is approved early. The refusal (exit code 5) says everything that is in the way:")
    desk.show(
        "committee", "decide", asked.npi, "--decision", "approved", "--by", "medical_director", ends=Refused.exit_code
    )


def _look_ups(desk: _Desk, whose: Sequence[Person]) -> list[list[str]]:
    """Return a `verify record` for each thing that is due and that a person looks up; what has lapsed is not confirmed."""
    by_npi = {person.npi: person for person in whose if person.story is not Story.EXCLUDED}
    words = []
    for due in desk.ask("verify", "due"):
        person = by_npi.get(due["npi"])
        by_hand = due["check"] in _LOOKED_UP_AT and due["why"] in {"not verified", "monthly check"}
        if person is None or not by_hand:
            continue
        cells = person.cells
        source = _LOOKED_UP_AT[due["check"]].format(
            state=STATES.get(due["subject"], ""),
            subject=due["subject"],
            school=cells["school"],
            carrier=cells["malpractice_carrier"],
        )
        subject = ["--subject", due["subject"]] if due["subject"] else []
        words.append(["verify", "record", person.npi, due["check"], *subject, "--result", "pass", "--source", source])
    return words


def _show_look_ups(desk: _Desk, looked_up: Sequence[list[str]]) -> None:
    checks = [words[3] for words in looked_up[1:]]
    counted = [
        f"{checks.count(check)} {_NOUNS[check][checks.count(check) != 1]}" for check in _NOUNS if check in checks
    ]
    desk.show_first(looked_up, f"in the same way {_and(counted)}")


def _and(parts: Sequence[str]) -> str:
    return " and ".join([", ".join(parts[:-1]), parts[-1]]) if len(parts) > 1 else "".join(parts)


def _reviews(desk: _Desk) -> None:
    desk.begin(date(2026, 3, 12), "Reviews, settled with a reason")
    explained, settled, renamed = (
        practice.of(story)[0] for story in (Story.EXPLAINED, Story.SETTLED_CLAIM, Story.RENAMED)
    )
    desk.show("explain", renamed.npi)
    desk.tell.say("What may stand is accepted with its reason, and the file stays an exception for the committee.")
    desk.show_first(
        [
            [
                "verify",
                "accept",
                renamed.npi,
                "npi",
                "--reason",
                "Married in January; certificate on file, NPPES told.",
            ],
            ["verify", "accept", explained.npi, "disclosures", "--reason", "Court order of dismissal read."],
            ["verify", "accept", settled.npi, "claims_history", "--reason", "Loss run read; for the committee."],
        ],
        f"for {explained.name} and {settled.name}",
    )
    desk.show("committee", "schedule", "2026-03-17")


def _meeting(desk: _Desk) -> None:
    desk.begin(date(2026, 3, 17), "The committee meets")
    desk.show("committee", "agenda", "2026-03-17")
    withdrew, excluded = practice.of(Story.WITHDREW)[0], practice.of(Story.EXCLUDED)[0]
    held = ["--meeting", "2026-03-17", "--present", *_COMMITTEE]
    docket = [line for line in desk.ask("committee", "agenda", "2026-03-17") if line["npi"] != withdrew.npi]
    clean = [line["npi"] for line in docket if line["track"] == "clean"]
    weighed = [line["npi"] for line in docket if line["track"] != "clean"]
    desk.tell.say("Clean files are the medical director's to approve.")
    desk.show_first(
        [["committee", "decide", npi, "--decision", "approved", "--by", "medical_director"] for npi in clean],
        f"{len(clean) - 1} other clean files",
    )
    desk.tell.say("The exceptions are the committee's.")
    desk.show_first(
        [["committee", "decide", npi, "--decision", "approved", *held] for npi in weighed],
        f"{len(weighed) - 1} other exceptions, approved",
    )
    reason = "Excluded since 2025-11-20; confirmed with OIG."
    desk.show("committee", "decide", excluded.npi, "--decision", "denied", "--reason", reason, *held)
    reason = "Took another position."
    desk.show("committee", "decide", withdrew.npi, "--decision", "withdrawn", "--reason", reason, *held)


#: Name, line of business, and what else it is called.
_PAYERS = (
    ("Prairie Health Plan", "commercial", ("PHP",)),
    ("Harbor Mutual", "commercial", ()),
    ("Summit Employee Assistance", "eap", ("Summit EAP",)),
    ("State Medicaid", "medicaid", ()),
    ("Humana", "commercial", ()),
)


def _payer_of(person: Person) -> str:
    return _PAYERS[person.place % 2][0]


def _approved_states(person: Person) -> tuple[str, ...]:
    """The states in which there is a license, and so an approval."""
    return tuple(state for state, _number in person.licenses)


def _payers(desk: _Desk) -> None:
    desk.begin(date(2026, 3, 20), "Off to the payers")
    desk.show_first(
        [
            ["payer", "add", name, "--line", line, *(["--alias", *aliases] if aliases else [])]
            for name, line, aliases in _PAYERS
        ],
        _and([name for name, _line, _aliases in _PAYERS[1:]]),
    )
    submitted = [
        (person.npi, _payer_of(person), state)
        for person in practice.of(*_APPROVED)
        if person.story is not Story.NOT_COUNTED
        for state in _approved_states(person)
    ]
    submitted += [
        (person.npi, payer, person.states[0])
        for person in practice.of(Story.NOT_COUNTED)
        for payer in ("Humana", "State Medicaid")
    ]
    desk.show_first(
        [["enroll", "submit", npi, payer, "--state", state] for npi, payer, state in submitted],
        f"{len(submitted) - 1} other applications to payers",
    )


def _april(desk: _Desk) -> None:
    desk.begin(date(2026, 4, 14), "Payers answer, and the month's checks")
    _month(desk, "april", 3, "2026-04-10")
    desk.tell.say("The payers write back.")
    answers = [
        ["enroll", "update", person.npi, _payer_of(person), "--state", state, "--status", "approved",
         "--effective", "2026-05-01"]
        for person in practice.of(*_IN_NETWORK)
        for state in _approved_states(person)
    ]  # fmt: skip
    desk.show_first(answers, f"{len(answers) - 1} others, effective on the same day")
    desk.tell.say("Others are not there yet: one starts in July, one has no date, one waits, one panel is closed.")
    july, dateless, waits, closed, uncounted = (
        practice.of(story)[0]
        for story in (Story.STARTS_IN_JULY, Story.NO_DATE, Story.IN_REVIEW, Story.PANEL_CLOSED, Story.NOT_COUNTED)
    )
    desk.show_first(
        [
            [*_moved(july, _payer_of(july)), "approved", "--effective", "2026-07-01"],
            [*_moved(dateless, _payer_of(dateless)), "approved"],
            [*_moved(waits, _payer_of(waits)), "in_review"],
            [*_moved(closed, _payer_of(closed)), "panel_closed", "--reason", "No new clinicians until autumn."],
            [*_moved(uncounted, "Humana"), "active", "--effective", "2026-04-15"],
            [*_moved(uncounted, "State Medicaid"), "active", "--effective", "2026-04-01"],
        ],
        "5 others",
    )
    first = practice.of(Story.SEES_CLIENTS)[0]
    desk.tell.say(f"May {first.name} see clients? Not before the payer's effective date:")
    desk.show("ready", first.npi, ends=Refused.exit_code)
    desk.show("ready", uncounted.npi, ends=Refused.exit_code)


def _moved(person: Person, payer: str) -> list[str]:
    return ["enroll", "update", person.npi, payer, "--state", person.states[0], "--status"]


def _month(desk: _Desk, name: str, newcomers: int, published: str) -> None:
    """What every month asks: a new exclusion list, everybody against it, every license looked up again."""
    listed = desk.write(f"leie-{name}.csv", practice.exclusion_list(newcomers))
    desk.show("lists", "load", "leie", listed, "--published", published)
    desk.show("verify", "run", "--all", ends=FOUND_SOMETHING, most=2)
    _show_look_ups(desk, _look_ups(desk, practice.of(*_APPROVED)))


def _may(desk: _Desk) -> None:
    desk.begin(date(2026, 5, 12), "Renewals, a goodbye, and new forms")
    policy = Policy.parse(shipped_text(), check_names())
    new = [person for person in practice.people() if person.story.is_new_in_may]
    renewed, left = practice.of(Story.RENEWED)[0], practice.of(Story.LEFT)[0]
    first = practice.of(Story.SEES_CLIENTS)[0]
    desk.show("ready", first.npi)
    desk.show("expiry", "--within", "10")
    cells = renewed.cells
    desk.tell.say(f"{renewed.name} sends the certificate of the renewal. Until it is accepted, the old date counts.")
    desk.show(
        "document", "add", renewed.npi, desk.write("certificate.txt", _certificate(renewed).encode()), "--kind", "coi",
        "--received-from", renewed.name, "--insured", renewed.name, "--carrier", cells["malpractice_carrier"],
        "--policy-number", cells["malpractice_policy_number"], "--effective", "2026-05-01", "--expires", "2027-05-01",
        "--per-claim", "1M / 3M", "--basis", "occurrence", "--individual",
    )  # fmt: skip
    desk.show("document", "review", desk.ask("document", "list", renewed.npi)[0]["id"], "accept")
    desk.tell.say("CAQH was attested again; its status mail is typed in.")
    attested = [
        ["provider", "edit", person.npi, "--set", f"caqh_attested_on=2026-05-{person.place % 9 + 2:02}", "--reason",
         "CAQH status mail."]
        for person in practice.of(*_APPROVED)
        if person.story not in {Story.LEFT, Story.UNLICENSED} and person.place % 8
    ]  # fmt: skip
    desk.show_first(attested, f"{len(attested) - 1} others")
    desk.show("intake", "import", desk.write("forms-may.csv", practice.form_file(new, policy)))
    _month(desk, "may", 5, "2026-05-08")
    desk.tell.say("What the new forms claim is looked up too.")
    _show_look_ups(desk, _look_ups(desk, new))
    desk.tell.say(f"{left.name} leaves the practice.")
    desk.show("committee", "schedule", "2026-05-12")
    desk.show(
        "committee", "decide", left.npi, "--decision", "terminated", "--reason", "Left the practice on 2026-05-08.",
        "--meeting", "2026-05-12", "--present", *_COMMITTEE,
    )  # fmt: skip
    desk.show(*_moved(left, _payer_of(left)), "terminated", "--ended", "2026-05-12")


def _certificate(person: Person) -> str:
    return (
        "CERTIFICATE OF INSURANCE (synthetic)\n"
        f"Insured: {person.name}\nInsurer: {person.cells['malpractice_carrier']}\n"
        f"Policy: {person.cells['malpractice_policy_number']}, occurrence, 05/01/2026 to 05/01/2027\n"
        "Each claim $1,000,000; aggregate $3,000,000; individual limits\n"
    )


def _june(desk: _Desk) -> None:
    desk.begin(TODAY, "Where everybody stands")
    desk.show("committee", "schedule", "2026-06-09")
    desk.show("committee", "agenda")
    desk.show("status")
    desk.show("expiry", "--within", "60")
    desk.show("audit", "verify")


def _try_next(desk: _Desk, program: Sequence[str]) -> None:
    lapsed = practice.of(Story.UNINSURED)[0]
    here = [*program, "--db", str(desk.folder / "credkit.db"), "--on", TODAY.isoformat()]
    later = [*here[:-1], "2026-08-03"]
    desk.tell.title("Try next")
    desk.tell.say(f"The practice stays in {desk.folder}. Its simulated registry is gone; these commands do not ask it.")
    desk.tell.say(f"Why may {lapsed.name} not see clients, and who must act?")
    desk.tell.to_type(_quoted([*here, "explain", lapsed.npi]))
    desk.tell.say("Who could see clients in two months, if nobody did anything?")
    desk.tell.to_type(_quoted([*later, "status", "--stage", "active"]))
    desk.tell.say("Who did what in that file, when and why?")
    desk.tell.to_type(_quoted([*here, "audit", "log", lapsed.npi]))
