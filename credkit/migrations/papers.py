"""Papers, filed under providers and reviewed."""

import sqlite3

from credkit.migrations.writing import append_only, statements

_FILINGS = """
-- A paper filed under a provider; its content is a row of documents, and a file in the folder beside the store.
CREATE TABLE filings (
  id TEXT PRIMARY KEY, npi TEXT NOT NULL REFERENCES providers (npi), sha256 TEXT NOT NULL, kind TEXT NOT NULL,
  credential TEXT, issued_on TEXT, expires_on TEXT, received_from TEXT, received_on TEXT NOT NULL,
  file_name TEXT NOT NULL, media_type TEXT NOT NULL, filed_at TEXT NOT NULL, actor TEXT NOT NULL, fields TEXT NOT NULL,
  FOREIGN KEY (sha256, npi) REFERENCES documents (sha256, npi)
) STRICT;
CREATE INDEX filings_npi ON filings (npi, kind);
CREATE INDEX filings_sha256 ON filings (sha256);
CREATE INDEX filings_expires_on ON filings (expires_on) WHERE expires_on IS NOT NULL;
CREATE TABLE filing_reviews (
  id TEXT PRIMARY KEY, filing_id TEXT NOT NULL REFERENCES filings (id), npi TEXT NOT NULL, accepted INTEGER NOT NULL,
  reason TEXT, reviewed_on TEXT NOT NULL, recorded_at TEXT NOT NULL, actor TEXT NOT NULL
) STRICT;
CREATE INDEX filing_reviews_npi ON filing_reviews (npi);
"""


def papers_filed(connection: sqlite3.Connection) -> None:
    """Papers filed under a provider, and what a person made of each. What is kept of a paper's content is not changed any
    more, either."""
    guards = append_only("filings", ("id",)) + append_only("filing_reviews", ("id",))
    for statement in statements(_FILINGS + guards + append_only("documents", ("sha256", "npi"))):
        connection.execute(statement)
