import pytest
from factories import TODAY, application, file, policy, provider

from credkit.checks.attestation import Attestation
from credkit.records import Result

CHECK = Attestation()


@pytest.mark.parametrize(
    ("name", "signed_on", "result", "says"),
    [
        ("Ana Marsh", "2026-02-20", "pass", "signed by Ana Marsh"),
        ("ana r. marsh, LCSW", "2026-02-20", "pass", ""),
        ("Marsh, Ana", "2026-02-20", "pass", ""),
        ("Ana Vale", "2026-02-20", "review", "former name"),
        ("Ana Reed", "2026-02-20", "review", "Ana Reed"),
        ("A Marsh", "2026-02-20", "review", "initial"),
        ("Ana Marsh", "2025-11-02", "pass", ""),
        ("Ana Marsh", "2025-11-01", "fail", "more than 120 days ago"),
        ("Ana Marsh", "2026-03-02", "pass", ""),
        ("Ana Marsh", "2026-03-03", "fail", "yet to come"),
    ],
)
def test_what_a_signature_means(name: str, signed_on: str, result: str, says: str) -> None:
    given = file(who=provider(former_names=("Vale",)), application=application(name, signed_on))
    (subject,) = CHECK.subjects(given, policy(), ())
    finding = CHECK.judge(subject, given, {}, policy(), TODAY)
    assert (finding.result, says.lower() in finding.summary.lower()) == (Result(result), True), finding.summary
    assert finding.expires_on == subject.expires_on


@pytest.mark.parametrize(
    ("name", "signed_on", "missing"),
    [
        (None, "2026-02-20", "the application is not signed: no name"),
        (" ", "2026-02-20", "the application is not signed: no name"),
        ("Ana Marsh", None, "the application is not signed: no date"),
        (None, None, "the application is not signed: no name and no date"),
    ],
)
def test_what_is_missing(name: str | None, signed_on: str | None, missing: str) -> None:
    (subject,) = CHECK.subjects(file(application=application(name, signed_on)), policy(), ())
    assert subject.missing == missing


def test_without_an_application_it_is_missing() -> None:
    (subject,) = CHECK.subjects(file(), policy(), ())
    assert subject.missing == "no application on file"
