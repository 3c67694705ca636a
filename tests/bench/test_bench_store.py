"""The store that the bench populates is one in which everything happens; the shortcuts of the reports are held against
the whole assessment there."""

from collections import Counter
from datetime import date, timedelta
from pathlib import Path

import pytest

pytest.importorskip("bench.populate", reason="the bench is part of the source, not of the wheel")

from bench import JUDGED, RECEIVED
from bench.people import form_rows
from bench.people import main as write
from bench.populate import main as populate
from credkit.checks import all_checks, check_names
from credkit.committee.standing import standing
from credkit.intake.reading import read_form
from credkit.intake.step import import_form
from credkit.policy import Policy, shipped_text
from credkit.status.assess import Stage, assess
from credkit.status.readiness import ready_states
from credkit.store import Store

ROWS = 150
POLICY = Policy.parse(shipped_text(), check_names())


@pytest.fixture(scope="module")
def populated(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("populated")
    form = folder / "form.csv"
    write("form", ROWS, form)
    path = folder / "store" / "credkit.db"
    with Store.create(path, actor="tester", command="test") as store:
        store.adopt_policy(
            text=shipped_text(), sha256=POLICY.sha256, name=POLICY.name, effective_from=POLICY.effective_from
        )
        with read_form(form, None, None, policy=POLICY, on=RECEIVED) as sheet:
            outcomes = Counter(row.outcome.value for row in import_form(store, sheet, POLICY, today=RECEIVED))
    assert outcomes == {"new": ROWS}
    populate(path)
    return path


def test_every_stage_that_a_report_tells_apart_is_there(populated: Path) -> None:
    with Store.open(populated, actor="tester", command="test") as store:
        checks, payers = all_checks(), store.payers()
        stages = {assess(file, POLICY, JUDGED, checks, payers).stage for file in store.provider_files()}
    assert {Stage.ACTIVE, Stage.SUSPENDED, Stage.DENIED, Stage.VERIFICATION} <= stages


@pytest.mark.parametrize("days", [-60, -20, 0, 30, 120, 500, 1_200])
def test_who_may_see_clients_is_the_same_without_the_whole_assessment(populated: Path, days: int) -> None:
    on: date = JUDGED + timedelta(days=days)
    with Store.open(populated, actor="tester", command="test") as store:
        checks, payers = all_checks(), store.payers()
        for file in store.provider_files():
            whole = assess(file, POLICY, on, checks, payers).ready
            short = ready_states(file, standing(file, POLICY, on), POLICY, on, checks, payers)
            assert short == whole
            assert list(short) == list(whole)


def test_the_form_repeats_nobody() -> None:
    npis = [row["npi"] for row in form_rows(500)]
    assert len(set(npis)) == 500
