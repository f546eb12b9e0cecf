-- Mail that shall leave: leased by couriers, and what became of it.

-- name: outbox_lease
-- result: binary
-- $1 int: rows at most   $2 int: seconds   $3 boolean: notifications to webhooks, else mail   $4 text[]: recipients that are left alone
-- An automatic mail whose last lease ended without a result may have been sent: it becomes unknown, and is not sent again. A webhook
-- knows by the id what it had already.
WITH candidate AS MATERIALIZED (
    SELECT o.id, o.automatic AND o.kind <> 'webhook' AND o.lease IS NOT NULL AS lost
      FROM mailgw.outbox o
     WHERE o.state = 'waiting' AND (o.kind = 'webhook') = $3::boolean AND o.recipient <> ALL ($4::text[]) AND o.due_at <= clock_timestamp()
       AND (o.lease IS NULL OR o.leased_until < clock_timestamp())
     ORDER BY o.due_at, o.id
     LIMIT $1::bigint
       FOR UPDATE SKIP LOCKED
), turn AS MATERIALIZED (
    SELECT nextval('mailgw.lease_number') AS lease
), lost AS (
    UPDATE mailgw.outbox o
       SET state = 'unknown', done_at = clock_timestamp(), lease = NULL, leased_until = NULL,
           last_text = 'the courier ended while it was sending'
      FROM candidate c
     WHERE o.id = c.id AND c.lost
    RETURNING o.id, o.ticket, o.inbound, o.recipient
), told AS (
    INSERT INTO mailgw.event (ticket, inbound, outbox, actor, kind, detail)
    SELECT l.ticket, l.inbound, l.id, 'courier', 'mail-unknown',
           'to ' || l.recipient || ': the courier ended while it was sending; not sent again'
      FROM lost l
)
UPDATE mailgw.outbox o
   SET attempts = o.attempts + 1, lease = t.lease, leased_until = clock_timestamp() + make_interval(secs => $2::integer)
  FROM candidate c, turn t
 WHERE o.id = c.id AND NOT c.lost
RETURNING o.id, o.lease, o.kind, o.automatic, o.ticket, o.envelope_sender, o.recipient, o.message_id, o.bytes, o.attempts,
          (extract(epoch FROM o.expires_at) * 1000000)::bigint AS expires_at, o.expires_at <= clock_timestamp() AS expired;

-- name: outbox_sent
-- $1 bigint: row   $2 bigint: lease   $3 int: code   $4 text: what the next hop said
UPDATE mailgw.outbox o
   SET state = 'sent', sent_at = clock_timestamp(), done_at = clock_timestamp(), lease = NULL, leased_until = NULL,
       last_code = $3::integer, last_text = $4::text
 WHERE o.id = $1::bigint AND o.lease = $2::bigint;

-- name: outbox_later
-- $1 bigint: row   $2 bigint: lease   $3 int: code   $4 text: what the next hop said   $5 bigint: seconds
-- No row when its life would be over by then.
UPDATE mailgw.outbox o
   SET due_at = clock_timestamp() + $5::bigint * interval '1 second', lease = NULL, leased_until = NULL,
       last_code = $3::integer, last_text = $4::text
 WHERE o.id = $1::bigint AND o.lease = $2::bigint
   AND clock_timestamp() + $5::bigint * interval '1 second' <= o.expires_at;

-- name: outbox_over
-- $1 bigint: row   $2 bigint: lease   $3 int: code   $4 text: what the next hop said   $5 text: failed or unknown
-- A person's mail that failed brings its ticket back: somebody believes it was answered.
WITH over AS (
    UPDATE mailgw.outbox o
       SET state = $5::text, done_at = clock_timestamp(), lease = NULL, leased_until = NULL, last_code = $3::integer,
           last_text = $4::text
     WHERE o.id = $1::bigint AND o.lease = $2::bigint
    RETURNING o.id, o.ticket, o.inbound, o.kind, o.recipient
), reopened AS (
    UPDATE mailgw.ticket t
       SET status = 'open', closed_at = NULL, updated_at = clock_timestamp()
      FROM over o
     WHERE t.reference = o.ticket AND o.kind = 'reply' AND $5::text = 'failed' AND t.status IN ('resolved', 'closed')
       AND t.merged_into IS NULL
    RETURNING t.reference
), told AS (
    INSERT INTO mailgw.event (ticket, inbound, outbox, actor, kind, detail)
    SELECT o.ticket, o.inbound, o.id, 'courier', 'mail-' || $5::text,
           'to ' || o.recipient || ': ' || concat_ws(' ', nullif($3::integer, 0), $4::text)
      FROM over o
     UNION ALL
    SELECT r.reference, NULL, $1::bigint, 'courier', 'status', 'open: a mail of ours could not be delivered' FROM reopened r
)
SELECT o.id, CASE WHEN o.kind = 'redirect' THEN mailgw.take_back(o.id) END AS taken_back FROM over o;

-- name: outbox_state
-- $1 bigint: row
SELECT o.state, o.bytes IS NOT NULL AS has_bytes, coalesce(o.leased_until > clock_timestamp(), false) AS leased
  FROM mailgw.outbox o
 WHERE o.id = $1::bigint
   FOR UPDATE;

-- name: outbox_retry
-- $1 bigint: row
-- The operator wants it sent: a life that is over begins again.
UPDATE mailgw.outbox o
   SET state = 'waiting', done_at = NULL, due_at = clock_timestamp(), lease = NULL, leased_until = NULL,
       expires_at = greatest(o.expires_at, clock_timestamp() + (o.expires_at - o.created_at))
 WHERE o.id = $1::bigint;

-- name: outbox_drop
-- $1 bigint: row   $2 text: who
WITH dropped AS (
    UPDATE mailgw.outbox o
       SET state = 'dropped', done_at = clock_timestamp(), lease = NULL, leased_until = NULL
     WHERE o.id = $1::bigint
    RETURNING o.id, o.ticket, o.inbound, o.recipient
)
INSERT INTO mailgw.event (ticket, inbound, outbox, actor, kind, detail)
SELECT d.ticket, d.inbound, d.id, $2::text, 'mail-dropped', 'to ' || d.recipient FROM dropped d;

-- name: outbox_bytes
-- result: binary
-- $1 bigint: row
SELECT o.bytes FROM mailgw.outbox o WHERE o.id = $1::bigint;

-- name: outbox_is_idle
-- $1 boolean: notifications to webhooks, else mail
SELECT NOT EXISTS (SELECT FROM mailgw.outbox o
                    WHERE o.state = 'waiting' AND (o.kind = 'webhook') = $1::boolean AND (o.due_at <= clock_timestamp() OR o.lease IS NOT NULL)) AS idle;
