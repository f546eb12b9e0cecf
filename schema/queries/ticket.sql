-- Tickets, as the command line shows and changes them: the columns are the keys of its JSON.

-- name: ticket_list
-- $1 int: the newest so many, null is all   $2 text: queue or null   $3 text: status or null
-- undelivered: a mail about it failed, and none to the same address went through since.
SELECT s.reference, s.queue, s.status, s.priority, s.subject, s.requester, s.assignee, s.language, s.created, s.updated,
       (SELECT count(*) FROM mailgw.article r WHERE r.ticket = s.reference) AS articles, s.merged_into,
       EXISTS (SELECT
                 FROM mailgw.outbox o
                WHERE o.ticket = s.reference AND mailgw.outbox_state(o.state, o.returned) IN ('bounced', 'failed')
                  AND NOT EXISTS (SELECT
                                    FROM mailgw.outbox n
                                   WHERE n.ticket = o.ticket AND n.recipient = o.recipient AND n.created_at > o.created_at
                                     AND mailgw.outbox_state(n.state, n.returned) = 'sent')) AS undelivered
  FROM (SELECT t.reference, t.queue, t.status, t.priority, t.subject, p.address AS requester, a.name AS assignee,
               t.language, t.created_at AS created, t.updated_at AS updated, t.merged_into
          FROM mailgw.ticket t
          LEFT JOIN mailgw.person p ON p.id = t.requester
          LEFT JOIN mailgw.agent a ON a.id = t.assignee
         WHERE ($2::text IS NULL OR t.queue = $2::text) AND ($3::text IS NULL OR t.status = $3::text)
         ORDER BY t.reference DESC
         LIMIT $1::bigint) AS s
 ORDER BY s.reference;

-- name: ticket_show
-- $1 bigint: reference
SELECT t.reference, t.queue, t.status, t.priority, t.subject, t.requester, t.assignee, t.language,
       t.created_at AS created, t.updated_at AS updated, t.articles, t.requester_name, to_jsonb(t.tags) AS tags, t.fields,
       t.merged_into, t.organisation, t.team, t.closed_at AS closed, t.first_reply_at AS first_reply,
       (SELECT s.policy FROM mailgw.ticket s WHERE s.reference = t.reference) AS target,
       (SELECT s.placeholder FROM mailgw.ticket s WHERE s.reference = t.reference) AS placeholder,
       (SELECT jsonb_build_object('since', p.bouncing_since, 'reason', p.bouncing_reason)
          FROM mailgw.person p WHERE p.address = t.requester AND p.bouncing) AS requester_bouncing,
       EXISTS (SELECT
                 FROM mailgw.outbox o
                WHERE o.ticket = t.reference AND mailgw.outbox_state(o.state, o.returned) IN ('bounced', 'failed')
                  AND NOT EXISTS (SELECT
                                    FROM mailgw.outbox n
                                   WHERE n.ticket = o.ticket AND n.recipient = o.recipient AND n.created_at > o.created_at
                                     AND mailgw.outbox_state(n.state, n.returned) = 'sent')) AS undelivered
  FROM mailgw.ticket_overview t
 WHERE t.reference = $1::bigint;

-- name: ticket_articles
-- $1 bigint: reference
SELECT r.id, row_number() OVER (ORDER BY r.id) AS number, r.kind, r.from_name, r.from_address, a.name AS agent,
       r.created_at AS created, r.subject, r.text, r.spans, r.class, r.attachments, r.other_address,
       CASE WHEN r.inbound IS NULL THEN NULL WHEN i.raw IS NULL THEN 'removed' ELSE 'kept' END AS original,
       r.inbound, r.message_id, r.sent_date AS date, i.queue
  FROM mailgw.article r
  LEFT JOIN mailgw.agent a ON a.id = r.agent
  LEFT JOIN mailgw.inbound i ON i.id = r.inbound
 WHERE r.ticket = $1::bigint
 ORDER BY r.id;

-- name: ticket_events
-- $1 bigint: reference
SELECT e.id, e.at, e.actor, e.kind, e.detail, e.inbound, e.outbox
  FROM mailgw.event e
 WHERE e.ticket = $1::bigint
 ORDER BY e.id;

-- name: ticket_targets
-- $1 bigint: reference
SELECT s.target, s.policy, s.state, s.started_at AS started, s.due_at AS due, s.warn_at AS warn, s.paused_at AS paused, s.met_at AS met,
       s.warned_at AS warned, s.breached_at AS breached
  FROM mailgw.target_status s
 WHERE s.ticket = $1::bigint
 ORDER BY s.started_at, s.target;

-- name: ticket_links
-- $1 bigint: reference
-- A link is shown from both sides.
SELECT l.other AS ticket, l.reason, t.status, t.subject
  FROM (SELECT f.other, f.reason FROM mailgw.ticket_link f WHERE f.ticket = $1::bigint
         UNION
        SELECT b.ticket, b.reason FROM mailgw.ticket_link b WHERE b.other = $1::bigint) AS l
  JOIN mailgw.ticket t ON t.reference = l.other
 ORDER BY l.other, l.reason;

-- name: ticket_outbox
-- $1 bigint: reference
SELECT o.id, o.kind, o.recipient AS "to", o.ticket, mailgw.outbox_state(o.state, o.returned) AS state, o.attempts,
       o.message_id, o.due_at AS due, o.last_code, o.last_text, o.created_at AS created, o.article, o.sent_at AS sent,
       o.returned_at, o.returned_text
  FROM mailgw.outbox o
 WHERE o.ticket = $1::bigint
 ORDER BY o.id;

-- name: ticket_failures
-- $1 bigint: reference
-- What did not arrive, or not yet: a report said so, or the next hop refused it.
SELECT f.outbox, f.kind, f.state, f.address, f.status, f.text, f.inbound, f.created
  FROM (SELECT o.id AS outbox, o.kind, mailgw.outbox_state(o.state, o.returned) AS state, o.created_at AS created,
               CASE WHEN o.returned IS NULL THEN o.recipient ELSE o.returned_address END AS address,
               CASE WHEN o.returned IS NULL THEN o.last_code::text ELSE o.returned_status END AS status,
               CASE WHEN o.returned IS NULL THEN concat_ws(' ', nullif(o.last_code, 0), o.last_text) ELSE o.returned_text
                END AS text,
               o.returned_by AS inbound
          FROM mailgw.outbox o
         WHERE o.ticket = $1::bigint) AS f
 WHERE f.state IN ('bounced', 'delayed', 'failed')
 ORDER BY f.outbox;

-- name: ticket_for_reply
-- $1 bigint: reference
-- A merged ticket leads to the one that continues it; UNION ends a circle.
WITH RECURSIVE road AS (
    SELECT t.reference, t.merged_into FROM mailgw.ticket t WHERE t.reference = $1::bigint
     UNION
    SELECT t.reference, t.merged_into FROM road r JOIN mailgw.ticket t ON t.reference = r.merged_into
)
SELECT t.reference, t.queue, t.status, t.subject, t.requester, p.address, p.name,
       (SELECT a.message_id
          FROM mailgw.article a
         WHERE a.ticket = t.reference AND a.inbound IS NOT NULL AND a.message_id IS NOT NULL
         ORDER BY a.id DESC
         LIMIT 1) AS last_message_id
  FROM road r
  JOIN mailgw.ticket t ON t.reference = r.reference
  LEFT JOIN mailgw.person p ON p.id = t.requester
 WHERE r.merged_into IS NULL;

-- name: ticket_message_ids
-- $1 bigint: reference   $2 int: how many of the newest, beside the first
-- Mail that came and mail that went, oldest first.
WITH mail AS (
    SELECT m.message_id, min(m.at) AS at
      FROM (SELECT a.message_id, a.created_at AS at
              FROM mailgw.article a WHERE a.ticket = $1::bigint AND a.message_id IS NOT NULL
             UNION ALL
            SELECT o.message_id, o.created_at FROM mailgw.outbox o WHERE o.ticket = $1::bigint AND o.state <> 'dropped') AS m
     GROUP BY m.message_id
), numbered AS (
    SELECT m.message_id, row_number() OVER (ORDER BY m.at, m.message_id) AS n, count(*) OVER () AS total FROM mail m
)
SELECT n.message_id FROM numbered n WHERE n.n = 1 OR n.n > n.total - $2::bigint ORDER BY n.n;

-- name: agent_find
-- $1 text: name
SELECT a.id, a.display_name FROM mailgw.agent a WHERE a.name = $1::text AND a.active;

-- name: agent_make
-- $1 text: name
INSERT INTO mailgw.agent (name, display_name) VALUES ($1::text, $1::text) ON CONFLICT (name) DO NOTHING;

-- name: outbox_reserve
SELECT nextval('mailgw.outbox_id_seq') AS id;

-- name: ticket_reply
-- $1 bigint: ticket   $2 bigint: agent   $3 text: what was written   $4 bigint: the outbox row's reserved id
-- $5 text: envelope sender   $6 text: recipient   $7 text: Message-ID   $8 bytea: the mail   $9 bigint: seconds it may take
-- Everything that an agent's reply is, in one statement; no row if there is no such ticket, or it was merged.
WITH answered AS MATERIALIZED (
    SELECT t.reference, t.subject FROM mailgw.ticket t WHERE t.reference = $1::bigint AND t.merged_into IS NULL FOR UPDATE
), article AS (
    INSERT INTO mailgw.article (ticket, kind, agent, from_name, message_id, subject, text)
    SELECT w.reference, 'reply', a.id, a.display_name, $7::text, w.subject, $3::text
      FROM answered w JOIN mailgw.agent a ON a.id = $2::bigint
    RETURNING id, ticket
), outbox AS (
    INSERT INTO mailgw.outbox (id, kind, automatic, ticket, article, envelope_sender, recipient, message_id, bytes,
                               expires_at)
    SELECT $4::bigint, 'reply', false, r.ticket, r.id, $5::text, $6::text, $7::text, $8::bytea,
           clock_timestamp() + $9::bigint * interval '1 second'
      FROM article r
), known AS (
    INSERT INTO mailgw.message_ref (message_id, ticket, seen, ours, automatic)
    SELECT $7::text, r.ticket, true, true, false FROM article r
    ON CONFLICT (message_id, ticket) DO UPDATE SET seen = true, ours = true
), opened AS (
    UPDATE mailgw.ticket t
       SET status = CASE t.status WHEN 'new' THEN 'open' ELSE t.status END, updated_at = clock_timestamp()
      FROM article r
     WHERE t.reference = r.ticket
), told AS (
    INSERT INTO mailgw.event (ticket, outbox, actor, kind, detail)
    SELECT r.ticket, $4::bigint, 'agent:' || a.name, 'replied', 'to ' || $6::text
      FROM article r JOIN mailgw.agent a ON a.id = $2::bigint
)
SELECT r.id FROM article r;

-- name: ticket_lock
-- $1 bigint: reference
SELECT t.status, t.merged_into FROM mailgw.ticket t WHERE t.reference = $1::bigint FOR UPDATE;

-- name: ticket_set_status
-- $1 bigint: reference   $2 text: state   $3 text: who   $4 text: why, or null
WITH changed AS (
    UPDATE mailgw.ticket t
       SET status = $2::text, updated_at = clock_timestamp(),
           closed_at = CASE WHEN $2::text IN ('resolved', 'closed') THEN coalesce(t.closed_at, clock_timestamp()) END
      FROM mailgw.ticket old
     WHERE t.reference = $1::bigint AND old.reference = t.reference
    RETURNING t.reference, old.status AS before
)
INSERT INTO mailgw.event (ticket, actor, kind, detail)
SELECT c.reference, $3::text, 'status', c.before || ' to ' || $2::text || coalesce(': ' || nullif($4::text, ''), '')
  FROM changed c;

-- name: ticket_set_priority
-- $1 bigint: reference   $2 text: what it becomes   $3 text: who
WITH changed AS (
    UPDATE mailgw.ticket t
       SET priority = $2::text, updated_at = clock_timestamp()
      FROM mailgw.ticket old
     WHERE t.reference = $1::bigint AND old.reference = t.reference AND old.priority <> $2::text
    RETURNING t.reference, old.priority AS before
)
INSERT INTO mailgw.event (ticket, actor, kind, detail)
SELECT c.reference, $3::text, 'priority', c.before || ' to ' || $2::text FROM changed c;

-- name: ticket_set_assignee
-- $1 bigint: reference   $2 text: name of an agent, null is nobody   $3 text: who
WITH wanted AS (
    SELECT (SELECT a.id FROM mailgw.agent a WHERE a.name = $2::text AND a.active) AS id
), changed AS (
    UPDATE mailgw.ticket t
       SET assignee = w.id, updated_at = clock_timestamp()
      FROM wanted w
     WHERE t.reference = $1::bigint AND t.assignee IS DISTINCT FROM w.id
    RETURNING t.reference
)
INSERT INTO mailgw.event (ticket, actor, kind, detail)
SELECT c.reference, $3::text, 'assignee', coalesce($2::text, 'nobody') FROM changed c;

-- name: ticket_set_queue
-- $1 bigint: reference   $2 text: what it becomes   $3 text: who
WITH changed AS (
    UPDATE mailgw.ticket t
       SET queue = $2::text, updated_at = clock_timestamp()
      FROM mailgw.ticket old
     WHERE t.reference = $1::bigint AND old.reference = t.reference AND old.queue <> $2::text
    RETURNING t.reference, old.queue AS before
)
INSERT INTO mailgw.event (ticket, actor, kind, detail)
SELECT c.reference, $3::text, 'queue', c.before || ' to ' || $2::text FROM changed c;

-- name: ticket_add_tag
-- $1 bigint: reference   $2 text: tag   $3 text: who
WITH changed AS (
    UPDATE mailgw.ticket t
       SET tags = t.tags || $2::text, updated_at = clock_timestamp()
     WHERE t.reference = $1::bigint AND $2::text <> ALL (t.tags)
    RETURNING t.reference
)
INSERT INTO mailgw.event (ticket, actor, kind, detail)
SELECT c.reference, $3::text, 'tag', $2::text FROM changed c;

-- name: ticket_remove_tag
-- $1 bigint: reference   $2 text: tag   $3 text: who
WITH changed AS (
    UPDATE mailgw.ticket t
       SET tags = array_remove(t.tags, $2::text), updated_at = clock_timestamp()
     WHERE t.reference = $1::bigint AND $2::text = ANY (t.tags)
    RETURNING t.reference
)
INSERT INTO mailgw.event (ticket, actor, kind, detail)
SELECT c.reference, $3::text, 'tag-removed', $2::text FROM changed c;

-- name: ticket_add_note
-- $1 bigint: reference   $2 text: what it says   $3 text: who   $4 bigint: the agent
WITH note AS (
    INSERT INTO mailgw.article (ticket, kind, agent, from_name, text)
    SELECT $1::bigint, 'note', a.id, a.display_name, $2::text FROM mailgw.agent a WHERE a.id = $4::bigint
    RETURNING ticket
), touched AS (
    UPDATE mailgw.ticket t SET updated_at = clock_timestamp() FROM note n WHERE t.reference = n.ticket
)
INSERT INTO mailgw.event (ticket, actor, kind, detail)
SELECT n.ticket, $3::text, 'noted', '' FROM note n;

-- name: agent_list
SELECT a.name, a.display_name, a.address, a.active FROM mailgw.agent a ORDER BY a.name;
