"""What never changes a result: how a name is written, who else is asked about, and in which order anything stands."""

import unicodedata
from collections.abc import Callable, Sequence
from dataclasses import replace

import pytest
from factories import TODAY, list_entry
from hypothesis import given
from hypothesis import strategies as st
from lookalikes import crowds, people, person, rows_like

from credkit.lists.ready import FileList, held_against
from credkit.records import ListEntry
from credkit.screening.columns import of_people
from credkit.screening.identity import Person, of_person
from credkit.screening.verdict import ScreeningResult, screen
from credkit.store.lists import ListRows

Crowd = tuple[list[Person], list[ListEntry]]


def results(everyone: Sequence[Person], entries: Sequence[ListEntry]) -> list[ScreeningResult]:
    """Hold people against a list as the commands do."""
    ready = FileList(ListRows.of(entries))
    return [
        screen(who, of_person(who), rows, TODAY)
        for who, rows in zip(everyone, held_against(of_people(everyone), ready), strict=True)
    ]


def _accents(text: str) -> str:
    return unicodedata.normalize("NFD", "".join(sign + ("\u0301" if sign in "aeiouAEIOU" else "") for sign in text))


#: Ways to write the same name.
WRITTEN: tuple[Callable[[str], str], ...] = (
    str.upper,
    str.lower,
    str.swapcase,
    lambda text: f"  {text} ",
    lambda text: text.replace(" ", "\t \u00a0"),
    lambda text: text.replace("-", " - "),
    lambda text: text.replace("'", "\u2019"),
    lambda text: f"{text}." if text else text,
    _accents,
    lambda text: unicodedata.normalize("NFC", _accents(text)),
)
written = st.sampled_from(WRITTEN)


@given(people(), st.data())
def test_how_a_person_is_written_changes_nothing(who: Person, data: st.DataObject) -> None:
    entries = [data.draw(rows_like(who, number)) for number in (2, 3)]
    other = replace(
        who,
        last_name=data.draw(written)(who.last_name),
        first_name=data.draw(written)(who.first_name),
        middle_name=data.draw(written)(who.middle_name),
        suffix=data.draw(written)(who.suffix),
        former_names=tuple(data.draw(written)(name) for name in who.former_names),
        address=f" {who.address.upper()}",
        city=data.draw(written)(who.city),
        state=who.state.lower(),
    )
    assert results([other], entries) == results([who], entries)


@given(people(), st.data())
def test_how_a_row_is_written_changes_nothing(who: Person, data: st.DataObject) -> None:
    entry = data.draw(rows_like(who))
    other = replace(
        entry,
        last_name=data.draw(written)(entry.last_name or "") or None,
        first_name=data.draw(written)(entry.first_name or "") or None,
        middle_name=data.draw(written)(entry.middle_name or "") or None,
        city=data.draw(written)(entry.city or "") or None,
    )
    (one,), (two,) = results([who], [entry]), results([who], [other])
    assert one.outcome == two.outcome
    assert [(c.score, c.reasons) for c in one.candidates] == [(c.score, c.reasons) for c in two.candidates]


def test_the_two_above_are_about_hits_too() -> None:
    (result,) = results([person(last_name="  o\u2019BRI\u00c9N. ")], [list_entry(last_name="OBRIEN")])
    assert result.outcome == "possible"


@given(crowds(), st.data())
def test_the_order_of_people_and_of_rows_changes_nothing(crowd: Crowd, data: st.DataObject) -> None:
    everyone, entries = crowd
    before = {who.id: result for who, result in zip(everyone, results(everyone, entries), strict=True)}
    others = data.draw(st.permutations(everyone))
    # A row keeps its number wherever it stands.
    after = results(others, data.draw(st.permutations(entries)))
    assert {who.id: result for who, result in zip(others, after, strict=True)} == before


@given(crowds())
def test_a_person_alone_gets_what_they_get_in_a_crowd(crowd: Crowd) -> None:
    everyone, entries = crowd
    assert [results([who], entries)[0] for who in everyone] == results(everyone, entries)


@given(crowds())
def test_adding_a_row_never_removes_a_hit(crowd: Crowd) -> None:
    everyone, (*entries, added) = crowd
    for before, after in zip(results(everyone, entries), results(everyone, [*entries, added]), strict=True):
        assert set(before.candidates) <= set(after.candidates)
        if before.outcome in {"match", "possible"}:
            assert after.outcome in {before.outcome, "match"}


@given(crowds())
def test_what_is_left_out_would_not_have_been_shown(crowd: Crowd) -> None:
    """Finding candidates first costs no row that a comparison with the whole list takes for a match, or of one first name and day."""
    everyone, entries = crowd
    for who, result in zip(everyone, results(everyone, entries), strict=True):
        every = screen(who, of_person(who), entries, TODAY)
        assert set(result.candidates) <= set(every.candidates)
        lost = set(every.candidates) - set(result.candidates)
        assert "match" not in {one.verdict for one in lost}
        assert not any({"same first name", "same date of birth"} <= set(one.reasons) for one in lost)


@pytest.mark.parametrize("count", [1, 7, 300])
def test_a_list_of_any_length_finds_its_one_row(count: int) -> None:
    entries = [
        list_entry(row_number=n, last_name=f"X{'QZJ' * (n % 5)}", first_name="VESPER", date_of_birth="1950-01-01")
        for n in range(2, 2 + count)
    ]
    (result,) = results([person()], [*entries, list_entry(row_number=2 + count)])
    assert [one.entry.row_number for one in result.candidates] == [2 + count]
