-- name: street_ground
-- the box in which a county's streets matter: its outline, else its houses, and two kilometres around
SELECT ST_XMin(e) AS west, ST_YMin(e) AS south, ST_XMax(e) AS east, ST_YMax(e) AS north
FROM (SELECT ST_Expand(COALESCE(
        (SELECT ST_Extent(c.geom)::geometry FROM county c WHERE c.county = :county),
        (SELECT ST_Extent(d.geom)::geometry FROM division d WHERE d.county = :county),
        (SELECT ST_Extent(h.geom)::geometry FROM house h WHERE h.county = :county)), 0.02) AS e) x
WHERE e IS NOT NULL;

-- name: street_forget
-- takes the streets of a county out
DELETE FROM street WHERE county = :county;

-- name: street_load_add
-- one loading of streets; its id
INSERT INTO street_load (county, file_name, sha256, ways, streets, metres, passed_over, loaded_by, loaded_at)
VALUES (:county, :file_name, :sha256, :ways, :streets, :metres, CAST(:passed_over AS jsonb), :loaded_by, :loaded_at)
RETURNING id;

-- name: street_current
-- the loading whose streets are in use
SELECT l.id, l.file_name, l.sha256, l.ways, l.streets, l.metres, l.passed_over, l.loaded_by, l.loaded_at
FROM street_load l
WHERE l.county = :county AND EXISTS (SELECT FROM street s WHERE s.county = l.county AND s.load_id = l.id)
ORDER BY l.id DESC LIMIT 1;

-- name: street_around
-- streets that touch a box
SELECT s.tail, s.head, s.kind, s.access, s.metres, ST_AsBinary(s.geom) AS geometry FROM street s
WHERE s.county = :county AND s.geom && ST_MakeEnvelope(:west, :south, :east, :north, 4490)
ORDER BY s.id;

-- name: street_sample
-- houses drawn by chance, the same ones for the same seed
SELECT ST_X(h.geom) AS lon, ST_Y(h.geom) AS lat FROM house h
WHERE h.county = :county AND h.geom IS NOT NULL ORDER BY md5(CAST(:seed AS text) || h.id) LIMIT :most;
