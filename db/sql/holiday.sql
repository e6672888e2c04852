-- name: holiday_years
-- the years of holidays that a county entered
SELECT y.year, y.source, y.holidays, y.workdays, y.entered_at, a.name AS account_name
FROM holiday_year y LEFT JOIN account a ON a.county = y.county AND a.id = y.account_id
WHERE y.county = :county ORDER BY y.year;

-- name: holiday_year_put
-- enters a year of holidays; one that was entered before is entered anew
INSERT INTO holiday_year (county, year, source, holidays, workdays, entered_at, account_id)
VALUES (:county, :year, :source, CAST(:holidays AS date[]), CAST(:workdays AS date[]), :at, :account_id)
ON CONFLICT (county, year) DO UPDATE SET source = EXCLUDED.source, holidays = EXCLUDED.holidays,
    workdays = EXCLUDED.workdays, entered_at = EXCLUDED.entered_at, account_id = EXCLUDED.account_id;

-- name: holiday_clocks
-- what the deadlines of open tickets, or of one, hang on: when the clock began, how much pauses moved it, whether a person set it since, when a ruling was asked for, and the hazards with their days
SELECT t.county, t.id, t.number, t.state, t.hazard, t.severity, t.due_at, t.ruling_due_at, began.at AS began_at, asked.at AS bounced_at,
    COALESCE(since.paused, interval '0') AS paused, COALESCE(since.granted, false) AS granted,
    ARRAY(SELECT f.rule_code FROM finding f WHERE f.county = t.county AND f.ticket_id = t.id ORDER BY f.id) AS hazards,
    ARRAY(SELECT f.severity FROM finding f WHERE f.county = t.county AND f.ticket_id = t.id ORDER BY f.id) AS severities,
    ARRAY(SELECT f.found_at FROM finding f WHERE f.county = t.county AND f.ticket_id = t.id ORDER BY f.id) AS found
FROM ticket t
LEFT JOIN LATERAL (
    SELECT e.id, e.at FROM ticket_event e WHERE e.county = t.county AND e.ticket_id = t.id AND e.event IN ('dispatch', 'reopen')
    ORDER BY e.id DESC LIMIT 1
) began ON true
LEFT JOIN LATERAL (
    SELECT max(e.at) AS at FROM ticket_event e WHERE e.county = t.county AND e.ticket_id = t.id AND e.event = 'bounce'
) asked ON true
LEFT JOIN LATERAL (
    SELECT sum(s.due_at - s.due_before) FILTER (WHERE s.event = 'resume') AS paused, bool_or(s.event = 'grant') AS granted
    FROM (
        SELECT e.id, e.event, CAST(e.detail ->> 'due_at' AS timestamptz) AS due_at,
            lag(CAST(e.detail ->> 'due_at' AS timestamptz)) OVER (ORDER BY e.id) AS due_before
        FROM ticket_event e WHERE e.county = t.county AND e.ticket_id = t.id AND e.id >= began.id
    ) s
) since ON true
WHERE t.county = :county AND t.state NOT IN ('CLOSED', 'VOID') AND t.source <> 'import'
  AND (CAST(:ticket_id AS bigint) IS NULL OR t.id = :ticket_id)
ORDER BY t.id;

-- name: holiday_hold
-- holds every open ticket of a county until the transaction ends
SELECT id FROM ticket WHERE county = :county AND state NOT IN ('CLOSED', 'VOID') ORDER BY id FOR UPDATE;
