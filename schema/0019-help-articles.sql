-- Help articles: what customers can read themselves, and which of it a mail seems to ask for.

CREATE TABLE mailgw.help_article (
    id          bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    path        text NOT NULL UNIQUE CHECK (path <> ''),
    language    text NOT NULL CHECK (language ~ '^[a-z]{2,3}$'),
    title       text NOT NULL CHECK (title <> ''),
    url         text CHECK (url ~ '^https?://'),
    tags        text[] NOT NULL DEFAULT '{}',
    summary     text NOT NULL,
    body        text NOT NULL,
    imported_at timestamptz NOT NULL DEFAULT clock_timestamp()
);
COMMENT ON TABLE mailgw.help_article IS 'What mailgw kb import read; path is the file, below the folder.';

-- Which article has which word: once for each, with what the word says of it. Weights are between 0 (a word of every article) and 1 (of this one alone).
CREATE TABLE mailgw.help_word (
    language text NOT NULL,
    word     text NOT NULL,
    article  bigint NOT NULL REFERENCES mailgw.help_article ON DELETE CASCADE,
    weight   real NOT NULL CHECK (weight BETWEEN 0 AND 1),
    title    real NOT NULL CHECK (title BETWEEN 0 AND 1),     -- its share of the weight of all words of the title
    tag      boolean NOT NULL,
    PRIMARY KEY (language, word, article)
);
CREATE INDEX help_word_article ON mailgw.help_word (article);
-- Where there is no dictionary, words that begin alike are compared: each once, in however many articles it stands.
CREATE TABLE mailgw.help_vocabulary (
    language text NOT NULL,
    word     text NOT NULL,
    PRIMARY KEY (language, word)
);
CREATE INDEX help_vocabulary_begin ON mailgw.help_vocabulary (language, left(word, 3));
REVOKE ALL ON mailgw.help_article, mailgw.help_word, mailgw.help_vocabulary FROM PUBLIC;

-- The text search configuration of a language; simple where this server has none.
CREATE FUNCTION mailgw.help_dictionary(language text) RETURNS regconfig
    LANGUAGE sql STABLE SET search_path = pg_catalog, pg_temp AS
$$
    SELECT coalesce((SELECT c.oid::regconfig
                       FROM pg_ts_config c
                       JOIN (VALUES ('ar', 'arabic'), ('hy', 'armenian'), ('eu', 'basque'), ('ca', 'catalan'), ('da', 'danish'), ('nl', 'dutch'),
                                    ('en', 'english'), ('fi', 'finnish'), ('fr', 'french'), ('de', 'german'), ('el', 'greek'), ('hi', 'hindi'),
                                    ('hu', 'hungarian'), ('id', 'indonesian'), ('ga', 'irish'), ('it', 'italian'), ('lt', 'lithuanian'),
                                    ('ne', 'nepali'), ('no', 'norwegian'), ('nb', 'norwegian'), ('nn', 'norwegian'), ('pt', 'portuguese'),
                                    ('ro', 'romanian'), ('ru', 'russian'), ('sr', 'serbian'), ('es', 'spanish'), ('sv', 'swedish'), ('ta', 'tamil'),
                                    ('tr', 'turkish'), ('yi', 'yiddish')) AS k (language, name) ON k.name = c.cfgname
                      WHERE c.cfgnamespace = 'pg_catalog'::regnamespace AND k.language = $1), 'simple'::regconfig)
$$;

-- Words that say nothing, of languages for which PostgreSQL has no such list, and what mails to a desk are full of.
CREATE FUNCTION mailgw.help_stop_words(language text) RETURNS text
    LANGUAGE sql IMMUTABLE SET search_path = pg_catalog, pg_temp AS
$$
    SELECT CASE $1
        WHEN 'en' THEN 'hello hi dear please thank thanks regards help want need know can could would get got use try tried work question make'
        WHEN 'de' THEN 'hallo guten tag bitte danke vielen dank gruß grüße freundlichen hilfe frage möchte kann können konnte könnte brauche geht mehr wurde'
        WHEN 'el' THEN 'ο η το οι τα του της των τον την τους τις στο στη στην στον στους στις στα και κι ή να δεν δε μη μην θα με σε για από αν αλλά που πως πώς '
                       'ποιο τι γιατί όταν όπως είναι ήταν έχω έχει έχουν έχετε είμαι μας μου σας σου τους αυτό αυτή αυτά ένα μια έναν ως προς κάθε πολύ '
                       'πιο καλημέρα καλησπέρα γεια παρακαλώ ευχαριστώ μπορώ μπορεί μπορείτε θέλω κάνω κάνει κάνετε βοήθεια ερώτηση πρέπει'
        WHEN 'ru' THEN 'здравствуйте добрый день привет пожалуйста спасибо уважением помогите помощь вопрос могу может можете хочу нужно надо это который'
        WHEN 'be' THEN 'і й а але ды або у ў на з са за да ад не ні па пра пры для без як што гэта гэты гэтая той калі каб бо ці дзе хто які якая якое якія '
                       'мы вы ён яна яны я мне мой мая маё мае наш ваша ваш вас вам нас нам свой быў была было быць ёсць няма ужо ўжо яшчэ так там тут толькі '
                       'добры дзень вітаю калі ласка дзякуй дапамажыце дапамога пытанне магу можа можна хачу трэба вельмі'
        WHEN 'pl' THEN 'i a w we z ze na do od o u po za przy pod nad dla bez nie tak jak co to ten ta te tego tej tym jest są być był była było było będzie '
                       'się że czy gdy kiedy aby żeby bo ale lub albo oraz gdzie kto który która które my wy on ona oni ja mi mnie mój moja moje nasz '
                       'wasz państwo państwa pan pani już jeszcze tylko tu tam dzień dobry witam cześć proszę dziękuję pozdrawiam pomoc pomocy pytanie '
                       'mogę może można chcę chciałbym chciałabym trzeba bardzo mam'
        ELSE '' END
$$;

-- Numbers, and what is one letter, tell articles from each other by chance only.
CREATE FUNCTION mailgw.help_counts(word text) RETURNS boolean
    LANGUAGE sql IMMUTABLE PARALLEL SAFE RETURN length(word) BETWEEN 2 AND 100 AND word !~ '^[-+0-9.,:/]+$';

CREATE FUNCTION mailgw.help_words(language text, said text) RETURNS TABLE (word text)
    LANGUAGE sql STABLE SET search_path = pg_catalog, pg_temp AS
$$
    WITH dictionary AS MATERIALIZED (SELECT mailgw.help_dictionary($1) AS name)
    SELECT w.word FROM dictionary d, unnest(tsvector_to_array(to_tsvector(d.name, $2))) AS w (word) WHERE mailgw.help_counts(w.word)
    EXCEPT
    SELECT s.word FROM dictionary d, unnest(tsvector_to_array(to_tsvector(d.name, mailgw.help_stop_words($1)))) AS s (word)
$$;

-- Whatever changed: how much a word says depends on all articles of its language. What stands in too many of them says nothing, and is left out: that bounds
-- how many rows a word has.
CREATE FUNCTION mailgw.help_index() RETURNS void
    LANGUAGE sql SET search_path = pg_catalog, pg_temp AS
$$
    DELETE FROM mailgw.help_word;
    INSERT INTO mailgw.help_word (language, word, article, weight, title, tag)
    WITH languages AS MATERIALIZED (
        SELECT d.language, d.articles, mailgw.help_dictionary(d.language) AS dictionary
          FROM (SELECT a.language, count(*)::float8 AS articles FROM mailgw.help_article a GROUP BY a.language) AS d),
    stops AS MATERIALIZED (
        SELECT l.language, w.word
          FROM languages l CROSS JOIN LATERAL unnest(tsvector_to_array(to_tsvector(l.dictionary, mailgw.help_stop_words(l.language)))) AS w (word)),
    spoken AS MATERIALIZED (
        SELECT a.language, w.word, a.id AS article, p.place
          FROM mailgw.help_article a
          JOIN languages l ON l.language = a.language
         CROSS JOIN LATERAL (VALUES (1, a.title), (2, array_to_string(a.tags, ' . ')), (3, a.body)) AS p (place, said)
         CROSS JOIN LATERAL unnest(tsvector_to_array(to_tsvector(l.dictionary, p.said))) AS w (word)
         WHERE mailgw.help_counts(w.word)),
    said AS MATERIALIZED (
        SELECT p.language, p.word, p.article, bool_or(p.place = 1) AS in_title, bool_or(p.place = 2) AS tag
          FROM spoken p
         WHERE (p.language, p.word) NOT IN (SELECT s.language, s.word FROM stops s)
         GROUP BY p.language, p.word, p.article),
    -- By windows: a join of these would be planned by statistics that nobody has.
    weights AS MATERIALIZED (
        SELECT s.language, s.word, s.article, s.in_title, s.tag,
               greatest(ln((l.articles + 1) / (count(*) OVER (PARTITION BY s.language, s.word) + 0.5)), 0) / ln((l.articles + 1) / 1.5) AS weight
          FROM said s
          JOIN languages l ON l.language = s.language)
    SELECT f.language, f.word, f.article, f.weight, f.title, f.tag
      FROM (SELECT w.language, w.word, w.article, w.weight, w.tag,
                   CASE WHEN w.in_title THEN coalesce(w.weight / nullif(sum(w.weight) FILTER (WHERE w.in_title) OVER (PARTITION BY w.article), 0), 0)
                        ELSE 0 END AS title
              FROM weights w) AS f
     WHERE f.weight >= CASE WHEN f.title > 0 OR f.tag THEN 0.1 ELSE 0.3 END;
    DELETE FROM mailgw.help_vocabulary;
    INSERT INTO mailgw.help_vocabulary (language, word)
    SELECT DISTINCT h.language, h.word
      FROM mailgw.help_word h
      JOIN (SELECT DISTINCT a.language FROM mailgw.help_article a) AS l ON l.language = h.language
     WHERE mailgw.help_dictionary(l.language) = 'simple'::regconfig;
$$;

-- Makes mailgw.help_similarity() of what there is: pg_trgm, which the owner of a database may install himself as a rule, or whether two words are the same.
-- It is called before every import: somebody may have installed it since.
CREATE FUNCTION mailgw.help_prepare() RETURNS void
    LANGUAGE plpgsql SET search_path = pg_catalog, pg_temp AS
$$
DECLARE
    schema_of name;
BEGIN
    IF NOT EXISTS (SELECT FROM pg_extension e WHERE e.extname = 'pg_trgm') THEN
        BEGIN
            CREATE EXTENSION pg_trgm SCHEMA mailgw;
        EXCEPTION WHEN insufficient_privilege OR undefined_file OR feature_not_supported THEN
            NULL;
        END;
    END IF;
    SELECT n.nspname INTO schema_of FROM pg_extension e JOIN pg_namespace n ON n.oid = e.extnamespace WHERE e.extname = 'pg_trgm';
    -- A body that is no text keeps the extension from being dropped under it.
    EXECUTE 'CREATE OR REPLACE FUNCTION mailgw.help_similarity(one text, other text) RETURNS real LANGUAGE sql IMMUTABLE STRICT PARALLEL SAFE RETURN '
            || CASE WHEN schema_of IS NULL THEN '(one = other)::integer::real' ELSE format('%I.similarity(one, other)', schema_of) END;
END
$$;
SELECT mailgw.help_prepare();

-- How well each article answers what was said, from 0 to 1, and what that is made of:
--   title    0.5 of the share of the title's words, by weight, that were said
--   tags     0.2 of how surely one of the tags was meant
--   body     0.3, which the other words of the article approach and never reach: they alone do not pass a threshold of 0.3
-- Shares of an article do not grow with what was said, which is cut to the same length for all.
CREATE FUNCTION mailgw.help_scores(n bigint[], language text[], said text[])
    RETURNS TABLE (n bigint, article bigint, score float8, title float8, tags float8, body float8, words text[])
    LANGUAGE sql STABLE SET search_path = pg_catalog, pg_temp AS
$$
    WITH asked AS MATERIALIZED (
        SELECT a.n, split_part(lower(a.language), '-', 1) AS language, a.said
          FROM unnest($1, $2, $3) AS a (n, language, said)
         WHERE EXISTS (SELECT FROM mailgw.help_word h WHERE h.language = split_part(lower(a.language), '-', 1))),
    spoken AS MATERIALIZED (
        SELECT a.n, a.language, w.word, mailgw.help_dictionary(a.language) = 'simple'::regconfig AS bare
          FROM asked a CROSS JOIN LATERAL mailgw.help_words(a.language, a.said) AS w (word)),
    meant AS (
        SELECT s.n, s.language, s.word, 1::float8 AS alike FROM spoken s
         UNION ALL
        SELECT s.n, s.language, v.word, mailgw.help_similarity(v.word, s.word)
          FROM spoken s
          JOIN mailgw.help_vocabulary v ON v.language = s.language AND left(v.word, 3) = left(s.word, 3) AND v.word <> s.word
         WHERE s.bare AND mailgw.help_similarity(v.word, s.word) >= 0.36),
    -- Each word once, so that what follows is one look at the index for each.
    known AS MATERIALIZED (SELECT m.n, m.language, m.word, max(m.alike) AS alike FROM meant m GROUP BY m.n, m.language, m.word),
    best AS (
        SELECT k.n, h.article, h.word, h.weight * k.alike AS weight, h.title * k.alike AS title, h.tag
          FROM known k
         CROSS JOIN LATERAL (SELECT w.article, w.word, w.weight, w.title, w.tag FROM mailgw.help_word w
                              WHERE w.language = k.language AND w.word = k.word OFFSET 0) AS h),
    parts AS (
        SELECT b.n, b.article, 0.5 * least(sum(b.title), 1) AS title,
               0.2 * (1 - exp(sum(ln(1 - 0.6 * b.weight)) FILTER (WHERE b.tag))) AS tags,
               0.3 * sum(b.weight) FILTER (WHERE b.title = 0 AND NOT b.tag) / (4 + sum(b.weight) FILTER (WHERE b.title = 0 AND NOT b.tag)) AS body,
               array_agg(b.word ORDER BY b.title DESC, b.weight DESC, b.word) AS words
          FROM best b
         GROUP BY b.n, b.article)
    SELECT p.n, p.article, p.title + coalesce(p.tags, 0) + coalesce(p.body, 0), p.title, coalesce(p.tags, 0), coalesce(p.body, 0), p.words
      FROM parts p
$$;

-- Makes the articles those that are given (path, language, title, url, tags, summary, body), and tells of each what that did to it.
CREATE FUNCTION mailgw.help_import(given jsonb) RETURNS TABLE (change text, path text)
    LANGUAGE plpgsql SET search_path = pg_catalog, pg_temp AS
$$
#variable_conflict use_column
BEGIN
    LOCK TABLE mailgw.help_article IN SHARE ROW EXCLUSIVE MODE;
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
    PERFORM mailgw.help_index();
END
$$;
REVOKE ALL ON FUNCTION mailgw.help_import(jsonb), mailgw.help_index(), mailgw.help_prepare() FROM PUBLIC;

CREATE FUNCTION mailgw.grants_0019() RETURNS void
    LANGUAGE plpgsql SET search_path = pg_catalog, pg_temp AS
$$
BEGIN
    GRANT SELECT ON mailgw.help_article, mailgw.help_word, mailgw.help_vocabulary TO mailgw_worker, mailgw_reader;
END
$$;
REVOKE ALL ON FUNCTION mailgw.grants_0019() FROM PUBLIC;
