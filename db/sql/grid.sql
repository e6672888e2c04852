-- name: grid_add
-- draws a grid from a day on
INSERT INTO grid (county, code, village, name, kind, geom, valid)
VALUES (:county, :code, :village, :name, :kind, ST_Multi(ST_GeomFromEWKB(CAST(:geom AS bytea))), daterange(CAST(:since AS date), NULL))
RETURNING id;

-- name: grid_points
-- where the houses of a village stand
SELECT ST_X(geom) AS lon, ST_Y(geom) AS lat FROM house
WHERE county = :county AND village = :village AND geom IS NOT NULL AND status = 'active';

-- name: grid_frame
-- grids in force on a day with who is on duty and how many houses they hold
SELECT g.id, g.code, g.name, g.village, g.kind, d.account_id, a.name AS inspector, COALESCE(n.houses, 0) AS houses,
       lower(g.valid) AS since,
       EXISTS (SELECT FROM leave l WHERE l.county = d.county AND l.account_id = d.account_id AND l.valid @> CAST(:on AS date))
       AND NOT EXISTS (
        SELECT FROM duty b WHERE b.county = g.county AND b.grid_id = g.id AND b.kind = 'backup' AND b.valid @> CAST(:on AS date)
        AND NOT EXISTS (SELECT FROM leave l WHERE l.county = b.county AND l.account_id = b.account_id AND l.valid @> CAST(:on AS date))
       ) AS away, ST_AsBinary(g.geom) AS geometry
FROM grid g
LEFT JOIN duty d ON d.county = g.county AND d.grid_id = g.id AND d.kind = 'main' AND d.valid @> CAST(:on AS date)
LEFT JOIN account a ON a.county = d.county AND a.id = d.account_id
LEFT JOIN (SELECT grid_id, count(*) AS houses FROM house WHERE county = :county GROUP BY grid_id) n ON n.grid_id = g.id
WHERE g.county = :county AND g.valid @> CAST(:on AS date)
  AND (CAST(:village AS text) IS NULL OR g.village = :village)
  AND (CAST(:account_id AS bigint) IS NULL OR EXISTS (
        SELECT FROM duty w WHERE w.county = g.county AND w.grid_id = g.id AND w.account_id = :account_id
        AND w.valid @> CAST(:on AS date)))
ORDER BY g.code;

-- name: grid_of_account
-- the grids a person is on duty for on a day
SELECT g.id, g.code, g.name, g.village, v.name AS village_name, d.kind
FROM duty d
JOIN grid g ON g.county = d.county AND g.id = d.grid_id AND g.valid @> CAST(:on AS date)
JOIN division v ON v.county = g.county AND v.code_system = 'stat' AND v.code = g.village
WHERE d.county = :county AND d.account_id = :account_id AND d.valid @> CAST(:on AS date)
ORDER BY d.kind DESC, g.code;

-- name: grid_of_house
-- the grid that a house lay in on a day
SELECT g.id, g.code, g.name
FROM house h JOIN grid g ON g.county = h.county AND g.id = grid_at(h.county, h.geom, CAST(:on AS date))
WHERE h.county = :county AND h.id = :house_id;

-- name: grid_one
-- a grid with its outline
SELECT id, code, village, name, kind, valid, ST_AsBinary(geom) AS geom FROM grid WHERE county = :county AND id = :grid_id;

-- name: duty_end
-- ends main or backup duties of a grid on a day; one that had not begun yet never was
UPDATE duty SET valid = daterange(lower(valid), GREATEST(lower(valid), CAST(:on AS date)))
WHERE county = :county AND grid_id = :grid_id AND kind = :kind
  AND (upper_inf(valid) OR upper(valid) > CAST(:on AS date))
  AND (CAST(:account_id AS bigint) IS NULL OR account_id = :account_id)
RETURNING account_id;

-- name: duty_end_grids
-- ends every duty for these grids on a day
UPDATE duty SET valid = daterange(lower(valid), GREATEST(lower(valid), CAST(:on AS date)))
WHERE county = :county AND grid_id = ANY(CAST(:grid_ids AS bigint[]))
  AND (upper_inf(valid) OR upper(valid) > CAST(:on AS date));

-- name: duty_add
-- puts a person on duty for a grid over a period
INSERT INTO duty (county, grid_id, account_id, kind, valid)
VALUES (:county, :grid_id, :account_id, :kind, daterange(CAST(:since AS date), CAST(:until AS date)));

-- name: duty_history
-- who was on duty for a grid, newest first
SELECT d.account_id, a.name, d.kind, lower(d.valid) AS since, upper(d.valid) AS until
FROM duty d JOIN account a ON a.county = d.county AND a.id = d.account_id
WHERE d.county = :county AND d.grid_id = :grid_id AND NOT isempty(d.valid)
ORDER BY lower(d.valid) DESC, d.id DESC;

-- name: duty_people
-- the inspectors on main duty on a day, with their grids
SELECT d.account_id, a.name, array_agg(g.id ORDER BY g.code) AS grid_ids, array_agg(g.code ORDER BY g.code) AS grids,
       min(g.village) AS village
FROM duty d
JOIN grid g ON g.county = d.county AND g.id = d.grid_id AND g.valid @> CAST(:on AS date)
JOIN account a ON a.county = d.county AND a.id = d.account_id AND a.active
WHERE d.county = :county AND d.kind = 'main' AND d.valid @> CAST(:on AS date)
GROUP BY d.account_id, a.name
ORDER BY d.account_id;

-- name: grid_inspectors
-- the people who may be put on duty: every active account with an inspector's role
SELECT DISTINCT a.id, a.name, a.login
FROM account a JOIN role_grant r ON r.county = a.county AND r.account_id = a.id
WHERE a.county = :county AND a.active AND r.role = 'inspector'
ORDER BY a.id;

-- name: grid_grant_end
-- takes an inspector's role over grids away on a day, from one person or from everybody
UPDATE role_grant SET valid = daterange(lower(valid), GREATEST(lower(valid), CAST(:on AS date)))
WHERE county = :county AND role = 'inspector' AND area_kind = 'grid' AND area_code = ANY(CAST(:codes AS text[]))
  AND (CAST(:account_id AS bigint) IS NULL OR account_id = :account_id)
  AND (upper_inf(valid) OR upper(valid) > CAST(:on AS date));

-- name: grid_grant_add
-- gives the inspector's role over a grid for a period
INSERT INTO role_grant (county, account_id, role, area_kind, area_code, valid)
VALUES (:county, :account_id, 'inspector', 'grid', :code, daterange(CAST(:since AS date), CAST(:until AS date)));

-- name: grid_code_at
-- the code of the grid that covers a point on a day
SELECT g.code FROM grid g WHERE g.county = :county
AND g.id = grid_at(:county, ST_SetSRID(ST_MakePoint(:lon, :lat), 4490), CAST(:on AS date));

-- name: grid_end_some
-- ends some grids on a day
UPDATE grid SET valid = daterange(lower(valid), GREATEST(lower(valid), CAST(:on AS date)))
WHERE county = :county AND id = ANY(CAST(:grid_ids AS bigint[]));

-- name: grid_corners
-- writes the same ground with other corners
UPDATE grid SET geom = ST_Multi(ST_GeomFromEWKB(CAST(:geom AS bytea))) WHERE county = :county AND id = :grid_id;

-- name: grid_ever
-- every grid of some villages that ever was, from when to when
SELECT code, lower(valid) AS since, upper(valid) AS until FROM grid
WHERE county = :county AND village = ANY(CAST(:villages AS text[])) AND NOT isempty(valid)
ORDER BY code, lower(valid);

-- name: duty_open
-- the duties of some grids that run on a day or begin later
SELECT d.grid_id, d.account_id, a.name, d.kind, lower(d.valid) AS since, upper(d.valid) AS until
FROM duty d JOIN account a ON a.county = d.county AND a.id = d.account_id
WHERE d.county = :county AND d.grid_id = ANY(CAST(:grid_ids AS bigint[])) AND NOT isempty(d.valid)
  AND (upper_inf(d.valid) OR upper(d.valid) > CAST(:on AS date))
ORDER BY d.grid_id, d.kind DESC, lower(d.valid);

-- name: grid_who
-- the grid a house lay in on a day, and who had which duty for it then
SELECT g.id AS grid_id, g.code AS grid, g.name AS grid_name, g.kind AS grid_kind, d.kind, d.account_id, a.name
FROM house h
JOIN grid g ON g.county = h.county AND g.id = grid_at(h.county, h.geom, CAST(:on AS date))
LEFT JOIN duty d ON d.county = g.county AND d.grid_id = g.id AND d.valid @> CAST(:on AS date)
LEFT JOIN account a ON a.county = d.county AND a.id = d.account_id
WHERE h.county = :county AND h.id = :house_id
ORDER BY d.kind DESC NULLS LAST, d.id;

-- name: grid_memory
-- a county's houses are gathered in memory, and by all cores: this is done once in a while, and somebody waits for it
SET LOCAL work_mem = '256MB';
SET LOCAL max_parallel_workers_per_gather = 2;
SET LOCAL parallel_setup_cost = 0;
SET LOCAL parallel_tuple_cost = 0;
SET LOCAL min_parallel_table_scan_size = 0;

-- name: grid_hold
-- which grids in force on a day hold each house, kept for the transaction. Outlines are dealt out to the workers, and the
-- houses of each fetched by the index; what would pin that order (OFFSET 0) would forbid the workers. ``place``: a special
-- grid before a base one, the lower code on a shared edge
CREATE TEMPORARY TABLE grid_held ON COMMIT DROP AS
SELECT x.id, g.id AS grid_id,
       CASE g.kind WHEN 'special' THEN 0 ELSE 1000000000000000 END + CAST(g.code AS bigint) AS place
FROM grid g JOIN house x ON x.county = :county AND x.geom && g.geom AND ST_Covers(g.geom, x.geom)
WHERE g.county = :county AND g.valid @> CAST(:on AS date);

-- name: grid_hold_one
-- of several grids that hold a house the first one does
WITH several AS MATERIALIZED (SELECT id, min(place) AS place FROM grid_held GROUP BY id HAVING count(*) > 1)
DELETE FROM grid_held k USING several s WHERE k.id = s.id AND k.place > s.place;

-- name: grid_take
-- gives each house that is in another grid, or in none, its own
UPDATE house h SET grid_id = k.grid_id
FROM house x LEFT JOIN grid_held k ON k.id = x.id
WHERE x.county = :county AND x.grid_id IS DISTINCT FROM k.grid_id AND h.county = x.county AND h.id = x.id;

-- name: grid_drop_held
-- takes what was kept away again
DROP TABLE grid_held;
