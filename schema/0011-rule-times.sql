-- How long each rule takes, measured on some messages.

ALTER TABLE mailgw.rule_hit
    ADD COLUMN measured bigint NOT NULL DEFAULT 0 CHECK (measured >= 0),
    ADD COLUMN nanoseconds bigint NOT NULL DEFAULT 0 CHECK (nanoseconds >= 0);
COMMENT ON COLUMN mailgw.rule_hit.measured IS 'Messages on which the rule was measured, those not counted that passed it over.';
