-- Help articles are indexed in seconds: only the languages in which something changed, and each word of an article once.

-- What help_index() writes is made anew from the articles and needs no foreign key, whose check of every word took as long as all the rest; help_article is joined to
-- it whenever it is read. Words are compared as bytes: their order means nothing.
ALTER TABLE mailgw.help_word DROP CONSTRAINT help_word_article_fkey;
DROP INDEX mailgw.help_word_article;
ALTER TABLE mailgw.help_word ALTER COLUMN language TYPE text COLLATE "C", ALTER COLUMN word TYPE text COLLATE "C";
ALTER TABLE mailgw.help_vocabulary ALTER COLUMN language TYPE text COLLATE "C", ALTER COLUMN word TYPE text COLLATE "C";

DROP FUNCTION mailgw.help_index();
-- Of some languages: how much a word says depends on all articles of its language. What stands in too many of them says nothing, and is left out: that bounds how
-- many rows a word has.
CREATE FUNCTION mailgw.help_index(of_languages text[]) RETURNS void
    LANGUAGE sql SET search_path = pg_catalog, pg_temp SET work_mem = '64MB' AS
$$
    DELETE FROM mailgw.help_word h WHERE h.language = ANY ($1);
    INSERT INTO mailgw.help_word (language, word, article, weight, title, tag)
    WITH languages AS MATERIALIZED (
        SELECT d.language, d.articles, mailgw.help_dictionary(d.language) AS dictionary
          FROM (SELECT a.language, count(*)::float8 AS articles FROM mailgw.help_article a WHERE a.language = ANY ($1) GROUP BY a.language) AS d),
    stops AS MATERIALIZED (
        SELECT l.language, w.word
          FROM languages l CROSS JOIN LATERAL unnest(tsvector_to_array(to_tsvector(l.dictionary, mailgw.help_stop_words(l.language)))) AS w (word)),
    -- A word knows by its letters where it stands: A in the title, B in a tag.
    said AS MATERIALIZED (
        SELECT a.language, w.lexeme COLLATE "C" AS word, a.id AS article, 'A' = ANY (w.weights) AS in_title, 'B' = ANY (w.weights) AS tag
          FROM mailgw.help_article a
          JOIN languages l ON l.language = a.language
         CROSS JOIN LATERAL unnest(setweight(to_tsvector(l.dictionary, a.title), 'A')
                                   || setweight(to_tsvector(l.dictionary, array_to_string(a.tags, ' . ')), 'B')
                                   || to_tsvector(l.dictionary, a.body)) AS w (lexeme, positions, weights)
         WHERE mailgw.help_counts(w.lexeme) AND (a.language, w.lexeme) NOT IN (SELECT s.language, s.word FROM stops s)),
    -- By windows: a join of these would be planned by statistics that nobody has.
    weights AS MATERIALIZED (
        SELECT s.language, s.word, s.article, s.in_title, s.tag,
               greatest(ln((l.articles + 1) / (count(*) OVER (PARTITION BY s.language, s.word) + 0.5)), 0) / ln((l.articles + 1) / 1.5) AS weight
          FROM said s
          JOIN languages l ON l.language = s.language)
    SELECT t.language, t.word, t.article, t.weight, t.title, t.tag
      FROM (SELECT w.language, w.word, w.article, w.weight, w.tag, coalesce(w.weight / nullif(sum(w.weight) OVER (PARTITION BY w.article), 0), 0) AS title
              FROM weights w
             WHERE w.in_title) AS t
     WHERE t.weight >= CASE WHEN t.title > 0 OR t.tag THEN 0.1 ELSE 0.3 END
     UNION ALL
    SELECT w.language, w.word, w.article, w.weight, 0, w.tag
      FROM weights w
     WHERE NOT w.in_title AND w.weight >= CASE WHEN w.tag THEN 0.1 ELSE 0.3 END;
    DELETE FROM mailgw.help_vocabulary v WHERE v.language = ANY ($1);
    INSERT INTO mailgw.help_vocabulary (language, word)
    SELECT DISTINCT h.language, h.word
      FROM mailgw.help_word h
     WHERE h.language = ANY (ARRAY(SELECT l.language FROM unnest($1) AS l (language) WHERE mailgw.help_dictionary(l.language) = 'simple'::regconfig));
$$;

-- Makes the articles those that are given (path, language, title, url, tags, summary, body), and tells of each what that did to it.
CREATE OR REPLACE FUNCTION mailgw.help_import(given jsonb) RETURNS TABLE (change text, path text)
    LANGUAGE plpgsql SET search_path = pg_catalog, pg_temp AS
$$
#variable_conflict use_column
DECLARE
    touched text[];
BEGIN
    LOCK TABLE mailgw.help_article IN SHARE ROW EXCLUSIVE MODE;
    SELECT array_agg(DISTINCT l.language) INTO touched
      FROM (SELECT g.path, g.language, g.title, g.url, coalesce(g.tags, '{}') AS tags, g.summary, g.body
              FROM jsonb_to_recordset(given) AS g (path text, language text, title text, url text, tags text[], summary text, body text)) AS r
      FULL JOIN mailgw.help_article a ON a.path = r.path
     CROSS JOIN LATERAL (VALUES (a.language), (r.language)) AS l (language)
     WHERE (a.path, a.language, a.title, a.url, a.tags, a.summary, a.body) IS DISTINCT FROM (r.path, r.language, r.title, r.url, r.tags, r.summary, r.body)
       AND l.language IS NOT NULL;
    RETURN QUERY
    WITH read AS MATERIALIZED (
        SELECT g.path, g.language, g.title, g.url, coalesce(g.tags, '{}') AS tags, g.summary, g.body
          FROM jsonb_to_recordset(given) AS g (path text, language text, title text, url text, tags text[], summary text, body text)),
    removed AS (
        DELETE FROM mailgw.help_article a WHERE NOT EXISTS (SELECT FROM read r WHERE r.path = a.path) RETURNING a.path),
    written AS (
        INSERT INTO mailgw.help_article AS a (path, language, title, url, tags, summary, body)
        SELECT r.path, r.language, r.title, r.url, r.tags, r.summary, r.body FROM read r
        ON CONFLICT (path) DO UPDATE
           SET language = excluded.language, title = excluded.title, url = excluded.url, tags = excluded.tags, summary = excluded.summary,
               body = excluded.body, imported_at = clock_timestamp()
         WHERE (a.language, a.title, a.url, a.tags, a.summary, a.body)
               IS DISTINCT FROM (excluded.language, excluded.title, excluded.url, excluded.tags, excluded.summary, excluded.body)
        RETURNING a.path, xmax = 0 AS is_new)
    SELECT CASE WHEN w.is_new THEN 'added' WHEN w.path IS NOT NULL THEN 'changed' ELSE 'unchanged' END, r.path
      FROM read r
      LEFT JOIN written w ON w.path = r.path
     UNION ALL
    SELECT 'removed', r.path FROM removed r
     ORDER BY 2;
    PERFORM mailgw.help_prepare();
    IF touched IS NOT NULL THEN
        PERFORM mailgw.help_index(touched);
    END IF;
END
$$;
REVOKE ALL ON FUNCTION mailgw.help_index(text[]) FROM PUBLIC;
