-- A mail asks how it went, once for each ticket, some time after it was resolved or closed.
ALTER TABLE mailgw.ticket ADD COLUMN surveyed_at timestamptz;
COMMENT ON COLUMN mailgw.ticket.surveyed_at IS 'When its customer was asked how it went, or would have been; null: not yet.';

CREATE INDEX ticket_to_survey ON mailgw.ticket (queue, closed_at)
    WHERE status IN ('resolved', 'closed') AND surveyed_at IS NULL AND merged_into IS NULL AND NOT placeholder;
-- A rating is the detail of an event; a mail that says no more than that asks for no answer.
CREATE INDEX event_rated ON mailgw.event (inbound) WHERE kind = 'rated';

ALTER TABLE mailgw.outbox
    DROP CONSTRAINT outbox_kind_check,
    ADD CONSTRAINT outbox_kind_check
        CHECK (kind IN ('acknowledgement', 'reply', 'refusal', 'notice', 'redirect', 'notification', 'webhook', 'reminder', 'survey'));
