-- name: case_house_at
-- the house at an address, with what its visit would need
SELECT h.id, h.village, a.text FROM house h JOIN address a ON a.county = h.county AND a.id = h.address_id
WHERE h.county = :county AND h.address_id = :address_id AND h.status = 'active';

-- name: address_state
-- what a decision may change of an address and its house, to be put back by an undo
SELECT jsonb_build_object('geom', CAST(a.geom AS text), 'match_level', a.match_level, 'match_score', a.match_score,
                          'uncertainty_m', a.uncertainty_m, 'source_crs', a.source_crs, 'parts', a.parts,
                          'house_geom', CAST(h.geom AS text)) AS state
FROM address a LEFT JOIN house h ON h.county = a.county AND h.address_id = a.id
WHERE a.county = :county AND a.id = :address_id;

-- name: address_put_state
-- puts an address back as it was
UPDATE address
SET geom = CAST(s.geom AS geometry), match_level = s.match_level, match_score = s.match_score,
    uncertainty_m = s.uncertainty_m, source_crs = s.source_crs, parts = s.parts
FROM jsonb_to_record(CAST(:state AS jsonb)) AS s (
    geom text, match_level text, match_score float8, uncertainty_m float8, source_crs text, parts jsonb)
WHERE county = :county AND id = :address_id;

-- name: address_put_house
-- puts a house's point back
UPDATE house SET geom = CAST(CAST(:geom AS text) AS geometry), updated_at = now()
WHERE county = :county AND address_id = :address_id;

-- name: address_place
-- gives an address the point that was decided
UPDATE address
SET geom = coalesce(CAST(CAST(:geom AS text) AS geometry), geom), match_level = :level, match_score = :score,
    uncertainty_m = :uncertainty_m, source_crs = :source_crs, parts = parts || CAST(:parts AS jsonb)
WHERE county = :county AND id = :address_id;

-- name: row_state
-- what taking a refused row in may change of a house and its address, to be put back by an undo
SELECT h.id AS house_id, a.id AS address_id, h.owner_id, h.manager_id,
       to_jsonb(h) - 'geom' - 'footprint' || jsonb_build_object('geom', CAST(h.geom AS text), 'footprint', CAST(h.footprint AS text)) AS house,
       to_jsonb(a) - 'geom' || jsonb_build_object('geom', CAST(a.geom AS text)) AS address
FROM house h JOIN address a ON a.county = h.county AND a.id = h.address_id
WHERE h.county = :county AND h.address_id = :address_id
FOR UPDATE OF h, a;

-- name: row_put_house
-- puts a house back as it was before a row was taken in
UPDATE house h
SET village = s.village, kind = s.kind, structure = s.structure, floors = s.floors, stairs = s.stairs,
    use_registered = s.use_registered, use_actual = s.use_actual, built_area_m2 = s.built_area_m2,
    let_status = s.let_status, rooms_let = s.rooms_let, persons = s.persons, owner_id = s.owner_id,
    manager_id = s.manager_id, geom = CAST(s.geom AS geometry), footprint = CAST(s.footprint AS geometry),
    fingerprint = CAST(s.fingerprint AS bytea), extra = s.extra, updated_at = now()
FROM jsonb_to_record(CAST(:state AS jsonb)) AS s (
    village text, kind text, structure text, floors smallint, stairs smallint, use_registered text, use_actual text,
    built_area_m2 float8, let_status text, rooms_let smallint, persons smallint, owner_id bigint, manager_id bigint,
    geom text, footprint text, fingerprint text, extra jsonb)
WHERE h.county = :county AND h.id = :house_id;

-- name: row_put_address
-- puts an address back as it was before a row was taken in
UPDATE address a
SET text = s.text, parts = s.parts, geom = CAST(s.geom AS geometry), source = s.source, source_crs = s.source_crs,
    match_level = s.match_level, match_score = s.match_score, uncertainty_m = s.uncertainty_m
FROM jsonb_to_record(CAST(:state AS jsonb)) AS s (
    text text, parts jsonb, geom text, source text, source_crs text, match_level text, match_score float8, uncertainty_m float8)
WHERE a.county = :county AND a.id = :address_id;

-- name: row_of_case
-- the refused row of a case, sealed, with what its batch says of the file
SELECT q.batch_id, q.row_no, q.state, q.problems, q.raw_enc FROM quarantine q WHERE q.county = :county AND q.id = :quarantine_id FOR UPDATE;

-- name: row_settle
-- notes that a refused row was taken in
UPDATE quarantine SET state = 'repaired' WHERE county = :county AND id = :quarantine_id;

-- name: row_reopen
-- puts a refused row back among the open ones
UPDATE quarantine SET state = 'open' WHERE county = :county AND id = :quarantine_id;

-- name: row_untouched
-- whether nothing happened at a house since it was taken in
SELECT NOT EXISTS (SELECT FROM visit WHERE county = :county AND house_id = :house_id)
   AND NOT EXISTS (SELECT FROM ticket WHERE county = :county AND house_id = :house_id)
   AND NOT EXISTS (SELECT FROM stop WHERE county = :county AND house_id = :house_id) AS untouched;

-- name: row_registered
-- the address of the house that a register's key names
SELECT h.address_id FROM house h WHERE h.county = :county AND h.source_key = :source_key AND h.status = 'active';

-- name: row_ids
-- the ids of a batch's refused rows
SELECT id, row_no FROM quarantine WHERE county = :county AND batch_id = :batch_id;

-- name: quality_model
-- a past day's figures of a model town, spread over its towns by the houses each has now
INSERT INTO address_quality (county, on_date, town, source, level, addresses)
SELECT :county, CAST(:on AS date), t.town, t.source, l.key, round(CAST(l.value AS float8) * t.houses / sum(t.houses) OVER (PARTITION BY l.key))
FROM (SELECT substr(code, 1, 9) AS town, min(source) AS source, count(*) AS houses FROM address
      WHERE county = :county AND level = 'house' AND status = 'active' GROUP BY 1) t
CROSS JOIN jsonb_each_text(CAST(:levels AS jsonb)) l
UNION ALL SELECT :county, CAST(:on AS date), '', 'register', 'held', CAST(:held AS integer) WHERE CAST(:held AS integer) > 0;
