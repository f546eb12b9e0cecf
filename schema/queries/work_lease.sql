-- Leasing inbound rows: the attempt is counted, and committed, before it is made.

-- name: lease_fresh
-- result: binary
-- $1 int: rows at most   $2 bigint: octets at most, the first row excepted   $3 int: seconds
-- octet_length of a stored value is read from its header; the bytes are fetched only for the rows that go out. They come from the
-- table itself: PostgreSQL keeps a copy of each row of a subquery that is joined to an UPDATE, bytes and all.
WITH candidate AS MATERIALIZED (
    SELECT i.id, i.raw, i.raw_received_at
      FROM mailgw.inbound i
     WHERE i.outcome IS NULL AND i.attempts = 0
     ORDER BY i.id
     LIMIT $1::bigint
       FOR UPDATE SKIP LOCKED
), sized AS MATERIALIZED (
    SELECT c.id, c.raw, c.raw_received_at, sum(octet_length(r.bytes)) OVER (ORDER BY c.id ROWS UNBOUNDED PRECEDING) AS total,
           octet_length(r.bytes) AS size
      FROM candidate c
      JOIN mailgw.raw r ON r.id = c.raw AND r.received_at = c.raw_received_at
), turn AS MATERIALIZED (
    SELECT nextval('mailgw.lease_number') AS lease
)
UPDATE mailgw.inbound i
   SET attempts = i.attempts + 1, lease = t.lease, leased_until = clock_timestamp() + make_interval(secs => $3::integer)
  FROM sized s
 CROSS JOIN turn t
  JOIN mailgw.raw r ON r.id = s.raw AND r.received_at = s.raw_received_at
 WHERE i.id = s.id AND (s.total <= $2::bigint OR s.total = s.size)
RETURNING i.id, i.lease, (extract(epoch FROM i.received_at) * 1000000)::bigint AS received_at, i.source, i.sender,
          i.recipient, i.auth_user, i.queue, i.quiet, i.attempts_alone, i.raw, r.bytes, i.note, i.taken_back;

-- name: lease_alone
-- result: binary
-- $1 int: seconds
-- Rows with an attempt behind them are the oldest of those that wait, or nearly so: leasing goes by age. The limit keeps
-- a long queue of fresh rows from being read to its end each time.
WITH candidate AS MATERIALIZED (
    SELECT i.id
      FROM mailgw.inbound i
     WHERE i.id IN (SELECT o.id FROM mailgw.inbound o WHERE o.outcome IS NULL ORDER BY o.id LIMIT 2000)
       AND i.outcome IS NULL AND i.attempts > 0 AND (i.lease IS NULL OR i.leased_until < clock_timestamp())
     ORDER BY i.id
     LIMIT 1
       FOR UPDATE SKIP LOCKED
)
UPDATE mailgw.inbound i
   SET attempts = i.attempts + 1, attempts_alone = i.attempts_alone + 1, lease = nextval('mailgw.lease_number'),
       leased_until = clock_timestamp() + make_interval(secs => $1::integer)
  FROM candidate c
  JOIN mailgw.inbound o ON o.id = c.id
  JOIN mailgw.raw r ON r.id = o.raw AND r.received_at = o.raw_received_at
 WHERE i.id = c.id
RETURNING i.id, i.lease, (extract(epoch FROM i.received_at) * 1000000)::bigint AS received_at, i.source, i.sender,
          i.recipient, i.auth_user, i.queue, i.quiet, i.attempts_alone, i.raw, r.bytes, i.note, i.taken_back;

-- name: lease_release
-- $1 bigint[]: rows   $2 bigint[]: their leases
-- Only a row that was leased alone can have more than one attempt.
UPDATE mailgw.inbound i
   SET attempts = i.attempts - 1, attempts_alone = greatest(i.attempts_alone - 1, 0), lease = NULL, leased_until = NULL
  FROM unnest($1::bigint[], $2::bigint[]) AS r (id, lease)
 WHERE i.id = r.id AND i.lease = r.lease AND i.outcome IS NULL;

-- name: lease_give_up
-- $1 bigint[]: rows   $2 bigint[]: their leases
UPDATE mailgw.inbound i
   SET lease = NULL, leased_until = NULL
  FROM unnest($1::bigint[], $2::bigint[]) AS r (id, lease)
 WHERE i.id = r.id AND i.lease = r.lease AND i.outcome IS NULL;

-- name: reserve_numbers
-- $1 int: how many references of tickets   $2 int: how many numbers of outbox rows; in that order
SELECT nextval('mailgw.ticket_reference') AS number FROM generate_series(1, $1::integer)
UNION ALL
SELECT nextval('mailgw.outbox_id_seq') FROM generate_series(1, $2::integer);

-- name: token_keys
-- $1 bigint: seconds a retired key still proves
SELECT k.id, k.secret, (extract(epoch FROM k.retired_at) * 1000000)::bigint AS retired_at
  FROM mailgw.token_key k
 WHERE k.retired_at IS NULL OR k.retired_at > clock_timestamp() - $1::bigint * interval '1 second'
 ORDER BY k.retired_at IS NOT NULL, k.retired_at DESC, k.id;

-- name: inbound_for_retry
-- $1 bigint: the row
SELECT i.outcome, i.raw IS NOT NULL AS has_bytes, coalesce(i.leased_until > clock_timestamp(), false) AS leased
  FROM mailgw.inbound i
 WHERE i.id = $1::bigint
   FOR UPDATE;

-- name: inbound_retry_unquarantine
-- $1 bigint: the row
-- What quarantine wrote is taken back, so that the row can be worked as if it had just come. The placeholder stays, closed: people
-- may have written in it.
WITH article AS (
    DELETE FROM mailgw.article a WHERE a.inbound = $1::bigint AND a.kind = 'quarantined' RETURNING a.ticket
), decision AS (
    DELETE FROM mailgw.decision d WHERE d.inbound = $1::bigint
), content_key AS (
    DELETE FROM mailgw.content_key k WHERE k.inbound = $1::bigint
), placeholder AS (
    UPDATE mailgw.ticket t
       SET status = 'closed', closed_at = coalesce(t.closed_at, clock_timestamp()), updated_at = clock_timestamp()
      FROM article a
     WHERE t.reference = a.ticket AND t.placeholder
    RETURNING t.reference
)
INSERT INTO mailgw.event (ticket, inbound, actor, kind, detail)
SELECT p.reference, $1::bigint, 'operator', 'retried', 'the quarantined mail is worked again' FROM placeholder p;

-- name: inbound_retry
-- $1 bigint: the row
UPDATE mailgw.inbound i
   SET attempts = 0, attempts_alone = 0, lease = NULL, leased_until = NULL, outcome = NULL, reason = NULL, ticket = NULL,
       done_at = NULL
 WHERE i.id = $1::bigint;

-- name: inbound_bytes
-- result: binary
-- $1 bigint: the row
SELECT r.bytes
  FROM mailgw.inbound i
  LEFT JOIN mailgw.raw r ON r.id = i.raw AND r.received_at = i.raw_received_at
 WHERE i.id = $1::bigint;

-- name: inbound_is_idle
SELECT NOT EXISTS (SELECT FROM mailgw.inbound i WHERE i.outcome IS NULL) AS idle;
