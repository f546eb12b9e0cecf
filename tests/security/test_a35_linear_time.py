"""A35: a mail twice as large takes about twice as long, whatever of it is large (RFC 3834 robots died of References, parsers of "((((")."""

import resource
import subprocess

import pytest

from harness import MAILGW

HEAD = b"From: a@client.example.net\nTo: support@example.com\nSubject: s\n"
SHAPES = {
    "references": lambda n: HEAD + b"References: " + b" ".join(b"<%d@x.example>" % i for i in range(n)) + b"\n\nx\n",
    "reference-fields": lambda n: HEAD + b"".join(b"References: <%d@x.example>\n" % i for i in range(n)) + b"\nx\n",
    "to": lambda n: HEAD + b"Cc: " + b", ".join(b"a%d@x.example" % i for i in range(n)) + b"\n\nx\n",
    "comments": lambda n: HEAD + b"Cc: " + b"(" * n + b"\n\nx\n",
    "received": lambda n: b"Received: from a by b; Tue, 14 Nov 2023 22:13:00 +0000\n" * n + HEAD + b"\nx\n",
    "folded-lines": lambda n: HEAD + b"X-A: b\n" + b" c\n" * n + b"\nx\n",
    "quotes": lambda n: HEAD + b"\n" + b"> > > a\n" * n,
    "quote-depth": lambda n: HEAD + b"\n" + b">" * n + b"\n",
    "false-tokens": lambda n: HEAD + b"\n" + b"t1.1.aaaaaaaaaaaaaaaaaaaaaaaaaaa\n" * n,
    "false-tags": lambda n: HEAD + b"Subject: " + b"[Support #1" * n + b"\n\nx\n",
    "reply-prefixes": lambda n: HEAD + b"Subject: " + b"Re: " * n + b"\n\nx\n",
    "encoded-words": lambda n: HEAD + b"Subject: " + b"=?utf-8?q?a?= " * n + b"\n\nx\n",
    "html-open": lambda n: HEAD + b"Content-Type: text/html\n\n" + b"<div>" * n,
    "html-attributes": lambda n: HEAD + b"Content-Type: text/html\n\n<a " + b"b=c " * n + b">x",
    "html-angles": lambda n: HEAD + b"Content-Type: text/html\n\n" + b"<" * n,
    "html-comments": lambda n: HEAD + b"Content-Type: text/html\n\n" + b"<!-- " * n,
    "boundaries": lambda n: HEAD + b"Content-Type: multipart/mixed; boundary=b\n\n" + b"--c\n" * n,
    "spaces": lambda n: HEAD + b"\n" + b" " * n + b"x\n",
    "empty-lines": lambda n: HEAD + b"\n" + b"\n" * n + b"x\n",
    "base64": lambda n: HEAD + b"Content-Transfer-Encoding: base64\n\n" + b"YWFh\n" * n,
}
SMALL, LARGE = 50_000, 200_000


def seconds(path):
    """CPU time of `mailgw parse`, the least of three: what is added by others on the machine is no part of it."""
    least = None
    for _ in range(3):
        before = resource.getrusage(resource.RUSAGE_CHILDREN)
        done = subprocess.run([str(MAILGW), "parse", "--json", str(path)], stdout=subprocess.DEVNULL, timeout=60, check=False)
        after = resource.getrusage(resource.RUSAGE_CHILDREN)
        assert done.returncode == 0
        used = after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime
        least = used if least is None else min(least, used)
    return least


@pytest.mark.parametrize("shape", SHAPES)
def test_four_times_the_size(tmp_path, shape):
    times = []
    for n in (SMALL, LARGE):
        path = tmp_path / f"{n}.eml"
        path.write_bytes(SHAPES[shape](n))
        times.append(seconds(path))
    # Quadratic would be sixteen times. A start of the program is in both.
    assert times[1] < 8 * times[0] + 0.05, times
    assert times[1] < 5
