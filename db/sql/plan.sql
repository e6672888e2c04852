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
        ORDER BY r.house_id IS NULL, LEAST(h.complained_on, h.relet_on, h.addition_on) NULLS LAST, h.colour <> 'red' OR h.due_on IS NULL, h.next_try IS NULL,
                 CASE h.colour WHEN 'red' THEN 0 WHEN 'orange' THEN 1 WHEN 'unseen' THEN 2 WHEN 'yellow' THEN 3 ELSE 4 END,
                 h.due_on NULLS FIRST, h.id) AS place
    FROM mine m
    JOIN house h ON h.county = :county AND h.grid_id = m.grid_id AND h.geom IS NOT NULL
    LEFT JOIN rechecks r ON r.house_id = h.id
    WHERE (r.house_id IS NOT NULL OR h.next_try IS NOT NULL OR h.relet_on IS NOT NULL OR h.complained_on IS NOT NULL OR h.addition_on IS NOT NULL OR h.due_on IS NULL OR h.due_on <= CAST(:on AS date))
      AND NOT EXISTS (SELECT FROM taken k WHERE k.house_id = h.id)
)
SELECT k.account_id, h.id, h.colour, h.last_visit_at, h.next_try, h.relet_on, h.complained_on, h.addition_on, r.rectified_at,
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
SELECT house_id, reason, eta_at, service_minutes, travel_m, state, skip_reason, done_at, ST_AsBinary(way) AS way FROM stop
WHERE county = :county AND plan_id = ANY(CAST(:plan_ids AS bigint[])) AND state <> 'todo' ORDER BY seq;

-- name: plan_add
-- publishes a plan
INSERT INTO plan (county, account_id, on_date, seed, seconds, detour_factor, shift_minutes, travel_mode, metres, minutes,
                  start_geom, unserved, made_at, batch_id, travel_source, beyond)
VALUES (:county, :account_id, :on, :seed, :seconds, :detour_factor, :shift_minutes, :travel_mode, :metres, :minutes,
        ST_SetSRID(ST_MakePoint(:lon, :lat), 4490), CAST(:unserved AS jsonb), :made_at, :batch_id, :travel_source, :beyond)
RETURNING id;

-- name: plan_add_stop
-- one stop of a plan
INSERT INTO stop (county, plan_id, seq, house_id, reason, eta_at, service_minutes, travel_m, state, skip_reason, done_at, way)
VALUES (:county, :plan_id, :seq, :house_id, CAST(:reason AS jsonb), :eta_at, :service_minutes, :travel_m, :state, :skip_reason,
        :done_at, ST_GeomFromWKB(:way, 4490))
RETURNING id;

-- name: plan_of_day
-- the published plan of an inspector's day
SELECT p.id, p.account_id, a.name AS inspector, p.on_date, p.made_at, p.seed, p.seconds, p.metres, p.minutes, p.shift_minutes,
       p.travel_mode, p.detour_factor, p.unserved, p.beyond, p.travel_source, p.batch_id, ST_X(p.start_geom) AS start_lon, ST_Y(p.start_geom) AS start_lat
FROM plan p JOIN account a ON a.county = p.county AND a.id = p.account_id
WHERE p.county = :county AND p.account_id = :account_id AND p.on_date = CAST(:on AS date) AND p.state = 'published';

-- name: plan_stops
-- the stops of a plan in order
SELECT s.id, s.seq, s.house_id, a.code, a.text AS address, v.name AS village_name, h.kind, h.colour, s.reason, s.eta_at,
       s.service_minutes, s.travel_m, s.state, s.skip_reason, s.done_at, h.next_try, h.no_access,
       (SELECT count(*) FROM room m WHERE m.county = h.county AND m.house_id = h.id) AS rooms,
       ST_X(h.geom) AS lon, ST_Y(h.geom) AS lat, ST_AsBinary(s.way) AS way
FROM stop s
JOIN house h ON h.county = s.county AND h.id = s.house_id
JOIN address a ON a.county = h.county AND a.id = h.address_id
JOIN division v ON v.county = h.county AND v.code_system = h.code_system AND v.code = h.village
WHERE s.county = :county AND s.plan_id = :plan_id
ORDER BY s.seq;

-- name: plan_days
-- the published plans of a period, by day and inspector
SELECT p.id, p.account_id, a.name AS inspector, p.on_date, p.metres, p.minutes, p.shift_minutes, p.travel_mode,
       p.beyond, p.travel_source, COALESCE(sum((s.reason ->> 'prize_m')::float8), 0) AS danger_m,
       count(s.id) FILTER (WHERE s.reason ->> 'colour' = 'red') AS red, count(s.id) AS stops, count(s.id) FILTER (WHERE s.state = 'done') AS done,
       count(s.id) FILTER (WHERE s.state = 'skipped') AS skipped, jsonb_array_length(p.unserved) AS unserved
FROM plan p
JOIN account a ON a.county = p.county AND a.id = p.account_id
LEFT JOIN stop s ON s.county = p.county AND s.plan_id = p.id
WHERE p.county = :county AND p.state = 'published' AND p.on_date BETWEEN CAST(:first AS date) AND CAST(:last AS date)
GROUP BY p.id, p.account_id, a.name, p.on_date, p.metres, p.minutes, p.shift_minutes, p.travel_mode, p.beyond,
         p.travel_source, p.unserved
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

-- name: plan_due
-- houses of some grids that may be due by a day, the weightiest of each grid's group first, at most so many each; ``beyond``
-- is how many of the group there are besides
WITH mine AS MATERIALIZED (
    SELECT u.grid_id, u.owner FROM unnest(CAST(:grid_ids AS bigint[]), CAST(:owners AS bigint[])) AS u (grid_id, owner)
), rechecks AS MATERIALIZED (
    SELECT t.house_id, min(t.rectified_at) AS rectified_at FROM ticket t
    WHERE t.county = :county AND t.state = 'SUBMITTED' GROUP BY t.house_id
), arranged AS MATERIALIZED (
    SELECT DISTINCT ON (p.house_id) p.house_id, p.on_date, p.from_minute, p.until_minute FROM appointment p
    WHERE p.county = :county AND p.state = 'open' AND p.on_date BETWEEN CAST(:first AS date) AND CAST(:last AS date)
    ORDER BY p.house_id, p.on_date
), taken AS MATERIALIZED (
    SELECT s.house_id FROM stop s JOIN plan p ON p.county = s.county AND p.id = s.plan_id
    WHERE s.county = :county AND p.state = 'published'
      AND ((s.state = 'todo' AND p.on_date >= CAST(:today AS date) AND p.on_date < CAST(:first AS date))
           OR (s.state = 'todo' AND p.on_date BETWEEN CAST(:first AS date) AND CAST(:last AS date)
               AND p.account_id <> ALL (CAST(:accounts AS bigint[])))
           OR (s.state = 'done' AND p.on_date BETWEEN CAST(:first AS date) AND CAST(:last AS date)))
), skipped AS MATERIALIZED (
    SELECT s.house_id, max(p.on_date) AS on_date FROM stop s JOIN plan p ON p.county = s.county AND p.id = s.plan_id
    WHERE s.county = :county AND p.state = 'published' AND s.state = 'skipped'
      AND p.on_date BETWEEN CAST(:first AS date) AND CAST(:last AS date) GROUP BY s.house_id
), ranked AS (
    SELECT m.owner, h.id, row_number() OVER (
        PARTITION BY m.owner
        ORDER BY a.house_id IS NULL, r.house_id IS NULL, LEAST(h.complained_on, h.relet_on, h.addition_on) NULLS LAST, h.colour <> 'red' OR h.due_on IS NULL, h.next_try IS NULL,
                 CASE h.colour WHEN 'red' THEN 0 WHEN 'orange' THEN 1 WHEN 'unseen' THEN 2 WHEN 'yellow' THEN 3 ELSE 4 END,
                 h.due_on NULLS FIRST, h.id) AS place,
        count(*) OVER (PARTITION BY m.owner) AS all_due
    FROM mine m
    JOIN house h ON h.county = :county AND h.grid_id = m.grid_id AND h.geom IS NOT NULL
    LEFT JOIN rechecks r ON r.house_id = h.id
    LEFT JOIN arranged a ON a.house_id = h.id
    WHERE (a.house_id IS NOT NULL OR r.house_id IS NOT NULL OR h.next_try IS NOT NULL OR h.relet_on IS NOT NULL OR h.complained_on IS NOT NULL OR h.addition_on IS NOT NULL OR h.due_on IS NULL
           OR h.due_on <= CAST(:last AS date))
      AND h.status = 'active' AND NOT EXISTS (SELECT FROM taken k WHERE k.house_id = h.id)
)
SELECT k.owner, GREATEST(k.all_due - :pool, 0) AS beyond, h.id, h.grid_id, h.colour, h.last_visit_at, h.next_try, h.relet_on, h.complained_on, h.addition_on,
       r.rectified_at, ST_X(h.geom) AS lon, ST_Y(h.geom) AS lat, s.on_date AS skipped_on, a.on_date AS pinned_on,
       a.from_minute, a.until_minute, v.submitted_at AS tried_at, v.outcome AS last_outcome,
       COALESCE(NULLIF((SELECT count(*) FROM room m WHERE m.county = h.county AND m.house_id = h.id), 0), h.rooms_let, 0) AS rooms,
       (SELECT COALESCE(array_agg(DISTINCT f.rule_code || ':' || f.severity), '{}') FROM finding f
        WHERE f.county = h.county AND f.house_id = h.id AND f.cleared_at IS NULL AND f.absent_at IS NULL) AS hazards
FROM ranked k
JOIN house h ON h.county = :county AND h.id = k.id
LEFT JOIN rechecks r ON r.house_id = h.id
LEFT JOIN skipped s ON s.house_id = h.id
LEFT JOIN arranged a ON a.house_id = h.id
LEFT JOIN LATERAL (
    SELECT x.submitted_at, x.outcome FROM visit x
    WHERE x.county = h.county AND x.house_id = h.id AND x.state = 'submitted'
    ORDER BY x.submitted_at DESC LIMIT 1) v ON true
WHERE k.place <= :pool
ORDER BY k.owner, k.place;

-- name: plan_beyond
-- houses of an inspector's grids that are due by a day and on no list and in no plan's reasons: more than were weighed
SELECT h.id, a.code, a.text AS address, v.name AS village_name, h.colour, h.due_on
FROM duty d
JOIN house h ON h.county = d.county AND h.grid_id = d.grid_id AND h.geom IS NOT NULL AND h.status = 'active'
JOIN address a ON a.county = h.county AND a.id = h.address_id
JOIN division v ON v.county = h.county AND v.code_system = h.code_system AND v.code = h.village
WHERE d.county = :county AND d.account_id = :account_id AND d.kind = 'main' AND d.valid @> CAST(:on AS date)
  AND (h.due_on IS NULL OR h.due_on <= CAST(:on AS date))
  AND NOT EXISTS (SELECT FROM stop s JOIN plan p ON p.county = s.county AND p.id = s.plan_id
                  WHERE s.county = h.county AND s.house_id = h.id AND p.state = 'published' AND p.on_date >= CAST(:on AS date))
  AND NOT EXISTS (SELECT FROM plan p, jsonb_array_elements(p.unserved) u
                  WHERE p.county = d.county AND p.account_id = d.account_id AND p.state = 'published'
                    AND p.on_date >= CAST(:on AS date) AND (u ->> 'house_id')::bigint = h.id)
ORDER BY h.due_on NULLS FIRST, h.id LIMIT :most;

-- name: plan_batch_add
-- one making of plans
INSERT INTO plan_batch (county, first_on, last_on, made_at, made_by)
VALUES (:county, CAST(:first AS date), CAST(:last AS date), :made_at, :made_by) RETURNING id;

-- name: plan_batch_tell
-- what a making of plans came to, in numbers
UPDATE plan_batch SET detail = CAST(:detail AS jsonb) WHERE county = :county AND id = :batch_id;

-- name: plan_batch_last
-- the latest making of plans for a day
SELECT b.id, b.first_on, b.last_on, b.made_at, b.detail FROM plan_batch b
WHERE b.county = :county AND CAST(:on AS date) BETWEEN b.first_on AND b.last_on AND b.detail <> '{}'::jsonb
ORDER BY b.id DESC LIMIT 1;

-- name: plan_starts
-- where rounds start for want of an office: amid the houses of each person's grids
SELECT u.account_id, ST_X(p) AS lon, ST_Y(p) AS lat
FROM (SELECT d.account_id, ST_PointOnSurface(ST_Collect(h.geom)) AS p FROM duty d
      JOIN house h ON h.county = d.county AND h.grid_id = d.grid_id
      WHERE d.county = :county AND d.account_id = ANY(CAST(:accounts AS bigint[])) AND d.valid && daterange(CAST(:first AS date), CAST(:last AS date), '[]')
        AND NOT isempty(d.valid)
        AND (d.kind = 'main' OR NOT EXISTS (SELECT FROM duty m WHERE m.county = d.county AND m.account_id = d.account_id
                                            AND m.kind = 'main' AND m.valid @> CAST(:first AS date)))
      GROUP BY d.account_id) u
WHERE p IS NOT NULL;

-- name: plan_grids
-- the grids that the stops of a plan lie in, with their outlines (a house in no grid: its village alone)
SELECT DISTINCT h.village, g.code, g.name, ST_AsBinary(g.geom) AS geom
FROM stop s
JOIN house h ON h.county = s.county AND h.id = s.house_id
LEFT JOIN grid g ON g.county = h.county AND g.id = h.grid_id
WHERE s.county = :county AND s.plan_id = :plan_id
ORDER BY g.code, h.village;
