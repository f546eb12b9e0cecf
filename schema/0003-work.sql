-- A statement in the middle of a pipeline cannot be looked at before COMMIT is on its way: it has to stop the
-- transaction by itself. The code (class 40) says that trying again, with fresh facts, is the answer.
CREATE FUNCTION mailgw.insist(held boolean, otherwise text) RETURNS boolean
LANGUAGE plpgsql STABLE
SET search_path = pg_catalog, pg_temp
AS $$
BEGIN
    IF held IS NOT TRUE THEN
        RAISE EXCEPTION USING ERRCODE = 'serialization_failure', MESSAGE = otherwise;
    END IF;
    RETURN true;
END
$$;

-- Takes tokens for a whole batch of mails: for each mail one from every bucket it names, or none at all. A row for each mail says
-- which of its buckets was the first that had none; null: taken. Entries of one mail stand together, in the order of the
-- batch; entries of mail 0 are taken one by one, whatever is left, down to -counts[n].
-- counts[n] tokens fill a bucket within seconds[n]. One call for a batch, because the calls of a hundred mails, each with its
-- own locks and updates, took most of the time of the transaction.
CREATE FUNCTION mailgw.take_tokens_each(mails bigint[], keys text[], counts double precision[], seconds double precision[])
    RETURNS TABLE (mail bigint, empty text) LANGUAGE plpgsql SET search_path = pg_catalog, pg_temp AS
$$
DECLARE
    bucket  integer[];             -- of each entry: the place of its bucket in names and left_in
    names   text[];
    left_in double precision[];
    moment  timestamptz;
    first   integer := 1;
    last    integer;
BEGIN
    -- Locked in the order of their keys, so that two workers cannot wait for each other; one that nobody touched is made, full.
    INSERT INTO mailgw.counter AS c (key, tokens)
    SELECT k.key, min(k.count) FROM unnest(keys, counts) AS k (key, count) GROUP BY k.key ORDER BY k.key COLLATE "C"
        ON CONFLICT (key) DO UPDATE SET at = c.at WHERE false;
    moment := clock_timestamp();

    SELECT array_agg(k.key ORDER BY k.key COLLATE "C"),
           array_agg(least(k.count, c.tokens + greatest(extract(epoch FROM moment - c.at)::float8, 0) * k.count / k.seconds)
                     ORDER BY k.key COLLATE "C")
      INTO names, left_in
      FROM (SELECT u.key, min(u.count) AS count, min(u.seconds) AS seconds
              FROM unnest(keys, counts, seconds) AS u (key, count, seconds) GROUP BY u.key) AS k
      JOIN mailgw.counter c ON c.key = k.key;
    SELECT array_agg(k.number ORDER BY k.place)
      INTO bucket
      FROM (SELECT u.place, dense_rank() OVER (ORDER BY u.key COLLATE "C")::integer AS number
              FROM unnest(keys) WITH ORDINALITY AS u (key, place)) AS k;

    WHILE first <= cardinality(keys) LOOP
        last := first;
        WHILE last < cardinality(keys) AND mails[first] <> 0 AND mails[last + 1] = mails[first] LOOP
            last := last + 1;
        END LOOP;
        mail := mails[first];
        empty := NULL;
        FOR n IN first .. last LOOP
            IF left_in[bucket[n]] < 1 AND mail <> 0 THEN
                empty := keys[n];
                EXIT;
            END IF;
        END LOOP;
        IF empty IS NULL THEN
            FOR n IN first .. last LOOP
                left_in[bucket[n]] := greatest(left_in[bucket[n]] - 1, -counts[n]);
            END LOOP;
        END IF;
        IF mail <> 0 THEN
            RETURN NEXT;
        END IF;
        first := last + 1;
    END LOOP;

    UPDATE mailgw.counter c
       SET tokens = k.tokens, at = moment
      FROM unnest(names, left_in) AS k (key, tokens)
     WHERE c.key = k.key;
END
$$;
