"""gateway.py - an installation of the product, with its database and its processes."""

import atexit
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

from ground import BUILD, DELIVER, descendants, is_alive, IS_ROOT, MAILGW, make_directory, wait_for


_template = None


def _made_by_init():
    """What `mailgw init` makes, made once and copied for each story: initdb and the migrations take seconds.

    It has no token key: two installations with one key would take each other's mail for their own.
    """
    global _template
    if _template is None:
        first = Gateway(fresh=True)
        atexit.register(first.close)
        first.sql("DELETE FROM mailgw.token_key")
        first.db_stop()
        _template = first
    return _template


class Gateway:
    """One installation as `mailgw init` makes it: its configuration, its embedded database, its processes.

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

    def __init__(self, directory=None, fresh=False):
        """fresh: made by `mailgw init` here and now, not copied from one that was."""
        self.base = directory or make_directory()
        self.dir = self.base / "gw"
        self.config = self.dir / "mailgw.conf"
        self.log = self.base / "serve.log"
        self.processes = []
        self.shared_socket = None
        try:
            if fresh:
                self.run("init", "--dir", str(self.dir), config=False)
            else:
                subprocess.run(["cp", "-a", str(_made_by_init().dir), str(self.dir)], check=True)
                self.run("db", "migrate")    # starts the server, and makes the token key
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

    def wait_up(self, timeout=90):
        """Until `mailgw status` says that every role is up; in time, or with what it says instead."""
        try:
            wait_for("every role to be up", lambda: self.execute("status").returncode == 0, timeout)
        except AssertionError as error:
            done = self.execute("status")
            raise AssertionError(f"{error}\n{done.stdout}{done.stderr}\n{self.log_tail()}") from None

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
        # Nobody will read the data again: SIGQUIT spares the checkpoint.
        with contextlib.suppress(OSError, ValueError):
            pid = int((self.dir / "db" / "postmaster.pid").read_text().split()[0])
            if is_alive(pid):
                os.kill(pid, signal.SIGQUIT)
                wait_for("the embedded server to end", lambda: not is_alive(pid))
        if "MAILGW_KEEP" in os.environ:
            print(f"kept: {self.base}", file=sys.stderr)
        else:
            shutil.rmtree(self.base, ignore_errors=True)
