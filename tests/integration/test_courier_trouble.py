"""What leaves once leaves once: the database away, or the courier killed, while mail is going out."""

import collections

from harness import mail, wait_for

COUNT = 30


def fill_outbox(gateway, sink):
    """COUNT acknowledgements that wait; a courier that will send them to the sink."""
    gateway.raise_limits()
    gateway.configure("smtp", "transport", f"smtp://127.0.0.1:{sink.port}")
    directory = gateway.base / "mails"
    directory.mkdir()
    for number in range(COUNT):
        (directory / f"{number}.eml").write_bytes(mail(sender=f"c{number}@client.example", subject=f"question {number}"))
    gateway.run("import", *sorted(directory.glob("*.eml")))
    gateway.run("serve", "--role", "worker", "--until-idle")
    assert [row["state"] for row in gateway.outbox()] == ["waiting"] * COUNT


def copies(sink):
    return collections.Counter(recipient for received in sink.mails for recipient in received.recipients)


def states(gateway):
    return collections.Counter(row["state"] for row in gateway.outbox())


def test_database_away_while_mail_leaves(gateway, sink):
    fill_outbox(gateway, sink)
    gateway.serve("--role", "courier", wait=False)
    sink.wait(3)
    gateway.run("db", "stop")
    gateway.run("db", "start")
    wait_for("all mail to be sent", lambda: states(gateway) == {"sent": COUNT})
    assert set(copies(sink).values()) == {1} and len(copies(sink)) == COUNT
    gateway.audit()


def test_courier_killed_while_mail_leaves(gateway, sink):
    """An automatic mail that may have been sent is not sent again; every other one goes out at once."""
    fill_outbox(gateway, sink)
    gateway.serve("--role", "courier", wait=False)
    sink.wait(3)
    assert gateway.kill_role("courier") > 0
    wait_for("all other mail to be sent", lambda: states(gateway)["sent"] >= COUNT - 1)
    assert set(copies(sink).values()) == {1}
    assert len(copies(sink)) >= COUNT - 1
    gateway.audit()


def test_result_that_cannot_be_recorded_at_once(gateway, sink):
    """A deadlock or a lock of a worker's in the way of "sent": the mail is out, and is neither forgotten nor sent again."""
    fill_outbox(gateway, sink)
    gateway.sql("""
        CREATE SEQUENCE public.tries;
        CREATE FUNCTION public.in_the_way() RETURNS trigger LANGUAGE plpgsql SECURITY DEFINER AS $$ BEGIN
            IF nextval('public.tries') <= 3 THEN
                RAISE EXCEPTION USING ERRCODE = 'deadlock_detected', MESSAGE = 'in the way';
            END IF;
            RETURN NEW;
        END $$;
        GRANT USAGE ON SCHEMA public TO mailgw_courier;
        CREATE TRIGGER in_the_way BEFORE UPDATE ON mailgw.outbox FOR EACH ROW WHEN (NEW.state = 'sent')
            EXECUTE FUNCTION public.in_the_way()""")
    gateway.run("serve", "--role", "courier", "--until-idle", timeout=30)
    assert states(gateway) == {"sent": COUNT}
    assert set(copies(sink).values()) == {1} and len(copies(sink)) == COUNT
    gateway.audit()
