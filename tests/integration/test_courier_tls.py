"""Outgoing mail is encrypted where that was asked for, to the right server, or it does not leave."""

import os
import shutil
import ssl
import subprocess

import pytest

import harness


@pytest.fixture(scope="module")
def authority(tmp_path_factory):
    """A CA, and the certificate of "localhost" it signed."""
    if shutil.which("openssl") is None:
        pytest.skip("no openssl")
    base = harness.make_directory("mgt")

    def openssl(*args):
        subprocess.run(["openssl", *args], cwd=base, check=True, capture_output=True, timeout=60)

    key = ["-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:prime256v1", "-nodes"]
    for name in ("ca", "other-ca"):
        openssl("req", "-x509", *key, "-keyout", f"{name}.key", "-out", f"{name}.pem", "-subj", f"/CN=test {name}", "-days", "2")
    openssl("req", *key, "-keyout", "server.key", "-out", "server.csr", "-subj", "/CN=localhost")
    (base / "names").write_text("subjectAltName=DNS:localhost\n")
    openssl("x509", "-req", "-in", "server.csr", "-CA", "ca.pem", "-CAkey", "ca.key", "-CAcreateserial", "-out", "server.pem",
            "-days", "2", "-extfile", "names")
    for name in ("ca.pem", "other-ca.pem"):
        (base / name).chmod(0o644)
    yield base
    shutil.rmtree(base, ignore_errors=True)


@pytest.fixture
def tls_sink(authority):
    """make(implicit_tls) -> a server that wants TLS and the password of "desk"."""
    pytest.importorskip("aiosmtpd", reason="no aiosmtpd")
    context = ssl.create_default_context(ssl.Purpose.CLIENT_AUTH)
    context.load_cert_chain(authority / "server.pem", authority / "server.key")
    started = []

    def make(implicit_tls):
        started.append(harness.Sink(context=context, implicit_tls=implicit_tls, accounts={"desk": "a secret"}))
        return started[-1]

    yield make
    for server in started:
        server.close()


def send_one(gateway, transport, ca_file, password="a secret", starttls=None):
    secret = gateway.dir / "smtp-password"
    secret.write_text(password + "\n")
    secret.chmod(0o600)
    if harness.IS_ROOT:
        os.chown(secret, gateway.database_user, -1)
    gateway.configure("smtp", "transport", transport)
    gateway.configure("smtp", "user", "desk")
    gateway.configure("smtp", "password-file", secret)
    gateway.configure("smtp", "ca-file", ca_file)
    if starttls is not None:
        gateway.configure("smtp", "starttls", starttls)
    gateway.serve()
    assert gateway.lmtp(harness.mail(sender="anna@example.net"), sender="anna@example.net") == {}


def wait_attempt(gateway):
    """Until the acknowledgement was tried once, which is the answer to whether it left."""
    return harness.wait_for("an attempt to send", lambda: [row for row in gateway.outbox() if row["attempts"] > 0], 60)


@pytest.mark.parametrize("scheme", ["smtp", "smtps"])
def test_sent_encrypted_and_authenticated(gateway, tls_sink, authority, scheme):
    server = tls_sink(implicit_tls=scheme == "smtps")
    send_one(gateway, f"{scheme}://localhost:{server.port}", authority / "ca.pem", starttls="yes" if scheme == "smtp" else None)
    (received,) = server.wait(1)
    assert received.tls
    assert received.user == "desk"
    assert received.recipients == ["anna@example.net"]


@pytest.mark.parametrize("scheme", ["smtp", "smtps"])
@pytest.mark.parametrize("host, ca, password", [
    ("localhost", "other-ca.pem", "a secret"),
    ("127.0.0.1", "ca.pem", "a secret"),
    ("localhost", "ca.pem", "wrong"),
], ids=["unknown-authority", "wrong-name", "wrong-password"])
def test_not_sent(gateway, tls_sink, authority, scheme, host, ca, password):
    server = tls_sink(implicit_tls=scheme == "smtps")
    send_one(gateway, f"{scheme}://{host}:{server.port}", authority / ca, password, "yes" if scheme == "smtp" else None)
    wait_attempt(gateway)
    assert server.mails == []
    # Kept, not given up: the operator has something to repair.
    assert gateway.outbox()[0]["state"] not in ("sent", "failed", "dropped")


def test_not_sent_in_the_clear(gateway, sink, authority):
    """A server, or somebody before it, that does not offer STARTTLS gets neither mail nor password."""
    send_one(gateway, f"smtp://localhost:{sink.port}", authority / "ca.pem", starttls="yes")
    wait_attempt(gateway)
    assert sink.mails == []
