-- What is known about a batch of messages. n is the number of the request; it comes back with every row.

-- name: work_locks
-- $1 bigint[]: keys of conversations, sorted by the caller, so that two workers cannot wait for each other
SELECT count(pg_advisory_xact_lock(k.key)) AS locked FROM unnest($1::bigint[]) AS k (key);

-- name: work_persons
-- $1 text[]: canonical addresses   $2 text[]: names
-- Inserted in one order everywhere: two workers that meet the same new senders wait, but never for each other.
-- Whose domain an organisation has belongs to it.
INSERT INTO mailgw.person (address, name, organisation)
SELECT s.address, max(s.name),
       (SELECT min(o.id) FROM mailgw.organisation o WHERE o.domains @> ARRAY[substring(s.address FROM '@([^@]*)$')])
  FROM unnest($1::text[], $2::text[]) AS s (address, name)
 WHERE NOT EXISTS (SELECT FROM mailgw.person p WHERE p.address = s.address)
 GROUP BY s.address
 ORDER BY s.address COLLATE "C"
ON CONFLICT (address) DO NOTHING;

-- name: facts_senders
-- $1 text[]: senders, null where there is none   $2 text[]: queues   $3 bytea[]: content keys   $4 bigint[]: inbound rows
-- $5 text[]: envelope senders, null where there is none   $6 bigint[]: help articles whose link they came by, null where there is none
-- One row for each request, in order. A row is no duplicate of itself. Open tickets are counted up to a thousand: nobody tells more of them apart, and
-- a sender who has a hundred thousand must not cost all of them with each mail.
SELECT p.id AS person, coalesce(p.bouncing, false) AS bouncing,
       EXISTS (SELECT FROM mailgw.agent a WHERE a.address = r.sender AND a.active) AS is_agent,
       (SELECT k.inbound
          FROM mailgw.content_key k
         WHERE k.key = r.key AND k.inbound <> r.inbound
           AND (k.expires_at IS NULL OR k.expires_at > clock_timestamp())) AS duplicate_of,
       (SELECT max(t.reference)
          FROM mailgw.ticket t
         WHERE t.requester = p.id AND t.queue = r.queue AND t.status IN ('new', 'open', 'pending')) AS newest_open,
       p.language,
       EXISTS (SELECT FROM mailgw.person e WHERE e.address = r.envelope AND e.bouncing) AS envelope_is_bouncing,
       o.name AS organisation,
       (SELECT count(*)
          FROM (SELECT FROM mailgw.ticket t
                 WHERE t.requester = p.id AND t.status IN ('new', 'open', 'pending') LIMIT 1000) AS n) AS open_tickets,
       coalesce(p.tier, o.tier) AS tier, coalesce(p.number, o.number) AS number,
       to_jsonb(ARRAY(SELECT DISTINCT u.tag FROM unnest(p.tags || o.tags) AS u (tag) ORDER BY u.tag))::text AS tags,
       (coalesce(o.fields, '{}') || coalesce(p.fields, '{}'))::text AS fields,
       (SELECT h.path FROM mailgw.help_article h WHERE h.id = r.solved) AS solved_path
  FROM unnest($1::text[], $2::text[], $3::bytea[], $4::bigint[], $5::text[], $6::bigint[]) WITH ORDINALITY
       AS r (sender, queue, key, inbound, envelope, solved, n)
  LEFT JOIN mailgw.person p ON p.address = r.sender
  LEFT JOIN mailgw.organisation o ON o.id = p.organisation
 ORDER BY r.n;

-- name: facts_elsewhere
-- $1 bigint[]: raws   $2 bigint[]: inbound rows   $3 text[]: queues, of each request
-- $4 bigint[]: n   $5 bytea[]: content keys the mail has in other queues
-- The same content in another queue: another row of the same bytes, or another delivery of the same mail.
SELECT DISTINCT ON (same.n) same.n, coalesce(t.merged_into, t.reference) AS ticket,
       coalesce(d.acknowledgement = 'outbox', false) AS acknowledged
  FROM (SELECT r.n, i.id, i.ticket
          FROM unnest($1::bigint[], $2::bigint[], $3::text[]) WITH ORDINALITY AS r (raw, inbound, queue, n)
          JOIN mailgw.inbound i ON i.raw = r.raw AND i.id <> r.inbound AND i.queue <> r.queue AND i.outcome = 'ticket'
         UNION ALL
        SELECT e.n, i.id, i.ticket
          FROM unnest($4::bigint[], $5::bytea[]) AS e (n, key)
          JOIN mailgw.content_key k ON k.key = e.key AND (k.expires_at IS NULL OR k.expires_at > clock_timestamp())
          JOIN mailgw.inbound i ON i.id = k.inbound AND i.outcome = 'ticket') AS same
  JOIN mailgw.ticket t ON t.reference = same.ticket
  LEFT JOIN mailgw.decision d ON d.inbound = same.id
 ORDER BY same.n, acknowledged DESC, same.id;

-- name: facts_references
-- $1 bigint[]: n   $2 text[]: Message-IDs
-- One Message-ID may stand in several tickets: whoever knows it may refer to it as often as he likes, hence the limit.
SELECT r.n, r.message_id, coalesce(t.merged_into, t.reference) AS ticket, bool_or(m.seen) AS seen,
       bool_or(m.ours) AS ours, bool_or(m.automatic) AS automatic
  FROM unnest($1::bigint[], $2::text[]) WITH ORDINALITY AS r (n, message_id, place)
 CROSS JOIN LATERAL (SELECT o.ticket, o.seen, o.ours, o.automatic
                       FROM mailgw.message_ref o
                      WHERE o.message_id = r.message_id
                      ORDER BY o.seen DESC, o.ticket
                      LIMIT 16) AS m
  JOIN mailgw.ticket t ON t.reference = m.ticket
 GROUP BY r.n, r.place, r.message_id, 3
 ORDER BY r.n, r.place, 3;

-- name: facts_tickets
-- $1 bigint[]: n   $2 bigint[]: tickets that a token or a tag names
-- $3 bigint[]: n   $4 text[]: Message-IDs, as for facts_references   $5 text[]: the sender of each request
-- $6 bigint[]: n   $7 bigint[]: outbox rows that a bounce address names
WITH named AS MATERIALIZED (
    SELECT r.n, r.ticket FROM unnest($1::bigint[], $2::bigint[]) AS r (n, ticket)
     UNION
    SELECT r.n, m.ticket
      FROM unnest($3::bigint[], $4::text[]) AS r (n, message_id)
     CROSS JOIN LATERAL (SELECT o.ticket
                           FROM mailgw.message_ref o
                          WHERE o.message_id = r.message_id
                          ORDER BY o.seen DESC, o.ticket
                          LIMIT 16) AS m
     UNION
    SELECT r.n, o.ticket
      FROM unnest($6::bigint[], $7::bigint[]) AS r (n, outbox)
      JOIN mailgw.outbox o ON o.id = r.outbox
     WHERE o.ticket IS NOT NULL
), found AS MATERIALIZED (
    SELECT q.n, coalesce(t.merged_into, t.reference) AS reference,
           CASE WHEN t.merged_into IS NOT NULL THEN t.reference END AS merged_from,
           ($5::text[])[q.n] AS sender
      FROM named q
      JOIN mailgw.ticket t ON t.reference = q.ticket
)
SELECT f.n, t.reference, f.merged_from, t.queue, t.status, t.subject, t.requester,
       (extract(epoch FROM t.closed_at) * 1000000)::bigint AS changed_at,
       p.id IS NOT NULL
           AND (t.requester = p.id
                OR EXISTS (SELECT FROM mailgw.participant o WHERE o.ticket = t.reference AND o.person = p.id)) AS takes_part,
       coalesce(t.requester = p.id, false) AS is_requester,
       coalesce(p.organisation = (SELECT o.organisation FROM mailgw.person o WHERE o.id = t.requester), false)
           AS same_organisation,
       EXISTS (SELECT FROM mailgw.article a WHERE a.ticket = t.reference AND a.kind = 'reply') AS has_agent_reply,
       t.priority, (SELECT a.name FROM mailgw.agent a WHERE a.id = t.assignee) AS assignee,
       (SELECT o.address FROM mailgw.person o WHERE o.id = t.requester) AS requester_address, t.language,
       to_jsonb(t.tags)::text AS tags, t.fields::text AS fields,
       (SELECT count(*) FROM mailgw.article a WHERE a.ticket = t.reference) AS articles,
       (extract(epoch FROM t.created_at) * 1000000)::bigint AS created_at,
       (extract(epoch FROM t.updated_at) * 1000000)::bigint AS updated_at, t.policy AS target
  FROM found f
  JOIN mailgw.ticket t ON t.reference = f.reference
  LEFT JOIN mailgw.person p ON p.address = f.sender
 ORDER BY f.n, t.reference, f.merged_from NULLS FIRST;

-- name: facts_open
-- $1 bigint[]: n   $2 text[]: senders
-- The newest ten open tickets of each.
SELECT r.n, t.reference, (extract(epoch FROM t.created_at) * 1000000)::bigint AS created_at, t.subject
  FROM unnest($1::bigint[], $2::text[]) AS r (n, sender)
  JOIN mailgw.person p ON p.address = r.sender
 CROSS JOIN LATERAL (SELECT o.reference, o.created_at, o.subject
                       FROM mailgw.ticket o
                      WHERE o.requester = p.id AND o.status IN ('new', 'open', 'pending') AND NOT o.placeholder
                      ORDER BY o.reference DESC
                      LIMIT 10) AS t
 ORDER BY r.n, t.reference DESC;

-- name: facts_mail_of_ours
-- $1 bigint[]: n   $2 bigint[]: outbox rows that a bounce address names   $3 text[]: Message-IDs of returned mail
-- At most one row for each request: the address is the better witness.
SELECT DISTINCT ON (r.n) r.n, o.id, o.kind, coalesce(t.merged_into, t.reference) AS ticket, o.recipient, p.id AS person,
       mailgw.outbox_state(o.state, o.returned) AS state
  FROM unnest($1::bigint[], $2::bigint[], $3::text[]) AS r (n, outbox, message_id)
 CROSS JOIN LATERAL (SELECT b.id FROM mailgw.outbox b WHERE b.id = r.outbox
                      UNION ALL
                     SELECT m.id FROM mailgw.outbox m WHERE m.message_id = r.message_id) AS found
  JOIN mailgw.outbox o ON o.id = found.id
  LEFT JOIN mailgw.ticket t ON t.reference = o.ticket
  LEFT JOIN mailgw.person p ON p.address = lower(o.recipient COLLATE "C") COLLATE "default"
 ORDER BY r.n, (o.id = r.outbox) DESC NULLS LAST;

-- name: facts_images
-- $1 bigint[]: n   $2 text[]: senders   $3 bytea[]: SHA-256 of inline images
SELECT r.n, r.sha256
  FROM unnest($1::bigint[], $2::text[], $3::bytea[]) AS r (n, sender, sha256)
  JOIN mailgw.person p ON p.address = r.sender
  JOIN mailgw.person_image i ON i.person = p.id AND i.sha256 = r.sha256;

-- name: facts_buckets
-- $1 text[]: keys   $2 float8[]: what each holds when full   $3 float8[]: the seconds in which it fills
-- One row for each, in order. The same sum as in mailgw.take_tokens_each(); a bucket that nobody touched is full.
SELECT least(b.count, coalesce(c.tokens + greatest(extract(epoch FROM clock_timestamp() - c.at)::float8, 0) * b.count / b.seconds,
                               b.count)) AS tokens
  FROM unnest($1::text[], $2::float8[], $3::float8[]) WITH ORDINALITY AS b (key, count, seconds, n)
  LEFT JOIN mailgw.counter c ON c.key = b.key
 ORDER BY b.n;

-- name: need_agents
-- $1 text[]: names
-- One row for each, in order; 0 is nobody of that name who works here.
SELECT coalesce((SELECT a.id FROM mailgw.agent a WHERE a.name = w.name AND a.active), 0) AS agent
  FROM unnest($1::text[]) WITH ORDINALITY AS w (name, n)
 ORDER BY w.n;

-- name: need_locks
-- $1 text[]: queues   $2 text[]: correlation keys   $3 text[]: keys that may have been seen
-- Until the end of the transaction nobody else gives a ticket that key, or sees the other kind first. It is a statement of its own, so that the next one
-- sees what was committed while it waited.
SELECT count(pg_advisory_xact_lock(hashtextextended(k.key, 0))) AS locked
  FROM (SELECT w.queue || ':' || w.key AS key FROM unnest($1::text[], $2::text[]) AS w (queue, key)
         UNION
        SELECT w.key FROM unnest($3::text[]) AS w (key)
         ORDER BY key) AS k;

-- name: need_correlated
-- $1 text[]: queues   $2 text[]: correlation keys
-- One row for each, in order; 0 is no open ticket with that key.
SELECT coalesce((SELECT t.reference
                   FROM mailgw.ticket t
                  WHERE t.queue = w.queue AND t.correlation_key = w.key AND t.status IN ('new', 'open', 'pending')), 0) AS ticket
  FROM unnest($1::text[], $2::text[]) WITH ORDINALITY AS w (queue, key, n)
 ORDER BY w.n;

-- name: need_listed
-- $1 text[]: lists   $2 text[]: canonical addresses
-- One row for each, in order. Known is who had part in a ticket, or was given anything by the desk.
SELECT CASE w.list
           WHEN ':addrbook:default'
               THEN EXISTS (SELECT
                              FROM mailgw.person p
                             WHERE p.address = w.address
                               AND (p.organisation IS NOT NULL OR p.tier IS NOT NULL OR p.number IS NOT NULL OR p.tags <> '{}'
                                    OR p.fields <> '{}'
                                    OR EXISTS (SELECT FROM mailgw.participant t WHERE t.person = p.id)))
           WHEN ':addrbook:agents' THEN EXISTS (SELECT FROM mailgw.agent a WHERE a.address = w.address AND a.active)
           ELSE false
       END::integer AS listed
  FROM unnest($1::text[], $2::text[]) WITH ORDINALITY AS w (list, address, n)
 ORDER BY w.n;

-- name: need_seen
-- $1 text[]: keys
-- One row for each, in order.
SELECT EXISTS (SELECT FROM mailgw.rule_seen s WHERE s.key = w.key AND s.expires_at > clock_timestamp())::integer AS seen
  FROM unnest($1::text[]) WITH ORDINALITY AS w (key, n)
 ORDER BY w.n;
