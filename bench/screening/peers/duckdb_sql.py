"""Hand-written SQL run by DuckDB: `python -m bench.screening.peers.duckdb_sql WAY LIST.csv ROSTER.csv HITS.ndjson`.

The SQL is the peer; this only tells it where the files are. WAY is `odds` (weights of evidence) or `tiers` (a few rules).
"""

import sys
from pathlib import Path

import duckdb


def main(way: str, listed: str, roster: str, hits: str) -> None:
    """Run the statements of one way over the files."""
    text = Path(__file__).with_name(f"duckdb_{way}.sql").read_text(encoding="utf-8")
    for name, value in (("LIST_FILE", listed), ("ROSTER_FILE", roster), ("HITS_FILE", hits)):
        text = text.replace(f"'{name}'", "'" + value.replace("'", "''") + "'")
    duckdb.connect().execute(text)


if __name__ == "__main__":
    main(*sys.argv[1:])
