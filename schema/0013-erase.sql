-- A person is erased: whatever tells who it was goes, what the books need stays.

CREATE FUNCTION mailgw.without(said text, address text) RETURNS text
    LANGUAGE sql IMMUTABLE SET search_path = pg_catalog, pg_temp AS
$$
    SELECT regexp_replace(said, regexp_replace(address, '([^a-zA-Z0-9@])', '\\\1', 'g'), '(erased)', 'gi')
$$;

-- How many articles lost their text; null: there is no such person.
-- The tickets he asked for are his as a whole, with what agents answered; of others only what he wrote. Rows of the ledger stay, with their outcomes and
-- without their originals: the sums still balance.
CREATE FUNCTION mailgw.erase_person(erased_address text) RETURNS bigint
    LANGUAGE plpgsql SET search_path = pg_catalog, pg_temp AS
$$
DECLARE
    whom     bigint;
    his      bigint[];     -- tickets
    came     bigint[];     -- inbound rows
    articles bigint;
BEGIN
    SELECT p.id INTO whom FROM mailgw.person p WHERE p.address = erased_address FOR UPDATE;
    IF whom IS NULL THEN
        RETURN NULL;
    END IF;
    his := ARRAY(SELECT t.reference FROM mailgw.ticket t WHERE t.requester = whom ORDER BY t.reference FOR UPDATE);
    came := ARRAY(SELECT a.inbound FROM mailgw.article a WHERE a.inbound IS NOT NULL AND (a.author = whom OR a.ticket = ANY (his))
                   UNION
                  SELECT i.id FROM mailgw.inbound i WHERE i.outcome IS NOT NULL AND lower(i.sender) = erased_address
                   UNION
                  SELECT i.id FROM mailgw.inbound i WHERE i.ticket = ANY (his) AND i.outcome IS NOT NULL);
    came := ARRAY(SELECT i.id FROM mailgw.inbound i
                   WHERE i.id = ANY (came) OR (i.outcome IS NOT NULL AND i.raw IN (SELECT r.raw FROM mailgw.inbound r WHERE r.id = ANY (came))));

    DELETE FROM mailgw.message_ref m
     USING mailgw.article a
     WHERE (a.author = whom OR a.ticket = ANY (his)) AND m.ticket = a.ticket AND m.message_id = a.message_id AND NOT m.ours;
    UPDATE mailgw.article a
       SET text = '', subject = '', spans = NULL, attachments = NULL, from_name = NULL, from_address = NULL,
           message_id = CASE WHEN a.kind = 'reply' THEN a.message_id END
     WHERE a.author = whom OR a.ticket = ANY (his);
    GET DIAGNOSTICS articles = ROW_COUNT;
    UPDATE mailgw.ticket t SET subject = '(erased)', fields = '{}', correlation_key = NULL WHERE t.reference = ANY (his);

    UPDATE mailgw.outbox o
       SET bytes = NULL, state = CASE o.state WHEN 'waiting' THEN 'dropped' ELSE o.state END,
           done_at = coalesce(o.done_at, clock_timestamp()), lease = NULL, leased_until = NULL, last_text = NULL,
           recipient = CASE WHEN lower(o.recipient) = erased_address THEN 'erased@invalid' ELSE o.recipient END,
           returned_address = mailgw.without(o.returned_address, erased_address),
           returned_text = mailgw.without(o.returned_text, erased_address)
     WHERE lower(o.recipient) = erased_address OR o.ticket = ANY (his) OR o.inbound = ANY (came);

    UPDATE mailgw.decision d
       SET facts = '{}', acknowledgement = CASE WHEN d.acknowledgement = 'outbox' THEN 'outbox' ELSE 'none: erased' END,
           decided = jsonb_build_object('outcome', d.decided -> 'outcome', 'reason', 'erased', 'acknowledgement', 'erased',
                                        'trace', '[]'::jsonb, 'effects', '[]'::jsonb)
     WHERE d.inbound = ANY (came);
    DELETE FROM mailgw.raw r
     USING mailgw.inbound i
     WHERE i.id = ANY (came) AND r.id = i.raw AND r.received_at = i.raw_received_at
       AND NOT EXISTS (SELECT FROM mailgw.inbound o WHERE o.raw = r.id AND o.outcome IS NULL);
    UPDATE mailgw.inbound i
       SET sender = CASE WHEN i.sender = '' THEN '' END, auth_user = NULL, reason = mailgw.without(i.reason, erased_address)
     WHERE i.id = ANY (came);
    UPDATE mailgw.event e
       SET detail = mailgw.without(e.detail, erased_address)
     WHERE e.ticket = ANY (his) OR e.inbound = ANY (came) OR e.ticket IN (SELECT p.ticket FROM mailgw.participant p WHERE p.person = whom);

    DELETE FROM mailgw.person_image i WHERE i.person = whom;
    DELETE FROM mailgw.counter c WHERE c.key LIKE '%:' || replace(replace(replace(erased_address, '\', '\\'), '_', '\_'), '%', '\%') || '%';
    UPDATE mailgw.person p
       SET address = 'erased-' || p.id || '@invalid', name = NULL, organisation = NULL, language = NULL, time_zone = NULL, tier = NULL,
           number = NULL, tags = '{}', fields = '{}', bouncing = false, bouncing_since = NULL, bouncing_reason = NULL,
           erased_at = clock_timestamp()
     WHERE p.id = whom;
    RETURN articles;
END
$$;
REVOKE ALL ON FUNCTION mailgw.without(text, text), mailgw.erase_person(text) FROM PUBLIC;
