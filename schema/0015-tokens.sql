-- How accounts that log in by OAuth get their next token. A refresh token that the server exchanges for another at each use has to be known to whichever host
-- reads the account next, so it stands here and in no file. Access tokens stand nowhere.
CREATE TABLE mailgw.oauth_token (
    account       text PRIMARY KEY CHECK (account <> ''),
    refresh_token text CHECK (refresh_token <> ''),
    refreshed_at  timestamptz,
    alarm         text CHECK (alarm <> ''),
    alarm_at      timestamptz,
    CHECK ((alarm IS NULL) = (alarm_at IS NULL))
);
REVOKE ALL ON mailgw.oauth_token FROM PUBLIC;

-- Who only looks sees whether it works, and no token.
CREATE FUNCTION mailgw.grants_0015() RETURNS void
    LANGUAGE plpgsql SET search_path = pg_catalog, pg_temp AS
$$
BEGIN
    GRANT SELECT, INSERT, UPDATE ON mailgw.oauth_token TO mailgw_ingest;
    GRANT SELECT (account, refreshed_at, alarm, alarm_at) ON mailgw.oauth_token TO mailgw_reader;
END
$$;
REVOKE ALL ON FUNCTION mailgw.grants_0015() FROM PUBLIC;
