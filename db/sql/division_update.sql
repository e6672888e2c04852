-- name: update_stored
-- the divisions of a county and code system in force on a day
SELECT code, name, level FROM division
WHERE county = :county AND code_system = :system AND valid @> CAST(:on AS date) ORDER BY code;

-- name: update_shapes
-- the outlines of divisions, and whether they were made up
SELECT code, ST_AsBinary(geom) AS geom, synthetic_geometry AS synthetic FROM division
WHERE county = :county AND code_system = :system AND code = ANY(CAST(:codes AS text[])) AND geom IS NOT NULL;

-- name: update_put
-- a division is called so from a day on; one that was there keeps the day it began, one that had ended begins anew;
-- a number that changes hands takes nothing over from whoever had it
INSERT INTO division (county, code_system, code, level, name, parent, version, addressable, geom, centre, synthetic_geometry,
                      source, valid)
VALUES (:county, :system, :code, :level, :name, :parent, :version, :addressable, ST_Multi(ST_GeomFromEWKB(CAST(:geom AS bytea))),
        ST_Centroid(ST_GeomFromEWKB(CAST(:geom AS bytea))), :synthetic, :source, daterange(CAST(:on AS date), NULL))
ON CONFLICT (county, code_system, code) DO UPDATE
SET name = EXCLUDED.name, parent = EXCLUDED.parent, version = EXCLUDED.version, addressable = EXCLUDED.addressable,
    source = EXCLUDED.source,
    geom = CASE WHEN :fresh THEN EXCLUDED.geom ELSE COALESCE(EXCLUDED.geom, division.geom) END,
    centre = CASE WHEN :fresh THEN EXCLUDED.centre ELSE COALESCE(EXCLUDED.centre, division.centre) END,
    synthetic_geometry = CASE WHEN :fresh OR EXCLUDED.geom IS NOT NULL THEN EXCLUDED.synthetic_geometry
                              ELSE division.synthetic_geometry END,
    urban_class = CASE WHEN :fresh THEN NULL ELSE division.urban_class END,
    valid = CASE WHEN division.valid @> CAST(:on AS date) THEN division.valid ELSE EXCLUDED.valid END;

-- name: update_end
-- a division is no more from a day on
UPDATE division SET valid = daterange(lower(valid), GREATEST(lower(valid), CAST(:on AS date)))
WHERE county = :county AND code_system = :system AND code = ANY(CAST(:codes AS text[])) AND valid @> CAST(:on AS date);

-- name: update_change
-- what became of a division
INSERT INTO division_change (county, code_system, old_code, new_code, old_name, new_name, changed_on, kind, source)
VALUES (:county, :system, :old_code, :new_code, :old_name, :new_name, :on, :kind, :source);

-- name: update_houses
-- living houses of some villages, with the one of some outlined new villages that each stands in
SELECT h.id, h.village, a.code, (
    SELECT d.code FROM division d WHERE d.county = h.county AND d.code_system = 'stat' AND d.code = ANY(CAST(:news AS text[]))
      AND ST_Covers(d.geom, h.geom) ORDER BY d.code LIMIT 1) AS inside
FROM house h JOIN address a ON a.county = h.county AND a.id = h.address_id
WHERE h.county = :county AND h.code_system = 'stat' AND h.status = 'active' AND h.village = ANY(CAST(:olds AS text[]))
ORDER BY h.id;

-- name: update_rehouse
-- houses belong to other villages from now on, all at once since numbers may change hands; their codes stay
UPDATE house h SET village = i.village, updated_at = now()
FROM unnest(CAST(:ids AS bigint[]), CAST(:villages AS text[])) AS i (id, village)
WHERE h.county = :county AND h.id = i.id AND h.village <> i.village;

-- name: update_tickets
-- open tickets lie where their houses lie
UPDATE ticket t SET village = h.village, grid_id = h.grid_id
FROM house h WHERE t.county = :county AND h.county = t.county AND h.id = t.house_id AND h.id = ANY(CAST(:ids AS bigint[]))
  AND t.state NOT IN ('CLOSED', 'VOID') AND (t.village <> h.village OR t.grid_id IS DISTINCT FROM h.grid_id);

-- name: update_grids
-- grids in force of some villages, with the outlined new village that most of each lies in
SELECT g.id, g.code, g.village, g.name, g.kind, (
    SELECT d.code FROM division d WHERE d.county = g.county AND d.code_system = 'stat' AND d.code = ANY(CAST(:news AS text[]))
      AND ST_Intersects(d.geom, g.geom) AND ST_Area(ST_Intersection(d.geom, g.geom)) > ST_Area(g.geom) * 0.9
    ORDER BY d.code LIMIT 1) AS inside
FROM grid g WHERE g.county = :county AND g.valid @> CAST(:on AS date) AND g.village = ANY(CAST(:olds AS text[])) ORDER BY g.code;

-- name: update_grid_codes
-- every grid number ever given in some villages
SELECT code FROM grid WHERE county = :county AND village = ANY(CAST(:villages AS text[]));

-- name: update_grid_end
-- grids end on a day
UPDATE grid SET valid = daterange(lower(valid), GREATEST(lower(valid), CAST(:on AS date)))
WHERE county = :county AND id = ANY(CAST(:ids AS bigint[]));

-- name: update_grid_again
-- a grid goes on under another number; its outline and name stay
INSERT INTO grid (county, code, village, name, kind, geom, valid)
SELECT g.county, :code, substr(:code, 1, 12), g.name, g.kind, g.geom, daterange(CAST(:on AS date), NULL)
FROM grid g WHERE g.county = :county AND g.id = :id RETURNING id;

-- name: update_duties
-- whoever is on duty for a grid goes on under its new number
WITH ended AS (
    UPDATE duty SET valid = daterange(lower(valid), GREATEST(lower(valid), CAST(:on AS date)))
    WHERE county = :county AND grid_id = :old_id AND (upper_inf(valid) OR upper(valid) > CAST(:on AS date))
    RETURNING account_id, kind
)
INSERT INTO duty (county, grid_id, account_id, kind, valid)
SELECT :county, :new_id, account_id, kind, daterange(CAST(:on AS date), NULL) FROM ended;

-- name: update_roles_end
-- roles over areas that are no more under these numbers end on a day
UPDATE role_grant SET valid = daterange(lower(valid), GREATEST(lower(valid), CAST(:on AS date)))
WHERE county = :county AND area_kind = :area AND area_code = ANY(CAST(:codes AS text[]))
  AND (upper_inf(valid) OR upper(valid) > CAST(:on AS date))
RETURNING account_id, role, area_code;

-- name: update_role_add
-- a role goes on over an area under its new number, once
INSERT INTO role_grant (county, account_id, role, area_kind, area_code, valid)
SELECT :county, :account_id, :role, :area, :code, daterange(CAST(:on AS date), NULL)
WHERE NOT EXISTS (SELECT FROM role_grant r WHERE r.county = :county AND r.account_id = :account_id AND r.role = :role
                  AND r.area_kind = :area AND r.area_code = :code AND r.valid && daterange(CAST(:on AS date), NULL));

-- name: update_routing_end
-- routing rules of towns that are no more under these numbers end on a day
UPDATE routing_rule SET valid = daterange(lower(valid), GREATEST(lower(valid), CAST(:on AS date)))
WHERE county = :county AND town = ANY(CAST(:codes AS text[])) AND (upper_inf(valid) OR upper(valid) > CAST(:on AS date))
RETURNING priority, hazard, town, house_kind, lead, co, source;

-- name: update_routing_add
-- a routing rule goes on for a town under its new number
INSERT INTO routing_rule (county, priority, hazard, town, house_kind, lead, co, source, valid)
VALUES (:county, :priority, :hazard, :town, :house_kind, :lead, :co, :source, daterange(CAST(:on AS date), NULL));

-- name: update_left
-- what still names areas that are no more: roles, routing rules, grids, houses, by area
SELECT kind, code, sum(n)::bigint AS n FROM (
    SELECT 'role' AS kind, area_code AS code, 1 AS n FROM role_grant
    WHERE county = :county AND area_kind IN ('town', 'village') AND area_code = ANY(CAST(:codes AS text[])) AND valid @> CAST(:on AS date)
    UNION ALL SELECT 'routing', town, 1 FROM routing_rule
    WHERE county = :county AND town = ANY(CAST(:codes AS text[])) AND valid @> CAST(:on AS date)
    UNION ALL SELECT 'grid', village, 1 FROM grid
    WHERE county = :county AND village = ANY(CAST(:codes AS text[])) AND valid @> CAST(:on AS date)
    UNION ALL SELECT 'house', village, 1 FROM house
    WHERE county = :county AND code_system = 'stat' AND status = 'active' AND village = ANY(CAST(:codes AS text[]))
) x GROUP BY 1, 2 ORDER BY 1, 2;

-- name: division_story
-- everything that happened to a number, the oldest first
SELECT kind, old_code, new_code, old_name, new_name, changed_on, source FROM division_change
WHERE county = :county AND code_system = :system AND (old_code = :code OR new_code = :code) ORDER BY changed_on, id;

-- name: division_now
-- a number of a code system as it stands
SELECT code, name, level, lower(valid) AS since, upper(valid) AS until FROM division
WHERE county = :county AND code_system = :system AND code = :code;
