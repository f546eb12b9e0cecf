"""postfix.py - a Postfix beside a gateway."""

import contextlib
import os
import re
import shutil
import signal
import smtplib
import socket
import subprocess

from ground import DELIVER, free_port, is_alive, make_directory, SOURCE, wait_for


class Postfix:
    """An instance of its own: configuration, queue and data in a temporary directory, SMTP on a loopback port.

    Mail for domain goes to the gateway by `transport` ("pipe" through mailgw-deliver, or "lmtp" to the socket); what else is sent
    through it goes to the relay's port. routes sends further domains elsewhere: {"other.example": "lmtp:unix:..."}. strip is
    what relays of the world do to mail: {"name": regular expression of header fields}; each has a port in strip_ports, and what
    comes in there has lost these fields.
    """

    def __init__(self, gateway, transport="pipe", domain="example.com", relay_port=None, routes=None, strip=None):
        self.base = make_directory("mgp")
        self.port = free_port()
        self.gateway = gateway
        self.strip_ports = {name: free_port() for name in strip or {}}
        self.config = self.base / "etc"
        self.queue = self.base / "spool"
        self.log = self.base / "postfix.log"
        for path in (self.config, self.queue, self.base / "data"):
            path.mkdir(mode=0o755)
        shutil.chown(self.base / "data", "postfix", "postfix")
        client = self._pipe_client()
        next_hop = {"pipe": "mailgw:", "lmtp": f"lmtp:unix:{gateway.socket}"}[transport]
        self._write_main(next_hop, domain, relay_port)
        self._write_routes(routes or {})
        self._write_master(client)
        self._write_strips(strip or {})
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

    def _write_routes(self, routes):
        (self.config / "routes").write_text("".join(f"{domain} {goal}\n" for domain, goal in routes.items()))
        with open(self.config / "main.cf", "a") as main:
            main.write(f"transport_maps = texthash:{self.config}/routes\n")

    def _write_strips(self, strip):
        """A port and a cleanup(8) of its own for each."""
        with open(self.config / "master.cf", "a") as master:
            for name, fields in strip.items():
                checks = self.config / f"strip-{name}"
                checks.write_text(f"/^({fields}):/ IGNORE\n")
                master.write(f"127.0.0.1:{self.strip_ports[name]} inet n - n - - smtpd -o cleanup_service_name=cleanup-{name}\n"
                             f"cleanup-{name} unix n - n - 0 cleanup -o header_checks=regexp:{checks}\n")

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

    def send(self, mail, to, sender="customer@example.net", port=None):
        with smtplib.SMTP("127.0.0.1", port or self.port, local_hostname="client.example.net", timeout=60) as client:
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
