-- Help articles: what a desk imports, and what a mail finds among them.

-- name: help_import
-- $1 text: JSON array of articles
SELECT i.change, i.path FROM mailgw.help_import($1::text::jsonb) AS i;

-- name: help_similar
-- Whether words are compared by trigrams where there is no dictionary, and which languages of the articles that concerns.
SELECT EXISTS (SELECT FROM pg_catalog.pg_extension e WHERE e.extname = 'pg_trgm') AS trigrams,
       to_jsonb(ARRAY(SELECT DISTINCT a.language FROM mailgw.help_article a
                       WHERE mailgw.help_dictionary(a.language) = 'simple'::regconfig ORDER BY a.language)) AS languages;

-- name: help_list
-- $1 bigint: rows at most, null is all
SELECT a.path, a.language, a.title, a.url, to_jsonb(a.tags) AS tags, a.imported_at AS imported,
       mailgw.help_dictionary(a.language)::text AS dictionary,
       (SELECT count(DISTINCT e.ticket) FROM mailgw.event e WHERE e.kind = 'solved' AND e.detail = a.path) AS solved
  FROM mailgw.help_article a
 ORDER BY a.path
 LIMIT $1::bigint;

-- name: help_languages
SELECT a.language, count(*) AS articles FROM mailgw.help_article a GROUP BY a.language ORDER BY count(*) DESC, a.language;

-- name: help_try
-- $1 text: language   $2 text: what is said   $3 bigint: rows at most
SELECT round(s.score::numeric, 3)::float8 AS score, a.path, a.language, a.title, round(s.title::numeric, 3)::float8 AS from_title,
       round(s.tags::numeric, 3)::float8 AS from_tags, round(s.body::numeric, 3)::float8 AS from_body, to_jsonb(s.words) AS words
  FROM mailgw.help_scores(ARRAY[1::bigint], ARRAY[$1::text], ARRAY[$2::text]) AS s
  JOIN mailgw.help_article a ON a.id = s.article
 ORDER BY s.score DESC, a.path
 LIMIT $3::bigint;

-- name: facts_help
-- $1 bigint[]: n   $2 text[]: languages   $3 text[]: what the mails say   $4 float8: threshold   $5 bigint: articles at most
SELECT b.n, b.article, a.path, a.title, a.url, a.summary, (b.score * 1000)::bigint AS score
  FROM (SELECT s.n, s.article, s.score, row_number() OVER (PARTITION BY s.n ORDER BY s.score DESC, s.article) AS place
          FROM mailgw.help_scores($1::bigint[], $2::text[], $3::text[]) AS s
         WHERE s.score >= $4::float8) AS b
  JOIN mailgw.help_article a ON a.id = b.article
 WHERE b.place <= $5::bigint
 ORDER BY b.n, b.place;
