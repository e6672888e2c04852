-- name: timesheet_visits
-- the visits handed in in a period, by whom and from when to when
SELECT v.account_id, v.house_id, v.started_at, v.submitted_at, v.outcome = 'granted' AS entered
FROM visit v
WHERE v.county = :county AND v.state = 'submitted' AND v.submitted_at >= :from_at AND v.submitted_at < :to_at
  AND v.account_id = ANY(CAST(:accounts AS bigint[]))
ORDER BY v.account_id, v.submitted_at;

-- name: timesheet_plans
-- what was published for the days of a period: stops that were not left out, minutes at doors, metres between them
SELECT p.account_id, p.on_date, p.travel_mode, count(s.id) AS stops,
       count(s.id) FILTER (WHERE s.state = 'done') AS done,
       COALESCE(sum(s.service_minutes), 0) AS door_minutes, COALESCE(sum(s.travel_m), 0) AS travel_m
FROM plan p
LEFT JOIN stop s ON s.county = p.county AND s.plan_id = p.id AND s.state <> 'skipped'
WHERE p.county = :county AND p.state = 'published' AND p.on_date BETWEEN CAST(:first AS date) AND CAST(:last AS date)
  AND p.account_id = ANY(CAST(:accounts AS bigint[]))
GROUP BY p.id, p.account_id, p.on_date, p.travel_mode
ORDER BY p.on_date, p.account_id;

-- name: timesheet_people
-- inspectors, and whoever handed in a visit in a period, with a grid of theirs on main duty then
SELECT a.id AS account_id, a.name, a.login,
       min(g.code) FILTER (WHERE d.kind = 'main') AS grid
FROM account a
LEFT JOIN duty d ON d.county = a.county AND d.account_id = a.id AND NOT isempty(d.valid)
    AND d.valid && daterange(CAST(:first AS date), CAST(:last AS date), '[]')
LEFT JOIN grid g ON g.county = d.county AND g.id = d.grid_id
WHERE a.county = :county
  AND (EXISTS (SELECT FROM role_grant r WHERE r.county = a.county AND r.account_id = a.id AND r.role = 'inspector')
       OR EXISTS (SELECT FROM visit v WHERE v.county = a.county AND v.account_id = a.id AND v.state = 'submitted'
                  AND v.submitted_at >= :from_at AND v.submitted_at < :to_at))
GROUP BY a.id, a.name, a.login
ORDER BY a.id;
