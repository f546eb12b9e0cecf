"""A14: archives are never unpacked, and a mail within a mail is an attachment: what is stored is as large as what came."""

import base64
import io
import json
import zipfile

from attack import ready, take
from harness import mail


def zip_bomb():
    inner = io.BytesIO()
    with zipfile.ZipFile(inner, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("zeros", bytes(20_000_000))
    outer = io.BytesIO()
    with zipfile.ZipFile(outer, "w", zipfile.ZIP_DEFLATED) as archive:
        for n in range(50):
            archive.writestr(f"{n}.zip", inner.getvalue())
    return outer.getvalue()     # some kilobytes for a gigabyte


def attached(data, kind, name):
    return mail(Content_Type="multipart/mixed; boundary=b", body="--b\n\nsee the file\n--b\n"
                f"Content-Type: {kind}\nContent-Transfer-Encoding: base64\n"
                f"Content-Disposition: attachment; filename={name}\n\n{base64.encodebytes(data).decode()}--b--\n")


def nested(depth):
    data = b"Subject: the innermost\n\ntext\n"
    for _ in range(depth):
        data = b"Subject: outer\nMIME-Version: 1.0\nContent-Type: message/rfc822\n\n" + data
    return b"From: a@client.example.net\nTo: support@example.com\n" + data


def test_nothing_is_unpacked(gateway, tmp_path):
    ready(gateway)
    bomb = zip_bomb()
    mails = [attached(bomb, "application/zip", "42.zip"), attached(bomb, "application/x-zip-compressed", "report.xml.zip"), nested(40)]
    for n, data in enumerate(mails):
        (tmp_path / f"{n}.eml").write_bytes(data)
    parsed = [json.loads(line) for line in
              gateway.execute("parse", "--json", *sorted(tmp_path.glob("*.eml"))).stdout.splitlines()]
    assert [one["attachments"][0]["size"] for one in parsed[:2]] == [len(bomb)] * 2
    take(gateway, *mails)
    gateway.work()
    stored = int(gateway.sql_value("SELECT sum(octet_length(bytes)) FROM mailgw.raw"))
    assert abs(stored - sum(map(len, mails))) <= 2 * len(mails)     # a line end at the end of each
    texts = int(gateway.sql_value("SELECT sum(octet_length(text)) FROM mailgw.article"))
    assert texts < 100_000
    assert [row["outcome"] for row in gateway.inbound()] == ["ticket"] * 3
    gateway.audit()
