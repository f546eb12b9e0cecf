"""The guide for operators: it names each check of audit, and its backup can be restored, also into a server of one's own."""

import os
import pathlib
import pwd
import re
import subprocess

import harness

GUIDE = (harness.SOURCE / "doc" / "guide.txt").read_text(encoding="utf-8")


def test_guide_fits_a_terminal():
    assert [line for line in GUIDE.splitlines() if len(line) > 80 or "\t" in line] == []


def test_each_check_of_audit_is_explained(shared_gateway):
    chapter = re.search(r"^9  WHAT EACH CHECK.*?^10 ", GUIDE, re.MULTILINE | re.DOTALL).group(0)
    explained = set(re.findall(r"^([a-z].+)\n    \S", chapter, re.MULTILINE))
    checks = {row["check"] for row in shared_gateway.run("audit", "--json")}
    counted = {check for check in checks if check.startswith("inbound rows: ")}
    assert explained - {"inbound rows: OUTCOME"} == checks - counted


def postgresql(gateway, program, *args):
    """A program of PostgreSQL's, as the user of the embedded server."""
    command = [program, "--host", str(gateway.dir / "run"), "--username", "mailgw_owner", *map(str, args)]
    if harness.IS_ROOT:
        account = pwd.getpwuid(gateway.database_user)
        command = ["setpriv", f"--reuid={account.pw_uid}", f"--regid={account.pw_gid}", "--clear-groups", *command]
    done = subprocess.run(command, capture_output=True, text=True, timeout=120, cwd="/", env=gateway.environment(), check=False)
    assert done.returncode == 0, f"{command}: {done.stdout}{done.stderr}"
    return done.stderr


def filled(gateway):
    """A ticket with an answer, worked and sent."""
    gateway.serve("--role", "lmtp")
    gateway.lmtp(harness.mail(subject="before the dump"))
    gateway.stop()
    gateway.work()
    gateway.run("agent", "add", "anna")
    gateway.run("ticket", "reply", "1", "--as", "anna", input="It is known.\n")
    gateway.work()
    gateway.audit()


def goes_on(gateway):
    """The books balance, and what is new finds its place."""
    gateway.audit()
    gateway.serve("--role", "lmtp")
    gateway.lmtp(harness.mail(subject="after the restore"))
    gateway.stop()
    gateway.work()
    assert sorted(ticket["subject"] for ticket in gateway.tickets()) == ["after the restore", "before the dump"]
    gateway.audit()


def test_backup_is_restored_in_place(gateway):
    filled(gateway)
    dump = gateway.dir / "mailgw.dump"
    postgresql(gateway, "pg_dump", "--format=custom", f"--file={dump}", "mailgw")
    gateway.sql("UPDATE mailgw.ticket SET subject = 'spoilt'")
    gateway.psql("--command=DROP SCHEMA IF EXISTS mailgw CASCADE")
    postgresql(gateway, "pg_restore", "--no-owner", "--exit-on-error", "--dbname=mailgw", dump)
    gateway.run("db", "migrate")
    goes_on(gateway)


def test_moving_to_an_own_server(gateway):
    filled(gateway)
    dump = gateway.dir / "mailgw.dump"
    postgresql(gateway, "pg_dump", "--format=custom", "--no-owner", "--no-privileges", f"--file={dump}", "mailgw")
    server = harness.Gateway()
    try:
        # Somebody's server: another cluster, in which nobody has heard of mailgw's database.
        postgresql(server, "createuser", "--createrole", "desk")
        postgresql(server, "createdb", "--owner=desk", "--encoding=UTF8", "--template=template0", "tickets")
        url = f"postgresql://desk@/tickets?host={server.dir / 'run'}"
        readable = pathlib.Path(server.dir) / "mailgw.dump"
        readable.write_bytes(dump.read_bytes())
        os.chmod(readable, 0o644)
        gateway.run("db", "stop")
        text = re.sub(r"^embedded = .*$", f"url = {url}", gateway.config.read_text(), flags=re.MULTILINE)
        gateway.config.write_text(text)
        command = ["pg_restore", "--no-owner", "--exit-on-error", f"--dbname={url}", str(readable)]
        done = subprocess.run(command, capture_output=True, text=True, timeout=120, check=False)
        assert done.returncode == 0, done.stderr
        gateway.run("db", "migrate")
        goes_on(gateway)
    finally:
        server.close()
