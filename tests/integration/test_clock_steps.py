"""The system's clock is set, forward and back, by a day and more (F19): what is due is told once, and a mistake tells nobody of anything.

The database's server runs under libfaketime, whose offset stands in a file; the roles have the real clock, as on another host.
"""

import glob
import subprocess

import pytest

from harness import Gateway, IS_ROOT, mail, wait_for

LIBRARY = next(glob.iglob("/usr/lib/*/faketime/libfaketime.so.1"), None)
PG_CTL = next(iter(sorted(glob.glob("/usr/lib/postgresql/*/bin/pg_ctl"), reverse=True)), None)
POLICY = "[calendar always]\nalways = yes\n[target standard]\ncalendar = always\nfirst-response = 24h\nwarn-at = 50%\n"

pytestmark = pytest.mark.skipif(LIBRARY is None or PG_CTL is None, reason="no libfaketime")


@pytest.fixture(scope="module")
def gw():
    gateway = Gateway()
    try:
        with open(gateway.config, "a", encoding="utf-8") as config:
            config.write(POLICY)
        gateway.configure("queue support", "target", "standard")
        step(gateway, "+0")
        restart_server(gateway)
        yield gateway
    finally:
        gateway.close()


def restart_server(gateway):
    """As the server's own user from the beginning: libfaketime's semaphore belongs to who loads it first."""
    uid, gid = gateway.database_user, gateway.config.stat().st_gid
    user = ["setpriv", f"--reuid={uid}", f"--regid={gid}", "--clear-groups"] if IS_ROOT and uid != 0 else []
    faked = {"LD_PRELOAD": LIBRARY, "FAKETIME_TIMESTAMP_FILE": str(gateway.base / "offset"), "FAKETIME_NO_CACHE": "1", "DONT_FAKE_MONOTONIC": "1",
             "FAKETIME_DONT_FAKE_MONOTONIC": "1"}
    subprocess.run([*user, "env", *(f"{key}={value}" for key, value in faked.items()), PG_CTL, "-D", str(gateway.dir / "db"), "-s", "-w", "-t", "50",
                    "-m", "fast", "restart"], check=True, timeout=60, cwd="/", stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL)


def step(gateway, offset):
    (gateway.base / "offset").write_text(offset + "\n")


def clock_of_server(gateway):
    return float(gateway.sql_value("SELECT extract(epoch FROM clock_timestamp())"))


def kinds(gateway, ticket):
    return [row[0] for row in gateway.sql(f"SELECT kind FROM event WHERE ticket = {ticket} AND kind IN ('target-warned', 'target-breached') ORDER BY id")]


def write(gateway):
    path = gateway.base / "mail.eml"
    path.write_bytes(mail(subject="steps"))
    gateway.run("import", path)
    gateway.work()
    return gateway.inbound()[-1]["ticket"]


def jumps(gateway):
    return gateway.log.read_text(errors="replace").count("clock-jumped") if gateway.log.exists() else 0


def looks(gateway, ticket):
    """A role that has looked: it is announced, and waits for what is due next."""
    process = gateway.serve("--role", "clock", wait=False)
    wait_for("the clock role", lambda: gateway.role_pids("clock"))
    wait_for("its connection to be idle", lambda: gateway.sql("SELECT 1 FROM pg_stat_activity WHERE application_name LIKE '%clock%' AND state = 'idle'"))
    return process


def test_a_step_tells_nobody_of_anything(gw):
    ticket = write(gw)
    real = clock_of_server(gw)
    process, seen = looks(gw, ticket), jumps(gw)
    for offset, hours in (("+26h", 26), ("+0", 0), ("-26h", -26), ("+0", 0)):
        step(gw, offset)
        assert abs(clock_of_server(gw) - real - hours * 3600) < 600
        wait_for(f"the step to {offset} to be noticed", lambda: jumps(gw) > seen)
        seen = jumps(gw)
        assert kinds(gw, ticket) == []
    gw.stop(process)


def test_each_is_told_once_whatever_the_clock_does(gw):
    """Hosts that wake up late, and clocks that were wrong meanwhile: a role that starts believes what it finds."""
    ticket = write(gw)
    for offset, told in (("+11h", []), ("+13h", ["target-warned"]), ("+0", ["target-warned"]), ("-26h", ["target-warned"]), ("+13h", ["target-warned"]),
                         ("+25h", ["target-warned", "target-breached"]), ("+13h", ["target-warned", "target-breached"]),
                         ("+0", ["target-warned", "target-breached"]), ("+900h", ["target-warned", "target-breached"])):
        step(gw, offset)
        gw.run("serve", "--role", "clock", "--until-idle")
        assert kinds(gw, ticket) == told, offset
    step(gw, "+0")


def test_who_wakes_up_late_tells_both_at_once(gw):
    ticket = write(gw)
    step(gw, "+48h")
    gw.run("serve", "--role", "clock", "--until-idle")
    assert kinds(gw, ticket) == ["target-warned", "target-breached"]
    step(gw, "+0")
