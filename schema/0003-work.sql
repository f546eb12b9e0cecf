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
