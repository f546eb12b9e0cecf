"""Mailboxes that are read by OAuth: tokens are got, renewed in time, exchanged and stored; what fails is said while the old one still works."""

import contextlib
import http.server
import json
import os
import shutil
import subprocess
import threading
import time
import urllib.parse

import pytest

import harness
import imapserver
from harness import MAILGW, mail, wait_for
from https_server import HttpsServer

CLIENT, CLIENT_SECRET, SCOPE = "gateway", "client secret & more", "mail offline_access"


class Identity:
    """An authorization server: tokens over HTTPS to whoever may have them, and over HTTP to Dovecot the word whether one is good."""

    def __init__(self, ca, life=3600):
        self.life = life
        self.good = {}            # access token -> the end of it
        self.refresh_tokens = {"first-refresh-token"}
        self.rotates = True
        self.broken = None        # (status, error) for the next requests
        self.pending = 2          # how often a device has to ask
        self.asked = []
        self.count = 0
        self.https = HttpsServer(ca, self.answer)
        identity = self

        class Handler(http.server.BaseHTTPRequestHandler):
            def do_GET(self):
                token = urllib.parse.parse_qs(urllib.parse.urlsplit(self.path).query).get("access_token", [""])[0]
                good = identity.good.get(token, 0) > time.monotonic()
                text = json.dumps({"active": good, "user": imapserver.USER} if good else {"active": False, "error": "invalid_token"}).encode()
                self.send_response(200 if good else 401)
                self.send_header("Content-Type", "application/json")
                self.send_header("Content-Length", str(len(text)))
                self.end_headers()
                self.wfile.write(text)

            def log_message(self, *args):
                pass

        self.http = http.server.ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        threading.Thread(target=self.http.serve_forever, daemon=True).start()

    @staticmethod
    def say(status, **values):
        return status, {"Content-Type": "application/json"}, json.dumps(values).encode()

    def answer(self, request):
        form = dict(urllib.parse.parse_qsl(request.body.decode(), strict_parsing=True))
        self.asked.append(form)
        if request.path == "/device":
            assert form == {"client_id": CLIENT, "scope": SCOPE}
            return self.say(200, device_code="a device", user_code="WDJB-MJHT", verification_uri="https://login.example/device", expires_in=60,
                            interval=1)
        if self.broken is not None:
            return self.say(self.broken[0], error=self.broken[1], error_description="so it is")
        if form["client_id"] != CLIENT or form.get("client_secret") != CLIENT_SECRET:
            return self.say(401, error="invalid_client")
        return self.grant(form)

    def grant(self, form):
        answer = {}
        if form["grant_type"].endswith("device_code"):
            self.pending -= 1
            if self.pending >= 0:
                return self.say(400, error="authorization_pending")
            self.refresh_tokens.add("refresh-by-device")
            answer["refresh_token"] = "refresh-by-device"
        elif form["grant_type"] == "refresh_token":
            if form["refresh_token"] not in self.refresh_tokens:
                return self.say(400, error="invalid_grant", error_description="revoked")
            if self.rotates:
                self.refresh_tokens.remove(form["refresh_token"])
                answer["refresh_token"] = f"refresh-{self.count}"
                self.refresh_tokens.add(answer["refresh_token"])
        elif form["grant_type"] != "client_credentials":
            return self.say(400, error="unsupported_grant_type")
        self.count += 1
        token = f"access-{self.count}-canary"
        self.good[token] = time.monotonic() + self.life
        return self.say(200, access_token=token, token_type="Bearer", expires_in=self.life, **answer)

    def grants(self, kind):
        return [form for form in self.asked if form.get("grant_type", "").endswith(kind)]

    def close(self):
        self.https.close()
        self.http.shutdown()
        self.http.server_close()


@pytest.fixture(scope="module")
def ca():
    with imapserver.authority() as base:
        yield base


@pytest.fixture
def identity(ca):
    server = Identity(ca)
    yield server
    server.close()


@pytest.fixture
def dovecot(ca, identity):
    base = harness.make_directory("mgo")
    oauth2 = base / "oauth2.conf"
    oauth2.write_text(f"tokeninfo_url = http://127.0.0.1:{identity.http.server_address[1]}/?access_token=\nintrospection_mode =\n"
                      "username_attribute = user\nactive_attribute = active\nactive_value = true\n")
    oauth2.chmod(0o644)
    server = imapserver.Dovecot(ca, mechanisms=" xoauth2 oauthbearer",
                                passdb=f"passdb {{\n  driver = oauth2\n  mechanisms = xoauth2 oauthbearer\n  args = {oauth2}\n}}\n")
    yield server
    server.close()
    shutil.rmtree(base, ignore_errors=True)


def owned(gateway, name, text):
    path = gateway.dir / name
    path.write_text(text)
    path.chmod(0o600)
    if harness.IS_ROOT:
        os.chown(path, gateway.database_user, -1)
    return path


@pytest.fixture
def gw(gateway, dovecot, identity):
    gateway.raise_limits()
    for key, value in {
            "host": "localhost", "port": dovecot.tls_port, "ca-file": dovecot.ca / "ca.pem", "user": imapserver.USER, "poll": "1s",
            "mechanism": "xoauth2", "oauth-token-url": identity.https.url("/token"), "oauth-device-url": identity.https.url("/device"),
            "oauth-client-id": CLIENT, "oauth-secret-file": owned(gateway, "client.secret", CLIENT_SECRET + "\n"), "oauth-scope": SCOPE,
            "oauth-ca-file": dovecot.ca / "ca.pem", "oauth-allow": "127.0.0.1"}.items():
        gateway.configure("imap desk", key, value)
    return gateway


def alarm(gw):
    (row,) = gw.run("imap", "list", "--json")
    return row["alarm"]


def step(gw, name):
    done = gw.execute("imap", "test", "desk", "--json")
    return [row for row in json.loads(done.stdout) if row["step"] == name][-1]


@pytest.mark.parametrize("mechanism", ["xoauth2", "oauthbearer"])
def test_client_credentials(gw, dovecot, identity, mechanism):
    gw.configure("imap desk", "mechanism", mechanism)
    gw.configure("imap desk", "oauth-grant", "client-credentials")
    assert step(gw, "login")["ok"]
    dovecot.deliver(mail(subject="by token"))
    gw.run("serve", "--until-idle")
    assert [ticket["subject"] for ticket in gw.tickets()] == ["by token"]
    assert {form["grant_type"] for form in identity.asked} == {"client_credentials"}
    assert identity.asked[0]["scope"] == SCOPE
    assert gw.sql_value("SELECT count(*) FROM oauth_token WHERE refresh_token IS NOT NULL") == "0"


def test_agreed_to_by_code(gw, dovecot, identity):
    """Nobody agreed yet: said so, and how. Then a person enters the code."""
    assert "imap authorize desk" in step(gw, "login")["text"]
    process = subprocess.Popen([str(MAILGW), "imap", "authorize", "desk"], stdin=subprocess.DEVNULL, stdout=subprocess.PIPE,
                               stderr=subprocess.STDOUT, cwd=gw.base, env=gw.environment(), text=True)
    said, _ = process.communicate(timeout=60)
    assert process.returncode == 0, said
    assert "https://login.example/device" in said and "WDJB-MJHT" in said
    assert len(identity.grants("device_code")) == 3
    assert step(gw, "login")["ok"]
    dovecot.deliver(mail(subject="agreed"))
    gw.run("serve", "--until-idle")
    assert [ticket["subject"] for ticket in gw.tickets()] == ["agreed"]


def test_renewed_before_the_end_and_exchanged(gw, dovecot, identity):
    """A life of 8 s: the second token comes after 6, with the refresh token that the first answer brought."""
    identity.life = 8
    gw.run("imap", "authorize", "desk", "--refresh-token", owned(gw, "refresh", "first-refresh-token\n"))
    gw.serve()
    wait_for("three tokens", lambda: len(identity.grants("refresh_token")) >= 3, 60)
    used = [form["refresh_token"] for form in identity.grants("refresh_token")]
    assert used[:3] == ["first-refresh-token", "refresh-0", "refresh-1"]
    dovecot.deliver(mail(subject="later"))
    gw.wait_inbound(1)
    assert alarm(gw) is None
    assert "canary" not in gw.log.read_text() and CLIENT_SECRET not in gw.log.read_text()


@pytest.mark.parametrize("broken", [(400, "invalid_grant"), (503, "temporarily_unavailable")])
def test_alarm_before_the_end(gw, dovecot, identity, broken):
    """Revoked, or out of order: log and status say so while the token in use still reads mail; and no more when it is good again."""
    identity.life = 20
    gw.run("imap", "authorize", "desk", "--refresh-token", owned(gw, "refresh", "first-refresh-token\n"))
    gw.serve()
    wait_for("the first token", lambda: len(identity.grants("refresh_token")) == 1)
    wait_for("the first look", lambda: gw.run("imap", "list", "--json")[0]["last_success"] is not None)
    identity.broken = broken
    found = gw.wait_log(r"error: token-refresh-failed account=desk left_s=(\d+) .*" + broken[1], 60)
    assert int(found.group(1)) >= 2
    said = wait_for("the alarm", lambda: alarm(gw))
    assert "no new token" in said and broken[1] in said and "ends at" in said
    assert "no new token" in gw.run("status")
    # It still works.
    dovecot.deliver(mail(subject="in between"))
    gw.wait_inbound(1)
    identity.broken = None
    identity.life = 3600
    wait_for("the alarm to be over", lambda: alarm(gw) is None, 120)


def test_the_server_that_takes_no_token(gw, dovecot, identity):
    """A token that was revoked at once is got anew once, and not for ever."""
    gw.run("imap", "authorize", "desk", "--refresh-token", owned(gw, "refresh", "first-refresh-token\n"))
    gw.serve()
    wait_for("the first token", lambda: len(identity.grants("refresh_token")) == 1)
    identity.good.clear()
    dovecot.stop()
    dovecot.start()
    wait_for("another token", lambda: len(identity.grants("refresh_token")) >= 2, 60)
    dovecot.deliver(mail(subject="again"))
    gw.wait_inbound(1)
    assert len(identity.grants("refresh_token")) <= 4


@pytest.mark.parametrize("key, value, why", [
    ("oauth-allow", "10.0.0.0/8", "no public address"),
    ("oauth-ca-file", "other-ca.pem", "certificate"),
])
def test_no_secret_to_strangers(gw, identity, key, value, why):
    gw.configure("imap desk", "oauth-grant", "client-credentials")
    gw.configure("imap desk", key, identity.https.ca / value if value.endswith("pem") else value)
    said = step(gw, "login")
    assert not said["ok"] and why in said["text"]
    assert identity.asked == []


def test_who_only_looks_sees_no_token(gw, identity):
    gw.run("imap", "authorize", "desk", "--refresh-token", owned(gw, "refresh", "first-refresh-token\n"))
    assert gw.sql("SELECT account FROM mailgw.oauth_token", role="mailgw_reader") == [["desk"]]
    for role in ("mailgw_reader", "mailgw_worker", "mailgw_courier"):
        with contextlib.suppress(AssertionError):
            gw.sql("SELECT refresh_token FROM mailgw.oauth_token", role=role)
            pytest.fail(f"{role} reads refresh tokens")
