-- name: lineage_lock
-- holds houses until the transaction ends, in the order of their ids, with what their successors inherit
SELECT h.id, h.county, h.address_id, h.village, h.code_system, h.status, h.source_key, h.fingerprint, h.rooms_let, h.persons,
       h.built_area_m2, h.grid_id, h.due_on, h.next_try, a.code, a.text, a.parts, a.source_crs, a.match_level, a.match_score,
       a.uncertainty_m, ST_X(h.geom) AS lon, ST_Y(h.geom) AS lat
FROM house h JOIN address a ON a.county = h.county AND a.id = h.address_id
WHERE h.county = :county AND h.id = ANY(CAST(:ids AS bigint[])) ORDER BY h.id FOR UPDATE OF h, a;

-- name: lineage_inside
-- every active code inside a house, with the suite or room that has it, in the order of the codes
SELECT a.id, a.code, a.level, a.text, a.parent_id, s.id AS suite_id, r.id AS room_id, r.suite_id AS room_suite, r.label,
       r.let, r.headcount
FROM address a
LEFT JOIN suite s ON s.county = a.county AND s.address_id = a.id
LEFT JOIN room r ON r.county = a.county AND r.address_id = a.id
WHERE a.county = :county AND a.code BETWEEN :prefix AND CAST(:prefix AS text) || 'Z' AND a.level <> 'house'
  AND a.status = 'active'
ORDER BY a.code;

-- name: lineage_open_tickets
-- the open tickets of houses with the rooms that their open items name
SELECT t.id, t.number, t.house_id, t.village, t.grid_id,
       ARRAY(SELECT f.room_id FROM finding f WHERE f.county = t.county AND f.ticket_id = t.id AND f.room_id IS NOT NULL
             ORDER BY f.room_id) AS rooms
FROM ticket t
WHERE t.county = :county AND t.house_id = ANY(CAST(:ids AS bigint[])) AND t.state NOT IN ('CLOSED', 'VOID')
ORDER BY t.opened_at, t.id FOR UPDATE OF t;

-- name: lineage_open_findings
-- the hazards of houses that nobody has closed
SELECT id, house_id, ticket_id, room_id FROM finding
WHERE county = :county AND house_id = ANY(CAST(:ids AS bigint[])) AND cleared_at IS NULL ORDER BY id;

-- name: lineage_stops
-- stops still to do at houses in published plans of a day or later
SELECT s.id, s.house_id, p.on_date FROM stop s JOIN plan p ON p.county = s.county AND p.id = s.plan_id
WHERE s.county = :county AND s.house_id = ANY(CAST(:ids AS bigint[])) AND s.state = 'todo' AND p.state = 'published'
  AND p.on_date >= CAST(:on AS date) ORDER BY s.id;

-- name: lineage_visits
-- how many visits of houses were handed in, and how many are drafts
SELECT count(*) FILTER (WHERE state = 'submitted') AS submitted, count(*) FILTER (WHERE state = 'draft') AS drafts
FROM visit WHERE county = :county AND house_id = ANY(CAST(:ids AS bigint[]));

-- name: lineage_same_text
-- living houses of a county that go by exactly one of these texts, others than the ones given
SELECT a.text, a.code FROM address a JOIN house h ON h.county = a.county AND h.address_id = a.id AND h.status = 'active'
WHERE a.county = :county AND a.level = 'house' AND a.text = ANY(CAST(:texts AS text[]))
  AND h.id <> ALL(CAST(:ids AS bigint[])) ORDER BY a.code LIMIT 5;

-- name: lineage_event
-- a split, merge, renumbering, demolition or move begins
INSERT INTO code_event (county, id, kind, at, account_id, reason, before, after)
VALUES (:county, :id, :kind, :at, :account_id, :reason, CAST(:before AS jsonb), CAST(:after AS jsonb));

-- name: lineage_retire
-- active -> retired: codes that a deed ends, each with its one successor where there is one
UPDATE address a SET status = 'retired', retired_event_id = :event_id, successor_id = i.successor_id
FROM unnest(CAST(:ids AS bigint[]), CAST(:successors AS bigint[])) AS i (id, successor_id)
WHERE a.county = :county AND a.id = i.id AND a.status = 'active';

-- name: lineage_revive
-- retired -> active: the codes that an undone deed had ended
UPDATE address SET status = 'active', retired_event_id = NULL, successor_id = NULL
WHERE county = :county AND id = ANY(CAST(:ids AS bigint[]));

-- name: lineage_text
-- what an address is called from now on; the code stays
UPDATE address SET text = :text, match_key = NULL, parts = COALESCE(CAST(:parts AS jsonb), parts) WHERE county = :county AND id = :id;

-- name: lineage_house_add
-- a house that comes of another: its building's facts, not its visits; nobody has seen it as it now stands
INSERT INTO house (county, id, address_id, code_system, village, kind, structure, floors, stairs, use_registered, use_actual,
    built_area_m2, let_status, rooms_let, persons, owner_id, manager_id, geom, footprint, source_key, fingerprint, extra, synthetic,
    created_at)
SELECT h.county, :id, :address_id, h.code_system, h.village, h.kind, h.structure, h.floors, h.stairs, h.use_registered,
    h.use_actual, CAST(:built_area_m2 AS float8), h.let_status, CAST(:rooms_let AS smallint), CAST(:persons AS smallint),
    h.owner_id, h.manager_id, COALESCE(ST_SetSRID(ST_MakePoint(CAST(:lon AS float8), CAST(:lat AS float8)), 4490), h.geom),
    ST_Multi(ST_GeomFromEWKB(CAST(:footprint AS bytea))), :source_key, CAST(:fingerprint AS bytea), h.extra, h.synthetic, :at
FROM house h WHERE h.county = :county AND h.id = :from_id;

-- name: lineage_house_close
-- active -> closed: off the map, the rounds and the lists; its history stays
UPDATE house SET status = 'closed', closed_on = CAST(:on AS date), due_on = NULL, next_try = NULL,
    colour = 'unseen', score = 0, reasons = '[]'::jsonb,
    source_key = CASE WHEN :keep_key THEN source_key END, fingerprint = CASE WHEN :keep_key THEN fingerprint END
WHERE county = :county AND id = :id;

-- name: lineage_house_open
-- closed -> active: the deed that closed it is undone
UPDATE house SET status = 'active', closed_on = NULL, due_on = CAST(:due_on AS date), next_try = :next_try,
    source_key = :source_key, fingerprint = CAST(:fingerprint AS bytea)
WHERE county = :county AND id = :id;

-- name: changed_on
-- the day that villages change on, for the rest of the transaction
SELECT set_config('anju.changed_on', :on, true);

-- name: lineage_house_move
-- a house belongs to another village and goes by another code from now on
UPDATE house SET address_id = :address_id, village = :village, updated_at = now() WHERE county = :county AND id = :id;

-- name: lineage_suite
-- a suite goes by another code, perhaps in another house
UPDATE suite SET house_id = :house_id, address_id = :address_id WHERE county = :county AND id = :id;

-- name: lineage_room
-- a room goes by another code, perhaps in another suite and house
UPDATE room SET house_id = :house_id, suite_id = :suite_id, address_id = :address_id WHERE county = :county AND id = :id;

-- name: lineage_ticket
-- an open ticket follows the house it is about; what lies where is read from the house
UPDATE ticket t SET house_id = h.id, village = h.village, grid_id = h.grid_id
FROM house h WHERE t.county = :county AND t.id = :id AND h.county = t.county AND h.id = :house_id;

-- name: lineage_finding
-- an open hazard follows the house it is in
UPDATE finding SET house_id = :house_id WHERE county = :county AND id = :id;

-- name: lineage_stop_gone
-- todo -> skipped: the house is no more
UPDATE stop SET state = 'skipped', skip_reason = :reason WHERE county = :county AND id = ANY(CAST(:ids AS bigint[])) AND state = 'todo';

-- name: lineage_stop_back
-- skipped -> todo: the house is there after all
UPDATE stop SET state = 'todo', skip_reason = NULL
WHERE county = :county AND id = ANY(CAST(:ids AS bigint[])) AND state = 'skipped' AND skip_reason = :reason;

-- name: lineage_event_one
-- one change of codes
SELECT e.*, a.name AS who, u.name AS undone_name FROM code_event e
LEFT JOIN account a ON a.county = e.county AND a.id = e.account_id
LEFT JOIN account u ON u.county = e.county AND u.id = e.undone_by
WHERE e.county = :county AND e.id = :id;

-- name: lineage_event_lock
-- holds a change of codes until the transaction ends
SELECT id FROM code_event WHERE county = :county AND id = :id FOR UPDATE;

-- name: lineage_undo
-- done -> undone, once
UPDATE code_event SET undone_at = :at, undone_by = :account_id, undone_reason = :reason
WHERE county = :county AND id = :id AND undone_at IS NULL;

-- name: lineage_of_event
-- what became of which code by a deed
SELECT l.old_address_id, o.code AS old_code, o.level AS old_level, o.text AS old_text, l.new_address_id, n.code AS new_code,
       n.level AS new_level, n.text AS new_text
FROM address_lineage l
JOIN address o ON o.county = l.county AND o.id = l.old_address_id
LEFT JOIN address n ON n.county = l.county AND n.id = l.new_address_id
WHERE l.county = :county AND l.event_id = :id ORDER BY o.code, n.code;

-- name: lineage_built_on
-- what has come since a deed on top of what it made: visits, tickets, rooms, other numbers, later deeds, register rows
SELECT (SELECT count(*) FROM visit v WHERE v.county = :county AND v.house_id = ANY(CAST(:houses AS bigint[]))) AS visits,
    (SELECT count(*) FROM ticket t WHERE t.county = :county AND t.house_id = ANY(CAST(:houses AS bigint[]))
        AND t.id <> ALL(CAST(:tickets AS bigint[]))) AS tickets,
    (SELECT count(*) FROM room r WHERE r.county = :county AND r.house_id = ANY(CAST(:houses AS bigint[]))
        AND r.id <> ALL(CAST(:rooms AS bigint[]))) AS rooms,
    (SELECT count(*) FROM address_alias s WHERE s.county = :county AND s.address_id = ANY(CAST(:addresses AS bigint[]))
        AND upper_inf(s.valid) AND s.id <> ALL(CAST(:aliases AS bigint[]))) AS aliases,
    (SELECT count(DISTINCT e.id) FROM address_lineage l JOIN code_event e ON e.county = l.county AND e.id = l.event_id
        WHERE l.county = :county AND l.old_address_id = ANY(CAST(:addresses AS bigint[])) AND e.id > :id
          AND e.undone_at IS NULL) AS events,
    (SELECT count(*) FROM stop s JOIN plan p ON p.county = s.county AND p.id = s.plan_id
        WHERE s.county = :county AND s.house_id = ANY(CAST(:houses AS bigint[])) AND p.state = 'published') AS stops;

-- name: lineage_address
-- an address by its code, with the house it is or lies in
SELECT a.id, a.county, a.code, a.level, a.text, a.status, a.retired_event_id, a.created_at, h.id AS house_id,
       h.status AS house_status, h.closed_on
FROM address a LEFT JOIN house h ON h.county = a.county AND h.address_id = a.id
WHERE a.county = :county AND a.code = :code;

-- name: lineage_steps
-- every step from a code to what became of it
WITH RECURSIVE forth (id) AS (
    SELECT CAST(:address_id AS bigint)
    UNION
    SELECT s.to_id FROM forth f JOIN address_step s ON s.county = :county AND s.from_id = f.id WHERE s.to_id IS NOT NULL
)
SELECT s.event_id, s.kind, s.at, o.code AS from_code, n.id AS to_id, n.code AS to_code, n.level AS to_level, n.text AS to_text,
       n.status AS to_status, e.reason, e.undone_reason
FROM forth f
JOIN address_step s ON s.county = :county AND s.from_id = f.id
JOIN code_event e ON e.county = s.county AND e.id = s.event_id
JOIN address o ON o.county = s.county AND o.id = s.from_id
LEFT JOIN address n ON n.county = s.county AND n.id = s.to_id
ORDER BY s.at, s.id;

-- name: lineage_history
-- every change that an address took part in or came of, the newest first, undone ones too
WITH RECURSIVE back (id) AS (
    SELECT CAST(:address_id AS bigint)
    UNION
    SELECT l.old_address_id FROM back b
    JOIN address_lineage l ON l.county = :county AND l.new_address_id = b.id AND l.kind <> 'renumber'
    JOIN code_event e ON e.county = l.county AND e.id = l.event_id AND e.undone_at IS NULL
)
SELECT e.id, e.kind, e.at, e.reason, e.undone_at, e.undone_reason, w.name AS who, u.name AS undone_name,
       e.before ->> 'text' AS old_text, e.after ->> 'text' AS new_text,
       array_agg(DISTINCT o.code) AS old_codes, array_agg(DISTINCT n.code) FILTER (WHERE n.code IS NOT NULL) AS new_codes
FROM (SELECT l.event_id FROM back b JOIN address_lineage l
          ON l.county = :county AND (l.old_address_id = b.id OR l.new_address_id = b.id) GROUP BY 1) x
JOIN code_event e ON e.county = :county AND e.id = x.event_id
JOIN address_lineage l ON l.county = e.county AND l.event_id = e.id
JOIN address o ON o.county = l.county AND o.id = l.old_address_id AND o.level = :level
LEFT JOIN address n ON n.county = l.county AND n.id = l.new_address_id AND n.level = :level
LEFT JOIN account w ON w.county = e.county AND w.id = e.account_id
LEFT JOIN account u ON u.county = e.county AND u.id = e.undone_by
GROUP BY e.id, e.kind, e.at, e.reason, e.undone_at, e.undone_reason, w.name, u.name, e.before, e.after
ORDER BY e.at DESC, e.id DESC;

-- name: lineage_village_on
-- the village that a house belonged to on a day
SELECT COALESCE(
    (SELECT p.village FROM house_village p WHERE p.county = h.county AND p.house_id = h.id AND p.until_on > CAST(:on AS date)
     ORDER BY p.id LIMIT 1), h.village) AS village
FROM house h WHERE h.county = :county AND h.id = :house_id;

-- name: lineage_tickets_before
-- the tickets of the houses that a house came of, the newest first
SELECT t.id, t.number, t.hazard, t.severity, t.state, t.lead, t.opened_at, t.due_at, t.closed_at, p.code AS of_code
FROM house_ancestry(:county, :house_id) p JOIN ticket t ON t.county = :county AND t.house_id = p.house_id
ORDER BY t.opened_at DESC, t.id DESC LIMIT :limit;
