"""Attachments on their way out: listed with the mail they came with, written to files by `ticket attachment`; what a reader is
shown of a text; a signature's logo, known when it comes again."""

import base64
import hashlib
import stat
import subprocess

import pytest

import harness
from harness import mail

LOGO = b"\x89PNG\r\n\x1a\n the logo of Example Ltd"
PDF = b"%PDF-1.4\n" + bytes(range(256)) * 40
CUSTOMER = "customer@example.net"


def part(content, type_, disposition, filename=None, content_id=None):
    name = f'; filename="{filename}"' if filename else ""
    identity = f"Content-ID: <{content_id}>\n" if content_id else ""
    return (f"Content-Type: {type_}\nContent-Disposition: {disposition}{name}\n{identity}"
            f"Content-Transfer-Encoding: base64\n\n{base64.encodebytes(content).decode()}")


def with_parts(subject, *parts, sender=CUSTOMER, **headers):
    body = '--b\nContent-Type: text/html; charset=utf-8\n\n<p>See the file.</p><img src="cid:logo">\n'
    body += "".join(f"--b\n{one}" for one in parts) + "--b--\n"
    return mail(subject=subject, sender=sender, body=body, Content_Type="multipart/related; boundary=b", **headers)


def take(gw, *mails, sender=CUSTOMER):
    for one in mails:
        done = gw.deliver(one, sender=sender)
        assert done.returncode == 0, done
    gw.work()


def show(gw, reference):
    return gw.run("ticket", "show", reference, "--json")


def write(gw, *args, status=0):
    """`ticket attachment` with standard output as bytes."""
    done = subprocess.run([str(harness.MAILGW), "ticket", "attachment", *map(str, args)], env=gw.environment(), cwd=gw.base,
                          capture_output=True, timeout=60, check=False)
    assert done.returncode == status, done
    return done


@pytest.fixture(scope="module")
def desk(shared_gateway):
    shared_gateway.raise_limits()
    shared_gateway.serve("--role", "lmtp")
    return shared_gateway


@pytest.fixture(scope="module")
def invoice(desk):
    """A ticket of two mails: both have a part 2, the first has a 3."""
    logo = part(LOGO, "image/png", "inline", "logo.png", "logo")
    take(desk, with_parts("invoice", logo, part(PDF, "application/octet-stream", "attachment", "../../etc/in voice.pdf"),
                          message_id="invoice@client.example.net"))
    take(desk, with_parts("Re: invoice", part(PDF[:100], "application/pdf", "attachment", "τιμολόγιο.pdf"),
                          In_Reply_To="<invoice@client.example.net>"))
    reference = desk.tickets()[-1]["reference"]
    assert len(show(desk, reference)["articles_shown"]) == 2
    return reference


def test_they_are_listed_with_their_mail(desk, invoice):
    first = show(desk, invoice)["articles_shown"][0]
    assert [(a["part"], a["size"], a["sha256"], a["inline"], a["repeated"]) for a in first["attachments"]] == [
        ("2", len(LOGO), hashlib.sha256(LOGO).hexdigest(), True, False),
        ("3", len(PDF), hashlib.sha256(PDF).hexdigest(), False, False)]
    printed = desk.run("ticket", "show", invoice)
    assert f"  2      logo.png, image/png, {len(LOGO)} bytes, inline\n" in printed
    assert "---- 1: " in printed and "---- 2: " in printed


def test_the_bytes_are_those_of_the_part(desk, invoice, tmp_path):
    assert write(desk, invoice, "3", "-o", "-").stdout == PDF
    assert write(desk, f"#{invoice}/1", "2", "-o", "-").stdout == LOGO
    assert write(desk, f"{invoice}/2", "2", "-o", "-").stdout == PDF[:100]
    target = tmp_path / "out"
    write(desk, invoice, "3", "-o", target)
    assert target.read_bytes() == PDF
    assert stat.S_IMODE(target.stat().st_mode) == 0o600


def test_which_mail_is_meant_has_to_be_said(desk, invoice):
    done = write(desk, invoice, "2", "-o", "-", status=1)
    assert f"several mails of ticket #{invoice} have a part 2: say which, of {invoice}/1, {invoice}/2".encode() in done.stderr
    assert b"no mail with the number 9" in write(desk, f"{invoice}/9", "2", "-o", "-", status=1).stderr
    assert b"has an attachment 7" in write(desk, invoice, "7", "-o", "-", status=1).stderr
    write(desk, f"{invoice}/1", "7", "-o", "-", status=1)
    assert b"there is no ticket #4711" in write(desk, 4711, "2", "-o", "-", status=1).stderr
    write(desk, "x", "2", "-o", "-", status=2)
    write(desk, invoice, "2", status=2)


def test_a_file_is_overwritten_only_when_told(desk, invoice, tmp_path):
    target = tmp_path / "mine"
    target.write_text("mine")
    assert b"--force" in write(desk, invoice, "3", "-o", target, status=1).stderr
    assert target.read_text() == "mine"
    write(desk, invoice, "3", "-o", target, "--force")
    assert target.read_bytes() == PDF and stat.S_IMODE(target.stat().st_mode) == 0o600
    link = tmp_path / "link"
    link.symlink_to(tmp_path / "elsewhere")
    write(desk, invoice, "3", "-o", link, "--force", status=1)
    assert not (tmp_path / "elsewhere").exists()


def test_a_name_in_a_directory_is_a_plain_one(desk, invoice, tmp_path):
    write(desk, invoice, "3", "-o", tmp_path)
    write(desk, f"{invoice}/2", "2", "-o", tmp_path)
    names = sorted(path.name for path in tmp_path.iterdir())
    assert len(names) == 2 and all(set(name) <= set("abcdefghijklmnopqrstuvwxyz0123456789._-") for name in names), names
    assert "part-2.pdf" in names


def test_files_out_of_winmail_dat(desk, tmp_path):
    """Outlook's envelope: what is inside is listed behind the path of the envelope, and is written like any other part."""
    take(desk, (harness.SOURCE / "tests" / "mail" / "winmail-beside-text.eml").read_bytes(), sender="outlook@example.net")
    reference = desk.tickets()[-1]["reference"]
    attachments = show(desk, reference)["articles_shown"][0]["attachments"]
    inside = [one for one in attachments if one["part"].startswith("2.")]
    if not inside:
        pytest.skip("built without libytnef")
    for one in inside:
        content = write(desk, reference, one["part"], "-o", "-").stdout
        assert len(content) == one["size"] and hashlib.sha256(content).hexdigest() == one["sha256"]
    assert write(desk, reference, "2", "-o", "-").stdout[:4] == b"\x78\x9f\x3e\x22"


def test_an_original_that_retention_removed_says_so(gateway, tmp_path):
    gateway.serve("--role", "lmtp")
    take(gateway, with_parts("old", part(PDF, "application/pdf", "attachment", "a.pdf")))
    gateway.sql("UPDATE inbound SET raw = NULL, raw_received_at = NULL; DELETE FROM raw")
    assert b"retention" in write(gateway, gateway.tickets()[0]["reference"], "2", "-o", "-", status=1).stderr


def repeated(gw, subject):
    reference = next(t["reference"] for t in gw.tickets() if t["subject"] == subject)
    return [(a["part"], a["repeated"]) for a in show(gw, reference)["articles_shown"][0]["attachments"]]


def test_a_logo_is_marked_when_it_comes_again(gateway):
    logo = part(LOGO, "image/png", "inline", "logo.png", "logo")
    other = part(LOGO + b"2", "image/png", "inline", "photo.png", "photo")
    pdf = part(PDF, "application/pdf", "attachment", "a.pdf")
    gateway.raise_limits()
    gateway.serve("--role", "lmtp")
    take(gateway, with_parts("one", logo, pdf))
    take(gateway, with_parts("two", logo, other, pdf), with_parts("three", logo, other))
    take(gateway, with_parts("a stranger's", logo, sender="else@example.org"), sender="else@example.org")
    assert repeated(gateway, "one") == [("2", False), ("3", False)]
    assert repeated(gateway, "two") == [("2", True), ("3", False), ("4", False)]
    assert repeated(gateway, "three") == [("2", True), ("3", True)]
    assert repeated(gateway, "a stranger's") == [("2", False)]
    reference = next(t["reference"] for t in gateway.tickets() if t["subject"] == "three")
    assert "sent before by this sender" in gateway.run("ticket", "show", reference)
    gateway.audit()
    gateway.sql("UPDATE person_image SET seen_at = clock_timestamp() - interval '2 years'")
    assert gateway.run("purge", "--json")["images"] == 3
    assert gateway.sql_value("SELECT count(*) FROM person_image") == "0"


ANSWER = """Thank you, that worked.

On Mon, 16 Nov 2026 at 10:00, Support <support@example.com> wrote:
> Hello,
>
> have you tried turning it off and on again?
> Regards

-- 
Maria
Example Ltd
"""


def test_what_was_quoted_is_folded_and_never_lost(gateway):
    gateway.serve("--role", "lmtp")
    take(gateway, mail(subject="Re: printer", body=ANSWER))
    reference = gateway.tickets()[0]["reference"]
    article = show(gateway, reference)["articles_shown"][0]
    assert article["text"] == ANSWER
    assert article["reply"] == "Thank you, that worked."
    assert [span["kind"] for span in article["spans"]][0] == "reply"
    assert article["spans"][-1]["end"] == len(ANSWER)
    printed = gateway.run("ticket", "show", reference)
    assert "Thank you, that worked." in printed and "turning it off" not in printed
    assert "quoted lines folded]" in printed and "signature folded]" in printed
    assert "turning it off" in gateway.run("ticket", "show", "--full", reference)
    gateway.audit()
