-- The books. Each statement is one check: what it is called, how many rows it looked at, how many are broken, and the
-- first five of those. The constraints of the tables make some of it impossible; the books do not take their word.

-- name: audit_outcomes
-- One row per outcome, and the rows without one.
SELECT 'inbound rows: ' || coalesce(i.outcome, CASE WHEN i.lease IS NULL THEN 'waiting' ELSE 'leased' END) AS "check",
       count(*) AS count,
       count(*) FILTER (WHERE (i.outcome IS NULL) <> (i.done_at IS NULL) OR (i.outcome IS NULL) <> (i.reason IS NULL)
                           OR (i.outcome IS NOT NULL AND i.lease IS NOT NULL)) AS broken,
       array_to_string((array_agg(i.id ORDER BY i.id)
                        FILTER (WHERE (i.outcome IS NULL) <> (i.done_at IS NULL) OR (i.outcome IS NULL) <> (i.reason IS NULL)
                                   OR (i.outcome IS NOT NULL AND i.lease IS NOT NULL)))[1:5], ' ') AS examples
  FROM mailgw.inbound i
 GROUP BY 1
 ORDER BY 1;

-- name: audit_sum
SELECT 'outcomes and waiting rows add up to the inbound rows' AS "check", count(*) AS count,
       count(*) - count(*) FILTER (WHERE b.known) AS broken,
       array_to_string((array_agg(b.id ORDER BY b.id) FILTER (WHERE NOT b.known))[1:5], ' ') AS examples
  FROM (SELECT i.id, i.outcome IS NULL OR i.outcome IN ('ticket', 'report', 'duplicate', 'discarded', 'redirected',
                                                        'refused', 'quarantined') AS known
          FROM mailgw.inbound i) AS b;

-- name: audit_without_outcome
SELECT 'a row without outcome waits or is leased, and has its bytes' AS "check", count(*) AS count,
       count(*) FILTER (WHERE b.broken) AS broken,
       array_to_string((array_agg(b.id ORDER BY b.id) FILTER (WHERE b.broken))[1:5], ' ') AS examples
  FROM (SELECT i.id, (i.lease IS NULL) <> (i.leased_until IS NULL)
                     OR NOT EXISTS (SELECT FROM mailgw.raw r
                                     WHERE r.id = i.raw AND r.received_at = i.raw_received_at) AS broken
          FROM mailgw.inbound i WHERE i.outcome IS NULL) AS b;

-- name: audit_ticket_outcome
SELECT 'each row with outcome ticket has its ticket and its article' AS "check", count(*) AS count,
       count(*) FILTER (WHERE b.broken) AS broken,
       array_to_string((array_agg(b.id ORDER BY b.id) FILTER (WHERE b.broken))[1:5], ' ') AS examples
  FROM (SELECT i.id, NOT EXISTS (SELECT
                                   FROM mailgw.ticket t
                                   JOIN mailgw.article a ON a.inbound = i.id AND a.kind = 'message'
                                  WHERE t.reference = i.ticket AND a.ticket IN (t.reference, t.merged_into)) AS broken
          FROM mailgw.inbound i WHERE i.outcome = 'ticket') AS b;

-- name: audit_article_inbound
SELECT 'each article that came by mail has its inbound row' AS "check", count(*) AS count,
       count(*) FILTER (WHERE b.broken) AS broken,
       array_to_string((array_agg(b.id ORDER BY b.id) FILTER (WHERE b.broken))[1:5], ' ') AS examples
  FROM (SELECT a.id, NOT EXISTS (SELECT
                                   FROM mailgw.inbound i
                                  WHERE i.id = a.inbound
                                    AND CASE a.kind WHEN 'quarantined' THEN i.outcome = 'quarantined'
                                             ELSE i.outcome IN ('ticket', 'report') END) AS broken
          FROM mailgw.article a WHERE a.kind IN ('message', 'quarantined') OR a.inbound IS NOT NULL) AS b;

-- name: audit_quarantined
-- A placeholder that was merged shows its mail in the ticket that continues it.
SELECT 'each quarantined row has a placeholder ticket that shows it' AS "check", count(*) AS count,
       count(*) FILTER (WHERE b.broken) AS broken,
       array_to_string((array_agg(b.id ORDER BY b.id) FILTER (WHERE b.broken))[1:5], ' ') AS examples
  FROM (SELECT i.id, NOT EXISTS (SELECT
                                   FROM mailgw.article a
                                   JOIN mailgw.ticket t ON a.ticket IN (t.reference, t.merged_into)
                                  WHERE a.inbound = i.id AND a.kind = 'quarantined' AND t.placeholder) AS broken
          FROM mailgw.inbound i WHERE i.outcome = 'quarantined') AS b;

-- name: audit_duplicate
SELECT 'each duplicate points at a row that is none' AS "check", count(*) AS count,
       count(*) FILTER (WHERE b.broken) AS broken,
       array_to_string((array_agg(b.id ORDER BY b.id) FILTER (WHERE b.broken))[1:5], ' ') AS examples
  FROM (SELECT i.id, NOT EXISTS (SELECT FROM mailgw.inbound o
                                  WHERE o.id = i.duplicate_of AND o.id <> i.id
                                    AND o.outcome IS DISTINCT FROM 'duplicate') AS broken
          FROM mailgw.inbound i WHERE i.outcome = 'duplicate') AS b;

-- name: audit_decision
-- purge notes since when decisions are kept.
SELECT 'each row that is done has its decision' AS "check", count(*) AS count,
       count(*) FILTER (WHERE b.broken) AS broken,
       array_to_string((array_agg(b.id ORDER BY b.id) FILTER (WHERE b.broken))[1:5], ' ') AS examples
  FROM (SELECT i.id, NOT EXISTS (SELECT FROM mailgw.decision d WHERE d.inbound = i.id) AS broken
          FROM mailgw.inbound i
         WHERE i.outcome IS NOT NULL
           AND i.done_at >= coalesce((SELECT s.value::timestamptz FROM mailgw.setting s
                                       WHERE s.key = 'decisions-kept-since'), '-infinity')) AS b;

-- name: audit_acknowledgement
SELECT 'each acknowledgement decided has one outbox row, or a reason' AS "check", count(*) AS count,
       count(*) FILTER (WHERE b.broken) AS broken,
       array_to_string((array_agg(b.id ORDER BY b.id) FILTER (WHERE b.broken))[1:5], ' ') AS examples
  FROM (SELECT d.inbound AS id,
               d.acknowledgement !~ '^(outbox$|withheld: .|none: .)'
               OR coalesce(o.count, 0) <> CASE d.acknowledgement WHEN 'outbox' THEN 1 ELSE 0 END AS broken
          FROM mailgw.decision d
          LEFT JOIN (SELECT m.inbound, count(*) AS count
                       FROM mailgw.outbox m
                      WHERE m.kind IN ('acknowledgement', 'refusal')
                      GROUP BY m.inbound) AS o ON o.inbound = d.inbound) AS b;

-- name: audit_acknowledgement_decided
SELECT 'each acknowledgement in the outbox was decided' AS "check", count(*) AS count,
       count(*) FILTER (WHERE b.broken) AS broken,
       array_to_string((array_agg(b.id ORDER BY b.id) FILTER (WHERE b.broken))[1:5], ' ') AS examples
  FROM (SELECT o.id, i.outcome IS NULL
                     OR EXISTS (SELECT FROM mailgw.decision d
                                 WHERE d.inbound = o.inbound AND d.acknowledgement <> 'outbox') AS broken
          FROM mailgw.outbox o
          LEFT JOIN mailgw.inbound i ON i.id = o.inbound
         WHERE o.kind IN ('acknowledgement', 'refusal')) AS b;

-- name: audit_redirected
SELECT 'each row with outcome redirected was passed on, and has no article' AS "check", count(*) AS count,
       count(*) FILTER (WHERE b.broken) AS broken,
       array_to_string((array_agg(b.id ORDER BY b.id) FILTER (WHERE b.broken))[1:5], ' ') AS examples
  FROM (SELECT i.id, i.ticket IS NOT NULL
                     OR NOT EXISTS (SELECT FROM mailgw.outbox o WHERE o.inbound = i.id AND o.kind = 'redirect')
                     OR EXISTS (SELECT FROM mailgw.article a WHERE a.inbound = i.id) AS broken
          FROM mailgw.inbound i WHERE i.outcome = 'redirected') AS b;

-- name: audit_redirect
SELECT 'each mail passed on came in, and is in a ticket, redirected or taken back' AS "check", count(*) AS count,
       count(*) FILTER (WHERE b.broken) AS broken,
       array_to_string((array_agg(b.id ORDER BY b.id) FILTER (WHERE b.broken))[1:5], ' ') AS examples
  FROM (SELECT o.id, o.automatic
                     OR NOT EXISTS (SELECT FROM mailgw.inbound i
                                     WHERE i.id = o.inbound AND (i.outcome IS NULL OR i.outcome IN ('ticket', 'redirected'))) AS broken
          FROM mailgw.outbox o WHERE o.kind = 'redirect') AS b;

-- name: audit_inbound_lease
-- A worker's lease lasts half a minute, and the next look for work takes what is over.
SELECT 'no inbound lease is past its limit' AS "check", count(*) AS count,
       count(*) FILTER (WHERE b.broken) AS broken,
       array_to_string((array_agg(b.id ORDER BY b.id) FILTER (WHERE b.broken))[1:5], ' ') AS examples
  FROM (SELECT i.id, i.leased_until IS NULL
                     OR i.leased_until NOT BETWEEN clock_timestamp() - interval '2 minutes'
                                               AND clock_timestamp() + interval '1 hour' AS broken
          FROM mailgw.inbound i WHERE i.lease IS NOT NULL) AS b;

-- name: audit_outbox_lease
SELECT 'no outbox lease is past its limit' AS "check", count(*) AS count,
       count(*) FILTER (WHERE b.broken) AS broken,
       array_to_string((array_agg(b.id ORDER BY b.id) FILTER (WHERE b.broken))[1:5], ' ') AS examples
  FROM (SELECT o.id, o.leased_until IS NULL
                     OR o.leased_until NOT BETWEEN clock_timestamp() - interval '2 hours'
                                               AND clock_timestamp() + interval '2 hours' AS broken
          FROM mailgw.outbox o WHERE o.lease IS NOT NULL) AS b;

-- name: audit_outbox_state
SELECT 'each outbox row is waiting with its bytes, or done' AS "check", count(*) AS count,
       count(*) FILTER (WHERE b.broken) AS broken,
       array_to_string((array_agg(b.id ORDER BY b.id) FILTER (WHERE b.broken))[1:5], ' ') AS examples
  FROM (SELECT o.id, CASE WHEN o.state = 'waiting' THEN o.bytes IS NULL OR o.done_at IS NOT NULL
                          ELSE o.done_at IS NULL OR o.lease IS NOT NULL OR (o.state = 'sent') <> (o.sent_at IS NOT NULL)
                     END AS broken
          FROM mailgw.outbox o) AS b;

-- name: audit_returned
SELECT 'each mail that came back has left, and names the report that says so' AS "check", count(*) AS count,
       count(*) FILTER (WHERE b.broken) AS broken,
       array_to_string((array_agg(b.id ORDER BY b.id) FILTER (WHERE b.broken))[1:5], ' ') AS examples
  FROM (SELECT o.id, o.returned_at IS NULL OR o.attempts = 0
                     OR NOT EXISTS (SELECT FROM mailgw.inbound i
                                     WHERE i.id = o.returned_by AND i.outcome = 'report') AS broken
          FROM mailgw.outbox o WHERE o.returned IS NOT NULL) AS b;

-- name: audit_bouncing
SELECT 'each address that mail comes back from has since when, and why' AS "check", count(*) AS count,
       count(*) FILTER (WHERE b.broken) AS broken,
       array_to_string((array_agg(b.id ORDER BY b.id) FILTER (WHERE b.broken))[1:5], ' ') AS examples
  FROM (SELECT p.id, NOT p.bouncing OR p.bouncing_since IS NULL OR p.bouncing_reason IS NULL AS broken
          FROM mailgw.person p WHERE p.bouncing OR p.bouncing_since IS NOT NULL) AS b;

-- name: audit_spans
-- They begin where the text begins, and each where the one before it ends.
SELECT 'the spans of each article cover its text' AS "check", count(*) AS count,
       count(*) FILTER (WHERE b.broken) AS broken,
       array_to_string((array_agg(b.id ORDER BY b.id) FILTER (WHERE b.broken))[1:5], ' ') AS examples
  FROM (SELECT a.id, (SELECT bool_or(s.start <> s.before OR s."end" <= s.start) OR max(s."end") <> char_length(a.text)
                        FROM (SELECT (e.span ->> 'start')::bigint AS start, (e.span ->> 'end')::bigint AS "end",
                                     lag((e.span ->> 'end')::bigint, 1, 0::bigint) OVER (ORDER BY e.n) AS before
                                FROM jsonb_array_elements(a.spans) WITH ORDINALITY AS e (span, n)) AS s) IS TRUE AS broken
          FROM mailgw.article a WHERE a.spans IS NOT NULL) AS b;

-- name: audit_attachments
SELECT 'each attachment of an article has its part and its size' AS "check", count(*) AS count,
       count(*) FILTER (WHERE b.broken) AS broken,
       array_to_string((array_agg(DISTINCT b.id ORDER BY b.id) FILTER (WHERE b.broken))[1:5], ' ') AS examples
  FROM (SELECT a.id, e.attachment ->> 'part' IS NULL OR jsonb_typeof(e.attachment -> 'size') IS DISTINCT FROM 'number' AS broken
          FROM mailgw.article a
         CROSS JOIN LATERAL jsonb_array_elements(a.attachments) AS e (attachment)
         WHERE a.attachments IS NOT NULL) AS b;

-- name: audit_image
SELECT 'each image that is remembered is somebody''s' AS "check", count(*) AS count,
       count(*) FILTER (WHERE b.broken) AS broken,
       array_to_string((array_agg(DISTINCT b.id ORDER BY b.id) FILTER (WHERE b.broken))[1:5], ' ') AS examples
  FROM (SELECT i.person AS id, NOT EXISTS (SELECT FROM mailgw.person p WHERE p.id = i.person) AS broken
          FROM mailgw.person_image i) AS b;

-- name: audit_reply
SELECT 'each reply of an agent has one outbox row' AS "check", count(*) AS count,
       count(*) FILTER (WHERE b.broken) AS broken,
       array_to_string((array_agg(b.id ORDER BY b.id) FILTER (WHERE b.broken))[1:5], ' ') AS examples
  FROM (SELECT a.id, coalesce(o.count, 0) <> 1 AS broken
          FROM mailgw.article a
          LEFT JOIN (SELECT m.article, count(*) AS count FROM mailgw.outbox m WHERE m.kind = 'reply'
                      GROUP BY m.article) AS o ON o.article = a.id
         WHERE a.kind = 'reply') AS b;

-- name: audit_sent_message_id
SELECT 'each mail of ours about a ticket is known by its Message-ID' AS "check", count(*) AS count,
       count(*) FILTER (WHERE b.broken) AS broken,
       array_to_string((array_agg(b.id ORDER BY b.id) FILTER (WHERE b.broken))[1:5], ' ') AS examples
  FROM (SELECT o.id, NOT EXISTS (SELECT
                                   FROM mailgw.message_ref m
                                   JOIN mailgw.ticket t ON t.reference = o.ticket
                                  WHERE m.message_id = o.message_id AND m.ours
                                    AND m.ticket IN (t.reference, t.merged_into)) AS broken
          FROM mailgw.outbox o WHERE o.ticket IS NOT NULL AND o.kind IN ('acknowledgement', 'reply')) AS b;

-- name: audit_article_message_id
SELECT 'each article is known by its Message-ID' AS "check", count(*) AS count,
       count(*) FILTER (WHERE b.broken) AS broken,
       array_to_string((array_agg(b.id ORDER BY b.id) FILTER (WHERE b.broken))[1:5], ' ') AS examples
  FROM (SELECT a.id, NOT EXISTS (SELECT FROM mailgw.message_ref m
                                  WHERE m.message_id = a.message_id AND m.ticket = a.ticket AND m.seen) AS broken
          FROM mailgw.article a
         WHERE a.kind IN ('message', 'reply') AND octet_length(a.message_id) BETWEEN 1 AND 998) AS b;

-- name: audit_ticket_article
-- A placeholder loses its article when its mail is worked again; a merged ticket gave its own away.
SELECT 'each ticket has an article, or was merged' AS "check", count(*) AS count,
       count(*) FILTER (WHERE b.broken) AS broken,
       array_to_string((array_agg(b.id ORDER BY b.id) FILTER (WHERE b.broken))[1:5], ' ') AS examples
  FROM (SELECT t.reference AS id,
               t.merged_into IS NULL AND NOT (t.placeholder AND t.status = 'closed')
               AND NOT EXISTS (SELECT FROM mailgw.article a WHERE a.ticket = t.reference) AS broken
          FROM mailgw.ticket t) AS b;

-- name: audit_ticket_requester
SELECT 'each requester takes part' AS "check", count(*) AS count, count(*) FILTER (WHERE b.broken) AS broken,
       array_to_string((array_agg(b.id ORDER BY b.id) FILTER (WHERE b.broken))[1:5], ' ') AS examples
  FROM (SELECT t.reference AS id,
               NOT EXISTS (SELECT FROM mailgw.participant p
                            WHERE p.ticket = t.reference AND p.person = t.requester) AS broken
          FROM mailgw.ticket t WHERE t.requester IS NOT NULL AND t.merged_into IS NULL) AS b;

-- name: audit_merged
SELECT 'each merged ticket is closed, and leads to one that is not merged' AS "check", count(*) AS count,
       count(*) FILTER (WHERE b.broken) AS broken,
       array_to_string((array_agg(b.id ORDER BY b.id) FILTER (WHERE b.broken))[1:5], ' ') AS examples
  FROM (SELECT t.reference AS id,
               t.status <> 'closed' OR NOT EXISTS (SELECT FROM mailgw.ticket o
                                                    WHERE o.reference = t.merged_into AND o.merged_into IS NULL) AS broken
          FROM mailgw.ticket t WHERE t.merged_into IS NOT NULL) AS b;

-- name: audit_content_key
SELECT 'each content key is the only one of a row that is done and no duplicate' AS "check", count(*) AS count,
       count(*) FILTER (WHERE b.broken) AS broken,
       array_to_string((array_agg(DISTINCT b.id ORDER BY b.id) FILTER (WHERE b.broken))[1:5], ' ') AS examples
  FROM (SELECT k.inbound AS id,
               i.outcome IS NULL OR i.outcome = 'duplicate' OR count(*) OVER (PARTITION BY k.inbound) > 1 AS broken
          FROM mailgw.content_key k
          LEFT JOIN mailgw.inbound i ON i.id = k.inbound) AS b;

-- name: audit_raw
SELECT 'each original belongs to an inbound row' AS "check", count(*) AS count,
       count(*) FILTER (WHERE b.broken) AS broken,
       array_to_string((array_agg(b.id ORDER BY b.id) FILTER (WHERE b.broken))[1:5], ' ') AS examples
  FROM (SELECT r.id, NOT EXISTS (SELECT FROM mailgw.inbound i
                                  WHERE i.raw = r.id AND i.raw_received_at = r.received_at) AS broken
          FROM mailgw.raw r) AS b;

-- name: audit_mailbox
-- mailbox_mail has no foreign key that says so.
SELECT 'each mail taken from a mailbox has its inbound row' AS "check", count(*) AS count,
       count(*) FILTER (WHERE b.broken) AS broken,
       array_to_string((array_agg(b.id ORDER BY b.id) FILTER (WHERE b.broken))[1:5], ' ') AS examples
  FROM (SELECT t.inbound AS id,
               NOT EXISTS (SELECT FROM mailgw.inbound i
                            WHERE i.id = t.inbound AND i.source = 'imap:' || m.account AND i.delivery_key IS NOT NULL) AS broken
          FROM mailgw.mailbox_mail t
          JOIN mailgw.mailbox m ON m.id = t.mailbox
         WHERE t.inbound IS NOT NULL) AS b;

-- name: audit_token_key
SELECT 'one key signs tokens' AS "check", count(*) AS count,
       (abs(count(*) FILTER (WHERE k.retired_at IS NULL) - 1)) AS broken,
       CASE WHEN count(*) FILTER (WHERE k.retired_at IS NULL) <> 1
            THEN array_to_string((array_agg(k.id ORDER BY k.id) FILTER (WHERE k.retired_at IS NULL))[1:5], ' ')
       END AS examples
  FROM mailgw.token_key k;

-- name: content_key_page
-- result: binary
-- $1 bigint: rows behind this one   $2 int: how many
-- For the check that cannot be written in SQL: each key is the one computed from its original.
SELECT k.inbound, i.queue, k.key, r.bytes
  FROM mailgw.content_key k
  JOIN mailgw.inbound i ON i.id = k.inbound
  JOIN mailgw.raw r ON r.id = i.raw AND r.received_at = i.raw_received_at
 WHERE k.inbound > $1::bigint
 ORDER BY k.inbound
 LIMIT $2::bigint;

-- name: audit_clock_owed
SELECT 'of each kind of response a ticket owes one at most, and none if it was merged' AS "check", count(*) AS count,
       count(*) FILTER (WHERE b.broken) AS broken,
       array_to_string((array_agg(b.id ORDER BY b.id) FILTER (WHERE b.broken))[1:5], ' ') AS examples
  FROM (SELECT c.id, t.merged_into IS NOT NULL
                     OR EXISTS (SELECT
                                  FROM mailgw.clock o
                                 WHERE o.ticket = c.ticket AND o.target = c.target AND o.id <> c.id
                                   AND o.met_at IS NULL AND o.ended_at IS NULL) AS broken
          FROM mailgw.clock c
          JOIN mailgw.ticket t ON t.reference = c.ticket
         WHERE c.met_at IS NULL AND c.ended_at IS NULL) AS b;

-- name: audit_clock_met
SELECT 'each response that was met has the reply or the state that met it' AS "check", count(*) AS count,
       count(*) FILTER (WHERE b.broken) AS broken,
       array_to_string((array_agg(b.id ORDER BY b.id) FILTER (WHERE b.broken))[1:5], ' ') AS examples
  FROM (SELECT c.id, c.met_at < c.started_at
                     OR CASE c.target
                        WHEN 'resolution' THEN t.status NOT IN ('resolved', 'closed')
                        ELSE NOT EXISTS (SELECT FROM mailgw.article a WHERE a.ticket = c.ticket AND a.kind = 'reply' AND a.created_at = c.met_at) END
                     AS broken
          FROM mailgw.clock c
          JOIN mailgw.ticket t ON t.reference = c.ticket
         WHERE c.met_at IS NOT NULL AND c.ended_at IS NULL) AS b;

-- name: audit_clock_paused
SELECT 'a response is paused if and only if its ticket waits' AS "check", count(*) AS count,
       count(*) FILTER (WHERE b.broken) AS broken,
       array_to_string((array_agg(b.id ORDER BY b.id) FILTER (WHERE b.broken))[1:5], ' ') AS examples
  FROM (SELECT c.id, (c.paused_at IS NOT NULL) <> (t.status IN ('pending', 'resolved', 'closed')) AS broken
          FROM mailgw.clock c
          JOIN mailgw.ticket t ON t.reference = c.ticket
         WHERE c.met_at IS NULL AND c.ended_at IS NULL) AS b;

-- name: audit_clock_told
-- What was noticed stands in the history as often as it was noticed, or more often where it was withdrawn since.
SELECT 'each warning and breach that was noticed stands in the history' AS "check", count(*) AS count,
       count(*) FILTER (WHERE b.broken) AS broken,
       array_to_string((array_agg(b.ticket ORDER BY b.ticket) FILTER (WHERE b.broken))[1:5], ' ') AS examples
  FROM (SELECT n.ticket,
               n.warned > (SELECT count(*) FROM mailgw.event e WHERE e.ticket = n.ticket AND e.kind = 'target-warned')
               OR n.breached > (SELECT count(*) FROM mailgw.event e WHERE e.ticket = n.ticket AND e.kind = 'target-breached') AS broken
          FROM (SELECT c.ticket, count(c.warned_at) AS warned, count(c.breached_at) AS breached
                  FROM mailgw.clock c
                 WHERE c.ended_at IS NULL AND (c.warned_at IS NOT NULL OR c.breached_at IS NOT NULL)
                 GROUP BY c.ticket) AS n) AS b;
