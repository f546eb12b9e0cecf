"""harness.py - what the stories are told with: a gateway, a Postfix, an SMTP server that does as it is told.

Everything lives in a temporary directory with a short path (a Unix socket's may have 107 bytes), is reached over loopback
or Unix sockets only, and is stopped by its own process id.  Nothing here sleeps for a fixed time and hopes: wait_for()
asks again until an answer is there or the deadline has passed, and then says what it was waiting for.

Started by root the product runs as an unprivileged user, so directories made here can be entered by everybody.
"""

import contextlib
import json
import os
import pathlib
import pwd
import re
import shutil
import signal
import smtplib
import socket
import subprocess
import sys
import tempfile
import threading
import time

SOURCE = pathlib.Path(os.environ.get("MAILGW_SOURCE", pathlib.Path(__file__).resolve().parents[2]))
BUILD = pathlib.Path(os.environ.get("MAILGW_BUILD", SOURCE))
MAILGW = BUILD / "mailgw" / "mailgw"
DELIVER = BUILD / "mailgw" / "mailgw-deliver"
PYTHON = "/usr/bin/python3"

IS_ROOT = os.geteuid() == 0


# --- waiting ---------------------------------------------------------------------------------------------------------

def wait_for(what, condition, timeout=30, interval=0.02):
    """The first true value of condition(); AssertionError "waited N s for WHAT" if there is none in time."""
    deadline = time.monotonic() + timeout
    while True:
        value = condition()
        if value:
            return value
        if time.monotonic() >= deadline:
            raise AssertionError(f"waited {timeout} s for {what}")
        time.sleep(interval)
        interval = min(interval * 1.5, 0.5)


def free_port():
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


def make_directory(prefix="mgw"):
    """A directory below /tmp that the unprivileged user of the product may enter."""
    path = pathlib.Path(tempfile.mkdtemp(prefix=prefix, dir="/tmp"))
    path.chmod(0o755)
    return path


def is_alive(pid):
    """Whether it runs; a zombie does not."""
    try:
        with open(f"/proc/{pid}/stat", "rb") as stat:
            return stat.read().rpartition(b")")[2].split()[0] not in (b"Z", b"X")
    except (FileNotFoundError, ProcessLookupError):
        return False


def descendants(pid):
    """Process ids below pid, parents before children."""
    children = {}
    for entry in os.listdir("/proc"):
        if entry.isdigit():
            with contextlib.suppress(OSError):
                with open(f"/proc/{entry}/stat", "rb") as stat:
                    parent = int(stat.read().rpartition(b")")[2].split()[1])
                children.setdefault(parent, []).append(int(entry))
    found, waiting = [], [pid]
    while waiting:
        below = children.get(waiting.pop(0), [])
        found += below
        waiting += below
    return found


# --- the gateway -----------------------------------------------------------------------------------------------------

class Gateway:
    """One installation made by `mailgw init`: its configuration, its embedded database, its processes.

        gw = Gateway()
        gw.configure("limits", "tickets-per-sender", "1000/h")
        gw.serve()
        gw.lmtp(b"From: ...", to="support@example.com")
        gw.wait_idle()
        assert gw.run("ticket", "list", "--json")[0]["subject"] == "..."
        gw.audit()
        gw.close()
    """

    address = "support@example.com"

    def __init__(self, directory=None):
        self.base = directory or make_directory()
        self.dir = self.base / "gw"
        self.config = self.dir / "mailgw.conf"
        self.log = self.base / "serve.log"
        self.processes = []
        self.shared_socket = None
        try:
            self.run("init", "--dir", str(self.dir), config=False)
        except BaseException:
            self.close()
            raise

    # commands

    def environment(self, config=True):
        environment = {k: v for k, v in os.environ.items() if not k.startswith(("MAILGW_", "PG"))}
        environment["LC_ALL"] = "C.UTF-8"
        environment["PATH"] = f"{BUILD / 'mailgw'}:{environment.get('PATH', '/usr/bin:/bin')}"
        if config:
            environment["MAILGW_CONFIG"] = str(self.config)
        return environment

    def execute(self, *args, input=None, timeout=120, config=True):
        """Run `mailgw ARGS` whatever it answers; output as text, input as bytes or text."""
        if isinstance(input, str):
            input = input.encode()
        done = subprocess.run([str(MAILGW), *map(str, args)], input=b"" if input is None else input, timeout=timeout,
                              cwd=self.base, env=self.environment(config), capture_output=True, check=False)
        done.stdout = done.stdout.decode("utf-8", "replace")
        done.stderr = done.stderr.decode("utf-8", "replace")
        return done

    def run(self, *args, status=0, **more):
        """Run it, expect the exit status; with --json among the arguments the parsed output, else its text."""
        done = self.execute(*args, **more)
        command = "mailgw " + " ".join(map(str, args))
        assert done.returncode == status, \
            f"{command}: exit {done.returncode}, expected {status}\n{done.stdout}{done.stderr}"
        if "--json" in args and status == 0:
            try:
                return json.loads(done.stdout)
            except ValueError as error:
                raise AssertionError(f"{command}: not JSON ({error}): {done.stdout[:500]!r}") from error
        return done.stdout

    def deliver(self, mail, *recipients, sender=None, options=()):
        """Run mailgw-deliver as an MTA does; the caller judges its exit status."""
        command = [str(DELIVER), "--socket", str(self.socket), *options]
        if sender is not None:
            command += ["-f", sender]
        return subprocess.run([*command, "--", *(recipients or (self.address,))], input=mail, timeout=120,
                              env=self.environment(), capture_output=True, check=False)

    def audit(self):
        """The books balance, or the test fails with what audit printed."""
        return self.run("audit")

    def tickets(self):
        return self.run("ticket", "list", "--all", "--json")

    def inbound(self):
        return self.run("inbound", "list", "--all", "--json")

    def outbox(self):
        return self.run("outbox", "list", "--all", "--json")

    # configuration

    def configure(self, section, key, value):
        """Set one option of mailgw.conf: replace its line, or add it to its section, which is made if need be."""
        kept, inside, written, dropping = [], False, False, False
        line_now = f"{key} = {value}"
        for line in self.config.read_text().splitlines():
            if dropping and line[:1] in (" ", "\t") and line.strip():
                continue  # continues the value that was replaced
            dropping = False
            header = re.match(r"\[([^]]*)\]", line)
            if header:
                inside = header.group(1).split() == section.split()
            elif inside and re.match(rf"{re.escape(key)}\s*=", line):
                dropping = True
                if not written:
                    kept.append(line_now)
                    written = True
                continue
            kept.append(line)
        if not written:
            at = next((i for i, line in enumerate(kept)
                       if line.startswith("[") and line[1:].split("]")[0].split() == section.split()), None)
            if at is None:
                kept += ["", f"[{section}]", line_now]
            else:
                kept.insert(at + 1, line_now)
        # In place, so that the owner stays who it was.
        self.config.write_text("\n".join(kept) + "\n")

    def raise_limits(self):
        """As many tickets and acknowledgements as a test may cause."""
        for key in ("tickets-per-sender", "tickets-per-domain"):
            self.configure("limits", key, "1000000/h")
        for key in ("reopen-per-hour", "reopen-per-day"):
            self.configure("limits", key, "1000000")
        for key in ("per-sender-hour", "per-sender-day", "per-domain-hour", "per-ticket-hour", "total-hour"):
            self.configure("acknowledge", key, "1000000")

    @property
    def socket(self):
        """Where LMTP is spoken; moved by share_socket()."""
        return self.shared_socket or self.dir / "lmtp.sock"

    def share_socket(self):
        """As on a host with an MTA: a socket in a directory that other users may enter (the installation's own is closed)."""
        directory = self.base / "mta"
        directory.mkdir(mode=0o755)
        shutil.chown(directory, self.database_user)
        self.shared_socket = directory / "lmtp.sock"
        self.configure("lmtp", "socket", self.shared_socket)
        self.configure("lmtp", "socket-mode", "0666")

    # processes

    def serve(self, *args, wait=True, timeout=60, **popen):
        """Start `mailgw serve ARGS`; with wait, return when it is ready: LMTP greets where it is served, and for a
        full set of roles `mailgw status` says so."""
        with open(self.log, "ab") as log:
            process = subprocess.Popen([str(MAILGW), "serve", *map(str, args)], stdin=subprocess.DEVNULL, stdout=log,
                                       stderr=log, cwd=self.base, env=self.environment(), **popen)
        self.processes.append(process)
        if wait:
            all_roles = "--role" not in args

            def ready():
                if process.poll() is not None:
                    raise AssertionError(f"mailgw serve ended with {process.returncode}\n{self.log_tail()}")
                if all_roles:
                    return self.execute("status").returncode == 0
                return "lmtp" not in args or self.greets()

            try:
                wait_for("mailgw serve to be ready", ready, timeout)
            except AssertionError as error:
                raise AssertionError(f"{error}\n{self.log_tail()}") from None
        return process

    def greets(self):
        """Whether an LMTP server says 220 on the socket."""
        try:
            with socket.socket(socket.AF_UNIX) as connection:
                connection.settimeout(5)
                connection.connect(str(self.socket))
                return connection.recv(3) == b"220"
        except OSError:
            return False

    def work(self, timeout=120):
        """Work off what waits: `mailgw serve --role worker --role courier --until-idle`."""
        return self.run("serve", "--role", "worker", "--role", "courier", "--until-idle", timeout=timeout)

    def stop(self, process=None, timeout=30):
        """Stop by SIGTERM, as a service manager does; it has to end by itself and leave nobody behind."""
        for one in [process] if process else list(self.processes):
            below = descendants(one.pid)
            if one.poll() is None:
                one.send_signal(signal.SIGTERM)
            try:
                one.wait(timeout)
            except subprocess.TimeoutExpired:
                self.kill(one)
                raise AssertionError(f"mailgw serve did not stop within {timeout} s\n{self.log_tail()}") from None
            finally:
                if one in self.processes:
                    self.processes.remove(one)
            wait_for("the roles to end with their supervisor", lambda: not any(map(is_alive, below)), timeout)

    def kill(self, process):
        """kill -9 of a supervisor and all below it."""
        pids = [process.pid, *descendants(process.pid)]
        for pid in pids:
            with contextlib.suppress(ProcessLookupError):
                os.kill(pid, signal.SIGKILL)
        process.wait(30)
        if process in self.processes:
            self.processes.remove(process)
        wait_for("killed processes to be gone", lambda: not any(map(is_alive, pids)))

    def role_pids(self, role=None):
        """Processes below `serve`: all, or those of one role ("lmtp", "worker", "courier", "helper", "parse")."""
        found = []
        for process in self.processes:
            for pid in descendants(process.pid):
                with contextlib.suppress(OSError):
                    name = pathlib.Path(f"/proc/{pid}/comm").read_text().strip()
                    if role is None or name == f"mailgw:{role}":
                        found.append(pid)
        return found

    def kill_role(self, role, sig=signal.SIGKILL):
        """Kill the processes of one role; their number."""
        pids = self.role_pids(role)
        for pid in pids:
            with contextlib.suppress(ProcessLookupError):
                os.kill(pid, sig)
        return len(pids)

    def log_tail(self, lines=40):
        with contextlib.suppress(FileNotFoundError):
            return "\n".join(self.log.read_text(errors="replace").splitlines()[-lines:])
        return "(no log)"

    def wait_log(self, pattern, timeout=30):
        """The first match in what `serve` has logged so far or is going to."""
        return wait_for(f"/{pattern}/ in the log",
                        lambda: self.log.exists() and re.search(pattern, self.log.read_text(errors="replace")), timeout)

    # mail in

    def lmtp(self, mail, to=None, sender="customer@example.net", timeout=60):
        """Hand one mail to the LMTP socket. Returns {recipient: (code, text)} of those refused, {} if all were taken."""
        recipients = [to] if isinstance(to, str) else list(to or [self.address])
        refused, taken = {}, []
        with smtplib.LMTP(str(self.socket), local_hostname="mx.example.net", timeout=timeout) as client:
            client.ehlo_or_helo_if_needed()
            code, text = client.mail(sender, [f"SIZE={len(mail)}"])
            if code != 250:
                return {recipient: (code, text) for recipient in recipients}
            for recipient in recipients:
                code, text = client.rcpt(recipient)
                if code == 250:
                    taken.append(recipient)
                else:
                    refused[recipient] = (code, text)
            # One answer for each recipient that was taken (RFC 2033, 4.2); smtplib's data() reads the first.
            for number, recipient in enumerate(taken):
                code, text = client.getreply() if number > 0 else client.data(mail)
                if code != 250:
                    refused[recipient] = (code, text)
        return refused

    def wait_inbound(self, count, timeout=60):
        """Until so many inbound rows have their outcome."""
        def finished():
            rows = self.inbound()
            return rows if len(rows) >= count and all(row.get("outcome") for row in rows) else None
        return wait_for(f"{count} inbound rows with an outcome", finished, timeout)

    # the database

    @property
    def database_user(self):
        """Who owns the data directory: the user the embedded server runs as."""
        return (self.dir / "db").stat().st_uid

    def psql(self, *args, input=None, role="mailgw_owner"):
        """psql on the embedded socket, run as the server's own user, so that peer authentication holds as well."""
        command = ["psql", "-X", "-q", "-v", "ON_ERROR_STOP=1", "-h", str(self.dir / "run"), "-U", role, "-d", "mailgw", *args]
        uid = self.database_user
        if IS_ROOT and uid != 0:
            account = pwd.getpwuid(uid)
            command = ["setpriv", f"--reuid={uid}", f"--regid={account.pw_gid}", "--clear-groups", *command]
        environment = self.environment() | {"PGOPTIONS": "-c search_path=mailgw", "PGCONNECT_TIMEOUT": "10"}
        done = subprocess.run(command, input=input, text=True, cwd="/", env=environment, capture_output=True, timeout=120,
                              check=False)
        assert done.returncode == 0, f"psql: {done.stderr}{done.stdout}"
        return done.stdout

    def sql(self, statement, role="mailgw_owner"):
        """Rows of a statement, each a list of texts; "" is NULL as well."""
        out = self.psql("-A", "-t", "-F", "\x1f", "-R", "\x1e", "-c", statement, role=role)
        return [row.split("\x1f") for row in out.rstrip("\n").split("\x1e")] if out.strip("\n") else []

    def sql_value(self, statement):
        rows = self.sql(statement)
        assert len(rows) == 1 and len(rows[0]) == 1, f"one value expected: {rows!r}"
        return rows[0][0]

    def db_stop(self):
        self.run("db", "stop")

    def db_start(self):
        self.run("db", "start")

    def close(self):
        """End everything that was started here, whatever state it is in, and remove the directory."""
        for process in list(self.processes):
            with contextlib.suppress(Exception):
                self.stop(process)
        for process in list(self.processes):
            with contextlib.suppress(Exception):
                self.kill(process)
        if self.config.exists():
            with contextlib.suppress(Exception):
                self.execute("db", "stop", timeout=60)
        with contextlib.suppress(OSError, ValueError):
            pid = int((self.dir / "db" / "postmaster.pid").read_text().split()[0])
            if is_alive(pid):
                os.kill(pid, signal.SIGQUIT)
                wait_for("the embedded server to end", lambda: not is_alive(pid))
        if "MAILGW_KEEP" in os.environ:
            print(f"kept: {self.base}", file=sys.stderr)
        else:
            shutil.rmtree(self.base, ignore_errors=True)


# --- an SMTP server that does as it is told ----------------------------------------------------------------------------

class Received:
    """One mail as the sink got it."""

    def __init__(self, sender, recipients, data, helo, user, tls, options):
        self.sender = sender
        self.recipients = recipients
        self.data = data
        self.helo = helo
        self.user = user
        self.tls = tls
        self.options = options

    @property
    def message(self):
        import email
        import email.policy
        return email.message_from_bytes(self.data, policy=email.policy.default)


class Sink:
    """Records envelopes and bytes on a loopback port. script("RCPT", "450 4.2.1 later", times=2) answers a command
    otherwise; an answer of None closes the connection without one."""

    def __init__(self, port=None, context=None, implicit_tls=False, accounts=None):
        from aiosmtpd.controller import Controller
        from aiosmtpd.smtp import AuthResult

        self.mails = []
        self.sessions = 0
        self.port = port or free_port()
        self._scripts = {"MAIL": [], "RCPT": [], "DATA": []}
        self._lock = threading.Lock()
        sink = self

        class Handler:
            async def handle_EHLO(self, server, session, envelope, hostname, responses):
                sink.sessions += 1
                session.host_name = hostname
                return responses

            async def handle_MAIL(self, server, session, envelope, address, options):
                answer = sink._next("MAIL", address, server)
                if answer is None:
                    envelope.mail_from = address
                    envelope.mail_options.extend(options)
                    return "250 2.1.0 ok"
                return answer

            async def handle_RCPT(self, server, session, envelope, address, options):
                answer = sink._next("RCPT", address, server)
                if answer is None:
                    envelope.rcpt_tos.append(address)
                    return "250 2.1.5 ok"
                return answer

            async def handle_DATA(self, server, session, envelope):
                answer = sink._next("DATA", envelope.rcpt_tos[0], server)
                if answer is None:
                    with sink._lock:
                        sink.mails.append(Received(envelope.mail_from, list(envelope.rcpt_tos), envelope.original_content,
                                                   session.host_name, session.auth_data, implicit_tls or session.ssl is not None,
                                                   list(envelope.mail_options)))
                    return "250 2.0.0 taken"
                return answer

        def authenticate(server, session, envelope, mechanism, auth_data):
            name, password = auth_data.login.decode(), auth_data.password.decode()
            good = (accounts or {}).get(name) == password
            return AuthResult(success=good, handled=False, auth_data=name if good else None)

        options = {"enable_SMTPUTF8": True, "data_size_limit": 0, "ident": "sink"}
        if accounts is not None:
            options |= {"authenticator": authenticate, "auth_required": True, "auth_require_tls": context is not None and not implicit_tls}
        if context is not None and not implicit_tls:
            options |= {"tls_context": context}
        self._controller = Controller(Handler(), hostname="127.0.0.1", port=self.port,
                                      ssl_context=context if implicit_tls else None, server_kwargs=options)
        self._controller.start()

    def script(self, command, answer, times=1, address=None):
        """Answer the next `times` commands (of that address) so; times=None: always."""
        with self._lock:
            self._scripts[command].append([times, address, answer])

    def _next(self, command, address, server):
        with self._lock:
            for entry in self._scripts[command]:
                if entry[0] == 0 or entry[1] not in (None, address):
                    continue
                if entry[0] is not None:
                    entry[0] -= 1
                if entry[2] is None:
                    server.transport.abort()
                    return "421 4.3.2 closing"
                return entry[2]
        return None

    def clear_scripts(self):
        with self._lock:
            for entries in self._scripts.values():
                entries.clear()

    def wait(self, count, timeout=60):
        wait_for(f"{count} mails in the sink (there are {len(self.mails)})", lambda: len(self.mails) >= count, timeout)
        return self.mails

    def to(self, address):
        return [mail for mail in self.mails if address in mail.recipients]

    def close(self):
        self._controller.stop()


# --- Postfix -----------------------------------------------------------------------------------------------------------

class Postfix:
    """An instance of its own: configuration, queue and data in a temporary directory, SMTP on a loopback port.

    Mail for domain goes to the gateway by `transport` ("pipe" through mailgw-deliver, or "lmtp" to the socket); what else is sent
    through it goes to the relay's port.
    """

    def __init__(self, gateway, transport="pipe", domain="example.com", relay_port=None):
        self.base = make_directory("mgp")
        self.port = free_port()
        self.gateway = gateway
        self.config = self.base / "etc"
        self.queue = self.base / "spool"
        self.log = self.base / "postfix.log"
        for path in (self.config, self.queue, self.base / "data"):
            path.mkdir(mode=0o755)
        shutil.chown(self.base / "data", "postfix", "postfix")
        client = self._pipe_client()
        next_hop = {"pipe": "mailgw:", "lmtp": f"lmtp:unix:{gateway.socket}"}[transport]
        self._write_main(next_hop, domain, relay_port)
        self._write_master(client)
        self._command("start")
        try:
            wait_for("Postfix to greet", self._greets, 30)
        except AssertionError:
            log = self.log.read_text(errors="replace") if self.log.exists() else ""
            self.close()
            raise AssertionError(f"Postfix did not start\n{log}") from None

    def _pipe_client(self):
        """pipe(8) runs it as nobody, who may not be able to enter the build tree."""
        client = self.base / "mailgw-deliver"
        shutil.copy(DELIVER, client)
        client.chmod(0o755)
        return client

    def _write_main(self, next_hop, domain, relay_port):
        settings = {
            "compatibility_level": "3.6",
            "queue_directory": self.queue,
            "data_directory": self.base / "data",
            "command_directory": "/usr/sbin",
            "daemon_directory": "/usr/lib/postfix/sbin",
            "meta_directory": "/etc/postfix",
            "shlib_directory": "/usr/lib/postfix",
            "mail_owner": "postfix",
            "setgid_group": "postdrop",
            "maillog_file": self.log,
            "maillog_file_prefixes": "/tmp",
            "inet_interfaces": "127.0.0.1",
            "inet_protocols": "ipv4",
            "myhostname": "mx.example.net",
            "mydestination": "",
            "local_recipient_maps": "",
            "alias_maps": "",
            "alias_database": "",
            "mynetworks": "127.0.0.0/8",
            "smtpd_relay_restrictions": "permit_mynetworks, reject",
            "smtputf8_enable": "yes",
            "virtual_mailbox_domains": domain,
            "virtual_transport": next_hop,
            "default_transport": f"smtp:[127.0.0.1]:{relay_port}" if relay_port else "error:no relay in this test",
            "smtp_dns_support_level": "disabled",
            "smtp_host_lookup": "native",
            "message_size_limit": "104857600",
            "mailbox_size_limit": "0",
            "recipient_delimiter": "+",
            # A deferred mail is tried again at once: the stories stop the database for seconds, not for hours.
            "queue_run_delay": "1s",
            "minimal_backoff_time": "1s",
            "maximal_backoff_time": "2s",
            "transport_retry_time": "1s",
            "smtpd_client_connection_count_limit": "0",
            "smtpd_client_connection_rate_limit": "0",
            "in_flow_delay": "0",
            "default_destination_concurrency_failed_cohort_limit": "0",
            "mailgw_destination_recipient_limit": "1",
            "biff": "no",
        }
        (self.config / "main.cf").write_text("".join(f"{key} = {value}\n" for key, value in settings.items()))

    def _write_master(self, client):
        lines = [f"127.0.0.1:{self.port} inet n - n - - smtpd"]
        lines += [f"{name} {kind} {private} - n {wakeup} {limit} {command}" for name, kind, private, wakeup, limit, command in (
            ("pickup", "unix", "n", "60", "1", "pickup"), ("cleanup", "unix", "n", "-", "0", "cleanup"),
            ("qmgr", "unix", "n", "300", "1", "qmgr"), ("rewrite", "unix", "-", "-", "-", "trivial-rewrite"),
            ("bounce", "unix", "-", "-", "0", "bounce"), ("defer", "unix", "-", "-", "0", "bounce"),
            ("trace", "unix", "-", "-", "0", "bounce"), ("verify", "unix", "-", "-", "1", "verify"),
            ("flush", "unix", "n", "1000?", "0", "flush"), ("proxymap", "unix", "-", "-", "-", "proxymap"),
            ("smtp", "unix", "-", "-", "-", "smtp"), ("relay", "unix", "-", "-", "-", "smtp"),
            ("lmtp", "unix", "-", "-", "-", "lmtp"), ("showq", "unix", "n", "-", "-", "showq"),
            ("error", "unix", "-", "-", "-", "error"), ("retry", "unix", "-", "-", "-", "error"),
            ("discard", "unix", "-", "-", "-", "discard"), ("anvil", "unix", "-", "-", "1", "anvil"),
            ("scache", "unix", "-", "-", "1", "scache"), ("postlog", "unix-dgram", "n", "-", "1", "postlogd"))]
        lines.append(self._example_service(client))
        (self.config / "master.cf").write_text("\n".join(lines) + "\n")

    def _example_service(self, client):
        """The service "mailgw" of the example that operators copy, with the paths and the user of this test."""
        example = (SOURCE / "etc" / "postfix-master.cf.example").read_text(encoding="utf-8")
        service = re.search(r"^mailgw .*\n(?: .*\n)+", example, re.MULTILINE).group(0)
        mine = f"argv={client} --socket {self.gateway.socket} -f"
        return service.replace("user=mailgw", "user=nobody").replace("argv=/usr/bin/mailgw-deliver -f", mine).rstrip()

    def _command(self, *args):
        done = subprocess.run(["postfix", "-c", str(self.config), *args], capture_output=True, text=True, timeout=60,
                              check=False)
        if done.returncode != 0:
            log = self.log.read_text(errors="replace") if self.log.exists() else ""
            raise AssertionError(f"postfix {' '.join(args)}: {done.stdout}{done.stderr}{log}")

    def _greets(self):
        try:
            with socket.create_connection(("127.0.0.1", self.port), timeout=5) as connection:
                return connection.recv(3) == b"220"
        except OSError:
            return False

    def send(self, mail, to, sender="customer@example.net"):
        with smtplib.SMTP("127.0.0.1", self.port, local_hostname="client.example.net", timeout=60) as client:
            client.sendmail(sender, [to] if isinstance(to, str) else to, mail)

    def session(self):
        return smtplib.SMTP("127.0.0.1", self.port, local_hostname="client.example.net", timeout=60)

    def queued(self):
        """How many mails wait: files of the queue, since postqueue(1) is set-gid and wants /etc/postfix to name us."""
        count = 0
        for name in ("maildrop", "incoming", "active", "deferred", "hold"):
            for _, _, files in os.walk(self.queue / name):
                count += len(files)
        return count

    def flush(self):
        """Try what is deferred now, as `postqueue -f` asks for it: forget dead destinations, scan all of both queues."""
        with socket.socket(socket.AF_UNIX) as trigger:
            trigger.settimeout(10)
            trigger.connect(str(self.queue / "public" / "qmgr"))
            trigger.sendall(b"FADI")

    def wait_empty(self, timeout=120):
        try:
            wait_for("Postfix's queue to be empty", lambda: self.queued() == 0, timeout)
        except AssertionError as error:
            raise AssertionError(f"{error}\n" + "\n".join(self.log.read_text().splitlines()[-20:])) from None

    def close(self):
        with contextlib.suppress(Exception):
            pid = int((self.queue / "pid" / "master.pid").read_text())
            with contextlib.suppress(AssertionError):
                self._command("stop")
            if is_alive(pid):
                os.kill(pid, signal.SIGKILL)
            wait_for("Postfix to end", lambda: not is_alive(pid))
        if "MAILGW_KEEP" not in os.environ:
            shutil.rmtree(self.base, ignore_errors=True)


# --- mail to send ------------------------------------------------------------------------------------------------------

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
