from collections.abc import Mapping
from datetime import date
from importlib.metadata import EntryPoint, EntryPoints

import pytest
from factories import TODAY, file, policy

import credkit.checks
from credkit.checks import CHECKS, all_checks, check_names, essential_checks
from credkit.checks.by_hand import ByHand, whole_file
from credkit.checks.interface import complete
from credkit.checks.window import VERIFICATION
from credkit.errors import UsageError
from credkit.policy import Policy
from credkit.records import Evidence, Finding, ProviderFile, Result, SourceRef, Subject

OURS = ByHand("parking", "parking permit", "our own", whole_file, essential=True)
TAKEN = ByHand("npi", "another NPI", "our own", whole_file)
BROKEN = "not a check"


class Bare:
    """An organization's own check that says the least there is to say."""

    name = "parking"
    title = "parking permit"
    standard = "our own"
    by_hand = False
    from_file = True
    automatic = True

    def subjects(self, file: ProviderFile, policy: Policy, states: tuple[str, ...]) -> tuple[Subject, ...]:
        return (Subject(self.name),)

    def needs(self, subject: Subject, file: ProviderFile, policy: Policy) -> tuple[SourceRef, ...]:
        return ()

    def judge(
        self, subject: Subject, file: ProviderFile, evidence: Mapping[SourceRef, Evidence], policy: Policy, on: date
    ) -> Finding:
        return Finding(Result.PASS, "Parked.")


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
        assert check.window.words


def test_what_hangs_on_which_check() -> None:
    """The facts that requirements, readiness and records go by, each said by the check itself."""
    assert essential_checks() == ("license", "malpractice", "exclusions")
    assert [name for name, check in CHECKS.items() if check.must_expire] == ["license", "dea", "cds"]
    assert [name for name, check in CHECKS.items() if check.held] == [
        "license", "malpractice", "caqh", "board_certification", "dea", "cds"
    ]  # fmt: skip
    days = {name: check.window.days(policy()) if check.window.days else None for name, check in CHECKS.items()}
    assert days == dict.fromkeys(CHECKS, 120) | {"exclusions": 31, "education": None}


def test_what_an_own_check_leaves_unsaid_has_its_default() -> None:
    own = complete(Bare())
    assert (own.name, own.window, own.held, own.must_expire, own.essential) == ("parking", VERIFICATION, *[False] * 3)
    assert own.judge(Subject("parking"), file(), {}, policy(), TODAY).summary == "Parked."
    assert complete(OURS) is OURS
    with pytest.raises(AttributeError):
        _ = own.parked  # type: ignore[attr-defined]


def test_an_own_check_says_itself_that_it_is_essential(monkeypatch: pytest.MonkeyPatch) -> None:
    plugged(monkeypatch, f"{__name__}:OURS")
    assert essential_checks() == ("license", "malpractice", "exclusions", "parking")
    assert policy().unwatched(essential_checks()) == ("parking",)
    plugged(monkeypatch, f"{__name__}:Bare")
    all_checks.cache_clear()
    assert essential_checks() == ("license", "malpractice", "exclusions")
    assert check_names() == (*CHECKS, "parking")


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
