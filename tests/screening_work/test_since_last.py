"""`screen run --all --since last`: whoever it leaves out was truly found the same, and has a screening to show."""

import pytest
from desk import Desk, form
from factories import NPI

SINCE = ("screen", "run", "--all", "--since", "last")


@pytest.mark.parametrize("words", [SINCE, SINCE[:3]], ids=["since last", "everyone"])
def test_who_could_not_be_screened_in_between_is_screened_again(desk: Desk, words: tuple[str, ...]) -> None:
    """The last word on her is that nobody could say: no receipt renews that, so she is held against the list anew."""
    desk.take_in(form())
    desk.load_leie()
    desk.ok(*SINCE[:3])
    desk.live_on("2026-04-20")
    assert desk.run("verify", "run", NPI, "--check", "exclusions", "--again").code == 4
    desk.live_on("2026-04-21")
    desk.load_leie("2026-04-20")
    desk.ok(*words)
    one = desk.item("monitor", "proof", NPI, "--check", "exclusions")
    assert (one["outcome"], one["screened_on"], one["published_on"]) == ("clear", "2026-04-21", "2026-04-20")
