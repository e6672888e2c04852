-- name: county_one
-- a county's name, projected system, settings and outline
SELECT county, name, name_en, projected_crs, model, settings, ST_AsBinary(geom) AS geom FROM county WHERE county = :county;

-- name: county_all
-- the counties of this record
SELECT county, name, name_en, model FROM county ORDER BY county;

-- name: county_put
-- writes a county; a name or outline that is not given stays what it was
INSERT INTO county (county, name, name_en, geom, projected_crs)
VALUES (:county, :name, :name_en, ST_Multi(ST_GeomFromEWKB(CAST(:geom AS bytea))), :projected_crs)
ON CONFLICT (county) DO UPDATE
SET name = EXCLUDED.name, name_en = EXCLUDED.name_en, geom = COALESCE(EXCLUDED.geom, county.geom);

-- name: division_put
-- writes a division; an outline or centre that is not given stays what it was
INSERT INTO division (county, code_system, code, level, name, parent, version, addressable, geom, centre, source, valid)
VALUES (:county, 'stat', :code, :level, :name, :parent, :version, :addressable,
        ST_Multi(ST_GeomFromEWKB(CAST(:geom AS bytea))), ST_Centroid(ST_GeomFromEWKB(CAST(:geom AS bytea))), :source,
        daterange(CAST(:since AS date), NULL))
ON CONFLICT (county, code_system, code) DO UPDATE
SET name = EXCLUDED.name, addressable = EXCLUDED.addressable, geom = COALESCE(EXCLUDED.geom, division.geom),
    centre = COALESCE(EXCLUDED.centre, division.centre);

-- name: division_list
-- divisions of one level in force on a day, below a parent if one is given
SELECT d.code, d.name, d.level, d.parent, d.addressable, d.synthetic_geometry, d.geom IS NOT NULL AS drawn,
       ST_X(d.centre) AS lon, ST_Y(d.centre) AS lat
FROM division d
WHERE d.county = :county AND d.code_system = 'stat' AND d.level = :level AND d.valid @> CAST(:on AS date)
  AND (CAST(:parent AS text) IS NULL OR d.parent = :parent)
ORDER BY d.code;

-- name: division_one
-- one division with its outline
SELECT code, name, level, parent, addressable, ST_AsBinary(geom) AS geom
FROM division WHERE county = :county AND code_system = 'stat' AND code = :code;

-- name: division_frame
-- the outlines of one level for a map
SELECT d.code, d.name, d.parent, d.synthetic_geometry, ST_AsBinary(d.geom) AS geometry
FROM division d
WHERE d.county = :county AND d.code_system = 'stat' AND d.level = :level AND d.geom IS NOT NULL AND upper_inf(d.valid)
  AND (CAST(:parent AS text) IS NULL OR d.parent = :parent)
ORDER BY d.code;

-- name: department_put
-- writes a department
INSERT INTO department (county, code, name, name_en) VALUES (:county, :code, :name, :name_en)
ON CONFLICT (county, code) DO UPDATE SET name = EXCLUDED.name, name_en = EXCLUDED.name_en;

-- name: department_list
-- the departments of a county
SELECT code, name, name_en FROM department WHERE county = :county ORDER BY code;

-- name: division_systems
-- a county's divisions in force in every code system, but for what exists in statistics alone
SELECT code_system, code, name, version FROM division
WHERE county = :county AND addressable AND upper_inf(valid) ORDER BY code_system, code;

-- name: division_past
-- what became of a county's statistical divisions until a day, in the order it was done
SELECT changed_on, old_code, old_name, new_code, new_name FROM division_change
WHERE county = :county AND code_system = 'stat' AND changed_on <= CAST(:on AS date) ORDER BY changed_on, id;

-- name: county_set_day
-- one value of a county's own working day
UPDATE county SET settings = settings || jsonb_build_object('day',
    COALESCE(settings->'day', '{}'::jsonb) || jsonb_build_object(CAST(:name AS text), CAST(:value AS double precision)))
WHERE county = :county;
