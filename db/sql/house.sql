-- name: house_one
-- a house with its address, divisions, grid and the masks of its people, by id or by address code
SELECT h.id, h.county, a.id AS address_id, a.code, a.text AS address, a.parts, a.match_level, a.match_score, a.uncertainty_m,
       a.status, h.status AS house_status, h.closed_on, h.village, h.town, v.name AS village_name, t.name AS town_name, h.kind, h.structure, h.floors, h.stairs,
       h.use_registered, h.use_actual, h.built_area_m2, h.let_status, h.rooms_let, h.persons, h.colour, h.score, h.reasons,
       h.no_access, h.last_visit_at, h.due_on, h.next_try, h.grid_id, g.code AS grid, g.name AS grid_name,
       ST_X(h.geom) AS lon, ST_Y(h.geom) AS lat, h.source_key, h.extra, h.synthetic, h.created_at, h.updated_at,
       h.owner_id, o.kind AS owner_kind, o.name_mask AS owner_name, o.phone_mask AS owner_phone, o.id_no_mask AS owner_id_no,
       o.id_type AS owner_id_type,
       h.manager_id, m.kind AS manager_kind, m.name_mask AS manager_name, m.phone_mask AS manager_phone,
       m.id_no_mask AS manager_id_no, m.id_type AS manager_id_type
FROM house h
JOIN address a ON a.county = h.county AND a.id = h.address_id
JOIN division v ON v.county = h.county AND v.code_system = h.code_system AND v.code = h.village
LEFT JOIN division t ON t.county = h.county AND t.code_system = h.code_system AND t.code = h.town
-- A closed house lies in no grid; whoever answers for the ground it stood on may still look it up.
LEFT JOIN grid g ON g.county = h.county AND g.id = CASE h.status WHEN 'active' THEN h.grid_id ELSE grid_at(h.county, h.geom) END
LEFT JOIN party o ON o.county = h.county AND o.id = h.owner_id
LEFT JOIN party m ON m.county = h.county AND m.id = h.manager_id
WHERE h.county = :county AND (h.id = CAST(:id AS bigint) OR a.code = CAST(:code AS text));

-- name: house_desks
-- every department on whose desk an open ticket of these houses lies or is copied
SELECT t.house_id, array_agg(DISTINCT d.code) AS departments
FROM ticket t
CROSS JOIN LATERAL (
    SELECT t.lead AS code
    UNION SELECT t.next_lead WHERE t.next_lead IS NOT NULL
    UNION SELECT td.department FROM ticket_department td WHERE td.county = t.county AND td.ticket_id = t.id
) d
WHERE t.county = :county AND t.house_id = ANY(CAST(:ids AS bigint[])) AND t.state NOT IN ('CLOSED', 'VOID')
GROUP BY t.house_id;

-- name: house_rooms
-- the rooms of a house in the order of their codes
SELECT r.id, r.suite_id, s.label AS suite, s.floor, r.label, a.code, r.kind, r.usable_m2, r.outer_window, r.headcount,
       r.family, r.let, r.updated_at
FROM room r
JOIN suite s ON s.county = r.county AND s.id = r.suite_id
JOIN address a ON a.county = r.county AND a.id = r.address_id
WHERE r.county = :county AND r.house_id = :house_id
ORDER BY a.code;

-- name: house_suites
-- the suites of a house with their codes
SELECT s.id, s.label, s.floor, a.id AS address_id, a.code
FROM suite s JOIN address a ON a.county = s.county AND a.id = s.address_id
WHERE s.county = :county AND s.house_id = :house_id
ORDER BY a.code;

-- name: house_tickets
-- the open tickets of a house, the most urgent first
SELECT t.id, t.number, t.hazard, t.severity, t.state, t.lead, d.name AS lead_name, d.name_en AS lead_name_en, t.next_lead,
       t.opened_at, t.due_at
FROM ticket t JOIN department d ON d.county = t.county AND d.code = t.lead
WHERE t.county = :county AND t.house_id = :house_id AND t.state NOT IN ('CLOSED', 'VOID')
ORDER BY t.severity, t.due_at NULLS LAST, t.id;

-- name: house_visits
-- the latest submitted visits of a house and of those it came of (of_code says which), newest first
SELECT v.id, v.submitted_at, v.outcome, v.next_try, v.account_id, a.name AS inspector, v.note,
       (SELECT count(*) FROM finding f WHERE f.county = v.county AND f.visit_id = v.id) AS findings, x.code AS of_code
FROM (SELECT CAST(:house_id AS bigint) AS house_id, CAST(NULL AS text) AS code
      UNION ALL SELECT p.house_id, p.code FROM house_ancestry(:county, :house_id) p) x
JOIN visit v ON v.county = :county AND v.house_id = x.house_id AND v.state = 'submitted'
JOIN account a ON a.county = v.county AND a.id = v.account_id
ORDER BY v.submitted_at DESC
LIMIT :limit;

-- name: house_duty
-- who is on duty for a grid on a day, the main inspector first
SELECT d.account_id, a.name, d.kind
FROM duty d JOIN account a ON a.county = d.county AND a.id = d.account_id
WHERE d.county = :county AND d.grid_id = :grid_id AND d.valid @> CAST(:on AS date)
ORDER BY d.kind DESC, d.id;

-- name: house_aliases
-- other numbers a house goes by, and went by: those in force first
SELECT id, scheme, value, lower(valid) AS valid_from, upper(valid) AS valid_until
FROM address_alias
WHERE county = :county AND address_id = :address_id AND NOT isempty(valid)
ORDER BY NOT upper_inf(valid), scheme, lower(valid) DESC, value;

-- name: house_hits
-- addresses of houses that hold all these words (the longest goes through the index), or go by this other number
(SELECT a.id FROM address a
 WHERE a.level = 'house' AND a.text LIKE :longest AND a.text LIKE ALL(CAST(:words AS text[])) AND a.county = :county
 LIMIT :limit)
UNION
SELECT s.address_id FROM address_alias s WHERE s.county = :county AND s.value = :alias AND NOT isempty(s.valid)
UNION
SELECT h.address_id FROM house h WHERE h.county = :county AND h.source_key = 'key:' || CAST(:alias AS text);

-- name: house_search
-- houses by code prefix, among given addresses or by words of the address, inside given areas or with a ticket on
-- given desks; the never visited first, then the longest unvisited
SELECT h.id, h.county, a.code, a.text AS address, a.parts, h.village, h.town, v.name AS village_name, t.name AS town_name,
       h.kind, h.let_status, h.colour, h.reasons, h.rooms_let, h.persons, h.last_visit_at, h.due_on, h.grid_id, g.code AS grid,
       ST_X(h.geom) AS lon, ST_Y(h.geom) AS lat, h.synthetic, count(*) OVER () AS found
FROM house h
JOIN address a ON a.county = h.county AND a.id = h.address_id
JOIN division v ON v.county = h.county AND v.code_system = h.code_system AND v.code = h.village
LEFT JOIN division t ON t.county = h.county AND t.code_system = h.code_system AND t.code = h.town
LEFT JOIN grid g ON g.county = h.county AND g.id = h.grid_id
WHERE h.county = :county AND h.status = 'active'
  AND (CAST(:code AS text) IS NULL OR a.code BETWEEN :code AND CAST(:code AS text) || 'Z')
  AND (CAST(:address_ids AS bigint[]) IS NULL OR a.id = ANY(CAST(:address_ids AS bigint[])))
  AND (CAST(:words AS text[]) IS NULL OR a.text LIKE ALL(CAST(:words AS text[])))
  AND (CAST(:village AS text) IS NULL OR h.village = :village)
  AND (CAST(:town AS text) IS NULL OR h.town = :town)
  AND (CAST(:grid_ids AS bigint[]) IS NULL OR h.grid_id = ANY(CAST(:grid_ids AS bigint[])))
  AND (CAST(:colours AS text[]) IS NULL OR h.colour = ANY(CAST(:colours AS text[])))
  AND (CAST(:let_status AS text) IS NULL OR h.let_status = :let_status)
  AND (NOT :never OR h.last_visit_at IS NULL)
  AND (CAST(:areas AS text[]) IS NULL
       OR h.village = ANY(CAST(:areas AS text[])) OR h.town = ANY(CAST(:areas AS text[])) OR g.code = ANY(CAST(:areas AS text[]))
       OR h.id IN (SELECT k.house_id FROM ticket k
                   WHERE k.county = :county AND k.state NOT IN ('CLOSED', 'VOID')
                     AND (k.lead = ANY(CAST(:desks AS text[])) OR k.next_lead = ANY(CAST(:desks AS text[]))
                          OR EXISTS (SELECT FROM ticket_department td WHERE td.county = k.county AND td.ticket_id = k.id
                                     AND td.department = ANY(CAST(:desks AS text[]))))))
ORDER BY h.last_visit_at NULLS FIRST, a.code
LIMIT :limit OFFSET :offset;

-- name: house_frame
-- houses as points for a map: in grids, a village, or a window; the never visited first
SELECT h.id, a.code, a.text AS address, a.parts, h.village, v.name AS village_name, h.grid_id, h.kind, h.let_status, h.colour,
       h.reasons, h.rooms_let, h.persons, h.last_visit_at, h.due_on, h.synthetic, ST_AsBinary(h.geom) AS geometry
FROM house h
JOIN address a ON a.county = h.county AND a.id = h.address_id
JOIN division v ON v.county = h.county AND v.code_system = h.code_system AND v.code = h.village
WHERE h.county = :county AND h.geom IS NOT NULL AND h.status = 'active'
  AND (CAST(:grid_ids AS bigint[]) IS NULL OR h.grid_id = ANY(CAST(:grid_ids AS bigint[])))
  AND (CAST(:village AS text) IS NULL OR h.village = :village)
  AND (CAST(:west AS double precision) IS NULL OR h.geom && ST_MakeEnvelope(:west, :south, :east, :north, 4490))
ORDER BY h.last_visit_at NULLS FIRST, h.due_on NULLS FIRST, a.code
LIMIT :limit;

-- name: house_colours
-- how many houses of each colour lie in grids, a village, or the whole county
SELECT h.colour, count(*) AS houses
FROM house h
WHERE h.county = :county AND h.status = 'active'
  AND (CAST(:grid_ids AS bigint[]) IS NULL OR h.grid_id = ANY(CAST(:grid_ids AS bigint[])))
  AND (CAST(:village AS text) IS NULL OR h.village = :village)
GROUP BY h.colour;

-- name: house_codes_after
-- the living houses that a code of any level leads to: its own, or those of its successors
WITH RECURSIVE forth (id) AS (
    SELECT a.id FROM address a WHERE a.county = :county AND a.code = :code
    UNION
    SELECT s.to_id FROM forth f JOIN address_step s ON s.county = :county AND s.from_id = f.id WHERE s.to_id IS NOT NULL
)
SELECT DISTINCT o.id, o.code
FROM forth f
JOIN address a ON a.county = :county AND a.id = f.id AND a.status = 'active'
JOIN address o ON o.county = a.county AND o.level = 'house' AND o.status = 'active'
    AND o.code BETWEEN substr(a.code, 1, 17) AND substr(a.code, 1, 17) || 'Z'
ORDER BY o.code;
