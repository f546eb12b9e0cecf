-- What retention no longer keeps. Each statement removes at most a batch; purge runs it until it changes no row.

-- name: purge_raw
-- $1 text[]: queues   $2 bigint[]: seconds each keeps originals, 0 is for ever   $3 int: rows at most
-- The bytes go when every arrival of them is done and older than its queue keeps them. A queue that is not named keeps them.
-- The inbound rows stay: the foreign key empties their reference.
WITH kept AS MATERIALIZED (
    SELECT k.queue, clock_timestamp() - k.seconds * interval '1 second' AS before
      FROM unnest($1::text[], $2::bigint[]) AS k (queue, seconds)
     WHERE k.seconds > 0
), candidate AS MATERIALIZED (
    SELECT r.id, r.received_at
      FROM mailgw.raw r
     WHERE r.received_at < (SELECT max(k.before) FROM kept k)
       AND NOT EXISTS (SELECT
                         FROM mailgw.inbound i
                         LEFT JOIN kept k ON k.queue = i.queue
                        WHERE i.raw = r.id AND i.raw_received_at = r.received_at
                          AND (i.done_at IS NULL OR k.before IS NULL OR i.done_at >= k.before))
     LIMIT $3::bigint
       FOR UPDATE SKIP LOCKED
)
DELETE FROM mailgw.raw r USING candidate c WHERE r.id = c.id AND r.received_at = c.received_at;

-- name: purge_outbox_bytes
-- $1 bigint: seconds to keep them   $2 int: rows at most
UPDATE mailgw.outbox o
   SET bytes = NULL
 WHERE o.id IN (SELECT c.id
                  FROM mailgw.outbox c
                 WHERE c.state <> 'waiting' AND c.bytes IS NOT NULL
                   AND c.done_at < clock_timestamp() - $1::bigint * interval '1 second'
                 LIMIT $2::bigint
                   FOR UPDATE SKIP LOCKED);

-- name: purge_decisions
-- $1 bigint: seconds to keep them   $2 int: rows at most
-- Audit has to know up to when decisions may be missing.
WITH gone AS (
    DELETE FROM mailgw.decision d
     WHERE d.inbound IN (SELECT c.inbound
                           FROM mailgw.decision c
                           JOIN mailgw.inbound i ON i.id = c.inbound
                          WHERE i.done_at < clock_timestamp() - $1::bigint * interval '1 second'
                          LIMIT $2::bigint)
    RETURNING d.inbound
), noted AS (
    INSERT INTO mailgw.setting AS s (key, value)
    SELECT 'decisions-kept-since', (clock_timestamp() - $1::bigint * interval '1 second')::text WHERE EXISTS (SELECT FROM gone)
    ON CONFLICT (key) DO UPDATE SET value = excluded.value WHERE s.value::timestamptz < excluded.value::timestamptz
)
SELECT g.inbound FROM gone g;

-- name: purge_content_keys
-- $1 int: rows at most
DELETE FROM mailgw.content_key k
 WHERE k.key IN (SELECT c.key FROM mailgw.content_key c WHERE c.expires_at < clock_timestamp() LIMIT $1::bigint
                    FOR UPDATE SKIP LOCKED);

-- name: purge_images
-- $1 bigint: seconds after which an image that was not seen again is forgotten   $2 int: rows at most
DELETE FROM mailgw.person_image i
 WHERE (i.person, i.sha256) IN (SELECT o.person, o.sha256
                                  FROM mailgw.person_image o
                                 WHERE o.seen_at < clock_timestamp() - $1::bigint * interval '1 second'
                                 LIMIT $2::bigint
                                   FOR UPDATE SKIP LOCKED);

-- name: purge_counters
-- $1 bigint: seconds in which the slowest bucket fills   $2 int: rows at most
-- A bucket that nobody touched for so long is full again, as one that does not exist is.
DELETE FROM mailgw.counter c
 WHERE c.key IN (SELECT o.key
                   FROM mailgw.counter o
                  WHERE o.at < clock_timestamp() - 2 * $1::bigint * interval '1 second'
                  LIMIT $2::bigint
                    FOR UPDATE SKIP LOCKED);

-- name: purge_rule_seen
-- $1 int: rows at most
DELETE FROM mailgw.rule_seen s
 WHERE s.key IN (SELECT o.key FROM mailgw.rule_seen o WHERE o.expires_at <= clock_timestamp() LIMIT $1::bigint FOR UPDATE SKIP LOCKED);
