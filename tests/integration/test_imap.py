"""Mail is fetched out of mailboxes, once, whatever happens to the mailbox, the server or us."""

import contextlib
import os
import re
import subprocess
import time

import pytest

import harness
import imapserver
from harness import Gateway, mail, wait_for


@pytest.fixture(scope="module")
def ca():
    with imapserver.authority() as base:
        yield base


@pytest.fixture
def dovecot(ca):
    server = imapserver.Dovecot(ca)
    yield server
    server.close()


def connect_account(gw, server, name="desk", **options):
    """Writes [imap NAME] for the server's user into the configuration."""
    secret = gw.dir / "imap-password"
    secret.write_text(imapserver.PASSWORD + "\n")
    secret.chmod(0o600)
    os.chown(secret, gw.database_user, -1)
    settings = {"host": "localhost", "port": server.tls_port, "ca-file": server.ca / "ca.pem", "user": imapserver.USER,
                "password-file": secret, "poll": "2s", "queue": "support"}
    settings |= {key.replace("_", "-"): value for key, value in options.items()}
    for key, value in settings.items():
        gw.configure(f"imap {name}", key, value)


@pytest.fixture
def gw(dovecot):
    gateway = Gateway()
    gateway.raise_limits()
    connect_account(gateway, dovecot)
    yield gateway
    gateway.close()


def fetch(gw):
    return gw.run("serve", "--role", "imap", "--until-idle")


def keys(gw):
    return [row[0] for row in gw.sql("SELECT delivery_key FROM inbound ORDER BY id")]


def mails(count, **more):
    return [mail(subject=f"mail {number}", **more) for number in range(count)]


def test_every_mail_becomes_a_ticket(gw, dovecot):
    dovecot.deliver(*mails(120))
    gw.run("serve", "--until-idle")
    assert len(gw.tickets()) == 120
    assert {row["outcome"] for row in gw.inbound()} == {"ticket"}
    assert len(set(keys(gw))) == 120
    gw.audit()
