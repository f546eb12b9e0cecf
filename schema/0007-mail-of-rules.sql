-- What rules send: a message passed on (RFC 5228, 4.2), a notification by mail (RFC 5436) or to a webhook (RFC 5435).

ALTER TABLE mailgw.outbox
    DROP CONSTRAINT outbox_kind_check,
    ADD CONSTRAINT outbox_kind_check
        CHECK (kind IN ('acknowledgement', 'reply', 'refusal', 'notice', 'redirect', 'notification', 'webhook'));

-- The books ask for each redirected mail what was passed on.
CREATE INDEX outbox_redirect ON mailgw.outbox (inbound) WHERE kind = 'redirect';
