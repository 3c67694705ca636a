"""`python -m bench.screening [FOLDER]` judges and times; `... make FOLDER` writes a work folder; `... growth` grows the roster."""

import argparse
import sys
from pathlib import Path
from tempfile import TemporaryDirectory

from bench.screening import LEIE_ROWS, LIST, growth, is_work
from bench.screening.contenders import PEERS, of_credkit, of_peers, run
from bench.screening.generate import SEED, Size, make
from bench.screening.judge import judge_file, read_work
from bench.screening.report import as_json, as_table, by_kind

WORK = Path(__file__).resolve().parent.parent / "work"


def main(arguments: list[str]) -> int:
    """Do what is asked. Slowness and a missing peer are no failure; work that was not done is."""
    if arguments[:1] == ["make"]:
        return _make(arguments[1:])
    if arguments[:1] == ["growth"]:
        return _growth(arguments[1:])
    return _judge(arguments)


def _judge(arguments: list[str]) -> int:
    parser = argparse.ArgumentParser(
        prog="python -m bench.screening",
        description="Hold a roster against a list, by credkit and by its peers. Also: make FOLDER, and growth.",
    )
    parser.add_argument("folder", nargs="?", type=Path, help="UPDATED.csv, roster.csv, truth.csv, hard.csv (else made)")
    words = [peer.word for peer in PEERS]
    parser.add_argument("--peers", nargs="*", choices=words, default=words, metavar="PEER", help=", ".join(words))
    parser.add_argument("--rounds", type=int, default=3, help="rounds, of which the median counts")
    parser.add_argument("--verbose", action="store_true", help="by kind of corruption and of false alert too")
    parser.add_argument("--json", action="store_true", help="print everything, every round of it, as JSON")
    parser.add_argument("--keep", type=Path, metavar="FOLDER", help="keep everybody's results there")
    _sizes(parser)
    _place(parser)
    asked = parser.parse_args(arguments)
    if asked.folder and not is_work(asked.folder):
        parser.error(f"{asked.folder} is no work folder; `make` writes one")

    with TemporaryDirectory(dir=_made(asked.work)) as temporary:
        work = Path(temporary)
        folder = asked.folder.resolve() if asked.folder else work / "made"
        if not asked.folder:
            make(folder, _size(asked), asked.seed)
        entrants = [*of_credkit(folder, work), *of_peers(folder, work, asked.peers)]
        well = run(entrants, asked.rounds, work, _tell)
        truth = read_work(folder)
        verdicts = {one.name: judge_file(truth, one.hits) for one in entrants if not one.failure}
        if asked.keep:
            _keep(asked.keep, [one.hits for one in entrants if one.name in verdicts])
        rows = _rows(folder / LIST)
    for one in entrants:
        if one.failure:
            _tell(f"{one.name}: {one.failure}")
    if asked.json:
        print(as_json(entrants, verdicts, truth, rows))
    else:
        print(as_table(entrants, verdicts, truth, rows))
        if asked.verbose:
            print(by_kind(verdicts))
    return 0 if well else 1


def _make(arguments: list[str]) -> int:
    parser = argparse.ArgumentParser(prog="python -m bench.screening make", description="Write a work folder to keep.")
    parser.add_argument("folder", type=Path)
    _sizes(parser)
    asked = parser.parse_args(arguments)
    make(asked.folder, _size(asked), asked.seed)
    return 0


def _growth(arguments: list[str]) -> int:
    parser = argparse.ArgumentParser(prog="python -m bench.screening growth", description="Time rosters that grow.")
    parser.add_argument("--people", type=int, nargs="+", help="sizes of the roster (5,000, 20,000 and 80,000)")
    parser.add_argument("--large", action="store_true", help="a million people too")
    parser.add_argument("--list-rows", type=int, default=LEIE_ROWS)
    parser.add_argument("--rounds", type=int, default=1)
    parser.add_argument("--json", action="store_true")
    _place(parser)
    asked = parser.parse_args(arguments)
    sizes = asked.people or growth.default_sizes(large=asked.large)
    with TemporaryDirectory(dir=_made(asked.work)) as temporary:
        measured, well = growth.measure(Path(temporary), sizes, asked.list_rows, asked.rounds)
    print((growth.as_json if asked.json else growth.as_table)(measured, asked.list_rows))
    return 0 if well else 1


def _sizes(parser: argparse.ArgumentParser) -> None:
    default = Size()
    parser.add_argument("--seed", type=int, default=SEED, help="other people, and other luck")
    parser.add_argument("--people", type=int, default=default.people)
    parser.add_argument("--list-rows", type=int, default=default.list_rows)
    parser.add_argument("--true", type=int, default=default.true, help="how many people are on the list")
    parser.add_argument(
        "--wrong-births", type=int, default=0, help="of these, how many have a wholly wrong date of birth"
    )


def _size(asked: argparse.Namespace) -> Size:
    return Size(asked.people, asked.list_rows, asked.true, asked.wrong_births)


def _place(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("--work", type=Path, default=WORK, help="where files are made, and taken away after")


def _made(work: Path) -> Path:
    work = work.resolve()  # what is measured runs from elsewhere
    work.mkdir(parents=True, exist_ok=True)
    return work


def _keep(folder: Path, results: list[Path]) -> None:
    folder.mkdir(parents=True, exist_ok=True)
    for path in results:
        (folder / path.name).write_bytes(path.read_bytes())


def _rows(path: Path) -> int:
    with path.open("rb") as file:
        return sum(1 for _ in file) - 1


def _tell(said: str) -> None:
    print(said, file=sys.stderr, flush=True)


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
