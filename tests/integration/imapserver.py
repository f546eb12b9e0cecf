"""imapserver.py - IMAP servers for the tests: Debian's Dovecot in a temporary directory, a test CA, and certificates that are wrong."""

import contextlib
import datetime
import os
import pathlib
import pwd
import shutil
import signal
import socket
import subprocess

import pytest

import harness

USER = "desk"
PASSWORD = 'a "secret" \\ of ours'


def openssl(base, *args):
    subprocess.run(["openssl", *args], cwd=base, check=True, capture_output=True, timeout=60)


KEY = ["-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:prime256v1", "-nodes"]


def signed(base, name, subject, ca="ca", days=2, san=None, start=None, end=None):
    """A certificate NAME.pem with its key, signed by a CA of make_authority()."""
    openssl(base, "req", *KEY, "-keyout", f"{name}.key", "-out", f"{name}.csr", "-subj", f"/CN={subject}")
    (base / f"{name}.ext").write_text(f"subjectAltName={san or 'DNS:' + subject}\n")
    if start is None:
        openssl(base, "x509", "-req", "-in", f"{name}.csr", "-CA", f"{ca}.pem", "-CAkey", f"{ca}.key", "-CAcreateserial",
                "-out", f"{name}.pem", "-days", str(days), "-extfile", f"{name}.ext")
        return
    # Only "openssl ca" takes dates that are past.
    (base / "ca.cnf").write_text(f"[ca]\ndefault_ca=d\n[d]\ndatabase={base}/index.txt\nnew_certs_dir={base}\nserial={base}/serial\n"
                                 "default_md=sha256\npolicy=p\nunique_subject=no\n[p]\ncommonName=supplied\n")
    (base / "index.txt").write_text("")
    (base / "serial").write_text("1001\n")
    openssl(base, "ca", "-batch", "-config", "ca.cnf", "-in", f"{name}.csr", "-cert", f"{ca}.pem", "-keyfile", f"{ca}.key",
            "-out", f"{name}.pem", "-startdate", start, "-enddate", end, "-extfile", f"{name}.ext", "-notext")


def make_authority(base):
    """ca.pem, other-ca.pem, and certificates: good, wrong-name, expired, early, by-address; self-signed.pem."""
    for name in ("ca", "other-ca"):
        openssl(base, "req", "-x509", *KEY, "-keyout", f"{name}.key", "-out", f"{name}.pem", "-subj", f"/CN=test {name}", "-days", "2")
    openssl(base, "req", "-x509", *KEY, "-keyout", "self-signed.key", "-out", "self-signed.pem", "-subj", "/CN=localhost", "-days", "2",
            "-addext", "subjectAltName=DNS:localhost")
    signed(base, "good", "localhost", san="DNS:localhost")
    signed(base, "wrong-name", "imap.example.com")
    signed(base, "unknown-ca", "localhost", ca="other-ca")
    signed(base, "by-address", "127.0.0.1", san="IP:127.0.0.1")
    now = datetime.datetime.utcnow()

    def stamp(days):
        return (now + datetime.timedelta(days=days)).strftime("%y%m%d%H%M%SZ")

    signed(base, "expired", "localhost", start=stamp(-10), end=stamp(-1))
    signed(base, "early", "localhost", start=stamp(1), end=stamp(10))
    for path in base.iterdir():
        path.chmod(0o644)


@contextlib.contextmanager
def authority():
    if shutil.which("openssl") is None:
        pytest.skip("no openssl")
    base = harness.make_directory("mgc")
    try:
        make_authority(base)
        yield base
    finally:
        shutil.rmtree(base, ignore_errors=True)


CONFIG = """
base_dir = {dir}/run
state_dir = {dir}/state
log_path = {dir}/log
protocols = imap
listen = 127.0.0.1
ssl = yes
ssl_cert = <{ca}/good.pem
ssl_key = <{ca}/good.key
ssl_min_protocol = TLSv1.2
disable_plaintext_auth = yes
default_login_user = {login}
default_internal_user = {login}
default_internal_group = {login_group}
first_valid_uid = 1
mail_location = maildir:{dir}/mail/%u:INBOX={dir}/mail/%u/inbox
mailbox_list_index = no
auth_mechanisms = plain login{mechanisms}
auth_failure_delay = 0
passdb {{
  driver = passwd-file
  args = scheme=PLAIN {dir}/users
}}
{passdb}
userdb {{
  driver = static
  args = uid={uid} gid={gid} home={dir}/home/%u
}}
service imap-login {{
  chroot =
  inet_listener imap {{
    port = {port}
  }}
  inet_listener imaps {{
    port = {tls_port}
    ssl = yes
  }}
}}
service anvil {{
  chroot =
  unix_listener anvil-auth-penalty {{
    mode = 0
  }}
}}
service stats {{
  chroot =
}}
namespace inbox {{
  inbox = yes
  separator = /
}}
imap_idle_notify_interval = 2 mins
{more}
"""


def free_port():
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


class Dovecot:
    """A Dovecot with one user. Its mailbox is a Maildir: deliver() puts a file there, as an MDA does."""

    def __init__(self, ca, more="", mechanisms="", passdb=""):
        self.dir = harness.make_directory("mgd")
        self.ca = ca
        account = pwd.getpwnam("nobody") if os.getuid() == 0 else pwd.getpwuid(os.getuid())
        login = account.pw_name
        self.port, self.tls_port = free_port(), free_port()
        for name in ("run", "state", "mail", "home"):
            (self.dir / name).mkdir()
        import grp
        (self.dir / "users").write_text(f"{USER}:{{PLAIN}}{PASSWORD}\n")
        (self.dir / "dovecot.conf").write_text(CONFIG.format(
            dir=self.dir, ca=ca, login=login, login_group=grp.getgrgid(account.pw_gid).gr_name, uid=account.pw_uid, gid=account.pw_gid,
            port=self.port, tls_port=self.tls_port, more=more, mechanisms=mechanisms, passdb=passdb))
        for path in [self.dir, *self.dir.rglob("*")]:
            path.chmod(0o755 if path.is_dir() else 0o644)
            if os.getuid() == 0 and path.name in ("mail", "home"):
                os.chown(path, account.pw_uid, account.pw_gid)
        self.account = account
        self.process = None
        self.start()

    def start(self):
        self.process = subprocess.Popen(["/usr/sbin/dovecot", "-F", "-c", str(self.dir / "dovecot.conf")],
                                        stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)

        def up():
            assert self.process.poll() is None, (self.dir / "log").read_text() if (self.dir / "log").exists() else "no log"
            try:
                socket.create_connection(("127.0.0.1", self.tls_port), 1).close()
            except OSError:
                return False
            return True

        harness.wait_for("Dovecot to answer", up, 30)

    def folder(self, name="INBOX"):
        where = self.dir / "mail" / USER / ("inbox" if name == "INBOX" else "." + name.replace("/", "."))
        for sub in ("tmp", "new", "cur"):
            (where / sub).mkdir(parents=True, exist_ok=True)
        if os.getuid() == 0:
            for path in [self.dir / "mail" / USER, where, *where.iterdir()]:
                os.chown(path, self.account.pw_uid, self.account.pw_gid)
        return where

    def deliver(self, *mails, folder="INBOX"):
        where = self.folder(folder)
        for mail in mails:
            self.count = getattr(self, "count", 0) + 1
            name = f"{1700000000 + self.count}.M{self.count}P1.test"
            path = where / "tmp" / name
            path.write_bytes(mail)
            if os.getuid() == 0:
                os.chown(path, self.account.pw_uid, self.account.pw_gid)
            path.rename(where / "new" / name)

    def log(self):
        return (self.dir / "log").read_text()

    def stop(self):
        if self.process is not None:
            below = harness.descendants(self.process.pid)
            self.process.terminate()
            try:
                self.process.wait(20)
            except subprocess.TimeoutExpired:
                self.process.kill()
                self.process.wait(20)
            # A process that encrypts for a client outlives its master by half a minute, and its client would not notice.
            for pid in filter(harness.is_alive, below):
                with contextlib.suppress(ProcessLookupError):
                    os.kill(pid, signal.SIGKILL)
        self.process = None

    def close(self):
        self.stop()
        shutil.rmtree(self.dir, ignore_errors=True)


def drive(*commands, timeout=120, **keys):
    """Run imap-drive. Returns its lines, split at tabs. Keys by keyword, "_" for "-"; commands are words joined by tabs."""
    program = pathlib.Path(harness.BUILD) / "tests" / "integration" / "imap-drive"
    args = [f"{key.replace('_', '-')}={value}" for key, value in keys.items()]
    done = subprocess.run([str(program), *args, *["\t".join(c) if isinstance(c, (list, tuple)) else c for c in commands]],
                          capture_output=True, timeout=timeout, check=False)
    assert done.returncode == 0, (done.returncode, done.stdout[-2000:], done.stderr[-4000:])
    return [line.split("\t") for line in done.stdout.decode().splitlines()]


def of_kind(lines, kind):
    return [line[1:] for line in lines if line[0] == kind]
