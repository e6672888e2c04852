-- name: grid_stray_houses
-- where the houses stand that no grid holds
SELECT ST_X(geom) AS lon, ST_Y(geom) AS lat FROM house
WHERE county = :county AND grid_id IS NULL AND status = 'active' AND geom IS NOT NULL
  AND (CAST(:village AS text) IS NULL OR village = :village);

-- name: grid_duties_on
-- for each grid of a day, whether somebody has main duty, is away, and whether a backup who is there stands in
SELECT g.code, bool_or(COALESCE(d.kind = 'main', false)) AS held,
       bool_or(COALESCE(d.kind = 'main' AND l.id IS NOT NULL, false)) AS away,
       bool_or(COALESCE(d.kind = 'backup' AND l.id IS NULL, false)) AS backup
FROM grid g
LEFT JOIN duty d ON d.county = g.county AND d.grid_id = g.id AND d.valid @> CAST(:on AS date)
LEFT JOIN leave l ON l.county = d.county AND l.account_id = d.account_id AND l.valid @> CAST(:on AS date)
WHERE g.county = :county AND g.valid @> CAST(:on AS date)
GROUP BY g.code;
