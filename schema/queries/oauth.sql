-- How accounts that log in by OAuth get their next token.

-- name: oauth_lock
-- $1 text: the account
-- One refresher at a time: of two, the second would use a token that the first has just exchanged. 1835100526 is "mail" and two.
SELECT pg_catalog.pg_try_advisory_lock(1835100526, pg_catalog.hashtext($1::text)) AS held;

-- name: oauth_load
-- $1 text: the account
SELECT o.refresh_token FROM mailgw.oauth_token o WHERE o.account = $1::text;

-- name: oauth_save
-- $1 text: the account   $2 text: the refresh token from now on, null leaves it
INSERT INTO mailgw.oauth_token AS o (account, refresh_token, refreshed_at)
VALUES ($1::text, $2::text, clock_timestamp())
ON CONFLICT (account) DO UPDATE
   SET refresh_token = coalesce(excluded.refresh_token, o.refresh_token), refreshed_at = excluded.refreshed_at, alarm = NULL, alarm_at = NULL;

-- name: oauth_alarm
-- $1 text: the account   $2 text: what is wrong
INSERT INTO mailgw.oauth_token AS o (account, alarm, alarm_at)
VALUES ($1::text, $2::text, clock_timestamp())
ON CONFLICT (account) DO UPDATE
   SET alarm_at = coalesce(o.alarm_at, excluded.alarm_at), alarm = excluded.alarm;
