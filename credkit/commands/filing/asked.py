"""What a certificate of insurance must say, asked for at a terminal."""

from collections.abc import Mapping

import typer

from credkit.documents.certificate import RETROACTIVE, Question, missing
from credkit.tables.cells import clean_text


def ask_for_what_is_missing(said: Mapping[str, str]) -> dict[str, str]:
    """Ask at the terminal for what a certificate must say and was not given; what cannot be read is asked for again."""
    answers = dict(said)
    while absent := missing(answers):  # the limit per claim may give both
        answers[absent[0].name] = _answer(absent[0])
    if answers["basis"].casefold().startswith("c") and not answers.get("retroactive_on"):
        answers["retroactive_on"] = _answer(RETROACTIVE)
    return answers


def _answer(question: Question) -> str:
    words = question.words if question.obligatory else f"{question.words} (Enter: not stated)"
    while True:
        said = str(typer.prompt(words, default=None if question.obligatory else "", show_default=False, err=True))
        try:
            if said.strip():
                question.read(clean_text(said))
        except ValueError as error:
            typer.echo(str(error), err=True)
        else:
            return said
