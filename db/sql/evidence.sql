-- name: evidence_add
-- writes one piece of evidence; its file is on the disk already
INSERT INTO evidence (county, sha256, kind, mime, bytes, width, height, taken_at, geom, visit_id, ticket_id, room_id,
    fact, account_id, created_at)
VALUES (:county, :sha256, :kind, 'image/jpeg', :bytes, :width, :height, :taken_at,
    ST_SetSRID(ST_MakePoint(CAST(:lon AS float8), CAST(:lat AS float8)), 4490),
    :visit_id, :ticket_id, :room_id, :fact, :account_id, :at)
RETURNING id;

-- name: evidence_same
-- the same photo already handed in for the same thing
SELECT id FROM evidence WHERE county = :county AND sha256 = :sha256 AND kind = :kind
  AND visit_id IS NOT DISTINCT FROM CAST(:visit_id AS bigint)
  AND ticket_id IS NOT DISTINCT FROM CAST(:ticket_id AS bigint)
  AND room_id IS NOT DISTINCT FROM CAST(:room_id AS bigint) AND fact IS NOT DISTINCT FROM CAST(:fact AS text)
  AND created_at >= COALESCE((SELECT max(v.at) FROM ticket_event v WHERE v.county = :county
      AND v.ticket_id = CAST(:ticket_id AS bigint) AND v.event IN ('rework', 'reopen')), '-infinity')
ORDER BY id LIMIT 1;

-- name: evidence_by_id
-- one piece of evidence
SELECT e.id, e.county, e.sha256, e.kind, e.mime, e.bytes, e.width, e.height, e.taken_at, ST_X(e.geom) AS lon,
    ST_Y(e.geom) AS lat, e.visit_id, e.ticket_id, e.room_id, e.fact, e.account_id, e.created_at, a.name AS account_name
FROM evidence e LEFT JOIN account a ON a.county = e.county AND a.id = e.account_id
WHERE e.county = :county AND e.id = :id;

-- name: evidence_of_ticket
-- the evidence of a ticket in the order it came, with how far from the house each was taken
SELECT e.id, e.sha256, e.kind, e.mime, e.bytes, e.width, e.height, e.taken_at, ST_X(e.geom) AS lon, ST_Y(e.geom) AS lat,
    ST_Distance(e.geom::geography, h.geom::geography) AS house_m, e.visit_id, e.ticket_id, e.room_id, r.label AS room_label,
    e.fact, e.account_id, a.name AS account_name, e.created_at
FROM evidence e
JOIN ticket t ON t.county = e.county AND t.id = e.ticket_id
JOIN house h ON h.county = t.county AND h.id = t.house_id
LEFT JOIN room r ON r.county = e.county AND r.id = e.room_id
LEFT JOIN account a ON a.county = e.county AND a.id = e.account_id
WHERE e.county = :county AND e.ticket_id = :ticket_id ORDER BY e.id;

-- name: evidence_of_visit
-- the evidence of a visit in the order it came
SELECT e.id, e.sha256, e.kind, e.mime, e.bytes, e.width, e.height, e.taken_at, ST_X(e.geom) AS lon, ST_Y(e.geom) AS lat,
    e.visit_id, e.ticket_id, e.room_id, r.label AS room_label, e.fact, e.account_id, a.name AS account_name, e.created_at
FROM evidence e
LEFT JOIN room r ON r.county = e.county AND r.id = e.room_id
LEFT JOIN account a ON a.county = e.county AND a.id = e.account_id
WHERE e.county = :county AND e.visit_id = :visit_id ORDER BY e.id;

-- name: evidence_give_to_ticket
-- a visit's photos become before-photos of the ticket it raised or added to
UPDATE evidence SET ticket_id = :ticket_id WHERE county = :county AND visit_id = :visit_id AND ticket_id IS NULL;

-- name: evidence_of_house
-- the latest photos of a house, whatever they were handed in for
SELECT e.id, e.kind, e.taken_at, e.created_at, e.fact
FROM evidence e
WHERE e.county = :county
  AND (e.visit_id IN (SELECT v.id FROM visit v WHERE v.county = :county AND v.house_id = :house_id)
       OR e.ticket_id IN (SELECT t.id FROM ticket t WHERE t.county = :county AND t.house_id = :house_id))
ORDER BY e.id DESC LIMIT :limit;
