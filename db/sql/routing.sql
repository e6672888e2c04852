-- name: routing_rules
-- the routing rules in force on a day, the most important first
SELECT id, priority, hazard, town, zone, house_kind, condition, lead, co, cc, lower(valid) AS valid_from,
    upper(valid) AS valid_until, source
FROM routing_rule WHERE county = :county AND valid @> CAST(:on_date AS date) ORDER BY priority, id;

-- name: routing_rules_all
-- every routing rule ever made, those in force or to come first, in their order
SELECT r.id, r.priority, r.hazard, r.town, d.name AS town_name, r.zone, z.name AS zone_name, r.house_kind, r.condition,
    r.lead, r.co, r.cc, r.source, r.made_at,
    -- One that was ended on its first day holds no day any more.
    CASE WHEN isempty(r.valid) THEN (r.made_at AT TIME ZONE 'Asia/Shanghai')::date ELSE lower(r.valid) END AS valid_from,
    CASE WHEN isempty(r.valid) THEN (r.made_at AT TIME ZONE 'Asia/Shanghai')::date ELSE upper(r.valid) END AS valid_until,
    a.name AS account_name, t.number AS ticket_number,
    (SELECT count(*) FROM finding f WHERE f.county = r.county AND f.routing_rule_id = r.id) AS used
FROM routing_rule r
LEFT JOIN division d ON d.county = r.county AND d.code_system = 'stat' AND d.code = r.town
LEFT JOIN LATERAL (SELECT name FROM zone z WHERE z.county = r.county AND z.code = r.zone ORDER BY lower(z.valid) DESC LIMIT 1) z ON true
LEFT JOIN account a ON a.county = r.county AND a.id = r.account_id
LEFT JOIN ticket t ON t.county = r.county AND t.id = r.ticket_id
WHERE r.county = :county
ORDER BY isempty(r.valid) OR (upper(r.valid) IS NOT NULL AND upper(r.valid) <= CAST(:on_date AS date)), r.priority, r.id;

-- name: routing_priorities
-- the priorities taken on any day from a day on
SELECT priority FROM routing_rule
WHERE county = :county AND valid && daterange(CAST(:on_date AS date), NULL) ORDER BY priority;

-- name: routing_lock
-- holds the order of the rules of a county until the transaction ends
SELECT 1 FROM county WHERE county = :county FOR UPDATE;

-- name: routing_add
-- writes a rule that holds from a day on
INSERT INTO routing_rule (county, priority, hazard, town, zone, house_kind, condition, lead, co, cc, source, account_id,
    ticket_id, made_at, valid)
VALUES (:county, :priority, :hazard, :town, :zone, :house_kind, :condition, :lead, :co, :cc, :source, :account_id,
    :ticket_id, :at, daterange(CAST(:from_on AS date), NULL))
RETURNING id;

-- name: routing_end
-- ends a rule: from that day on it no longer holds; one that never came into force is emptied
UPDATE routing_rule SET valid = daterange(lower(valid), greatest(CAST(:on_date AS date), lower(valid)))
WHERE county = :county AND id = :id AND (upper(valid) IS NULL OR upper(valid) > CAST(:on_date AS date))
RETURNING id;

-- name: routing_place
-- what routing may read of a house: where it lies, what it is, which drawn areas of the day hold it
SELECT h.id, h.town, h.village, h.kind, h.floors, h.persons AS persons_total, h.rooms_let, h.built_area_m2 AS area_m2,
    v.urban_class, h.extra -> 'in_planning_area' AS in_planning_area,
    ARRAY(SELECT z.code FROM zone z WHERE z.county = h.county AND z.valid @> CAST(:on_date AS date)
          AND ST_Covers(z.geom, h.geom) ORDER BY z.code) AS zones
FROM house h
LEFT JOIN division v ON v.county = h.county AND v.code_system = h.code_system AND v.code = h.village
WHERE h.county = :county AND h.id = :house_id;

-- name: routing_items
-- the hazards of tickets opened in a period with what routing may read of their houses, tickets in the order they came
SELECT t.id AS ticket_id, t.number, t.opened_at, t.lead AS ticket_lead, f.rule_code, f.severity, f.found_at, f.lead,
    (f.terms ->> 'by_hand')::boolean AS by_hand, h.town, h.village, h.kind, h.floors, h.persons AS persons_total,
    h.rooms_let, h.built_area_m2 AS area_m2, v.urban_class, h.extra -> 'in_planning_area' AS in_planning_area,
    ARRAY(SELECT z.code FROM zone z WHERE z.county = h.county AND z.valid @> t.opened_at::date
          AND ST_Covers(z.geom, h.geom) ORDER BY z.code) AS zones,
    a.text AS address, v.name AS village_name, ST_X(h.geom) AS lon, ST_Y(h.geom) AS lat
FROM ticket t
JOIN finding f ON f.county = t.county AND f.ticket_id = t.id
JOIN house h ON h.county = t.county AND h.id = t.house_id
JOIN address a ON a.county = h.county AND a.id = h.address_id
LEFT JOIN division v ON v.county = h.county AND v.code_system = h.code_system AND v.code = h.village
WHERE t.county = :county AND t.opened_at >= :from_at AND t.opened_at < :to_at
ORDER BY t.opened_at, t.id, f.severity, f.id;

-- name: routing_counts
-- by what the hazards of a period were sent where they went
SELECT f.routed_by, count(*) AS n FROM finding f
WHERE f.county = :county AND f.found_at >= :from_at AND f.found_at < :to_at AND f.routed_by IS NOT NULL
GROUP BY f.routed_by;

-- name: routing_zones
-- the drawn areas in force on a day
SELECT z.id, z.code, z.name, z.source, lower(z.valid) AS valid_from, ST_Area(z.geom::geography) AS area_m2
FROM zone z WHERE z.county = :county AND z.valid @> CAST(:on_date AS date) ORDER BY z.code;

-- name: routing_zone_end
-- ends a drawn area by its code
UPDATE zone SET valid = daterange(lower(valid), greatest(CAST(:on_date AS date), lower(valid)))
WHERE county = :county AND code = :code AND valid @> CAST(:on_date AS date);

-- name: routing_zone_add
-- draws an area that holds from a day on
INSERT INTO zone (county, code, name, geom, source, valid)
VALUES (:county, :code, :name, ST_Multi(ST_GeomFromWKB(:wkb, 4490)), :source, daterange(CAST(:on_date AS date), NULL))
RETURNING id;
