-- Inbound rows, as the command line shows them: the columns are the keys of its JSON.

-- name: inbound_list
-- $1 int: the newest so many, null is all   $2 text: outcome or null   $3 text: state or null   $4 text: queue or null
SELECT s.id, s.received, s.source, s.sender, s.recipient, s.queue, s.state, s.outcome, s.reason, s.ticket,
       s.duplicate_of, s.attempts, s.size
  FROM (SELECT i.id, i.received_at AS received, i.source, i.sender, i.recipient, i.queue,
               CASE WHEN i.outcome IS NOT NULL THEN 'done'
                    WHEN i.leased_until > clock_timestamp() THEN 'leased' ELSE 'waiting' END AS state,
               i.outcome, i.reason, i.ticket, i.duplicate_of, i.attempts, octet_length(r.bytes) AS size
          FROM mailgw.inbound i
          LEFT JOIN mailgw.raw r ON r.id = i.raw AND r.received_at = i.raw_received_at
         WHERE ($2::text IS NULL OR i.outcome = $2::text)
           AND ($3::text IS NULL
                OR $3::text = CASE WHEN i.outcome IS NOT NULL THEN 'done'
                                   WHEN i.leased_until > clock_timestamp() THEN 'leased' ELSE 'waiting' END)
           AND ($4::text IS NULL OR i.queue = $4::text)
         ORDER BY i.id DESC
         LIMIT $1::bigint) AS s
 ORDER BY s.id;

-- name: inbound_of_ticket
-- $1 bigint: the mail that made this ticket
SELECT i.id, i.received_at AS received, i.sender, i.recipient, i.auth_user
  FROM mailgw.inbound i
 WHERE i.ticket = $1::bigint AND i.outcome = 'ticket'
 ORDER BY i.id LIMIT 1;

-- name: inbound_show
-- $1 bigint: the row
SELECT i.id, i.received_at AS received, i.source, i.sender, i.recipient, i.queue,
       CASE WHEN i.outcome IS NOT NULL THEN 'done'
            WHEN i.leased_until > clock_timestamp() THEN 'leased' ELSE 'waiting' END AS state,
       i.outcome, i.reason, i.ticket, i.duplicate_of, i.attempts, i.attempts_alone, octet_length(r.bytes) AS size,
       i.auth_user, i.delivery_key, i.quiet, i.leased_until, i.done_at AS done,
       d.at AS decided_at, d.rules_digest, d.facts, d.decided, d.acknowledgement,
       (SELECT o.id FROM mailgw.outbox o WHERE o.inbound = i.id ORDER BY o.id LIMIT 1) AS outbox
  FROM mailgw.inbound i
  LEFT JOIN mailgw.raw r ON r.id = i.raw AND r.received_at = i.raw_received_at
  LEFT JOIN mailgw.decision d ON d.inbound = i.id
 WHERE i.id = $1::bigint;
