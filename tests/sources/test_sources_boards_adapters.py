"""Each state's dataset with its traps: what the board has is what the record says, whatever its shape."""

import json
from collections.abc import Iterator
from dataclasses import replace
from datetime import date

import pytest
from boards import CO, CT, DE, IL, ROWS, TX_MD, TX_RN, TX_SW, WA, answer, everything, found, look_up

from credkit.demo.boards import BoardServer
from credkit.records import BoardName, BoardRecord, SourceRef
from credkit.settings import Settings
from credkit.sources.boards import BOARDS, evidence_from_body, open_boards
from credkit.sources.boards.parts import Part, packed
from credkit.sources.boards.socrata import quoted


@pytest.fixture
def server() -> Iterator[BoardServer]:
    with BoardServer(everything()) as running:
        yield running


@pytest.mark.parametrize(
    ("state", "number", "record"),
    [
        (
            "WA",
            "61321872",
            BoardRecord(
                "MHC.LH.61321872",
                (BoardName("Vesper", "Quillon", "Ann"),),
                "Mental Health Counselor License",
                "ACTIVE",
                date(2027, 3, 31),
                date(2015, 4, 1),
                link="/d/qxh8-f4bd",
            ),
        ),
        (
            "CO",
            "12345",
            BoardRecord(
                "12345",
                (BoardName("Vesper", "Quillon"),),
                "LPC",
                "Active",
                date(2027, 8, 31),
                date(2015, 4, 1),
                link="https://example.org/verify/12345",
            ),
        ),
        (
            "CT",
            "12345",
            BoardRecord(
                "6.012345",
                (BoardName(whole="VESPER A QUILLON"),),
                "Licensed Clinical Social Worker",
                "ACTIVE (CURRENT)",
                date(2027, 3, 31),
                date(2015, 4, 1),
                link="/d/ngch-56tr",
            ),
        ),
        (
            "IL",
            "149012345",
            BoardRecord(
                "149012345",
                (BoardName("VESPER", "QUILLON", "ANN"),),
                "LICENSED CLINICAL SOCIAL WORKER",
                "ACTIVE",
                date(2027, 11, 30),
                date(2015, 4, 1),
                link="/d/pzzh-kp68",
            ),
        ),
        (
            "DE",
            "Q1-0012345",
            BoardRecord(
                "Q1-0012345",
                (BoardName("Vesper", "Quillon"),),
                "Licensed Clinical Social Worker",
                "Active",
                date(2027, 1, 31),
                date(2015, 4, 1),
                link="/d/pjnv-eaih",
            ),
        ),
        (
            "TX",
            "Q1234",
            BoardRecord(
                "Q1234",
                (BoardName("VESPER", "QUILLON"),),
                "Physician",
                "Active",
                date(2027, 5, 31),
                link="/d/tm3v-pfq9",
            ),
        ),
        (
            "TX",
            "RN 712345",
            BoardRecord(
                "712345",
                (BoardName("VESPER", "QUILLON"),),
                "Registered Nurse (RN)",
                "CURRENT (C)",
                date(2027, 1, 31),
                date(2015, 4, 1),
                link="/d/tgb2-j935",
            ),
        ),
        (
            "TX",
            "54321",
            BoardRecord(
                "54321",
                (BoardName("Vesper", "Quillon", "Ann"),),
                "SW LCSW",
                "Active",
                date(2027, 10, 31),
                link="https://www.bhec.texas.gov",
            ),
        ),
    ],
)
def test_what_each_board_has(server: BoardServer, state: str, number: str, record: BoardRecord) -> None:
    (one,) = found(server, state, number)
    assert one.link.endswith(record.link)
    assert replace(one, link="") == replace(record, link="")


@pytest.mark.parametrize(
    ("state", "number"),
    [
        ("WA", "MHC.LH.61321872"),
        ("WA", "LH 61321872"),
        ("WA", "61-32-1872"),
        ("CO", "0012345"),
        ("CO", "LPC.0012345"),
        ("CO", "lpc 12345"),
        ("CT", "6.012345"),
        ("CT", "012345"),
        ("IL", "149.012345"),
        ("IL", "149-012345"),
        ("DE", "Q10012345"),
        ("DE", "0012345"),
        ("TX", "q-1234"),
        ("TX", "712345"),
        ("TX", "LCSW 54321"),
    ],
)
def test_a_number_is_found_however_it_is_written(server: BoardServer, state: str, number: str) -> None:
    assert len(found(server, state, number)) == 1


@pytest.mark.parametrize("state", ROWS)
def test_no_row_is_an_answer(server: BoardServer, state: str) -> None:
    assert found(server, state, "99999999") == ()
    assert answer(look_up(server, state, "99999999")).complete is (state != "TX")


@pytest.mark.parametrize("state", ROWS)
def test_what_was_kept_is_judged_again_without_the_network(server: BoardServer, state: str) -> None:
    _dataset, _row, number = ROWS[state]
    fresh = look_up(server, state, number)
    assert fresh.source == SourceRef(f"board:{state}", number)
    assert evidence_from_body(fresh.source.name, fresh.body, number, fresh.address, fresh.fetched_at) == fresh
    assert evidence_from_body(fresh.source.name, b"{}", number, "", "").problem


@pytest.mark.parametrize("state", ROWS)
def test_a_token_goes_to_the_board_and_into_nothing_else(server: BoardServer, state: str) -> None:
    evidence = look_up(server, state, ROWS[state][2], key="app-token-0815")
    asked = [question.query.get("$$app_token") for question in server.received if "/resource/" in question.path]
    assert set(asked) == {"app-token-0815"}
    assert not any("app-token" in str(question) for question in server.received if "/csv/" in question.path)
    assert "app-token" not in evidence.address + str(evidence.facts) + evidence.body.decode()


def test_birth_years_and_homes_are_not_asked_for(server: BoardServer) -> None:
    for state, (_dataset, _row, number) in ROWS.items():
        assert b"1980" not in look_up(server, state, number).body
    asked = ",".join(question.query.get("$select", "") for question in server.received)
    assert not any(column in asked for column in ("birthyear", "zip", "city", "county"))


def test_a_quote_in_a_number_stays_a_quote(server: BoardServer) -> None:
    assert quoted("1'2") == "'1''2'"
    assert found(server, "CO", "12345' OR '1'='1") == ()
    assert found(server, "WA", "%61321872'") != ()


# --- the traps ------------------------------------------------------------------------------------------------------


def test_wa_gives_both_twins() -> None:
    with BoardServer({"qxh8-f4bd": [WA | {"status": "SUPERSEDED", "expirationdate": "20220331"}, WA]}) as server:
        assert [record.status for record in found(server, "WA", "61321872")] == ["SUPERSEDED", "ACTIVE"]


@pytest.mark.parametrize(
    ("taken", "discipline"), [("No", ()), ("Yes", ("action taken: Yes",)), ("Pending", ("action taken: Pending",))]
)
def test_wa_says_whether_action_was_taken(taken: str, discipline: tuple[str, ...]) -> None:
    with BoardServer({"qxh8-f4bd": [WA | {"actiontaken": taken}]}) as server:
        assert found(server, "WA", "61321872")[0].discipline == discipline


def test_wa_takes_only_the_number_asked_for_of_those_that_end_alike() -> None:
    other = WA | {"credentialnumber": "MD.MD.60321872", "lastname": "Otherly"}
    with BoardServer({"qxh8-f4bd": [WA, other]}) as server:
        assert [record.number for record in found(server, "WA", "61321872")] == ["MHC.LH.61321872"]


def test_co_has_a_number_once_for_each_type_and_a_row_for_each_case() -> None:
    cases = [
        CO
        | {"programaction": "Probation", "casenumber": "2019-1", "disciplineeffectivedate": "2019-05-01T00:00:00.000"},
        CO | {"programaction": "Letter of Admonition", "casenumber": "2021-7"},
        CO | {"licensetype": "LPCC", "lastname": "Otherly"},
    ]
    with BoardServer({"7s5z-vewr": cases}) as server:
        own, other = found(server, "CO", "12345")
    assert own.discipline == ("Probation (case 2019-1, 2019-05-01)", "Letter of Admonition (case 2021-7)")
    assert (other.license_type, other.discipline) == ("LPCC", ())


def test_ct_says_why_it_is_inactive_and_leaves_out_businesses() -> None:
    lapsed = CT | {"status": "INACTIVE", "statusreason": "LAPSED DUE TO NON-RENEWAL"}
    with BoardServer({"ngch-56tr": [lapsed, CT | {"type": "BUSINESS"}]}) as server:
        (one,) = found(server, "CT", "12345")
    assert one.status == "INACTIVE (LAPSED DUE TO NON-RENEWAL)"


def test_ct_rows_without_any_number_are_no_answer() -> None:
    rows = rf'[{{"name": "VESPER QUILLON", "credential": "{CT["credential"]}"}}]'
    body = packed([Part("credentials", "http://127.0.0.1/resource/ngch-56tr.json", rows.encode())])
    evidence = evidence_from_body("board:CT", body, "12345", "", "2026-03-02T12:00:00Z")
    assert (evidence.facts, evidence.problem) == (None, "its answer has a row without credentialnumber")


def test_il_gives_its_discipline_in_words() -> None:
    row = IL | {
        "ever_disciplined": "Y",
        "action": "REPRIMAND",
        "discipline_reason": "Failure to report",
        "discipline_start_date": "05/01/2019",
    }
    with BoardServer({"pzzh-kp68": [row, IL | {"ever_disciplined": "Y"}]}) as server:
        (one,) = found(server, "IL", "149012345")
    assert one.discipline == ("REPRIMAND; reason: Failure to report; from 05/01/2019", "ever disciplined: Y")


def test_il_that_does_not_say_whether_there_was_discipline_is_a_doubt() -> None:
    row = {name: cell for name, cell in IL.items() if name != "ever_disciplined"}
    with BoardServer({"pzzh-kp68": [row]}) as server:
        (one,) = found(server, "IL", "149012345")
    assert (one.discipline, one.doubts) == ((), ("ever_disciplined is blank",))


def test_de_asks_the_register_of_actions_and_not_the_flag() -> None:
    action = {"license_id_l": "Q1-0012345", "disp_start": "2019-05-01T00:00:00.000", "item_text": "Letter of Reprimand"}
    other = action | {"license_id_l": "Q1-0912345", "item_text": "Revocation"}
    flagged = DE | {"disciplinary_action": "Y"}
    with BoardServer({"pjnv-eaih": [flagged], "dz6p-akeq": [action, other]}) as server:
        (one,) = found(server, "DE", "Q1-0012345")
    assert one.discipline == ("Letter of Reprimand (from 2019-05-01)",)
    with BoardServer({"pjnv-eaih": [flagged]}) as server:
        assert found(server, "DE", "Q1-0012345")[0].discipline == ()


def test_tx_asks_every_board_and_each_may_have_the_number() -> None:
    rows = {"tgb2-j935": [TX_RN | {"license_number": 54321}], "SW": [TX_SW], "LPC": [TX_SW | {"RANK": "LPCA"}]}
    with BoardServer(rows) as server:
        types = [record.license_type for record in found(server, "TX", "54321")]
    assert types == ["Registered Nurse (RN)", "LPC LPCA", "SW LCSW"]


def test_tx_tells_what_the_boards_did() -> None:
    acted = TX_MD | {"disciplinary_status": "UNDER BOARD ORDER", "current_board_action_description": "Agreed order"}
    nurse = TX_RN | {"current_board_action": True, "date_of_board_action_imposed": "20190501"}
    with BoardServer({"tm3v-pfq9": [acted], "tgb2-j935": [nurse], "SW": [TX_SW | {"DISCPL_ACTN": "Yes"}]}) as server:
        assert found(server, "TX", "Q1234")[0].discipline == ("disciplinary status UNDER BOARD ORDER; Agreed order",)
        assert found(server, "TX", "712345")[0].discipline == (
            "current board action: yes; board action imposed 20190501",
        )
        assert found(server, "TX", "54321")[0].discipline == ("disciplinary action: Yes",)


def test_tx_downloads_a_file_once_and_keeps_its_hash_and_the_rows_that_matter() -> None:
    other = TX_SW | {"LIC_NBR": "77777", "Last_Nme": "Otherly"}
    with BoardServer({"SW": [TX_SW, other]}) as server, open_boards(server.settings())["board:TX"] as board:
        evidence = board.look_up("54321")
        board.look_up("77777")
        assert sum(question.path == "/csv/SW.csv" for question in server.received) == 1
    parts = {part["dataset"]: part for part in json.loads(evidence.body)["parts"]}
    assert "Quillon" in parts["SW"]["text"]
    assert "Otherly" not in parts["SW"]["text"]
    assert len(parts["SW"]["sha256"]) == 64


def test_tx_names_the_board_that_has_the_number(server: BoardServer) -> None:
    assert "/csv/SW.csv" in look_up(server, "TX", "54321").address
    assert "/resource/tgb2-j935.json" in look_up(server, "TX", "712345").address


def test_tx_nurses_numbers_are_whole_numbers(server: BoardServer) -> None:
    found(server, "TX", "Q1234A")
    assert not any("tgb2" in question.path for question in server.received)


# --- dates ----------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("text", "doubt"),
    [
        ("2027-03", "no day: The day is missing"),
        ("03/2027", "no day: The day is missing"),
        ("20271341", "no day: There is no month 13"),
        ("31/12/2027", "no day: There is no month 31"),
        ("2027-03-31T05:00:00.000", "no day"),
        ("perpetual", "no day"),
        ("", "expirationdate is blank"),
    ],
)
def test_a_date_that_is_no_day_is_a_doubt(text: str, doubt: str) -> None:
    with BoardServer({"qxh8-f4bd": [WA | {"expirationdate": text}]}) as server:
        (one,) = found(server, "WA", "61321872")
    assert one.expires_on is None
    assert doubt in one.doubts[0]


# --- which are open -------------------------------------------------------------------------------------------------


def test_every_state_is_asked_by_default_and_none_where_none_is_named() -> None:
    opened = open_boards(Settings())
    assert set(opened) == {f"board:{state}" for state in BOARDS}
    for board in opened.values():
        board.close()
    assert open_boards(Settings.model_validate({"sources": {"boards": {"states": []}}})) == {}
    one = {"states": ["WA", "CO"], "WA": {"url": ""}}
    assert set(open_boards(Settings.model_validate({"sources": {"boards": one}}))) == {"board:CO"}


def test_texas_may_be_asked_by_halves(server: BoardServer) -> None:
    with open_boards(server.settings())["board:TX"] as whole:
        whole.look_up("54321")
    portal = sum("/resource/" in question.path for question in server.received)
    texas = {"url": "", "bhec_url": f"{server.url}csv/", "attempts": 1}
    half = Settings.model_validate({"sources": {"boards": {"states": ["TX"], "TX": texas}}})
    with open_boards(half)["board:TX"] as board:
        assert [record.number for record in answer(board.look_up("54321")).records] == ["54321"]
    assert sum("/resource/" in question.path for question in server.received) == portal
