-- name: risk_facts
-- what the colour of a house depends on: rooms that are let, the last time somebody was let in, reworks of a year
SELECT h.kind, h.persons, h.no_access, h.town,
    (SELECT sum(r.usable_m2) FROM room r WHERE r.county = h.county AND r.house_id = h.id AND r.let) AS use_m2,
    (SELECT count(*) FROM room r WHERE r.county = h.county AND r.house_id = h.id AND r.let AND r.usable_m2 IS NULL) AS unmeasured,
    (SELECT sum(r.headcount) FROM room r WHERE r.county = h.county AND r.house_id = h.id) AS headcount,
    (SELECT max(v.submitted_at) FROM visit v WHERE v.county = h.county AND v.house_id = h.id AND v.state = 'submitted'
        AND v.outcome = 'granted') AS granted_at,
    (SELECT COALESCE(sum(t.reworks), 0) FROM ticket t WHERE t.county = h.county AND t.house_id = h.id
        AND t.opened_at >= :year_ago) AS reworks
FROM house h WHERE h.county = :county AND h.id = :house_id;

-- name: risk_open_hazards
-- the hazards of a house that nobody has closed, with the deadline of the ticket each is on
SELECT f.severity, f.found_at, CASE WHEN t.id IS NOT NULL THEN ticket_due(t, :now) END AS due_at
FROM finding f LEFT JOIN ticket t ON t.county = f.county AND t.id = f.ticket_id
WHERE f.county = :county AND f.house_id = :house_id AND f.cleared_at IS NULL;

-- name: risk_write
-- the colour of a house, why, and when it is to be seen again; a closed house never is
UPDATE house SET colour = :colour, score = :score, reasons = CAST(:reasons AS jsonb),
    due_on = CASE WHEN status = 'active' THEN CAST(:due_on AS date) END, updated_at = :at
WHERE county = :county AND id = :house_id;
