"""Papers made for a test: PDFs with and without a form, and what is no paper at all. Nobody's real paper is among them."""

import io
import zipfile
from collections.abc import Mapping, Sequence

from pypdf import PdfWriter
from pypdf.generic import ArrayObject, DictionaryObject, FloatObject, NameObject, NumberObject, TextStringObject

#: A picture of one pixel.
PNG = bytes.fromhex(
    "89504e470d0a1a0a0000000d494844520000000100000001080600000 01f15c4890000000d49444154789c6360000000020001e221bc330000"
    "000049454e44ae426082".replace(" ", "")
)


def pdf(says: str = "a certificate", password: str | None = None) -> bytes:
    """Return a PDF of one page; `says` makes its content another's."""
    writer = PdfWriter()
    writer.add_blank_page(width=200, height=200)
    writer.add_metadata({"/Title": says})
    if password is not None:
        writer.encrypt(password, algorithm="RC4-128")
    return written(writer)


def by_words(value: object) -> str:
    """Return how a test of a content is called: by its words, since a PDF is not twice the same."""
    return value if isinstance(value, str) else "content"


def written(writer: PdfWriter) -> bytes:
    made = io.BytesIO()
    writer.write(made)
    return made.getvalue()


def pdf_form(
    texts: Mapping[str, str] | None = None,
    boxes: Mapping[str, bool] | None = None,
    radios: Mapping[str, tuple[Sequence[str], str | None]] | None = None,
    choices: Mapping[str, Sequence[str]] | None = None,
    groups: Mapping[str, Mapping[str, str]] | None = None,
    same_name: Mapping[str, tuple[Sequence[str], str | None]] | None = None,
) -> bytes:
    """Return a fillable form, filled in: text fields, check boxes, groups of buttons (their names, and the one chosen), lists
    of which several may be chosen, groups of text fields, and boxes of one name."""
    writer = PdfWriter()
    page = writer.add_blank_page(width=600, height=800)
    fields, widgets = ArrayObject(), ArrayObject()

    def widget(more: dict[str, object], *, top: bool = True) -> DictionaryObject:
        made = DictionaryObject(
            {
                NameObject("/Type"): NameObject("/Annot"),
                NameObject("/Subtype"): NameObject("/Widget"),
                NameObject("/Rect"): ArrayObject([FloatObject(n) for n in (10, 10, 100, 30)]),
            }
        )
        made.update({NameObject(name): value for name, value in more.items()})
        reference = writer._add_object(made)
        widgets.append(reference)
        if top:
            fields.append(reference)
        return made

    for name, value in (texts or {}).items():
        widget({"/FT": NameObject("/Tx"), "/T": TextStringObject(name), "/V": TextStringObject(value)})
    for name, on in (boxes or {}).items():
        state = NameObject("/Yes" if on else "/Off")
        widget(
            {
                "/FT": NameObject("/Btn"), "/T": TextStringObject(name), "/V": state, "/AS": state,
                "/AP": _looks("Yes"),
            }
        )  # fmt: skip
    for name, members in (groups or {}).items():
        of_group = ArrayObject()
        above = writer._add_object(
            DictionaryObject(
                {
                    NameObject("/FT"): NameObject("/Tx"),
                    NameObject("/T"): TextStringObject(name),
                    NameObject("/Kids"): of_group,
                }
            )
        )
        fields.append(above)
        for member, value in members.items():
            kid = widget({"/Parent": above, "/T": TextStringObject(member), "/V": TextStringObject(value)}, top=False)
            of_group.append(kid.indirect_reference)
    buttons = [(name, told, 1 << 15) for name, told in (radios or {}).items()]
    buttons += [(name, told, 0) for name, told in (same_name or {}).items()]
    for name, (names, chosen), flags in buttons:
        kids = ArrayObject()
        group = DictionaryObject(
            {
                NameObject("/FT"): NameObject("/Btn"),
                NameObject("/Ff"): NumberObject(flags),
                NameObject("/T"): TextStringObject(name),
                NameObject("/Kids"): kids,
            }
        )
        if chosen is not None:
            group[NameObject("/V")] = NameObject(f"/{chosen}")
        parent = writer._add_object(group)
        fields.append(parent)
        for one in names:
            kid = widget({"/Parent": parent, "/AP": _looks(one)}, top=False)
            kids.append(kid.indirect_reference)
    for name, values in (choices or {}).items():
        widget(
            {
                "/FT": NameObject("/Ch"),
                "/T": TextStringObject(name),
                "/V": ArrayObject([TextStringObject(one) for one in values]),
            }
        )
    # A button that does something, and a place to sign: neither is an answer.
    widget({"/FT": NameObject("/Btn"), "/Ff": NumberObject(1 << 16), "/T": TextStringObject("print_me")})
    widget({"/FT": NameObject("/Sig"), "/T": TextStringObject("wet_signature")})
    page[NameObject("/Annots")] = widgets
    writer._root_object[NameObject("/AcroForm")] = DictionaryObject({NameObject("/Fields"): fields})
    return written(writer)


def _looks(on: str) -> DictionaryObject:
    nothing = DictionaryObject()
    return DictionaryObject(
        {NameObject("/N"): DictionaryObject({NameObject(f"/{on}"): nothing, NameObject("/Off"): nothing})}
    )


def endless_tree(levels: int = 12, wide: int = 10) -> bytes:
    """Return a PDF of some hundred bytes whose pages, counted one by one, are 10 to the twelfth."""
    nodes = [
        b"<</Type/Catalog/Pages 2 0 R>>",
        *(b"<</Type/Pages/Count 10/Kids[%s]>>" % (b"%d 0 R " % (level + 3) * wide) for level in range(levels)),
        b"<</Type/Page/MediaBox[0 0 9 9]>>",
    ]
    made, places = b"%PDF-1.7\n", []
    for number, node in enumerate(nodes, 1):
        places.append(len(made))
        made += b"%d 0 obj\n%s\nendobj\n" % (number, node)
    table = b"0000000000 65535 f \n" + b"".join(b"%010d 00000 n \n" % place for place in places)
    end = b"trailer<</Size %d/Root 1 0 R>>\nstartxref\n%d\n%%%%EOF" % (len(nodes) + 1, len(made))
    return made + b"xref\n0 %d\n" % (len(nodes) + 1) + table + end


def archive(*names: str) -> bytes:
    """Return a zip archive that holds files of these names."""
    made = io.BytesIO()
    with zipfile.ZipFile(made, "w") as file:
        for name in names:
            file.writestr(zipfile.ZipInfo(name), "x")  # of 1980: the same bytes whenever it is made
    return made.getvalue()
