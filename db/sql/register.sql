-- name: serial_allot
-- takes the next n serials of a village for good and answers the last of them
INSERT INTO code_serial (county, village, last_serial) VALUES (:county, :village, :n)
ON CONFLICT (county, village) DO UPDATE SET last_serial = code_serial.last_serial + EXCLUDED.last_serial
RETURNING last_serial;

-- name: ids_reserve
-- takes n ids of a table's sequence
SELECT nextval(CAST(:sequence AS regclass)) AS id FROM generate_series(1, :n);

-- name: address_units
-- the stairs of a house that have an address
SELECT id, code FROM address WHERE county = :county AND level = 'unit' AND code BETWEEN :prefix AND :prefix || 'Z';

-- name: alias_held
-- which of these numbers are in force for some address already
SELECT a.scheme, a.value
FROM address_alias a
JOIN unnest(CAST(:schemes AS text[]), CAST(:aliases AS text[])) AS w (scheme, value) ON w.scheme = a.scheme AND w.value = a.value
WHERE a.county = :county AND a.valid @> CURRENT_DATE;

-- name: plans_forget
-- lets this connection plan anew: foreign key checks planned while a table was tiny read all of it for each row
DISCARD PLANS;
