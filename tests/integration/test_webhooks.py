"""Rules tell other systems: signed, at least once, never in the way of mail, and never where the configuration does not say."""

import contextlib
import hashlib
import hmac
import os
import time

import pytest

import harness
from harness import mail, wait_for
from https_server import HttpsServer
from imapserver import authority

SECRET = "a shared secret"
NOTIFY = 'require ["enotify", "variables", "fileinto"];\nif header :contains "subject" "alarm" { notify :message "%s" "webhook:pager"; }\n'


@pytest.fixture(scope="module")
def ca():
    with authority() as base:
        yield base


@pytest.fixture
def server(ca):
    """make(answer=None, certificate="good") starts one."""
    with contextlib.ExitStack() as stack:
        def make(*args, **more):
            one = HttpsServer(ca, *args, **more)
            stack.callback(one.close)
            return one
        yield make


def owned(gateway, name, text):
    path = gateway.dir / name
    path.parent.mkdir(exist_ok=True)
    path.write_text(text)
    path.chmod(0o600)
    if harness.IS_ROOT:
        os.chown(path, gateway.database_user, -1)
    return path


def connect(gateway, server, name="pager", message="the disk is full", rules=True, **options):
    settings = {"url": server.url(), "secret-file": owned(gateway, f"{name}.secret", SECRET + "\n"), "ca-file": server.ca / "ca.pem",
                "allow": "127.0.0.1"} | {key.replace("_", "-"): value for key, value in options.items()}
    for key, value in settings.items():
        if value is not None:
            gateway.configure(f"webhook {name}", key, value)
    if rules:
        owned(gateway, "rules/hooks.sieve", NOTIFY % message)
        gateway.configure("rules", "on-message", "hooks.sieve")


def alarm(number=0, **more):
    return mail(subject=f"alarm {number}", sender="monitor@example.net", **more)


def notifications(gateway):
    return [row for row in gateway.outbox() if row["kind"] == "webhook"]


def states(gateway):
    return [row["state"] for row in notifications(gateway)]


def verify(request, secret=SECRET):
    """What the manual tells a receiver to do, by another implementation than ours."""
    stamp = request.headers["Mailgw-Timestamp"]
    expected = hmac.new(secret.encode(), stamp.encode() + b"." + request.body, hashlib.sha256).hexdigest()
    assert abs(int(stamp) - time.time()) < 300
    return hmac.compare_digest("sha256=" + expected, request.headers["Mailgw-Signature"])


def test_told_and_signed(gateway, server):
    hook = server()
    connect(gateway, hook)
    gateway.serve()
    assert gateway.lmtp(alarm(1)) == {}
    (request,) = hook.wait(1)
    assert request.path == "/hook"
    assert request.headers["Content-Type"] == "application/json"
    assert verify(request) and not verify(request, "another secret")
    said = request.json
    (ticket,) = gateway.tickets()
    assert said["id"] == request.headers["Mailgw-Id"]
    assert said["event"] == "notify" and said["webhook"] == "pager"
    assert said["message"] == "the disk is full" and said["importance"] == 2
    assert said["ticket"] == int(ticket["reference"]) and said["new"] is True and said["queue"] == "support"
    assert said["rule"]["file"] == "hooks.sieve" and said["rule"]["line"] == 2
    assert said["mail"]["subject"] == "alarm 1" and said["mail"]["from"] == "monitor@example.net"
    wait_for("the row to be sent", lambda: states(gateway) == ["sent"])
    # What another system is told is no mail of the conversation.
    assert gateway.sql_value(f"SELECT count(*) FROM message_ref WHERE message_id = '{said['id']}'") == "0"
    gateway.audit()


def test_tried_again_with_the_same_id(gateway, server):
    """500, then no answer at all, then 429 with Retry-After, then taken."""
    answers = [(500, {}, b"broken"), None, (429, {"Retry-After": "2"}, b"later"), (200, {}, b"")]

    def answer(_request):
        one = answers.pop(0)
        if one is None:
            time.sleep(3)
            return 200, {}, b"too late"
        return one

    hook = server(answer)
    connect(gateway, hook, timeout="2s")
    gateway.serve()
    assert gateway.lmtp(alarm()) == {}
    for count in range(1, 4):
        hook.wait(count, 60)
        wait_for("the attempt to be recorded", lambda: gateway.sql_value(
            f"SELECT count(*) FROM outbox WHERE kind = 'webhook' AND attempts = {count} AND lease IS NULL") == "1")
        if count == 3:
            assert gateway.sql_value("SELECT due_at > done.at + interval '1 s' FROM outbox, "
                                     "(SELECT clock_timestamp() AS at) AS done WHERE kind = 'webhook'") == "t"
        gateway.run("outbox", "retry", str(notifications(gateway)[0]["id"]))
    requests = hook.wait(4, 60)
    assert len({request.headers["Mailgw-Id"] for request in requests}) == 1
    assert len({request.body for request in requests}) == 1
    assert all(map(verify, requests))
    wait_for("the row to be sent", lambda: states(gateway) == ["sent"])
    gateway.audit()


def test_comes_back_by_itself(gateway, server):
    answers = [(503, {}, b""), (200, {}, b"")]
    hook = server(lambda request: answers.pop(0))
    connect(gateway, hook)
    gateway.serve()
    assert gateway.lmtp(alarm()) == {}
    first, second = hook.wait(2, 30)
    assert second.at - first.at > 2
    wait_for("the row to be sent", lambda: states(gateway) == ["sent"])


def test_refused_for_good(gateway, server):
    """A dead letter: seen on the ticket, in the list and in status, and tried again when somebody wants it."""
    answers = {f"/{status}": [(status, {}, b"no such \x1b[31mhook\nsecret details"), (200, {}, b"")] for status in (400, 404, 410)}
    hook = server(lambda request: answers[request.path].pop(0))
    for path in answers:
        connect(gateway, hook, name=f"hook{path[1:]}", url=hook.url(path), rules=False)
    gateway.configure("rules", "on-message", "hooks.sieve")
    owned(gateway, "rules/hooks.sieve", 'require "enotify";\n' + "".join(f'notify "webhook:hook{path[1:]}";\n' for path in answers))
    gateway.serve()
    assert gateway.lmtp(alarm()) == {}
    hook.wait(3)
    wait_for("the rows to have failed", lambda: states(gateway) == ["failed"] * 3)
    rows = gateway.run("outbox", "list", "--state", "failed", "--json")
    assert {(row["kind"], row["to"], row["attempts"]) for row in rows} == {("webhook", f"hook{path[1:]}", 1) for path in answers}
    assert gateway.run("status", "--json")["outbox_failed"] == 3
    (ticket,) = gateway.tickets()
    assert "hook410" in gateway.run("ticket", "show", str(ticket["reference"]))
    assert gateway.sql_value("SELECT count(*) FROM event WHERE kind = 'mail-failed' AND ticket IS NOT NULL") == "3"
    gateway.wait_log(r"error: webhook-failed .*webhook=hook410")
    assert "\x1b" not in gateway.log.read_text() and "secret details" not in gateway.log.read_text()
    gateway.run("outbox", "retry", *(str(row["id"]) for row in rows))
    hook.wait(6)
    wait_for("the rows to be sent", lambda: states(gateway) == ["sent"] * 3)
    gateway.audit()


def test_life_ends(gateway, server):
    hook = server(lambda request: (500, {}, b"broken"))
    connect(gateway, hook)
    gateway.serve()
    gateway.sql("CREATE FUNCTION public.brief() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN "
                "NEW.expires_at = clock_timestamp() + interval '4 s'; RETURN NEW; END $$; "
                "CREATE TRIGGER brief BEFORE INSERT ON mailgw.outbox FOR EACH ROW WHEN (NEW.kind = 'webhook') "
                "EXECUTE FUNCTION public.brief()")
    assert gateway.lmtp(alarm()) == {}
    wait_for("the row to have failed", lambda: states(gateway) == ["failed"], 60)
    assert len(hook.requests) >= 1
    gateway.wait_log(r"error: webhook-failed")


def test_redirect_is_not_followed(gateway, server):
    other = server()
    hook = server(lambda request: (307, {"Location": other.url("/elsewhere")}, b""))
    connect(gateway, hook)
    gateway.serve()
    assert gateway.lmtp(alarm()) == {}
    hook.wait(1)
    gateway.wait_log(r"error: deferred .*redirects are not followed")
    assert other.connections == 0
    assert states(gateway) == ["waiting"]


# host, allow, certificate, CA: what keeps the notification back
UNTOLD = [
    ("localhost", None, "good", "ca.pem", "no public address"),
    ("127.0.0.1", None, "by-address", "ca.pem", "no public address"),
    ("0", None, "by-address", "ca.pem", "no public address"),
    ("2130706433", None, "by-address", "ca.pem", "no public address"),
    ("[::ffff:127.0.0.1]", None, "by-address", "ca.pem", "no public address"),
    ("localhost", "10.0.0.0/8", "good", "ca.pem", "no public address"),
    ("localhost", "127.0.0.0/8", "good", "other-ca.pem", "certificate"),
    ("127.0.0.1", "127.0.0.0/8", "good", "ca.pem", "certificate|name"),
    ("localhost", "127.0.0.0/8", "expired", "ca.pem", "certificate"),
    ("localhost", "127.0.0.0/8", "self-signed", "ca.pem", "certificate"),
]


def test_not_told(gateway, server):
    """A name that leads inside is as good as an address; without trust nothing is said. It waits, and the operator is told."""
    hooks = {}
    for number, (host, allow, certificate, ca_file, _) in enumerate(UNTOLD):
        hook = hooks[f"hook{number}"] = server(certificate=certificate)
        connect(gateway, hook, name=f"hook{number}", rules=False, url=hook.url(host=host), allow=allow, ca_file=hook.ca / ca_file)
    gateway.configure("rules", "on-message", "hooks.sieve")
    owned(gateway, "rules/hooks.sieve", 'require "enotify";\nif header "subject" "alarm 0" {\n'
          + "".join(f'notify "webhook:{name}";\n' for name in list(hooks)[:5]) + "} else {\n"
          + "".join(f'notify "webhook:{name}";\n' for name in list(hooks)[5:]) + "}\n")
    gateway.serve()
    assert gateway.lmtp(alarm(0)) == {} and gateway.lmtp(alarm(1)) == {}
    for (name, hook), (*_, why) in zip(hooks.items(), UNTOLD):
        gateway.wait_log(rf"error: deferred .*to={name} .*({why})")
        assert hook.requests == []
        if "public" in why:
            assert hook.connections == 0
    assert states(gateway) == ["waiting"] * len(UNTOLD)


def test_slow_webhook_delays_no_mail_and_no_other(gateway, server, sink):
    slow = server(lambda request: (time.sleep(8), (200, {}, b""))[1])
    fast = server()
    connect(gateway, slow, name="pager")
    connect(gateway, fast, name="chat", rules=False)
    owned(gateway, "rules/hooks.sieve", 'require ["enotify"];\nnotify "webhook:pager";\nnotify "webhook:chat";\n')
    gateway.raise_limits()
    gateway.configure("smtp", "transport", f"smtp://127.0.0.1:{sink.port}")
    gateway.serve()
    started = time.monotonic()
    for number in range(4):
        assert gateway.lmtp(mail(subject=f"question {number}", sender=f"anna{number}@example.net"), sender=f"anna{number}@example.net") == {}
    sink.wait(4)
    assert time.monotonic() - started < 7
    assert "sent" not in [row["state"] for row in notifications(gateway) if row["to"] == "pager"]
    # The slow one is asked once in two turns, the other is told all meanwhile.
    fast.wait(4, 30)
    assert len(slow.requests) <= 2


def test_dead_letter_of_a_webhook_that_is_gone(gateway, server):
    hook = server(lambda request: (500, {}, b""))
    connect(gateway, hook)
    process = gateway.serve()
    assert gateway.lmtp(alarm()) == {}
    hook.wait(1)
    wait_for("the attempt to be recorded", lambda: gateway.sql_value(
        "SELECT count(*) FROM outbox WHERE kind = 'webhook' AND attempts > 0 AND lease IS NULL") == "1")
    gateway.stop(process)
    text = gateway.config.read_text()
    gateway.config.write_text(text[:text.index("[webhook pager]")])
    owned(gateway, "rules/hooks.sieve", "keep;\n")
    gateway.serve("--role", "courier", wait=False)
    gateway.run("outbox", "retry", str(notifications(gateway)[0]["id"]))
    wait_for("the row to have failed", lambda: states(gateway) == ["failed"])
    gateway.wait_log("there is no .webhook pager. in the configuration")


def test_budget(gateway, server):
    hook = server()
    connect(gateway, hook, per_hour="2")
    gateway.raise_limits()
    gateway.serve()
    for number in range(5):
        assert gateway.lmtp(alarm(number)) == {}
    gateway.wait_inbound(5)
    hook.wait(2)
    assert len(notifications(gateway)) == 2
    withheld = gateway.sql("SELECT detail FROM event WHERE kind = 'mail-withheld'")
    assert len(withheld) == 3 and all("pager" in row[0] for row in withheld)
    gateway.audit()


def test_names_are_checked(gateway, server):
    hook = server()
    connect(gateway, hook)
    owned(gateway, "rules/hooks.sieve", 'require ["enotify"];\nnotify "webhook:pagre";\n')
    done = gateway.execute("rules", "check", str(gateway.dir / "rules" / "hooks.sieve"))
    assert "pagre" in done.stdout + done.stderr
    assert "pager" in done.stdout + done.stderr


def test_explained(gateway, server):
    hook = server()
    connect(gateway, hook)
    (gateway.base / "alarm.eml").write_bytes(alarm())
    said = gateway.run("explain", gateway.base / "alarm.eml")
    assert "webhook:pager" in said
    assert hook.connections == 0
