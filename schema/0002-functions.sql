-- Functions, views for reports, and who may do what.

-- Monthly partitions of raw, for this month and those after it. Mail that arrived while a month had none lies in the
-- default partition and stays there: a month with such mail is left out, which nobody notices but retention's speed.
CREATE FUNCTION mailgw.make_partitions(months integer) RETURNS void
    LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, pg_temp SET timezone = 'UTC' AS
$$
DECLARE
    first_day timestamptz;
    next_day  timestamptz;
    partition text;
BEGIN
    FOR n IN 0 .. greatest(months, 0) LOOP
        first_day := date_trunc('month', clock_timestamp()) + make_interval(months => n);
        next_day := first_day + interval '1 month';
        partition := 'raw_' || to_char(first_day, 'YYYY_MM');
        CONTINUE WHEN to_regclass('mailgw.' || partition) IS NOT NULL;
        CONTINUE WHEN EXISTS (SELECT FROM mailgw.raw_default d
                               WHERE d.received_at >= first_day AND d.received_at < next_day);
        BEGIN
            EXECUTE format('CREATE TABLE mailgw.%I PARTITION OF mailgw.raw FOR VALUES FROM (%L) TO (%L)',
                           partition, first_day, next_day);
            EXECUTE format('ALTER TABLE mailgw.%I ALTER COLUMN bytes SET STORAGE EXTERNAL', partition);
        EXCEPTION
            WHEN duplicate_table OR check_violation OR lock_not_available OR deadlock_detected THEN
                RAISE NOTICE 'partition % is not made: %', partition, SQLERRM;
        END;
    END LOOP;
END
$$;

-- Takes one token from every bucket, or none at all. Null: taken. Else the first bucket that is empty.
-- counts[n] tokens fill a bucket within seconds[n]. forced: takes whatever is left, down to -counts[n].
-- The rows are locked in the order of their keys, whatever order the caller has, so two callers cannot deadlock.
CREATE FUNCTION mailgw.take_tokens(keys text[], counts double precision[], seconds double precision[], forced boolean)
    RETURNS text LANGUAGE plpgsql SET search_path = pg_catalog, pg_temp AS
$$
DECLARE
    bucket  record;
    left_in double precision;
    empty   text;
BEGIN
    FOR bucket IN SELECT k.key, min(k.count) AS count, min(k.seconds) AS seconds
                    FROM unnest(keys, counts, seconds) AS k (key, count, seconds)
                   GROUP BY k.key ORDER BY k.key COLLATE "C" LOOP
        INSERT INTO mailgw.counter AS c (key, tokens, at) VALUES (bucket.key, bucket.count, clock_timestamp())
            ON CONFLICT (key) DO UPDATE
               SET tokens = least(bucket.count,
                                  c.tokens + greatest(extract(epoch FROM clock_timestamp() - c.at), 0)
                                             * bucket.count / bucket.seconds),
                   at = clock_timestamp()
            RETURNING c.tokens INTO left_in;
        IF left_in < 1 AND NOT forced
           AND (empty IS NULL OR array_position(keys, bucket.key) < array_position(keys, empty)) THEN
            empty := bucket.key;
        END IF;
    END LOOP;
    IF empty IS NULL THEN
        UPDATE mailgw.counter c
           SET tokens = greatest(c.tokens - 1, -k.count)
          FROM (SELECT u.key, min(u.count) AS count FROM unnest(keys, counts) AS u (key, count) GROUP BY u.key) k
         WHERE c.key = k.key;
    END IF;
    RETURN empty;
END
$$;

CREATE VIEW mailgw.ticket_overview AS
SELECT t.reference, t.queue, t.status, t.priority, t.subject, p.address AS requester, p.name AS requester_name,
       o.name AS organisation, a.name AS assignee, m.name AS team, t.language, t.tags, t.fields, t.merged_into,
       t.created_at, t.updated_at, t.closed_at,
       (SELECT count(*) FROM mailgw.article r WHERE r.ticket = t.reference) AS articles,
       (SELECT min(r.created_at) FROM mailgw.article r WHERE r.ticket = t.reference AND r.kind = 'reply')
           AS first_reply_at
  FROM mailgw.ticket t
  LEFT JOIN mailgw.person p ON p.id = t.requester
  LEFT JOIN mailgw.organisation o ON o.id = t.organisation
  LEFT JOIN mailgw.agent a ON a.id = t.assignee
  LEFT JOIN mailgw.team m ON m.id = t.team;
COMMENT ON VIEW mailgw.ticket_overview IS 'One row per ticket.';
COMMENT ON COLUMN mailgw.ticket_overview.reference IS 'The number people see; never used again.';
COMMENT ON COLUMN mailgw.ticket_overview.queue IS 'The desk it lies at.';
COMMENT ON COLUMN mailgw.ticket_overview.status IS 'new, open, pending (waits for the customer), resolved, closed.';
COMMENT ON COLUMN mailgw.ticket_overview.priority IS 'low, normal, high, urgent.';
COMMENT ON COLUMN mailgw.ticket_overview.subject IS 'Of the first message.';
COMMENT ON COLUMN mailgw.ticket_overview.requester IS 'Address of the person it is for; null if there is none.';
COMMENT ON COLUMN mailgw.ticket_overview.requester_name IS 'That person''s name, as they write it.';
COMMENT ON COLUMN mailgw.ticket_overview.organisation IS 'The customer''s organisation, if known.';
COMMENT ON COLUMN mailgw.ticket_overview.assignee IS 'The agent who has it; null if nobody.';
COMMENT ON COLUMN mailgw.ticket_overview.team IS 'The team that has it; null if none.';
COMMENT ON COLUMN mailgw.ticket_overview.language IS 'BCP 47 tag of the first message, null if unknown.';
COMMENT ON COLUMN mailgw.ticket_overview.tags IS 'Free words set by rules and agents.';
COMMENT ON COLUMN mailgw.ticket_overview.fields IS 'Object of named values set by rules.';
COMMENT ON COLUMN mailgw.ticket_overview.merged_into IS 'The ticket that continues this one; null if it was not merged.';
COMMENT ON COLUMN mailgw.ticket_overview.created_at IS 'When the ticket was made.';
COMMENT ON COLUMN mailgw.ticket_overview.updated_at IS 'When it last changed or grew.';
COMMENT ON COLUMN mailgw.ticket_overview.closed_at IS 'When it was resolved or closed; null while open.';
COMMENT ON COLUMN mailgw.ticket_overview.articles IS 'How many messages, replies and notes it has.';
COMMENT ON COLUMN mailgw.ticket_overview.first_reply_at IS 'When an agent first replied; an acknowledgement is no reply.';

CREATE VIEW mailgw.target_status AS
SELECT c.ticket, t.queue, t.priority, c.target, c.policy, c.started_at, c.due_at, c.warn_at, c.paused_at, c.warned_at,
       c.met_at, c.breached_at,
       CASE WHEN c.met_at IS NOT NULL AND c.breached_at IS NULL THEN 'met'
            WHEN c.breached_at IS NOT NULL THEN 'breached'
            WHEN c.paused_at IS NOT NULL THEN 'paused'
            ELSE 'running' END AS state
  FROM mailgw.clock c JOIN mailgw.ticket t ON t.reference = c.ticket;
COMMENT ON VIEW mailgw.target_status IS 'One row per ticket and response time owed.';
COMMENT ON COLUMN mailgw.target_status.ticket IS 'The ticket''s reference.';
COMMENT ON COLUMN mailgw.target_status.queue IS 'The desk the ticket lies at.';
COMMENT ON COLUMN mailgw.target_status.priority IS 'The ticket''s priority now.';
COMMENT ON COLUMN mailgw.target_status.target IS 'first-response, next-response or resolution.';
COMMENT ON COLUMN mailgw.target_status.policy IS 'The policy of the configuration it follows.';
COMMENT ON COLUMN mailgw.target_status.started_at IS 'When it began to run.';
COMMENT ON COLUMN mailgw.target_status.due_at IS 'When it is used up; null while paused.';
COMMENT ON COLUMN mailgw.target_status.warn_at IS 'When the warning is due.';
COMMENT ON COLUMN mailgw.target_status.paused_at IS 'Since when it waits for the customer.';
COMMENT ON COLUMN mailgw.target_status.warned_at IS 'When the warning was given.';
COMMENT ON COLUMN mailgw.target_status.met_at IS 'When it was met.';
COMMENT ON COLUMN mailgw.target_status.breached_at IS 'When it was missed.';
COMMENT ON COLUMN mailgw.target_status.state IS 'running, paused, met or breached.';

CREATE VIEW mailgw.mail_ledger AS
SELECT i.id, i.received_at, i.source, i.sender, i.recipient, i.queue,
       coalesce(i.outcome, CASE WHEN i.lease IS NULL THEN 'waiting' ELSE 'leased' END) AS outcome,
       i.reason, i.ticket, i.duplicate_of, i.attempts, i.done_at,
       split_part(d.acknowledgement, ':', 1) AS acknowledgement, i.raw IS NOT NULL AS original_kept
  FROM mailgw.inbound i LEFT JOIN mailgw.decision d ON d.inbound = i.id;
COMMENT ON VIEW mailgw.mail_ledger IS 'One row per mail that came in and recipient: what became of it.';
COMMENT ON COLUMN mailgw.mail_ledger.id IS 'Number of the inbound row.';
COMMENT ON COLUMN mailgw.mail_ledger.received_at IS 'When it was accepted.';
COMMENT ON COLUMN mailgw.mail_ledger.source IS 'How it came: lmtp, import, imap:ACCOUNT.';
COMMENT ON COLUMN mailgw.mail_ledger.sender IS 'Envelope sender; empty is the null path, null is unknown.';
COMMENT ON COLUMN mailgw.mail_ledger.recipient IS 'Envelope recipient; null if unknown.';
COMMENT ON COLUMN mailgw.mail_ledger.queue IS 'The desk it was for.';
COMMENT ON COLUMN mailgw.mail_ledger.outcome IS
    'ticket, report, duplicate, discarded, redirected, refused, quarantined; waiting or leased until then.';
COMMENT ON COLUMN mailgw.mail_ledger.reason IS 'Why that outcome.';
COMMENT ON COLUMN mailgw.mail_ledger.ticket IS 'The ticket it is in.';
COMMENT ON COLUMN mailgw.mail_ledger.duplicate_of IS 'The row whose content it repeats.';
COMMENT ON COLUMN mailgw.mail_ledger.attempts IS 'How often it was worked on.';
COMMENT ON COLUMN mailgw.mail_ledger.done_at IS 'When the outcome was written.';
COMMENT ON COLUMN mailgw.mail_ledger.acknowledgement IS 'outbox (an answer was queued), withheld (a limit), none.';
COMMENT ON COLUMN mailgw.mail_ledger.original_kept IS 'Whether the bytes are still stored.';

REVOKE ALL ON SCHEMA mailgw FROM PUBLIC;
REVOKE ALL ON ALL TABLES IN SCHEMA mailgw FROM PUBLIC;
REVOKE ALL ON ALL FUNCTIONS IN SCHEMA mailgw FROM PUBLIC;

-- What each role may do. Run at the end of every migration, so that roles an administrator made later get their rights.
CREATE FUNCTION mailgw.grant_roles() RETURNS void
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
        mailgw.ticket_link TO mailgw_worker;
    GRANT SELECT, INSERT, UPDATE ON mailgw.outbox TO mailgw_worker;
    GRANT USAGE ON SEQUENCE mailgw.lease_number, mailgw.ticket_reference, mailgw.outbox_id_seq TO mailgw_worker;
    GRANT EXECUTE ON FUNCTION
        mailgw.take_tokens(text[], double precision[], double precision[], boolean) TO mailgw_worker;
    GRANT EXECUTE ON FUNCTION mailgw.make_partitions(integer) TO mailgw_ingest, mailgw_worker;

    GRANT SELECT ON mailgw.outbox, mailgw.ticket, mailgw.person, mailgw.article TO mailgw_courier;
    GRANT UPDATE (state, attempts, due_at, lease, leased_until, sent_at, last_code, last_text, done_at, bytes)
        ON mailgw.outbox TO mailgw_courier;
    GRANT UPDATE (status, updated_at, closed_at) ON mailgw.ticket TO mailgw_courier;
    GRANT UPDATE (bouncing) ON mailgw.person TO mailgw_courier;
    GRANT INSERT, SELECT ON mailgw.event TO mailgw_courier;
    GRANT USAGE ON SEQUENCE mailgw.lease_number TO mailgw_courier;

    GRANT SELECT ON mailgw.raw, mailgw.inbound, mailgw.content_key, mailgw.ticket, mailgw.article,
        mailgw.message_ref, mailgw.participant, mailgw.ticket_link, mailgw.clock, mailgw.event, mailgw.outbox,
        mailgw.counter, mailgw.rule_hit, mailgw.decision, mailgw.mailbox, mailgw.person, mailgw.organisation,
        mailgw.agent, mailgw.team, mailgw.team_member, mailgw.ticket_overview, mailgw.target_status,
        mailgw.mail_ledger TO mailgw_reader;
END
$$;

-- The roles, where we may make them; an installation without them runs everything as the owner.
CREATE FUNCTION mailgw.make_roles() RETURNS void
    LANGUAGE plpgsql SET search_path = pg_catalog, pg_temp AS
$$
DECLARE
    wanted text;
BEGIN
    FOREACH wanted IN ARRAY ARRAY['mailgw_ingest', 'mailgw_worker', 'mailgw_courier', 'mailgw_reader'] LOOP
        IF to_regrole(wanted) IS NULL THEN
            EXECUTE format('CREATE ROLE %I NOLOGIN', wanted);
        END IF;
        IF NOT pg_has_role(wanted, 'MEMBER') THEN
            EXECUTE format('GRANT %I TO CURRENT_USER', wanted);
        END IF;
    END LOOP;
    PERFORM mailgw.grant_roles();
EXCEPTION
    WHEN insufficient_privilege OR undefined_object THEN
        RAISE NOTICE 'roles are not complete: %', SQLERRM;
END
$$;
REVOKE ALL ON FUNCTION mailgw.make_partitions(integer), mailgw.grant_roles(), mailgw.make_roles() FROM PUBLIC;

-- In a database of our own nobody needs public; in somebody else's it is not ours to close.
DO $$
BEGIN
    IF current_database() = 'mailgw' THEN
        REVOKE ALL ON SCHEMA public FROM PUBLIC;
    END IF;
EXCEPTION
    WHEN insufficient_privilege THEN
        RAISE NOTICE 'schema public stays as it is: %', SQLERRM;
END
$$;
