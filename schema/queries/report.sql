-- Reports: figures of a span of time, by its periods and by one thing that tickets have.
--
-- The statements take their first parameters alike:
--   $1 timestamptz[]: the moments at which periods begin, and the one at which the last one ends: one more than there are periods
--   $2 text: queue, policy, priority, language or agent
--   $3 text[]: queues   $4 text[]: the policy of each (but for targets)
-- and each row is a sum: of a group in a period, of a group ("period" is null), of a period ("whole" is true), of all (both).

-- name: report_begin
-- One snapshot for all figures, also on a standby; nothing is written.
BEGIN ISOLATION LEVEL REPEATABLE READ READ ONLY;

-- name: report_settings
-- $1 text: statement_timeout
-- Years of tickets are sorted in memory.
SELECT pg_catalog.set_config('statement_timeout', $1::text, true), pg_catalog.set_config('work_mem', '128MB', true);

-- name: report_mail
SELECT CASE GROUPING(m.period) WHEN 0 THEN m.period END AS period, GROUPING(m.name) = 1 AS whole, m.name, count(*) AS mails
  FROM (SELECT width_bucket(i.received_at, $1::timestamptz[]) - 1 AS period,
               CASE $2::text
               WHEN 'queue' THEN i.queue
               WHEN 'policy' THEN coalesce(v.policy, (SELECT q.policy FROM unnest($3::text[], $4::text[]) AS q (queue, policy) WHERE q.queue = v.queue))
               WHEN 'priority' THEN v.priority
               WHEN 'language' THEN v.language
               WHEN 'agent' THEN v.agent END AS name
          FROM mailgw.inbound i
          LEFT JOIN mailgw.ticket_times v ON v.reference = i.ticket AND $2::text <> 'queue'
         WHERE i.received_at >= ($1::timestamptz[])[1] AND i.received_at < ($1::timestamptz[])[cardinality($1::timestamptz[])]) AS m
 GROUP BY GROUPING SETS ((m.name, m.period), (m.name), (m.period), ());

-- name: report_tickets
-- No ticket is opened after it was made. OFFSET 0 has each time worked out once, not for each sum.
SELECT CASE GROUPING(m.period) WHEN 0 THEN m.period END AS period, GROUPING(m.name) = 1 AS whole, m.name, count(*) AS tickets,
       count(m.answered) AS answered, count(m.resolved) AS resolved,
       (percentile_cont(ARRAY[0.5, 0.9]) WITHIN GROUP (ORDER BY m.answered))[1] AS answered_median,
       (percentile_cont(ARRAY[0.5, 0.9]) WITHIN GROUP (ORDER BY m.answered))[2] AS answered_p90,
       (percentile_cont(ARRAY[0.5, 0.9]) WITHIN GROUP (ORDER BY m.resolved))[1] AS resolved_median,
       (percentile_cont(ARRAY[0.5, 0.9]) WITHIN GROUP (ORDER BY m.resolved))[2] AS resolved_p90
  FROM (SELECT width_bucket(v.opened_at, $1::timestamptz[]) - 1 AS period,
               CASE $2::text
               WHEN 'queue' THEN v.queue
               WHEN 'policy' THEN coalesce(v.policy, (SELECT q.policy FROM unnest($3::text[], $4::text[]) AS q (queue, policy) WHERE q.queue = v.queue))
               WHEN 'priority' THEN v.priority
               WHEN 'language' THEN v.language
               WHEN 'agent' THEN v.agent END AS name,
               extract(epoch FROM v.answered_at - v.asked_at)::float8 AS answered,
               CASE WHEN v.closed_at >= v.asked_at THEN extract(epoch FROM v.closed_at - v.asked_at)::float8 END AS resolved
          FROM mailgw.ticket_times v
         WHERE v.created_at >= ($1::timestamptz[])[1]
           AND v.opened_at >= ($1::timestamptz[])[1] AND v.opened_at < ($1::timestamptz[])[cardinality($1::timestamptz[])]
        OFFSET 0) AS m
 GROUP BY GROUPING SETS ((m.name, m.period), (m.name), (m.period), ());

-- name: report_targets
-- $3 timestamptz: now
-- The policy is the one whose time was owed, so no queue's is asked for.
-- As the view target_status has it: what is overdue now is breached, whether that was noticed or not.
SELECT CASE GROUPING(m.period) WHEN 0 THEN m.period END AS period, GROUPING(m.name) = 1 AS whole, m.name,
       count(*) FILTER (WHERE m.target = 'first-response' AND m.met) AS first_met,
       count(*) FILTER (WHERE m.target = 'first-response' AND m.breached) AS first_breached,
       count(*) FILTER (WHERE m.target = 'first-response' AND NOT m.met AND NOT m.breached) AS first_owed,
       count(*) FILTER (WHERE m.target = 'next-response' AND m.met) AS next_met,
       count(*) FILTER (WHERE m.target = 'next-response' AND m.breached) AS next_breached,
       count(*) FILTER (WHERE m.target = 'next-response' AND NOT m.met AND NOT m.breached) AS next_owed,
       count(*) FILTER (WHERE m.target = 'resolution' AND m.met) AS resolution_met,
       count(*) FILTER (WHERE m.target = 'resolution' AND m.breached) AS resolution_breached,
       count(*) FILTER (WHERE m.target = 'resolution' AND NOT m.met AND NOT m.breached) AS resolution_owed
  FROM (SELECT width_bucket(c.started_at, $1::timestamptz[]) - 1 AS period, c.target,
               CASE $2::text
               WHEN 'queue' THEN v.queue
               WHEN 'policy' THEN c.policy
               WHEN 'priority' THEN v.priority
               WHEN 'language' THEN v.language
               WHEN 'agent' THEN v.agent END AS name,
               c.breached_at IS NOT NULL OR coalesce(coalesce(c.met_at, $3::timestamptz) > c.due_at, false) AS breached,
               c.breached_at IS NULL AND c.met_at IS NOT NULL AND NOT coalesce(c.met_at > c.due_at, false) AS met
          FROM mailgw.clock c
          JOIN mailgw.ticket_times v ON v.reference = c.ticket
         WHERE c.ended_at IS NULL
           AND c.started_at >= ($1::timestamptz[])[1] AND c.started_at < ($1::timestamptz[])[cardinality($1::timestamptz[])]) AS m
 GROUP BY GROUPING SETS ((m.name, m.period), (m.name), (m.period), ());

-- name: report_reopened
SELECT CASE GROUPING(m.period) WHEN 0 THEN m.period END AS period, GROUPING(m.name) = 1 AS whole, m.name, count(*) AS reopened
  FROM (SELECT width_bucket(e.at, $1::timestamptz[]) - 1 AS period,
               CASE $2::text
               WHEN 'queue' THEN v.queue
               WHEN 'policy' THEN coalesce(v.policy, (SELECT q.policy FROM unnest($3::text[], $4::text[]) AS q (queue, policy) WHERE q.queue = v.queue))
               WHEN 'priority' THEN v.priority
               WHEN 'language' THEN v.language
               WHEN 'agent' THEN v.agent END AS name
          FROM mailgw.event e
          JOIN mailgw.ticket_times v ON v.reference = e.ticket
         WHERE e.kind = 'status' AND (e.detail LIKE 'resolved to %' OR e.detail LIKE 'closed to %' OR e.detail LIKE 'open:%')
           AND e.detail NOT LIKE 'resolved to closed%' AND e.detail NOT LIKE 'closed to resolved%'
           AND e.at >= ($1::timestamptz[])[1] AND e.at < ($1::timestamptz[])[cardinality($1::timestamptz[])]) AS m
 GROUP BY GROUPING SETS ((m.name, m.period), (m.name), (m.period), ());

-- name: report_backlog
-- $1 timestamptz[]: ends of the periods, in order
-- What is open now, and who was opened or closed since, tell what was open at each of them: a ticket was what its next such change says it was before. Few tickets are open
-- at an end, and those that are so from and to the same ends are counted at once.
WITH change AS MATERIALIZED (
    SELECT c.ticket, c.id, c.at, c.was_open
      FROM (SELECT e.ticket, e.id, e.at, NOT (e.detail LIKE 'resolved to %' OR e.detail LIKE 'closed to %' OR e.detail LIKE 'open:%') AS was_open,
                   e.detail LIKE 'open:%' OR split_part(split_part(e.detail, ':', 1), ' ', 3) IN ('new', 'open', 'pending') AS is_open
              FROM mailgw.event e
             WHERE e.kind = 'status' AND e.ticket IS NOT NULL AND e.at >= ($1::timestamptz[])[1]) AS c
     WHERE c.was_open <> c.is_open
), stretch AS (
    SELECT c.ticket, lag(c.at) OVER (PARTITION BY c.ticket ORDER BY c.at, c.id) AS since, c.at AS until, c.was_open FROM change c
     UNION ALL
    SELECT t.reference, c.at, NULL, true
      FROM mailgw.ticket t
      LEFT JOIN (SELECT h.ticket, max(h.at) AS at FROM change h GROUP BY h.ticket) AS c ON c.ticket = t.reference
     WHERE t.status IN ('new', 'open', 'pending')
), marked AS (
    -- OFFSET 0 has each of these worked out once.
    SELECT s.ticket, v.opened_at, width_bucket(greatest(s.since, v.opened_at), $1::timestamptz[]) + 1 AS first,
           CASE WHEN s.until IS NULL THEN cardinality($1::timestamptz[]) ELSE width_bucket(s.until, $1::timestamptz[]) END AS last
      FROM stretch s
      JOIN mailgw.ticket_times v ON v.reference = s.ticket
     WHERE s.was_open
    OFFSET 0
), open AS (
    SELECT CASE $2::text
           WHEN 'queue' THEN v.queue
           WHEN 'policy' THEN coalesce(v.policy, (SELECT q.policy FROM unnest($3::text[], $4::text[]) AS q (queue, policy) WHERE q.queue = v.queue))
           WHEN 'priority' THEN v.priority
           WHEN 'language' THEN v.language
           WHEN 'agent' THEN v.agent END AS name, m.first, m.last, m.opened_at
      FROM marked m
      JOIN mailgw.ticket_times v ON v.reference = m.ticket
     WHERE m.first <= m.last
), alike AS MATERIALIZED (
    SELECT o.name, o.first, o.last, count(*) AS count, min(o.opened_at) AS oldest FROM open o GROUP BY o.name, o.first, o.last
)
SELECT n.period - 1 AS period, GROUPING(a.name) = 1 AS whole, a.name, sum(a.count)::bigint AS backlog,
       extract(epoch FROM min(a.oldest))::bigint AS oldest
  FROM alike a
 CROSS JOIN LATERAL generate_series(a.first, a.last) AS n (period)
 GROUP BY GROUPING SETS ((a.name, n.period), (n.period));

-- name: report_hours
-- $1 timestamptz: from   $2 timestamptz: to   $3 text: time zone
-- Mail by the hour and the day of the week that the clock on the wall showed; 0 is Monday.
SELECT h.weekday, h.hour, count(*) AS mails
  FROM (SELECT extract(isodow FROM l.at)::integer - 1 AS weekday, extract(hour FROM l.at)::integer AS hour
          FROM (SELECT i.received_at AT TIME ZONE $3::text AS at
                  FROM mailgw.inbound i
                 WHERE i.received_at >= $1::timestamptz AND i.received_at < $2::timestamptz) AS l) AS h
 GROUP BY h.weekday, h.hour;

-- name: report_waits
-- $1 timestamptz: from   $2 timestamptz: to   $3 float8[]: seconds, in order
-- How many first responses took less than the first of them (0), less than the second (1), and so on.
SELECT w.class, count(*) AS answered
  FROM (SELECT width_bucket(extract(epoch FROM v.answered_at - v.asked_at)::float8, $3::float8[]) AS class
          FROM mailgw.ticket_times v
         WHERE v.created_at >= $1::timestamptz AND v.opened_at >= $1::timestamptz AND v.opened_at < $2::timestamptz
           AND v.answered_at IS NOT NULL AND v.asked_at IS NOT NULL) AS w
 GROUP BY w.class;

-- name: report_subjects
-- $1 timestamptz: from   $2 timestamptz: to   $3 timestamptz: beginning of the span before
-- Numbers are taken out here already: most subjects of machines differ in nothing else, and what is left comes over the connection.
SELECT s.subject, count(*) FILTER (WHERE s.is_now) AS count, count(*) FILTER (WHERE NOT s.is_now) AS before,
       max(s.reference) FILTER (WHERE s.is_now) AS newest
  FROM (SELECT regexp_replace(left(v.subject, 500), '[0-9]+', '0', 'g') AS subject, v.opened_at >= $1::timestamptz AS is_now, v.reference
          FROM mailgw.ticket_times v
         WHERE v.created_at >= $3::timestamptz AND v.opened_at >= $3::timestamptz AND v.opened_at < $2::timestamptz
           AND v.subject <> '(erased)') AS s
 GROUP BY s.subject;

-- name: report_keys
-- $1 timestamptz: from   $2 timestamptz: to   $3 timestamptz: beginning of the span before   $4 bigint: at most, null is all
SELECT k.name, k.count, k.before, k.ticket
  FROM (SELECT v.correlation_key AS name, count(*) FILTER (WHERE v.opened_at >= $1::timestamptz) AS count,
               count(*) FILTER (WHERE v.opened_at < $1::timestamptz) AS before,
               max(v.reference) FILTER (WHERE v.opened_at >= $1::timestamptz) AS ticket
          FROM mailgw.ticket_times v
         WHERE v.created_at >= $3::timestamptz AND v.opened_at >= $3::timestamptz AND v.opened_at < $2::timestamptz
           AND v.correlation_key IS NOT NULL
         GROUP BY v.correlation_key) AS k
 WHERE k.count >= 2
 ORDER BY k.count DESC, k.before DESC, k.name
 LIMIT $4::bigint;

-- name: report_articles
-- $1 timestamptz: from   $2 timestamptz: to   $3 timestamptz: beginning of the span before   $4 bigint: at most, null is all
-- Help articles that an acknowledgement named. Decisions are kept as long as [retention] says.
SELECT k.name, k.title, k.count, k.before, k.ticket
  FROM (SELECT h.path AS name, max(h.title) AS title, count(*) FILTER (WHERE i.received_at >= $1::timestamptz) AS count,
               count(*) FILTER (WHERE i.received_at < $1::timestamptz) AS before,
               max(i.ticket) FILTER (WHERE i.received_at >= $1::timestamptz) AS ticket
          FROM mailgw.inbound i
          JOIN mailgw.decision d ON d.inbound = i.id
         CROSS JOIN LATERAL jsonb_to_recordset(CASE jsonb_typeof(d.facts -> 'help_articles') WHEN 'array' THEN d.facts -> 'help_articles'
                                                ELSE '[]' END) AS h (path text, title text)
         WHERE i.received_at >= $3::timestamptz AND i.received_at < $2::timestamptz AND d.acknowledgement = 'outbox'
         GROUP BY h.path) AS k
 WHERE k.count >= 1
 ORDER BY k.count DESC, k.before DESC, k.name
 LIMIT $4::bigint;
