-- A ticket that waits for the customer may do so until some time only; whoever makes it pending says until when, or clears what was said before.
ALTER TABLE mailgw.ticket ADD COLUMN pending_until timestamptz;
COMMENT ON COLUMN mailgw.ticket.pending_until IS 'While it is pending: when it is open again, though the customer did not answer; null: it waits for him.';
CREATE INDEX ticket_pending_until ON mailgw.ticket (pending_until) WHERE status = 'pending' AND pending_until IS NOT NULL;
