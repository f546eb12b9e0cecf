-- How a connection is set up, and the statements that belong to connections, not to tables.

-- name: session_setup
-- $1 text: the role to take on where it exists and may be taken, or null
-- $2 text: statement_timeout   $3 text: lock_timeout
-- $4 text: off for a program that lives by keys. Its plans are made while the tables are small, when reading a table as a whole is
-- cheapest, and are kept while the tables grow, when it no longer is. Each statement is planned once: planning it anew for every
-- batch, because arrays of known length look cheaper, was a quarter of the server's work.
-- A worker locks a conversation and then looks what is known of it: a snapshot from before the lock would show the past, and make a
-- second ticket. So the level is ours, whatever the server, the database or the role has as its default.
-- The values that come back decide whether a COMMIT means what we promise.
SELECT pg_catalog.current_setting('fsync') AS fsync,
       pg_catalog.current_setting('synchronous_commit') AS synchronous_commit,
       pg_catalog.set_config('search_path', 'pg_catalog, mailgw, pg_temp', false),
       pg_catalog.set_config('statement_timeout', $2, false),
       pg_catalog.set_config('lock_timeout', $3, false),
       pg_catalog.set_config('idle_in_transaction_session_timeout', '60s', false),
       pg_catalog.set_config('default_transaction_isolation', 'read committed', false),
       pg_catalog.set_config('enable_seqscan', $4, false),
       pg_catalog.set_config('enable_bitmapscan', $4, false),
       pg_catalog.set_config('enable_hashjoin', $4, false),
       pg_catalog.set_config('plan_cache_mode', CASE $4 WHEN 'off' THEN 'force_generic_plan' ELSE 'auto' END, false),
       -- Forbidden plans have enormous costs, for which the server would compile each statement for seconds.
       pg_catalog.set_config('jit', 'off', false),
       pg_catalog.set_config('timezone', 'UTC', false),
       pg_catalog.set_config('datestyle', 'ISO', false),
       pg_catalog.set_config('bytea_output', 'hex', false),
       pg_catalog.set_config('client_min_messages', 'warning', false),
       (SELECT pg_catalog.set_config('role', r.rolname, false)
          FROM pg_catalog.pg_roles r
         WHERE r.rolname = $1::text AND pg_catalog.pg_has_role(r.oid, 'MEMBER')) AS role;

-- name: begin
BEGIN;

-- name: commit
COMMIT;

-- name: rollback
ROLLBACK;

-- name: savepoint
SAVEPOINT part;

-- name: back_to_savepoint
ROLLBACK TO SAVEPOINT part;

-- name: session_notify
-- $1 text: the channel
SELECT pg_catalog.pg_notify($1::text, '');

-- name: session_listen_inbound
LISTEN inbound;

-- name: session_listen_outbox
LISTEN outbox;

-- name: session_announce
-- $1 text: role   $2 int: its number
-- 1835100524 is "mail"; status reads these locks from pg_locks. Shared: a second host has a worker 1, too.
SELECT pg_catalog.pg_try_advisory_lock_shared(
           1835100524,
           pg_catalog.array_position(ARRAY['serve', 'lmtp', 'worker', 'courier', 'imap', 'clock'], $1::text) * 1000
               + $2::integer) AS announced;
