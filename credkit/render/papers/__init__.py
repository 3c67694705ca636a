"""Papers written as Markdown, HTML or PDF. The same paper gives the same bytes."""

from enum import StrEnum

from credkit.records.paper import Paper


class Kind(StrEnum):
    """What a paper can be written as."""

    MARKDOWN = "md"
    HTML = "html"
    PDF = "pdf"


def written(paper: Paper, as_: Kind) -> bytes:
    """Return a paper's bytes. Raises UsageError where the PDF extra is not installed."""
    match as_:
        case Kind.MARKDOWN:
            from credkit.render.papers.markdown import markdown

            return markdown(paper).encode()
        case Kind.HTML:
            from credkit.render.papers.html import html

            return html(paper).encode()
        case Kind.PDF:
            from credkit.render.papers.pdf import pdf

            return pdf(paper)
