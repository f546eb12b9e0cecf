-- Mail and notifications to webhooks wait in one table, and neither is to wade through what waits of the other.
DROP INDEX mailgw.outbox_due;
CREATE INDEX outbox_due ON mailgw.outbox ((kind = 'webhook'), due_at, id) WHERE state = 'waiting';
