"""What is measured: each piece of work, done by credkit and by its peers."""

import re
import shutil
import subprocess
import sys
import threading
from collections.abc import Callable, Iterator, Sequence
from contextlib import AbstractContextManager, contextmanager, nullcontext
from dataclasses import dataclass
from datetime import date, timedelta
from functools import cached_property, partial
from pathlib import Path

from bench import JUDGED, RECEIVED
from bench.network import PAYER
from bench.running import CREDKIT, ROOT, Contender, environment, prepare

#: Applications, and what goes with so many of them: rows of an exclusion list, and providers verified.
ROWS = 20_000
_LIST_ROWS = 82_714
_VERIFIED = 500

#: Members of the roster that is built.
_MEMBERS = 5_000

_WORKERS = 32
_LATENCY = 0.05
#: Providers verified, and requests a second, where the registry allows only so many.
_ALLOWED_OF, _RATE = 2_000, 20
#: So many times the providers, to see whether memory grows.
_GROWN = 4
_FEW = 40
#: Files before a meeting.
_DOCKET = 60
#: Pages asked for.
_PAGES = 2_000


def _nothing() -> AbstractContextManager[str]:
    return nullcontext("")


@dataclass(frozen=True, slots=True)
class Measurement:
    """One piece of work: how many `rows` of `what`, and who does it. The first contender is credkit's.

    `beside` runs while the contenders do, and gives what they need to be made. `also` gives more to say, when they have run.
    One that is `long` is measured only where it is named.
    """

    name: str
    title: str
    rows: int
    what: str
    contenders: Callable[[str], tuple[Contender, ...]]
    beside: Callable[[], AbstractContextManager[str]] = _nothing
    rounds: int = 3
    peers_from: int = 1
    also: Callable[[], Sequence[str]] = tuple
    long: bool = False


class Bench:
    """The files that the measurements share, made when they are first asked for, in a folder of their own."""

    def __init__(self, work: Path, rows: int) -> None:
        self.work = work
        self.rows = rows
        self.list_rows = max(20, rows * _LIST_ROWS // ROWS)
        self.verified = max(10, rows * _VERIFIED // ROWS)
        self.members = max(10, rows * _MEMBERS // ROWS)
        self.allowed = max(10, rows * _ALLOWED_OF // ROWS)

    # --- files ------------------------------------------------------------------------------------------------------

    def _form(self, rows: int) -> Path:
        path = self.work / f"form-{rows}.csv"
        if not path.exists():
            prepare(self.work, ("-m", "bench.people", "form", str(rows), str(path)))
        return path

    @cached_property
    def _leie(self) -> Path:
        path = self.work / "leie.csv"
        prepare(self.work, ("-m", "bench.people", "leie", str(self.list_rows), str(path)))
        return path

    @cached_property
    def _empty(self) -> Path:
        path = self.work / "empty.db"
        prepare(self.work, (*CREDKIT, "--db", str(path), "init"), _then())
        return path

    def _imported(self, rows: int) -> Path:
        path = self.work / f"imported-{rows}.db"
        if not path.exists():
            shutil.copyfile(self._empty, path)
            prepare(self.work, _credkit(path, "intake", "import", str(self._form(rows)), "--json"), _then())
        return path

    def _populated(self, rows: int) -> Path:
        path = self.work / f"populated-{rows}.db"
        if not path.exists():
            shutil.copyfile(self._imported(rows), path)
            prepare(self.work, ("-m", "bench.populate", str(path)), _then())
        return path

    @cached_property
    def _ready(self) -> Path:
        """A practice of which one file in ten is ready for the committee and not decided."""
        path = self.work / "ready.db"
        shutil.copyfile(self._populated(_DOCKET * 10), path)
        loaded = ("lists", "load", "leie", str(self._leie), "--published", str(JUDGED - timedelta(days=1)), "--json")
        prepare(self.work, _credkit(path, *loaded), _now())
        prepare(self.work, _credkit(path, "screen", "run", "--all", "--json", "--exit-zero"), _now())
        return path

    def _fresh(self, source: Path, path: Path) -> Callable[[], object]:
        return partial(shutil.copyfile, source, path)

    # --- measurements -----------------------------------------------------------------------------------------------

    def measurements(self) -> tuple[Measurement, ...]:
        """Return every measurement, in the order of the day."""
        return (
            Measurement("import", "intake import FORM.csv --json", self.rows, "applications", self._import),
            Measurement("status", "status --json", self.rows, "providers", self._status),
            Measurement("expiry", "expiry --json", self.rows, "providers", self._expiry),
            Measurement("today", "today --json", self.rows, "providers", self._today),
            Measurement("sweep", "sweep --json", self.rows, "providers", self._sweep, peers_from=3),
            Measurement("ready", "ready --from SCHEDULE.csv --json", self.rows, "visits", self._visits),
            Measurement("roster", "roster build PAYER --out ROSTER.xlsx", self.members, "members", self._roster),
            Measurement("verify", "verify run --all --json", self.verified, "providers", self._verify, self._registry),
            Measurement(
                "verify-rate",
                f"verify run --all --json, {_RATE} requests a second allowed",
                self.allowed,
                "providers",
                self._verify_allowed,
                partial(self._registry, self.allowed, _RATE),
                rounds=1,
            ),
            Measurement(
                "verify-grown",
                f"verify run --all --json, {_GROWN} times the providers",
                self.verified * _GROWN,
                "providers",
                self._verify_grown,
                partial(self._registry, self.verified * _GROWN),
                rounds=1,
            ),
            Measurement("lists", "lists load leie FILE.csv", self.list_rows, "list rows", self._lists),
            Measurement("packet", "committee packet DATE --out DIR", _DOCKET, "packets", self._packet, peers_from=2),
            Measurement(
                "portal",
                "status pages of the portal",
                _PAGES,
                "pages",
                self._portal,
                self._served,
                peers_from=2,
                also=self._pages,
            ),
            *(
                Measurement(
                    f"{command}-grown",
                    f"{command} --json, ten times the providers",
                    self.rows * 5,
                    "providers",
                    partial(self._grown, command),
                    rounds=1,
                    long=True,
                )
                for command in ("status", "expiry", "today")
            ),
            Measurement(
                "sweep-grown",
                "sweep --json, ten times the providers",
                self.rows * 5,
                "providers",
                self._sweep_grown,
                rounds=1,
                peers_from=3,
                long=True,
            ),
            Measurement("startup", "a command's start", 1, "commands", self._startup, rounds=10, peers_from=3),
        )

    def _import(self, _address: str) -> tuple[Contender, ...]:
        ours, bare, form = self.work / "import.db", self.work / "bare.db", str(self._form(self.rows))
        return (
            Contender(
                "credkit",
                _credkit(ours, "intake", "import", form, "--json"),
                _then(),
                before=self._fresh(self._empty, ours),
                says=f'"new": {self.rows},',
            ),
            Contender(
                "csv + executemany", _bare("load_form", form, bare), before=partial(bare.unlink, missing_ok=True)
            ),
        )

    def _status(self, _address: str) -> tuple[Contender, ...]:
        store = self._populated(self.rows)
        return (
            Contender("credkit", _credkit(store, "status", "--json"), _now(), says='"credkit.status/1"'),
            Contender("sqlite3 + json.dumps", _bare("dump_files", store)),
            Contender("sqlite3 into tuples", _bare("read_files", store)),
        )

    def _expiry(self, _address: str) -> tuple[Contender, ...]:
        store = self._populated(self.rows)
        return (
            Contender("credkit", _credkit(store, "expiry", "--json"), _now(), says='"credkit.expiry/1"'),
            self._query(self.rows),
        )

    def _today(self, _address: str) -> tuple[Contender, ...]:
        store = self._populated(self.rows)
        return (
            Contender("credkit", _credkit(store, "today", "--json"), _now(), says='"credkit.today/1"'),
            self._query(self.rows),
        )

    def _sweep(self, _address: str) -> tuple[Contender, ...]:
        """The first sweep, which judges everybody; the next one, when nothing has changed; and that of the next night, which
        looks at what has come a day nearer."""
        store, first, again = self._populated(self.rows), self.work / "sweep.db", self.work / "swept.db"
        next_night = self.work / "next-night.db"
        sweep = ("sweep", "--json", "--exit-zero")
        self._fresh(store, again)()
        prepare(self.work, _credkit(again, *sweep), _now())
        return (
            Contender(
                "credkit, the first",
                _credkit(first, *sweep),
                _now(),
                before=self._fresh(store, first),
                says='"credkit.sweep/1"',
            ),
            Contender("credkit, nothing changed", _credkit(again, *sweep), _now(), says='"credkit.sweep/1"'),
            Contender(
                "credkit, the next night",
                _credkit(next_night, *sweep),
                {"CREDKIT_NOW": str(JUDGED + timedelta(days=1))},
                before=self._fresh(again, next_night),
                says='"credkit.sweep/1"',
            ),
            self._query(self.rows),
        )

    def _grown(self, command: str, _address: str) -> tuple[Contender, ...]:
        """A report on a hundred thousand providers against one on ten thousand: ten times is what it should take."""
        many, few = self.rows * 5, self.rows // 2

        def on(rows: int) -> Contender:
            return Contender(
                f"credkit, {rows:,}",
                _credkit(self._populated(rows), command, "--json"),
                _now(),
                says=f'"credkit.{command}/1"',
            )

        return (on(many), on(few), self._query(many))

    def _sweep_grown(self, _address: str) -> tuple[Contender, ...]:
        """The first sweep of each store, one when nothing has changed, and that of the next night: of a hundred thousand
        providers and of ten thousand."""
        many, few = self.rows * 5, self.rows // 2

        def on(rows: int) -> Iterator[Contender]:
            # A copy of the store is gigabytes: each sweep goes on where the one before left it.
            store = self.work / f"sweep-{rows}.db"
            fresh = self._fresh(self._populated(rows), store)

            def night(name: str, day: date, before: Callable[[], object] = lambda: None) -> Contender:
                return Contender(
                    f"credkit, {name}, {rows:,}",
                    _credkit(store, "sweep", "--json", "--exit-zero"),
                    {"CREDKIT_NOW": str(day)},
                    before=before,
                    says='"credkit.sweep/1"',
                )

            yield night("the first", JUDGED, fresh)
            yield night("nothing changed", JUDGED)
            yield night("the next night", JUDGED + timedelta(days=1))

        return (*on(many), *on(few), self._query(many))

    def _query(self, rows: int) -> Contender:
        """What a report on what ends is held against: one question of an index, and its rows as JSON."""
        # The policy's widest band, and the days for which a CAQH attestation is good.
        until, attested = JUDGED + timedelta(days=120), JUDGED
        return Contender("indexed query + json.dumps", _bare("dump_expiring", self._populated(rows), until, attested))

    def _visits(self, _address: str) -> tuple[Contender, ...]:
        store, schedule = self._populated(self.rows), self.work / "schedule.csv"
        prepare(
            self.work, ("-m", "bench.network", "schedule", str(self._form(self.rows)), str(self.rows), str(schedule))
        )
        return (
            Contender(
                "credkit",
                _credkit(store, "ready", "--from", str(schedule), "--json"),
                _now(),
                ends=(10,),  # some may not see clients
                says='"credkit.ready/1"',
            ),
            Contender("indexed query + json.dumps", _bare("dump_visits", store, schedule)),
        )

    def _roster(self, _address: str) -> tuple[Contender, ...]:
        # Six of every ten providers are approved, so that half of all are more than enough.
        store, out, bare = self.work / "roster.db", self.work / "roster.xlsx", self.work / "bare.xlsx"
        shutil.copyfile(self._populated(self.rows // 2), store)
        prepare(self.work, ("-m", "bench.network", "roster", str(store), str(self.members)), _now())
        settings = self.work / "organization.toml"
        settings.write_text('[organization]\nname = "Example Practice"\n', encoding="utf-8")
        fresh = partial(out.unlink, missing_ok=True)
        words = ("roster", "build", PAYER, "--out", str(out), "--json", "--config", str(settings))
        return (
            Contender("credkit", _credkit(store, *words), _now(), before=fresh, says='"credkit.roster/1"'),
            *(
                Contender(library, _bare("write_roster", store, PAYER, 46, library, bare))
                for library in ("xlsxwriter", "openpyxl")
            ),
        )

    def _verify(self, address: str) -> tuple[Contender, ...]:
        return (
            self._verifying("credkit", address, self.verified, 1_000_000),
            Contender("bare httpx", _bare("ask", address, self._form(self.verified), _WORKERS)),
            Contender("the bound of workers and latency", _bare("bound", self.verified * _LATENCY / _WORKERS)),
        )

    def _verify_allowed(self, address: str) -> tuple[Contender, ...]:
        """The registry refuses what goes beyond the rate, and one attempt is all there is: a run that ends well kept it."""
        bound = (self.allowed - 1) / _RATE + _LATENCY
        return (
            self._verifying("credkit", address, self.allowed, _RATE),
            Contender("the bound of rate and latency", _bare("bound", bound)),
        )

    def _verify_grown(self, address: str) -> tuple[Contender, ...]:
        many, few = self.verified * _GROWN, self.verified
        return (
            self._verifying(f"credkit, {many} providers", address, many, 1_000_000),
            self._verifying(f"credkit, {few} providers", address, few, 1_000_000),
        )

    def _verifying(self, name: str, address: str, people: int, rate: float) -> Contender:
        settings = self.work / f"config-{people}-{rate}.toml"
        settings.write_text(
            f'[sources.nppes]\nurl = "{address}"\nrequests_per_second = {rate}\nconcurrency = {_WORKERS}\nattempts = 1\n'
            "[sources.boards]\nstates = []\n",
            encoding="utf-8",
        )
        screened, ours = self._screened(people), self.work / f"verify-{people}.db"
        return Contender(
            name,
            (*_credkit(ours, "verify", "run", "--all", "--json"), "--config", str(settings)),
            _then(),
            before=self._fresh(screened, ours),
            # 10: some findings want somebody's look, a "yes" that was explained among them.
            ends=(0, 10),
            says='"pass": ',
        )

    def _screened(self, people: int) -> Path:
        """A store with so many providers imported, and the list loaded."""
        path = self.work / f"screened-{people}.db"
        if not path.exists():
            shutil.copyfile(self._imported(people), path)
            published = str(RECEIVED - timedelta(days=12))
            words = ("lists", "load", "leie", str(self._leie), "--published", published)
            prepare(self.work, _credkit(path, *words), _then())
        return path

    @contextmanager
    def _registry(self, people: int = 0, rate: int = 0) -> Iterator[str]:
        """Serve an NPPES-shaped registry from a process of its own, and give its address."""
        arguments = ("-m", "bench.registry", str(self._form(people or self.verified)), str(_LATENCY), str(rate))
        with subprocess.Popen(
            [sys.executable, *arguments],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            cwd=ROOT,
            env=environment(self.work),
            text=True,
        ) as registry:
            assert registry.stdout is not None
            yield registry.stdout.readline().strip()

    def _lists(self, _address: str) -> tuple[Contender, ...]:
        ours, bare = self.work / "lists.db", self.work / "bare.db"
        published = str(RECEIVED - timedelta(days=12))
        return (
            Contender(
                "credkit",
                _credkit(ours, "lists", "load", "leie", str(self._leie), "--published", published, "--json"),
                _then(),
                before=self._fresh(self._empty, ours),
                says='"credkit.list/1"',
            ),
            Contender(
                "csv + executemany", _bare("load_list", self._leie, bare), before=partial(bare.unlink, missing_ok=True)
            ),
        )

    def _packet(self, _address: str) -> tuple[Contender, ...]:
        store, folder = self._ready, self.work / "packets"
        clear = partial(shutil.rmtree, folder, ignore_errors=True)
        packet = ("committee", "packet", str(JUDGED), "--out", str(folder))
        return (
            Contender("credkit, HTML", _credkit(store, *packet), _now(), before=clear),
            Contender("credkit, PDF", _credkit(store, *packet, "--as", "pdf"), _now(), before=clear),
            Contender("sqlite3 + jinja2", _bare("render_pages", store, folder), before=clear),
        )

    def _portal(self, addresses: str) -> tuple[Contender, ...]:
        """The same pages asked for alone, and while another process sweeps one night after the other."""
        ours, constant = addresses.split()
        store, links = self._populated(self.rows), str(self.work / "links.txt")
        sweeping = _credkit(store, "sweep", "--json")
        return tuple(
            Contender(
                name, ("-m", "bench.visitors", "ask", address, str(_PAGES), *words), _now(), says="pages a second"
            )
            for name, address, words in (
                ("credkit", ours, (links, self._told("credkit"))),
                ("credkit, beside sweep", ours, (links, self._told("beside sweep"), *sweeping)),
                ("a constant page, same framework", constant, ("", self._told("a constant page"))),
            )
        )

    def _told(self, name: str) -> str:
        return str(self.work / f"pages {name}.txt")

    def _pages(self) -> list[str]:
        told = sorted(self.work.glob("pages *.txt"))
        return [f"{path.stem.removeprefix('pages ')}: {path.read_text(encoding='ascii')}" for path in told]

    @contextmanager
    def _served(self) -> Iterator[str]:
        """Serve the portal of the populated store, and a constant page, each from a process of its own."""
        store = self._populated(self.rows)
        prepare(
            self.work, ("-m", "bench.visitors", "links", str(store), str(_FEW), str(self.work / "links.txt")), _now()
        )
        ours = (*_credkit(store, "portal", "serve", "--port", "0"),)
        with (
            self._server(ours, "stderr") as portal,
            self._server(("-m", "bench.visitors", "constant"), "stdout") as constant,
        ):
            yield f"{portal} {constant}"

    @contextmanager
    def _server(self, arguments: tuple[str, ...], says_on: str) -> Iterator[str]:
        with (
            (self.work / "served.txt").open("ab") as log,
            subprocess.Popen(
                [sys.executable, *arguments],
                stdout=subprocess.PIPE if says_on == "stdout" else log,
                stderr=subprocess.PIPE if says_on == "stderr" else log,
                cwd=ROOT,
                env=environment(self.work, _now()),
            ) as server,
        ):
            told = server.stdout or server.stderr
            assert told
            address = re.search(rb"http://\S+", told.readline())
            assert address
            # What it writes is read, so that it never waits to write it.
            threading.Thread(target=told.read, daemon=True).start()
            try:
                yield address[0].decode()
            finally:
                server.terminate()

    def _startup(self, _address: str) -> tuple[Contender, ...]:
        few = self._populated(_FEW)
        status = '"credkit.status/1"'
        return (
            Contender("credkit --help", (*CREDKIT, "--help"), says="Usage: credkit"),
            Contender("credkit status --json, empty", _credkit(self._empty, "status", "--json"), _now(), says=status),
            Contender(
                f"credkit status --json, {_FEW} providers", _credkit(few, "status", "--json"), _now(), says=status
            ),
            Contender("python -c pass", ("-c", "pass")),
            Contender("python -c 'import typer'", ("-c", "import typer")),
        )


def _credkit(store: Path, *words: str) -> tuple[str, ...]:
    return (*CREDKIT, "--db", str(store), *words)


def _bare(peer: str, *words: object) -> tuple[str, ...]:
    return ("-m", "bench.bare", peer, *map(str, words))


def _then() -> dict[str, str]:
    return {"CREDKIT_NOW": str(RECEIVED)}


def _now() -> dict[str, str]:
    return {"CREDKIT_NOW": str(JUDGED)}
