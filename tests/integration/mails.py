"""mails.py - mail to send: small ones by hand, many by the generator, other projects' from the corpora."""

import json
import os
import pathlib
import subprocess
import time

from ground import PYTHON, SOURCE
from gateway import Gateway


def generator_path():
    """The program that writes realistic mail, or None."""
    path = pathlib.Path(os.environ.get("MAILGW_GEN_MAIL", SOURCE / ".." / "shared" / "bench" / "gen_mail.py"))
    return path if path.is_file() else None


def corpora_path():
    """The directory with other projects' test mail, or None."""
    path = pathlib.Path(os.environ.get("MAILGW_CORPORA", SOURCE / ".." / "shared" / "corpora"))
    return path if path.is_dir() else None


def generate(out, count, *options, seed=1, to=Gateway.address):
    """Run the generator; a list of (record of corpus.json, bytes)."""
    command = [PYTHON, str(generator_path()), "--count", str(count), "--seed", str(seed), "--out", str(out), "--to", to,
               *map(str, options)]
    subprocess.run(command, check=True, capture_output=True, timeout=600)
    records = json.loads((pathlib.Path(out) / "corpus.json").read_text())
    records = records if isinstance(records, list) else records["messages"]
    files = sorted(pathlib.Path(out).glob("msg-*.eml"))
    assert len(files) == count and len(records) == count
    return [(record, path.read_bytes()) for record, path in zip(records, files)]


def mail(subject="a question", sender="customer@example.net", to=Gateway.address, body="Hello,\n\nit does not work.\n",
         message_id=None, **headers):
    """A small mail as bytes with LF line ends. Further headers by keyword, "_" for "-"; None leaves one out."""
    mail.number += 1
    fields = {"From": sender, "To": to, "Subject": subject, "Date": time.strftime("%a, %d %b %Y %H:%M:%S +0000", time.gmtime()),
              "Message-ID": f"<{message_id or f'm{mail.number}.{os.getpid()}@client.example.net'}>",
              "MIME-Version": "1.0", "Content-Type": "text/plain; charset=utf-8"}
    fields |= {key.replace("_", "-"): value for key, value in headers.items()}
    text = "".join(f"{key}: {value}\n" for key, value in fields.items() if value is not None)
    return (text + "\n" + body).encode()


mail.number = 0
