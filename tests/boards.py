"""What the simulated boards hold: invented people, in each state's own shape."""

from typing import Any

from credkit.demo.boards import BoardServer, Row
from credkit.records import BoardAnswer, BoardRecord, Evidence
from credkit.sources.boards import open_boards

WA: dict[str, Any] = {
    "credentialnumber": "MHC.LH.61321872",
    "lastname": "Quillon",
    "firstname": "Vesper",
    "middlename": "Ann",
    "credentialtype": "Mental Health Counselor License",
    "status": "ACTIVE",
    "birthyear": "1980",
    "firstissuedate": "20150401",
    "expirationdate": "20270331",
    "actiontaken": "No",
}
CO: dict[str, Any] = {
    "lastname": "Quillon",
    "firstname": "Vesper",
    "licensetype": "LPC",
    "licensenumber": "12345",
    "licensefirstissuedate": "2015-04-01T00:00:00.000",
    "licenseexpirationdate": "2027-08-31T00:00:00.000",
    "licensestatusdescription": "Active",
    "linktoverifylicense": {"url": "https://example.org/verify/12345"},
}
CT: dict[str, Any] = {
    "name": "VESPER A QUILLON",
    "type": "INDIVIDUAL",
    "fullcredentialcode": "6.012345",
    "credentialnumber": "012345",
    "credential": "Licensed Clinical Social Worker",
    "status": "ACTIVE",
    "statusreason": "CURRENT",
    "issuedate": "2015-04-01T00:00:00.000",
    "expirationdate": "2027-03-31T00:00:00.000",
}
IL: dict[str, Any] = {
    "license_type": "SOCIAL WORKER",
    "description": "LICENSED CLINICAL SOCIAL WORKER",
    "license_number": "149012345",
    "license_status": "ACTIVE",
    "business": "N",
    "first_name": "VESPER",
    "middle": "ANN",
    "last_name": "QUILLON",
    "original_issue_date": "04/01/2015",
    "expiration_date": "11/30/2027",
    "ever_disciplined": "N",
}
DE: dict[str, Any] = {
    "last_name": "Quillon",
    "first_name": "Vesper",
    "combined_name": "Quillon, Vesper",
    "license_no": "Q1-0012345",
    "profession_id": "Social Work",
    "license_type": "Licensed Clinical Social Worker",
    "issue_date": "2015-04-01T00:00:00.000",
    "expiration_date": "2027-01-31T00:00:00.000",
    "disciplinary_action": "N",
    "license_status": "Active",
}
TX_MD: dict[str, Any] = {
    "license_number": "Q1234",
    "last_name": "QUILLON",
    "first_name": "VESPER",
    "license_type": "Physician",
    "registration_status": "Active",
    "license_status": "NONE",
    "license_expiration_date": "2027-05-31T00:00:00.000",
    "disciplinary_status": "NONE",
}
TX_RN: dict[str, Any] = {
    "license_number": 712345,
    "last_name": "QUILLON",
    "first_name": "VESPER",
    "license_status": "CURRENT (C)",
    "lincense_expiration_date": "20270131",
    "texas_license_issuance_date": "20150401",
    "current_board_action": False,
}
TX_SW: dict[str, Any] = {
    "LIC_TYPE": "1101",
    "RANK": "LCSW",
    "LIC_NBR": "54321",
    "Last_Nme": "Quillon",
    "First_Nme": "Vesper",
    "Middle_Nme": "Ann",
    "LIC_STATUS": "Active",
    "LIC_EXPR_DTE": "10/31/2027",
    "DISCPL_ACTN": "No",
}

#: Each state's dataset with its row, and the number by which it is asked for.
ROWS: dict[str, tuple[str, dict[str, Any], str]] = {
    "WA": ("qxh8-f4bd", WA, "61321872"),
    "CO": ("7s5z-vewr", CO, "12345"),
    "CT": ("ngch-56tr", CT, "12345"),
    "IL": ("pzzh-kp68", IL, "149012345"),
    "DE": ("pjnv-eaih", DE, "Q10012345"),
    "TX": ("tm3v-pfq9", TX_MD, "Q1234"),
}


def everything() -> dict[str, list[Row]]:
    """Return one row of every dataset and file."""
    rows: dict[str, list[Row]] = {dataset: [row] for dataset, row, _number in ROWS.values()}
    return rows | {"tgb2-j935": [TX_RN], "SW": [TX_SW]}


def look_up(server: BoardServer, state: str, number: str, **settings: Any) -> Evidence:
    """Ask a state's real adapter, of the server."""
    with open_boards(server.settings(**settings))[f"board:{state}"] as board:
        return board.look_up(number)


def answer(evidence: Evidence) -> BoardAnswer:
    """Return the facts of evidence that has no problem."""
    assert evidence.problem is None, evidence.problem
    assert isinstance(evidence.facts, BoardAnswer)
    return evidence.facts


def found(server: BoardServer, state: str, number: str) -> tuple[BoardRecord, ...]:
    """Return the licenses that a state's adapter finds."""
    return answer(look_up(server, state, number)).records
