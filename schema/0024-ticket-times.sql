-- Reports: when each ticket was opened, answered and closed, and indexes by which a span of time is found.

-- A ticket is made a little after its mail arrived, or long after, where the gateway was down or the mailbox was left alone: what the customer waited
-- counts from the arrival. A ticket that has a response target is timed by that target's clock, which knows of replies that came back; only of one that has
-- none are its mails looked at. Agents and replies cost nothing where their columns are not asked for, and replies little: an index holds all they need.
CREATE INDEX article_reply ON mailgw.article (ticket, created_at, id) INCLUDE (agent) WHERE kind = 'reply';

CREATE VIEW mailgw.ticket_times AS
SELECT t.reference, t.queue, t.priority, coalesce(c.policy, t.policy) AS policy, t.language, g.name AS agent, t.status, t.subject, t.correlation_key,
       t.created_at, least(t.created_at, coalesce(c.started_at, m.arrived_at)) AS opened_at, coalesce(c.started_at, m.asked_at) AS asked_at,
       CASE WHEN c.ticket IS NOT NULL THEN c.met_at
            ELSE (SELECT min(r.created_at)
                    FROM mailgw.article r
                   WHERE r.ticket = t.reference AND r.kind = 'reply' AND r.created_at >= m.asked_at
                     AND NOT EXISTS (SELECT
                                       FROM mailgw.outbox o
                                      WHERE o.ticket = r.ticket AND o.article = r.id AND o.kind = 'reply'
                                        AND (o.state <> 'sent' OR o.returned IS NOT DISTINCT FROM 'bounced')))
       END AS answered_at,
       t.closed_at
  FROM mailgw.ticket t
  LEFT JOIN mailgw.clock c ON c.ticket = t.reference AND c.target = 'first-response' AND c.ended_at IS NULL
  LEFT JOIN LATERAL (SELECT min(i.received_at) AS arrived_at, min(i.received_at) FILTER (WHERE NOT i.quiet) AS asked_at
                       FROM mailgw.inbound i
                      WHERE i.ticket = t.reference AND c.ticket IS NULL) AS m ON true
  LEFT JOIN mailgw.agent g
    ON g.id = coalesce(t.assignee, (SELECT r.agent
                                      FROM mailgw.article r
                                     WHERE r.ticket = t.reference AND r.kind = 'reply'
                                     ORDER BY r.created_at DESC, r.id DESC
                                     LIMIT 1))
 WHERE t.merged_into IS NULL AND NOT t.placeholder;
COMMENT ON VIEW mailgw.ticket_times IS
    'One row per ticket, with its moments; a merged ticket counts with the one that continues it, a placeholder of quarantined mail not at all.';
COMMENT ON COLUMN mailgw.ticket_times.reference IS 'The number people see.';
COMMENT ON COLUMN mailgw.ticket_times.queue IS 'The desk it lies at.';
COMMENT ON COLUMN mailgw.ticket_times.priority IS 'Its priority now.';
COMMENT ON COLUMN mailgw.ticket_times.policy IS 'The policy of its first response, else the one that a rule gave it; null: that of its queue, or none.';
COMMENT ON COLUMN mailgw.ticket_times.language IS 'BCP 47 tag of the first message, null if unknown.';
COMMENT ON COLUMN mailgw.ticket_times.agent IS 'Who has it; else who replied last; null if nobody.';
COMMENT ON COLUMN mailgw.ticket_times.status IS 'new, open, pending (waits for the customer), resolved, closed.';
COMMENT ON COLUMN mailgw.ticket_times.subject IS 'Of the first message.';
COMMENT ON COLUMN mailgw.ticket_times.correlation_key IS 'What rules know it by; null if nothing.';
COMMENT ON COLUMN mailgw.ticket_times.created_at IS 'When the ticket was made.';
COMMENT ON COLUMN mailgw.ticket_times.opened_at IS 'When its first mail arrived, or an agent wrote first.';
COMMENT ON COLUMN mailgw.ticket_times.asked_at IS 'When the customer first asked for a response; null where nobody waits for one: mail that was taken quietly.';
COMMENT ON COLUMN mailgw.ticket_times.answered_at IS 'When the first reply that reached the customer was written; null if none did.';
COMMENT ON COLUMN mailgw.ticket_times.closed_at IS 'When it was resolved or closed; null while open.';
REVOKE ALL ON mailgw.ticket_times FROM PUBLIC;

CREATE INDEX ticket_created ON mailgw.ticket (created_at);
-- Small, and all but free for the intake: what arrives together stands together.
CREATE INDEX inbound_received ON mailgw.inbound USING brin (received_at) WITH (pages_per_range = 32, autosummarize = on);
CREATE INDEX clock_started ON mailgw.clock USING brin (started_at) WITH (pages_per_range = 32, autosummarize = on);
-- How the backlog of a past day is known: by what changed since.
CREATE INDEX event_status ON mailgw.event (at) WHERE kind = 'status';

CREATE FUNCTION mailgw.grants_0024() RETURNS void
    LANGUAGE plpgsql SET search_path = pg_catalog, pg_temp AS
$$
BEGIN
    GRANT SELECT ON mailgw.ticket_times TO mailgw_reader;
END
$$;
REVOKE ALL ON FUNCTION mailgw.grants_0024() FROM PUBLIC;
