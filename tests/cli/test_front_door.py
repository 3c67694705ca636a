"""The front door: what is loaded, what is said when a word is wrong, how output is written, and how a command ends."""

import csv
import io
import json
import os
import re
import signal
import subprocess
import sys
import time
from collections import Counter
from collections.abc import Iterator
from importlib import import_module
from pathlib import Path
from typing import Any

import pytest
from conftest import Run
from desk import Desk, form
from factories import NPI

import credkit.cli as front_door
from credkit.checks import check_names
from credkit.cli import COMMANDS, GLOBAL, arrange, main
from credkit.commands.items.schemas import SCHEMAS, model, schema_text
from credkit.demo.servers import Fault, FaultKind, RegistryEntry
from credkit.errors import UsageError

DOCS = Path(__file__).parents[2] / "docs"
HEAVY = {
    "httpx",
    "rich",
    "openpyxl",
    "python_calamine",
    "xlsxwriter",
    "sqlite_utils",
    "stamina",
    "pypdf",
    "starlette",
    "uvicorn",
    "jinja2",
}


def _leaves() -> Iterator[tuple[str, ...]]:
    for name in COMMANDS:
        module = import_module(f"credkit.commands.{name}")
        if not hasattr(module, "app"):
            yield (name,)
            continue
        for one in module.app.registered_commands:
            assert one.callback
            yield (name, one.name or one.callback.__name__.replace("_", "-"))


#: Every command that runs, as typed.
EVERY = list(_leaves())


# --- what is loaded -------------------------------------------------------------------------------------------------

LOADED = f"""
import sys
from credkit.cli import main
code = main(sys.argv[1:])
heavy = sorted(name for name in sys.modules if name.partition(".")[0] in {HEAVY!r})
sys.stderr.write(f"\\ncode {{code}} heavy {{heavy}}")
"""


@pytest.mark.parametrize(
    "words",
    [
        ["--help"],
        ["--version"],
        ["status", "--json"],
        ["status", "--format", "csv"],
        ["status"],
        ["expiry", "--json"],
        ["ready", NPI, "--json"],
        ["enroll", "due", "--json"],
        ["enroll", "aging"],
        ["roster", "list"],
        ["explain", NPI],
        ["verify", "--help"],
        ["verify", "due", "--json"],
        ["committee", "agenda"],
        ["audit", "log", "--json"],
        ["document", "list", "--json"],
        ["portal", "list", "--json"],
        ["intake", "list", "--json"],
        ["doctor", "--json"],
    ],
    ids=" ".join,
)
def test_a_report_loads_nothing_heavy(desk: Desk, words: list[str]) -> None:
    desk.take_in(form())
    done = subprocess.run(
        [sys.executable, "-c", LOADED, *words], capture_output=True, text=True, timeout=60, env=os.environ, check=False
    )
    assert re.search(r"code (0|5) heavy \[\]$", done.stderr), done.stderr


def test_a_table_is_what_loads_rich(desk: Desk) -> None:
    """So that the test above can fail."""
    desk.take_in(form())
    words = ["status", "--format", "table"]
    done = subprocess.run(
        [sys.executable, "-c", LOADED, *words], capture_output=True, text=True, timeout=60, env=os.environ, check=False
    )
    assert "'rich'" in done.stderr


# --- help, and words that are wrong ---------------------------------------------------------------------------------


@pytest.mark.parametrize("name", COMMANDS)
def test_the_lines_of_help_are_the_modules_own(name: str) -> None:
    module = import_module(f"credkit.commands.{name}")
    assert COMMANDS[name] == module.HELP
    assert module.HELP.endswith(".")
    assert len(module.HELP) <= 60


def test_the_whole_help(run: Run) -> None:
    ran = run("--help")
    assert (ran.code, ran.err) == (0, "")
    for name, line in COMMANDS.items():
        assert re.search(rf"^  {name} +{re.escape(line)}$", ran.out, re.MULTILINE), name
    for option in GLOBAL:
        assert option in ran.out
    assert run().code == 2
    assert run("-h").out == ran.out
    assert run("--version").out.startswith("credkit ")


@pytest.mark.parametrize("words", EVERY, ids=" ".join)
def test_every_command_has_help(run: Run, words: tuple[str, ...]) -> None:
    ran = run(*words, "--help")
    assert (ran.code, ran.err) == (0, "")
    assert ran.out.startswith(f"Usage: credkit {' '.join(words)}")
    assert len([line for line in ran.out.splitlines() if line.startswith("  ") and line.rstrip().endswith(".")]) >= 1


@pytest.mark.parametrize("words", EVERY, ids=" ".join)
def test_every_command_refuses_an_option_that_it_has_not(run: Run, words: tuple[str, ...]) -> None:
    ran = run(*words, "--no-such-option")
    assert (ran.code, ran.out) == (2, "")
    assert "No such option: --no-such-option" in ran.err
    assert "Traceback" not in ran.err


def test_no_command_has_an_option_of_a_global_name() -> None:
    import typer

    app = typer.main.get_command(front_door.build("*"))

    def options(command: Any) -> Iterator[str]:
        for parameter in command.params:
            yield from parameter.opts
        for sub in getattr(command, "commands", {}).values():
            yield from options(sub)

    subs = app.commands.values()  # type: ignore[attr-defined]
    taken = [name for sub in subs for name in options(sub) if name in GLOBAL]
    assert taken == []


NEAR = [
    (["staus"], "Did you mean 'status'"),
    (["comittee"], "Did you mean 'committee'"),
    (["verify", "rn"], "Did you mean 'run'"),
    (["committee", "decid"], "Did you mean 'decide'"),
    (["status", "--stat", "CO"], "--state"),
    (["verify", "run", "--al"], "--all"),
    (["expiry", "--expierd"], "--expired"),
    (["status", "--stage", "actve"], "Did you mean active?"),
    (["status", "--format", "jsn"], "Did you mean json?"),
    (["schema", "statu"], "Did you mean status?"),
]


@pytest.mark.parametrize(("words", "says"), NEAR, ids=[" ".join(words) for words, _says in NEAR])
def test_near_words_are_suggested(run: Run, words: list[str], says: str) -> None:
    ran = run(*words)
    assert (ran.code, ran.out) == (2, "")
    assert says in ran.err


WRONG = [
    (["status", "--on"], "--on needs a value"),
    (["status", "--on", "02/30/2026"], "'02/30/2026' is not a date."),
    (["status", "--on", "2026-02-30"], "'2026-02-30' is not a date."),
    (["status", "--on", "20260301"], "is not a date."),
    (["status", "1000000005"], "'1000000005' is not an NPI: write one whose digits agree."),
    (["status", "12345"], "ten digits that start with 1 or 2"),
    (["status", "--state", "Colorodo"], "is not a state"),
    (["status", "--fail-on", "sometimes"], "is not one of due, overdue, any"),
    (["status", "--json", "--format", "csv"], "--json and --format csv say two things."),
    (["expiry", "--within", "soon"], "--within"),
    (["expiry", "--within", "-1"], "--within"),
    (["intake", "import"], "Missing argument"),
    (["status", "--config", "/nowhere/config.toml"], "There is no settings file at /nowhere/config.toml"),
    (["status", "--db", "/nowhere/credkit.db"], "There is no store at /nowhere/credkit.db"),
    (["payer", "add", "a\udcff", "--line", "eap"], "bytes that are not UTF-8 text"),
]


@pytest.mark.parametrize(("words", "says"), WRONG, ids=[repr(words) for words, _says in WRONG])
def test_what_is_wrong_is_said(run: Run, words: list[str], says: str) -> None:
    ran = run(*words)
    assert (ran.code, ran.out) == (2, "")
    assert says in ran.err
    assert "Traceback" not in ran.err


def test_without_a_store_it_says_how_to_make_one(run: Run, tmp_path: Path) -> None:
    ran = run("status", "--db", tmp_path / "none.db")
    assert (ran.code, "Hint: Make one with `credkit init`" in ran.err) == (2, True)


@pytest.mark.parametrize("words", [["status", "--json", "--on", "2026-03-01"], ["--on=2026-03-01", "--json", "status"]])
def test_global_options_stand_anywhere(desk: Desk, words: list[str]) -> None:
    assert desk.ok(*words).json()["on"] == "2026-03-01"


def test_after_two_dashes_everything_is_a_word() -> None:
    found = arrange(["payer", "add", "--db", "x.db", "--", "--json", "--on"])
    assert (found.options, found.words) == (("--db", "x.db"), ("payer", "add", "--", "--json", "--on"))
    assert (found.command, found.path(2)) == ("payer", "payer add")
    with pytest.raises(UsageError):
        arrange(["--db"])


def test_the_log_keeps_the_command_without_any_value(desk: Desk) -> None:
    desk.ok("payer", "add", "A Secret Name", "--line", "commercial", "--parent=Another Secret")
    (event,) = [one for one in desk.items("audit", "log") if one["verb"] == "payer.added"]
    assert event["command"] == "payer add --line --parent"


# --- settings and the clock -----------------------------------------------------------------------------------------

SETTINGS = [
    ("[organisation]\n", "organisation is not a setting. Did you mean organization?"),
    ('[sources.nppes]\nulr = "x"\n', "sources.nppes.ulr is not a setting. Did you mean url?"),
    ("[sources.nppes]\nattempts = 0\n", "sources.nppes.attempts: "),
    ("[store]\nbusy_seconds = -1\n", "store.busy_seconds: "),
    ("[store\n", "is not a TOML file: "),
    ('[organization]\ntime_zone = "Mars/Olympus"\n', "'Mars/Olympus' is not a time zone."),
]


@pytest.mark.parametrize(("text", "says"), SETTINGS, ids=[text.splitlines()[-1] for text, _says in SETTINGS])
def test_settings_that_cannot_be_used(desk: Desk, text: str, says: str) -> None:
    path = desk.folder / "broken.toml"
    path.write_text(text, encoding="utf-8")
    ran = desk.run("status", "--config", path)
    assert (ran.code, ran.out, says in ran.err) == (2, "", True), ran.err
    if "time zone" not in says:
        assert str(path) in ran.err


def test_a_key_in_the_settings_is_never_shown(desk: Desk) -> None:
    path = desk.folder / "broken.toml"
    path.write_text('[sources.nppes]\nkey = ["hidden-key-0815"]\n', encoding="utf-8")
    ran = desk.run("status", "--config", path, "--debug")
    assert ran.code == 2
    assert "sources.nppes.key" in ran.err
    assert "hidden-key-0815" not in ran.err


@pytest.mark.parametrize("moment", ["yesterday", "2026-02-30", "2026-13-01T00:00:00"])
def test_a_clock_that_is_none(desk: Desk, moment: str) -> None:
    desk.live_on(moment)
    ran = desk.run("status")
    assert (ran.code, f"CREDKIT_NOW='{moment}' is not a date" in ran.err) == (2, True)
    assert "2026-03-31T09:00:00" in ran.err


def test_the_day_is_the_organisation_s(desk: Desk) -> None:
    desk.live_on("2026-03-02T03:00:00")
    assert desk.ok("status", "--json").json()["on"] == "2026-03-01"
    desk.live_on("2026-03-02")
    assert desk.ok("status", "--json").json()["on"] == "2026-03-02"


# --- formats --------------------------------------------------------------------------------------------------------


@pytest.fixture
def full(desk: Desk) -> Desk:
    """Two providers, one of them active, with something in every report."""
    desk.take_in(form(), form(npi="1000000012", first_name="Ben", last_name="Alder", email="ben@example.org"))
    desk.registry.records["1000000012"] = RegistryEntry("Ben", "Alder")
    desk.load_leie()
    desk.verify_all()
    desk.ok("committee", "schedule", "2026-03-09")
    desk.live_on("2026-03-09")
    desk.approve()
    desk.enroll(effective="2026-03-09")
    desk.ok("enroll", "submit", "1000000012", "Aspen Health", "--state", "CO")
    desk.ok("roster", "build", "Aspen Health", "--template", "minimal", "--out", desk.folder / "roster.csv")
    desk.run("intake", "import", desk.form_file(form(npi="1000000005"), name="bad.csv"))
    (desk.folder / "letter.txt").write_text("A letter.", encoding="utf-8")
    filed = desk.item("document", "add", NPI, desk.folder / "letter.txt", "--kind", "letter")
    desk.ok("document", "review", filed["id"], "accept")
    return desk


REPORTS: list[tuple[str, list[str]]] = [
    ("status", ["status"]),
    ("expiry", ["expiry", "--within", "900"]),
    ("ready", ["ready", NPI]),
    ("verification", ["verify", "show", NPI]),
    ("verification_due", ["verify", "due"]),
    ("verification_due", ["verify", "run", "--all", "--dry-run", "--again"]),
    ("provider", ["provider", "list"]),
    ("recredentialing", ["recredential", "due", "--within", "2000"]),
    ("payer", ["payer", "list"]),
    ("enrollment", ["enroll", "list"]),
    ("enrollment_history", ["enroll", "show", "E1"]),
    ("follow_up", ["enroll", "due", "--on", "2026-06-01"]),
    ("aging", ["enroll", "aging", "--on", "2026-06-01"]),
    ("roster", ["roster", "list"]),
    ("list", ["lists", "show"]),
    ("document", ["document", "list"]),
    ("health", ["doctor"]),
    ("event", ["audit", "log"]),
    ("integrity", ["audit", "verify"]),
    ("reject", ["intake", "rejects"]),
]


def rows(text: str) -> list[dict[str, str]]:
    return list(csv.DictReader(io.StringIO(text)))


@pytest.mark.parametrize(("schema", "words"), REPORTS, ids=[" ".join(words) for _schema, words in REPORTS])
def test_the_formats_agree(full: Desk, schema: str, words: list[str]) -> None:
    document = full.ok(*words, "--json").json()
    assert list(document) == ["schema", "generated_at", "on", "policy", "counts", "items", "warnings"]
    assert document["schema"] == f"credkit.{schema}/1"
    items = document["items"]
    assert items
    for item in items:
        made = model(schema).model_validate(item)
        assert json.loads(made.model_dump_json()) == item
        assert list(item) == list(model(schema).model_fields)

    lines = full.ok(*words, "--format", "ndjson").out.splitlines()
    assert [json.loads(line) for line in lines] == items

    table = rows(full.ok(*words, "--format", "csv").out)
    assert [list(row) for row in table] == [list(item) for item in items]
    for row, item in zip(table, items, strict=True):
        for name, value in item.items():
            if value is None or isinstance(value, str):
                assert row[name].removeprefix("'") == (value or "").replace("\r", ""), name
            elif isinstance(value, bool):
                assert row[name] == ("yes" if value else "no")
            elif isinstance(value, int):
                assert row[name] == str(value)
            elif isinstance(value, dict) or any(not isinstance(part, str) for part in value):
                assert json.loads(row[name]) == value
            else:
                assert row[name].removeprefix("'") == "; ".join(value)

    plain = full.ok(*words).out.splitlines()
    assert len(plain) == len(items)
    assert full.ok(*words, "--format", "plain").out.splitlines() == plain
    assert all(
        cell in flat(item) or cell in WORDS
        for line, item in zip(plain, items, strict=True)
        for cell in re.split(r"[\t ,;:]+", line)
    )

    # A table wraps its cells, and cuts nothing: every character of every cell is there.
    shown = full.ok(*words, "--format", "table").out
    assert "\x1b" not in shown
    body = shown.partition("\u2500")[2].rpartition("\n\n")[0] or shown.partition("\u2500")[2]
    drawn = Counter(body)
    for character, times in Counter("".join(plain)).items():
        if not character.isspace():
            assert drawn[character] >= times, (character, shown)


#: What the columns of the tables add to the words of the items.
WORDS = {"", "yes", "no", "nothing", "run", "by", "hand", "estimated"}


def flat(item: object) -> str:
    """Return every value in an item as text."""
    if isinstance(item, dict):
        return " ".join(f"{key} {flat(value)}" for key, value in item.items())
    if isinstance(item, list):
        return " ".join(map(flat, item))
    return f"{item:,} {item}" if isinstance(item, int) and not isinstance(item, bool) else str(item)


def test_a_decision_and_a_docket_validate_too(desk: Desk) -> None:
    desk.take_in(form())
    desk.load_leie()
    desk.verify_all()
    model("docket").model_validate(desk.item("committee", "agenda"))
    made = desk.item("committee", "decide", NPI, "--decision", "approved", "--by", "medical_director")
    model("decision").model_validate(made)
    ran = desk.run("intake", "import", desk.form_file(form(phone="303-555-0100", signed_on="2026-02-28")), "--json")
    (item,) = ran.json()["items"]
    model("intake").model_validate(item)
    assert item["outcome"] == "changed"


@pytest.mark.parametrize("name", SCHEMAS)
def test_the_published_schemas_are_the_models(run: Run, name: str) -> None:
    text = (DOCS / "schemas" / f"{name}.json").read_text(encoding="utf-8")
    assert text == schema_text(name)
    assert run("schema", name).out == text
    schema = json.loads(text)
    assert schema["$id"] == f"credkit.{name}/1"
    assert schema["additionalProperties"] is False
    assert set(schema["required"]) == set(schema["properties"]), "a field is never left out"


def test_every_published_schema_is_of_a_report(run: Run) -> None:
    assert {path.stem for path in (DOCS / "schemas").glob("*.json")} == set(SCHEMAS)
    assert run("schema").out.split() == list(SCHEMAS)


ITEM_FIELDS = {
    "status": "npi name profession stage track reasons requirements actions ready recredential_by next_change_on",
    "expiry": "npi name kind jurisdiction number expires_on days_left band affects last_day",
}


@pytest.mark.parametrize("name", ITEM_FIELDS)
def test_the_fields_that_scripts_rely_on(name: str) -> None:
    assert list(model(name).model_fields) == ITEM_FIELDS[name].split()


def test_the_order_of_items_is_stable(full: Desk) -> None:
    assert [one["npi"] for one in full.items("status")] == [NPI, "1000000012"]
    dates = [(one["expires_on"], one["npi"], one["kind"]) for one in full.items("expiry", "--within", "900")]
    assert dates == sorted(dates)
    assert full.items("expiry", "--within", "900") == full.items("expiry", "--within", "900")


def test_every_check_is_explained() -> None:
    headings = re.findall(r"^## (\w+)$", (DOCS / "checks.md").read_text(encoding="utf-8"), re.MULTILINE)
    assert sorted(headings) == sorted(check_names())


# --- what a report ends with ----------------------------------------------------------------------------------------


def test_reports_end_0_unless_they_are_asked(full: Desk) -> None:
    assert full.run("status").code == 0
    assert full.run("status", "--fail-on", "due").code == 10
    assert full.run("status", "--fail-on", "overdue").code == 0
    assert full.run("status", NPI, "--fail-on", "any").code == 0, "nothing is open of her"
    assert full.run("status", NPI, "--on", "2026-09-01", "--fail-on", "overdue").code == 10
    assert full.run("expiry", "--fail-on", "any").code == 10
    assert full.run("expiry", "--fail-on", "overdue").code == 0
    assert full.run("expiry", "--within", "5", "--fail-on", "due").code == 0
    assert full.run("expiry", "--on", "2026-09-01", "--fail-on", "overdue").code == 10


def test_filters(full: Desk) -> None:
    assert [one["npi"] for one in full.items("status", "--stage", "active")] == [NPI]
    assert [one["npi"] for one in full.items("status", "--stage", "verification")] == ["1000000012"]
    assert len(full.items("status", "--state", "Colorado")) == 2
    assert full.items("status", "--state", "TX") == []
    assert full.items("status", "--stage", "denied") == []
    counts = full.ok("status", "--json").json()["counts"]
    assert counts == {"active": 1, "verification": 1}
    assert {one["band"] for one in full.items("expiry", "--on", "2026-09-01", "--expired")} == {"expired"}


# --- terminals, pipes and interruptions -----------------------------------------------------------------------------


def in_a_terminal(words: list[str], **environment: str) -> tuple[int, str]:
    """Run a command whose output is a terminal; return its code and all that it wrote."""
    pty = pytest.importorskip("pty")
    leader, follower = pty.openpty()
    process = subprocess.Popen(
        [sys.executable, "-m", "credkit", *words],
        stdout=follower,
        stderr=follower,
        stdin=subprocess.DEVNULL,
        env=os.environ | {"TERM": "xterm-256color", "COLUMNS": "160"} | environment,
    )
    os.close(follower)
    written = b""
    while True:
        try:
            piece = os.read(leader, 65536)
        except OSError:  # the other side is closed
            break
        if not piece:
            break
        written += piece
    os.close(leader)
    return process.wait(timeout=60), written.decode()


def test_on_a_terminal_a_table_and_in_a_pipe_plain_lines(full: Desk) -> None:
    code, shown = in_a_terminal(["status"])
    assert code == 0
    assert "\x1b[1m" in shown
    assert "Ready in" in shown
    assert full.ok("status").out.split("\t")[0] == NPI
    for words, environment in (
        (["status"], {"NO_COLOR": "1"}),
        (["status", "--no-color"], {}),
        (["status"], {"TERM": "dumb"}),
    ):
        code, shown = in_a_terminal(words, **environment)
        assert (code, "\x1b" in shown, "Ready in" in shown) == (0, False, True), words


def test_json_on_a_terminal_only_when_asked(full: Desk) -> None:
    _code, shown = in_a_terminal(["status", "--json"])
    assert json.loads(shown)["schema"] == "credkit.status/1"


NASTY = "Ana\x1b[31m\x1b]0;title\x07\x9b2J\u202e[bold red]x[/]"


def test_text_from_outside_is_text(desk: Desk) -> None:
    desk.take_in(form(specialty=NASTY, city=NASTY, work_1_employer=NASTY, school=NASTY))
    desk.ok("payer", "add", f"Birch {NASTY}", "--line", "commercial", "--alias", NASTY)
    desk.ok("verify", "record", NPI, "education", "--result", "pass", "--source", NASTY, "--note", NASTY)
    desk.run("intake", "import", desk.form_file(form(npi=f"{NASTY}5", last_name="[link=x]y"), name="bad.csv"))
    for words in (
        ["status"], ["provider", "show", NPI], ["provider", "list"], ["payer", "list"], ["verify", "show", NPI],
        ["explain", NPI], ["intake", "rejects"], ["audit", "log"], ["expiry", "--within", "900"],
    ):  # fmt: skip
        for form_ in ("plain", "table", "json", "ndjson", "csv"):
            out = desk.run(*words, "--format", form_)
            controls = re.findall(r"[\x00-\x08\x0b-\x1f\x7f-\x9f\u202a-\u202e\u2066-\u2069]", out.out + out.err)
            assert controls == [], (words, form_)
    shown = desk.ok("payer", "list", "--format", "table").out
    assert "[bold red]x[/]" in shown
    assert "[bold red]x[/]" in desk.ok("payer", "list").out
    named = desk.run("explain", NASTY)
    assert (named.code, "\x1b" in named.err) == (2, False)


@pytest.mark.parametrize("formula", ["=HYPERLINK(1)", "+1+cmd", "-1-x", "@x", "\t=1"])
def test_a_csv_holds_no_formula(desk: Desk, formula: str) -> None:
    desk.ok("payer", "add", "Birch", "--line", "commercial", f"--parent={formula}")
    (row,) = rows(desk.ok("payer", "list", "--format", "csv").out)
    assert row["parent"] == f"'{formula.strip()}"


def test_a_date_of_birth_is_never_printed(full: Desk) -> None:
    """Nor when it changes, is in conflict, cannot be read, or a bug is shown with its traceback."""
    seen = io.StringIO()
    full.live_on("2026-03-10")
    files = [
        full.form_file(form(date_of_birth="1979-11-23", signed_on="2026-03-01"), name="conflict.csv"),
        full.form_file(form(npi="1000000020", date_of_birth="1979-11-23", zip="x"), name="bad-zip.csv"),
        full.form_file(form(npi="1000000038", date_of_birth="11-1979-23"), name="bad-date.csv"),
    ]
    commands: list[list[Any]] = [["intake", "import", path] for path in files]
    commands += [
        ["provider", "edit", NPI, "--set", "date_of_birth=1979-11-23", "--reason", "typo"],
        ["provider", "show", NPI], ["provider", "list"], ["intake", "rejects"], ["audit", "log"], ["status"],
        ["explain", NPI], ["verify", "run", "--all"], ["verify", "show", NPI], ["ready", NPI],
    ]  # fmt: skip
    for words in commands:
        for more in ([], ["--json"], ["--format", "csv"], ["--debug", "--verbose"]):
            ran = full.run(*words, *more)
            seen.write(ran.said)
    told = seen.getvalue()
    assert "date_of_birth" in told
    for written in ("1979", "1985-06-07", "19850607", "06/07/1985"):
        assert written not in told


def test_a_closed_pipe_is_quiet(full: Desk) -> None:
    process = subprocess.Popen(
        [sys.executable, "-m", "credkit", "audit", "log", "--json"], stdout=subprocess.PIPE, stderr=subprocess.PIPE
    )
    assert process.stdout
    process.stdout.close()
    assert process.stderr
    err = process.stderr.read().decode()
    process.stderr.close()
    assert (process.wait(timeout=60), err) == (141, "")


def test_ctrl_c(desk: Desk, monkeypatch: pytest.MonkeyPatch) -> None:
    def interrupted(*_: object, **__: object) -> None:
        raise KeyboardInterrupt

    monkeypatch.setattr("credkit.commands.status.assess", interrupted)
    desk.take_in(form())
    ran = desk.run("status", "--json")
    assert (ran.code, ran.out) == (130, "")
    assert "Traceback" not in ran.err


@pytest.mark.skipif(sys.platform == "win32", reason="signals are POSIX's")
def test_ctrl_c_of_a_process(desk: Desk) -> None:
    desk.take_in(form())
    desk.ask_the_registry(timeout_seconds=30)
    desk.registry.fail(NPI, Fault(FaultKind.SLOW, seconds=30))
    with subprocess.Popen(
        [sys.executable, "-m", "credkit", "verify", "run", NPI], stdout=subprocess.PIPE, stderr=subprocess.PIPE
    ) as process:
        try:
            until = time.monotonic() + 20
            while not desk.registry.received:
                assert time.monotonic() < until
                time.sleep(0.02)
            process.send_signal(signal.SIGINT)
            _out, err = process.communicate(timeout=10)
        finally:
            process.kill()
    assert process.returncode == 130
    assert "Traceback" not in err.decode()


def test_a_bug_is_named_without_what_it_was_about(desk: Desk, monkeypatch: pytest.MonkeyPatch) -> None:
    def broken(*_: object, **__: object) -> None:
        raise RuntimeError("born on 1985-06-07")

    monkeypatch.setattr("credkit.commands.status.assess", broken)
    desk.take_in(form())
    ran = desk.run("status")
    assert (ran.code, ran.out) == (1, "")
    assert ran.err.startswith("Error: Internal error (a bug): RuntimeError.")
    assert "1985" not in ran.err
    assert "RuntimeError: born" in desk.run("status", "--debug").err


def test_json_is_whole_or_not_there(full: Desk, monkeypatch: pytest.MonkeyPatch) -> None:
    from credkit.status.assess import assess as judge

    seen = []

    def second_fails(*given: Any) -> Any:
        seen.append(given)
        if len(seen) == 2:
            raise RuntimeError("halfway")
        return judge(*given)

    monkeypatch.setattr("credkit.commands.status.assess", second_fails)
    ran = full.run("status", "--json")
    assert (ran.code, ran.out) == (1, "")


def test_quiet_and_verbose(desk: Desk) -> None:
    desk.take_in(form())
    assert desk.ok("payer", "add", "Birch", "--line", "eap", "--quiet").err == ""
    told = desk.ok("status", "--verbose").err
    assert f"Store {desk.folder / 'credkit.db'}, as kim, on 2026-03-02." in told
    assert "Policy group-practice (" in told
    assert desk.ok("status").err == ""


def test_main_takes_the_process_s_own_words(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr(sys, "argv", ["credkit", "--version"])
    assert main() == 0
    assert capsys.readouterr().out.startswith("credkit ")
