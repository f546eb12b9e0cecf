-- Clocks of tickets: their history, and what is owed. Moments are microseconds; 0 is none.

-- name: clock_lock
-- $1 bigint[]: tickets
SELECT t.reference, t.queue, t.status, t.priority, t.policy, t.merged_into IS NOT NULL OR t.placeholder AS owes_nothing,
       (extract(epoch FROM clock_timestamp()) * 1000000)::bigint AS now
  FROM mailgw.ticket t
 WHERE t.reference = ANY ($1::bigint[])
 ORDER BY t.reference
   FOR NO KEY UPDATE;

-- name: clock_items
-- $1 bigint[]: tickets
-- What the customer wrote, when it arrived; and what people of ours wrote, when they wrote it, if the next hop took it and no report took that back. What came
-- in quietly, and automatic mail that joined a ticket, ask for nothing.
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
       (extract(epoch FROM c.met_at) * 1000000)::bigint AS met, (extract(epoch FROM c.breached_at) * 1000000)::bigint AS breached
  FROM mailgw.clock c
 WHERE c.ticket = ANY ($1::bigint[]) AND c.ended_at IS NULL
 ORDER BY c.ticket, c.started_at, c.id;

-- name: clock_end
-- $1 bigint[]: clocks
UPDATE mailgw.clock c SET ended_at = clock_timestamp() WHERE c.id = ANY ($1::bigint[]);

-- name: clock_update
-- $1 bigint[]: clocks   $2 text[]: policies   $3 bigint[]: started   $4 bigint[]: due   $5 bigint[]: warn   $6 bigint[]: paused
-- $7 bigint[]: warned   $8 bigint[]: met   $9 bigint[]: breached
UPDATE mailgw.clock c
   SET policy = w.policy, started_at = timestamptz 'epoch' + w.started * interval '1 microsecond',
       due_at = timestamptz 'epoch' + nullif(w.due, 0) * interval '1 microsecond',
       warn_at = timestamptz 'epoch' + nullif(w.warn, 0) * interval '1 microsecond',
       paused_at = timestamptz 'epoch' + nullif(w.paused, 0) * interval '1 microsecond',
       warned_at = timestamptz 'epoch' + nullif(w.warned, 0) * interval '1 microsecond',
       met_at = timestamptz 'epoch' + nullif(w.met, 0) * interval '1 microsecond',
       breached_at = timestamptz 'epoch' + nullif(w.breached, 0) * interval '1 microsecond'
  FROM unnest($1::bigint[], $2::text[], $3::bigint[], $4::bigint[], $5::bigint[], $6::bigint[], $7::bigint[], $8::bigint[], $9::bigint[])
       AS w (id, policy, started, due, warn, paused, warned, met, breached)
 WHERE c.id = w.id;

-- name: clock_insert
-- $1 bigint[]: tickets   $2 text[]: targets   $3 text[]: policies   $4 bigint[]: started   $5 bigint[]: due   $6 bigint[]: warn
-- $7 bigint[]: paused   $8 bigint[]: warned   $9 bigint[]: met   $10 bigint[]: breached
INSERT INTO mailgw.clock (ticket, target, policy, started_at, due_at, warn_at, paused_at, warned_at, met_at, breached_at)
SELECT w.ticket, w.target, w.policy, timestamptz 'epoch' + w.started * interval '1 microsecond',
       timestamptz 'epoch' + nullif(w.due, 0) * interval '1 microsecond',
       timestamptz 'epoch' + nullif(w.warn, 0) * interval '1 microsecond',
       timestamptz 'epoch' + nullif(w.paused, 0) * interval '1 microsecond',
       timestamptz 'epoch' + nullif(w.warned, 0) * interval '1 microsecond',
       timestamptz 'epoch' + nullif(w.met, 0) * interval '1 microsecond',
       timestamptz 'epoch' + nullif(w.breached, 0) * interval '1 microsecond'
  FROM unnest($1::bigint[], $2::text[], $3::text[], $4::bigint[], $5::bigint[], $6::bigint[], $7::bigint[], $8::bigint[], $9::bigint[],
              $10::bigint[]) AS w (ticket, target, policy, started, due, warn, paused, warned, met, breached);

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
