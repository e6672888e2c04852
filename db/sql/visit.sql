-- name: visit_start
-- the draft of a visit: the one the inspector has of this house already, or a new one
INSERT INTO visit AS v (county, house_id, account_id, stop_id, started_at)
VALUES (:county, :house_id, :account_id, :stop_id, :at)
ON CONFLICT (county, house_id, account_id) WHERE state = 'draft'
DO UPDATE SET stop_id = COALESCE(EXCLUDED.stop_id, v.stop_id)
RETURNING v.id;

-- name: visit_by_id
-- one visit
SELECT v.id, v.county, v.house_id, h.town, v.account_id, a.name AS account_name, v.stop_id, v.state, v.outcome, v.next_try,
    v.started_at, v.submitted_at, ST_X(v.geom) AS lon, ST_Y(v.geom) AS lat, v.accuracy_m,
    ST_Distance(v.geom::geography, h.geom::geography) AS house_m, v.facts, v.room_facts, v.note, v.result
FROM visit v
JOIN house h ON h.county = v.county AND h.id = v.house_id
JOIN account a ON a.county = v.county AND a.id = v.account_id
WHERE v.county = :county AND v.id = :id;

-- name: visit_lock
-- holds a visit until the transaction ends
SELECT id FROM visit WHERE county = :county AND id = :id FOR UPDATE;

-- name: visit_save
-- what the form holds after a tap
UPDATE visit SET facts = CAST(:facts AS jsonb), room_facts = CAST(:room_facts AS jsonb), note = :note, outcome = :outcome,
    next_try = :next_try, accuracy_m = :accuracy_m,
    geom = ST_SetSRID(ST_MakePoint(CAST(:lon AS float8), CAST(:lat AS float8)), 4490)
WHERE county = :county AND id = :id AND state = 'draft';

-- name: visit_submit
-- a draft becomes the record of a visit
UPDATE visit SET state = 'submitted', submitted_at = :at, outcome = :outcome, next_try = :next_try
WHERE county = :county AND id = :id AND state = 'draft';

-- name: visit_result
-- what followed from a visit, as it was told to the inspector
UPDATE visit SET result = CAST(:result AS jsonb) WHERE county = :county AND id = :id;

-- name: visit_last_answers
-- what the last visit that was let in found
SELECT v.id, v.submitted_at, v.facts, v.room_facts FROM visit v
WHERE v.county = :county AND v.house_id = :house_id AND v.state = 'submitted' AND v.outcome = 'granted'
ORDER BY v.submitted_at DESC, v.id DESC LIMIT 1;

-- name: visit_answers
-- the latest answer to every question ever answered at a house, with its moment; answers about a room carry its key
SELECT DISTINCT ON (told.room, told.fact) told.room, told.fact, told.answer, v.submitted_at
FROM visit v CROSS JOIN LATERAL (
    SELECT NULL AS room, f.key AS fact, f.value AS answer FROM jsonb_each(v.facts) f
    UNION ALL
    SELECT r.value ->> 'key', f.key, f.value
    FROM jsonb_array_elements(v.room_facts) r CROSS JOIN LATERAL jsonb_each(r.value) f WHERE f.key <> 'key'
) told
WHERE v.county = :county AND v.house_id = :house_id AND v.state = 'submitted' AND v.outcome = 'granted'
  AND told.answer <> 'null'
ORDER BY told.room, told.fact, v.submitted_at DESC, v.id DESC;

-- name: visit_of_inspector
-- an inspector's visits in a period, the newest first
SELECT v.id, v.house_id, ad.text AS address, ad.code, v.state, v.outcome, v.next_try, v.started_at, v.submitted_at
FROM visit v
JOIN house h ON h.county = v.county AND h.id = v.house_id
JOIN address ad ON ad.county = h.county AND ad.id = h.address_id
WHERE v.county = :county AND v.account_id = :account_id
  AND (v.state = 'draft' OR (v.submitted_at >= :from_at AND v.submitted_at < :to_at))
ORDER BY v.submitted_at DESC NULLS FIRST, v.id DESC;

-- name: visit_house_facts
-- what the register knows of a house before anybody measures
SELECT h.id, h.kind AS house_kind, h.let_status, h.floors, h.built_area_m2 AS area_m2, h.stairs, h.persons,
    h.rooms_let, h.village, v.urban_class, h.extra -> 'in_planning_area' AS in_planning_area
FROM house h
JOIN division v ON v.county = h.county AND v.code_system = h.code_system AND v.code = h.village
WHERE h.county = :county AND h.id = :house_id;

-- name: visit_write_room
-- what was measured in a room
UPDATE room SET kind = COALESCE(:kind, kind), usable_m2 = COALESCE(:usable_m2, usable_m2),
    outer_window = COALESCE(:outer_window, outer_window), headcount = COALESCE(:headcount, headcount),
    family = COALESCE(:family, family), updated_at = :at
WHERE county = :county AND house_id = :house_id AND id = :id;

-- name: visit_write_house
-- a house after somebody was let in
UPDATE house h SET no_access = 0, next_try = NULL, last_visit_at = :at, relet_on = NULL, tenants_changed_on = NULL,
    complained_on = NULL, addition_on = NULL, stairs = COALESCE(CAST(:stairs AS smallint), h.stairs),
    persons = COALESCE(n.persons, h.persons), rooms_let = COALESCE(n.rooms_let, h.rooms_let), updated_at = :at
FROM (SELECT CASE WHEN count(*) = count(r.headcount) THEN sum(r.headcount) END AS persons,
             CASE WHEN count(*) = count(r.headcount) AND count(*) > 0 THEN count(*) FILTER (WHERE r.headcount > 0) END AS rooms_let
      FROM room r WHERE r.county = :county AND r.house_id = :house_id) n
WHERE h.county = :county AND h.id = :house_id;

-- name: visit_shut_house
-- a house after nobody opened
UPDATE house SET no_access = no_access + 1, next_try = :next_try, updated_at = :at WHERE county = :county AND id = :house_id;

-- name: visit_stop_done
-- the stop of today's route is done
UPDATE stop s SET state = 'done', done_at = :at, skip_reason = NULL
WHERE s.county = :county AND s.id = :stop_id AND s.house_id = :house_id AND s.state <> 'done';

-- name: visit_stop_of_today
-- the stop of a published plan of the day that is this house
SELECT s.id FROM stop s JOIN plan p ON p.county = s.county AND p.id = s.plan_id
WHERE s.county = :county AND s.house_id = :house_id AND p.account_id = :account_id AND p.on_date = :on_date
  AND p.state = 'published' AND (CAST(:stop_id AS bigint) IS NULL OR s.id = :stop_id)
LIMIT 1;
