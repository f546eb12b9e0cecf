-- Clocks: each response that is owed is a row of its own, from the message that asks for it to the reply that meets it. What is due is worked out by the
-- programs, from the history: the messages and replies of the ticket, and its events of the kinds target-terms (priority, then the policy) and
-- target-status (its state). Those are written by the same transaction as the change, and never changed.

ALTER TABLE mailgw.clock
    DROP CONSTRAINT clock_pkey,
    ADD COLUMN id       bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    ADD COLUMN ended_at timestamptz,
    ADD CHECK (warn_at IS NULL OR due_at IS NULL OR warn_at <= due_at),
    ADD CHECK (met_at >= started_at);
COMMENT ON COLUMN mailgw.clock.ended_at IS 'Since when it does not count any more: the ticket was merged into another, or its policy has no such time.';
-- When somebody has to look at it next: its warning, then its breach; never once it is over.
ALTER TABLE mailgw.clock ADD COLUMN next_at timestamptz GENERATED ALWAYS AS
    (CASE WHEN met_at IS NOT NULL OR ended_at IS NOT NULL OR breached_at IS NOT NULL THEN NULL
          WHEN warned_at IS NULL THEN least(warn_at, due_at) ELSE due_at END) STORED;
CREATE INDEX clock_next ON mailgw.clock (next_at, id) WHERE next_at IS NOT NULL;
CREATE INDEX clock_ticket ON mailgw.clock (ticket, started_at);
-- Of each kind one is owed at a time.
CREATE UNIQUE INDEX clock_owed ON mailgw.clock (ticket, target) WHERE met_at IS NULL AND ended_at IS NULL;

CREATE OR REPLACE VIEW mailgw.target_status AS
SELECT c.ticket, t.queue, t.priority, c.target, c.policy, c.started_at, c.due_at, c.warn_at, c.paused_at, c.warned_at,
       c.met_at, c.breached_at,
       CASE WHEN c.breached_at IS NOT NULL OR coalesce(c.met_at, now()) > c.due_at THEN 'breached'
            WHEN c.met_at IS NOT NULL THEN 'met'
            WHEN c.paused_at IS NOT NULL THEN 'paused'
            ELSE 'running' END AS state
  FROM mailgw.clock c JOIN mailgw.ticket t ON t.reference = c.ticket
 WHERE c.ended_at IS NULL;
COMMENT ON VIEW mailgw.target_status IS 'One row per ticket and response that is or was owed; of next responses a ticket has many.';
COMMENT ON COLUMN mailgw.target_status.due_at IS 'When it is used up; null while it waits for the customer.';
COMMENT ON COLUMN mailgw.target_status.met_at IS 'When it was met: when the reply that reached the customer was written, when the ticket was resolved.';
COMMENT ON COLUMN mailgw.target_status.breached_at IS 'When it was noticed as missed; null if it was not missed, or not yet noticed.';
COMMENT ON COLUMN mailgw.target_status.state IS 'running, paused, met, or breached: it is overdue, or was met too late.';

CREATE FUNCTION mailgw.grants_0016() RETURNS void
    LANGUAGE plpgsql SET search_path = pg_catalog, pg_temp AS
$$
BEGIN
    -- A courier knows first that a reply reached the customer.
    GRANT SELECT, INSERT, UPDATE ON mailgw.clock TO mailgw_courier;
    GRANT SELECT (id, received_at, quiet) ON mailgw.inbound TO mailgw_courier;
END
$$;
REVOKE ALL ON FUNCTION mailgw.grants_0016() FROM PUBLIC;
