-- What an admin says about customers. "Given" is what his organisation has where he has nothing of his own.

-- name: customer_list
-- $1 bigint: rows at most, null is all
SELECT p.address, p.name, o.name AS organisation, coalesce(p.tier, o.tier) AS tier, coalesce(p.number, o.number) AS number, p.language,
       (SELECT count(*) FROM mailgw.ticket t WHERE t.requester = p.id) AS tickets
  FROM mailgw.person p
  LEFT JOIN mailgw.organisation o ON o.id = p.organisation
 WHERE p.erased_at IS NULL
 ORDER BY p.address
 LIMIT $1::bigint;

-- name: customer_show
-- $1 text: canonical address
SELECT p.address, p.name, o.name AS organisation, coalesce(p.tier, o.tier) AS tier, coalesce(p.number, o.number) AS number, p.language,
       to_jsonb(ARRAY(SELECT DISTINCT u.tag FROM unnest(p.tags || o.tags) AS u (tag) ORDER BY u.tag)) AS tags,
       coalesce(o.fields, '{}') || p.fields AS fields, p.bouncing, p.created_at AS created,
       (SELECT count(*) FROM mailgw.ticket t WHERE t.requester = p.id) AS tickets,
       (SELECT count(*) FROM mailgw.ticket t WHERE t.requester = p.id AND t.status IN ('new', 'open', 'pending')) AS open_tickets
  FROM mailgw.person p
  LEFT JOIN mailgw.organisation o ON o.id = p.organisation
 WHERE p.address = $1::text AND p.erased_at IS NULL;

-- name: customer_set
-- $1 text: canonical address   $2 text: JSON of what changes; null takes it away
INSERT INTO mailgw.person AS p (address, name, organisation, language, tier, number, tags, fields)
SELECT $1::text, c.new ->> 'name',
       (SELECT min(o.id) FROM mailgw.organisation o WHERE o.domains @> ARRAY[substring($1::text FROM '@([^@]*)$')]),
       c.new ->> 'language', c.new ->> 'tier', c.new ->> 'number',
       ARRAY(SELECT t.tag FROM jsonb_array_elements_text(coalesce(c.new -> 'tags', '[]')) AS t (tag)),
       jsonb_strip_nulls(coalesce(c.new -> 'fields', '{}'))
  FROM (SELECT $2::text::jsonb AS new) AS c
ON CONFLICT (address) DO UPDATE
   SET name = CASE WHEN $2::text::jsonb ? 'name' THEN excluded.name ELSE p.name END,
       language = CASE WHEN $2::text::jsonb ? 'language' THEN excluded.language ELSE p.language END,
       tier = CASE WHEN $2::text::jsonb ? 'tier' THEN excluded.tier ELSE p.tier END,
       number = CASE WHEN $2::text::jsonb ? 'number' THEN excluded.number ELSE p.number END,
       tags = CASE WHEN $2::text::jsonb ? 'tags' THEN excluded.tags ELSE p.tags END,
       fields = jsonb_strip_nulls(p.fields || coalesce($2::text::jsonb -> 'fields', '{}'));

-- name: customer_erase
-- $1 text: canonical address
SELECT mailgw.erase_person($1::text) AS articles;

-- name: organisation_list
SELECT '@' || o.name AS organisation, to_jsonb(o.domains) AS domains, o.tier, o.number, to_jsonb(o.tags) AS tags, o.fields,
       (SELECT count(*) FROM mailgw.person p WHERE p.organisation = o.id) AS persons
  FROM mailgw.organisation o
 ORDER BY o.name;

-- name: organisation_show
-- $1 text: name
SELECT o.name AS organisation, to_jsonb(o.domains) AS domains, o.tier, o.number, to_jsonb(o.tags) AS tags, o.fields,
       (SELECT count(*) FROM mailgw.person p WHERE p.organisation = o.id) AS persons
  FROM mailgw.organisation o
 WHERE o.name = $1::text;

-- name: organisation_make
-- $1 text: name   $2 text[]: domains, null leaves them
-- A domain is one organisation's: what another one has stops it. Persons of the domains belong to it from now on.
WITH free AS MATERIALIZED (
    SELECT mailgw.insist(NOT EXISTS (SELECT FROM mailgw.organisation o WHERE o.name <> $1::text AND o.domains && $2::text[]),
                         'another organisation has that domain') AS held
), made AS (
    INSERT INTO mailgw.organisation AS o (name, domains)
    SELECT $1::text, coalesce($2::text[], '{}') FROM free f WHERE f.held
    ON CONFLICT (name) DO UPDATE SET domains = coalesce($2::text[], o.domains)
    RETURNING o.id, o.domains
)
UPDATE mailgw.person p
   SET organisation = m.id
  FROM made m
 WHERE p.erased_at IS NULL AND p.organisation IS DISTINCT FROM m.id AND substring(p.address FROM '@([^@]*)$') = ANY (m.domains);

-- name: organisation_set
-- $1 text: name   $2 text: JSON of what changes; null takes it away
UPDATE mailgw.organisation o
   SET tier = CASE WHEN c.new ? 'tier' THEN c.new ->> 'tier' ELSE o.tier END,
       number = CASE WHEN c.new ? 'number' THEN c.new ->> 'number' ELSE o.number END,
       tags = CASE WHEN c.new ? 'tags' THEN ARRAY(SELECT t.tag FROM jsonb_array_elements_text(coalesce(nullif(c.new -> 'tags', 'null'), '[]')) AS t (tag))
                   ELSE o.tags END,
       fields = jsonb_strip_nulls(o.fields || coalesce(c.new -> 'fields', '{}'))
  FROM (SELECT $2::text::jsonb AS new) AS c
 WHERE o.name = $1::text;
