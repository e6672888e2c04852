-- name: repeat_near
-- open cases that a report of this hazard at this house may be about: the house's own, then those near by of the same
-- kind of hazard, the nearest first
SELECT t.*, ticket_due(t, :now) AS clock_due_at, ticket_clock(t, :now, :soon) AS clock, card.*,
    t.house_id = h.id AS own, ST_Distance(h.geom::geography, o.geom::geography) AS metres
FROM house h
JOIN house o ON o.county = h.county AND (o.id = h.id OR (
    o.geom && ST_Expand(h.geom, :metres / (111000.0 * cos(radians(ST_Y(h.geom)))), :metres / 110000.0)
    AND ST_DWithin(h.geom::geography, o.geom::geography, :metres)))
JOIN ticket t ON t.county = o.county AND t.house_id = o.id AND t.state NOT IN ('CLOSED', 'VOID')
CROSS JOIN LATERAL ticket_card(t) card
WHERE h.county = :county AND h.id = :house_id
  AND (o.id = h.id OR EXISTS (SELECT FROM finding f WHERE f.county = t.county AND f.ticket_id = t.id
                              AND f.cleared_at IS NULL AND left(f.rule_code, 2) = left(CAST(:hazard AS text), 2)))
ORDER BY o.id <> h.id, metres, t.id LIMIT :limit;

-- name: repeat_add
-- one more report of a known case
INSERT INTO repeat_report (county, ticket_id, house_id, hazard, words, complaint, account_id, at)
VALUES (:county, :ticket_id, :house_id, :hazard, :words, :complaint, :account_id, :at) RETURNING id;

-- name: repeat_of_ticket
-- further reports of a case in the order they came
SELECT r.id, r.house_id, r.hazard, r.words, r.complaint, r.at, a.name AS account_name, ad.text AS address, ad.code
FROM repeat_report r JOIN account a ON a.county = r.county AND a.id = r.account_id
JOIN house h ON h.county = r.county AND h.id = r.house_id
JOIN address ad ON ad.county = h.county AND ad.id = h.address_id
WHERE r.county = :county AND r.ticket_id = :ticket_id ORDER BY r.id;
