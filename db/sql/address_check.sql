-- name: check_houses
-- houses in use with what a look over their addresses needs, by address id
SELECT a.id AS address_id, a.code, a.text, a.source, a.match_level, a.uncertainty_m, h.village, ST_X(h.geom) AS lon,
       ST_Y(h.geom) AS lat, ST_X(a.geom) AS rough_lon, ST_Y(a.geom) AS rough_lat,
       EXISTS (SELECT FROM house_village v WHERE v.county = h.county AND v.house_id = h.id) AS moved
FROM house h JOIN address a ON a.county = h.county AND a.id = h.address_id
WHERE h.county = :county AND h.status = 'active' AND a.id > :after
  AND (CAST(:ids AS bigint[]) IS NULL OR a.id = ANY(CAST(:ids AS bigint[])))
ORDER BY a.id LIMIT :limit;

-- name: check_written
-- the addresses of houses by what registers call them
SELECT h.source_key, h.address_id FROM house h
WHERE h.county = :county AND h.source_key = ANY(CAST(:keys AS text[])) AND h.status = 'active';

-- name: check_duplicates
-- houses whose village holds the same address under an earlier code
SELECT d.address_id, d.other_id, o.code, o.text, d.village, ST_X(d.other_geom) AS lon, ST_Y(d.other_geom) AS lat,
       ST_DistanceSphere(d.geom, d.other_geom) AS metres, d.n
FROM (
    SELECT a.id AS address_id, h.village, h.geom,
           first_value(a.id) OVER w AS other_id, first_value(h.geom) OVER w AS other_geom,
           count(*) OVER (PARTITION BY h.village, a.match_key) AS n
    FROM house h JOIN address a ON a.county = h.county AND a.id = h.address_id
    WHERE h.county = :county AND h.status = 'active' AND a.match_key <> ''
    WINDOW w AS (PARTITION BY h.village, a.match_key ORDER BY a.id)
) d
JOIN address o ON o.county = :county AND o.id = d.other_id
WHERE d.other_id <> d.address_id AND (CAST(:ids AS bigint[]) IS NULL OR d.address_id = ANY(CAST(:ids AS bigint[])));

-- name: check_doubles_near
-- houses with the same address at the same spot under an earlier code of another village; of each address only
-- neighbours from west to east are compared, so that a county takes one sort and no search around every house
SELECT d.address_id, o.id AS other_id, o.code, o.text, g.village, ST_X(g.geom) AS lon, ST_Y(g.geom) AS lat, d.metres, 2 AS n
FROM (
    SELECT greatest(a.id, lag(a.id) OVER w) AS address_id, least(a.id, lag(a.id) OVER w) AS other_id,
           lag(h.village) OVER w <> h.village AS apart, ST_DistanceSphere(h.geom, lag(h.geom) OVER w) AS metres
    FROM house h JOIN address a ON a.county = h.county AND a.id = h.address_id
    WHERE h.county = :county AND h.status = 'active' AND a.match_key <> '' AND h.geom IS NOT NULL
    WINDOW w AS (PARTITION BY a.match_key ORDER BY ST_X(h.geom), a.id)
) d
JOIN address o ON o.county = :county AND o.id = d.other_id
JOIN house g ON g.county = :county AND g.address_id = o.id
WHERE d.apart AND d.metres <= :metres
  AND (CAST(:ids AS bigint[]) IS NULL OR d.address_id = ANY(CAST(:ids AS bigint[])));

-- name: check_codes
-- addresses by id, as candidates
SELECT a.id, a.code, a.text, h.village FROM address a JOIN house h ON h.county = a.county AND h.address_id = a.id
WHERE a.county = :county AND a.id = ANY(CAST(:ids AS bigint[]));

-- name: check_held
-- refused rows that wait, with their masked problems and the headers of their file
SELECT q.id, q.batch_id, q.row_no, q.problems, q.raw_enc, b.mapping
FROM quarantine q JOIN import_batch b ON b.county = q.county AND b.id = q.batch_id
WHERE q.county = :county AND q.state = 'open' AND b.kind = 'houses' AND q.id > :after
  AND (CAST(:batch_id AS bigint) IS NULL OR q.batch_id = CAST(:batch_id AS bigint))
  AND EXISTS (SELECT FROM jsonb_array_elements(q.problems) p WHERE p ->> 'reason' = ANY(CAST(:reasons AS text[])))
ORDER BY q.id LIMIT :limit;

-- name: check_settle
-- closes open cases about these addresses that were not found again
UPDATE address_case c SET state = 'decided', decided_at = :at
WHERE c.county = :county AND c.state = 'open' AND c.address_id = ANY(CAST(:checked AS bigint[]))
  AND NOT EXISTS (SELECT FROM unnest(CAST(:found AS bigint[]), CAST(:kinds AS text[])) f (address_id, kind)
                  WHERE f.address_id = c.address_id AND f.kind = c.kind);

-- name: check_settle_gone
-- closes cases about houses that are closed
UPDATE address_case c SET state = 'decided', decided_at = :at
FROM address a
WHERE c.county = :county AND c.state <> 'decided' AND a.county = c.county AND a.id = c.address_id AND a.status = 'retired';

-- name: check_place
-- gives addresses the point of their match; a house comes onto the map where the point is good enough
UPDATE address a SET geom = ST_SetSRID(ST_MakePoint(n.lon, n.lat), 4490), match_level = n.level, match_score = n.score,
                     uncertainty_m = n.uncertainty_m
FROM jsonb_to_recordset(CAST(:rows AS jsonb)) AS n (id bigint, lon float8, lat float8, level text, score float8, uncertainty_m float8, precise boolean)
WHERE a.county = :county AND a.id = n.id;

-- name: check_place_houses
-- the houses of the addresses just placed
UPDATE house h SET geom = a.geom, updated_at = now()
FROM jsonb_to_recordset(CAST(:rows AS jsonb)) AS n (id bigint, precise boolean)
JOIN address a ON a.county = :county AND a.id = n.id
WHERE h.county = :county AND h.address_id = n.id AND n.precise AND h.geom IS NULL;
