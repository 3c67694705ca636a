"""What the commands of screening print is what their schemas say, in every format."""

import csv
import io
import json

import pytest
from desk import LEIE, Desk, form
from factories import NPI

from credkit.commands.items.schemas import model

ROW = "MARSH,ANA,,,IND- LIC HC SERV PRO,SOCIAL WORKER,,0000000000,19850607,1 ELM ST,DENVER,CO,80201,1128a1,20190718,00000000,00000000,\r\n"


@pytest.fixture
def worked(desk: Desk) -> Desk:
    """A hit that one person ruled to be nobody, where the policy asks for a second."""
    text = desk.ok("policy", "show").out.replace("second_person = []", 'second_person = ["no-match"]')
    path = desk.folder / "ours.toml"
    path.write_text(text.replace('name = "group-practice"', 'name = "ours"'), encoding="utf-8")
    desk.ok("policy", "adopt", path)
    desk.take_in(form(city="Denver", state="CO"))
    desk.load_leie("2026-03-01", LEIE + ROW)
    assert desk.run("screen", "run", "--all").code == 10
    short = desk.item("screen", "review")["short"]
    desk.ok("screen", "resolve", short, "no-match", "--reason", "other license")
    return desk


@pytest.mark.parametrize(
    ("schema", "words"),
    [
        ("hit", ("screen", "review")),
        ("request", ("confirm",)),
        ("screening", ("screen", "show", NPI)),
        ("screening_receipt", ("screen", "receipts")),
        ("monitoring", ("monitor", "proof")),
    ],
)
def test_every_format_has_every_item(worked: Desk, schema: str, words: tuple[str, ...]) -> None:
    document = worked.ok(*words, "--json").json()
    assert document["schema"] == f"credkit.{schema}/1"
    assert document["items"]
    fields = list(model(schema).model_fields)
    for item in document["items"]:
        assert json.loads(model(schema).model_validate(item).model_dump_json()) == item
        assert list(item) == fields
    lines = worked.ok(*words, "--format", "ndjson").out.splitlines()
    assert [json.loads(line) for line in lines] == document["items"]
    table = list(csv.DictReader(io.StringIO(worked.ok(*words, "--format", "csv").out)))
    assert [list(row) for row in table] == [fields] * len(lines)
    assert len(worked.ok(*words).out.splitlines()) == len(lines)
    assert "\x1b" not in worked.ok(*words, "--format", "table").out


def test_a_ruling_is_what_its_schema_says(worked: Desk) -> None:
    item = worked.item("screen", "resolve", worked.item("screen", "review")["short"], "match", "--reason", "x")
    assert json.loads(model("resolution").model_validate(item).model_dump_json()) == item
