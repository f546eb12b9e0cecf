-- Migrations: run by the owner, before anything else can be prepared.

-- name: schema_lock
-- One program changes the schema at a time; the lock ends with the transaction.
SELECT pg_catalog.pg_advisory_xact_lock(7305805142893326192);

-- name: schema_exists
SELECT pg_catalog.to_regclass('mailgw.migration') IS NOT NULL AS present;

-- name: schema_newest
SELECT coalesce(max(m.number), 0) AS number FROM mailgw.migration m;

-- name: schema_record
-- $1 int: number   $2 text: name
INSERT INTO mailgw.migration (number, name) VALUES ($1::integer, $2::text);

-- name: schema_roles
SELECT mailgw.make_roles();

-- name: schema_partitions
-- $1 int: how many months after this one
SELECT mailgw.make_partitions($1::integer);

-- name: schema_first_token_key
-- $1 bytea: 32 random bytes
INSERT INTO mailgw.token_key (id, secret)
SELECT 0, $1::bytea WHERE NOT EXISTS (SELECT FROM mailgw.token_key);
