"""Forms laid over a store: what is written, what is set aside, mended and closed, and what a second time changes."""

import csv
import io
from collections.abc import Mapping, Sequence
from datetime import date
from pathlib import Path

import pytest
from desk import form
from factories import NPI, OTHER_NPI, TODAY, policy

from credkit.errors import Refused
from credkit.intake import step
from credkit.intake.plan import RowOutcome
from credkit.intake.reading import read_form
from credkit.intake.rejects import rejects_csv
from credkit.intake.step import PlannedRow, add_by_hand, edit, import_form
from credkit.safekeeping.verify_log import verify
from credkit.store import Store, new_id

POLICY = policy()
THIRD_NPI = "1000000020"

NEW, CHANGED, UNCHANGED = RowOutcome.NEW, RowOutcome.CHANGED, RowOutcome.UNCHANGED
CONFLICT, REJECTED = RowOutcome.CONFLICT, RowOutcome.REJECTED

Rows = Sequence[Mapping[str, str]]


def sheet_of(rows: Rows) -> bytes:
    header = list(dict.fromkeys(name for row in rows for name in row))
    text = io.StringIO()
    writer = csv.DictWriter(text, header, restval="")
    writer.writeheader()
    writer.writerows(rows)
    return text.getvalue().encode()


def take(
    store: Store, *rows: Mapping[str, str], content: bytes | None = None, dry_run: bool = False
) -> list[PlannedRow]:
    """Import rows as one CSV file from standard input."""
    with read_form(None, io.BytesIO(content or sheet_of(rows)), policy=POLICY, on=TODAY) as sheet:
        return list(import_form(store, sheet, policy(), today=TODAY, dry_run=dry_run))


def outcomes(planned: Sequence[PlannedRow]) -> list[RowOutcome]:
    return [row.outcome for row in planned]


def given_back(store: Store) -> list[dict[str, str]]:
    """Return the rejects as a person gets them: the rows of the file that is written for mending."""
    return list(csv.DictReader(io.StringIO(rejects_csv(store.rejects()).decode(), newline="")))


def state(store: Store) -> tuple[int, str]:
    return store.log_head()


def ben(**cells: str) -> dict[str, str]:
    """Return the form of Ben Okafor."""
    who = {
        "npi": OTHER_NPI,
        "first_name": "Ben",
        "last_name": "Okafor",
        "date_of_birth": "1979-01-02",
        "malpractice_insured_name": "Ben Okafor",
        "signed_name": "Ben Okafor",
    }
    return form(**who | cells)


def test_a_new_form_is_one_event_with_everything_in_it(store: Store) -> None:
    (planned,) = take(store, form())
    assert (planned.row, planned.npi, planned.outcome, planned.reject_id) == (2, NPI, NEW, None)
    file = store.provider_file(NPI)
    assert file.application is not None
    assert (file.application.signed_on, file.application.row_number) == (date(2026, 2, 20), 2)
    assert [cycle.opened_on for cycle in file.cycles] == [TODAY]
    assert len(file.credentials) == 4
    received = store.received_form(file.application.id)
    assert received is not None
    assert dict(received.cells) == form()
    (event,) = store.events()
    assert event.verb == "provider.added"


def test_an_application_names_its_file_by_hash(store: Store, tmp_path: Path) -> None:
    from hashlib import sha256

    path = tmp_path / "forms.csv"
    path.write_bytes(sheet_of([form()]))
    with read_form(path, policy=POLICY, on=TODAY) as sheet:
        list(import_form(store, sheet, policy(), today=TODAY))
    application = store.provider_file(NPI).application
    assert application is not None
    assert application.source_sha256 == sha256(path.read_bytes()).hexdigest()
    assert application.source_file == str(path)


def test_the_same_file_twice_changes_nothing(store: Store) -> None:
    rows = (form(), ben(), form(npi="1000000021"), ben(npi=THIRD_NPI, first_name=""))
    assert outcomes(take(store, *rows)) == [NEW, NEW, REJECTED, REJECTED]
    before = state(store)
    assert outcomes(take(store, *rows)) == [UNCHANGED, UNCHANGED, REJECTED, REJECTED]
    assert state(store) == before


def test_a_changed_form_is_one_more_application_and_names_its_fields(store: Store) -> None:
    take(store, form())
    (planned,) = take(store, form(phone="303-555-0100", signed_on="2026-03-01"))
    assert planned.outcome is CHANGED
    assert {change.field for change in planned.changes} == {"phone", "signed_on"}
    file = store.provider_file(NPI)
    assert file.provider.phone == "303-555-0100"
    assert file.application is not None
    assert file.application.signed_on == date(2026, 3, 1)
    assert len(file.cycles) == 1


def test_a_correction_without_the_signers_name_keeps_it(store: Store) -> None:
    take(store, form())
    cells = form(phone="303-555-0100")
    del cells["signed_name"]
    assert outcomes(take(store, cells)) == [CHANGED]
    application = store.provider_file(NPI).application
    assert application is not None
    assert application.signed_name == "Ana Marsh"


def test_a_form_signed_earlier_never_overwrites_a_later_one(store: Store) -> None:
    take(store, form(phone="303-555-0100"))
    (planned,) = take(store, form(phone="303-555-0199", signed_on="2026-02-01"))
    assert planned.outcome is CONFLICT
    assert [error.column for error in planned.errors] == ["signed_on"]
    assert store.provider_file(NPI).provider.phone == "303-555-0100"
    (reject,) = store.rejects()
    assert (reject.outcome, reject.npi) == ("conflict", NPI)
    assert dict(reject.cells)["phone"] == "303-555-0199"


def test_an_earlier_one_that_came_first_does_not_hold_up_the_later(store: Store) -> None:
    planned = take(store, form(signed_on="2026-02-01"))
    assert outcomes(planned) == [NEW]
    assert outcomes(take(store, form())) == [CHANGED]


def test_the_same_npi_twice_in_a_file(store: Store) -> None:
    planned = take(store, form(), form(), form(phone="303-555-0100"), ben())
    assert outcomes(planned) == [NEW, UNCHANGED, CONFLICT, NEW]
    assert "row 2 of this file" in planned[2].errors[0].reason
    assert store.provider_file(NPI).provider.phone is None


def test_two_people_with_one_npi_in_a_file(store: Store) -> None:
    planned = take(store, form(), ben(npi=NPI))
    assert outcomes(planned) == [NEW, CONFLICT]
    assert planned[1].errors[0].column == "npi"
    assert store.provider_file(NPI).provider.name == "Ana Marsh"


def test_two_people_with_one_npi_in_two_files(store: Store) -> None:
    take(store, form())
    (planned,) = take(store, ben(npi=NPI))
    assert (planned.outcome, planned.npi) == (CONFLICT, NPI)
    assert "1979" not in str(planned.errors)
    assert "1985" not in str(planned.errors)


def test_a_row_that_contradicts_the_store_leaves_its_npi_to_the_next(store: Store) -> None:
    take(store, form())
    assert outcomes(take(store, ben(npi=NPI), form(phone="303-555-0100"))) == [CONFLICT, CHANGED]


def test_a_rejected_row_is_kept_whole_with_its_reasons(store: Store) -> None:
    bad = form(npi="1000000021", email="ana", signed_on="02/30/2026", remark='said "no, thanks"\r\ntwice')
    (planned,) = take(store, bad)
    assert planned.outcome is REJECTED
    assert planned.npi is None
    assert {error.column for error in planned.errors} == {"npi", "email", "signed_on"}
    (reject,) = store.rejects()
    assert reject.id == planned.reject_id
    assert dict(reject.cells) == bad
    assert reject.row_number == 2
    (line,) = given_back(store)
    assert {name: line[name] for name in bad} == bad
    assert line["reject_id"] == reject.id
    assert "check digit" in line["reject_reasons"]


def test_mended_rows_are_taken_and_their_rejects_closed(store: Store) -> None:
    rows = (form(npi="1000000021"), ben(signed_on="02/30/2026"))
    take(store, *rows)
    lines = given_back(store)
    lines[0]["npi"] = NPI
    lines[1]["signed_on"] = "2026-02-28"
    assert outcomes(take(store, *lines)) == [NEW, NEW]
    assert store.rejects() == []
    assert {reject.closed_by for reject in store.rejects(closed=True)} == {
        file.application.id for file in store.provider_files() if file.application
    }
    before = state(store)
    assert outcomes(take(store, *rows)) == [REJECTED, REJECTED]
    assert outcomes(take(store, *lines)) == [UNCHANGED, UNCHANGED]
    assert store.rejects() == []
    assert state(store) == before


def test_a_row_mended_wrongly_stays_open_with_its_new_reasons(store: Store) -> None:
    take(store, form(npi="1000000021"))
    (line,) = given_back(store)
    assert outcomes(take(store, line | {"npi": NPI, "email": "nobody"})) == [REJECTED]
    (reject,) = store.rejects()
    assert reject.id == line["reject_id"]
    assert [column for column, _ in reject.errors] == ["email"]
    assert reject.cells["npi"] == NPI
    assert (reject.source_file, reject.row_number) == ("-", 2)
    (again,) = given_back(store)
    assert outcomes(take(store, again | {"email": "ana@example.org"})) == [NEW]
    assert store.rejects() == []


def test_a_mended_row_may_be_a_conflict_next(store: Store) -> None:
    take(store, form())
    take(store, ben(npi=""))
    (line,) = given_back(store)
    assert outcomes(take(store, line | {"npi": NPI})) == [CONFLICT]
    (reject,) = store.rejects()
    assert (reject.id, reject.outcome) == (line["reject_id"], "conflict")
    assert outcomes(take(store, line | {"npi": OTHER_NPI})) == [NEW]
    assert store.rejects() == []


def test_a_row_that_is_spoilt_after_it_was_mended_is_kept_too(store: Store) -> None:
    take(store, form(npi="1000000021"))
    (line,) = given_back(store)
    mended = line | {"npi": NPI}
    take(store, mended)
    (planned,) = take(store, mended | {"phone": "12", "signed_on": "2026-03-01"})
    assert planned.outcome is REJECTED
    (reject,) = store.rejects()
    assert reject.id == planned.reject_id != line["reject_id"]
    assert reject.cells["phone"] == "12"


def test_a_conflict_that_comes_back_as_it_was_stays_one(store: Store) -> None:
    """The first of the two rows is not in the file of rejects: laid over the store, this one would win."""
    ragged = b"npi,first_name,last_name,phone\n" + f"{OTHER_NPI},Ben,Okafor,303-555-0100,x\n".encode()
    take(store, content=ragged)
    take(store, form(), form(phone="303-555-0100"))
    lines = given_back(store)
    assert "extra_1" in lines[1]
    assert outcomes(take(store, lines[1])) == [CONFLICT]
    # A spreadsheet that saves the file writes its dates anew.
    assert outcomes(take(store, lines[1] | {"signed_on": "2/20/2026", "date_of_birth": "6/7/1985"})) == [CONFLICT]
    assert store.provider_file(NPI).provider.phone is None
    assert len(store.rejects()) == 2
    assert outcomes(take(store, lines[1] | {"signed_on": "2026-02-21"})) == [CHANGED]
    assert store.provider_file(NPI).provider.phone == "303-555-0100"


def test_a_conflict_whose_reasons_a_person_cleared_is_taken(store: Store) -> None:
    take(store, form(), form(phone="303-555-0100"), ben(npi=NPI))
    later, stranger = (line | {"reject_reasons": " "} for line in given_back(store))
    assert outcomes(take(store, later)) == [CHANGED]
    assert store.provider_file(NPI).provider.phone == "303-555-0100"
    assert outcomes(take(store, stranger)) == [CONFLICT]
    assert store.provider_file(NPI).provider.name == "Ana Marsh"


def test_a_ragged_row_that_comes_back_as_it_was_is_not_taken_for_a_whole_one(store: Store) -> None:
    content = b"npi,first_name,last_name,phone,signed_on\n" + f"{NPI},Ana,Marsh\n{OTHER_NPI},Ben,Okafor,,,x\n".encode()
    take(store, content=content)
    before = state(store)
    lines = given_back(store)
    assert outcomes(take(store, *lines)) == [REJECTED, REJECTED]
    assert state(store) == before
    (ana, _ben) = lines
    assert outcomes(take(store, ana | {"reject_reasons": ""})) == [NEW]


def test_a_conflict_that_has_settled_itself_is_closed(store: Store) -> None:
    take(store, form(), form(phone="303-555-0100"))
    assert outcomes(take(store, form(phone="303-555-0100"))) == [CHANGED]
    (line,) = given_back(store)
    assert outcomes(take(store, line)) == [UNCHANGED]
    assert store.rejects() == []


def test_a_mended_row_that_says_what_is_there_closes_its_reject(store: Store) -> None:
    take(store, form(), form(email="nobody"))
    (line,) = given_back(store)
    assert outcomes(take(store, line | {"email": form()["email"]})) == [UNCHANGED]
    assert store.rejects() == []
    (reject,) = store.rejects(closed=True)
    assert reject.closed_by == "row 2 of -"


def test_the_same_bad_row_twice_is_one_reject(store: Store) -> None:
    planned = take(store, form(npi=""), form(npi=""))
    assert outcomes(planned) == [REJECTED, REJECTED]
    assert planned[0].reject_id == planned[1].reject_id
    assert len(store.rejects()) == 1


def test_an_unknown_reject_id_is_an_ordinary_row(store: Store) -> None:
    assert outcomes(take(store, form() | {"reject_id": "R000000000000"})) == [NEW]


def test_a_formula_comes_back_as_text_and_as_it_was(store: Store) -> None:
    trap = '=HYPERLINK("http://example.org","x")'
    take(store, form(specialty=trap))
    (line,) = given_back(store)
    assert line["specialty"] == f"'{trap}"
    (reject,) = store.rejects()
    assert reject.cells["specialty"] == trap
    assert outcomes(take(store, line)) == [REJECTED]
    assert store.rejects()[0].cells["specialty"] == trap
    assert outcomes(take(store, line | {"specialty": "grief"})) == [NEW]


def test_ragged_rows_keep_every_cell(store: Store) -> None:
    content = b"npi,first_name,last_name\n" + f"{NPI},Ana,Marsh,left,over\n{OTHER_NPI},Ben\n".encode()
    assert outcomes(take(store, content=content)) == [REJECTED, REJECTED]
    longer, shorter = given_back(store)
    assert (longer["extra_1"], longer["extra_2"]) == ("left", "over")
    assert (shorter["first_name"], shorter["last_name"]) == ("Ben", "")
    mended = [longer | {"extra_1": "", "extra_2": ""}, shorter | {"last_name": "Okafor"}]
    assert outcomes(take(store, *mended)) == [NEW, NEW]
    assert store.rejects() == []


def test_a_dry_run_plans_and_writes_nothing(store: Store) -> None:
    take(store, form())
    before = state(store)
    content = store.path.read_bytes()
    rows = (form(phone="303-555-0100"), ben(), ben(), ben(phone="1"), ben(npi=NPI))
    planned = take(store, *rows, dry_run=True)
    assert outcomes(planned) == [CHANGED, NEW, UNCHANGED, REJECTED, CONFLICT]
    assert state(store) == before
    assert store.path.read_bytes() == content
    assert outcomes(take(store, *rows)) == outcomes(planned)


def test_batches_do_not_show(store: Store, monkeypatch: pytest.MonkeyPatch) -> None:
    """The same NPI in two batches is seen, and a stopped import keeps its whole batches."""
    monkeypatch.setattr(step, "BATCH", 2)
    rows = (form(), ben(), form(phone="303-555-0100"), form(), form(npi="1"))
    done: list[int] = []
    with read_form(None, io.BytesIO(sheet_of(rows)), policy=POLICY, on=TODAY) as sheet:
        planned = list(import_form(store, sheet, policy(), today=TODAY, progress=done.append))
    assert outcomes(planned) == [NEW, NEW, CONFLICT, UNCHANGED, REJECTED]
    assert done == [2, 4, 5]


def test_a_stopped_import_keeps_whole_batches_and_goes_on(store: Store, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(step, "BATCH", 2)
    rows = (form(), ben(), ben(npi=THIRD_NPI))
    with read_form(None, io.BytesIO(sheet_of(rows)), policy=POLICY, on=TODAY) as sheet:
        next(import_form(store, sheet, policy(), today=TODAY))
    assert [one.npi for one in store.providers()] == [NPI, OTHER_NPI]
    assert outcomes(take(store, *rows)) == [UNCHANGED, UNCHANGED, NEW]


def test_a_row_that_the_store_refuses_costs_its_batch_and_is_no_half_row(
    store: Store, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(step, "BATCH", 2)
    ids = iter(["twice", "twice"])
    rows = (form(), ben(), ben(npi=THIRD_NPI))

    def runs_out() -> str:
        return next(ids, None) or new_id()

    take(store, form())
    before = state(store)
    monkeypatch.setattr(step, "new_id", runs_out)
    with pytest.raises(Refused, match="such a record already"):
        take(store, *rows)
    assert state(store) == before
    assert [one.npi for one in store.providers()] == [NPI]


def test_everything_that_an_import_writes_is_in_the_log(store: Store) -> None:
    take(store, form(), form(phone="303-555-0100"), ben(npi="1"), ben())
    take(store, form(phone="303-555-0199", signed_on="2026-03-01"))
    lines = given_back(store)
    lines[1]["npi"] = THIRD_NPI
    take(store, *lines)
    assert verify(store).problems == []


# --- by hand --------------------------------------------------------------------------------------------------------


def test_a_file_opened_by_hand(store: Store) -> None:
    cells = {"first_name": "Ana", "last_name": "Marsh", "phone": "303-555-0100"}
    add_by_hand(store, NPI, cells, POLICY, today=TODAY)
    file = store.provider_file(NPI)
    assert file.provider.phone == "303-555-0100"
    assert len(file.cycles) == 1
    assert file.application is not None
    assert file.application.source_file == "provider add"


def test_facts_changed_and_emptied_by_hand(store: Store) -> None:
    take(store, form(middle_name="Q", former_names="Brook"))
    changes = edit(store, NPI, {"phone": "303-555-0100"}, POLICY, "called", clear=["middle_name"], today=TODAY)
    assert {(change.field, change.before, change.after) for change in changes} == {
        ("phone", None, "303-555-0100"),
        ("middle_name", "Q", None),
    }
    provider = store.provider_file(NPI).provider
    assert (provider.phone, provider.middle_name, provider.former_names) == ("303-555-0100", None, ("Brook",))
    assert [event.reason for event in store.events()][-1] == "called"


def test_former_names_are_set_by_hand_as_they_are_written(store: Store) -> None:
    take(store, form(former_names="Brok"))
    edit(store, NPI, {"former_names": "Brook"}, POLICY, "a typo", today=TODAY)
    assert store.provider_file(NPI).provider.former_names == ("Brook",)


def test_an_edit_that_changes_nothing_is_refused(store: Store) -> None:
    take(store, form())
    with pytest.raises(Refused, match="already so"):
        edit(store, NPI, {"email": "ana.marsh@example.org"}, POLICY, "no reason", today=TODAY)
