"""Papers: the folder in which their content is kept, what is filed of whom, and what a person made of it.

A paper's content comes first: whole, on disk and under its own SHA-256, before any record names it. So there is never a
record without its file; a file without a record (a kill between the two leaves one) is evidence of nothing.
"""

import os
from collections.abc import Iterator, Sequence
from hashlib import file_digest
from pathlib import Path

from credkit.errors import UsageError
from credkit.records import Credential, Document, Filing, FilingReview
from credkit.store import tables
from credkit.store.door import Door

#: A paper may be named by the beginning of its id, or of its content's SHA-256: so many characters at the least.
SHORTEST = 6
#: Comes after every hexadecimal digit, so that an index finds what begins with some of them.
_AFTER = "g"


class Documents(Door):
    """Verbs: file_document, review_document, leftovers_moved. Nouns: filing, filings_of, filings_beginning, documents_of,
    npis_with_papers, papers, paper, document_faults."""

    # --- where their content is ----------------------------------------------------------------------------------------

    @property
    def incoming(self) -> Path:
        """The folder for papers that are still coming in: what is in it is no evidence."""
        return self.files / "incoming"

    @property
    def aside(self) -> Path:
        """The folder for what was found in the folder of papers and belongs to no record: moved, never deleted."""
        return self.files / "aside"

    @property
    def index_folder(self) -> Path:
        """The folder of indexes over lists: a cache, in which nothing is a paper."""
        return self.files / "index"

    def paper(self, digest: str) -> Path:
        """Return where a paper's content is kept, by its SHA-256."""
        return self.files / digest[:2] / digest

    # --- writing -------------------------------------------------------------------------------------------------------

    def file_document(self, filing: Filing, document: Document) -> None:
        """File a paper, whose content is in its place already."""
        with self.act("document.filed", npi=filing.npi, record=f"filing {filing.id}") as act:
            act.add_once(tables.DOCUMENTS, document)
            act.add(tables.FILINGS, filing)

    def review_document(self, review: FilingReview, credentials: Sequence[Credential] = ()) -> None:
        """Keep what a person made of a paper, with the credentials that an accepted one changes or adds."""
        with self.act(
            "document.reviewed", npi=review.npi, record=f"filing_review {review.id}", reason=review.reason
        ) as act:
            act.add(tables.FILING_REVIEWS, review)
            for credential in credentials:
                act.put(tables.CREDENTIALS, credential)

    def leftovers_moved(self, count: int) -> None:
        """Note that files which belong to no record were moved aside."""
        with self.act("leftovers.moved", npi=None, record="documents") as act:
            act.count("leftovers", count)

    # --- reading -------------------------------------------------------------------------------------------------------

    def filing(self, beginning: str) -> Filing:
        """Return the filing whose id begins so. Raises UsageError where there is none, or more than one."""
        found = self.filings_beginning(beginning)
        if len(found) == 1:
            return found[0]
        if found:
            raise UsageError(f"More than one document begins with {beginning!r}.", hint="Write more of the id.")
        raise UsageError(f"There is no document {beginning!r}.", hint="`credkit document list` shows each with its id.")

    def filings_beginning(self, beginning: str) -> list[Filing]:
        """Return the filings whose id begins so. Raises UsageError where it is too short to say anything."""
        wanted = beginning.strip().lower()
        if len(wanted) < SHORTEST:
            raise UsageError(f"{beginning!r} is too short for an id: write {SHORTEST} characters of it.")
        return self.records(tables.FILINGS, "WHERE id >= ? AND id < ?", (wanted, f"{wanted}{_AFTER}"))

    def filings_of(self, digest: str) -> list[Filing]:
        """Return every filing of one content, oldest first."""
        return self.records(tables.FILINGS, "WHERE sha256 = ?", (digest,))

    def documents_of(self, beginning: str) -> list[Document]:
        """Return what is kept of contents whose SHA-256 begins so."""
        wanted = beginning.strip().lower()
        return self.records(tables.DOCUMENTS, "WHERE sha256 >= ? AND sha256 < ?", (wanted, f"{wanted}{_AFTER}"))

    def npis_with_papers(self) -> list[str]:
        """Return the NPIs of those of whom a paper is filed."""
        return [npi for (npi,) in self.rows("SELECT DISTINCT npi FROM filings ORDER BY npi")]

    def papers(self) -> set[str]:
        """Return the SHA-256 of every paper that a record names."""
        return {digest for (digest,) in self.rows("SELECT sha256 FROM documents UNION SELECT sha256 FROM filings")}

    def document_faults(self) -> Iterator[str]:
        """Say what is wrong with the papers that records name: their content is gone, or is no longer what it was."""
        told: dict[str, str | None] = {}
        for document in self.records(tables.DOCUMENTS):
            if document.sha256 not in told:
                told[document.sha256] = content_fault(self.paper(document.sha256), document.sha256)
            if fault := told[document.sha256]:
                yield f"the document {document.file_name} of {document.npi} {fault}"
        unknown = (
            "SELECT npi, document FROM (SELECT npi, document FROM verifications UNION SELECT npi, document FROM"
            " resolutions) WHERE document IS NOT NULL AND document NOT IN (SELECT sha256 FROM documents)"
        )
        for npi, digest in self.rows(unknown):
            yield f"a record of {npi} rests on the document {digest[:12]}, of which nothing is kept"


def content_fault(path: Path, digest: str) -> str | None:
    """Say what is wrong with a paper's content ("is gone", "was changed"), None where it still has its hash."""
    try:
        return None if sha256_of(path) == digest else "was changed"
    except FileNotFoundError:
        return "is gone"
    except OSError as error:
        return f"cannot be read ({error.strerror})"


def sha256_of(path: Path) -> str:
    """Return the SHA-256 of a file's bytes."""
    with path.open("rb") as file:
        return file_digest(file, "sha256").hexdigest()


def settle(folder: Path) -> None:
    """Let a folder's names be on disk: a renamed file is there for good only when its folder is."""
    if os.name == "nt":
        return  # a folder cannot be opened there, and its names are written with the file
    handle = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)
