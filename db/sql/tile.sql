-- name: tile_far
-- one tile from afar: houses as counts in its 16 x 16 cells and in one cell around it, read from the cells that are kept, without
-- the houses that are shown one by one (:grid_ids, :house_ids), which stand beside them
WITH tile AS MATERIALIZED (
    SELECT CAST(:z AS int) + 4 AS level, CAST(:x AS bigint) * 16 AS cx, CAST(:y AS bigint) * 16 AS cy,
        1073741824 >> CAST(:z AS int) AS size,
        ST_TileEnvelope(:z, :x, :y) AS mercator,
        ST_Transform(ST_Expand(ST_TileEnvelope(:z, :x, :y), 40075017.0 / (1 << (CAST(:z AS int) + 4))), 4490) AS degrees
), own AS MATERIALIZED (
    SELECT h.id, h.address_id, h.colour, h.kind, h.let_status, h.geom, mercator_x(ST_X(h.geom)) AS sx, mercator_y(ST_Y(h.geom)) AS sy
    FROM house h, tile t
    WHERE (CAST(:grid_ids AS bigint[]) <> '{}' OR CAST(:house_ids AS bigint[]) <> '{}') AND h.county = :county
      AND h.geom && t.degrees AND h.status = 'active'
      AND (h.grid_id = ANY(CAST(:grid_ids AS bigint[])) OR h.id = ANY(CAST(:house_ids AS bigint[])))
      AND (CAST(:colours AS text[]) IS NULL OR h.colour = ANY(CAST(:colours AS text[])))
), parts AS (
    SELECT c.x, c.y, c.colour, c.n, c.sx, c.sy FROM house_cell c, tile t
    WHERE c.county = :county AND c.level = t.level AND c.x BETWEEN t.cx - 1 AND t.cx + 16 AND c.y BETWEEN t.cy - 1 AND t.cy + 16
    UNION ALL
    SELECT n.x >> (17 - t.level), n.y >> (17 - t.level), n.colour, n.n, n.sx, n.sy FROM house_cell_note n, tile t
    WHERE n.county = :county AND n.x >> (17 - t.level) BETWEEN t.cx - 1 AND t.cx + 16
      AND n.y >> (17 - t.level) BETWEEN t.cy - 1 AND t.cy + 16
    UNION ALL
    SELECT o.sx >> (30 - t.level), o.sy >> (30 - t.level), o.colour, -1, -o.sx, -o.sy FROM own o, tile t
), cells AS (
    SELECT p.x, p.y, sum(p.n) AS n, COALESCE(sum(p.n) FILTER (WHERE p.colour = 'red'), 0) AS red,
        COALESCE(sum(p.n) FILTER (WHERE p.colour = 'orange'), 0) AS orange,
        COALESCE(sum(p.n) FILTER (WHERE p.colour = 'yellow'), 0) AS yellow,
        COALESCE(sum(p.n) FILTER (WHERE p.colour = 'green'), 0) AS green,
        COALESCE(sum(p.n) FILTER (WHERE p.colour = 'unseen'), 0) AS unseen, sum(p.sx) AS sx, sum(p.sy) AS sy
    FROM parts p
    WHERE CAST(:colours AS text[]) IS NULL OR p.colour = ANY(CAST(:colours AS text[]))
    GROUP BY 1, 2 HAVING sum(p.n) > 0
), counts AS (
    SELECT CAST(c.n AS int) AS n, CASE WHEN c.red > 0 THEN 'red' WHEN c.orange > 0 THEN 'orange' WHEN c.yellow > 0 THEN 'yellow'
            WHEN c.unseen > 0 THEN 'unseen' ELSE 'green' END AS colour,
        CAST(c.red AS int) AS red, CAST(c.orange AS int) AS orange, CAST(c.yellow AS int) AS yellow,
        CAST(c.green AS int) AS green, CAST(c.unseen AS int) AS unseen,
        ST_MakePoint(floor((c.sx / c.n - t.cx * (t.size / 16)) * 4096 / t.size),
                     floor((c.sy / c.n - t.cy * (t.size / 16)) * 4096 / t.size)) AS geom
    FROM cells c, tile t
    ORDER BY c.red > 0, c.orange > 0, c.yellow > 0, c.unseen > 0
), singles AS (
    SELECT o.id, a.code, o.colour, o.kind, o.let_status AS state,
        ST_AsMVTGeom(ST_Transform(o.geom, 3857), t.mercator, 4096, 256) AS geom
    FROM own o CROSS JOIN tile t JOIN address a ON a.county = :county AND a.id = o.address_id
    ORDER BY array_position('{green,unseen,yellow,orange,red}'::text[], o.colour), o.id
)
SELECT COALESCE((SELECT ST_AsMVT(s, 'houses', 4096, 'geom', 'id') FROM singles s WHERE s.geom IS NOT NULL), '')
    || COALESCE((SELECT ST_AsMVT(c, 'house_counts', 4096, 'geom') FROM counts c), '');

-- name: tile_rebuild
-- the houses of a county are counted in their cells anew
SELECT house_cells_rebuild(:county);

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
