"""A11: nothing that a mail names is fetched (osTicket CVE-2026-22200, CVE-2020-24881); where webhooks may lead is in integration/test_webhooks.py."""

import contextlib
import os
import socket
import threading

import harness
from attack import ready, take
from harness import mail

NAMES = ["http", "https", "ftp", "ws", "ldap", "gopher", "tftp", "imap", "pop", "smb"]
HTML = [
    '<img src="{u}">', '<img srcset="{u} 2x, {u}b 3x">', '<img lowsrc="{u}" dynsrc="{u}c">', '<picture><source srcset="{u}"></picture>',
    '<link rel="stylesheet" href="{u}">', '<link rel="prefetch" href="{u}">', '<link rel="dns-prefetch" href="{u}">', '<script src="{u}"></script>',
    '<iframe src="{u}"></iframe>', '<frame src="{u}">', '<object data="{u}"></object>', '<embed src="{u}">', '<applet code="{u}"></applet>',
    '<video src="{u}" poster="{u}p"></video>', '<audio src="{u}"></audio>', '<track src="{u}">', '<bgsound src="{u}">',
    '<body background="{u}">', '<table background="{u}"></table>', '<style>@import url({u});</style>',
    '<style>@font-face {{ src: url({u}) }}</style>', '<p style="background: url({u})">x</p>', '<meta http-equiv="refresh" content="0;url={u}">',
    '<base href="{u}">', '<form action="{u}"><input type="image" src="{u}i"></form>', '<a href="{u}" ping="{u}p">x</a>',
    '<svg xmlns:xlink="x"><image xlink:href="{u}"/><use href="{u}#a"/></svg>', '<math href="{u}"></math>', '<!--[if gte mso 9]><v:fill src="{u}"/><![endif]-->',
    '<!DOCTYPE html SYSTEM "{u}">', '<?xml-stylesheet href="{u}"?>', '<!DOCTYPE x [<!ENTITY e SYSTEM "{u}">]><p>&e;</p>',
]
FIELDS = ["List-Unsubscribe: <{u}>\nList-Unsubscribe-Post: List-Unsubscribe=One-Click", "X-Image-URL: {u}", "Content-Location: {u}", "Content-Base: {u}",
          "Archived-At: <{u}>", "List-Archive: <{u}>", "BIMI-Location: v=BIMI1; l={u}", "Autocrypt: addr=a@b.example; keydata={u}"]


class Listener:
    """Counts who comes, and says nothing."""

    def __init__(self):
        self.socket = socket.create_server(("127.0.0.1", 0))
        self.port = self.socket.getsockname()[1]
        self.visits = 0
        threading.Thread(target=self.run, daemon=True).start()

    def run(self):
        with contextlib.suppress(OSError):
            while True:
                self.socket.accept()[0].close()
                self.visits += 1


def mails(port):
    def url(number, scheme="http"):
        return f"{scheme}://127.0.0.1:{port}/{number}"

    yield mail(subject="text", body="\n".join(url(number, scheme) for number, scheme in enumerate(NAMES)) + "\n")
    yield mail(subject="html", Content_Type="text/html; charset=utf-8", body="\n".join(
        part.format(u=url(number)) for number, part in enumerate(HTML)))
    for number, field in enumerate(FIELDS):
        yield (field.format(u=url(number)) + "\n").encode() + mail(subject=f"field {number}")
    yield mail(subject="external", Content_Type=f'message/external-body; access-type=URL; URL="{url("e")}"', body="Content-Type: text/html\n\n")
    yield mail(subject="calendar", Content_Type="text/calendar; method=REQUEST", body=f"BEGIN:VCALENDAR\nBEGIN:VEVENT\nATTACH:{url('c')}\n"
               f"IMAGE;VALUE=URI:{url('i')}\nURL:{url('u')}\nEND:VEVENT\nEND:VCALENDAR\n")
    yield mail(subject="partial", Content_Type='message/partial; id="x"; number=1; total=2', body=f"{url('p')}\n")


def test_nothing_is_fetched(gateway):
    """Fifty and more kinds of URL, with rules that look at everything and a webhook that could be called."""
    listener = Listener()
    secret = gateway.dir / "hook.secret"
    secret.write_text("secret\n")
    secret.chmod(0o600)
    rules = gateway.dir / "rules" / "all.sieve"
    rules.parent.mkdir(exist_ok=True)
    rules.write_text('require ["body", "enotify", "variables", "mime", "foreverypart"];\n'
                     'if body :text :contains "http" { set "x" "y"; }\n'
                     'if header :matches "subject" "*http*" { notify :message "${1}" "webhook:hook"; }\n')
    if harness.IS_ROOT:
        os.chown(secret, gateway.database_user, -1)
    gateway.configure("webhook hook", "url", "https://hooks.example.invalid/")
    gateway.configure("webhook hook", "secret-file", secret)
    gateway.configure("rules", "on-message", "all.sieve")
    gateway.raise_limits()
    ready(gateway)
    sent = list(mails(listener.port))
    assert len(NAMES) + len(HTML) + len(FIELDS) + 5 >= 50
    take(gateway, *sent)
    gateway.work()
    assert len(gateway.wait_inbound(len(sent))) == len(sent)
    for row in gateway.tickets():
        gateway.run("ticket", "show", str(row["reference"]))
    listener.socket.close()
    assert listener.visits == 0
