"""Large mails and large mailboxes cost no more memory, and statements no more time, than small ones."""

import json
import os
import pathlib
import re
import threading
import time

import harness
from harness import mail
from test_imap import ca, dovecot, fetch, gw, installation, keys, mails, server  # noqa: F401

YEARS = int(os.environ.get("MAILGW_IMAP_YEARS", "2000"))
# 40 MB, and what a library of another version may have more.
MOST_KIB = 40_000_000 // 1024


class Memory(threading.Thread):
    """The most that the role imap had resident, until the process has ended."""

    def __init__(self, process):
        super().__init__(daemon=True)
        self.process, self.kib = process, 0
        self.start()

    def run(self):
        while self.process.poll() is None:
            for pid in harness.descendants(self.process.pid):
                try:
                    if pathlib.Path(f"/proc/{pid}/comm").read_text().strip() == "mailgw:imap":
                        status = pathlib.Path(f"/proc/{pid}/status").read_text()
                        self.kib = max(self.kib, int(status.split("VmHWM:")[1].split()[0]))
                except (OSError, IndexError):
                    pass
            time.sleep(0.02)


def read_all(gw):
    process = gw.serve("--role", "imap", "--until-idle", wait=False)
    memory = Memory(process)
    assert process.wait(1500) == 0, gw.log_tail()
    memory.join()
    return memory.kib


def test_a_mail_of_25_mebibytes_is_not_held(gw, dovecot):
    gw.configure("limits", "message-size", "64M")
    line = "x" * 76 + "\n"
    dovecot.deliver(mail(subject="large", body=line * ((25 * 1048576 - 4096) // len(line))), mail(subject="small"))
    kib = read_all(gw)
    print(f"{kib / 1024:.1f} MiB resident at most")
    assert len(keys(gw)) == 2
    assert int(gw.sql_value("SELECT max(length(bytes)) FROM raw")) > 25_000_000
    assert 0 < kib < MOST_KIB


def seconds_of_parts(gw, count):
    """Seconds in which each tenth of the mails was taken, by the log."""
    pattern = re.compile(r"^(\S+)", re.M)
    stamps = [pattern.match(line)[1] for line in gw.log.read_text().splitlines() if " accepted " in line]
    assert len(stamps) == count
    moments = [time.mktime(time.strptime(stamp[:19], "%Y-%m-%dT%H:%M:%S")) for stamp in stamps]
    return [moments[(n + 1) * count // 10 - 1] - moments[n * count // 10] for n in range(10)]


def test_a_mailbox_of_years_is_read_as_fast_at_its_end(gw, dovecot):
    dovecot.deliver(*mails(YEARS))
    gw.configure("limits", "waiting", "10000000")
    began = time.monotonic()
    kib = read_all(gw)
    took = time.monotonic() - began
    parts = seconds_of_parts(gw, YEARS)
    print(f"{YEARS} mails in {took:.0f} s, {kib / 1024:.1f} MiB resident at most; seconds of each tenth: {parts}")
    assert len(set(keys(gw))) == YEARS
    assert 0 < kib < MOST_KIB
    assert sum(parts[7:]) < 3 * sum(parts[:3]) + 5


# --- statements -----------------------------------------------------------------------------------------------------------

ROWS = 100_000
UIDS = "'{%s}'" % ",".join(str(n) for n in range(1, 51))
KEYS = "'{%s}'" % ",".join(f"imap:desk/{n}" for n in range(1, 51))
IDS = "'{%s}'" % ",".join(f"{n}@example.net" for n in range(1, 51))
HASHES = "ARRAY[%s]" % ",".join(f"sha256('{n}')" for n in range(1, 51))
TIMES = "'{%s}'" % ",".join("2026-11-22" for _ in range(50))
QUIET = "'{%s}'" % ",".join("f" for _ in range(50))
# Half of them known.
MIXED = "'{%s}'" % ",".join(f"imap:desk/{n}" for n in range(ROWS - 24, ROWS + 26))
TEXTS = "'{%s}'" % ",".join("x" for _ in range(50))
# What a process of a mailbox runs, with what it would bind for fifty mails.
STATEMENTS = {
    "mailbox_load": "'desk', 'INBOX'",
    "mailbox_match": f"1, 2, {UIDS}, {IDS}, {UIDS}, {UIDS}",
    "mailbox_match_bytes": "1, 2, 70000, sha256('50000')",
    "mailbox_record": f"1, 3, {UIDS}, {KEYS}, {IDS}, {UIDS}, {UIDS}, {HASHES}",
    "mailbox_advance": "1, 1, 5, '', '', false",
    "mailbox_report": "'desk', 'INBOX', true, null, null",
    "mailbox_account_report": "'desk', true, null",
    "accept": f"{TEXTS}, {TEXTS}, {TEXTS}, {TEXTS}, {TIMES}, {QUIET}, {TEXTS}, {UIDS}, {TEXTS}, {TEXTS}, {MIXED}",
    "accept_draw": f"null, {KEYS}",
    "accept_copied": f"1, 0, 'imap:desk', null, null, false, null, {TEXTS}, {TEXTS}, {KEYS}",
    "accept_backlog": "200",
    "accept_waiting_count": "201",
}
FILL = f"""
INSERT INTO raw (bytes) VALUES ('x');
INSERT INTO mailbox (account, folder, uidvalidity) VALUES ('desk', 'INBOX', 7);
INSERT INTO inbound (raw, raw_received_at, source, queue, delivery_key)
    SELECT r.id, r.received_at, 'imap:desk', 'support', 'imap:desk/' || n FROM raw r, generate_series(1, {ROWS}) n;
INSERT INTO mailbox_mail (mailbox, generation, uid, inbound, message_id, size, arrived_at, sha256)
    SELECT m.id, 1, n, n, n || '@example.net', n, to_timestamp(0) + n * interval '1 microsecond', sha256(n::text::bytea)
      FROM mailbox m, generate_series(1, {ROWS}) n;
"""


def queries():
    found = {}
    for path in (harness.SOURCE / "schema" / "queries").glob("*.sql"):
        for name, text in re.findall(r"^-- name: (\w+)\n(.*?)(?=^-- name: |\Z)", path.read_text(), re.M | re.S):
            found[name] = re.sub(r"^--.*\n", "", text, flags=re.M).strip()
    return found


def test_plans_of_empty_tables_serve_full_ones(gw):
    """A process plans its statements when the tables are small, and keeps the plans while they grow: none may read a table for a few rows."""
    known = queries()
    text = known["session_setup"].split("SELECT ", 1)[1]
    settings = [f"SET {name} = off" for name in re.findall(r"set_config\('(\w+)', \$4", text)]
    assert "SET enable_seqscan = off" in settings
    script = [*settings, "SET plan_cache_mode = force_generic_plan", "SET jit = off",
              "ALTER TABLE inbound SET (autovacuum_enabled = off)", "ALTER TABLE mailbox_mail SET (autovacuum_enabled = off)",
              "ALTER SEQUENCE mailbox_id_seq RESTART", "TRUNCATE raw, inbound, mailbox, mailbox_mail RESTART IDENTITY CASCADE"]
    script += [f"PREPARE {name} AS {known[name].rstrip(';')}" for name in STATEMENTS]
    script += [f"BEGIN; EXPLAIN EXECUTE {name} ({values}); ROLLBACK" for name, values in STATEMENTS.items()]
    script += [FILL.strip().rstrip(";")]
    script += [rf"\echo == {name}" + f"\nBEGIN; EXPLAIN (ANALYZE, BUFFERS, FORMAT JSON) EXECUTE {name} ({values}); ROLLBACK"
               for name, values in STATEMENTS.items()]
    output = gw.psql("-A", "-t", input=";\n".join(script) + ";\n")
    gw.sql("ALTER TABLE inbound RESET (autovacuum_enabled); ALTER TABLE mailbox_mail RESET (autovacuum_enabled)")
    for name, plan in re.findall(r"^== (\w+)\n(.*?)(?=^== |\Z)", output, re.M | re.S):
        whole = json.loads(plan)[0]
        buffers = whole["Plan"]["Shared Hit Blocks"] + whole["Plan"]["Shared Read Blocks"]
        print(f"{name}: {whole['Execution Time']:.1f} ms, {buffers} pages")
        assert buffers < 2000, f"{name} reads {buffers} pages:\n{plan}"
