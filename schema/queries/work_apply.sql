-- The effects of a batch of decisions, a statement for each table: the rows come as arrays, one element per effect.
-- All of it stands in one pipeline that ends with COMMIT.

-- name: apply_locks
-- $1 bigint[]: tickets that exist already
-- Facts lead to the target of a merged ticket. One that was merged since needs new facts, not an article that nobody finds.
WITH locked AS MATERIALIZED (
    SELECT t.merged_into
      FROM mailgw.ticket t
     WHERE t.reference = ANY ($1::bigint[])
     ORDER BY t.reference
       FOR NO KEY UPDATE
)
SELECT mailgw.insist((SELECT bool_and(l.merged_into IS NULL) FROM locked l), 'a ticket was merged into another meanwhile');

-- name: apply_tickets
-- $1 bigint[]: references   $2 text[]: queues   $3 text[]: subjects   $4 bigint[]: requesters, null is nobody
-- $5 text[]: languages   $6 text[]: priorities   $7 boolean[]: placeholders
WITH ticket AS (
    INSERT INTO mailgw.ticket (reference, queue, subject, requester, organisation, language, priority, placeholder)
    SELECT w.reference, w.queue, w.subject, w.requester, p.organisation, w.language, w.priority, w.placeholder
      FROM unnest($1::bigint[], $2::text[], $3::text[], $4::bigint[], $5::text[], $6::text[], $7::boolean[])
           AS w (reference, queue, subject, requester, language, priority, placeholder)
      LEFT JOIN mailgw.person p ON p.id = w.requester
    RETURNING reference, requester
)
INSERT INTO mailgw.participant (ticket, person, how)
SELECT t.reference, t.requester, 'requester' FROM ticket t WHERE t.requester IS NOT NULL;

-- name: apply_articles
-- $1 bigint[]: tickets   $2 bigint[]: inbound rows   $3 text[]: kinds   $4 bigint[]: authors, null is nobody
-- $5 text[]: names   $6 text[]: addresses   $7 text[]: Message-IDs   $8 text[]: subjects   $9 text[]: texts
-- $10 text[]: classes   $11 bigint[]: microseconds of Date   $12 boolean[]: from another address   $13 text[]: spans, JSON
-- $14 text[]: attachments, JSON
INSERT INTO mailgw.article (ticket, inbound, kind, author, from_name, from_address, message_id, subject, text, class,
                            sent_date, other_address, spans, attachments)
SELECT w.ticket, w.inbound, w.kind, w.author, w.from_name, w.from_address, w.message_id, w.subject, w.text, w.class,
       timestamptz 'epoch' + w.sent * interval '1 microsecond', w.other_address, w.spans::jsonb, w.attachments::jsonb
  FROM unnest($1::bigint[], $2::bigint[], $3::text[], $4::bigint[], $5::text[], $6::text[], $7::text[], $8::text[],
              $9::text[], $10::text[], $11::bigint[], $12::boolean[], $13::text[], $14::text[]) WITH ORDINALITY
       AS w (ticket, inbound, kind, author, from_name, from_address, message_id, subject, text, class, sent,
             other_address, spans, attachments, n)
 ORDER BY w.n;

-- name: apply_touch
-- $1 bigint[]: tickets that got an article
UPDATE mailgw.ticket t SET updated_at = clock_timestamp() WHERE t.reference = ANY ($1::bigint[]);

-- name: apply_references
-- $1 text[]: Message-IDs   $2 bigint[]: tickets   $3 boolean[]: whether a mail with that id was filed
INSERT INTO mailgw.message_ref AS m (message_id, ticket, seen)
SELECT w.message_id, w.ticket, bool_or(w.seen)
  FROM unnest($1::text[], $2::bigint[], $3::boolean[]) AS w (message_id, ticket, seen)
 GROUP BY w.message_id, w.ticket
 ORDER BY w.message_id COLLATE "C", w.ticket
ON CONFLICT (message_id, ticket) DO UPDATE SET seen = true WHERE excluded.seen AND NOT m.seen;

-- name: apply_participants
-- $1 bigint[]: tickets   $2 bigint[]: persons
INSERT INTO mailgw.participant (ticket, person, how)
SELECT w.ticket, w.person, 'token'
  FROM unnest($1::bigint[], $2::bigint[]) AS w (ticket, person)
 ORDER BY w.ticket, w.person
ON CONFLICT (ticket, person) DO NOTHING;

-- name: apply_statuses
-- $1 bigint[]: tickets   $2 text[]: states   $3 bigint[]: inbound rows   $4 text[]: why
-- Of two changes of one ticket in a batch the later one stands.
WITH wanted AS (
    SELECT DISTINCT ON (w.ticket) w.ticket, w.status, w.inbound, w.reason
      FROM unnest($1::bigint[], $2::text[], $3::bigint[], $4::text[]) WITH ORDINALITY
           AS w (ticket, status, inbound, reason, n)
     ORDER BY w.ticket, w.n DESC
), change AS MATERIALIZED (
    SELECT w.ticket, t.status AS before, w.status, w.inbound, w.reason
      FROM wanted w
      JOIN mailgw.ticket t ON t.reference = w.ticket
     WHERE t.status <> w.status
), changed AS (
    UPDATE mailgw.ticket t
       SET status = c.status, updated_at = clock_timestamp(),
           closed_at = CASE WHEN c.status IN ('resolved', 'closed') THEN coalesce(t.closed_at, clock_timestamp()) END
      FROM change c
     WHERE t.reference = c.ticket
)
INSERT INTO mailgw.event (ticket, inbound, actor, kind, detail)
SELECT c.ticket, c.inbound, CASE WHEN c.inbound IS NULL THEN 'rules' ELSE 'worker' END, 'status', c.before || ' to ' || c.status || ': ' || c.reason
  FROM change c
 ORDER BY c.ticket;

-- name: apply_changes
-- $1 bigint[]: tickets   $2 text[]: what changes   $3 text[]: name of a field, null for all else   $4 text[]: what it becomes
-- $5 bigint[]: inbound rows   $6 text[]: why
-- Of several changes of one thing in a batch the last one stands; tags come together. Whose agent left meanwhile keeps who it has.
WITH wanted AS MATERIALIZED (
    SELECT w.ticket, w.what, w.name, w.value, w.inbound, w.reason, w.n
      FROM unnest($1::bigint[], $2::text[], $3::text[], $4::text[], $5::bigint[], $6::text[]) WITH ORDINALITY
           AS w (ticket, what, name, value, inbound, reason, n)
), last AS (
    SELECT DISTINCT ON (w.ticket, w.what, w.name) w.ticket, w.what, w.name, w.value
      FROM wanted w
     WHERE w.what <> 'tag'
     ORDER BY w.ticket, w.what, w.name, w.n DESC
), ticket AS (
    SELECT w.ticket,
           (SELECT l.value FROM last l WHERE l.ticket = w.ticket AND l.what = 'queue') AS queue,
           (SELECT l.value FROM last l WHERE l.ticket = w.ticket AND l.what = 'priority') AS priority,
           (SELECT a.id FROM last l JOIN mailgw.agent a ON a.name = l.value AND a.active
             WHERE l.ticket = w.ticket AND l.what = 'assignee') AS assignee,
           (SELECT l.value FROM last l WHERE l.ticket = w.ticket AND l.what = 'correlation') AS correlation,
           (SELECT l.value FROM last l WHERE l.ticket = w.ticket AND l.what = 'target') AS policy,
           (SELECT jsonb_object_agg(l.name, l.value) FROM last l WHERE l.ticket = w.ticket AND l.what = 'field') AS fields,
           array_agg(w.value ORDER BY w.n) FILTER (WHERE w.what = 'tag') AS tags
      FROM wanted w
     GROUP BY w.ticket
), changed AS (
    UPDATE mailgw.ticket t
       SET queue = coalesce(c.queue, t.queue), priority = coalesce(c.priority, t.priority),
           assignee = coalesce(c.assignee, t.assignee), correlation_key = coalesce(c.correlation, t.correlation_key),
           policy = coalesce(c.policy, t.policy),
           fields = t.fields || coalesce(c.fields, '{}'),
           tags = t.tags || ARRAY(SELECT u.tag
                                    FROM unnest(c.tags) WITH ORDINALITY AS u (tag, n)
                                   WHERE u.tag <> ALL (t.tags)
                                   GROUP BY u.tag
                                   ORDER BY min(u.n)),
           updated_at = clock_timestamp()
      FROM ticket c
     WHERE t.reference = c.ticket
)
INSERT INTO mailgw.event (ticket, inbound, actor, kind, detail)
SELECT w.ticket, w.inbound, 'rules', w.what, concat_ws(' ', w.name, w.value) || ': ' || w.reason
  FROM wanted w
 ORDER BY w.n;

-- name: apply_notes
-- $1 bigint[]: tickets   $2 text[]: texts   $3 text[]: which rule wrote them
INSERT INTO mailgw.article (ticket, kind, from_name, text)
SELECT w.ticket, 'note', w.author, w.text
  FROM unnest($1::bigint[], $2::text[], $3::text[]) WITH ORDINALITY AS w (ticket, text, author, n)
 ORDER BY w.n;

-- name: apply_rule_hits
-- $1 text[]: files   $2 text[]: rules   $3 bigint[]: whether each did something   $4 bigint[]: whether it failed
-- $5 bigint[]: nanoseconds that it took, null is not measured   $6 text[]: digests of the rule sets
-- In one order everywhere, so that two workers wait for each other in no circle.
INSERT INTO mailgw.rule_hit AS h (file, rule, hits, errors, measured, nanoseconds, last_hit_at, digest)
SELECT w.file, w.rule, sum(w.hit), sum(w.failed), count(w.nanoseconds), coalesce(sum(w.nanoseconds), 0),
       CASE WHEN sum(w.hit) > 0 THEN clock_timestamp() END, max(w.digest)
  FROM unnest($1::text[], $2::text[], $3::bigint[], $4::bigint[], $5::bigint[], $6::text[]) AS w (file, rule, hit, failed, nanoseconds, digest)
 GROUP BY w.file, w.rule
 ORDER BY w.file COLLATE "C", w.rule COLLATE "C"
ON CONFLICT (file, rule) DO UPDATE
   SET hits = h.hits + excluded.hits, errors = h.errors + excluded.errors, measured = h.measured + excluded.measured,
       nanoseconds = h.nanoseconds + excluded.nanoseconds, last_hit_at = coalesce(excluded.last_hit_at, h.last_hit_at),
       digest = excluded.digest;

-- name: apply_seen
-- $1 text[]: keys   $2 float8[]: seconds that each is remembered   $3 boolean[]: whether it was seen before
-- One that somebody saw since the facts were read makes this mail a duplicate, which nobody decided it to be.
WITH wanted AS (
    SELECT w.key, max(w.seconds) AS seconds, bool_and(w.again) AS again
      FROM unnest($1::text[], $2::float8[], $3::boolean[]) AS w (key, seconds, again)
     GROUP BY w.key
), remembered AS (
    INSERT INTO mailgw.rule_seen AS s (key, expires_at)
    SELECT w.key, clock_timestamp() + w.seconds * interval '1 second' FROM wanted w ORDER BY w.key COLLATE "C"
    ON CONFLICT (key) DO UPDATE SET expires_at = excluded.expires_at
     WHERE s.expires_at <= clock_timestamp() OR (SELECT w.again FROM wanted w WHERE w.key = s.key)
    RETURNING s.key
)
SELECT mailgw.insist((SELECT count(*) FROM remembered) = (SELECT count(*) FROM wanted), 'a duplicate was worked meanwhile');

-- name: apply_links
-- $1 bigint[]: tickets   $2 bigint[]: others   $3 text[]: why
INSERT INTO mailgw.ticket_link (ticket, other, reason)
SELECT w.ticket, w.other, w.reason
  FROM unnest($1::bigint[], $2::bigint[], $3::text[]) AS w (ticket, other, reason)
 WHERE w.ticket <> w.other
 ORDER BY w.ticket, w.other
ON CONFLICT (ticket, other) DO NOTHING;

-- name: apply_events
-- $1 bigint[]: tickets, null is none   $2 bigint[]: inbound rows   $3 text[]: kinds   $4 text[]: details
-- $5 bigint[]: mails of ours that it is about, null is none
INSERT INTO mailgw.event (ticket, inbound, outbox, actor, kind, detail)
SELECT w.ticket, w.inbound, w.outbox, CASE WHEN w.inbound IS NULL THEN 'rules' ELSE 'worker' END, w.kind, w.detail
  FROM unnest($1::bigint[], $2::bigint[], $3::text[], $4::text[], $5::bigint[]) WITH ORDINALITY
       AS w (ticket, inbound, kind, detail, outbox, n)
 ORDER BY w.n;

-- name: apply_persons
-- $1 bigint[]: persons   $2 text[]: the language they write, null leaves it   $3 text[]: true or false, whether mail to them comes
-- back, null leaves that   $4 text[]: why
-- Of several in a batch the last word counts.
UPDATE mailgw.person p
   SET language = coalesce(w.language, p.language),
       bouncing = coalesce(w.bouncing, p.bouncing),
       bouncing_since = CASE w.bouncing WHEN true THEN coalesce(p.bouncing_since, clock_timestamp()) WHEN false THEN NULL
                                        ELSE p.bouncing_since END,
       bouncing_reason = CASE w.bouncing WHEN true THEN w.reason WHEN false THEN NULL ELSE p.bouncing_reason END
  FROM (SELECT l.person, l.language, l.bouncing, l.reason
          FROM (SELECT u.person,
                       (array_agg(u.language ORDER BY u.n DESC) FILTER (WHERE u.language IS NOT NULL))[1] AS language,
                       (array_agg(u.bouncing ORDER BY u.n DESC) FILTER (WHERE u.bouncing IS NOT NULL))[1]::boolean AS bouncing,
                       (array_agg(u.reason ORDER BY u.n DESC) FILTER (WHERE u.bouncing IS NOT NULL))[1] AS reason
                  FROM unnest($1::bigint[], $2::text[], $3::text[], $4::text[]) WITH ORDINALITY
                       AS u (person, language, bouncing, reason, n)
                 GROUP BY u.person) AS l
          JOIN mailgw.person locked ON locked.id = l.person
         ORDER BY l.person
           FOR NO KEY UPDATE OF locked) AS w
 WHERE p.id = w.person;

-- name: apply_returned
-- $1 bigint[]: mails of ours   $2 text[]: bounced or delayed   $3 bigint[]: inbound rows that say so   $4 text[]: addresses
-- $5 text[]: status codes   $6 text[]: what the other side said
-- A failure is the last word: no warning of delay takes it back, and a second report of it changes nothing. A message that was passed on and made no
-- ticket is worked again.
WITH returned AS (
UPDATE mailgw.outbox o
   SET returned = w.returned, returned_at = clock_timestamp(), returned_by = w.inbound, returned_address = w.address,
       returned_status = w.status, returned_text = w.text
  FROM (SELECT DISTINCT ON (u.outbox) u.outbox, u.returned, u.inbound, u.address, u.status, u.text
          FROM unnest($1::bigint[], $2::text[], $3::bigint[], $4::text[], $5::text[], $6::text[]) WITH ORDINALITY
               AS u (outbox, returned, inbound, address, status, text, n)
         ORDER BY u.outbox, u.returned = 'bounced' DESC, u.n) AS w
 WHERE o.id = w.outbox AND (o.returned IS NULL OR (o.returned = 'delayed' AND w.returned = 'bounced'))
RETURNING o.id, o.kind, o.returned
)
SELECT mailgw.take_back(r.id) FROM returned r WHERE r.kind = 'redirect' AND r.returned = 'bounced';

-- name: apply_images
-- $1 bigint[]: persons   $2 bytea[]: SHA-256 of inline images   $3 int: how many of a person are kept at most
INSERT INTO mailgw.person_image AS i (person, sha256)
SELECT DISTINCT w.person, w.sha256
  FROM unnest($1::bigint[], $2::bytea[]) AS w (person, sha256)
 WHERE (SELECT count(*) FROM mailgw.person_image k WHERE k.person = w.person) < $3::bigint
    OR EXISTS (SELECT FROM mailgw.person_image k WHERE k.person = w.person AND k.sha256 = w.sha256)
 ORDER BY w.person, w.sha256
ON CONFLICT (person, sha256) DO UPDATE SET seen_at = clock_timestamp() WHERE i.seen_at < clock_timestamp() - interval '1 day';

-- name: apply_decisions
-- $1 bigint[]: inbound rows   $2 text[]: digests of the rules   $3 text[]: facts   $4 text[]: decisions
-- $5 text[]: what the decision says of the acknowledgement
-- Mails: $6 bigint[]: n of the decision   $7 text[]: kinds   $8 bigint[]: tickets   $9 text[]: envelope senders
--        $10 text[]: recipients   $11 text[]: Message-IDs   $12 bytea[]: bytes   $13 bigint[]: microseconds of the end of life
--        $14 bigint[]: reserved ids, null takes the next
-- Buckets: $15 bigint[]: n of the mail, 0 takes in any case   $16 text[]: keys   $17 float8[]: counts   $18 float8[]: seconds
-- A mail is written only if each of its buckets had a token, which is taken here; the decision's row says how that went for the answer to the
-- sender, and an event for all others. A mail that is passed on is a person's: it is tried until it is out.
WITH bucket AS MATERIALIZED (
    SELECT b.mail, b.empty FROM mailgw.take_tokens_each($15::bigint[], $16::text[], $17::float8[], $18::float8[]) AS b
), mail AS MATERIALIZED (
    SELECT m.n, m.place, m.id, m.kind, m.ticket, m.envelope_sender, m.recipient, m.message_id, m.bytes, m.expires, b.empty
      FROM unnest($6::bigint[], $7::text[], $8::bigint[], $9::text[], $10::text[], $11::text[], $12::bytea[],
                  $13::bigint[], $14::bigint[]) WITH ORDINALITY
           AS m (n, kind, ticket, envelope_sender, recipient, message_id, bytes, expires, id, place)
      LEFT JOIN bucket b ON b.mail = m.place
     ORDER BY m.place
), sent AS (
    INSERT INTO mailgw.outbox (id, kind, automatic, ticket, inbound, envelope_sender, recipient, message_id, bytes,
                               expires_at)
    SELECT coalesce(m.id, nextval('mailgw.outbox_id_seq')), m.kind, m.kind <> 'redirect', m.ticket, ($1::bigint[])[m.n], m.envelope_sender, m.recipient, m.message_id, m.bytes,
           timestamptz 'epoch' + m.expires * interval '1 microsecond'
      FROM mail m
     WHERE m.empty IS NULL
     ORDER BY m.place
    RETURNING ticket, message_id, automatic, kind
), withheld AS (
    INSERT INTO mailgw.event (ticket, inbound, actor, kind, detail)
    SELECT m.ticket, ($1::bigint[])[m.n], 'rules', 'mail-withheld', m.kind || ' to ' || m.recipient || ': bucket ' || m.empty || ' is empty'
      FROM mail m
     WHERE m.empty IS NOT NULL AND m.kind NOT IN ('acknowledgement', 'refusal')
     ORDER BY m.place
), known AS (
    INSERT INTO mailgw.message_ref (message_id, ticket, seen, ours, automatic)
    SELECT s.message_id, s.ticket, true, true, s.automatic
      FROM sent s
     WHERE s.ticket IS NOT NULL AND s.kind <> 'webhook'
     ORDER BY s.message_id COLLATE "C", s.ticket
    ON CONFLICT (message_id, ticket) DO UPDATE SET seen = true, ours = true, automatic = excluded.automatic
), decided AS (
    INSERT INTO mailgw.decision (inbound, rules_digest, facts, decided, acknowledgement)
    SELECT d.inbound, d.digest, d.facts::jsonb, d.decided::jsonb,
           CASE WHEN d.acknowledgement <> 'mail' THEN d.acknowledgement
                WHEN m.n IS NOT NULL THEN coalesce('withheld: ' || m.empty, 'outbox') END
      FROM unnest($1::bigint[], $2::text[], $3::text[], $4::text[], $5::text[]) WITH ORDINALITY
           AS d (inbound, digest, facts, decided, acknowledgement, n)
      LEFT JOIN (SELECT DISTINCT ON (f.n) f.n, f.empty
                   FROM mail f
                  WHERE f.kind IN ('acknowledgement', 'refusal')
                  ORDER BY f.n, f.place) AS m ON m.n = d.n
)
-- The second number is there so that tokens are taken even if there is no mail to take them for.
SELECT (SELECT count(*) FROM sent) AS mails, (SELECT count(*) FROM bucket) AS asked;

-- name: apply_content_keys
-- $1 bytea[]: keys   $2 bigint[]: inbound rows   $3 boolean[]: whether each holds for an hour only
-- A key whose hour is over may be taken anew. One that somebody took since the facts were read makes this mail a duplicate.
WITH taken AS (
    INSERT INTO mailgw.content_key AS k (key, inbound, expires_at)
    SELECT w.key, w.inbound, CASE WHEN w.expires THEN clock_timestamp() + interval '1 hour' END
      FROM unnest($1::bytea[], $2::bigint[], $3::boolean[]) AS w (key, inbound, expires)
     ORDER BY w.key
    ON CONFLICT (key) DO UPDATE
       SET inbound = excluded.inbound, recorded_at = excluded.recorded_at, expires_at = excluded.expires_at
     WHERE k.expires_at <= clock_timestamp()
    RETURNING k.inbound
)
SELECT mailgw.insist((SELECT count(*) FROM taken) = cardinality($1::bytea[]), 'the same content was filed meanwhile');

-- name: apply_outcomes
-- $1 bigint[]: inbound rows   $2 bigint[]: their leases   $3 text[]: outcomes   $4 text[]: why
-- $5 bigint[]: tickets, null is none   $6 bigint[]: duplicate of, null is none
WITH done AS (
    UPDATE mailgw.inbound i
       SET outcome = w.outcome, reason = w.reason, ticket = w.ticket, duplicate_of = w.duplicate_of,
           done_at = clock_timestamp(), lease = NULL, leased_until = NULL
      FROM unnest($1::bigint[], $2::bigint[], $3::text[], $4::text[], $5::bigint[], $6::bigint[])
           AS w (id, lease, outcome, reason, ticket, duplicate_of)
     WHERE i.id = w.id AND i.lease = w.lease AND i.outcome IS NULL
    RETURNING i.id
)
SELECT mailgw.insist((SELECT count(*) FROM done) = cardinality($1::bigint[]), 'the lease was lost');

-- name: apply_merge
-- $1 bigint: the ticket that stays   $2 bigint: the one merged into it   $3 bigint: inbound row   $4 text: why
-- The conversation moves, so that one ticket shows all of it. merged_into always names a ticket that is not merged itself.
-- Two links of one conversation may stand in one batch: 3 into 1, and 3 into 2. By the second 3 is in 1, so 2 and 1 are one ticket, and
-- as everywhere the lower one stays, unless an agent has answered in the other.
WITH named AS MATERIALIZED (
    SELECT coalesce(t.merged_into, t.reference) AS target, coalesce(o.merged_into, o.reference) AS other,
           t.merged_into IS NOT NULL OR o.merged_into IS NOT NULL AS moved
      FROM mailgw.ticket t, mailgw.ticket o
     WHERE t.reference = $1::bigint AND o.reference = $2::bigint
), pair AS MATERIALIZED (
    SELECT p.target, p.other
      FROM (SELECT CASE WHEN n.moved THEN least(n.target, n.other) ELSE n.target END AS target,
                   CASE WHEN n.moved THEN greatest(n.target, n.other) ELSE n.other END AS other, n.moved
              FROM named n
             WHERE n.target <> n.other) AS p
     WHERE NOT (p.moved AND EXISTS (SELECT FROM mailgw.article a WHERE a.ticket = p.other AND a.kind = 'reply'))
), article AS (
    UPDATE mailgw.article a SET ticket = p.target FROM pair p WHERE a.ticket = p.other
), inbound AS (
    UPDATE mailgw.inbound i SET ticket = p.target FROM pair p WHERE i.ticket = p.other
), outbox AS (
    UPDATE mailgw.outbox o SET ticket = p.target FROM pair p WHERE o.ticket = p.other
), reference AS (
    INSERT INTO mailgw.message_ref AS m (message_id, ticket, seen, ours, automatic)
    SELECT r.message_id, p.target, r.seen, r.ours, r.automatic
      FROM pair p
      JOIN mailgw.message_ref r ON r.ticket = p.other
     ORDER BY r.message_id COLLATE "C"
    ON CONFLICT (message_id, ticket) DO UPDATE
       SET seen = m.seen OR excluded.seen, ours = m.ours OR excluded.ours, automatic = m.automatic OR excluded.automatic
), reference_gone AS (
    DELETE FROM mailgw.message_ref m USING pair p WHERE m.ticket = p.other
), participant AS (
    INSERT INTO mailgw.participant (ticket, person, how, since)
    SELECT p.target, o.person, o.how, o.since FROM pair p JOIN mailgw.participant o ON o.ticket = p.other
    ON CONFLICT (ticket, person) DO NOTHING
), participant_gone AS (
    DELETE FROM mailgw.participant o USING pair p WHERE o.ticket = p.other
), link AS (
    INSERT INTO mailgw.ticket_link (ticket, other, reason)
    SELECT p.target, l.other, l.reason
      FROM pair p
      JOIN mailgw.ticket_link l ON l.ticket = p.other AND l.other <> p.target
     UNION
    SELECT l.ticket, p.target, l.reason
      FROM pair p
      JOIN mailgw.ticket_link l ON l.other = p.other AND l.ticket <> p.target
    ON CONFLICT (ticket, other) DO NOTHING
), link_gone AS (
    DELETE FROM mailgw.ticket_link l USING pair p WHERE p.other IN (l.ticket, l.other)
), earlier AS (
    UPDATE mailgw.ticket t SET merged_into = p.target FROM pair p WHERE t.merged_into = p.other
), target AS (
    UPDATE mailgw.ticket t SET updated_at = clock_timestamp() FROM pair p WHERE t.reference = p.target
), merged AS (
    UPDATE mailgw.ticket t
       SET status = 'closed', merged_into = p.target, closed_at = coalesce(t.closed_at, clock_timestamp()),
           updated_at = clock_timestamp()
      FROM pair p
     WHERE t.reference = p.other
)
INSERT INTO mailgw.event (ticket, inbound, actor, kind, detail)
SELECT p.target, $3::bigint, 'worker', 'merged', 'ticket ' || p.other || ' was merged into this one: ' || $4::text FROM pair p
 UNION ALL
SELECT p.other, $3::bigint, 'worker', 'merged', 'merged into ticket ' || p.target || ': ' || $4::text FROM pair p;
