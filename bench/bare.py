"""The peers: the same work by the bare operations, with nothing checked and nothing kept beside it.

Each is a process of its own, so that its time and its memory are its own: `python -m bench.bare NAME FILE...`. What a
peer does not use, it does not import.
"""

import csv
import json
import sqlite3
import sys
import time
from collections.abc import Iterator
from itertools import islice
from pathlib import Path

_ROWS_AT_ONCE = 500

_TABLES = """
CREATE TABLE providers (
  npi TEXT PRIMARY KEY, first_name, middle_name, last_name, date_of_birth, gender, email, phone, address_1, city, state,
  zip, profession, taxonomy, languages, states_of_practice
);
CREATE TABLE credentials (npi, kind, jurisdiction, number, issuer, issued_on, effective_on, expires_on, details);
CREATE TABLE work_history (npi, employer, role, started_on, ended_on);
CREATE TABLE applications (npi, signed_name, signed_on, disclosures);
"""
_PROVIDER = (
    "npi", "first_name", "middle_name", "last_name", "date_of_birth", "gender", "email", "phone", "address_1", "city",
    "state", "zip", "profession", "taxonomy", "languages", "states_of_practice",
)  # fmt: skip
_READ = (
    "providers", "applications", "credentials", "work_history", "verifications", "acceptances", "cycles", "decisions",
    "enrollments",
)  # fmt: skip

Row = dict[str, str]


def load_form(form: str, database: str) -> None:
    """Load an application form: `csv` and `executemany` into plain tables, with the store's own durability."""
    connection = _new(database)
    connection.executescript(_TABLES)
    connection.execute("BEGIN")
    with Path(form).open(encoding="utf-8", newline="") as file:
        reader = csv.DictReader(file)
        while rows := list(islice(reader, _ROWS_AT_ONCE)):
            _insert(connection, "providers", [tuple(row[name] for name in _PROVIDER) for row in rows])
            _insert(connection, "credentials", [record for row in rows for record in _credentials(row)])
            _insert(connection, "work_history", [record for row in rows for record in _positions(row)])
            _insert(connection, "applications", [_application(row) for row in rows])
    connection.execute("COMMIT")
    connection.close()


def load_list(path: str, database: str) -> None:
    """Load an exclusion list: `csv` streamed into `executemany`, every column as text."""
    connection = _new(database)
    with Path(path).open(encoding="utf-8", newline="") as file:
        reader = csv.reader(file)
        header = next(reader)
        connection.execute(f"CREATE TABLE entries ({', '.join(header)})")
        connection.execute("BEGIN")
        connection.executemany(f"INSERT INTO entries VALUES ({', '.join('?' * len(header))})", reader)
    connection.execute("COMMIT")
    connection.close()


def read_files(database: str) -> None:
    """Read every row that a status report reads, as tuples."""
    connection = sqlite3.connect(database)
    for table in _READ:
        for _row in connection.execute(f"SELECT * FROM {table} ORDER BY npi"):
            pass


def dump_files(database: str) -> None:
    """Read every row that a status report reads, and write each as JSON."""
    connection = sqlite3.connect(database)
    for table in _READ:
        sys.stdout.writelines(
            json.dumps(row) + "\n" for row in connection.execute(f"SELECT * FROM {table} ORDER BY npi")
        )


def dump_expiring(database: str, until: str, attested_until: str) -> None:
    """Ask the index for what ends by a day (a CAQH profile by when it was attested), and write each row as JSON."""
    connection = sqlite3.connect(database)
    columns = "c.npi, p.first_name, p.last_name, c.kind, c.jurisdiction, c.number, c.issued_on, c.expires_on"
    rows = connection.execute(
        f"SELECT {columns} FROM credentials c JOIN providers p ON p.npi = c.npi WHERE c.expires_on <= ?"
        f" UNION ALL SELECT {columns} FROM credentials c JOIN providers p ON p.npi = c.npi"
        " WHERE c.kind = 'caqh' AND c.issued_on <= ? ORDER BY 8, 1",
        (until, attested_until),
    )
    sys.stdout.writelines(json.dumps(row) + "\n" for row in rows)


def dump_visits(database: str, schedule: str) -> None:
    """Ask the index, visit by visit, for enrollments that hold on the day in the state, and write each as JSON."""
    connection = sqlite3.connect(database)
    with Path(schedule).open(encoding="utf-8", newline="") as file:
        for row in csv.DictReader(file):
            held = connection.execute(
                "SELECT p.name, e.effective_on, e.ended_on, c.expires_on FROM enrollments e JOIN payers p ON p.id = e.payer_id"
                " LEFT JOIN credentials c ON c.npi = e.npi AND c.kind = 'license' AND c.jurisdiction = e.state"
                " WHERE e.npi = ? AND e.state = ? AND e.status IN ('approved', 'active') AND e.effective_on <= ?",
                (row["npi"], row["state"], row["date"]),
            ).fetchall()
            sys.stdout.write(json.dumps([row, held]) + "\n")


def write_roster(database: str, payer: str, columns: str, library: str, out: str) -> None:
    """Write a row of so many text cells for each provider with a payer, by a library for workbooks alone."""
    connection = sqlite3.connect(database)
    members = connection.execute(
        "SELECT v.* FROM enrollments e JOIN payers p ON p.id = e.payer_id JOIN providers v ON v.npi = e.npi"
        " WHERE p.name = ? ORDER BY e.npi",
        (payer,),
    )
    width = int(columns)
    rows = ([str(cell or "") for cell in (*row, *row, *row)][:width] for row in members)
    if library == "openpyxl":
        import openpyxl

        book = openpyxl.Workbook(write_only=True)
        page = book.create_sheet("Roster")
        for row in rows:
            page.append(row)
        book.save(out)
        return
    import xlsxwriter

    with xlsxwriter.Workbook(out, {"in_memory": True, "strings_to_formulas": False}) as made:
        sheet = made.add_worksheet("Roster")
        for number, row in enumerate(rows):
            for place, cell in enumerate(row):
                sheet.write_string(number, place, cell)


def render_pages(database: str, folder: str) -> None:
    """Read everybody's findings, and print a page for each whom nobody decided yet, by one template with autoescape."""
    from itertools import groupby

    from jinja2 import Environment

    template = Environment(autoescape=True).from_string(
        "<h1>{{ npi }}</h1><table>{% for row in rows %}<tr>{% for cell in row %}<td>{{ cell }}</td>{% endfor %}</tr>"
        "{% endfor %}</table>"
    )
    connection = sqlite3.connect(database)
    rows = connection.execute(
        'SELECT npi, "check", subject, result, summary, verified_on, source, actor FROM verifications'
        " WHERE npi NOT IN (SELECT npi FROM decisions) ORDER BY npi"
    )
    Path(folder).mkdir(exist_ok=True)
    for npi, findings in groupby(rows, key=lambda row: row[0]):
        page = template.render(npi=npi, rows=list(findings))
        (Path(folder) / f"{npi}.html").write_text(page, encoding="utf-8")


def ask(url: str, form: str, workers: str) -> None:
    """Ask a registry for everybody on a form, by bare httpx from so many threads, and keep each body no longer."""
    from concurrent.futures import ThreadPoolExecutor

    import httpx

    lanes = int(workers)
    with Path(form).open(encoding="utf-8", newline="") as file:
        npis = [row["npi"] for row in csv.DictReader(file)]
    limits = httpx.Limits(max_connections=lanes, max_keepalive_connections=lanes)
    with httpx.Client(limits=limits) as client, ThreadPoolExecutor(lanes) as pool:

        def look_up(npi: str) -> int:
            answer = client.get(url, params={"version": "2.1", "number": npi})
            answer.raise_for_status()
            return len(answer.content)

        assert all(pool.map(look_up, npis))


def bound(seconds: str) -> None:
    """Take as long as the work must: no program can be quicker."""
    time.sleep(float(seconds))


def _new(database: str) -> sqlite3.Connection:
    connection = sqlite3.connect(database, isolation_level=None)
    connection.execute("PRAGMA journal_mode = DELETE")
    connection.execute("PRAGMA synchronous = FULL")
    return connection


def _insert(connection: sqlite3.Connection, table: str, rows: list[tuple[str, ...]]) -> None:
    connection.executemany(f"INSERT INTO {table} VALUES ({', '.join('?' * len(rows[0]))})", rows)


def _credentials(row: Row) -> Iterator[tuple[str, ...]]:
    npi = row["npi"]
    for number in ("1", "2"):
        one = {part: row[f"license_{number}_{part}"] for part in ("state", "number", "type", "issued_on", "expires_on")}
        details = json.dumps({"type": one["type"]})
        yield npi, "license", one["state"], one["number"], "", one["issued_on"], "", one["expires_on"], details
    details = json.dumps(
        {part: row[f"malpractice_{part}"] for part in ("insured_name", "per_claim", "aggregate", "basis")}
    )
    yield (
        npi, "malpractice", "", row["malpractice_policy_number"], row["malpractice_carrier"], "",
        row["malpractice_effective_on"], row["malpractice_expires_on"], details,
    )  # fmt: skip
    details = json.dumps({part: row[f"caqh_{part}"] for part in ("status", "authorized", "roster_status")})
    yield npi, "caqh", "", row["caqh_id"], "", row["caqh_attested_on"], "", "", details
    yield npi, "education", "", "", row["school"], row["graduated_on"], "", "", json.dumps({"degree": row["degree"]})


def _positions(row: Row) -> Iterator[tuple[str, ...]]:
    for number in ("1", "2", "3"):
        parts = (row[f"work_{number}_{part}"] for part in ("employer", "role", "started_on", "ended_on"))
        yield (row["npi"], *parts)


def _application(row: Row) -> tuple[str, ...]:
    answers = json.dumps({name: cell for name, cell in row.items() if name.startswith("disclosure_") and cell})
    return row["npi"], row["signed_name"], row["signed_on"], answers


PEERS = {
    one.__name__: one
    for one in (
        load_form,
        load_list,
        read_files,
        dump_files,
        dump_expiring,
        dump_visits,
        write_roster,
        render_pages,
        ask,
        bound,
    )
}

if __name__ == "__main__":
    PEERS[sys.argv[1]](*sys.argv[2:])
