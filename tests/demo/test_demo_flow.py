"""The demo, run for real: the months lived through, and what is left of them."""

import os
import re
import signal
import subprocess
import sys
import threading
from collections import Counter
from collections.abc import Sequence
from datetime import date
from pathlib import Path

import pytest
from conftest import Run
from portals import Visitor

from credkit.checks import check_names
from credkit.demo.flow import TODAY, _excerpt, run_demo
from credkit.demo.practice import Story, exclusion_list, form_file, mend, of, people, slips
from credkit.errors import CredkitError
from credkit.lists import leie
from credkit.policy import Policy, shipped_text
from credkit.reference.identifiers import dea_is_valid, npi_is_valid
from credkit.status.assess import Stage


class Told:
    """Takes down what the demo shows."""

    def __init__(self) -> None:
        self.lines: list[str] = []

    def title(self, text: str) -> None:
        self.lines.append(text)

    def day(self, day: date, text: str) -> None:
        self.lines.append(f"{day} {text}")

    def say(self, text: str) -> None:
        self.lines.append(text)

    def points(self, lines: Sequence[str]) -> None:
        self.lines += lines

    def typed(self, *lines: Sequence[str]) -> None:
        self.lines += [f"$ {' '.join(words)}" for words in lines]

    def to_type(self, words: Sequence[str]) -> None:
        self.lines.append(" ".join(words))

    def printed(self, text: str) -> None:
        self.lines.append(text)


# --- lived through --------------------------------------------------------------------------------------------------


def test_forty_providers_end_in_all_nine_stages(run: Run, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    # What the shell had before is there again afterwards, and what it had not is not.
    monkeypatch.setenv("CREDKIT_NOW", "2031-01-01")
    monkeypatch.setenv("NO_PROXY", "intranet.example.org")
    surroundings = dict(os.environ)
    folder = tmp_path / "a practice"  # a space, which must be quoted in what is typed
    ran = run("demo", "--dir", folder)
    assert ran.code == 0, ran.err
    assert {name: value for name, value in os.environ.items() if name != "PYTEST_CURRENT_TEST"} == {
        name: value for name, value in surroundings.items() if name != "PYTEST_CURRENT_TEST"
    }
    assert "invented" in ran.out[:500]
    assert "simulated" in ran.out[:500]

    there = ["--db", folder / "credkit.db", "--on", str(TODAY)]
    status = run("status", "--json", *there).json()
    assert Counter(item["stage"] for item in status["items"]) == {
        Stage.ACTIVE: 19,
        Stage.NETWORK: 5,
        Stage.SUSPENDED: 2,
        Stage.COMMITTEE: 4,
        Stage.VERIFICATION: 4,
        Stage.INTAKE: 3,
        Stage.DENIED: 1,
        Stage.WITHDRAWN: 1,
        Stage.TERMINATED: 1,
    }
    assert set(status["counts"]) == set(Stage)
    assert [item["npi"] for item in status["items"]] == [person.npi for person in people()]
    # The table that the demo ended with says the same.
    for item in status["items"]:
        assert re.search(
            rf"^{item['npi']}.*\b{item['stage']}\b", ran.out.partition("$ credkit status")[2], re.MULTILINE
        )
    assert run("intake", "rejects", "--json", *there).json()["items"] == []
    assert run("audit", "verify", *there).code == 0
    assert all(event["simulated"] for event in run("audit", "log", "--json", *there).json()["items"])

    commands = to_try(ran.out)
    assert len(commands) == 3
    for command, says in zip(commands, ("suspended", "Ulrich Steinhauser", "verification.recorded"), strict=True):
        done = in_a_shell(command, tmp_path)
        assert done.returncode == 0, (command, done.stderr)
        assert says in done.stdout


def test_the_demo_replaces_its_own_folder_and_needs_no_way_out(tmp_path: Path, run_process: Run) -> None:
    # A proxy that an office has set up and that is not there must not matter.
    nowhere = {"HTTP_PROXY": "http://127.0.0.1:9", "http_proxy": "http://127.0.0.1:9", "COLUMNS": "200"}
    first = run_process("demo", env=nowhere)
    assert (first.code, first.err) == (0, "")
    kept = (tmp_path / "credkit-demo" / "credkit.db").read_bytes()
    second = run_process("demo")
    assert (second.code, second.err) == (0, "")
    assert "The practice that an earlier demo left in credkit-demo is replaced." in second.out
    assert (tmp_path / "credkit-demo" / "credkit.db").read_bytes() != kept
    for command in to_try(second.out):
        assert in_a_shell(command, tmp_path).returncode == 0
    # Narrow or wide, no line of a table or of the story is wider than the screen; what a command says is not wrapped.
    for width, text in ((200, first.out), (80, second.out)):
        tables = [line for line in text.splitlines() if re.match(r"10000\d{5} |─|    [a-z]", line)]
        assert len(tables) > 100
        assert max(map(len, tables)) <= width


def to_try(text: str) -> list[str]:
    """Return the commands that the demo suggests at its end, as they stand there."""
    suggested = text.partition("\nTry next\n")[2]
    return re.findall(r"^  \S(?:.*\\\n)*.*$", suggested, re.MULTILINE)


def in_a_shell(command: str, folder: Path) -> subprocess.CompletedProcess[str]:
    return subprocess.run(command, shell=True, cwd=folder, capture_output=True, text=True, timeout=60, check=False)


# --- what it refuses ------------------------------------------------------------------------------------------------


def test_a_folder_that_no_demo_made_is_left_alone(run: Run, tmp_path: Path) -> None:
    (tmp_path / "credkit.db").write_bytes(b"a real practice")
    ran = run("demo", "--dir", tmp_path)
    assert ran.code == 2
    assert "no demo made" in ran.err
    assert "--dir FOLDER" in ran.err
    assert {path.name for path in tmp_path.iterdir()} == {"credkit.db"}
    assert (tmp_path / "credkit.db").read_bytes() == b"a real practice"


def test_a_demo_in_which_somebody_worked_is_left_alone(run: Run, tmp_path: Path) -> None:
    (tmp_path / "MADE-BY-CREDKIT-DEMO.txt").write_text("")
    (tmp_path / "settings.toml").write_text("")
    (tmp_path / "our-roster.xlsx").write_bytes(b"work")
    ran = run("demo", "--dir", tmp_path)
    assert ran.code == 2
    assert "our-roster.xlsx" in ran.err
    assert (tmp_path / "settings.toml").exists()


def test_a_file_is_no_folder(run: Run, tmp_path: Path) -> None:
    path = tmp_path / "file"
    path.write_text("x")
    ran = run("demo", "--dir", path)
    assert ran.code == 2
    assert "is a file, not a folder" in ran.err
    assert path.read_text() == "x"


@pytest.mark.parametrize(
    "option", [("--db", "x.db"), ("--on", "2026-03-31"), ("--json",), ("--actor", "kim"), ("--config", "c.toml")]
)
def test_options_that_would_mislead_are_refused(
    run: Run, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, option: tuple[str, ...]
) -> None:
    monkeypatch.chdir(tmp_path)
    assert run("demo", *option).code == 2
    assert list(tmp_path.iterdir()) == []


def test_a_command_that_ends_otherwise_stops_the_demo_by_its_name(tmp_path: Path) -> None:
    def main(words: Sequence[str]) -> int:
        sys.stderr.write("Error: the disk is full.\n")
        return 7 if words[0] == "init" else 0

    told = Told()
    with pytest.raises(CredkitError, match="`credkit init.*ended with 7, and should have with 0") as stopped:
        run_demo(tmp_path, main, told)
    assert stopped.value.details == ("Error: the disk is full.",)
    assert "CREDKIT_NOW" not in os.environ
    assert "CREDKIT_DB" not in os.environ
    assert told.lines[-1].startswith("$ credkit init")


def test_ctrl_c_inside_a_command_ends_the_demo(tmp_path: Path) -> None:
    with pytest.raises(KeyboardInterrupt):
        run_demo(tmp_path, lambda _words: 130, Told())
    assert "CREDKIT_NOW" not in os.environ


# --- the practice ---------------------------------------------------------------------------------------------------


def test_nobody_was_ever_given_these_npis() -> None:
    npis = [person.npi for person in people()]
    assert len(set(npis)) == 40
    assert all(npi_is_valid(npi) and npi < "1003000000" for npi in npis)
    assert len({person.name for person in people()}) == 40
    assert {person.story for person in people()} == set(Story)


def test_dea_numbers_have_their_check_digit_and_initial() -> None:
    registered = {person.name: person.cells["dea_1_number"] for person in people() if "dea_1_number" in person.cells}
    assert len(registered) >= 5
    for name, number in registered.items():
        assert dea_is_valid(number)
        assert f" {number[1]}" in name


def test_mending_puts_every_slip_right() -> None:
    policy = Policy.parse(shipped_text(), check_names())
    filled = [of(slip.story)[0] for slip in slips()]
    right = form_file(filled, policy)
    wrong = form_file(filled, policy, slips())
    for person, slip in zip(filled, slips(), strict=True):
        assert person.cells[slip.column] != slip.written
    assert wrong != right
    # The rejects come back with columns of their own in front.
    lines = wrong.decode().splitlines()
    given_back = "\r\n".join(
        f"{'reject_id,reject_reasons,reject_file,reject_row' if n == 0 else f'R{n},,f,{n}'},{line}"
        for n, line in enumerate(lines)
    )
    mended, cells = mend(given_back.encode())
    assert [line.split(",", 4)[4] for line in mended.decode().splitlines()] == right.decode().splitlines()
    assert [cell[1:3] for cell in cells] == [(slip.column, slip.written) for slip in slips()]


def test_the_exclusion_list_names_two_of_the_practice_and_a_namesake(tmp_path: Path) -> None:
    path = tmp_path / "UPDATED.csv"
    path.write_bytes(exclusion_list(3))
    read = leie.read(path)
    assert (read.rows, read.warnings) == (126, 0)
    names = {(person.first_name.upper(), person.last_name.upper()): person.story for person in people()}
    listed = [entry for entry in read.entries if (entry.first_name, entry.last_name) in names]
    assert [(names[entry.first_name or "", entry.last_name or ""], entry.npi) for entry in listed] == [
        (Story.EXCLUDED, of(Story.EXCLUDED)[0].npi),
        (Story.NEW_NAMESAKE, None),
        (Story.SEES_CLIENTS, None),
    ]


# --- a long table cut short -----------------------------------------------------------------------------------------

BESIDE = """\
NPI          Check        Summary
─────────────────────────────────
1000000012   npi          one
1000000020   license      two,
             TX           wrapped
1000000038   npi          three

3 pass, on 2026-03-03
"""
BENEATH = """\
                          Verified
NPI          Check        on
    Summary
──────────────────────────────────
1000000012   npi          2026-03-03
    one
    and more of it
1000000020   npi          2026-03-03
    two

2 pass, on 2026-03-03
"""


def test_an_excerpt_keeps_whole_rows_and_says_how_many_are_left_out() -> None:
    assert _excerpt(BESIDE, 3) == BESIDE
    assert _excerpt(BESIDE, 2) == BESIDE.replace("1000000038   npi          three\n", "... and 1 more row\n")
    assert _excerpt(BENEATH, 1) == BENEATH.replace(
        "1000000020   npi          2026-03-03\n    two\n", "... and 1 more row\n"
    )
    assert _excerpt(BENEATH, 2) == BENEATH
    two_columns = "File    Row\n───────────\nf.csv     2\nf.csv     3\n"
    assert _excerpt(two_columns, 1) == "File    Row\n───────────\nf.csv     2\n... and 1 more row\n"


def test_it_ends_in_the_portal(tmp_path: Path) -> None:
    """The link that is printed opens the page of somebody who must act, with the date of birth that is printed too."""
    command = [sys.executable, "-m", "credkit", "demo", "--dir", "practice", "--portal"]
    with subprocess.Popen(
        command, cwd=tmp_path, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True, env=os.environ
    ) as demo:
        assert demo.stderr
        assert demo.stdout
        told: list[str] = []
        reading = threading.Thread(target=lambda: told.extend(demo.stdout or ()), daemon=True)
        reading.start()
        served = any("The portal is at" in line for line in demo.stderr)
        try:
            words = "".join(told)
            link = re.search(r"http://127\.0\.0\.1:8808(/link/\S+)", words)
            assert served
            assert link, words[-2000:]
            assert "/begin/" in words
            visitor = Visitor("http://127.0.0.1:8808")
            born = re.search(r"date of\s+birth, which is (\S+)\.", words)
            assert born, words[-2000:]
            assert visitor.enter(link[1], born[1]).status_code == 303
            assert "Renew your malpractice insurance" in visitor.get("/status").text
            visitor.client.close()
        finally:
            demo.send_signal(signal.SIGINT)
            demo.wait(20)
