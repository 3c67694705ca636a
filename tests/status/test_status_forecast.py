"""What ends in the coming weeks: by week and owner, and who would be stopped."""

from datetime import date, timedelta
from typing import Any

import pytest
from desk import Desk, form
from factories import NPI, OTHER_NPI
from hypothesis import given
from hypothesis import strategies as st

from credkit.commands.expiry import bar
from credkit.status.expiry import Expiry
from credkit.status.forecast import forecast, last_day_of

TODAY = date(2026, 3, 4)  # a Wednesday


def ends(day: str, npi: str = NPI, affects: tuple[str, ...] = (), band: str | None = "30") -> Expiry:
    on = date.fromisoformat(day)
    return Expiry(npi, "Ana Marsh", "license", "CO", "1", on, (on - TODAY).days, band, affects)


def told(*found: Expiry, weeks: int = 2, owners: dict[str, str] | None = None) -> list[Any]:
    return [
        (str(one.monday), one.owner, one.lapses, one.stops, one.providers)
        for one in forecast(found, owners or {}, weeks, TODAY)
    ]


def test_a_week_with_nothing_is_said_to_have_nothing() -> None:
    assert told() == [("2026-03-02", None, 0, 0, ()), ("2026-03-09", None, 0, 0, ())]


def test_weeks_begin_on_monday_and_end_on_sunday() -> None:
    assert last_day_of(1, TODAY) == date(2026, 3, 8)
    assert last_day_of(12, date(2026, 3, 8)) == date(2026, 5, 24)
    found = told(ends("2026-03-08"), ends("2026-03-09"), ends("2026-03-16"))
    assert [(week, count) for week, _owner, count, *_ in found] == [("2026-03-02", 1), ("2026-03-09", 1)]


def test_what_is_past_is_in_no_week() -> None:
    past = (ends("2026-03-03", band="expired"), ends("2026-03-04", band="expired"))
    assert told(*past, weeks=1) == [("2026-03-02", None, 0, 0, ())]


def test_by_owner_and_who_would_be_stopped_once() -> None:
    stops = ("CO: Aspen Health",)
    found = told(
        ends("2026-03-05", affects=stops),
        ends("2026-03-06", affects=stops),
        ends("2026-03-06"),
        ends("2026-03-06", OTHER_NPI, stops),
        weeks=1,
        owners={NPI: "maria"},
    )
    assert found == [("2026-03-02", "maria", 3, 2, (NPI,)), ("2026-03-02", None, 1, 1, (OTHER_NPI,))]


@given(st.lists(st.integers(min_value=0, max_value=200), max_size=40), st.integers(min_value=1, max_value=30))
def test_every_date_to_come_is_in_one_week(days: list[int], weeks: int) -> None:
    found = [ends((TODAY + timedelta(days=day)).isoformat()) for day in days]
    until = last_day_of(weeks, TODAY)
    counted = sum(one.lapses for one in forecast(found, {}, weeks, TODAY))
    assert counted == sum(one.expires_on <= until for one in found)


@pytest.mark.parametrize(
    ("lapses", "stops", "most", "drawn"),
    [(0, 0, 0, ""), (3, 1, 3, "█░░"), (32, 0, 64, "░" * 16), (2, 1, 1000, "█░"), (5, 5, 5, "█" * 5)],
)
def test_a_bar_is_to_scale_and_shows_what_is_there(lapses: int, stops: int, most: int, drawn: str) -> None:
    assert bar(lapses, stops, most) == drawn


def test_the_forecast_as_bars_and_as_rows(desk: Desk) -> None:
    desk.take_in(form(license_1_expires_on="2026-04-15"))
    desk.load_leie()
    desk.verify_all()
    desk.approve()
    desk.enroll(effective="2026-03-02")
    desk.ok("provider", "assign", NPI, "--owner", "maria")
    items = desk.items("expiry", "--forecast", "12w")
    assert len(items) == 12
    (week,) = [one for one in items if one["stops"]]
    assert week == {"week_of": "2026-04-13", "owner": "maria", "lapses": 1, "stops": 1, "providers": [NPI]}
    table = desk.ok("expiry", "--forecast", "12w", "--format", "table").out
    assert "█" in table
    plain = desk.ok("expiry", "--forecast", "12w", "--format", "plain").out
    assert "2026-04-13\tmaria\t1\t1" in plain
    assert "week_of,owner,lapses,stops,providers" in desk.ok("expiry", "--forecast", "12w", "--format", "csv").out
    assert sum(one["lapses"] for one in desk.items("expiry", "--forecast", "1")) == 0

    one = next(one for one in desk.items("expiry", "--within", "60") if one["kind"] == "license")
    assert (one["affects"], one["last_day"]) == (["CO: Aspen Health"], "2026-04-15")


def test_the_last_day_of_malpractice_is_the_one_before_and_what_stopped_is_still_said(desk: Desk) -> None:
    desk.take_in(form())
    desk.load_leie()
    desk.verify_all()
    desk.approve()
    desk.enroll(effective="2026-03-02")
    desk.live_on("2026-08-20")
    desk.load_leie("2026-08-19")
    desk.ok("screen", "run", "--all")
    desk.look_up_by_hand(NPI, "license")

    def cover() -> Any:
        return next(one for one in desk.items("expiry") if one["kind"] == "malpractice")

    assert (cover()["affects"], cover()["last_day"]) == (["CO: Aspen Health"], "2026-08-31")
    assert desk.item("ready", NPI, "--on", "2026-08-31")["ready"]
    desk.live_on("2026-09-03")
    assert (cover()["band"], cover()["affects"], cover()["last_day"]) == ("expired", ["CO: Aspen Health"], "2026-08-31")


@pytest.mark.parametrize("words", [("0w",), ("105",), ("12m",), ("",), ("12w", "--within", "30"), ("12w", "--expired")])
def test_what_is_no_forecast(desk: Desk, words: tuple[str, ...]) -> None:
    assert desk.run("expiry", "--forecast", *words).code == 2
