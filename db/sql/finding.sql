-- name: finding_add
-- writes one hazard that followed from a visit, or was reported by hand
INSERT INTO finding (county, visit_id, house_id, room_id, ticket_id, rule_code, severity, lead, basis, basis_en, certainty,
    words_zh, words_en, terms, found_at, routed_by, routing_rule_id)
VALUES (:county, :visit_id, :house_id, :room_id, :ticket_id, :rule_code, :severity, :lead, :basis, :basis_en, :certainty,
    :words_zh, :words_en, CAST(:terms AS jsonb), :found_at, :routed_by, :routing_rule_id)
RETURNING id;

-- name: finding_of_ticket
-- the items of a ticket, the gravest first
SELECT f.id, f.visit_id, f.house_id, f.room_id, r.label AS room_label, f.ticket_id, f.rule_code, f.severity, f.lead,
    f.basis, f.basis_en, f.certainty, f.words_zh, f.words_en, f.terms, f.found_at, f.cleared_at, f.absent_at, f.routed_by,
    f.routing_rule_id
FROM finding f LEFT JOIN room r ON r.county = f.county AND r.id = f.room_id
WHERE f.county = :county AND f.ticket_id = :ticket_id ORDER BY f.severity, f.rule_code, r.label, f.id;

-- name: finding_open_of_house
-- the hazards of a house that nobody has closed, the gravest first
SELECT f.id, f.visit_id, f.house_id, f.room_id, r.label AS room_label, f.ticket_id, t.number AS ticket_number, f.rule_code,
    f.severity, f.lead, f.basis, f.basis_en, f.certainty, f.words_zh, f.words_en, f.terms, f.found_at, f.cleared_at, f.absent_at
FROM finding f
LEFT JOIN room r ON r.county = f.county AND r.id = f.room_id
LEFT JOIN ticket t ON t.county = f.county AND t.id = f.ticket_id
WHERE f.county = :county AND f.house_id = :house_id AND f.cleared_at IS NULL ORDER BY f.severity, f.rule_code, r.label, f.id;

-- name: finding_clear
-- the hazards of a ticket are closed with it
UPDATE finding SET cleared_at = :at WHERE county = :county AND ticket_id = :ticket_id AND cleared_at IS NULL;

-- name: finding_unclear
-- a reopened ticket's hazards are open again
UPDATE finding SET cleared_at = NULL WHERE county = :county AND ticket_id = :ticket_id;

-- name: finding_absent
-- notes hazards that the last visit looked for and no longer saw
UPDATE finding SET absent_at = :at WHERE county = :county AND id = ANY(:ids);

-- name: finding_present
-- notes hazards that the last visit saw again
UPDATE finding SET absent_at = NULL WHERE county = :county AND id = ANY(:ids) AND absent_at IS NOT NULL;
