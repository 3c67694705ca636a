from importlib.metadata import EntryPoint, EntryPoints

import pytest
from factories import TODAY, file, policy

import credkit.checks
from credkit.checks import CHECKS, all_checks, check_names
from credkit.checks.by_hand import ByHand, whole_file
from credkit.errors import UsageError
from credkit.records import Result

OURS = ByHand("parking", "parking permit", "our own", whole_file)
TAKEN = ByHand("npi", "another NPI", "our own", whole_file)
BROKEN = "not a check"


@pytest.fixture(autouse=True)
def forgotten() -> None:
    all_checks.cache_clear()


def plugged(monkeypatch: pytest.MonkeyPatch, value: str) -> None:
    found = EntryPoints([EntryPoint("ours", value, "credkit.checks")])
    monkeypatch.setattr(credkit.checks, "entry_points", lambda group: found.select(group=group))


def test_every_check_stands_under_its_own_name() -> None:
    assert [check.name for check in CHECKS.values()] == list(CHECKS)
    for check in CHECKS.values():
        assert check.title
        assert check.standard


def test_every_check_of_the_shipped_policy_is_there() -> None:
    assert {line.check for line in policy().requirements} <= set(check_names())


def test_what_is_judged_from_the_file_or_a_list_is_never_recorded_by_hand() -> None:
    for check in CHECKS.values():
        assert not (check.by_hand and (check.from_file or check.name == "exclusions"))
        assert check.automatic or check.by_hand


@pytest.mark.parametrize("name", CHECKS)
def test_an_empty_file_and_no_evidence_never_pass(name: str) -> None:
    check = CHECKS[name]
    for subject in check.subjects(file(), policy(), ("CO",)):
        assert subject.check == name
        assert check.judge(subject, file(), {}, policy(), TODAY).result is not Result.PASS


def test_an_organisations_own_check_joins_at_the_end(monkeypatch: pytest.MonkeyPatch) -> None:
    plugged(monkeypatch, f"{__name__}:OURS")
    assert check_names() == (*CHECKS, "parking")
    assert "parking" not in CHECKS


@pytest.mark.parametrize(
    ("value", "says"),
    [
        (f"{__name__}:TAKEN", "there is a check of that name"),
        (f"{__name__}:BROKEN", "is not a check"),
        (f"{__name__}:ABSENT", "cannot be loaded"),
        ("no_such_module_anywhere:CHECK", "cannot be loaded"),
    ],
)
def test_a_broken_plugin_is_named(monkeypatch: pytest.MonkeyPatch, value: str, says: str) -> None:
    plugged(monkeypatch, value)
    with pytest.raises(UsageError, match=says) as raised:
        all_checks()
    assert value in raised.value.message
