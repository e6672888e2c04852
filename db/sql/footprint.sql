-- name: footprint_surveys
-- the surveys of a county, the newest first
SELECT s.id, s.name, s.made_on, s.file_name, s.sha256, s.crs, s.outlines, s.loaded_at, a.name AS loaded_by
FROM footprint_survey s LEFT JOIN account a ON a.county = s.county AND a.id = s.loaded_by
WHERE s.county = :county ORDER BY s.made_on DESC, s.id DESC;

-- name: footprint_survey_add
-- a survey; its id, nothing where the name is taken
INSERT INTO footprint_survey (county, name, made_on, file_name, sha256, crs, outlines, loaded_by, loaded_at)
VALUES (:county, :name, :made_on, :file_name, :sha256, :crs, :outlines, :loaded_by, :loaded_at)
ON CONFLICT (county, name) DO NOTHING RETURNING id;

-- name: footprint_outlines
-- the outlines of a survey
SELECT f.height_m, f.floors, ST_AsBinary(f.geom) AS geometry FROM footprint f
WHERE f.county = :county AND f.survey_id = :survey_id ORDER BY f.id;

-- name: footprint_comparisons
-- which surveys were compared, the newest first, with how many candidates stand where
SELECT c.id, o.name AS old, n.name AS new, o.made_on AS old_on, n.made_on AS new_on, c.compared_at, c.matched, c.centre_m,
    c.residual_m, c.growth_m, c.tolerance_m, c.gone, c.outside, k.open, k.visit_asked, k.confirmed, k.dismissed, k.open_m2
FROM footprint_comparison c
JOIN footprint_survey o ON o.county = c.county AND o.id = c.old_id
JOIN footprint_survey n ON n.county = c.county AND n.id = c.new_id
CROSS JOIN LATERAL (
    SELECT count(*) FILTER (WHERE d.state = 'open') AS open, count(*) FILTER (WHERE d.state = 'visit_asked') AS visit_asked,
        count(*) FILTER (WHERE d.state = 'confirmed') AS confirmed, count(*) FILTER (WHERE d.state = 'dismissed') AS dismissed,
        COALESCE(sum(d.added_m2) FILTER (WHERE d.state = 'open'), 0) AS open_m2
    FROM footprint_candidate d WHERE d.county = c.county AND d.comparison_id = c.id) k
WHERE c.county = :county ORDER BY n.made_on DESC, o.made_on DESC, c.id DESC;

-- name: footprint_comparison_add
-- one comparison of two surveys; its id, nothing where they were compared before
INSERT INTO footprint_comparison (county, old_id, new_id, compared_at, account_id, matched, centre_m, residual_m, growth_m,
    tolerance_m, gone, outside)
VALUES (:county, :old_id, :new_id, :at, :account_id, :matched, :centre_m, :residual_m, :growth_m, :tolerance_m, :gone, :outside)
ON CONFLICT (county, old_id, new_id) DO NOTHING RETURNING id;

-- name: footprint_candidates_place
-- gives the candidates of a comparison their village, and the house that stands in their outline or next to it
UPDATE footprint_candidate c SET house_id = f.house_id, house_m = f.metres, village = f.village
FROM (
    SELECT k.id, h.id AS house_id, h.metres, v.code AS village
    FROM footprint_candidate k
    LEFT JOIN LATERAL (
        SELECT x.id, LEAST(ST_Distance(x.geom::geography, k.new_outline::geography),
                           ST_Distance(x.geom::geography, k.old_outline::geography),
                           ST_Distance(x.footprint::geography, k.new_outline::geography)) AS metres
        FROM house x
        WHERE x.county = k.county AND x.status = 'active' AND x.geom && ST_Expand(k.new_outline, :degrees)
        ORDER BY 2, x.id LIMIT 1) h ON h.metres <= :metres
    LEFT JOIN LATERAL (
        SELECT d.code FROM division d
        WHERE d.county = k.county AND d.level = 'village' AND d.valid @> CAST(:on_date AS date)
          AND ST_Intersects(d.geom, ST_PointOnSurface(k.geom)) ORDER BY d.code LIMIT 1) v ON true
    WHERE k.county = :county AND k.comparison_id = :comparison_id) f
WHERE c.county = :county AND c.id = f.id;

-- name: footprint_decided_near
-- decided candidates of other comparisons beside those of one, of the same kind, the latest decision first
SELECT c.id, e.id AS like_id, ST_AsBinary(c.geom) AS part, ST_AsBinary(e.geom) AS like_part
FROM footprint_candidate c
JOIN footprint_candidate e ON e.county = c.county AND e.comparison_id <> c.comparison_id AND e.kind = c.kind
    AND e.state <> 'open' AND e.geom && ST_Expand(c.geom, :degrees)
WHERE c.county = :county AND c.comparison_id = :comparison_id AND c.state = 'open'
ORDER BY c.id, e.decided_at DESC, e.id DESC;

-- name: footprint_carry
-- a candidate that was decided before under another comparison stands as it was decided then
WITH moved AS (
    UPDATE footprint_candidate c SET state = e.state, reason = e.reason, ticket_id = e.ticket_id, visit_id = e.visit_id,
        decided_by = e.decided_by, decided_at = e.decided_at, like_id = e.id
    FROM footprint_candidate e
    WHERE c.county = :county AND c.id = :id AND c.state = 'open' AND e.county = :county AND e.id = :like_id
    RETURNING c.county, c.id, c.state, c.reason, c.ticket_id, c.visit_id, c.decided_by)
INSERT INTO footprint_decision (county, candidate_id, from_state, to_state, reason, ticket_id, visit_id, account_id, at)
SELECT county, id, 'open', state, reason, ticket_id, visit_id, decided_by, :at FROM moved;

-- name: footprint_candidates
-- the candidates of a comparison in a state (or all), what adds most first, from a place in the list on
SELECT c.id, c.comparison_id, c.kind, c.certainty, c.added_m2, c.plus_minus_m2, c.share, c.width_m, c.storeys, c.state, c.reason,
    h.id AS house_id, CASE WHEN h.id IS NOT NULL THEN c.house_m END AS house_m, c.village, v.name AS village_name, b.code, b.text AS address, t.number AS ticket, c.visit_id,
    c.like_id, c.decided_at, a.name AS decided_by, ST_AsBinary(c.geom) AS geometry
FROM footprint_candidate c
LEFT JOIN house h ON h.county = c.county AND h.id = c.house_id AND h.status = 'active'
LEFT JOIN address b ON b.county = h.county AND b.id = h.address_id
LEFT JOIN division v ON v.county = c.county AND v.code_system = 'stat' AND v.code = c.village
LEFT JOIN ticket t ON t.county = c.county AND t.id = c.ticket_id
LEFT JOIN account a ON a.county = c.county AND a.id = c.decided_by
WHERE c.county = :county AND c.comparison_id = :comparison_id AND (CAST(:state AS text) IS NULL OR c.state = :state)
ORDER BY c.added_m2 DESC, c.id LIMIT :most;

-- name: footprint_candidate
-- one candidate with its outlines, and where it and its house lie
SELECT c.county, c.id, c.comparison_id, c.kind, c.certainty, c.added_m2, c.plus_minus_m2, c.share, c.width_m, c.storeys, c.state, c.reason,
    h.id AS house_id, CASE WHEN h.id IS NOT NULL THEN c.house_m END AS house_m, c.village, v.name AS village_name, v.urban_class, b.code, b.text AS address, t.number AS ticket,
    c.visit_id, c.like_id, c.decided_at, a.name AS decided_by, h.extra -> 'in_planning_area' AS in_planning_area,
    o.name AS old, n.name AS new, n.made_on AS new_on,
    ST_AsBinary(c.geom) AS part, ST_AsBinary(c.old_outline) AS old_outline, ST_AsBinary(c.new_outline) AS new_outline
FROM footprint_candidate c
JOIN footprint_comparison k ON k.county = c.county AND k.id = c.comparison_id
JOIN footprint_survey o ON o.county = k.county AND o.id = k.old_id
JOIN footprint_survey n ON n.county = k.county AND n.id = k.new_id
LEFT JOIN house h ON h.county = c.county AND h.id = c.house_id AND h.status = 'active'
LEFT JOIN address b ON b.county = h.county AND b.id = h.address_id
LEFT JOIN division v ON v.county = c.county AND v.code_system = 'stat' AND v.code = c.village
LEFT JOIN ticket t ON t.county = c.county AND t.id = c.ticket_id
LEFT JOIN account a ON a.county = c.county AND a.id = c.decided_by
WHERE c.county = :county AND c.id = :id;

-- name: footprint_decide
-- open -> visit_asked | confirmed | dismissed, visit_asked -> confirmed | dismissed, decided -> open; nothing where somebody was first
WITH moved AS (
    UPDATE footprint_candidate SET state = :to_state, reason = CAST(:reason AS text), ticket_id = CAST(:ticket_id AS bigint),
        visit_id = CAST(:visit_id AS bigint), decided_by = CASE WHEN :to_state <> 'open' THEN CAST(:account_id AS bigint) END,
        decided_at = CASE WHEN :to_state <> 'open' THEN CAST(:at AS timestamptz) END
    WHERE county = :county AND id = :id AND state = :from_state
    RETURNING county, id, state, reason, ticket_id, visit_id)
INSERT INTO footprint_decision (county, candidate_id, from_state, to_state, reason, ticket_id, visit_id, account_id, at)
SELECT county, id, :from_state, state, reason, ticket_id, visit_id, :account_id, :at FROM moved RETURNING id;

-- name: footprint_asked_at
-- what is to be looked at when somebody visits a house
SELECT c.county, c.id, c.kind, c.added_m2, c.plus_minus_m2, c.storeys, c.width_m, n.name AS new, n.made_on AS new_on, o.made_on AS old_on,
    ST_AsBinary(c.geom) AS part, ST_AsBinary(c.old_outline) AS old_outline, ST_AsBinary(c.new_outline) AS new_outline
FROM footprint_candidate c
JOIN footprint_comparison k ON k.county = c.county AND k.id = c.comparison_id
JOIN footprint_survey o ON o.county = k.county AND o.id = k.old_id
JOIN footprint_survey n ON n.county = k.county AND n.id = k.new_id
WHERE c.county = :county AND c.house_id = :house_id AND c.state = 'visit_asked' ORDER BY c.added_m2 DESC, c.id;

-- name: footprint_call
-- a house that is to be looked at because something seems built on; no longer where nothing waits any more
UPDATE house h SET addition_on = CASE WHEN EXISTS (
        SELECT FROM footprint_candidate c WHERE c.county = h.county AND c.house_id = h.id AND c.state = 'visit_asked')
    THEN COALESCE(h.addition_on, CAST(:on_date AS date)) END
WHERE h.county = :county AND h.id = :house_id;

-- name: footprint_history
-- what was decided of a candidate, one after the other
SELECT d.from_state, d.to_state, d.reason, d.at, a.name AS account_name FROM footprint_decision d
LEFT JOIN account a ON a.county = d.county AND a.id = d.account_id
WHERE d.county = :county AND d.candidate_id = :id ORDER BY d.id;
