-- How long first answers took lately is asked every few minutes: the newest first, by queue.

CREATE INDEX clock_first_response ON mailgw.clock (started_at DESC) WHERE target = 'first-response' AND ended_at IS NULL;
