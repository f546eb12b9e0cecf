-- Accepting mail: the bytes once, one row per recipient.

-- name: accept
-- $1 bytea[]: mails   $2 text[]: sources   $3 text[]: senders   $4 text[]: auth users   $5 timestamptz[]: received, null is now
-- $6 boolean[]: quiet   $7 text[]: what the source has to say of it, or null
-- $8 bigint[]: of each recipient, which of the mails is his, from 1 on   $9 text[]: recipients   $10 text[]: queues
-- $11 text[]: delivery keys, null where there is none
-- One statement for many mails: what is done for each statement (checks read from the catalogue, partitions opened) takes longer than what is done for a mail.
-- A delivery that is known already leaves no row and, when nothing of the mail is new, no bytes.
-- (EXISTS would be planned while the table is empty, as a hash of all keys.)
-- The bytes are named by their place, as a function in FROM would write all of them to a temporary file first.
-- Rows come back in the order of the recipients; those of known keys are missing, and each key tells which.
WITH wanted AS MATERIALIZED (
    SELECT w.mail, w.recipient, w.queue, w.delivery_key, w.n
      FROM unnest($8::bigint[], $9::text[], $10::text[], $11::text[]) WITH ORDINALITY AS w (mail, recipient, queue, delivery_key, n)
     WHERE w.delivery_key IS NULL
        OR (SELECT i.id FROM mailgw.inbound i WHERE i.delivery_key = w.delivery_key) IS NULL
), mail AS MATERIALIZED (
    SELECT m.n, pg_catalog.nextval('mailgw.raw_id_seq') AS raw, coalesce(m.received_at, clock_timestamp()) AS at, m.source, m.sender,
           m.auth_user, m.quiet, m.note
      FROM unnest($2::text[], $3::text[], $4::text[], $5::timestamptz[], $6::boolean[], $7::text[]) WITH ORDINALITY
           AS m (source, sender, auth_user, received_at, quiet, note, n)
     WHERE m.n IN (SELECT w.mail FROM wanted w)
), stored AS (
    INSERT INTO mailgw.raw (id, received_at, bytes) OVERRIDING SYSTEM VALUE
    SELECT m.raw, m.at, ($1::bytea[])[m.n] FROM mail m
)
INSERT INTO mailgw.inbound (raw, raw_received_at, received_at, source, sender, recipient, auth_user, queue, delivery_key,
                            quiet, note)
SELECT m.raw, m.at, m.at, m.source, m.sender, w.recipient, m.auth_user, w.queue, w.delivery_key, m.quiet, m.note
  FROM wanted w
  JOIN mail m ON m.n = w.mail
 ORDER BY w.n
ON CONFLICT (delivery_key) DO NOTHING
RETURNING id, delivery_key;

-- name: accept_draw
-- $1 timestamptz: received, null is now   $2 text[]: delivery keys, null where there is none
-- For a mail whose bytes are streamed: its number in raw, and when it was received, in microseconds since 2000 as COPY has it. No row when all of the
-- deliveries are known already.
SELECT pg_catalog.nextval('mailgw.raw_id_seq') AS id,
       (extract(epoch FROM coalesce($1::timestamptz, clock_timestamp()) - timestamptz '2000-01-01 00:00:00Z') * 1000000)::bigint AS received
 WHERE EXISTS (SELECT FROM unnest($2::text[]) AS w (delivery_key)
                WHERE w.delivery_key IS NULL
                   OR (SELECT i.id FROM mailgw.inbound i WHERE i.delivery_key = w.delivery_key) IS NULL);

-- name: accept_copy
-- COPY takes numbers that are given, also of an identity.
COPY mailgw.raw (id, received_at, bytes) FROM STDIN (FORMAT binary);

-- name: accept_copied
-- $1 bigint: the number in raw, or null when no bytes were stored   $2 bigint: when it was received, in microseconds since 2000
-- $3 text: source   $4 text: sender   $5 text: auth user   $6 boolean: quiet   $7 text: what its source has to say of it, or null
-- $8 text[]: recipients   $9 text[]: queues   $10 text[]: delivery keys, null where there is none
-- The rows of a mail that was streamed, as accept writes those of others.
INSERT INTO mailgw.inbound (raw, raw_received_at, received_at, source, sender, recipient, auth_user, queue, delivery_key,
                            quiet, note)
SELECT $1::bigint, t.at, t.at, $3::text, $4::text, w.recipient, $5::text, w.queue, w.delivery_key, $6::boolean, $7::text
  FROM unnest($8::text[], $9::text[], $10::text[]) WITH ORDINALITY AS w (recipient, queue, delivery_key, n),
       (SELECT timestamptz '2000-01-01 00:00:00Z' + $2::bigint * interval '1 microsecond') AS t (at)
 WHERE $1::bigint IS NOT NULL
   AND (w.delivery_key IS NULL
        OR (SELECT i.id FROM mailgw.inbound i WHERE i.delivery_key = w.delivery_key) IS NULL)
 ORDER BY w.n
ON CONFLICT (delivery_key) DO NOTHING
RETURNING id, delivery_key;

-- name: accept_backlog
-- $1 int: where counting may stop
-- Whether anybody works what waits: a worker's announcement, see session_announce.
SELECT (SELECT count(*) FROM (SELECT FROM mailgw.inbound i WHERE i.outcome IS NULL LIMIT $1::bigint) AS w) AS waiting,
       EXISTS (SELECT
                 FROM pg_catalog.pg_locks l
                 JOIN pg_catalog.pg_database d ON d.oid = l.database AND d.datname = current_database()
                WHERE l.locktype = 'advisory' AND l.classid::bigint = 1835100524 AND l.objsubid = 2 AND l.granted
                  AND l.objid::bigint / 1000 = 3) AS worked;

-- name: accept_waiting_count
-- $1 int: where counting may stop
SELECT count(*) AS waiting
  FROM (SELECT FROM mailgw.inbound i WHERE i.outcome IS NULL LIMIT $1::bigint) AS waiting;
