-- Who may do what with a table stands in the migration that makes the table, as a function mailgw.grants_NNNN(). grant_roles() gives what the
-- migrations before this one grant, and then calls each of those: so no migration has to say again what another one said.
ALTER FUNCTION mailgw.grant_roles() RENAME TO grants_0005;

CREATE FUNCTION mailgw.grant_roles() RETURNS void
    LANGUAGE plpgsql SET search_path = pg_catalog, pg_temp AS
$$
DECLARE
    grants regproc;
BEGIN
    FOR grants IN SELECT p.oid FROM pg_proc p
                   WHERE p.pronamespace = 'mailgw'::regnamespace AND p.proname ~ '^grants_[0-9]{4}$' ORDER BY p.proname LOOP
        EXECUTE format('SELECT %s()', grants);
    END LOOP;
END
$$;
REVOKE ALL ON FUNCTION mailgw.grant_roles(), mailgw.grants_0005() FROM PUBLIC;
