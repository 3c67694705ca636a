"""Which papers count, what is asked for and what is open: on a file and a day."""

from dataclasses import replace
from datetime import date, timedelta
from typing import Any

import pytest
from factories import NPI, TODAY, file, license, malpractice, policy, provider
from hypothesis import given
from hypothesis import strategies as st

from credkit.documents.papers import PaperState, asked_for, credential_named, dates_ahead, ending, open_papers, papers
from credkit.policy import DocumentLine
from credkit.records import CycleKind, Filing, FilingReview, PaperKind, ProviderFile, credential_key

W9 = DocumentLine(kind=PaperKind.W9)


def filing(number: int = 1, kind: PaperKind = PaperKind.W9, **changes: Any) -> Filing:
    plain = Filing(
        f"f{number}", NPI, f"{number:064x}", kind, None, None, None, None, date(2026, 1, number), f"{kind}-{number}.pdf",
        "application/pdf", f"2026-01-{number:02}T00:00:00.000000Z", "kim",
    )  # fmt: skip
    return replace(plain, **changes)


def review(of: Filing, *, accepted: bool = True, on: date = date(2026, 2, 1), number: int = 1) -> FilingReview:
    return FilingReview(
        f"{of.id}-{number}",
        of.id,
        NPI,
        accepted,
        None if accepted else "not signed",
        on,
        "2026-02-01T00:00:00.000000Z",
        "lee",
    )


def held(*filings: Filing, reviews: tuple[FilingReview, ...] = (), **more: Any) -> ProviderFile:
    return replace(file(license(), malpractice(), **more), filings=filings, filing_reviews=reviews)


def asked(
    given_file: ProviderFile, *lines: DocumentLine, on: date = TODAY, cycle: CycleKind = CycleKind.INITIAL
) -> Any:
    return [(one.subject, one.state.value) for one in asked_for(given_file, policy(documents=lines), on, cycle)]


@st.composite
def files_with_papers(draw: st.DrawFn) -> ProviderFile:
    days = st.dates(date(2026, 1, 1), date(2026, 3, 31))
    kinds = st.sampled_from([PaperKind.W9, PaperKind.LICENSE, PaperKind.COI])
    filings = tuple(
        filing(
            1, draw(kinds), id=f"f{n}", received_on=draw(days), credential=draw(st.sampled_from([None, "license CO 1"]))
        )
        for n in range(draw(st.integers(0, 8)))
    )
    reviews = tuple(
        review(draw(st.sampled_from(filings)), accepted=draw(st.booleans()), on=draw(days), number=n)
        for n in range(draw(st.integers(0, 8)) if filings else 0)
    )
    return held(*filings, reviews=tuple(sorted(reviews, key=lambda one: one.reviewed_on)))


@given(files_with_papers(), st.dates(date(2025, 12, 1), date(2026, 4, 30)))
def test_of_a_kind_the_newest_accepted_one_counts_and_no_other(given_file: ProviderFile, on: date) -> None:
    found = papers(given_file, on)
    assert all(paper.filing.received_on <= on for paper in found)
    places: dict[tuple[str, str | None], list[Any]] = {}
    for paper in found:
        credential = None if paper.filing.kind is PaperKind.COI else paper.filing.credential
        places.setdefault((paper.filing.kind, credential), []).append(paper)
    for same in places.values():
        accepted = [paper for paper in same if paper.state is PaperState.ACCEPTED]
        counting = [paper for paper in same if paper.counts]
        assert len(counting) == bool(accepted)
        assert all(one.filing.received_on <= counting[0].filing.received_on for one in accepted)
        assert all(paper in accepted for paper in counting)


@given(files_with_papers(), st.dates(date(2026, 1, 1), date(2026, 4, 30)))
def test_what_is_said_of_papers_changes_on_the_days_that_are_foretold_and_no_other(
    given_file: ProviderFile, day: date
) -> None:
    rules = policy(documents=(W9,))
    tomorrow = day + timedelta(days=1)

    def said(on: date) -> Any:
        judged = asked_for(given_file, rules, on, CycleKind.INITIAL)
        told = {one.subject: one for one in judged}
        return judged, list(open_papers(given_file, rules, on, told))

    if said(day) != said(tomorrow):
        assert tomorrow in set(dates_ahead(given_file, rules))


ONE = filing()
ENDS = filing(expires_on=date(2026, 3, 10))


@pytest.mark.parametrize(
    ("given_file", "state", "says"),
    [
        (held(), "missing", "no w9 on file"),
        (held(ONE), "pending", "not reviewed"),
        (held(ONE, reviews=(review(ONE),)), "met", "Accepted by lee on 2026-02-01"),
        (held(ONE, reviews=(review(ONE, accepted=False),)), "missing", "was rejected on 2026-02-01: not signed"),
        (held(ONE, reviews=(review(ONE), review(ONE, accepted=False, number=2))), "missing", "not signed"),
        (held(ONE, reviews=(review(ONE, on=date(2026, 3, 3)),)), "pending", "not reviewed"),
        (held(ONE, filing(2), reviews=(review(ONE),)), "met", "w9-1.pdf"),
        (held(ONE, filing(2), reviews=(review(ONE), review(filing(2)))), "met", "w9-2.pdf"),
        (held(ENDS, reviews=(review(ENDS),)), "met", ""),
        (held(filing(kind=PaperKind.CV), reviews=(review(ONE),)), "missing", "no w9"),
        (held(filing(received_on=date(2026, 3, 3)), reviews=(review(ONE),)), "missing", "no w9"),
    ],
)
def test_a_paper_that_is_asked_for(given_file: ProviderFile, state: str, says: str) -> None:
    (one,) = asked_for(given_file, policy(documents=(W9,)), TODAY, CycleKind.INITIAL)
    assert (one.check, one.subject, one.state) == ("document", "w9", state)
    assert says in one.detail


@pytest.mark.parametrize(("on", "state"), [("2026-03-10", "met"), ("2026-03-11", "expired")])
def test_a_paper_holds_through_its_last_day(on: str, state: str) -> None:
    (one,) = asked_for(
        held(ENDS, reviews=(review(ENDS),)), policy(documents=(W9,)), date.fromisoformat(on), CycleKind.INITIAL
    )
    assert (one.state, one.valid_until) == (state, date(2026, 3, 10))


def test_what_came_after_an_expired_one_says_what_is_next() -> None:
    later = date(2026, 3, 20)
    new = filing(2, received_on=date(2026, 3, 12))
    assert asked(held(ENDS, new, reviews=(review(ENDS),)), W9, on=later) == [("w9", "pending")]
    turned_down = review(new, accepted=False, on=date(2026, 3, 13))
    assert asked(held(ENDS, new, reviews=(review(ENDS), turned_down)), W9, on=later) == [("w9", "missing")]


@pytest.mark.parametrize(
    ("line", "expected"),
    [
        ({"kind": "w9"}, ["w9"]),
        ({"kind": "w9", "professions": ["MD"]}, []),
        ({"kind": "w9", "professions": ["MD", "LCSW"]}, ["w9"]),
        ({"kind": "w9", "states": ["UT"]}, []),
        ({"kind": "w9", "states": ["TX", "CO"]}, ["w9"]),
        ({"kind": "w9", "cycles": ["recredentialing"]}, []),
        ({"kind": "license"}, ["license CO 0012345", "license TX 77"]),
        ({"kind": "license", "states": ["TX"]}, ["license TX 77"]),
        ({"kind": "dea"}, []),
        ({"kind": "coi"}, ["coi"]),
        ({"kind": "explanation", "credential": "malpractice"}, ["explanation Prairie Mutual MP-1"]),
    ],
)
def test_of_whom_a_paper_is_asked(line: dict[str, Any], expected: list[str]) -> None:
    given_file = file(
        license(),
        license("TX", "77"),
        license("UT", "88"),
        malpractice(),
        who=provider(states_of_practice=("CO", "TX")),
    )
    assert [subject for subject, _state in asked(given_file, DocumentLine(**line))] == expected


def test_a_paper_of_one_license_is_none_of_another() -> None:
    of_texas = filing(kind=PaperKind.LICENSE, credential="license TX 77")
    given_file = replace(
        file(license(), license("TX", "77"), who=provider(states_of_practice=("CO", "TX"))),
        filings=(of_texas,),
        filing_reviews=(review(of_texas),),
    )
    found = asked_for(given_file, policy(documents=(DocumentLine(kind=PaperKind.LICENSE),)), TODAY, CycleKind.INITIAL)
    assert [(one.jurisdiction, one.state) for one in found] == [("CO", "missing"), ("TX", "met")]


def test_a_certificate_holds_to_the_last_day_that_is_covered() -> None:
    coi = filing(kind=PaperKind.COI, expires_on=date(2026, 3, 3), credential="malpractice Prairie Mutual MP-1")
    given_file = held(coi, reviews=(review(coi),))
    line = DocumentLine(kind=PaperKind.COI)
    assert asked(given_file, line, on=date(2026, 3, 2)) == [("coi", "met")]
    assert asked(given_file, line, on=date(2026, 3, 3)) == [("coi", "expired")]


def _certificate(number: int, policy_number: str, begins: str, ends: str, **changes: Any) -> Filing:
    said = {"policy_number": policy_number, "effective_on": begins, "expires_on": ends}
    until = date.fromisoformat(ends)
    return filing(number, PaperKind.COI, expires_on=until, fields=said, **changes)


def _coi(on: str, *filings: Filing) -> tuple[Any, str]:
    """Return how the line `coi` stands on a day, and which of accepted certificates counts then."""
    given_file = held(*filings, reviews=tuple(review(one) for one in filings))
    day = date.fromisoformat(on)
    (one,) = asked_for(given_file, policy(documents=(DocumentLine(kind=PaperKind.COI),)), day, CycleKind.INITIAL)
    (counts,) = [paper.filing.id for paper in papers(given_file, day) if paper.counts]
    return one.state.value, counts


def test_a_certificate_of_a_policy_yet_to_begin_meets_nothing() -> None:
    coming = _certificate(1, "MP-2", "2026-09-01", "2027-09-01")
    assert _coi("2026-08-31", coming) == ("missing", "f1")
    assert _coi("2026-09-01", coming) == ("met", "f1")


def test_the_certificate_of_the_policy_in_force_counts_whatever_came_after_it() -> None:
    now = _certificate(1, "MP-1", "2025-09-01", "2026-09-01")
    coming = _certificate(2, "MP-2", "2026-09-01", "2027-09-01")
    past = _certificate(3, "MP-0", "2024-09-01", "2025-09-01")
    assert _coi("2026-08-31", now, coming, past) == ("met", "f1")
    assert _coi("2026-09-01", now, coming, past) == ("met", "f2")
    late = _certificate(2, "MP-2", "2026-09-15", "2027-09-15")
    assert _coi("2026-09-10", now, late) == ("expired", "f1")


def test_a_corrected_certificate_of_one_term_counts_though_it_ends_earlier() -> None:
    slip = _certificate(1, "MP-1", "2025-09-01", "2026-12-01")
    right = _certificate(2, "mp 1", "2025-09-01", "2026-09-01")
    assert _coi("2026-10-01", slip, right) == ("expired", "f2")


@pytest.mark.parametrize(
    ("given_file", "opens"),
    [
        (held(), []),
        (held(ONE), [("staff", "review document w9")]),
        (held(ONE, reviews=(review(ONE),)), []),
        (held(ONE, reviews=(review(ONE, accepted=False),)), [("provider", "send document w9 again")]),
        (held(ONE, filing(2), reviews=(review(ONE, accepted=False), review(filing(2)))), []),
        (
            held(ONE, filing(2), reviews=(review(ONE), review(filing(2), accepted=False))),
            [("provider", "send document w9 again")],
        ),
        (held(ENDS, reviews=(review(ENDS),)), []),
    ],
)
def test_what_is_open_where_nothing_is_asked_for(given_file: ProviderFile, opens: list[tuple[str, str]]) -> None:
    found = [(one.who, one.what.partition(":")[0]) for one in open_papers(given_file, policy(), TODAY, {})]
    assert found == opens


def test_a_paper_of_a_credential_ends_with_it() -> None:
    of_license = filing(1, PaperKind.LICENSE, credential=credential_key(license()), expires_on=date(2027, 3, 31))
    other = filing(2, expires_on=date(2026, 12, 31))
    given_file = held(of_license, other, reviews=(review(of_license), review(other)))
    assert [paper.filing.id for paper in ending(given_file, TODAY)] == ["f2"]


@pytest.mark.parametrize(
    ("kind", "key", "found"),
    [
        ("license", "CO", 1), ("license", "co", 1), ("license", "0012345", 1), ("license", "license CO 0012345", 1),
        ("license", "CO 0012345", 1), ("license", "TX", 0), ("license", None, 1), ("coi", "Prairie Mutual", 1),
        ("explanation", None, 0), ("explanation", "MP-1", 1), ("dea", None, 0),
    ],
)  # fmt: skip
def test_a_credential_is_named_by_what_tells_it(kind: str, key: str | None, found: int) -> None:
    assert len(credential_named(file(license(), malpractice()), PaperKind(kind), key)) == found
