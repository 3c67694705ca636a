"""Papers as `credkit document` shows them."""

from collections import Counter

from credkit.commands.items.document import DocumentItem
from credkit.commands.session import Session
from credkit.documents.papers import Paper
from credkit.render.listing import Column, Listing

COLUMNS = (
    Column[DocumentItem]("ID", lambda item: item.id),
    Column[DocumentItem]("NPI", lambda item: item.npi),
    Column[DocumentItem]("Kind", lambda item: item.kind),
    Column[DocumentItem]("Of", lambda item: (item.credential or "").partition(" ")[2]),
    Column[DocumentItem](
        "State", lambda item: item.state + ("" if item.counts or item.state != "accepted" else ", superseded")
    ),
    Column[DocumentItem]("Received", lambda item: item.received_on.isoformat()),
    Column[DocumentItem]("Expires", lambda item: item.expires_on.isoformat() if item.expires_on else ""),
    Column[DocumentItem]("File", lambda item: item.file_name),
    Column[DocumentItem]("What", lambda item: item.advice or item.reason or ""),
)


def item_of(
    paper: Paper,
    *,
    new: bool = True,
    result: str | None = None,
    summary: str | None = None,
    advice: str | None = None,
    name: str,
) -> DocumentItem:
    """Return a paper as it is shown: whether it is new, and what the malpractice check makes of a certificate."""
    filing, review = paper.filing, paper.review
    return DocumentItem(
        id=filing.id,
        npi=filing.npi,
        name=name,
        kind=filing.kind,
        credential=filing.credential,
        state=paper.state.value,
        counts=paper.counts,
        issued_on=filing.issued_on,
        expires_on=filing.expires_on,
        received_from=filing.received_from,
        received_on=filing.received_on,
        filed_by=filing.actor,
        filed_at=filing.filed_at,
        reviewed_by=review.actor if review else None,
        reviewed_on=review.reviewed_on if review else None,
        reason=review.reason if review else None,
        file_name=filing.file_name,
        media_type=filing.media_type,
        sha256=filing.sha256,
        fields=dict(filing.fields),
        new=new,
        result=result,
        summary=summary,
        advice=advice,
    )


def show(session: Session, items: list[DocumentItem], empty: str = "") -> None:
    """Show papers, and how many stand how."""
    counts: Counter[str] = Counter(item.state for item in items)
    session.present(
        Listing(
            schema="credkit.document/1",
            items=items,
            columns=COLUMNS,
            counts=counts,
            on=session.on,
            empty=empty or "Nothing to show.",
        )
    )
