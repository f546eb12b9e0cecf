-- A message that was passed on and made no ticket exists nowhere but at its goal. Where it does not arrive there, it is worked again, and kept.

ALTER TABLE mailgw.inbound ADD COLUMN taken_back boolean NOT NULL DEFAULT false;
COMMENT ON COLUMN mailgw.inbound.taken_back IS 'It was passed on, and came back: it is not passed on again.';

-- $1: the mail of ours that failed or bounced. Nothing happens if another goal has the message, or may still get it, or its bytes are gone. Couriers and
-- workers call this with the rights of the owner: neither may change what was decided otherwise.
CREATE FUNCTION mailgw.take_back(failed bigint) RETURNS bigint
    LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS
$$
DECLARE
    mail bigint;
    goal text;
BEGIN
    SELECT i.id, o.recipient INTO mail, goal
      FROM mailgw.outbox o
      JOIN mailgw.inbound i ON i.id = o.inbound
     WHERE o.id = failed AND o.kind = 'redirect' AND i.outcome = 'redirected' AND i.raw IS NOT NULL
       FOR UPDATE OF i;
    IF NOT FOUND OR EXISTS (SELECT FROM mailgw.outbox o
                             WHERE o.inbound = mail AND o.kind = 'redirect' AND o.id <> failed
                               AND (o.state = 'waiting' OR (o.state = 'sent' AND o.returned IS DISTINCT FROM 'bounced'))) THEN
        RETURN NULL;
    END IF;
    DELETE FROM mailgw.decision WHERE inbound = mail;
    DELETE FROM mailgw.content_key WHERE inbound = mail;
    -- An answer in the words of a rule belongs to the decision that is taken back.
    UPDATE mailgw.outbox SET kind = 'notice' WHERE inbound = mail AND kind = 'acknowledgement';
    UPDATE mailgw.inbound
       SET attempts = 0, attempts_alone = 0, outcome = NULL, reason = NULL, done_at = NULL, taken_back = true
     WHERE id = mail;
    INSERT INTO mailgw.event (inbound, outbox, actor, kind, detail)
    VALUES (mail, failed, 'gateway', 'taken-back', 'it did not arrive at ' || goal || ': the message is worked again');
    RETURN mail;
END
$$;
REVOKE ALL ON FUNCTION mailgw.take_back(bigint) FROM PUBLIC;

CREATE FUNCTION mailgw.grants_0012() RETURNS void
    LANGUAGE plpgsql SET search_path = pg_catalog, pg_temp AS
$$
BEGIN
    GRANT EXECUTE ON FUNCTION mailgw.take_back(bigint) TO mailgw_worker, mailgw_courier;
END
$$;
REVOKE ALL ON FUNCTION mailgw.grants_0012() FROM PUBLIC;
