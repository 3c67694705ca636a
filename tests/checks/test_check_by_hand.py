import pytest
from factories import TODAY, board, education, file, policy, provider, registration

from credkit.checks import CHECKS
from credkit.records import Credential, CredentialKind, Provider, Result, Subject

DEA, CDS = CredentialKind.DEA, CredentialKind.CDS
HAND = [name for name, check in CHECKS.items() if not check.automatic]


def subjects(name: str, *held: Credential, who: Provider | None = None) -> tuple[Subject, ...]:
    given = file(*held, who=who)
    return CHECKS[name].subjects(given, policy(), given.provider.states_of_practice)


@pytest.mark.parametrize("name", HAND)
def test_it_is_never_run(name: str) -> None:
    check = CHECKS[name]
    finding = check.judge(Subject(name, "CO"), file(), {}, policy(), TODAY)
    assert finding.result is Result.UNAVAILABLE
    assert "recorded by hand" in finding.summary
    assert f"verify record 1000000004 {name} --subject" in (finding.advice or "")
    assert check.by_hand
    assert check.needs(Subject(name), file(), policy()) == ()


@pytest.mark.parametrize(
    "name", ["claims_history", "medicare_opt_out", "npdb", "background", "references", "site_visit"]
)
def test_the_whole_file_is_one_subject(name: str) -> None:
    (subject,) = subjects(name)
    assert (subject.key, subject.missing, subject.claims["last_name"]) == ("", None, "Marsh")


def test_education() -> None:
    assert subjects("education")[0].missing == "no degree and no school on file"
    assert subjects("education", education(degree=None))[0].missing == "no degree on file"
    assert subjects("education", education(issuer=None))[0].missing == "no school on file"
    (subject,) = subjects("education", education(), education(graduated="2018-05-20", degree="PhD"))
    assert (subject.missing, subject.claims["degree"], subject.claims["graduated_on"]) == (None, "PhD", "2018-05-20")


@pytest.mark.parametrize(
    ("profession", "taxonomy", "states", "dea", "cds"),
    [
        ("LCSW", "1041C0700X", ("CO", "IL"), [], []),
        ("MD", "2084P0800X", ("CO", "IL"), ["CO", "IL"], ["IL"]),
        ("PMHNP", "363LP0808X", ("CO",), ["CO"], []),
        ("PsyD", "103TC0700X", ("CO", "TX", "IL"), [], []),
        ("PsyD", "103TP0016X", ("CO", "TX", "IL"), ["CO", "IL"], ["IL"]),
        (None, None, ("CO", "IL"), [], []),
        ("MD", "2084P0800X", (), [], []),
    ],
)
def test_who_needs_a_registration_where(
    profession: str | None, taxonomy: str | None, states: tuple[str, ...], dea: list[str], cds: list[str]
) -> None:
    who = provider(profession=profession, taxonomy=taxonomy, states_of_practice=states)
    assert [subject.key for subject in subjects("dea", who=who)] == dea
    assert [subject.key for subject in subjects("cds", who=who)] == cds


def test_a_psychologist_with_a_dea_registration_is_asked_for_it_where_the_state_lets_them_prescribe() -> None:
    who = provider(profession="PsyD", taxonomy="103TC0700X", states_of_practice=("CO", "IL", "TX"))
    held = (registration(DEA, "CO"), registration(DEA, "TX"))
    assert [subject.key for subject in subjects("dea", *held, who=who)] == ["CO"]


def test_a_registration_is_claimed_or_missing() -> None:
    who = provider(profession="MD", states_of_practice=("CO", "IL"))
    old = registration(DEA, number="AM0000000", expires="2020-01-01")
    co, il = subjects("dea", old, registration(DEA), who=who)
    assert (co.jurisdiction, co.claims["number"], co.missing) == ("CO", "AM1234563", None)
    assert str(co.expires_on) == "2027-01-31"
    assert il.missing == "no DEA registration for IL on file"
    assert subjects("cds", registration(CDS, "IL"), who=who)[0].missing is None


def test_board_certification() -> None:
    nurse = provider(profession="PMHNP")
    assert subjects("board_certification") == ()
    assert "asked of every NP" in (subjects("board_certification", who=nurse)[0].missing or "")
    (claimed,) = subjects("board_certification", board())
    assert (claimed.key, claimed.missing, str(claimed.expires_on)) == ("ANCC", None, "2028-06-30")
    assert [one.key for one in subjects("board_certification", board(), board("ANCC", "FNP"), board("NCC"))] == [
        "ANCC, PMHNP",
        "ANCC, FNP",
        "NCC",
    ]
    (renewed,) = subjects("board_certification", board(expires="2024-06-30"), board())
    assert str(renewed.expires_on) == "2028-06-30"
