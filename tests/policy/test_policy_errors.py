"""A policy is read strictly: every problem is named with the line on which it stands, and what to write instead."""

import pytest
from desk import Desk
from factories import policy
from hypothesis import given
from hypothesis import strategies as st

from credkit.checks import check_names
from credkit.errors import UsageError
from credkit.policy import MalpracticeException, Policy, shipped_text

SOUND = """\
name = "ours"
effective_from = 2026-01-01

[windows]
verification_days = 90
caqh_attestation_days_by_state = { IL = 180 }

[malpractice]
per_claim = 1_000_000
exceptions = [
  { professions = ["NP"], states = ["CA"], per_claim = 100_000, aggregate = 300_000 },
  { professions = ["NP"], states = ["FL"], per_claim = 100_000, aggregate = 300_000 },
]

[[requirements]]
check = "npi"

[[requirements]]
check = "license"
monitor = "monthly"
professions = ["LCSW"]

[[requirements]]
check = "malpractice"
cycles = ["initial"]

[network]
excluded_lines = ["medicaid"]
"""


def line_of(text: str) -> int:
    """Return the number of the line of SOUND that holds a text."""
    (found,) = [n for n, line in enumerate(SOUND.splitlines(), 1) if text in line]
    return found


def problems(text: str) -> list[str]:
    with pytest.raises(UsageError) as raised:
        Policy.parse(text, check_names(), origin="ours.toml")
    assert "ours.toml" in raised.value.message
    return list(raised.value.details)


BROKEN = [
    ("an unknown section", "[windows]", "[windws]", "[windows]", "windws is not a key of a policy. Did you mean windows?"),
    ("an unknown key", "verification_days = 90", "verifcation_days = 90", "verification_days", "windows.verifcation_days is not a key of a policy. Did you mean verification_days?"),
    ("an unknown key of a requirement", 'monitor = "monthly"', 'every = "state"', "monitor =", "requirements.every is not a key of a policy."),
    ("an unknown key of an exception", "aggregate = 300_000 },\n]", "agregate = 300_000 },\n]", '"FL"', "malpractice.exceptions.agregate is not a key of a policy. Did you mean aggregate?"),
    ("an unknown check", 'check = "license"', 'check = "licence"', 'check = "license"', "there is no check named 'licence'. Did you mean license?"),
    ("an unknown profession", '["LCSW"]', '["LCWS"]', '["LCSW"]', "LCWS is not a profession. Did you mean LCSW?"),
    ("one of a family by another name", '["LCSW"]', '["LICSW"]', '["LCSW"]', "LICSW is not a profession. Write its family, LCSW."),
    ("an unknown state", 'states = ["FL"]', 'states = ["FX"]', '"FL"', "FX is not a state's postal code."),
    ("an unknown state as a key", "{ IL = 180 }", "{ XL = 180 }", "IL = 180", "XL is not a state's postal code."),
    ("an unknown line of business", '["medicaid"]', '["medicad"]', '["medicaid"]', "network.excluded_lines: "),
    ("an unknown cycle", '["initial"]', '["first"]', '["initial"]', "requirements.cycles: "),
    ("a negative window", "verification_days = 90", "verification_days = -1", "verification_days", "windows.verification_days: "),
    ("text where a number belongs", "per_claim = 1_000_000", 'per_claim = "a lot"', "per_claim = 1_000_000", "malpractice.per_claim: "),
    ("a requirement without a check", 'check = "license"\n', "", "monitor =", "requirements.check: Field required"),
    ("a hash of its own", 'name = "ours"\n', 'name = "ours"\nsha256 = "00"\n', "effective_from", "sha256 is not a key of a policy."),
]  # fmt: skip


@pytest.mark.parametrize(
    ("sound", "broken", "stands_on", "says"), [row[1:] for row in BROKEN], ids=[row[0] for row in BROKEN]
)
def test_the_line_is_named(sound: str, broken: str, stands_on: str, says: str) -> None:
    assert SOUND.count(sound) == 1
    found = problems(SOUND.replace(sound, broken))
    number = line_of(stands_on)
    if not broken:
        number -= 2  # what is missing is named by its section
    assert {problem.partition(": ")[0] for problem in found} == {f"line {number}"}, found
    assert says in found[-1]


def test_a_missing_name_and_date() -> None:
    assert problems("[windows]\n") == ["line 1: name: Field required", "line 1: effective_from: Field required"]


def test_every_problem_is_named_at_once() -> None:
    broken = SOUND.replace('check = "npi"', 'check = "nip"').replace('check = "license"', 'check = "licence"')
    assert [problem.partition(":")[0] for problem in problems(broken)] == ["line 16", "line 19"]


def test_a_dotted_key_is_found() -> None:
    text = 'name = "ours"\neffective_from = 2026-01-01\nwindows.verification_days = -1\n'
    assert problems(text)[0].startswith("line 3: windows.verification_days: ")


def test_what_is_not_toml() -> None:
    with pytest.raises(UsageError, match=r"ours.toml is not a TOML file: .*line 2") as raised:
        Policy.parse('name = "ours"\nwindows = = 3\n', check_names(), origin="ours.toml")
    assert raised.value.details == ()


def test_the_shipped_policy_is_sound_and_says_what_the_model_says() -> None:
    shipped = Policy.parse(shipped_text(), check_names())
    plain = Policy(name="group-practice", effective_from=shipped.effective_from)
    assert shipped.windows.model_copy(update={"caqh_attestation_days_by_state": {}}) == plain.windows
    assert shipped.committee == plain.committee
    assert shipped.expiry == plain.expiry
    assert {line.check for line in shipped.requirements if line.suspends} == {
        "npi", "license", "malpractice", "exclusions"
    }  # fmt: skip
    assert shipped.windows.verification_days == 120
    assert shipped.windows.recredentialing_months == 36
    assert shipped.network.excluded_payers == ("Humana",)


def test_the_hash_is_of_the_text() -> None:
    one = Policy.parse(SOUND, check_names())
    other = Policy.parse(SOUND + "# a word more\n", check_names())
    assert one.sha256 != other.sha256
    assert len(one.sha256) == 64


LIMITS = [
    ("LCSW", ("CO",), (1_000_000, 3_000_000)),
    ("NP", ("CA",), (100_000, 300_000)),
    ("NP", ("IN",), (500_000, 1_500_000)),
    ("NP", ("CA", "IN"), (500_000, 1_500_000)),
    ("NP", ("CA", "CO"), (1_000_000, 3_000_000)),
    (None, (), (1_000_000, 3_000_000)),
]


@pytest.mark.parametrize(("profession", "states", "limits"), LIMITS)
def test_malpractice_limits(profession: str | None, states: tuple[str, ...], limits: tuple[int, int]) -> None:
    assert policy().malpractice.limits(profession, states) == limits


@given(st.lists(st.sampled_from(["CA", "FL", "IN", "CO"]), max_size=4), st.sampled_from(["NP", "LCSW"]))
def test_more_states_never_ask_for_less(states: list[str], profession: str) -> None:
    rules = policy().malpractice
    assert all(isinstance(one, MalpracticeException) for one in rules.exceptions)
    for fewer in range(1, len(states)):
        less, more = rules.limits(profession, states[:fewer]), rules.limits(profession, states)
        assert less[0] <= more[0]
        assert less[1] <= more[1]


@pytest.mark.parametrize(("states", "days"), [(("CO",), 120), (("IL",), 180), (("IL", "CO"), 120), ((), 120)])
def test_caqh_days(states: tuple[str, ...], days: int) -> None:
    assert policy().caqh_days(states) == days


# --- the commands ---------------------------------------------------------------------------------------------------


def test_policy_check_names_file_and_line_and_adopts_nothing(desk: Desk) -> None:
    path = desk.folder / "ours.toml"
    path.write_text(SOUND.replace('check = "license"', 'check = "licence"'), encoding="utf-8")
    for verb in ("check", "adopt"):
        ran = desk.run("policy", verb, path)
        assert (ran.code, ran.out) == (2, "")
        assert f"Error: {path} is not a policy that credkit can use." in ran.err
        assert "  - line 19: there is no check named 'licence'. Did you mean license?" in ran.err
    assert desk.ok("policy", "show").out == shipped_text()
    path.write_text(SOUND, encoding="utf-8")
    assert "is sound: ours, from 2026-01-01, 3 requirements." in desk.ok("policy", "check", path).err


def test_a_policy_is_in_force_from_its_day(desk: Desk) -> None:
    path = desk.folder / "ours.toml"
    path.write_text(SOUND, encoding="utf-8")
    desk.ok("policy", "adopt", path)
    assert "was in force already" in desk.ok("policy", "adopt", path).err
    assert desk.ok("policy", "show").out == SOUND
    assert desk.ok("policy", "show", "--on", "2025-12-31").out == shipped_text()
    assert desk.ok("policy", "show", "--shipped").out == shipped_text()
    ran = desk.run("policy", "show", "--on", "2025-06-30")
    assert (ran.code, "No policy was in force on 2025-06-30. The first holds from 2025-07-01." in ran.err) == (2, True)
    assert desk.ok("status", "--json").json()["policy"]["name"] == "ours"
    assert desk.ok("status", "--json", "--on", "2025-12-31").json()["policy"]["name"] == "group-practice"


@pytest.mark.parametrize("content", [None, b"\xff\xfe\x00", b"name = "], ids=["a folder", "not text", "not TOML"])
def test_a_file_that_is_no_policy(desk: Desk, content: bytes | None) -> None:
    path = desk.folder / "ours.toml"
    if content is None:
        path.mkdir()
    else:
        path.write_bytes(content)
    for words in (("policy", "check", path), ("status", "--policy", path)):
        ran = desk.run(*words)
        assert (ran.code, str(path) in ran.err, "Traceback" in ran.err) == (2, True, False), ran.err


def test_reports_judge_by_a_policy_file_that_is_named(desk: Desk) -> None:
    path = desk.folder / "ours.toml"
    path.write_text(SOUND, encoding="utf-8")
    assert desk.ok("status", "--policy", path, "--json").json()["policy"]["name"] == "ours"
