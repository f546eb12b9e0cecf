-- What rules ask about customers, and what they have seen before.

-- What a person has wins over what his organisation has; tags are those of both.
ALTER TABLE mailgw.person
    ADD COLUMN tier   text CHECK (tier <> ''),
    ADD COLUMN number text CHECK (number <> ''),
    ADD COLUMN tags   text[] NOT NULL DEFAULT '{}',
    ADD COLUMN fields jsonb NOT NULL DEFAULT '{}' CHECK (jsonb_typeof(fields) = 'object'),
    ADD COLUMN erased_at timestamptz;
ALTER TABLE mailgw.organisation
    ADD COLUMN tier   text CHECK (tier <> ''),
    ADD COLUMN number text CHECK (number <> ''),
    ADD COLUMN tags   text[] NOT NULL DEFAULT '{}',
    ADD COLUMN fields jsonb NOT NULL DEFAULT '{}' CHECK (jsonb_typeof(fields) = 'object');
COMMENT ON COLUMN mailgw.person.erased_at IS 'When everything that told who this was went; the address is a placeholder since.';
CREATE INDEX organisation_domains ON mailgw.organisation USING gin (domains);

-- Keys of the test `duplicate` (RFC 7352), as SHA-256 in hexadecimal: what they are made of is a stranger's.
CREATE TABLE mailgw.rule_seen (
    key        text PRIMARY KEY CHECK (key ~ '^[0-9a-f]{64}$'),
    expires_at timestamptz NOT NULL
);
CREATE INDEX rule_seen_expires ON mailgw.rule_seen (expires_at);
REVOKE ALL ON mailgw.rule_seen FROM PUBLIC;

CREATE FUNCTION mailgw.grants_0010() RETURNS void
    LANGUAGE plpgsql SET search_path = pg_catalog, pg_temp AS
$$
BEGIN
    GRANT SELECT, INSERT, UPDATE ON mailgw.rule_seen TO mailgw_worker;
    GRANT SELECT ON mailgw.rule_seen TO mailgw_reader;
END
$$;
REVOKE ALL ON FUNCTION mailgw.grants_0010() FROM PUBLIC;
