-- What is known from reading mail closely: what became of mail after the next hop had taken it, which addresses do not take
-- mail, what an article is made of.

-- The state of an outbox row tells how handing it over went, and belongs to couriers. What a report said later stands beside it: the
-- report may come before the courier has written down that the mail is out. The text is the report's own word.
ALTER TABLE mailgw.outbox
    ADD COLUMN returned         text CHECK (returned IN ('delayed', 'bounced')),
    ADD COLUMN returned_at      timestamptz,
    ADD COLUMN returned_by      bigint REFERENCES mailgw.inbound,
    ADD COLUMN returned_address text,
    ADD COLUMN returned_status  text,
    ADD COLUMN returned_text    text,
    ADD CHECK ((returned IS NULL) = (returned_at IS NULL)),
    ADD CHECK (returned IS NOT NULL OR (returned_by IS NULL AND returned_address IS NULL AND returned_status IS NULL
                                        AND returned_text IS NULL));
CREATE INDEX outbox_returned_by ON mailgw.outbox (returned_by) WHERE returned_by IS NOT NULL;

-- What became of a mail, in one word.
CREATE FUNCTION mailgw.outbox_state(state text, returned text) RETURNS text LANGUAGE sql IMMUTABLE PARALLEL SAFE AS
$$
SELECT CASE WHEN returned = 'bounced' THEN 'bounced' WHEN returned = 'delayed' AND state = 'sent' THEN 'delayed' ELSE state END
$$;

-- Since when, and why, mail to a person comes back. It ends when the person writes.
ALTER TABLE mailgw.person
    ADD COLUMN bouncing_since  timestamptz,
    ADD COLUMN bouncing_reason text,
    ADD CHECK (bouncing OR (bouncing_since IS NULL AND bouncing_reason IS NULL));

-- Spans are [{kind, start, end}] in code points of the text; attachments are those of the mail, each with its MIME path.
ALTER TABLE mailgw.article
    ADD COLUMN attachments jsonb,
    ADD CHECK (jsonb_typeof(spans) = 'array'),
    ADD CHECK (jsonb_typeof(attachments) = 'array');

-- Inline images that a person has sent: the logo of a signature comes with every mail.
CREATE TABLE mailgw.person_image (
    person  bigint NOT NULL REFERENCES mailgw.person ON DELETE CASCADE,
    sha256  bytea NOT NULL CHECK (octet_length(sha256) = 32),
    seen_at timestamptz NOT NULL DEFAULT clock_timestamp(),
    PRIMARY KEY (person, sha256)
);
CREATE INDEX person_image_age ON mailgw.person_image (seen_at);

REVOKE ALL ON mailgw.person_image FROM PUBLIC;

CREATE OR REPLACE FUNCTION mailgw.grant_roles() RETURNS void
    LANGUAGE plpgsql SET search_path = pg_catalog, pg_temp AS
$$
DECLARE
    everybody constant text := 'mailgw_ingest, mailgw_worker, mailgw_courier, mailgw_reader';
BEGIN
    EXECUTE 'GRANT USAGE ON SCHEMA mailgw TO ' || everybody;
    EXECUTE 'GRANT SELECT ON mailgw.setting, mailgw.migration TO ' || everybody;

    GRANT INSERT, SELECT ON mailgw.raw, mailgw.inbound TO mailgw_ingest;
    GRANT SELECT, INSERT, UPDATE ON mailgw.mailbox TO mailgw_ingest;

    GRANT SELECT ON mailgw.raw, mailgw.token_key, mailgw.agent, mailgw.team, mailgw.team_member, mailgw.organisation,
        mailgw.mailbox TO mailgw_worker;
    GRANT SELECT, UPDATE ON mailgw.inbound TO mailgw_worker;
    GRANT SELECT, INSERT ON mailgw.event TO mailgw_worker;
    GRANT SELECT, INSERT, UPDATE ON mailgw.person, mailgw.ticket, mailgw.article, mailgw.clock, mailgw.rule_hit,
        mailgw.decision, mailgw.counter TO mailgw_worker;
    GRANT SELECT, INSERT, UPDATE, DELETE ON mailgw.content_key, mailgw.message_ref, mailgw.participant,
        mailgw.ticket_link, mailgw.person_image TO mailgw_worker;
    GRANT SELECT, INSERT, UPDATE ON mailgw.outbox TO mailgw_worker;
    GRANT USAGE ON SEQUENCE mailgw.lease_number, mailgw.ticket_reference, mailgw.outbox_id_seq TO mailgw_worker;
    GRANT EXECUTE ON FUNCTION
        mailgw.take_tokens(text[], double precision[], double precision[], boolean) TO mailgw_worker;
    GRANT EXECUTE ON FUNCTION mailgw.make_partitions(integer) TO mailgw_ingest, mailgw_worker;

    GRANT SELECT ON mailgw.outbox, mailgw.ticket, mailgw.person, mailgw.article TO mailgw_courier;
    GRANT UPDATE (state, attempts, due_at, lease, leased_until, sent_at, last_code, last_text, done_at, bytes)
        ON mailgw.outbox TO mailgw_courier;
    GRANT UPDATE (status, updated_at, closed_at) ON mailgw.ticket TO mailgw_courier;
    GRANT INSERT, SELECT ON mailgw.event TO mailgw_courier;
    GRANT USAGE ON SEQUENCE mailgw.lease_number TO mailgw_courier;

    GRANT SELECT ON mailgw.raw, mailgw.inbound, mailgw.content_key, mailgw.ticket, mailgw.article,
        mailgw.message_ref, mailgw.participant, mailgw.ticket_link, mailgw.clock, mailgw.event, mailgw.outbox,
        mailgw.counter, mailgw.rule_hit, mailgw.decision, mailgw.mailbox, mailgw.person, mailgw.person_image, mailgw.organisation,
        mailgw.agent, mailgw.team, mailgw.team_member, mailgw.ticket_overview, mailgw.target_status,
        mailgw.mail_ledger TO mailgw_reader;
END
$$;
