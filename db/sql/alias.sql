-- name: alias_add
-- another number for an address, from a day on
INSERT INTO address_alias (county, address_id, scheme, value, valid)
VALUES (:county, :address_id, :scheme, :value, daterange(CAST(:since AS date), CAST(:until AS date))) RETURNING id;

-- name: alias_pass
-- a number goes on for another address, under a key reserved for it
INSERT INTO address_alias (county, id, address_id, scheme, value, valid)
VALUES (:county, :id, :address_id, :scheme, :value, daterange(CAST(:since AS date), NULL));

-- name: alias_end
-- a number ends on a day; one that had not begun yet never was
UPDATE address_alias SET valid = daterange(lower(valid), GREATEST(lower(valid), CAST(:on AS date)))
WHERE county = :county AND id = :id AND (upper_inf(valid) OR upper(valid) > CAST(:on AS date)) RETURNING id;

-- name: alias_one
-- one other number with the house it belongs to
SELECT s.id, s.address_id, s.scheme, s.value, lower(s.valid) AS since, upper(s.valid) AS until, a.code, a.status, h.id AS house_id
FROM address_alias s JOIN address a ON a.county = s.county AND a.id = s.address_id
LEFT JOIN house h ON h.county = s.county AND h.address_id = s.address_id
WHERE s.county = :county AND s.id = :id;

-- name: alias_of_addresses
-- the numbers in force for addresses, those that begin later too
SELECT id, address_id, scheme, value, lower(valid) AS since FROM address_alias
WHERE county = :county AND address_id = ANY(CAST(:ids AS bigint[])) AND upper_inf(valid) ORDER BY id;

-- name: alias_history
-- every number an address has gone by, those in force first
SELECT s.id, s.scheme, s.value, lower(s.valid) AS since, upper(s.valid) AS until FROM address_alias s
WHERE s.county = :county AND s.address_id = :address_id AND NOT isempty(s.valid)
ORDER BY NOT upper_inf(s.valid), s.scheme, lower(s.valid) DESC, s.id;

-- name: alias_holders
-- who has a number, or had it on a day
SELECT s.id, s.scheme, s.value, lower(s.valid) AS since, upper(s.valid) AS until, s.address_id, a.code, a.level, a.text, a.status
FROM address_alias s JOIN address a ON a.county = s.county AND a.id = s.address_id
WHERE s.county = :county AND s.value = :value AND (CAST(:scheme AS text) IS NULL OR s.scheme = :scheme)
  AND NOT isempty(s.valid) AND (CAST(:on AS date) IS NULL OR s.valid @> CAST(:on AS date))
ORDER BY NOT upper_inf(s.valid), lower(s.valid) DESC, s.id;

-- name: alias_ids_before
-- the numbers that addresses had before a day
SELECT id FROM address_alias WHERE county = :county AND address_id = ANY(CAST(:ids AS bigint[]))
  AND (isempty(valid) OR lower(valid) < CAST(:on AS date) OR upper(valid) = CAST(:on AS date));
