"""The screening bench for real, on few people: what it makes, what each peer finds, and what it prints."""

import csv
import json
import subprocess
import sys
from collections import Counter
from pathlib import Path

import pytest

pytest.importorskip("bench.screening", reason="the bench is part of the source, not of the wheel")

from bench.screening import HARD, LIST, LIST_COLUMNS, ROSTER, TRUTH, contenders, is_work
from bench.screening.contenders import FROM_FILES, PEERS, Peer, of_peers, run
from bench.screening.corruption import KINDS
from bench.screening.generate import Size, make
from bench.screening.judge import judge_file, read_work
from credkit.lists.leie import COLUMNS
from credkit.reference.identifiers import npi_is_valid

ROOT = Path(__file__).resolve().parents[2]
SIZE = Size(people=600, list_rows=1_500, true=54)


def rows(path: Path) -> list[dict[str, str]]:
    with path.open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


@pytest.fixture(scope="module")
def made(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("screening")
    make(folder, SIZE)
    return folder


def test_the_same_numbers_make_the_same_files_and_another_seed_others(made: Path, tmp_path: Path) -> None:
    make(tmp_path / "again", SIZE)
    make(tmp_path / "other", SIZE, 7)
    for name in (LIST, ROSTER, TRUTH, HARD):
        assert (tmp_path / "again" / name).read_bytes() == (made / name).read_bytes()
        assert (tmp_path / "other" / name).read_bytes() != (made / name).read_bytes()


def test_the_list_has_the_leies_columns_and_does_not_change_with_the_roster(made: Path, tmp_path: Path) -> None:
    assert LIST_COLUMNS == COLUMNS
    more = tmp_path / "more"
    make(tmp_path / "first", Size(people=100, list_rows=1_500, true=5), 20_261_101, (more, SIZE))
    assert (tmp_path / "first" / LIST).read_bytes() == (made / LIST).read_bytes()
    assert (more / ROSTER).read_bytes() == (made / ROSTER).read_bytes()


def test_there_are_as_many_people_as_asked_for_and_every_kind_happens(made: Path) -> None:
    assert is_work(made)
    assert len(rows(made / LIST)) == SIZE.list_rows
    assert len(rows(made / ROSTER)) == SIZE.people
    truth = rows(made / TRUTH)
    assert Counter(row["kind"] for row in truth) == dict.fromkeys(KINDS, 3)
    assert len({row["leie_row"] for row in truth}) == SIZE.true


def test_no_npi_was_ever_issued(made: Path) -> None:
    npis = [row["npi"] for row in rows(made / ROSTER) if row["npi"]]
    npis += [row["NPI"] for row in rows(made / LIST) if row["NPI"] != "0000000000"]
    assert all(npi_is_valid(npi) and npi.startswith("2") for npi in npis)


def test_the_truth_points_at_the_right_rows(made: Path) -> None:
    listed, people = rows(made / LIST), {row["provider_id"]: row for row in rows(made / ROSTER)}
    for true in rows(made / TRUTH):
        if true["kind"] in ("exact", "no_middle", "born_crossed") and "typo" not in true["secondary"]:
            person, entry = people[true["provider_id"]], listed[int(true["leie_row"])]
            assert (person["last_name"], person["first_name"]) == (entry["LASTNAME"], entry["FIRSTNAME"])


def test_wrong_births_are_as_many_as_asked_for(tmp_path: Path) -> None:
    make(tmp_path, Size(people=600, list_rows=1_500, true=54, wrong_births=10))
    wrong = [row for row in rows(tmp_path / TRUTH) if "born_wrong" in row["secondary"]]
    assert 7 <= len(wrong) <= 10


@pytest.mark.parametrize("peer", PEERS, ids=lambda peer: peer.word)
def test_a_peer_answers_for_everybody_and_finds_most(peer: Peer, made: Path, tmp_path: Path) -> None:
    if peer.missing:
        pytest.skip(f"{peer.name} is not measured: {', '.join(peer.missing)} not installed (the extra `bench`)")
    (entrant,) = of_peers(made, tmp_path, [peer.word])
    assert run([entrant], 1, tmp_path, lambda _said: None), entrant.failure
    verdict = judge_file(read_work(made), entrant.hits)
    assert verdict.unanswered == 0
    assert verdict.own.recall > 0.4
    best = verdict.at[20]
    assert best is not None
    assert best.recall > 0.4


def test_a_missing_peer_is_said_and_is_no_error(monkeypatch: pytest.MonkeyPatch, made: Path, tmp_path: Path) -> None:
    monkeypatch.setattr(contenders, "find_spec", lambda _library: None)
    entrants = of_peers(made, tmp_path, [peer.word for peer in PEERS])
    assert run(entrants, 1, tmp_path, lambda _said: None)
    assert all("not installed" in entrant.failure for entrant in entrants)


def bench(*arguments: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, "-m", "bench.screening", *arguments],
        cwd=ROOT,
        capture_output=True,
        text=True,
        timeout=300,
        check=False,
    )


def test_the_whole_as_json_has_credkit_in_two_ways(made: Path, tmp_path: Path) -> None:
    ran = bench(str(made), "--peers", "--rounds", "1", "--json", "--work", str(tmp_path))
    said = json.loads(ran.stdout)
    assert [one["name"] for one in said["contenders"]] == [FROM_FILES, "credkit, list loaded"]
    assert (said["people"], said["list_rows"], said["true"]) == (SIZE.people, SIZE.list_rows, SIZE.true)
    failures = [one["failure"] for one in said["contenders"] if one["failure"]]
    if any("No such command" in failure for failure in failures):
        pytest.skip("credkit has no `screen run` yet; the bench says so and ends 1")
    assert ran.returncode == 0, ran.stderr
    for one in said["contenders"]:
        assert one["verdict"]["unanswered"] == 0
        assert one["verdict"]["sure"][0] == one["verdict"]["sure"][1]


def test_growth_has_a_line_for_each_size(tmp_path: Path) -> None:
    ran = bench("growth", "--people", "40", "160", "--list-rows", "500", "--json", "--work", str(tmp_path))
    said = json.loads(ran.stdout)
    assert [size["people"] for size in said["sizes"]] == [40, 160]
    assert all(len(size["contenders"]) == 4 for size in said["sizes"])


def test_what_is_no_work_folder_is_a_usage_error(tmp_path: Path) -> None:
    ran = bench(str(tmp_path))
    assert ran.returncode == 2
    assert "is no work folder" in ran.stderr
