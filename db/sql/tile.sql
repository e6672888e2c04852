-- name: tile_houses
-- one tile of houses: those in reach one by one, the others as counts in cells of a 16 x 16 raster.
-- One cell around the tile is in it too, for what is drawn across its edge. Nothing personal leaves in a tile.
WITH bounds AS MATERIALIZED (
    SELECT e.mercator, e.cell, ST_XMin(e.mercator) AS west, ST_YMin(e.mercator) AS south, w.wide,
           ST_Transform(w.wide, 4490) AS degrees
    FROM (SELECT t.mercator, (ST_XMax(t.mercator) - ST_XMin(t.mercator)) / 16 AS cell
          FROM (SELECT ST_TileEnvelope(:z, :x, :y) AS mercator) t) e
    CROSS JOIN LATERAL (SELECT ST_Expand(e.mercator, e.cell) AS wide) w
), found AS MATERIALIZED (
    SELECT h.id, h.address_id, h.colour, h.kind, h.let_status, ST_Transform(h.geom, 3857) AS geom,
           :single AND (CAST(:areas AS text[]) IS NULL
               OR h.village = ANY(CAST(:areas AS text[])) OR h.town = ANY(CAST(:areas AS text[]))
               OR h.grid_id = ANY(CAST(:grid_ids AS bigint[])) OR h.id = ANY(CAST(:house_ids AS bigint[]))) AS in_full
    FROM house h, bounds b
    WHERE h.county = :county AND h.geom && b.degrees AND h.status = 'active'
      AND (CAST(:colours AS text[]) IS NULL OR h.colour = ANY(CAST(:colours AS text[])))
), singles AS (
    SELECT f.id, a.code, f.colour, f.kind, f.let_status AS state, ST_AsMVTGeom(f.geom, b.mercator, 4096, 256) AS geom
    FROM found f CROSS JOIN bounds b JOIN address a ON a.county = :county AND a.id = f.address_id
    WHERE f.in_full
    ORDER BY array_position('{green,unseen,yellow,orange,red}'::text[], f.colour), f.id
), cells AS (
    SELECT count(*) AS n, count(*) FILTER (WHERE f.colour = 'red') AS red,
           count(*) FILTER (WHERE f.colour = 'orange') AS orange, count(*) FILTER (WHERE f.colour = 'yellow') AS yellow,
           count(*) FILTER (WHERE f.colour = 'green') AS green, count(*) FILTER (WHERE f.colour = 'unseen') AS unseen,
           max(array_position('{green,unseen,yellow,orange,red}'::text[], f.colour)) AS worst,
           ST_SetSRID(ST_MakePoint(avg(ST_X(f.geom)), avg(ST_Y(f.geom))), 3857) AS geom
    FROM found f, bounds b
    WHERE NOT f.in_full AND f.geom && b.wide
    GROUP BY floor((ST_X(f.geom) - b.west) / b.cell), floor((ST_Y(f.geom) - b.south) / b.cell)
), counts AS (
    SELECT c.n, ('{green,unseen,yellow,orange,red}'::text[])[c.worst] AS colour,
           c.red, c.orange, c.yellow, c.green, c.unseen, ST_AsMVTGeom(c.geom, b.mercator, 4096, 256) AS geom
    FROM cells c, bounds b
    ORDER BY c.worst
)
SELECT COALESCE((SELECT ST_AsMVT(s, 'houses', 4096, 'geom', 'id') FROM singles s WHERE s.geom IS NOT NULL), '')
    || COALESCE((SELECT ST_AsMVT(c, 'house_counts', 4096, 'geom') FROM counts c WHERE c.geom IS NOT NULL), '');

-- name: tile_houses_on_desks
-- houses with an open ticket on one of these desks
SELECT DISTINCT t.house_id
FROM ticket t
WHERE t.county = :county AND t.state NOT IN ('CLOSED', 'VOID')
  AND (t.lead = ANY(CAST(:desks AS text[])) OR t.next_lead = ANY(CAST(:desks AS text[]))
       OR EXISTS (SELECT FROM ticket_department d WHERE d.county = t.county AND d.ticket_id = t.id
                  AND d.department = ANY(CAST(:desks AS text[]))));

-- name: tile_grids
-- the ids of the grids with these codes in force on a day
SELECT id FROM grid WHERE county = :county AND code = ANY(CAST(:codes AS text[])) AND upper_inf(valid);
