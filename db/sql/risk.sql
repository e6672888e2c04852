-- name: risk_facts
-- what the colours of a county's houses, or of one, depend on: building, rooms that are let, the last time somebody was
-- let in, and a year's reworks and complaints; hazards open (with their tickets' deadlines) and closed
WITH rooms AS (
    SELECT r.house_id, sum(r.usable_m2) FILTER (WHERE r.let) AS use_m2,
        count(*) FILTER (WHERE r.let AND r.usable_m2 IS NULL) AS unmeasured, sum(r.headcount) AS headcount
    FROM room r WHERE r.county = :county AND (CAST(:house_id AS bigint) IS NULL OR r.house_id = :house_id) GROUP BY 1
), seen AS (
    SELECT DISTINCT ON (v.house_id) v.house_id, v.submitted_at AS granted_at, v.facts ->> 'business_use' AS business_use
    FROM visit v
    WHERE v.county = :county AND v.state = 'submitted' AND v.outcome = 'granted'
      AND (CAST(:house_id AS bigint) IS NULL OR v.house_id = :house_id)
    ORDER BY v.house_id, v.submitted_at DESC
), tickets AS (
    SELECT t.house_id, sum(t.reworks) AS reworks FROM ticket t
    WHERE t.county = :county AND t.opened_at >= :year_ago
      AND (CAST(:house_id AS bigint) IS NULL OR t.house_id = :house_id) GROUP BY 1
), hazards AS (
    SELECT f.house_id,
        array_agg(f.severity ORDER BY f.id) FILTER (WHERE f.cleared_at IS NULL) AS severities,
        array_agg(f.found_at ORDER BY f.id) FILTER (WHERE f.cleared_at IS NULL) AS found_at,
        array_agg(CASE WHEN t.id IS NOT NULL THEN ticket_due(t, :now) END ORDER BY f.id) FILTER (WHERE f.cleared_at IS NULL) AS due_at,
        array_agg(f.cleared_at) FILTER (WHERE f.cleared_at IS NOT NULL AND t.state IS DISTINCT FROM 'VOID') AS closed_at,
        count(*) FILTER (WHERE f.terms ->> 'complaint' = 'true' AND f.found_at >= :year_ago
                           AND t.state IS DISTINCT FROM 'VOID') AS complaints
    FROM finding f LEFT JOIN ticket t ON t.county = f.county AND t.id = f.ticket_id
    WHERE f.county = :county AND (CAST(:house_id AS bigint) IS NULL OR f.house_id = :house_id) GROUP BY 1
)
SELECT h.id, h.kind, h.persons, h.no_access, h.floors, h.stairs, h.relet_on, h.complained_on, h.addition_on,
    h.tenants_changed_on IS NOT NULL AS new_tenants, h.colour, h.due_on,
    r.use_m2, COALESCE(r.unmeasured, 0) AS unmeasured, r.headcount, s.granted_at,
    COALESCE(s.business_use, 'none') <> 'none' AS business, COALESCE(t.reworks, 0) AS reworks,
    z.severities, z.found_at, z.due_at, z.closed_at, COALESCE(z.complaints, 0) AS complaints
FROM house h
LEFT JOIN rooms r ON r.house_id = h.id
LEFT JOIN seen s ON s.house_id = h.id
LEFT JOIN tickets t ON t.house_id = h.id
LEFT JOIN hazards z ON z.house_id = h.id
WHERE h.county = :county AND (CAST(:house_id AS bigint) IS NULL OR h.id = :house_id)
  AND (CAST(:house_id AS bigint) IS NOT NULL OR h.status = 'active');

-- name: risk_complained
-- somebody complained of a house: it is to be seen soon
UPDATE house SET complained_on = COALESCE(complained_on, CAST(:on AS date)) WHERE county = :county AND id = :house_id;

-- name: risk_write_many
-- the colours of many houses at once, with their reasons and next days; how many changed
UPDATE house h SET colour = n.colour, score = n.score, reasons = n.reasons, due_on = n.due_on, updated_at = :at
FROM jsonb_to_recordset(CAST(:rows AS jsonb)) AS n (id bigint, colour text, score float8, reasons jsonb, due_on date)
WHERE h.county = :county AND h.id = n.id AND h.status = 'active'
  AND (h.colour, h.score, h.reasons, h.due_on) IS DISTINCT FROM (n.colour, n.score, n.reasons, n.due_on);

-- name: risk_write
-- the colour of a house, why, and when it is to be seen again; a closed house never is
UPDATE house SET colour = :colour, score = :score, reasons = CAST(:reasons AS jsonb),
    due_on = CASE WHEN status = 'active' THEN CAST(:due_on AS date) END, updated_at = :at
WHERE county = :county AND id = :house_id;
