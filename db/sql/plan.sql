-- name: plan_candidates
-- houses that may be due on a day in the grids of inspectors, the weightiest of each inspector first, at most so many each
WITH mine AS MATERIALIZED (
    SELECT d.account_id, d.grid_id FROM duty d
    WHERE d.county = :county AND d.kind = 'main' AND d.valid @> CAST(:on AS date)
      AND d.account_id = ANY(CAST(:accounts AS bigint[]))
), rechecks AS MATERIALIZED (
    SELECT t.house_id, min(t.rectified_at) AS rectified_at FROM ticket t
    WHERE t.county = :county AND t.state = 'SUBMITTED' GROUP BY t.house_id
), taken AS MATERIALIZED (
    SELECT s.house_id FROM stop s JOIN plan p ON p.county = s.county AND p.id = s.plan_id
    WHERE s.county = :county AND p.state = 'published'
      AND ((s.state = 'todo' AND p.on_date >= CAST(:first_day AS date) AND p.on_date < CAST(:on AS date))
           OR (s.state <> 'todo' AND p.on_date = CAST(:on AS date)))
), ranked AS (
    SELECT m.account_id, h.id, row_number() OVER (
        PARTITION BY m.account_id
        ORDER BY r.house_id IS NULL, h.colour <> 'red' OR h.due_on IS NULL, h.next_try IS NULL,
                 CASE h.colour WHEN 'red' THEN 0 WHEN 'orange' THEN 1 WHEN 'unseen' THEN 2 WHEN 'yellow' THEN 3 ELSE 4 END,
                 h.due_on NULLS FIRST, h.id) AS place
    FROM mine m
    JOIN house h ON h.county = :county AND h.grid_id = m.grid_id AND h.geom IS NOT NULL
    LEFT JOIN rechecks r ON r.house_id = h.id
    WHERE (r.house_id IS NOT NULL OR h.next_try IS NOT NULL OR h.due_on IS NULL OR h.due_on <= CAST(:on AS date))
      AND NOT EXISTS (SELECT FROM taken k WHERE k.house_id = h.id)
)
SELECT k.account_id, h.id, h.colour, h.last_visit_at, h.next_try, r.rectified_at,
       ST_X(h.geom) AS lon, ST_Y(h.geom) AS lat,
       CASE WHEN h.next_try IS NOT NULL THEN
           (SELECT max(v.submitted_at) FROM visit v WHERE v.county = h.county AND v.house_id = h.id AND v.state = 'submitted')
       END AS tried_at,
       COALESCE(NULLIF((SELECT count(*) FROM room m WHERE m.county = h.county AND m.house_id = h.id), 0), h.rooms_let, 0) AS rooms
FROM ranked k
JOIN house h ON h.county = :county AND h.id = k.id
LEFT JOIN rechecks r ON r.house_id = h.id
WHERE k.place <= :pool
ORDER BY k.account_id, k.place;

-- name: plan_start
-- where an inspector's round starts: inside their first grid, for want of an office
SELECT ST_X(p) AS lon, ST_Y(p) AS lat
FROM (SELECT ST_PointOnSurface(ST_Collect(h.geom)) AS p FROM duty d
      JOIN house h ON h.county = d.county AND h.grid_id = d.grid_id
      WHERE d.county = :county AND d.account_id = :account_id AND d.kind = 'main' AND d.valid @> CAST(:on AS date)) s
WHERE p IS NOT NULL;

-- name: plan_replace
-- published -> replaced: the plan of that inspector and day makes room for a new one; its id
UPDATE plan SET state = 'replaced'
WHERE county = :county AND account_id = :account_id AND on_date = CAST(:on AS date) AND state = 'published'
RETURNING id;

-- name: plan_kept_stops
-- what was done or left out with a reason goes over into the plan that replaces this one, in its order
SELECT house_id, reason, eta_at, service_minutes, travel_m, state, skip_reason, done_at FROM stop
WHERE county = :county AND plan_id = ANY(CAST(:plan_ids AS bigint[])) AND state <> 'todo' ORDER BY seq;

-- name: plan_add
-- publishes a plan
INSERT INTO plan (county, account_id, on_date, seed, seconds, detour_factor, shift_minutes, travel_mode, metres, minutes,
                  start_geom, unserved, made_at)
VALUES (:county, :account_id, :on, :seed, :seconds, :detour_factor, :shift_minutes, :travel_mode, :metres, :minutes,
        ST_SetSRID(ST_MakePoint(:lon, :lat), 4490), CAST(:unserved AS jsonb), :made_at)
RETURNING id;

-- name: plan_add_stop
-- one stop of a plan
INSERT INTO stop (county, plan_id, seq, house_id, reason, eta_at, service_minutes, travel_m, state, skip_reason, done_at)
VALUES (:county, :plan_id, :seq, :house_id, CAST(:reason AS jsonb), :eta_at, :service_minutes, :travel_m, :state, :skip_reason,
        :done_at)
RETURNING id;

-- name: plan_of_day
-- the published plan of an inspector's day
SELECT p.id, p.account_id, a.name AS inspector, p.on_date, p.made_at, p.seed, p.metres, p.minutes, p.shift_minutes,
       p.travel_mode, p.detour_factor, p.unserved, ST_X(p.start_geom) AS start_lon, ST_Y(p.start_geom) AS start_lat
FROM plan p JOIN account a ON a.county = p.county AND a.id = p.account_id
WHERE p.county = :county AND p.account_id = :account_id AND p.on_date = CAST(:on AS date) AND p.state = 'published';

-- name: plan_stops
-- the stops of a plan in order
SELECT s.id, s.seq, s.house_id, a.code, a.text AS address, v.name AS village_name, h.kind, h.colour, s.reason, s.eta_at,
       s.service_minutes, s.travel_m, s.state, s.skip_reason, s.done_at, h.next_try, h.no_access,
       (SELECT count(*) FROM room m WHERE m.county = h.county AND m.house_id = h.id) AS rooms,
       ST_X(h.geom) AS lon, ST_Y(h.geom) AS lat
FROM stop s
JOIN house h ON h.county = s.county AND h.id = s.house_id
JOIN address a ON a.county = h.county AND a.id = h.address_id
JOIN division v ON v.county = h.county AND v.code_system = h.code_system AND v.code = h.village
WHERE s.county = :county AND s.plan_id = :plan_id
ORDER BY s.seq;

-- name: plan_days
-- the published plans of a period, by day and inspector
SELECT p.id, p.account_id, a.name AS inspector, p.on_date, p.metres, p.minutes, p.shift_minutes, p.travel_mode,
       count(s.id) AS stops, count(s.id) FILTER (WHERE s.state = 'done') AS done,
       count(s.id) FILTER (WHERE s.state = 'skipped') AS skipped, jsonb_array_length(p.unserved) AS unserved
FROM plan p
JOIN account a ON a.county = p.county AND a.id = p.account_id
LEFT JOIN stop s ON s.county = p.county AND s.plan_id = p.id
WHERE p.county = :county AND p.state = 'published' AND p.on_date BETWEEN CAST(:first AS date) AND CAST(:last AS date)
GROUP BY p.id, p.account_id, a.name, p.on_date, p.metres, p.minutes, p.shift_minutes, p.travel_mode, p.unserved
ORDER BY p.on_date, p.account_id;

-- name: plan_stop_owner
-- whose stop this is, in a published plan
SELECT s.id, s.house_id, s.state, p.id AS plan_id, p.account_id, p.on_date
FROM stop s JOIN plan p ON p.county = s.county AND p.id = s.plan_id
WHERE s.county = :county AND s.id = :stop_id AND p.state = 'published';

-- name: plan_skip_stop
-- todo -> skipped, with the reason
UPDATE stop SET state = 'skipped', skip_reason = :reason WHERE county = :county AND id = :stop_id AND state = 'todo';

-- name: plan_unskip_stop
-- skipped -> todo
UPDATE stop SET state = 'todo', skip_reason = NULL WHERE county = :county AND id = :stop_id AND state = 'skipped';

-- name: plan_last_stop
-- where and when a plan ends so far
SELECT s.seq, s.eta_at, s.service_minutes, ST_X(h.geom) AS lon, ST_Y(h.geom) AS lat
FROM stop s JOIN house h ON h.county = s.county AND h.id = s.house_id
WHERE s.county = :county AND s.plan_id = :plan_id ORDER BY s.seq DESC LIMIT 1;

-- name: plan_lengthen
-- adds a way to what a plan travels
UPDATE plan SET metres = metres + :metres, minutes = minutes + :minutes WHERE county = :county AND id = :plan_id;
