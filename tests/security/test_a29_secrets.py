"""A29: secrets stand in no argument, no environment, no log and no output (FreeScout GHSA-7wcq-2qmv-mvcm)."""

import base64
import os
import pathlib

import pytest

from attack import take
from harness import Sink, descendants, mail, wait_for

CANARY = "canary-4f1c-password"
SPELLINGS = [CANARY.encode(), base64.b64encode(CANARY.encode()), base64.b64encode(f"\0gw\0{CANARY}".encode()), CANARY.encode().hex().encode()]


def token_keys(gateway):
    secrets = [bytes.fromhex(row[0]) for row in gateway.sql("SELECT encode(secret, 'hex') FROM mailgw.token_key")]
    assert secrets
    return [spelling for one in secrets for spelling in (one, one.hex().encode(), base64.b64encode(one))]


def test_canaries(gateway):
    pytest.importorskip("aiosmtpd", reason="no aiosmtpd")
    server = Sink(accounts={"gw": CANARY})
    try:
        password = gateway.dir / "password"
        password.write_text(CANARY + "\n")
        owner = gateway.config.stat()
        os.chown(password, owner.st_uid, owner.st_gid)
        password.chmod(0o600)
        gateway.configure("gateway", "log-level", "debug")
        gateway.configure("smtp", "transport", f"smtp://127.0.0.1:{server.port}")
        gateway.configure("smtp", "user", "gw")
        gateway.configure("smtp", "password-file", str(password))
        process = gateway.serve()
        take(gateway, mail())
        gateway.wait_inbound(1)
        wait_for("the answer to leave", lambda: gateway.outbox()[0]["attempts"] > 0)
        canaries = SPELLINGS + token_keys(gateway)
        texts = {}
        for pid in [process.pid, *descendants(process.pid)]:
            for name in ("cmdline", "environ"):
                try:
                    texts[f"{pid}/{name}"] = pathlib.Path(f"/proc/{pid}/{name}").read_bytes()
                except (FileNotFoundError, PermissionError, ProcessLookupError):
                    continue
        assert len(texts) >= 4
        texts["log"] = gateway.log.read_bytes()
        for command in (["config", "show"], ["config", "check"], ["status"], ["outbox", "list"], ["db", "status"], ["explain", "--inbound", "1"]):
            done = gateway.execute(*command)
            texts[" ".join(command)] = (done.stdout + done.stderr).encode()
        for what, text in texts.items():
            assert not [one for one in canaries if one in text], what
    finally:
        server.close()


def test_a_password_everybody_may_read_stops_the_start(gateway):
    password = gateway.dir / "password"
    password.write_text(CANARY)
    password.chmod(0o644)
    gateway.configure("smtp", "user", "gw")
    gateway.configure("smtp", "password-file", str(password))
    done = gateway.execute("serve", "--role", "courier", "--until-idle")
    assert done.returncode != 0
    assert "chmod 600" in done.stderr, done.stderr
    assert CANARY not in done.stderr
