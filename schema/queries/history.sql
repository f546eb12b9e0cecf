-- Stored mail, and what was decided about it: what a replay reads.

-- name: history_count
-- $1 bigint: received since then, microseconds   $2 text: queue or null
-- unasked: what is decided before rules are asked. undecided: mail that waits, or whose decision retention removed.
SELECT count(*) AS mails, count(*) FILTER (WHERE h.kind = 'replayed') AS replayed, count(*) FILTER (WHERE h.kind = 'gone') AS gone,
       count(*) FILTER (WHERE h.kind = 'unasked') AS unasked, count(*) FILTER (WHERE h.kind = 'undecided') AS undecided,
       coalesce(min(h.id) FILTER (WHERE h.kind = 'replayed'), 0) AS first, coalesce(max(h.id) FILTER (WHERE h.kind = 'replayed'), 0) AS last
  FROM (SELECT i.id,
               CASE WHEN i.outcome IN ('duplicate', 'quarantined') THEN 'unasked'
                    WHEN i.outcome IS NULL OR d.inbound IS NULL THEN 'undecided'
                    WHEN i.raw IS NULL THEN 'gone'
                    ELSE 'replayed' END AS kind
          FROM mailgw.inbound i
          LEFT JOIN mailgw.decision d ON d.inbound = i.id
         WHERE i.received_at >= timestamptz 'epoch' + $1::bigint * interval '1 microsecond'
           AND ($2::text IS NULL OR i.queue = $2::text)) AS h;

-- name: history_digests
-- $1 bigint: received since then, microseconds   $2 text: queue or null
SELECT d.rules_digest, count(*) AS mails
  FROM mailgw.inbound i
  JOIN mailgw.decision d ON d.inbound = i.id
 WHERE i.received_at >= timestamptz 'epoch' + $1::bigint * interval '1 microsecond' AND ($2::text IS NULL OR i.queue = $2::text)
   AND i.outcome NOT IN ('duplicate', 'quarantined') AND i.raw IS NOT NULL
 GROUP BY d.rules_digest
 ORDER BY count(*) DESC, d.rules_digest;

-- name: history_rows
-- result: binary
-- $1 bigint: behind this row   $2 bigint: not behind this one   $3 bigint: received since then, microseconds   $4 text: queue or null
-- $5 int: of so many readers   $6 int: which one   $7 int: rows at most   $8 bigint: octets at most, the first row excepted
-- Of what was decided its trace is left out: nobody compares it.
WITH candidate AS MATERIALIZED (
    SELECT i.id, i.raw, i.raw_received_at
      FROM mailgw.inbound i
     WHERE i.id > $1::bigint AND i.id <= $2::bigint AND i.received_at >= timestamptz 'epoch' + $3::bigint * interval '1 microsecond'
       AND ($4::text IS NULL OR i.queue = $4::text) AND i.id % $5::bigint = $6::bigint
       AND i.outcome NOT IN ('duplicate', 'quarantined') AND i.raw IS NOT NULL
       AND EXISTS (SELECT FROM mailgw.decision d WHERE d.inbound = i.id)
     ORDER BY i.id
     LIMIT $7::bigint
), sized AS MATERIALIZED (
    SELECT c.id, sum(octet_length(r.bytes)) OVER (ORDER BY c.id ROWS UNBOUNDED PRECEDING) AS total, octet_length(r.bytes) AS size
      FROM candidate c
      JOIN mailgw.raw r ON r.id = c.raw AND r.received_at = c.raw_received_at
)
SELECT i.id, (extract(epoch FROM i.received_at) * 1000000)::bigint AS received_at, i.source, i.sender, i.recipient, i.auth_user,
       i.queue, i.quiet, i.raw, r.bytes, 
       coalesce((d.decided ->> 'at')::bigint, (extract(epoch FROM d.at) * 1000000)::bigint) AS decided_at, d.facts::text AS facts,
       (d.decided - 'trace')::text AS decided, d.rules_digest, i.ticket
  FROM sized s
  JOIN mailgw.inbound i ON i.id = s.id
  JOIN mailgw.raw r ON r.id = i.raw AND r.received_at = i.raw_received_at
  JOIN mailgw.decision d ON d.inbound = i.id
 WHERE s.total <= $8::bigint OR s.total = s.size
 ORDER BY i.id;
