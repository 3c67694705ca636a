"""License boards that publish their data, one module a family: a license number in, what the board has under it out."""

from credkit.records import BoardAnswer, Evidence
from credkit.settings import Settings
from credkit.sources.boards.board import Board
from credkit.sources.boards.colorado import ColoradoBoard
from credkit.sources.boards.connecticut import ConnecticutBoard
from credkit.sources.boards.delaware import DelawareBoard
from credkit.sources.boards.illinois import IllinoisBoard
from credkit.sources.boards.texas import TexasBoard
from credkit.sources.boards.washington import WashingtonBoard

__all__ = ["BOARDS", "Board", "BoardAnswer", "evidence_from_body", "open_boards"]

#: Every state whose boards credkit can ask.
BOARDS: dict[str, type[Board]] = {
    "CO": ColoradoBoard,
    "CT": ConnecticutBoard,
    "DE": DelawareBoard,
    "IL": IllinoisBoard,
    "TX": TexasBoard,
    "WA": WashingtonBoard,
}


def open_boards(settings: Settings) -> dict[str, Board]:
    """Return the boards that the settings ask, by source name ("board:WA"). Nothing is connected before the first
    look-up; each is to be closed (or used as a context manager)."""
    boards = settings.sources.boards
    opened: dict[str, Board] = {}
    for state in dict.fromkeys(boards.states):
        own = getattr(boards, state)
        if own.url or getattr(own, "bhec_url", ""):
            opened[f"board:{state}"] = BOARDS[state](own)
    return opened


def evidence_from_body(source: str, body: bytes, key: str, address: str, fetched_at: str) -> Evidence:
    """Judge a stored body of a board ("board:WA") as the answer to a license number again."""
    return BOARDS[source.removeprefix("board:")].evidence_from_body(body, key, address, fetched_at)
