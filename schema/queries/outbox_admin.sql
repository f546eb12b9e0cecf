-- The outbox, as the command line shows it: the columns are the keys of its JSON.

-- name: outbox_list
-- $1 int: the newest so many, null is all   $2 text: state or null
SELECT s.id, s.kind, s."to", s.ticket, s.state, s.attempts, s.message_id, s.due, s.last_code, s.last_text, s.created
  FROM (SELECT o.id, o.kind, o.recipient AS "to", o.ticket, mailgw.outbox_state(o.state, o.returned) AS state, o.attempts,
               o.message_id, o.due_at AS due, o.last_code, coalesce(o.returned_text, o.last_text) AS last_text,
               o.created_at AS created
          FROM mailgw.outbox o
         WHERE $2::text IS NULL OR mailgw.outbox_state(o.state, o.returned) = $2::text
         ORDER BY o.id DESC
         LIMIT $1::bigint) AS s
 ORDER BY s.id;

-- name: outbox_show
-- $1 bigint: the row
SELECT o.id, o.kind, o.recipient AS "to", o.ticket, mailgw.outbox_state(o.state, o.returned) AS state, o.attempts,
       o.message_id, o.due_at AS due, o.last_code, o.last_text, o.returned_at, o.returned_address, o.returned_status,
       o.returned_text, o.returned_by, o.created_at AS created, o.automatic, o.envelope_sender, o.article, o.inbound,
       coalesce(o.leased_until > clock_timestamp(), false) AS leased, o.expires_at AS expires, o.sent_at AS sent,
       o.done_at AS done, octet_length(o.bytes) AS size
  FROM mailgw.outbox o
 WHERE o.id = $1::bigint;
