"""Every way in which a board fails is a problem in words, and never a record."""

from collections.abc import Iterator

import pytest
from boards import ROWS, TX_SW, everything, found, look_up

from credkit.demo.boards import BoardFault, BoardServer, Row


@pytest.fixture
def server() -> Iterator[BoardServer]:
    with BoardServer(everything()) as running:
        yield running


@pytest.mark.parametrize("state", ROWS)
@pytest.mark.parametrize(
    ("fault", "problem"),
    [
        (BoardFault.HTML, "its answer is a web page, not JSON"),
        (BoardFault.TRUNCATED, "its answer is not JSON, or not all of it"),
        (BoardFault.EMPTY, "its answer is empty"),
        (BoardFault.WRONG_TYPE, "its answer is not JSON, or not all of it"),
        (BoardFault.ERROR_BODY, "its answer is an error (internal-error)"),
        (BoardFault.FORBIDDEN, "it answered HTTP 403"),
        (BoardFault.TOO_MANY, "it answered HTTP 429"),
        (BoardFault.SERVER_ERROR, "it answered HTTP 500"),
        (BoardFault.REDIRECT, "it sent us to another address (HTTP 302); see the url in the settings"),
        (BoardFault.STALL, "it did not answer in time"),
        (BoardFault.DROP, "the connection broke off"),
        (BoardFault.CUT_OFF, "its answer may be cut off: it has 500 rows for one number"),
    ],
)
def test_every_failure_is_a_problem_and_never_a_record(
    server: BoardServer, state: str, fault: BoardFault, problem: str
) -> None:
    dataset, _row, number = ROWS[state]
    server.fail(dataset, fault)
    evidence = look_up(server, state, number, timeout_seconds=0.3)
    assert evidence.facts is None
    assert evidence.problem is not None
    assert evidence.problem.startswith(problem)
    assert evidence.configured
    assert evidence.address.startswith(server.url)
    # The same for the same trouble, so that a run can count troubles: nothing of the question is in it.
    assert number not in evidence.problem
    assert "quillon" not in evidence.problem.lower()


def test_a_429_that_says_when_is_asked_again(server: BoardServer) -> None:
    server.fail_next(1, BoardFault.TOO_MANY_SOON)
    assert look_up(server, "WA", "61321872", attempts=2).problem is None


@pytest.mark.parametrize(
    ("state", "dataset", "column"),
    [
        ("WA", "qxh8-f4bd", "credentialnumber"),
        ("WA", "qxh8-f4bd", "actiontaken"),
        ("CO", "7s5z-vewr", "programaction"),
        ("CT", "ngch-56tr", "statusreason"),
        ("IL", "pzzh-kp68", "ever_disciplined"),
        ("DE", "pjnv-eaih", "license_status"),
        ("DE", "dz6p-akeq", "item_text"),
        ("TX", "tm3v-pfq9", "disciplinary_status"),
        ("TX", "tgb2-j935", "lincense_expiration_date"),
        ("TX", "LPC", "LIC_STATUS"),
    ],
)
def test_a_renamed_column_is_named(server: BoardServer, state: str, dataset: str, column: str) -> None:
    server.gone[dataset] = frozenset({column})
    evidence = look_up(server, state, "1234567")
    assert evidence.facts is None
    assert f"column {column} any more" in (evidence.problem or "")
    assert dataset in (evidence.problem or "")
    server.mend()
    assert look_up(server, state, "1234567").problem is None


def test_several_renamed_columns_are_all_named(server: BoardServer) -> None:
    server.gone["qxh8-f4bd"] = frozenset({"status", "lastname"})
    assert "columns lastname, status any more" in (look_up(server, "WA", "61321872").problem or "")


def test_a_column_that_may_be_missing_is_left_out_and_doubted(server: BoardServer) -> None:
    server.gone["jnzg-cr4w"] = frozenset({"apn_status", "lincense_expiration_date"})
    nurse: Row = {
        "license_number": 112233,
        "last_name": "QUILLON",
        "first_name": "VESPER",
        "license_status": "CURRENT (C)",
        "apn_category": "NURSE PRACTITIONER",
    }
    server.rows["jnzg-cr4w"] = [nurse]
    (one,) = found(server, "TX", "112233")
    assert (one.license_type, one.status) == ("APRN NURSE PRACTITIONER", "CURRENT (C)")
    assert one.doubts == ("lincense_expiration_date is blank",)


@pytest.mark.parametrize("name", ["tm3v-pfq9", "tgb2-j935", "yjie-tuwv", "jnzg-cr4w"])
def test_a_board_of_texas_that_does_not_answer_might_be_the_one(server: BoardServer, name: str) -> None:
    server.fail(name, BoardFault.SERVER_ERROR)
    evidence = look_up(server, "TX", "712345")
    assert evidence.facts is None
    assert (evidence.problem or "").startswith("it answered HTTP 500 (")


def test_delaware_without_its_register_of_actions_is_no_answer(server: BoardServer) -> None:
    server.fail("dz6p-akeq", BoardFault.SERVER_ERROR)
    assert look_up(server, "DE", "Q1-0012345").problem == "it answered HTTP 500 (discipline)"


@pytest.mark.parametrize(
    ("fault", "problem"),
    [
        (BoardFault.HTML, "its file SW.csv is a web page, not CSV"),
        (BoardFault.EMPTY, "its answer is empty"),
        (BoardFault.WRONG_TYPE, "its file SW.csv has no columns LIC_TYPE"),
        (BoardFault.TRUNCATED, "its file SW.csv is cut off in its last row"),
        (BoardFault.FORBIDDEN, "it answered HTTP 403"),
        (BoardFault.SERVER_ERROR, "it answered HTTP 500"),
        (BoardFault.DROP, "the connection broke off"),
    ],
)
def test_the_councils_files_fail_in_words_too(fault: BoardFault, problem: str) -> None:
    with BoardServer({"SW": [TX_SW]}) as server:
        server.fail("SW", fault)
        evidence = look_up(server, "TX", "54321")
    assert evidence.facts is None
    assert (evidence.problem or "").startswith(problem)


def test_a_row_that_cannot_be_told_apart_is_a_problem_for_its_number_alone(monkeypatch: pytest.MonkeyPatch) -> None:
    with BoardServer({"SW": [TX_SW]}) as server:
        whole = server.file("SW")
        header, row = whole.decode().splitlines()
        broken = f"{header}\r\n{row.replace('54321', '99999')},more\r\n{row}\r\n".encode()
        monkeypatch.setattr(server, "file", lambda name: broken if name == "SW" else header.encode())
        assert len(found(server, "TX", "54321")) == 1
        problem = "its file SW.csv has a row for the number that cannot be read (SW)"
        assert look_up(server, "TX", "99999").problem == problem


def test_a_file_that_failed_is_not_downloaded_again_for_every_number() -> None:
    from credkit.sources.boards import open_boards

    with BoardServer({"SW": [TX_SW]}) as server, open_boards(server.settings())["board:TX"] as board:
        server.fail("LPC", BoardFault.SERVER_ERROR)
        assert board.look_up("54321").problem == board.look_up("54322").problem == "it answered HTTP 500 (LPC)"
        assert sum(question.path == "/csv/LPC.csv" for question in server.received) == 1


@pytest.mark.parametrize("number", ["", "N/A", "pending", "---"])
def test_a_number_without_a_digit_is_not_asked_for(server: BoardServer, number: str) -> None:
    evidence = look_up(server, "CO", number)
    assert (evidence.facts, evidence.problem) == (None, "the license number on file has no digit in it")
    assert server.received == []


def test_a_server_that_is_gone() -> None:
    with BoardServer() as closed:
        pass
    assert look_up(closed, "WA", "61321872").problem == "no connection to 127.0.0.1"
