"""`roster reconcile`: what a payer thinks and we think, both ways."""

from collections.abc import Sequence
from pathlib import Path
from typing import Any

import pytest
from desk import Desk
from hypothesis import given
from hypothesis import strategies as st
from lives import active, enrollment, on
from settled import enroll, settle

from credkit.network.reconcile import Difference, TheirRow, reconcile
from credkit.records import EnrollmentStatus, Line, Payer, ProviderFile
from credkit.store import Store

WHO = {
    "agreed": "1000000004",
    "not on theirs": "1000000012",
    "ended with them": "1000000020",
    "another date": "1000000038",
    "waiting with us": "1000000046",
    "ended with us": "1000000053",
    "never with us": "1000000061",
}


@pytest.fixture
def held(desk: Desk) -> Desk:
    with Store.open(desk.folder / "credkit.db", actor="kim", command="test") as store, store.batch():
        store.add_payer(Payer("aspen", "Aspen Health", Line.COMMERCIAL))
        store.add_payer(Payer("birch", "Birch Mutual", Line.COMMERCIAL))
        for npi in WHO.values():
            settle(store, npi)
        for who in ("agreed", "not on theirs", "ended with them", "another date"):
            enroll(store, WHO[who], "aspen")
        enroll(store, WHO["waiting with us"], "aspen", status=EnrollmentStatus.SUBMITTED, effective_on=None)
        enroll(store, WHO["ended with us"], "aspen", status=EnrollmentStatus.TERMINATED, ended_on=on("2026-04-05"))
        enroll(store, WHO["never with us"], "birch")
    desk.live_on("2026-04-10")
    return desk


LIST = [
    ("Example Plan provider list", "", "", ""),
    ("NPI Number", "State", "Effective Date", "Term Date"),
    (WHO["agreed"], "Colorado", "04/01/2026", ""),
    (WHO["ended with them"], "CO", "2026-04-01", "2026-04-08"),
    (WHO["another date"], "CO", "2026-05-01", ""),
    (WHO["waiting with us"], "CO", "2026-04-01", ""),
    (WHO["ended with us"], "CO", "2026-04-01", ""),
    (WHO["never with us"], "CO", "2026-04-01", ""),
    ("1000000103", "CO", "2026-04-01", ""),
    (WHO["agreed"], "CO", "2026-04-01", "2027-01-01"),
]


def written(desk: Desk, rows: Sequence[tuple[str, ...]], name: str = "theirs.csv") -> Path:
    path = desk.folder / name
    path.write_text("".join(",".join(row) + "\n" for row in rows), encoding="utf-8")
    return path


def found(desk: Desk, path: Path, *options: str, code: int = 10) -> list[tuple[str, Any, str]]:
    items = desk.items("roster", "reconcile", "Aspen Health", path, *options, code=code)
    return [(one["kind"], one["npi"], one["ours"]) for one in items]


def test_both_ways(held: Desk) -> None:
    assert found(held, written(held, LIST[1:])) == [
        ("they_ended", WHO["ended with them"], "in-network from 2026-04-01"),
        ("effective_differs", WHO["another date"], "in-network from 2026-04-01"),
        ("loaded", WHO["waiting with us"], "submitted"),
        ("we_have_not", WHO["ended with us"], "ended on 2026-04-05"),
        ("we_have_not", WHO["never with us"], "no enrollment"),
        ("unknown", "1000000103", "nobody of this NPI"),
        ("they_have_not", WHO["not on theirs"], "in-network from 2026-04-01"),
    ]
    assert held.items("enroll", "list", WHO["ended with them"])[0]["status"] == "active", "it changes nothing"


def test_what_was_found_can_end_0(held: Desk) -> None:
    words = ("roster", "reconcile", "Aspen Health", written(held, LIST[1:]))
    assert [held.run(*words).code, held.run(*words, "--exit-zero").code] == [10, 0]
    words = ("roster", "reconcile", "Aspen Health", written(held, [LIST[1], ("", "CO", "", "")], "bad.csv"))
    assert held.run(*words, "--exit-zero").code == 3


def test_by_a_map_and_under_a_banner(held: Desk) -> None:
    (held.folder / "map.toml").write_text(
        '[columns]\nnpi = "NPI Number"\neffective_on = "Effective Date"\n', encoding="utf-8"
    )
    kinds = [kind for kind, _, _ in found(held, written(held, LIST), "--map", str(held.folder / "map.toml"))]
    assert kinds == ["effective_differs", "loaded", "we_have_not", "we_have_not", "unknown", "they_have_not"]
    ran = held.run("roster", "reconcile", "Aspen Health", written(held, LIST))
    assert (ran.code, "no column of NPIs" in ran.err) == (3, True)
    (held.folder / "map.toml").write_text('[columns]\nnpi = "NPI Number"\nfoo = "State"\n', encoding="utf-8")
    assert (
        held.run("roster", "reconcile", "Aspen Health", written(held, LIST), "--map", held.folder / "map.toml").code
        == 2
    )


def test_rows_that_cannot_be_read_are_said_and_hide_nobody(held: Desk) -> None:
    rows = [
        LIST[1],
        ("1000000005", "CO", "", ""),
        (WHO["agreed"], "ZZ", "", ""),
        (WHO["agreed"], "CO", "4/1", ""),
        ("", "CO", "", ""),
    ]
    ran = held.run("roster", "reconcile", "Aspen Health", written(held, rows), "--json")
    kinds = found(held, written(held, rows), code=3)
    assert [kind for kind, _, _ in kinds] == ["unreadable"] * 4 + ["they_have_not"] * 3
    # Who is named in a row that cannot be read is on the list, whatever it says of them.
    assert WHO["agreed"] not in [npi for kind, npi, _ in kinds if kind == "they_have_not"]
    assert [npi for kind, npi, _ in kinds[:4]] == [None, WHO["agreed"], WHO["agreed"], None]
    (warning,) = ran.json()["warnings"]
    assert warning.startswith("2 rows name nobody who can be read")


def test_a_row_that_cannot_be_read_hides_its_own_state_alone(held: Desk) -> None:
    npi = WHO["agreed"]
    file: ProviderFile = active(enrollment(), enrollment(state="TX"))
    rows = [TheirRow(2, npi, "CO", problem="This is not a date.")]
    kinds = [(one.kind, one.state) for one in reconcile(rows, {npi: file}, frozenset({"aspen"}), on("2026-04-15"))]
    assert kinds == [("unreadable", "CO"), ("they_have_not", "TX")]


def test_they_think_what_we_think(held: Desk) -> None:
    in_network = ("agreed", "not on theirs", "ended with them", "another date")
    rows = [LIST[1], *((WHO[who], "CO", "2026-04-01", "") for who in in_network)]
    assert found(held, written(held, rows), code=0) == []
    # On an earlier day one more was in-network, and the others were too.
    kinds = found(held, written(held, rows), "--on", "2026-04-04")
    assert kinds == [("they_have_not", WHO["ended with us"], "in-network from 2026-04-01")]


DAYS = st.none() | st.dates(on("2026-03-01"), on("2026-06-01"))


@given(theirs=st.booleans(), ended=DAYS, effective=DAYS, ours=DAYS, our_end=DAYS)
def test_no_difference_means_that_both_say_the_same(
    theirs: bool, ended: Any, effective: Any, ours: Any, our_end: Any
) -> None:
    day, npi = on("2026-04-15"), "1000000004"
    file: ProviderFile = active(enrollment(effective=ours.isoformat() if ours else None, ended_on=our_end))
    rows = [TheirRow(2, npi, "CO", effective, ended)] if theirs else []
    kinds = [one.kind for one in reconcile(rows, {npi: file}, frozenset({"aspen"}), day)]
    they_have = theirs and (ended is None or ended > day)
    we_have = ours is not None and ours <= day and (our_end is None or day < our_end)
    if not kinds:
        assert they_have == we_have
        assert not they_have or effective in {None, ours}
    if we_have and not theirs:
        assert kinds == [Difference.THEY_HAVE_NOT]
