import pytest
from factories import provider
from hypothesis import given
from hypothesis import strategies as st

from credkit.screening.names import FORMER_NAME, claimed_names, compare, fold, person_name, readings, same_person_name


@pytest.mark.parametrize(
    ("text", "folded"),
    [
        ("O'Brien", "obrien"),
        ("O\u2019BRIEN", "obrien"),
        ("Garc\u00eda-L\u00f3pez", "garcia lopez"),
        ("  de   la\tCRUZ ", "de la cruz"),
        ("St. John", "st john"),
        ("Stra\u00dfe", "strasse"),
        ("\u0141ukasz S\u00f8rensen", "lukasz sorensen"),
        ("--", ""),
        ("", ""),
        (None, ""),
    ],
)
def test_folding(text: str | None, folded: str) -> None:
    assert fold(text) == folded


@given(st.text())
def test_folding_again_changes_nothing(text: str) -> None:
    assert fold(fold(text)) == fold(text)


@pytest.mark.parametrize(
    ("first", "last", "middle", "suffix"),
    [
        ("Thomas", "Reed", None, "Jr."),
        ("Thomas", "Reed Jr", None, None),
        ("Thomas", "Reed, Jr., MD", None, None),
        ("THOMAS", "REED", "JR ", None),
        ("Thomas Jr", "Reed", None, None),
    ],
)
def test_a_suffix_is_found_wherever_it_hides(first: str, last: str, middle: str | None, suffix: str | None) -> None:
    name = person_name(first, last, middle, suffix)
    assert (name.first, name.middle, name.last, name.suffix) == ("thomas", "", "reed", "jr")


def test_a_name_that_looks_like_a_suffix_stays_a_name() -> None:
    assert person_name("Iii", "Md").last == "md"
    assert person_name("Lan", "Do").last == "do"


@pytest.mark.parametrize(
    ("claimed", "found", "level"),
    [
        (("Ana", "Marsh"), ("ANA", "MARSH"), "same"),
        (("Ana", "Marsh", "Lee"), ("ANA", "MARSH", "L"), "same"),
        (("Ana", "Marsh", "Lee"), ("ANA", "MARSH"), "same"),
        (("Shea", "O'Brien"), ("SHEA", "O BRIEN"), "same"),
        (("Luz", "De La Cruz"), ("LUZ", "DELACRUZ"), "same"),
        (("Mary Ann", "Marsh"), ("MARY", "MARSH", "ANN"), "same"),
        (("Ana", "Marsh", "Lee"), ("ANA", "MARSH", "RUTH"), "variant"),
        (("Thomas", "Reed", None, "Sr"), ("THOMAS", "REED", "JR"), "variant"),
        (("A", "Marsh"), ("ANA", "MARSH"), "variant"),
        (("Ana", "Marsh", "Ruth"), ("RUTH", "MARSH"), "variant"),
        (("Ruth", "Marsh"), ("ANA", "MARSH", "RUTH"), "variant"),
        (("Ana", "Marsh-Vale"), ("ANA", "VALE"), "variant"),
        (("Ana", "Vale"), ("ANA", "MARSH VALE"), "variant"),
        (("Ana", "Marsh"), ("MARSH", "ANA"), "variant"),
        (("Mary Ann", "Marsh"), ("MARY", "MARSH"), "variant"),
        (("Ana", "Marsh"), ("", "MARSH"), "variant"),
        (("Ana", "Marsh"), ("ANNA", "MARSH"), "different"),
        (("Ana", "Marsh"), ("ANA", "VALE"), "different"),
        (("Ana", "De Vale"), ("ANA", "DE REED"), "different"),
        (("Ana", "Marsh"), ("ANA", ""), "different"),
        (("", ""), ("", ""), "different"),
    ],
)
def test_comparing(claimed: tuple[str, ...], found: tuple[str, ...], level: str) -> None:
    likeness = compare(person_name(*claimed), person_name(*found))
    assert likeness.level == level
    assert bool(likeness.how) == (level != "same")


@pytest.mark.parametrize("former", ["Vale", "Ana Vale", "Vale, Ana", "Ana Ruth Vale"])
def test_a_former_name_is_a_variant_and_says_so(former: str) -> None:
    claimed = claimed_names(provider(former_names=(former,)))
    likeness = same_person_name(claimed, [person_name("ANA", "VALE")])
    assert (likeness.level, likeness.how) == ("variant", FORMER_NAME)


def test_the_closest_of_several_names_counts() -> None:
    claimed = claimed_names(provider(former_names=("Vale",)))
    names = [person_name("ANA", "REED"), person_name("ANA", "VALE"), person_name("ANA", "MARSH")]
    assert same_person_name(claimed, names).level == "same"


@pytest.mark.parametrize(
    "text", ["Ana Marsh", "ANA R. MARSH", "Marsh, Ana", "Dr. Ana Marsh, LCSW", "Ana Marsh LCSW", "Marsh, Ana, MD"]
)
def test_a_name_in_one_line_is_read(text: str) -> None:
    assert same_person_name(claimed_names(provider()), readings(text)).level == "same"


@pytest.mark.parametrize("text", [None, "", "LCSW", "Marsh Counseling LLC", "Ana Reed", "Marsh"])
def test_another_line_is_not_the_same_name(text: str | None) -> None:
    assert same_person_name(claimed_names(provider()), readings(text)).level != "same"


@given(st.text())
def test_any_line_can_be_read(text: str) -> None:
    readings(text, "Ana")
