"""What a provider does on the portal: papers, facts, explanations, a new signature; nothing counts until staff accept it."""

import io
import re
import socket
from collections.abc import Iterator

import httpx
import pytest
from conftest import without_digests
from desk import form
from factories import NPI, policy
from papers import archive, pdf
from portals import PDF, Site, Visitor

DOCUMENTS = '\n[[documents]]\nkind = "w9"\n'


def ask_for_a_w9(site: Site) -> None:
    """Put a policy in force that asks for a W-9."""
    from credkit.policy import shipped_text

    path = site.desk.folder / "ours.toml"
    path.write_text(shipped_text() + DOCUMENTS, encoding="utf-8")
    site.desk.ok("policy", "adopt", path)


def task_of(visitor: Visitor, words: str) -> str:
    """Return the address of the page on which a task is done."""
    page = visitor.get("/status").text
    card = page.partition(words)[2]
    found = re.search(r'href="(/(?:paper/[0-9a-f]+|facts|sign))"', card)
    assert found, page
    return found[1]


def upload(visitor: Visitor, path: str, content: bytes, name: str = "w9.pdf", **given: str) -> httpx.Response:
    return visitor.client.post(
        path, data={"form_token": visitor.token(path), **given}, files={"file": (name, io.BytesIO(content))}
    )


def test_a_paper_that_is_asked_for(site: Site) -> None:
    ask_for_a_w9(site)
    visitor = site.inside()
    path = task_of(visitor, "Send your form W-9")
    assert "We have received it" in upload(visitor, path, PDF).text
    (paper,) = site.desk.items("document", "list", NPI)
    assert (paper["kind"], paper["state"], paper["counts"]) == ("w9", "received", False)
    assert (paper["file_name"], paper["received_from"]) == ("w9.pdf", "the provider, by the portal")
    assert paper["filed_by"] == f"provider {NPI}"
    # What is asked for and waits is asked for no more; the address of the task is no page any more.
    assert "Send your form W-9" not in visitor.get("/status").text
    assert visitor.get(path).status_code == 404
    site.desk.ok("document", "review", paper["id"], "reject", "--reason", "Page two is missing.")
    page = visitor.get("/status").text
    assert "The last one could not be taken: Page two is missing." in page
    again = upload(visitor, task_of(visitor, "Send your form W-9"), pdf("whole"))
    assert "We have received it" in again.text
    newer = next(one for one in site.desk.items("document", "list", NPI) if one["state"] == "received")
    site.desk.ok("document", "review", newer["id"], "accept")
    assert "Accepted on March 2, 2026." in visitor.get("/status").text


def test_a_form_sent_twice_is_one_paper(site: Site) -> None:
    visitor = site.inside()
    for words in ("We have received it", "We have that already"):
        assert words in upload(visitor, "/paper/other", PDF, kind="cv").text
    assert len(site.desk.items("document", "list", NPI)) == 1


@pytest.mark.parametrize(
    ("content", "name"),
    [
        (b"", "empty.pdf"),
        (b"MZ\x90\x00" + bytes(400), "license.pdf"),
        (b'<svg xmlns="http://www.w3.org/2000/svg"><script>alert(1)</script></svg>', "photo.svg"),
        (b"<!doctype html><script>alert(1)</script>", "page.pdf"),
        (archive("run.exe"), "papers.zip"),
        (b"%PDF-1.4 cut off", "cut.pdf"),
        (b"alert(1)", "look.js"),
    ],
)
def test_what_is_no_paper_is_refused_in_words(site: Site, content: bytes, name: str) -> None:
    answer = upload(site.inside(), "/paper/other", content, name)
    assert answer.status_code == 422
    assert "Please mend this" in answer.text
    assert site.desk.items("document", "list", NPI) == []
    incoming = site.desk.folder / "credkit.db.files" / "incoming"
    assert list(incoming.iterdir()) == []


@pytest.mark.parametrize(
    "name", ["../../../etc/passwd", "..\\..\\boot.ini", "a\x00b.pdf", "/etc/shadow", "x" * 4000 + ".pdf", "é\u202e.pdf"]
)
def test_a_file_s_name_is_only_a_name(site: Site, name: str) -> None:
    answer = upload(site.inside(), "/paper/other", PDF, name)
    assert answer.status_code == 200
    (paper,) = site.desk.items("document", "list", NPI)
    assert "/" not in paper["file_name"]
    assert "\\" not in paper["file_name"]
    assert len(paper["file_name"]) <= 120
    kept = site.desk.folder / "credkit.db.files" / paper["sha256"][:2] / paper["sha256"]
    assert kept.read_bytes() == PDF


def test_a_paper_that_is_too_large_is_refused_before_it_is_read(site: Site) -> None:
    visitor = site.inside()
    token = visitor.token("/paper/other")
    cookie = visitor.client.cookies["credkit"]
    host, port = site.base.removeprefix("http://").split(":")
    with socket.create_connection((host, int(port)), timeout=20) as wire:
        wire.sendall(
            f"POST /paper/other HTTP/1.1\r\nHost: {host}\r\nCookie: credkit={cookie}\r\nContent-Length: {2 << 30}\r\n"
            f"Content-Type: multipart/form-data; boundary=b\r\n\r\n--b\r\nContent-Disposition: form-data; "
            f'name="form_token"\r\n\r\n{token}\r\n'.encode()
        )
        assert wire.recv(200).startswith(b"HTTP/1.1 413")


def test_a_paper_of_unknown_size_is_cut_off_where_it_is_too_large(site: Site) -> None:
    """What comes in chunks names no size: it is counted, and nothing of it stays."""
    from credkit.policy import shipped_text

    path = site.desk.folder / "ours.toml"
    path.write_text(shipped_text().replace("max_megabytes = 50", "max_megabytes = 1"), encoding="utf-8")
    site.desk.ok("policy", "adopt", path)
    visitor = site.inside()
    token = visitor.token("/paper/other")  # the page has read the policy
    assert "at most 1 MB" in visitor.get("/paper/other").text

    def body() -> Iterator[bytes]:
        yield f'--b\r\nContent-Disposition: form-data; name="form_token"\r\n\r\n{token}\r\n'.encode()
        yield b'--b\r\nContent-Disposition: form-data; name="file"; filename="big.pdf"\r\n\r\n%PDF-1.4\n'
        for _ in range(40):
            yield b"x" * 65_536
        yield b"\r\n--b--\r\n"

    said = visitor.client.post(
        "/paper/other", content=body(), headers={"Content-Type": "multipart/form-data; boundary=b"}
    )
    assert said.status_code == 413
    assert site.desk.items("document", "list", NPI) == []
    assert list((site.desk.folder / "credkit.db.files").glob("incoming/*")) == []


def test_a_certificate_of_insurance_says_what_it_must(site: Site) -> None:
    site.desk.take_in(form(malpractice_expires_on="2026-02-01", signed_on="2026-02-25"), name="late.csv")
    site.desk.load_leie()
    site.desk.run("verify", "run", NPI)
    visitor = site.inside()
    path = task_of(visitor, "Renew your malpractice insurance")
    short = upload(visitor, path, PDF, "coi.pdf", carrier="Prairie Mutual")
    assert short.status_code == 422
    assert "policy_number: it is not given" in short.text
    told = {
        "insured": "Ana Marsh", "carrier": "Prairie Mutual", "policy_number": "MP-2", "effective_on": "2026-02-01",
        "expires_on": "2027-02-01", "per_claim": "1M / 3M", "basis": "occurrence",
    }  # fmt: skip
    assert "We have received it" in upload(visitor, path, PDF, "coi.pdf", **told).text
    (paper,) = site.desk.items("document", "list", NPI)
    assert paper["fields"]["policy_number"] == "MP-2"


def test_a_corrected_fact_counts_when_staff_accept_it(site: Site) -> None:
    visitor = site.inside()
    page = visitor.get("/facts").text
    assert 'value="0012345"' in page
    assert "1985" not in without_digests(page)
    fields = shown(page)
    sent = visitor.send(
        "/facts", fields | {"phone": "303-555-0199", "license_1_expires_on": "2028-03-31", "do": "send"}
    )
    assert "Thank you" in sent.text
    (waiting,) = site.desk.items("intake", "list")
    assert (waiting["kind"], waiting["outcome"], waiting["name"]) == ("correction", "changed", "Ana Marsh")
    fields_changed = {one["field"]: one["after"] for one in waiting["changes"]}
    assert fields_changed == {"phone": "303-555-0199", "license.CO.expires_on": "2028-03-31"}
    (line,) = [line for line in site.desk.items("today") if line["what"].startswith("look over")]
    assert (line["rank"], line["npi"], line["name"]) == ("us", NPI, "Ana Marsh")
    assert line["command"] == f"credkit intake list {waiting['submission_id']}"
    one = site.desk.ok("intake", "list", waiting["submission_id"][:14]).out
    assert "phone\t303-555-0199" in one
    assert "phone" not in site.desk.ok("provider", "show", NPI).out
    assert "Received; the office will look at it." in visitor.get("/status").text
    site.desk.ok("intake", "accept", waiting["submission_id"])
    shown_now = site.desk.item("provider", "show", NPI)
    assert shown_now["phone"] == "303-555-0199"
    assert site.desk.items("intake", "list") == []
    assert not [line for line in site.desk.items("today") if line["what"].startswith("look over")]
    assert "Accepted on March 2, 2026." in visitor.get("/status").text
    assert site.desk.run("intake", "accept", waiting["submission_id"]).code == 5


def test_the_same_correction_twice_is_one(site: Site) -> None:
    visitor = site.inside()
    fields = shown(visitor.get("/facts").text) | {"city": "Golden", "do": "send"}
    visitor.send("/facts", fields)
    visitor.send("/facts", fields)
    assert len(site.desk.items("intake", "list")) == 1


def test_facts_that_cannot_be_are_said_at_once(site: Site) -> None:
    visitor = site.inside()
    fields = shown(visitor.get("/facts").text)
    for wrong, says in (
        ({"phone": "12"}, "telephone number"),
        ({"license_1_expires_on": "31/12/2027"}, "the day stands first"),
        ({"license_2_number": "77"}, "without its state"),
        ({}, "Nothing is changed"),
    ):
        answer = visitor.send("/facts", fields | wrong | {"do": "send"})
        assert answer.status_code == 422
        assert says in answer.text
    assert site.desk.items("intake", "list") == []


def test_confirmed_facts_are_noted(site: Site) -> None:
    visitor = site.inside()
    visitor.send("/facts", {"do": "confirm"})
    (waiting,) = site.desk.items("intake", "list")
    assert (waiting["outcome"], waiting["cells"]) == ("unchanged", [])
    site.desk.ok("intake", "accept", waiting["submission_id"])


def test_extra_fields_change_nothing(site: Site) -> None:
    """Neither the NPI, nor the date of birth, nor what CAQH says, can be sent from the page."""
    visitor = site.inside()
    fields = shown(visitor.get("/facts").text)
    visitor.send(
        "/facts",
        fields | {"npi": "1000000012", "date_of_birth": "1990-01-01", "caqh_roster_status": "X", "actor": "kim",
                  "signed_on": "2020-01-01", "city": "Golden", "do": "send"},
    )  # fmt: skip
    (waiting,) = site.desk.items("intake", "list")
    assert [one["column"] for one in waiting["cells"]] == ["city"]
    assert waiting["npi"] == NPI


def test_a_gap_is_explained_and_the_application_signed_anew(site: Site) -> None:
    site.desk.take_in(
        form(work_1_started_on="2024-05-01", signed_on="2026-02-25") | {
            "work_2_employer": "Old Clinic", "work_2_role": "therapist", "work_2_started_on": "2015-01",
            "work_2_ended_on": "2022-12"}, name="gap.csv",
    )  # fmt: skip
    site.desk.run("verify", "run", NPI)
    visitor = site.inside()
    assert "Explain the gaps in your work history" in visitor.get("/status").text
    page = visitor.get("/sign").text
    fields = shown(page)
    answers = {f"disclosure_{key}": "no" for key in policy().disclosures}
    short = visitor.send("/sign", fields | answers | {"signed_name": "Ana Marsh"})
    assert short.status_code == 422
    assert "Say what you did from 2023-01-01 to 2024-04-30" in short.text
    gap = {"gap_1_started_on": "2023-01", "gap_1_ended_on": "2024-04", "gap_1_explanation": "Cared for a parent."}
    unsigned = visitor.send("/sign", fields | answers | gap)
    assert "Write your name." in unsigned.text
    some = dict(list(answers.items())[1:])
    assert "Answer yes or no." in visitor.send("/sign", fields | some | gap | {"signed_name": "Ana Marsh"}).text
    yes = answers | {"disclosure_felony": "yes"}
    assert "Explain your answer" in visitor.send("/sign", fields | yes | gap | {"signed_name": "Ana Marsh"}).text
    explained = yes | {"disclosure_felony_explanation": "A long time ago."}
    assert "Signed, and sent" in visitor.send("/sign", fields | explained | gap | {"signed_name": "Ana Marsh"}).text
    (waiting,) = site.desk.items("intake", "list")
    assert (waiting["kind"], waiting["outcome"]) == ("attestation", "changed")
    site.desk.ok("intake", "accept", waiting["submission_id"])
    site.desk.run("verify", "run", NPI, "--again")
    states = {one["check"]: one["state"] for one in site.desk.status()["requirements"]}
    assert states["work_history"] == "met"
    assert site.desk.item("provider", "show", NPI)["signed_on"] == "2026-03-02"
    assert "Explain the gaps" not in visitor.get("/status").text


def test_a_rejection_is_told_word_for_word(site: Site) -> None:
    visitor = site.inside()
    visitor.send("/facts", shown(visitor.get("/facts").text) | {"city": "Golden", "do": "send"})
    (waiting,) = site.desk.items("intake", "list")
    site.desk.ok("intake", "reject", waiting["submission_id"], "--reason", "Please send the lease.")
    assert "Not taken on March 2, 2026: Please send the lease." in visitor.get("/status").text
    assert site.desk.item("provider", "show", NPI)["address"] == []
    (decided,) = site.desk.items("intake", "list", "--all")
    assert (decided["state"], decided["decided_by"]) == ("rejected", "kim")


def test_another_s_paper_is_not_told(site: Site) -> None:
    """That the same content is somebody else's is staff's to see, never a visitor's."""
    other = "1000000020"
    site.desk.take_in(form(npi=other, last_name="Strand"), name="other.csv")
    path = site.desk.folder / "theirs.pdf"
    path.write_bytes(PDF)
    site.desk.ok("document", "add", other, path, "--kind", "cv")
    answer = upload(site.inside(), "/paper/other", PDF)
    assert answer.status_code == 200
    assert other not in answer.text


def shown(page: str) -> dict[str, str]:
    """Return what the fields of a page hold, as a browser would send them back."""
    import html

    fields = {
        name: html.unescape(value)
        for name, value in re.findall(r'<input type="text" id="[^"]*" name="([^"]*)" value="([^"]*)"', page)
    }
    fields |= {
        name: html.unescape(text)
        for name, text in re.findall(r'<textarea id="[^"]*" name="([^"]*)"[^>]*>([^<]*)<', page)
    }
    for name, options in re.findall(r'<select id="[^"]*" name="([^"]*)"[^>]*>(.*?)</select>', page, re.DOTALL):
        found = re.search(r'value="([^"]*)" selected', options)
        fields[name] = found[1] if found else ""
    return fields
