-- name: leave_add
-- somebody is away from one day to the day before another
INSERT INTO leave (county, account_id, kind, valid, made_by)
VALUES (:county, :account_id, :kind, daterange(CAST(:since AS date), CAST(:until AS date)), :made_by)
RETURNING id;

-- name: leave_one
-- one leave
SELECT id, account_id, kind, lower(valid) AS since, upper(valid) AS until FROM leave WHERE county = :county AND id = :leave_id;

-- name: leave_drop
-- takes a leave back
DELETE FROM leave WHERE county = :county AND id = :leave_id RETURNING account_id;

-- name: leave_of_period
-- who is away in a period
SELECT l.id, l.account_id, a.name, l.kind, lower(l.valid) AS since, upper(l.valid) AS until
FROM leave l JOIN account a ON a.county = l.county AND a.id = l.account_id
WHERE l.county = :county AND l.valid && daterange(CAST(:first AS date), CAST(:last AS date), '[]')
ORDER BY lower(l.valid), l.account_id;

-- name: work_shift_end
-- ends a person's hours on a day; what had not begun never was
UPDATE work_shift SET valid = daterange(lower(valid), GREATEST(lower(valid), CAST(:on AS date)))
WHERE county = :county AND account_id = :account_id AND (upper_inf(valid) OR upper(valid) > CAST(:on AS date));

-- name: work_shift_add
-- a person's hours from a day on
INSERT INTO work_shift (county, account_id, weekdays, start_minute, end_minute, max_minutes, travel_mode, start_geom, valid)
VALUES (:county, :account_id, CAST(:weekdays AS smallint[]), :start_minute, :end_minute, :max_minutes, :travel_mode,
        CASE WHEN CAST(:lon AS float8) IS NOT NULL
             THEN ST_SetSRID(ST_MakePoint(CAST(:lon AS float8), CAST(:lat AS float8)), 4490) END,
        daterange(CAST(:since AS date), NULL));

-- name: work_shift_of_period
-- the hours that people have of their own, in a period
SELECT account_id, weekdays, start_minute, end_minute, max_minutes, travel_mode, ST_X(start_geom) AS lon,
       ST_Y(start_geom) AS lat, lower(valid) AS since, upper(valid) AS until
FROM work_shift
WHERE county = :county AND NOT isempty(valid) AND valid && daterange(CAST(:first AS date), CAST(:last AS date), '[]')
  AND (CAST(:account_id AS bigint) IS NULL OR account_id = :account_id)
ORDER BY account_id, lower(valid);

-- name: skill_of_period
-- who can do what in a period
SELECT account_id, skill, lower(valid) AS since, upper(valid) AS until FROM skill
WHERE county = :county AND NOT isempty(valid) AND valid && daterange(CAST(:first AS date), CAST(:last AS date), '[]')
ORDER BY account_id, skill;

-- name: skill_end
-- ends a skill of a person on a day
UPDATE skill SET valid = daterange(lower(valid), GREATEST(lower(valid), CAST(:on AS date)))
WHERE county = :county AND account_id = :account_id AND skill = :skill AND (upper_inf(valid) OR upper(valid) > CAST(:on AS date));

-- name: skill_add
-- gives a person a skill from a day on
INSERT INTO skill (county, account_id, skill, valid)
VALUES (:county, :account_id, :skill, daterange(CAST(:since AS date), NULL));

-- name: roster_people
-- every active inspector, with the grids of their main and backup duties in a period and the town most of them lie in
SELECT a.id AS account_id, a.name, a.login,
       COALESCE(array_agg(DISTINCT g.id) FILTER (WHERE d.kind = 'main'), '{}') AS main_grids,
       COALESCE(array_agg(DISTINCT g.id) FILTER (WHERE d.kind = 'backup'), '{}') AS backup_grids,
       min(substr(g.village, 1, 9)) FILTER (WHERE d.kind = 'main') AS town, min(g.code) FILTER (WHERE d.kind = 'main') AS grid
FROM account a
JOIN role_grant r ON r.county = a.county AND r.account_id = a.id AND r.role = 'inspector'
LEFT JOIN duty d ON d.county = a.county AND d.account_id = a.id AND NOT isempty(d.valid)
    AND d.valid && daterange(CAST(:first AS date), CAST(:last AS date), '[]')
LEFT JOIN grid g ON g.county = d.county AND g.id = d.grid_id
WHERE a.county = :county AND a.active
GROUP BY a.id, a.name, a.login
ORDER BY a.id;

-- name: roster_duties
-- main and backup duties of a period
SELECT d.grid_id, g.code, g.name AS grid, g.village, d.account_id, a.name, d.kind, lower(d.valid) AS since, upper(d.valid) AS until
FROM duty d
JOIN grid g ON g.county = d.county AND g.id = d.grid_id AND g.valid && daterange(CAST(:first AS date), CAST(:last AS date), '[]')
JOIN account a ON a.county = d.county AND a.id = d.account_id AND a.active
WHERE d.county = :county AND NOT isempty(d.valid) AND d.valid && daterange(CAST(:first AS date), CAST(:last AS date), '[]')
ORDER BY d.grid_id, d.kind DESC, d.id;

-- name: roster_vacancies
-- grids in force on a day that nobody looks after: no main duty, or a main who is away and no backup who is there
SELECT g.id, g.code, g.name, g.village, m.account_id AS away_id, m.name AS away
FROM grid g
LEFT JOIN LATERAL (
    SELECT d.account_id, a.name, EXISTS (SELECT FROM leave l WHERE l.county = d.county AND l.account_id = d.account_id
                                         AND l.valid @> CAST(:on AS date)) AS away
    FROM duty d JOIN account a ON a.county = d.county AND a.id = d.account_id
    WHERE d.county = g.county AND d.grid_id = g.id AND d.kind = 'main' AND d.valid @> CAST(:on AS date) AND a.active
    LIMIT 1) m ON true
WHERE g.county = :county AND g.valid @> CAST(:on AS date) AND (m.account_id IS NULL OR (m.away AND NOT EXISTS (
    SELECT FROM duty b JOIN account a ON a.county = b.county AND a.id = b.account_id AND a.active
    WHERE b.county = g.county AND b.grid_id = g.id AND b.kind = 'backup' AND b.valid @> CAST(:on AS date)
      AND NOT EXISTS (SELECT FROM leave l WHERE l.county = b.county AND l.account_id = b.account_id
                      AND l.valid @> CAST(:on AS date)))))
ORDER BY g.code;

-- name: appointment_add
-- a house is to be seen on a day
INSERT INTO appointment (county, house_id, on_date, from_minute, until_minute, made_by)
VALUES (:county, :house_id, CAST(:on AS date), :from_minute, :until_minute, :made_by) RETURNING id;

-- name: appointment_cancel
-- open -> cancelled
UPDATE appointment SET state = 'cancelled' WHERE county = :county AND id = :appointment_id AND state = 'open'
RETURNING house_id;

-- name: appointment_of_period
-- what was arranged for the days of a period
SELECT p.id, p.house_id, p.on_date, p.from_minute, p.until_minute, a.code, a.text AS address, v.name AS village_name, h.colour
FROM appointment p
JOIN house h ON h.county = p.county AND h.id = p.house_id
JOIN address a ON a.county = h.county AND a.id = h.address_id
JOIN division v ON v.county = h.county AND v.code_system = h.code_system AND v.code = h.village
WHERE p.county = :county AND p.state = 'open' AND p.on_date BETWEEN CAST(:first AS date) AND CAST(:last AS date)
ORDER BY p.on_date, p.from_minute NULLS FIRST, p.id;

-- name: appointment_house
-- the house of an arrangement
SELECT house_id FROM appointment WHERE county = :county AND id = :appointment_id;

-- name: handover_tickets
-- the open cases of the houses in some grids
SELECT t.id, t.number, t.state, t.severity, t.lead, t.due_at, h.id AS house_id, a.code, a.text AS address,
       v.name AS village_name, h.colour
FROM ticket t
JOIN house h ON h.county = t.county AND h.id = t.house_id
JOIN address a ON a.county = h.county AND a.id = h.address_id
JOIN division v ON v.county = h.county AND v.code_system = h.code_system AND v.code = h.village
WHERE t.county = :county AND t.state NOT IN ('CLOSED', 'VOID') AND h.grid_id = ANY(CAST(:grid_ids AS bigint[]))
ORDER BY t.severity, t.due_at NULLS LAST, t.id;

-- name: handover_due
-- how many houses of some grids are due by a day, by colour
SELECT h.colour, count(*) AS n FROM house h
WHERE h.county = :county AND h.grid_id = ANY(CAST(:grid_ids AS bigint[])) AND h.status = 'active'
  AND (h.due_on IS NULL OR h.due_on <= CAST(:on AS date))
GROUP BY h.colour;

-- name: handover_stops
-- what is still planned for somebody from a day on
SELECT p.on_date, count(*) AS n FROM stop s JOIN plan p ON p.county = s.county AND p.id = s.plan_id
WHERE s.county = :county AND p.account_id = :account_id AND p.state = 'published' AND s.state = 'todo'
  AND p.on_date >= CAST(:on AS date)
GROUP BY p.on_date ORDER BY p.on_date;
