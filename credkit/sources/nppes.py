"""NPPES, the NPI registry (CMS): one number in, what the registry says of it out. API version 2.1.

The registry answers its own errors with HTTP 200, and an unknown number with an empty result. What it says is a fact only
when number, kind, name and status can all be read; anything else is no answer, and nothing may be concluded from it.
"""

import hashlib
import re
from datetime import date
from types import TracebackType
from typing import Literal, Self

from pydantic import BaseModel, ConfigDict, Field, StrictStr, ValidationError

from credkit import clock
from credkit.records import Evidence, NppesName, NppesRecord, NppesTaxonomy, SourceRef
from credkit.settings import NppesSettings
from credkit.sources import nppes_rows
from credkit.sources.client import Client, SourceUnavailable

NAME = "nppes"
#: The registry's number for "CMS deactivated NPI ...": its only error that is an answer.
_DEACTIVATED = "15"


class UnreadableAnswer(Exception):
    """The body is not an answer to the question; the message says why, quoting none of it."""


class _Payload(BaseModel):
    # Missing keys are ordinary here (the registry leaves out what is empty), new ones harmless.
    model_config = ConfigDict(extra="ignore", frozen=True, hide_input_in_errors=True)


class _Error(_Payload):
    number: StrictStr | int
    description: str | None = None


class _Basic(_Payload):
    status: StrictStr
    first_name: str | None = None
    last_name: str | None = None
    middle_name: str | None = None
    organization_name: str | None = None
    last_updated: str | None = None


class _OtherName(_Payload):
    type: str | None = None
    first_name: str | None = None
    last_name: str | None = None
    middle_name: str | None = None


class _Taxonomy(_Payload):
    code: str | None = None
    desc: str | None = None
    primary: bool | None = None
    state: str | None = None
    license: str | None = None


class _Result(_Payload):
    number: StrictStr | int  # an int in older recordings
    enumeration_type: Literal["NPI-1", "NPI-2"]
    basic: _Basic
    other_names: list[_OtherName] | None = None
    taxonomies: list[_Taxonomy] | None = None


class _Answer(_Payload):
    errors: list[_Error] | None = Field(default=None, alias="Errors")
    result_count: int | None = None
    results: list[_Result] | None = None


class Nppes:
    """The registry, asked over HTTP. Without a `client` it makes its own from the settings, and closes that one."""

    def __init__(self, settings: NppesSettings, client: Client | None = None) -> None:
        self._own = client is None
        self._client = client or Client(settings)

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()

    def close(self) -> None:
        """Close the connections, if they are ours."""
        if self._own:
            self._client.close()

    def look_up(self, npi: str) -> Evidence:
        """Ask for one NPI. Never raises for a bad answer or none: `problem` says why there are no facts."""
        params = {"version": "2.1", "number": npi}
        try:
            answer = self._client.get(params)
        except SourceUnavailable as unavailable:
            return Evidence(
                source=SourceRef(NAME, npi),
                address=self._client.address(params),
                fetched_at=clock.stamp(clock.now()),
                problem=str(unavailable),
            )
        return evidence_from_body(answer.body, npi, answer.address, answer.fetched_at)

    def reread(self, key: str, body: bytes, address: str, fetched_at: str) -> Evidence:
        """Return a kept body as the answer to an NPI."""
        return evidence_from_body(body, key, address, fetched_at)


def evidence_from_body(body: bytes, npi: str, address: str, fetched_at: str) -> Evidence:
    """Judge a body, fresh from the registry or stored long ago, as the answer to `npi`."""
    if nppes_rows.is_row(body):
        return nppes_rows.evidence_from_row(body, npi, address, fetched_at)
    facts, problem = None, None
    try:
        facts = parse(body, npi)
    except UnreadableAnswer as unreadable:
        problem = str(unreadable)
    return Evidence(
        source=SourceRef(NAME, npi),
        address=address,
        fetched_at=fetched_at,
        body=body,
        sha256=hashlib.sha256(body).hexdigest(),
        facts=facts,
        problem=problem,
        stated_on=facts.updated_on if facts else None,
    )


def parse(body: bytes, npi: str) -> NppesRecord:
    """Read an answer of the registry about `npi`.

    Error 15 is state "deactivated", an empty result is "unknown", status "A" is "active". Every other error, another
    status, more than one record, a record of another number, or a record without its names raises UnreadableAnswer.
    """
    answer = _read(body)
    if answer.errors:
        return _from_errors(answer, npi)
    results = answer.results
    if results is None or answer.result_count is None:
        raise UnreadableAnswer("its answer has neither results nor errors")
    if answer.result_count != len(results):
        raise UnreadableAnswer("its answer does not hold as many results as it says")
    if not results:
        return NppesRecord(npi=npi, state="unknown")
    if len(results) > 1:
        raise UnreadableAnswer(f"its answer holds {len(results)} records for one number")
    return _from_result(results[0], npi)


def _read(body: bytes) -> _Answer:
    body = body.removeprefix(b"\xef\xbb\xbf")
    if body.lstrip()[:1] == b"<":
        raise UnreadableAnswer("its answer is a web page, not JSON")
    try:
        return _Answer.model_validate_json(body)
    except ValidationError as error:
        first = error.errors(include_url=False, include_input=False, include_context=False)[0]
        if first["type"] == "json_invalid":
            raise UnreadableAnswer("its answer is not JSON") from None
        where = ".".join(str(part) for part in first["loc"]) or "the whole"
        raise UnreadableAnswer(f"its answer has a shape that we do not know, at {where}") from None


def _from_errors(answer: _Answer, npi: str) -> NppesRecord:
    assert answer.errors
    numbers = sorted({str(error.number) for error in answer.errors})
    if numbers != [_DEACTIVATED] or answer.results:
        known = [number if re.fullmatch(r"[0-9]{1,4}", number) else "without a number" for number in numbers]
        raise UnreadableAnswer(f"its answer is an error ({', '.join(known)})")
    for error in answer.errors:
        # The sentence names the number; it must be the one that we asked for.
        if any(number != npi for number in re.findall(r"(?<!\d)\d{10}(?!\d)", error.description or "")):
            raise UnreadableAnswer("its answer speaks of another number than the one asked for")
    return NppesRecord(npi=npi, state="deactivated")


def _from_result(result: _Result, npi: str) -> NppesRecord:
    basic = result.basic
    if str(result.number) != npi:
        raise UnreadableAnswer("its answer is the record of another number than the one asked for")
    if basic.status != "A":
        raise UnreadableAnswer("its record has a status that we do not know")
    individual = result.enumeration_type == "NPI-1"
    organization = _text(basic.organization_name)
    names: list[NppesName] = []
    if individual:
        first, last = _text(basic.first_name), _text(basic.last_name)
        if not (first and last):
            raise UnreadableAnswer("its record has no first or no last name")
        names.append(NppesName(first, last, _text(basic.middle_name)))
        for other in result.other_names or ():
            first, last = _text(other.first_name), _text(other.last_name)
            if first or last:
                names.append(NppesName(first, last, _text(other.middle_name), _text(other.type) or "Other Name"))
    elif not organization:
        raise UnreadableAnswer("its record of an organization has no name")
    return NppesRecord(
        npi=npi,
        state="active",
        individual=individual,
        organization="" if individual else organization,
        names=tuple(names),
        taxonomies=tuple(
            NppesTaxonomy(
                code=code,
                description=_text(line.desc),
                primary=bool(line.primary),
                state=_text(line.state) or None,
                license=_text(line.license) or None,
            )
            for line in result.taxonomies or ()
            if (code := _text(line.code))
        ),
        updated_on=_day(basic.last_updated),
    )


def _day(text: str | None) -> date | None:
    """Read a day of the registry; what is none is nothing, for nothing rests on it alone."""
    try:
        return date.fromisoformat(_text(text))
    except ValueError:
        return None


def _text(cell: str | None) -> str:
    """Return a cell of the registry as text; "--", which it prints for nothing, is nothing."""
    text = (cell or "").strip()
    return "" if text.strip("- ") == "" else text
