-- name: kpi_counts
-- how many tickets stand for each published count in a period, by a key
SELECT CASE CAST(:by AS text) WHEN 'town' THEN t.town WHEN 'village' THEN t.village WHEN 'department' THEN t.lead
        WHEN 'hazard' THEN t.hazard WHEN 'severity' THEN t.severity::text WHEN 'source' THEN t.source
        WHEN 'grid' THEN (SELECT g.code FROM grid g WHERE g.county = t.county AND g.id = t.grid_id)
        WHEN 'person' THEN t.rectified_by::text END AS key,
    count(*) FILTER (WHERE f.received) AS received, count(*) FILTER (WHERE f.filed) AS filed,
    count(*) FILTER (WHERE f.dispatched) AS dispatched, count(*) FILTER (WHERE f.should_close) AS should_close,
    count(*) FILTER (WHERE f.closed_in) AS closed_in, count(*) FILTER (WHERE f.closed_on_time) AS closed_on_time,
    count(*) FILTER (WHERE f.should_handle) AS should_handle, count(*) FILTER (WHERE f.handled_on_time) AS handled_on_time,
    count(*) FILTER (WHERE f.reworked) AS reworked, count(*) FILTER (WHERE f.extended) AS extended,
    count(*) FILTER (WHERE f.overdue_open) AS overdue_open, count(*) FILTER (WHERE f.handled) AS handled,
    count(*) FILTER (WHERE f.accurate) AS accurate, count(*) FILTER (WHERE f.answered) AS answered,
    count(*) FILTER (WHERE f.referred) AS referred
FROM ticket_as_known(:county, :known_at) t
CROSS JOIN LATERAL ticket_flags(t, :from_at, :to_at, :as_of) f
WHERE t.county = :county AND (CAST(:town AS text) IS NULL OR t.town = :town)
  AND t.opened_at < least(CAST(:to_at AS timestamptz), :as_of)
  AND (t.opened_at >= :from_at OR t.closed_at IS NULL OR t.closed_at >= least(CAST(:from_at AS timestamptz), :as_of)
       OR t.rectified_at IS NULL OR t.rectified_at >= least(CAST(:from_at AS timestamptz), :as_of))
GROUP BY 1 ORDER BY 1;

-- name: kpi_cases
-- exactly the tickets that stand for one count
SELECT t.*, ticket_due(t, :now) AS clock_due_at, ticket_clock(t, :now, :soon) AS clock, card.*
FROM ticket_as_known(:county, :known_at) t
CROSS JOIN LATERAL ticket_flags(t, :from_at, :to_at, :as_of) f CROSS JOIN LATERAL ticket_card(t) card
WHERE t.county = :county AND t.opened_at < least(CAST(:to_at AS timestamptz), :as_of)
  AND CASE CAST(:count AS text) WHEN 'received' THEN f.received WHEN 'filed' THEN f.filed WHEN 'dispatched' THEN f.dispatched
        WHEN 'should_close' THEN f.should_close WHEN 'closed_in' THEN f.closed_in
        WHEN 'closed_on_time' THEN f.closed_on_time WHEN 'should_handle' THEN f.should_handle
        WHEN 'handled_on_time' THEN f.handled_on_time WHEN 'reworked' THEN f.reworked
        WHEN 'extended' THEN f.extended WHEN 'overdue_open' THEN f.overdue_open WHEN 'handled' THEN f.handled
        WHEN 'accurate' THEN f.accurate WHEN 'answered' THEN f.answered WHEN 'referred' THEN f.referred END
  AND (CAST(:key AS text) IS NULL OR :key = CASE CAST(:by AS text) WHEN 'town' THEN t.town
        WHEN 'village' THEN t.village WHEN 'department' THEN t.lead
        WHEN 'hazard' THEN t.hazard WHEN 'severity' THEN t.severity::text WHEN 'source' THEN t.source
        WHEN 'grid' THEN (SELECT g.code FROM grid g WHERE g.county = t.county AND g.id = t.grid_id)
        WHEN 'person' THEN t.rectified_by::text END)
ORDER BY t.due_at, t.id LIMIT :limit;

-- name: kpi_names
-- what the keys are called: divisions and departments of a county
SELECT code AS key, name, NULL AS name_en FROM division WHERE county = :county AND code_system = 'stat'
UNION ALL SELECT code, name, name_en FROM department WHERE county = :county
UNION ALL SELECT code, name, NULL FROM grid WHERE county = :county AND upper_inf(valid)
UNION ALL SELECT id::text, name, NULL FROM account WHERE county = :county;

-- name: kpi_bounces
-- how often each department passed tickets to each other one in a period
SELECT e.passed_by AS from_department, e.passed_to AS to_department, count(*) AS passed
FROM ticket_event e
WHERE e.county = :county AND e.event IN ('pass_on', 'bounce') AND e.at >= :from_at AND e.at < :to_at
GROUP BY 1, 2 ORDER BY 3 DESC, 1, 2;

-- name: kpi_bounce_cases
-- the tickets that one department passed to another one in a period, the last passed first
SELECT t.*, ticket_due(t, :now) AS clock_due_at, ticket_clock(t, :now, :soon) AS clock, card.*
FROM (SELECT e.ticket_id, max(e.at) AS at FROM ticket_event e
      WHERE e.county = :county AND e.event IN ('pass_on', 'bounce') AND e.at >= :from_at AND e.at < :to_at
        AND e.passed_by = :from_department AND e.passed_to = :to_department
      GROUP BY 1) e
JOIN ticket t ON t.county = :county AND t.id = e.ticket_id CROSS JOIN LATERAL ticket_card(t) card
ORDER BY e.at DESC, t.id LIMIT :limit;

-- name: kpi_counties
-- the counties of the record
SELECT county, name, name_en FROM county ORDER BY county;
