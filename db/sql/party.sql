-- name: party_known
-- the people of a county with one of these phones or id numbers, the oldest row of each last, so that it wins
SELECT id, name_hmac, phone_hmac, id_no_hmac
FROM party
WHERE county = :county
  AND (phone_hmac = ANY(CAST(:phones AS bytea[])) OR id_no_hmac = ANY(CAST(:numbers AS bytea[])))
ORDER BY id DESC;

-- name: party_sealed
-- the sealed fields of one person
SELECT name_enc AS name, phone_enc AS phone, id_no_enc AS id_no
FROM party WHERE county = :county AND id = :party_id;

-- name: party_drop_orphans
-- forgets people of this list whom no house names any more
DELETE FROM party p
WHERE p.county = :county AND p.id = ANY(CAST(:ids AS bigint[]))
  AND NOT EXISTS (SELECT FROM house h WHERE h.county = p.county AND h.owner_id = p.id)
  AND NOT EXISTS (SELECT FROM house h WHERE h.county = p.county AND h.manager_id = p.id);

-- name: party_keys
-- the keyed hashes of people
SELECT id, name_hmac, phone_hmac, id_no_hmac FROM party WHERE county = :county AND id = ANY(CAST(:ids AS bigint[]));
