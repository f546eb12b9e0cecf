-- Clocks of tickets: their history, and what is owed. Moments are microseconds; 0 is none.

-- name: clock_lock
-- $1 bigint[]: tickets
SELECT t.reference, t.queue, t.status, t.priority, t.policy, t.merged_into IS NOT NULL OR t.placeholder AS owes_nothing,
       (extract(epoch FROM clock_timestamp()) * 1000000)::bigint AS now,
       coalesce(p.fields ->> 'target', o.fields ->> 'target') AS customer_policy
  FROM mailgw.ticket t
  LEFT JOIN mailgw.person p ON p.id = t.requester
  LEFT JOIN mailgw.organisation o ON o.id = p.organisation
 WHERE t.reference = ANY ($1::bigint[])
 ORDER BY t.reference
   FOR NO KEY UPDATE OF t;

-- name: clock_items
-- $1 bigint[]: tickets
-- What the customer wrote, when it arrived; and what people of ours wrote, when they wrote it, if the next hop took it and no report took that back. What came
-- in quietly, automatic mail that joined a ticket, and a rating without words, ask for nothing.
SELECT w.ticket, i.at, i.reply
  FROM (SELECT DISTINCT u.ticket FROM unnest($1::bigint[]) AS u (ticket)) AS w
 CROSS JOIN LATERAL (
    SELECT (extract(epoch FROM coalesce(b.received_at, a.created_at)) * 1000000)::bigint AS at, a.kind = 'reply' AS reply, a.id
      FROM mailgw.article a
      LEFT JOIN mailgw.inbound b ON b.id = a.inbound
     WHERE a.ticket = w.ticket
       AND CASE a.kind
           WHEN 'message' THEN NOT coalesce(b.quiet, false)
                               AND (a.class = 'human' OR a.id = (SELECT f.id FROM mailgw.article f WHERE f.ticket = w.ticket ORDER BY f.id LIMIT 1))
                               AND NOT EXISTS (SELECT FROM mailgw.event e
                                                WHERE e.kind = 'rated' AND e.inbound = a.inbound AND e.detail IN ('poor', 'fair', 'good'))
           WHEN 'reply' THEN NOT EXISTS (SELECT
                                           FROM mailgw.outbox o
                                          WHERE o.ticket = a.ticket AND o.article = a.id AND o.kind = 'reply'
                                            AND (o.state <> 'sent' OR o.returned IS NOT DISTINCT FROM 'bounced'))
           ELSE false END) AS i
 ORDER BY w.ticket, i.at, i.reply, i.id;

-- name: clock_history
-- $1 bigint[]: tickets
SELECT e.ticket, (extract(epoch FROM e.at) * 1000000)::bigint AS at, e.kind, e.detail
  FROM mailgw.event e
 WHERE e.ticket = ANY ($1::bigint[]) AND e.kind IN ('target-terms', 'target-status')
 ORDER BY e.ticket, e.id;

-- name: clock_rows
-- $1 bigint[]: tickets
SELECT c.ticket, c.id, c.target, c.policy, (extract(epoch FROM c.started_at) * 1000000)::bigint AS started,
       (extract(epoch FROM c.due_at) * 1000000)::bigint AS due, (extract(epoch FROM c.warn_at) * 1000000)::bigint AS warn,
       (extract(epoch FROM c.paused_at) * 1000000)::bigint AS paused, (extract(epoch FROM c.warned_at) * 1000000)::bigint AS warned,
       (extract(epoch FROM c.met_at) * 1000000)::bigint AS met, (extract(epoch FROM c.breached_at) * 1000000)::bigint AS breached,
       c.digest
  FROM mailgw.clock c
 WHERE c.ticket = ANY ($1::bigint[]) AND c.ended_at IS NULL
 ORDER BY c.ticket, c.started_at, c.id;

-- name: clock_end
-- $1 bigint[]: clocks
UPDATE mailgw.clock c SET ended_at = clock_timestamp() WHERE c.id = ANY ($1::bigint[]);

-- name: clock_update
-- $1 bigint[]: clocks   $2 text[]: policies   $3 bigint[]: started   $4 bigint[]: due   $5 bigint[]: warn   $6 bigint[]: paused
-- $7 bigint[]: warned   $8 bigint[]: met   $9 bigint[]: breached   $10 text[]: digests
UPDATE mailgw.clock c
   SET policy = w.policy, started_at = timestamptz 'epoch' + w.started * interval '1 microsecond',
       due_at = timestamptz 'epoch' + nullif(w.due, 0) * interval '1 microsecond',
       warn_at = timestamptz 'epoch' + nullif(w.warn, 0) * interval '1 microsecond',
       paused_at = timestamptz 'epoch' + nullif(w.paused, 0) * interval '1 microsecond',
       warned_at = timestamptz 'epoch' + nullif(w.warned, 0) * interval '1 microsecond',
       met_at = timestamptz 'epoch' + nullif(w.met, 0) * interval '1 microsecond',
       breached_at = timestamptz 'epoch' + nullif(w.breached, 0) * interval '1 microsecond', digest = w.digest
  FROM unnest($1::bigint[], $2::text[], $3::bigint[], $4::bigint[], $5::bigint[], $6::bigint[], $7::bigint[], $8::bigint[], $9::bigint[],
              $10::text[]) AS w (id, policy, started, due, warn, paused, warned, met, breached, digest)
 WHERE c.id = w.id;

-- name: clock_insert
-- $1 bigint[]: tickets   $2 text[]: targets   $3 text[]: policies   $4 bigint[]: started   $5 bigint[]: due   $6 bigint[]: warn
-- $7 bigint[]: paused   $8 bigint[]: warned   $9 bigint[]: met   $10 bigint[]: breached   $11 text[]: digests
INSERT INTO mailgw.clock (ticket, target, policy, started_at, due_at, warn_at, paused_at, warned_at, met_at, breached_at, digest)
SELECT w.ticket, w.target, w.policy, timestamptz 'epoch' + w.started * interval '1 microsecond',
       timestamptz 'epoch' + nullif(w.due, 0) * interval '1 microsecond',
       timestamptz 'epoch' + nullif(w.warn, 0) * interval '1 microsecond',
       timestamptz 'epoch' + nullif(w.paused, 0) * interval '1 microsecond',
       timestamptz 'epoch' + nullif(w.warned, 0) * interval '1 microsecond',
       timestamptz 'epoch' + nullif(w.met, 0) * interval '1 microsecond',
       timestamptz 'epoch' + nullif(w.breached, 0) * interval '1 microsecond', w.digest
  FROM unnest($1::bigint[], $2::text[], $3::text[], $4::bigint[], $5::bigint[], $6::bigint[], $7::bigint[], $8::bigint[], $9::bigint[],
              $10::bigint[], $11::text[]) AS w (ticket, target, policy, started, due, warn, paused, warned, met, breached, digest);

-- name: clock_events
-- $1 bigint[]: tickets   $2 bigint[]: moments   $3 text[]: kinds   $4 text[]: details
INSERT INTO mailgw.event (ticket, at, actor, kind, detail)
SELECT w.ticket, timestamptz 'epoch' + w.at * interval '1 microsecond', 'clock', w.kind, w.detail
  FROM unnest($1::bigint[], $2::bigint[], $3::text[], $4::text[]) WITH ORDINALITY AS w (ticket, at, kind, detail, n)
 ORDER BY w.n;

-- name: clock_of_mail
-- $1 bigint: a mail of ours
-- The ticket it is about; merged tickets give their mail to the one that continues them.
SELECT o.ticket FROM mailgw.outbox o WHERE o.id = $1::bigint;

-- name: clock_turn
-- Until the transaction ends only one takes what is due, so that it is told in its order by however many hosts; a statement of its own, since the next one
-- has to see what the one before has done.
SELECT pg_try_advisory_xact_lock(1835100527, 0) AS mine;

-- name: clock_due
-- $1 bigint: now   $2 bigint: clocks at most
-- Who takes a warning or a breach marks it in the same transaction in which it is told: nobody else finds it again. A ticket that somebody works on is left for
-- the next look. A warning whose breach is due as well is marked first, and the breach is found by the next look. Now is a parameter:
-- clock_timestamp() may differ from row to row, so no index would be asked with it, and what is not due yet would be looked at row by row. Arrays, since
-- behind a limit that is a parameter any number of rows is thought possible, and joined to the whole of a table.
WITH candidate AS MATERIALIZED (
    SELECT c.id, c.ticket
      FROM mailgw.clock c
     WHERE c.next_at <= timestamptz 'epoch' + $1::bigint * interval '1 microsecond'
     ORDER BY c.next_at, c.id
     LIMIT $2::bigint
), locked AS MATERIALIZED (
    SELECT t.reference, t.queue, t.priority, t.subject, t.requester
      FROM mailgw.ticket t
     WHERE t.reference = ANY (ARRAY(SELECT d.ticket FROM candidate d))
     ORDER BY t.reference
       FOR NO KEY UPDATE SKIP LOCKED
), noticed AS (
    UPDATE mailgw.clock c
       SET warned_at = CASE WHEN c.warned_at IS NULL AND c.warn_at IS NOT NULL
                            THEN timestamptz 'epoch' + $1::bigint * interval '1 microsecond' ELSE c.warned_at END,
           breached_at = CASE WHEN c.warned_at IS NULL AND c.warn_at IS NOT NULL
                              THEN NULL ELSE timestamptz 'epoch' + $1::bigint * interval '1 microsecond' END
      FROM locked l
     WHERE c.id = ANY (ARRAY(SELECT d.id FROM candidate d)) AND l.reference = c.ticket AND c.next_at <= timestamptz 'epoch' + $1::bigint * interval '1 microsecond'
    RETURNING c.id, c.ticket, c.target, c.policy, c.breached_at IS NOT NULL AS breach, c.due_at, c.warn_at, l.queue, l.priority, l.subject,
              l.requester
)
SELECT n.ticket, n.target, n.policy, n.breach, (extract(epoch FROM n.due_at) * 1000000)::bigint AS due, n.queue, n.priority, n.subject,
       (SELECT p.address FROM mailgw.person p WHERE p.id = n.requester) AS requester,
       (SELECT p.name FROM mailgw.person p WHERE p.id = n.requester) AS requester_name
  FROM noticed n
 ORDER BY CASE WHEN n.breach THEN n.due_at ELSE n.warn_at END, n.id;

-- name: clock_next
-- When somebody has to look, and the database's clock.
SELECT (extract(epoch FROM least((SELECT c.next_at FROM mailgw.clock c WHERE c.next_at IS NOT NULL ORDER BY c.next_at, c.id LIMIT 1),
                                 (SELECT t.pending_until
                                    FROM mailgw.ticket t
                                   WHERE t.status = 'pending' AND t.pending_until IS NOT NULL
                                   ORDER BY t.pending_until
                                   LIMIT 1))) * 1000000)::bigint AS next,
       (extract(epoch FROM clock_timestamp()) * 1000000)::bigint AS now;

-- name: clock_mail
-- $1 text: envelope sender   $2 text: recipient   $3 text: Message-ID   $4 bytea: the mail   $5 bigint: not before   $6 bigint: end of its life
-- $7 text: bucket   $8 float8: how many fill it   $9 float8: in so many seconds
-- One mail to an agent about several tickets; none, if the bucket is empty.
INSERT INTO mailgw.outbox (kind, automatic, envelope_sender, recipient, message_id, bytes, due_at, expires_at)
SELECT 'notice', true, $1::text, $2::text, $3::text, $4::bytea, timestamptz 'epoch' + $5::bigint * interval '1 microsecond',
       timestamptz 'epoch' + $6::bigint * interval '1 microsecond'
 WHERE mailgw.take_tokens(ARRAY[$7::text], ARRAY[$8::float8], ARRAY[$9::float8], false) IS NULL;

-- name: target_list
-- $1 text: not null, only what is overdue   $2 text: not null, only what is not, and whose warning was due   $3 int: at most, null is all
SELECT s.ticket, s.target, s.state, s.due, s.policy, s.queue, s.priority, s.assignee, s.subject
  FROM (SELECT c.ticket, c.target,
               CASE WHEN c.due_at < now() THEN 'overdue' WHEN c.paused_at IS NOT NULL THEN 'paused' ELSE 'running' END AS state,
               c.due_at AS due, c.policy, t.queue, t.priority, a.name AS assignee, t.subject, c.id
          FROM mailgw.clock c
          JOIN mailgw.ticket t ON t.reference = c.ticket
          LEFT JOIN mailgw.agent a ON a.id = t.assignee
         WHERE c.met_at IS NULL AND c.ended_at IS NULL
           AND ($1::text IS NULL OR c.due_at < now())
           AND ($2::text IS NULL OR (c.warn_at <= now() AND c.due_at >= now()))) AS s
 ORDER BY s.due, s.id
 LIMIT $3::bigint;

-- name: target_open
-- $1 bigint: behind this ticket   $2 int: at most
-- Tickets on which something is or may be owed.
SELECT t.reference
  FROM mailgw.ticket t
 WHERE t.reference > $1::bigint AND t.merged_into IS NULL AND NOT t.placeholder AND t.status IN ('new', 'open', 'pending')
 ORDER BY t.reference
 LIMIT $2::bigint;

-- name: pending_set
-- $1 bigint: ticket   $2 timestamptz: until then, null is until the customer answers
-- Who says it again waits anew.
UPDATE mailgw.ticket t
   SET pending_until = $2::timestamptz, pending_since = clock_timestamp(), reminded_at = NULL
 WHERE t.reference = $1::bigint AND t.status = 'pending';

-- name: pending_due
-- $1 bigint: now   $2 bigint: tickets at most
WITH due AS MATERIALIZED (
    SELECT t.reference
      FROM mailgw.ticket t
     WHERE t.status = 'pending' AND t.pending_until <= timestamptz 'epoch' + $1::bigint * interval '1 microsecond'
     ORDER BY t.pending_until
     LIMIT $2::bigint
       FOR NO KEY UPDATE SKIP LOCKED
), opened AS (
    UPDATE mailgw.ticket t
       SET status = 'open', pending_until = NULL, updated_at = clock_timestamp()
     WHERE t.reference = ANY (ARRAY(SELECT d.reference FROM due d))
    RETURNING t.reference
)
INSERT INTO mailgw.event (ticket, actor, kind, detail)
SELECT o.reference, 'clock', 'status', 'pending to open: the time it was to wait is over' FROM opened o
RETURNING ticket;

-- name: clock_waits
-- $1 text: queue
-- How long the mails of the last 30 days waited for their first answer, in seconds of the epoch; at most the newest 1000. What was closed without one waited until then.
SELECT extract(epoch FROM c.started_at)::bigint AS waits_from,
       greatest(extract(epoch FROM coalesce(c.met_at, t.closed_at, clock_timestamp())), extract(epoch FROM c.started_at))::bigint AS waits_to,
       c.met_at IS NOT NULL AS answered
  FROM mailgw.clock c
  JOIN mailgw.ticket t ON t.reference = c.ticket
 WHERE c.target = 'first-response' AND c.ended_at IS NULL AND c.started_at > clock_timestamp() - interval '30 days' AND t.queue = $1::text
 ORDER BY c.started_at DESC
 LIMIT 1000;

-- name: target_outdated
-- $1 text: digest of the calendars and policies of today
SELECT count(DISTINCT c.ticket) AS tickets
  FROM mailgw.clock c
  JOIN mailgw.ticket t ON t.reference = c.ticket
 WHERE c.met_at IS NULL AND c.ended_at IS NULL AND c.digest IS DISTINCT FROM $1::text AND t.status IN ('new', 'open', 'pending');

-- Tickets at rest. Moments are microseconds; a queue says how long after them nothing happens.

-- name: rest_close_resolved
-- $1 text: queue   $2 bigint: resolved until then   $3 bigint: tickets at most   $4 text: why
WITH due AS MATERIALIZED (
    SELECT t.reference
      FROM mailgw.ticket t
     WHERE t.status = 'resolved' AND t.queue = $1::text AND t.closed_at <= timestamptz 'epoch' + $2::bigint * interval '1 microsecond'
     ORDER BY t.closed_at
     LIMIT $3::bigint
       FOR NO KEY UPDATE SKIP LOCKED
), closed AS (
    UPDATE mailgw.ticket t
       SET status = 'closed', updated_at = clock_timestamp()
     WHERE t.reference = ANY (ARRAY(SELECT d.reference FROM due d))
    RETURNING t.reference
)
INSERT INTO mailgw.event (ticket, actor, kind, detail)
SELECT c.reference, 'clock', 'status', 'resolved to closed: ' || $4::text FROM closed c
RETURNING ticket;

-- name: rest_close_pending
-- $1 text: queue   $2 bigint: it waits since then, or was reminded   $3 boolean: only what was reminded   $4 bigint: tickets at most   $5 text: why
WITH due AS MATERIALIZED (
    SELECT f.reference
      FROM ((SELECT t.reference, t.reminded_at AS at
               FROM mailgw.ticket t
              WHERE t.status = 'pending' AND t.pending_until IS NULL AND t.reminded_at IS NOT NULL AND t.queue = $1::text
                AND t.reminded_at <= timestamptz 'epoch' + $2::bigint * interval '1 microsecond'
              ORDER BY t.reminded_at
              LIMIT $4::bigint)
             UNION ALL
            (SELECT t.reference, t.pending_since
               FROM mailgw.ticket t
              WHERE NOT $3::boolean AND t.status = 'pending' AND t.pending_until IS NULL AND t.reminded_at IS NULL AND t.queue = $1::text
                AND t.pending_since <= timestamptz 'epoch' + $2::bigint * interval '1 microsecond'
              ORDER BY t.pending_since
              LIMIT $4::bigint)) AS f
), locked AS MATERIALIZED (
    SELECT t.reference
      FROM mailgw.ticket t
     WHERE t.reference = ANY (ARRAY(SELECT d.reference FROM due d)) AND t.status = 'pending'
     ORDER BY t.reference
       FOR NO KEY UPDATE SKIP LOCKED
), closed AS (
    UPDATE mailgw.ticket t
       SET status = 'closed', closed_at = clock_timestamp(), updated_at = clock_timestamp()
     WHERE t.reference = ANY (ARRAY(SELECT l.reference FROM locked l))
    RETURNING t.reference
)
INSERT INTO mailgw.event (ticket, actor, kind, detail)
SELECT c.reference, 'clock', 'status', 'pending to closed: ' || $5::text FROM closed c
RETURNING ticket;

-- name: rest_remind
-- $1 text: queue   $2 bigint: it waits since then   $3 bigint: tickets at most   $4 bigint: now
-- Who takes a reminder marks it in the transaction in which the mail is written. A person wrote to us, and a person of ours answered: else there is nobody to
-- remind of anything.
WITH due AS MATERIALIZED (
    SELECT t.reference
      FROM mailgw.ticket t
     WHERE t.status = 'pending' AND t.pending_until IS NULL AND t.reminded_at IS NULL AND t.queue = $1::text
       AND t.pending_since <= timestamptz 'epoch' + $2::bigint * interval '1 microsecond'
     ORDER BY t.pending_since
     LIMIT $3::bigint
       FOR NO KEY UPDATE SKIP LOCKED
)
UPDATE mailgw.ticket t
   SET reminded_at = timestamptz 'epoch' + $4::bigint * interval '1 microsecond'
 WHERE t.reference = ANY (ARRAY(SELECT d.reference FROM due d))
RETURNING t.reference;

-- name: rest_survey
-- $1 text: queue   $2 bigint: it was over after then   $3 bigint: and until then   $4 bigint: tickets at most   $5 bigint: now
-- Once for each ticket, whatever becomes of it afterwards.
WITH due AS MATERIALIZED (
    SELECT t.reference
      FROM mailgw.ticket t
     WHERE t.status IN ('resolved', 'closed') AND t.surveyed_at IS NULL AND t.merged_into IS NULL AND NOT t.placeholder AND t.queue = $1::text
       AND t.closed_at > timestamptz 'epoch' + $2::bigint * interval '1 microsecond'
       AND t.closed_at <= timestamptz 'epoch' + $3::bigint * interval '1 microsecond'
     ORDER BY t.closed_at
     LIMIT $4::bigint
       FOR NO KEY UPDATE SKIP LOCKED
)
UPDATE mailgw.ticket t
   SET surveyed_at = timestamptz 'epoch' + $5::bigint * interval '1 microsecond'
 WHERE t.reference = ANY (ARRAY(SELECT d.reference FROM due d))
RETURNING t.reference;

-- name: rest_customers
-- $1 bigint[]: tickets
SELECT m.reference, m.subject, m.requester, CASE WHEN p.erased_at IS NULL THEN p.address END AS address,
       coalesce(m.language, p.language) AS language, coalesce(p.bouncing, false) AS bouncing,
       coalesce((SELECT a.class = 'human'
                   FROM mailgw.article a
                  WHERE a.ticket = m.reference AND a.kind = 'message'
                  ORDER BY a.id DESC
                  LIMIT 1), false) AS human,
       coalesce((SELECT i.quiet
                   FROM mailgw.article a
                   JOIN mailgw.inbound i ON i.id = a.inbound
                  WHERE a.ticket = m.reference AND a.kind = 'message'
                  ORDER BY a.id DESC
                  LIMIT 1), false) AS quiet,
       r.message_id AS reply,
       (SELECT a.message_id FROM mailgw.article a
         WHERE a.ticket = m.reference AND a.kind = 'message' AND a.message_id IS NOT NULL
         ORDER BY a.id DESC
         LIMIT 1) AS message
  FROM mailgw.ticket m
  LEFT JOIN mailgw.person p ON p.id = m.requester
  LEFT JOIN LATERAL (SELECT o.message_id
                       FROM mailgw.outbox o
                      WHERE o.ticket = m.reference AND o.kind = 'reply' AND o.state = 'sent' AND o.returned IS DISTINCT FROM 'bounced'
                      ORDER BY o.id DESC
                      LIMIT 1) AS r ON true
 WHERE m.reference = ANY ($1::bigint[])
 ORDER BY m.reference;
