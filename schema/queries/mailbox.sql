-- Folders of mailboxes: what was taken of them, and what is next.

-- name: mailbox_lock
-- $1 text: the account
-- One process on all hosts reads an account; the lock is that of its session, on which it also writes. 1835100525 is "mail" and one.
SELECT pg_catalog.pg_try_advisory_lock(1835100525, pg_catalog.hashtext($1::text)) AS held;

-- name: mailbox_load
-- $1 text: account   $2 text: folder
SELECT m.id, m.uidvalidity, m.generation, m.last_uid, m.todo, m.marking, m.renumbered,
       (extract(epoch FROM m.since_at) * 1000000)::bigint AS since_at, m.since_uid, m.version
  FROM mailgw.mailbox m
 WHERE m.account = $1::text AND m.folder = $2::text;

-- name: mailbox_create
-- $1 text: account   $2 text: folder   $3 bigint: UIDVALIDITY   $4 bigint: last UID   $5 text: UIDs to be done
-- $6 timestamptz: mail from before is not taken, or null   $7 bigint: up to this UID
INSERT INTO mailgw.mailbox AS m (account, folder, uidvalidity, last_uid, todo, since_at, since_uid)
VALUES ($1::text, $2::text, $3::bigint, $4::bigint, $5::text, $6::timestamptz, $7::bigint)
ON CONFLICT (account, folder) DO UPDATE
   SET uidvalidity = excluded.uidvalidity, last_uid = excluded.last_uid, todo = excluded.todo, since_at = excluded.since_at,
       since_uid = excluded.since_uid, version = m.version + 1
 WHERE m.uidvalidity = 0
RETURNING m.id, m.version;

-- name: mailbox_renumber
-- $1 bigint: mailbox   $2 bigint: its version   $3 bigint: UIDVALIDITY   $4 bigint: last UID   $5 text: UIDs to be done
UPDATE mailgw.mailbox m
   SET uidvalidity = $3::bigint, generation = m.generation + 1, last_uid = $4::bigint, todo = $5::text, marking = '',
       renumbered = true, since_uid = $4::bigint, version = m.version + 1
 WHERE m.id = $1::bigint AND m.version = $2::bigint
RETURNING m.version, m.generation;

-- name: mailbox_match
-- $1 bigint: mailbox   $2 bigint: generation   $3 bigint[]: UIDs   $4 text[]: Message-IDs   $5 bigint[]: sizes
-- $6 bigint[]: INTERNALDATEs in microseconds
-- Which of these were taken under earlier numbers: each earlier one stands for one of them, and bears its number from now on. What bears one of the
-- numbers already is known as well. Plans are made while the table is empty, so each row is looked for by a key that one index has whole: hence the
-- subselects, OFFSET 0, and + 0.
WITH asked AS MATERIALIZED (
    SELECT a.uid, a.message_id, a.size, to_timestamp(0) + a.arrived * interval '1 microsecond' AS arrived_at,
           row_number() OVER (PARTITION BY a.message_id, a.size, a.arrived ORDER BY a.uid) AS turn
      FROM unnest($3::bigint[], $4::text[], $5::bigint[], $6::bigint[]) AS a (uid, message_id, size, arrived)
     WHERE (SELECT k.uid FROM mailgw.mailbox_mail k
             WHERE k.mailbox = $1::bigint AND k.generation = $2::bigint AND k.uid = a.uid) IS NULL
), known AS MATERIALIZED (
    SELECT m.generation, m.uid, m.message_id, m.size, m.arrived_at,
           row_number() OVER (PARTITION BY m.message_id, m.size, m.arrived_at ORDER BY m.generation DESC, m.uid) AS turn
      FROM (SELECT DISTINCT i.id FROM unnest($4::text[]) AS i (id)) AS wanted,
           LATERAL (SELECT o.generation, o.uid, o.message_id, o.size, o.arrived_at
                      FROM mailgw.mailbox_mail o
                     WHERE o.mailbox = $1::bigint AND o.message_id = wanted.id AND o.generation + 0 < $2::bigint
                    OFFSET 0) AS m
), claimed AS (
    UPDATE mailgw.mailbox_mail m
       SET generation = $2::bigint, uid = a.uid
      FROM asked a
      JOIN known k ON k.message_id = a.message_id AND k.size = a.size AND k.arrived_at = a.arrived_at AND k.turn = a.turn
     WHERE m.mailbox = $1::bigint AND m.generation = k.generation AND m.uid = k.uid
    RETURNING m.uid
)
SELECT c.uid FROM claimed c
 UNION ALL
SELECT a.uid FROM unnest($3::bigint[]) AS a (uid)
 WHERE (SELECT k.uid FROM mailgw.mailbox_mail k
         WHERE k.mailbox = $1::bigint AND k.generation = $2::bigint AND k.uid = a.uid) IS NOT NULL;

-- name: mailbox_match_bytes
-- $1 bigint: mailbox   $2 bigint: generation   $3 bigint: UID   $4 bytea: SHA-256
-- The same by the whole mail, for one that has no Message-ID, or whose server has changed what it says of it.
UPDATE mailgw.mailbox_mail m
   SET generation = $2::bigint, uid = $3::bigint
 WHERE m.mailbox = $1::bigint
   AND (m.generation, m.uid) IN (SELECT o.generation, o.uid FROM mailgw.mailbox_mail o
                                  WHERE o.mailbox = $1::bigint AND o.generation + 0 < $2::bigint AND o.sha256 = $4::bytea
                                  ORDER BY o.generation + 0 DESC, o.uid LIMIT 1);

-- name: mailbox_record
-- $1 bigint: mailbox   $2 bigint: generation   $3 bigint[]: UIDs   $4 text[]: delivery keys   $5 text[]: Message-IDs   $6 bigint[]: sizes
-- $7 bigint[]: INTERNALDATEs in microseconds, null: unknown   $8 bytea[]: SHA-256
-- A join would be planned while the table is empty, as one that reads the whole index.
INSERT INTO mailgw.mailbox_mail (mailbox, generation, uid, inbound, message_id, size, arrived_at, sha256)
SELECT $1::bigint, $2::bigint, u.uid, (SELECT i.id FROM mailgw.inbound i WHERE i.delivery_key = u.delivery_key), u.message_id, u.size, to_timestamp(0) + u.arrived * interval '1 microsecond', u.sha256
  FROM unnest($3::bigint[], $4::text[], $5::text[], $6::bigint[], $7::bigint[], $8::bytea[])
       AS u (uid, delivery_key, message_id, size, arrived, sha256)
ON CONFLICT (mailbox, generation, uid) DO NOTHING;

-- name: mailbox_advance
-- $1 bigint: mailbox   $2 bigint: its version   $3 bigint: last UID   $4 text: UIDs to be done   $5 text: UIDs to be marked
-- $6 boolean: renumbered
SELECT mailgw.mailbox_advance($1::bigint, $2::bigint, $3::bigint, $4::text, $5::text, $6::boolean) AS version;

-- name: mailbox_forget
-- $1 bigint: mailbox   $2 bigint: generation
-- What bore earlier numbers, and was found under no new one, is in the folder no more.
DELETE FROM mailgw.mailbox_mail m WHERE m.mailbox = $1::bigint AND m.generation < $2::bigint;

-- name: mailbox_report
-- $1 text: account   $2 text: folder   $3 boolean: it was looked at just now   $4 text: alarm, or null   $5 text: hint, or null
INSERT INTO mailgw.mailbox AS m (account, folder, uidvalidity, last_success_at, alarm, alarm_at, hint)
VALUES ($1::text, $2::text, 0, CASE WHEN $3::boolean THEN clock_timestamp() END, $4::text,
        CASE WHEN $4::text IS NOT NULL THEN clock_timestamp() END, $5::text)
ON CONFLICT (account, folder) DO UPDATE
   SET last_success_at = coalesce(excluded.last_success_at, m.last_success_at),
       alarm_at = CASE WHEN m.alarm IS NOT DISTINCT FROM excluded.alarm THEN m.alarm_at ELSE excluded.alarm_at END,
       alarm = excluded.alarm, hint = excluded.hint;

-- name: mailbox_account_report
-- $1 text: account   $2 boolean: it works   $3 text: alarm, or null
INSERT INTO mailgw.mailbox_account AS a (account, last_success_at, alarm, alarm_at)
VALUES ($1::text, CASE WHEN $2::boolean THEN clock_timestamp() END, $3::text, CASE WHEN $3::text IS NOT NULL THEN clock_timestamp() END)
ON CONFLICT (account) DO UPDATE
   SET last_success_at = coalesce(excluded.last_success_at, a.last_success_at),
       alarm_at = CASE WHEN a.alarm IS NOT DISTINCT FROM excluded.alarm THEN a.alarm_at ELSE excluded.alarm_at END,
       alarm = excluded.alarm;

-- name: mailbox_list
-- Per folder what was taken and what waits; accounts that never got as far as a folder have one row without.
SELECT coalesce(a.account, m.account) AS account, m.folder, m.uidvalidity, m.last_uid, m.todo, m.renumbered,
       (SELECT count(*) FROM mailgw.mailbox_mail t WHERE t.mailbox = m.id AND t.generation = m.generation) AS taken,
       coalesce(m.last_success_at, a.last_success_at) AS last_success, coalesce(m.alarm, a.alarm, o.alarm) AS alarm,
       CASE WHEN m.alarm IS NOT NULL THEN m.alarm_at WHEN a.alarm IS NOT NULL THEN a.alarm_at ELSE o.alarm_at END AS alarm_since, m.hint
  FROM mailgw.mailbox_account a
  FULL JOIN mailgw.mailbox m ON m.account = a.account
  LEFT JOIN mailgw.oauth_token o ON o.account = coalesce(a.account, m.account)
 ORDER BY 1, 2;
