-- Tickets at rest: who waits is reminded, and what is done is closed. Since when a ticket waits is kept by the table itself, whoever changes its state.
ALTER TABLE mailgw.ticket
    ADD COLUMN pending_since timestamptz,
    ADD COLUMN reminded_at   timestamptz;
COMMENT ON COLUMN mailgw.ticket.pending_since IS 'While it is pending: since when it waits for the customer.';
COMMENT ON COLUMN mailgw.ticket.reminded_at IS 'While it is pending: when the customer was reminded, or would have been.';
UPDATE mailgw.ticket SET pending_since = updated_at WHERE status = 'pending';

CREATE FUNCTION mailgw.keep_pending() RETURNS trigger LANGUAGE plpgsql SET search_path = pg_catalog, pg_temp AS
$$
BEGIN
    NEW.pending_since := CASE WHEN NEW.status = 'pending' THEN clock_timestamp() END;
    NEW.reminded_at := NULL;
    RETURN NEW;
END
$$;
REVOKE ALL ON FUNCTION mailgw.keep_pending() FROM PUBLIC;
CREATE TRIGGER ticket_keeps_pending BEFORE UPDATE OF status ON mailgw.ticket
    FOR EACH ROW WHEN (NEW.status <> OLD.status) EXECUTE FUNCTION mailgw.keep_pending();
CREATE TRIGGER ticket_begins_pending BEFORE INSERT ON mailgw.ticket
    FOR EACH ROW WHEN (NEW.status = 'pending') EXECUTE FUNCTION mailgw.keep_pending();

CREATE INDEX ticket_waits ON mailgw.ticket (queue, pending_since)
    WHERE status = 'pending' AND pending_until IS NULL AND reminded_at IS NULL;
CREATE INDEX ticket_reminded ON mailgw.ticket (queue, reminded_at)
    WHERE status = 'pending' AND pending_until IS NULL AND reminded_at IS NOT NULL;
CREATE INDEX ticket_resolved ON mailgw.ticket (queue, closed_at) WHERE status = 'resolved';

ALTER TABLE mailgw.outbox
    DROP CONSTRAINT outbox_kind_check,
    ADD CONSTRAINT outbox_kind_check
        CHECK (kind IN ('acknowledgement', 'reply', 'refusal', 'notice', 'redirect', 'notification', 'webhook', 'reminder'));

ALTER TABLE mailgw.clock ADD COLUMN digest text;
COMMENT ON COLUMN mailgw.clock.digest IS 'Of the calendars and policies by which it was worked out last; null: before that was kept.';

CREATE FUNCTION mailgw.grants_0025() RETURNS void
    LANGUAGE plpgsql SET search_path = pg_catalog, pg_temp AS
$$
BEGIN
    -- Which policy a customer has.
    GRANT SELECT (id, fields) ON mailgw.organisation TO mailgw_courier;
END
$$;
REVOKE ALL ON FUNCTION mailgw.grants_0025() FROM PUBLIC;
