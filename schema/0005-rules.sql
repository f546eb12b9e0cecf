-- What rules do to tickets, and how often each did something.

-- A rule is known by its file and its name. Nothing was counted before rules ran.
DROP TABLE mailgw.rule_hit;
CREATE TABLE mailgw.rule_hit (
    file        text NOT NULL,
    rule        text NOT NULL,
    hits        bigint NOT NULL DEFAULT 0 CHECK (hits >= 0),
    errors      bigint NOT NULL DEFAULT 0 CHECK (errors >= 0),
    last_hit_at timestamptz,
    digest      text,
    PRIMARY KEY (file, rule)
);
COMMENT ON COLUMN mailgw.rule_hit.digest IS 'Of the rule set that ran last.';
REVOKE ALL ON mailgw.rule_hit FROM PUBLIC;

-- Two open tickets of a queue cannot bear one correlation key. One that is opened again or moved, and finds its key taken, goes on without: that must
-- not stop the mail, or the person, that does it.
CREATE FUNCTION mailgw.yield_correlation() RETURNS trigger LANGUAGE plpgsql SET search_path = pg_catalog, pg_temp AS
$$
BEGIN
    IF EXISTS (SELECT FROM mailgw.ticket t
                WHERE t.queue = NEW.queue AND t.correlation_key = NEW.correlation_key AND t.reference <> NEW.reference
                  AND t.status IN ('new', 'open', 'pending')) THEN
        NEW.correlation_key := NULL;
    END IF;
    RETURN NEW;
END
$$;
REVOKE ALL ON FUNCTION mailgw.yield_correlation() FROM PUBLIC;
CREATE TRIGGER ticket_yields_correlation BEFORE UPDATE OF status, queue, correlation_key ON mailgw.ticket
    FOR EACH ROW WHEN (NEW.correlation_key IS NOT NULL AND NEW.status IN ('new', 'open', 'pending'))
    EXECUTE FUNCTION mailgw.yield_correlation();
