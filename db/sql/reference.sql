-- name: standard_incoming
-- a place for the rows of a list, for this transaction alone
CREATE TEMP TABLE IF NOT EXISTS incoming_standard (
    source_key TEXT, text TEXT, village TEXT, geom geometry(POINT,4490), source_crs TEXT
) ON COMMIT DROP;
TRUNCATE incoming_standard;

-- name: standard_analyse
-- lets the comparison know how many rows came
ANALYZE incoming_standard;

-- name: standard_said_again
-- takes out what is in force already, word for word and point for point
DELETE FROM incoming_standard i USING standard_address s
WHERE s.county = :county AND s.source = :source AND s.source_key = i.source_key AND upper_inf(s.valid)
  AND s.text = i.text AND s.village IS NOT DISTINCT FROM i.village AND s.geom = i.geom AND s.source_crs = i.source_crs;

-- name: standard_gone
-- ends what a whole list names no more, before anything is taken out of it; a row that cannot be used names its key too
UPDATE standard_address s
SET valid = CASE WHEN lower(s.valid) < CAST(:on AS date) THEN daterange(lower(s.valid), CAST(:on AS date)) ELSE 'empty' END
WHERE s.county = :county AND s.source = :source AND upper_inf(s.valid)
  AND NOT EXISTS (SELECT FROM incoming_standard i WHERE i.source_key = s.source_key)
  AND NOT s.source_key = ANY(CAST(:named AS text[]));

-- name: standard_end_changed
-- ends what the rows left say otherwise
UPDATE standard_address s
SET valid = CASE WHEN lower(s.valid) < CAST(:on AS date) THEN daterange(lower(s.valid), CAST(:on AS date)) ELSE 'empty' END
FROM incoming_standard i
WHERE s.county = :county AND s.source = :source AND s.source_key = i.source_key AND upper_inf(s.valid);

-- name: standard_add
-- puts the rows left in force
INSERT INTO standard_address (county, source, source_key, text, village, geom, source_crs, batch_id, valid)
SELECT :county, :source, i.source_key, i.text, i.village, i.geom, i.source_crs, :batch_id, daterange(CAST(:on AS date), NULL)
FROM incoming_standard i ORDER BY i.source_key;

-- name: standard_sources
-- where a county's standard addresses come from, and how many are in force
SELECT source, count(*) AS addresses, count(village) AS with_village FROM standard_address
WHERE county = :county AND upper_inf(valid) GROUP BY source ORDER BY source;

-- name: standard_in_force
-- the standard addresses in force, in an order that does not change
SELECT 's' || id, text, ST_X(geom), ST_Y(geom), COALESCE(village, '') FROM standard_address
WHERE county = :county AND upper_inf(valid) ORDER BY id;

-- name: standard_state
-- a figure that changes with any standard address in force
SELECT count(*) || ':' || COALESCE(sum(CAST(hashtextextended(id || text || COALESCE(village, '') || ST_AsEWKT(geom), 0) AS numeric)), 0)
FROM standard_address WHERE county = :county AND upper_inf(valid);

-- name: houses_as_reference
-- houses in use whose place is known well, by code
SELECT 'h' || a.id, a.text, ST_X(h.geom), ST_Y(h.geom), h.village
FROM house h JOIN address a ON a.county = h.county AND a.id = h.address_id
WHERE h.county = :county AND a.status = 'active' AND h.geom IS NOT NULL
  AND a.match_level IN ('door', 'building', 'suite', 'room', 'survey', 'manual')
ORDER BY a.id;

-- name: houses_state
-- a figure that changes with any house that serves as reference
SELECT count(*) || ':' || COALESCE(sum(CAST(hashtextextended(a.id || a.text || h.village || ST_AsEWKT(h.geom), 0) AS numeric)), 0)
FROM house h JOIN address a ON a.county = h.county AND a.id = h.address_id
WHERE h.county = :county AND a.status = 'active' AND h.geom IS NOT NULL
  AND a.match_level IN ('door', 'building', 'suite', 'room', 'survey', 'manual');

-- name: reference_of
-- standard addresses by id, with where each comes from
SELECT id, source, source_key, text, village, ST_X(geom) AS lon, ST_Y(geom) AS lat, valid
FROM standard_address WHERE county = :county AND id = ANY(CAST(:ids AS bigint[]));
