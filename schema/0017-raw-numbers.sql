-- A long mail is streamed into raw by COPY, which returns no number: so the number is drawn before.
CREATE FUNCTION mailgw.grants_0017() RETURNS void
    LANGUAGE plpgsql SET search_path = pg_catalog, pg_temp AS
$$
BEGIN
    GRANT USAGE ON SEQUENCE mailgw.raw_id_seq TO mailgw_ingest;
END
$$;
REVOKE ALL ON FUNCTION mailgw.grants_0017() FROM PUBLIC;
