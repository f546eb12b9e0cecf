-- What an operator asks: is it up, is it behind.

-- name: status_summary
SELECT w.waiting AS inbound_waiting, w.leased AS inbound_leased, w.oldest AS inbound_oldest_seconds,
       o.waiting AS outbox_waiting, o.leased AS outbox_leased, o.oldest AS outbox_oldest_seconds,
       (SELECT count(*) FROM mailgw.outbox f WHERE f.state = 'failed') AS outbox_failed,
       (SELECT count(*) FROM mailgw.outbox r WHERE r.returned = 'bounced') AS outbox_bounced,
       (SELECT count(*) FROM mailgw.inbound u WHERE u.outcome = 'report' AND u.ticket IS NULL) AS reports_unmatched,
       (SELECT count(*) FROM mailgw.inbound q WHERE q.outcome = 'quarantined') AS quarantined,
       (SELECT count(*) FROM mailgw.ticket t WHERE t.status IN ('new', 'open', 'pending')) AS tickets_open,
       (SELECT max(i.received_at) FROM mailgw.inbound i
         WHERE i.id = (SELECT max(l.id) FROM mailgw.inbound l)) AS last_received,
       (SELECT max(m.number) FROM mailgw.migration m) AS schema_version,
       current_setting('server_version') AS database_version,
       pg_database_size(current_database()) AS database_bytes
  FROM (SELECT count(*) AS waiting, count(*) FILTER (WHERE i.leased_until > clock_timestamp()) AS leased,
               coalesce(extract(epoch FROM clock_timestamp() - min(coalesce(i.accepted_at, i.received_at))), 0)::bigint AS oldest
          FROM mailgw.inbound i WHERE i.outcome IS NULL) AS w,
       (SELECT count(*) AS waiting, count(*) FILTER (WHERE b.leased_until > clock_timestamp()) AS leased,
               coalesce(extract(epoch FROM clock_timestamp() - min(b.created_at)), 0)::bigint AS oldest
          FROM mailgw.outbox b WHERE b.state = 'waiting') AS o;

-- name: inbound_by_outcome
SELECT coalesce(i.outcome, 'waiting') AS outcome, count(*) AS count
  FROM mailgw.inbound i
 GROUP BY 1
 ORDER BY 1;

-- name: inbound_last_by_source
SELECT i.source, max(i.received_at) AS last, count(*) AS count FROM mailgw.inbound i GROUP BY i.source ORDER BY i.source;

-- name: roles_up
-- The roles that announced themselves, on every host; see session_announce.
SELECT (ARRAY['serve', 'lmtp', 'worker', 'courier', 'imap', 'clock'])[l.objid::bigint / 1000] AS role,
       l.objid::bigint % 1000 AS number, count(*) AS processes, min(a.backend_start) AS since
  FROM pg_catalog.pg_locks l
  JOIN pg_catalog.pg_database d ON d.oid = l.database AND d.datname = current_database()
  LEFT JOIN pg_catalog.pg_stat_activity a ON a.pid = l.pid
 WHERE l.locktype = 'advisory' AND l.classid::bigint = 1835100524 AND l.objsubid = 2 AND l.granted
   AND l.objid::bigint BETWEEN 1000 AND 6999
 GROUP BY l.objid
 ORDER BY l.objid::bigint;

-- name: rule_hits
-- A rule of no name is the script outside of its rules; errors are those of the whole script.
SELECT h.file, h.rule, h.hits, h.last_hit_at AS last_hit, h.errors, h.measured,
       round(h.nanoseconds / nullif(h.measured, 0) / 1000.0, 1)::float8 AS mean_us
  FROM mailgw.rule_hit h
 ORDER BY h.file COLLATE "C", h.rule COLLATE "C";
