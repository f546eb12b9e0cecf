"""The text form as a customer reads it who has no pictures: in neomutt, in a window of 80 columns. `pytest -s` shows the screens."""

import email
import email.policy
import re
import shutil
import subprocess

import pytest

import harness
from test_kb import answers, copied, mails

LANGUAGES = ["en", "el", "ru", "be", "pl", "de"]
PROVED = "Authentication-Results: mx.example.com; dmarc=pass header.from=client.example.net\n"
MAIL = """{more}From: {name} <{language}@client.example.net>
To: support@example.com
Subject: {subject}
Message-ID: <{language}@client.example.net>
Date: Sun, 22 Nov 2026 15:30:00 +0530
MIME-Version: 1.0
Content-Type: text/plain; charset=utf-8

{text}
"""
NAMES = {"en": "Maria Jensen", "el": "Μαρία Παπαδοπούλου", "ru": "Анна Ковалёва", "be": "Ганна Кавалёва", "pl": "Małgorzata Wiśniewska", "de": "Annegret Schönfelder"}
SETTINGS = 'set folder=box\nset pager_index_lines=0\nset markers=yes\nset wait_key=no\nignore *\nunignore from to subject date\nalternative_order text/plain\npush "<display-message>"\n'


@pytest.fixture(scope="module")
def acknowledged():
    """{language: the acknowledgement}, each with everything that one may say: the promise, help articles, the desk's time beside the reader's."""
    for program in ("neomutt", "tmux"):
        if shutil.which(program) is None:
            pytest.skip(f"no {program}")
    gw = harness.Gateway()
    try:
        gw.raise_limits()
        for section, key, value in (("gateway", "authserv-id", "mx.example.com"), ("calendar desk", "timezone", "Europe/Athens"), ("calendar desk", "always", "yes"),
                                    ("target soon", "calendar", "desk"), ("target soon", "first-response", "30h"), ("queue support", "target", "soon")):
            gw.configure(section, key, value)
        gw.run("kb", "import", copied(gw))
        asked = {language: (subject, text) for language, names, subject, text in reversed(list(mails())) if names == {"password"}}
        gw.serve("--role", "lmtp")
        for language in LANGUAGES:
            subject, text = asked[language]
            mail = MAIL.format(more=PROVED, language=language, name=NAMES[language], subject=subject, text=text)
            assert gw.lmtp(mail.encode(), sender=f"{language}@client.example.net") == {}
        gw.work()
        yield {str(one["In-Reply-To"])[1:3]: one for one in answers(gw)}
    finally:
        gw.close()


def screen(folder, message):
    """What neomutt shows of a mail."""
    box, settings, socket = folder / "box", folder / "settings", folder / "tmux"
    for name in ("cur", "new", "tmp"):
        (box / name).mkdir(parents=True)
    (box / "new" / "1.mail").write_bytes(message.as_bytes(policy=email.policy.SMTP))
    settings.write_text(SETTINGS)
    tmux = ["env", "-u", "TMUX", "LC_ALL=C.UTF-8", "tmux", "-u", "-S", str(socket), "-f", "/dev/null"]
    subprocess.run([*tmux, "new-session", "-d", "-x", "80", "-y", "60", f"cd {folder}; HOME={folder} TERM=screen-256color neomutt -n -F {settings} -R -f {box}"],
                   check=True, timeout=30)

    def shown():
        text = subprocess.run([*tmux, "capture-pane", "-p"], capture_output=True, timeout=30, check=False).stdout.decode()
        return text if re.search(r"^Ref: ", text, re.M) else None

    try:
        return harness.wait_for("neomutt to show the mail", shown, 10)
    finally:
        subprocess.run([*tmux, "kill-server"], check=False, capture_output=True, timeout=30)


@pytest.mark.parametrize("language", LANGUAGES)
def test_in_neomutt(acknowledged, tmp_path, language):
    message = acknowledged[language]
    seen = screen(tmp_path, message)
    print(f"\n{seen.rstrip()}")
    words = message.get_body(("plain",)).get_content().split()
    assert " ".join(words) in " ".join(seen.replace("\n+", "").split())
    # What does not fit is broken and marked: nothing but an address, which is one word.
    assert not [line for line, marked in re.findall(r"^(.*)\n(\+)", seen, re.M) if not re.match(r" *(mailto|https):\S+$", line)]
    assert message.get_body(("html",)) is not None and f'<html lang="{language}">' in message.get_body(("html",)).get_content()
