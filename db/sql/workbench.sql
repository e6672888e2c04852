-- name: case_open
-- opens cases where none is open for the subject and kind; what was decided for this text is not asked again
INSERT INTO address_case (county, kind, address_id, quarantine_id, text, village, town, source, badness, detail, candidates, geom)
SELECT :county, n.kind, n.address_id, n.quarantine_id, n.text, n.village, n.town, n.source, n.badness, n.detail, n.candidates,
       CAST(n.geom AS geometry)
FROM jsonb_to_recordset(CAST(:rows AS jsonb)) AS n (kind text, address_id bigint, quarantine_id bigint, text text, village text,
    town text, source text, badness float8, detail jsonb, candidates jsonb, geom text)
WHERE NOT EXISTS (
    SELECT FROM address_case c
    WHERE c.county = :county AND c.kind = n.kind AND c.address_id = n.address_id
      AND (c.state = 'on_site' OR (c.state = 'decided' AND c.text = n.text AND EXISTS (
          SELECT FROM address_decision d WHERE d.county = c.county AND d.case_id = c.id AND d.undone_at IS NULL)))
) AND NOT EXISTS (
    SELECT FROM address_case c
    WHERE c.county = :county AND c.kind = n.kind AND c.quarantine_id = n.quarantine_id
      AND (c.state = 'on_site' OR (c.state = 'decided' AND c.text = n.text AND EXISTS (
          SELECT FROM address_decision d WHERE d.county = c.county AND d.case_id = c.id AND d.undone_at IS NULL)))
)
ON CONFLICT DO NOTHING;

-- name: case_refresh
-- brings the open cases of these subjects and kinds up to date
UPDATE address_case c
SET text = n.text, village = n.village, town = n.town, source = n.source, badness = n.badness, detail = n.detail,
    candidates = n.candidates, geom = CAST(n.geom AS geometry)
FROM jsonb_to_recordset(CAST(:rows AS jsonb)) AS n (kind text, address_id bigint, quarantine_id bigint, text text, village text,
    town text, source text, badness float8, detail jsonb, candidates jsonb, geom text)
WHERE c.county = :county AND c.kind = n.kind AND c.state = 'open'
  AND (c.address_id = n.address_id OR c.quarantine_id = n.quarantine_id);

-- name: case_vanished
-- closes open cases about addresses that a fresh look no longer finds
UPDATE address_case SET state = 'decided', decided_at = :at
WHERE county = :county AND state = 'open' AND address_id IS NOT NULL AND kind = ANY(CAST(:kinds AS text[]))
  AND NOT address_id = ANY(CAST(:seen AS bigint[]));

-- name: case_repaired
-- closes cases whose row came back mended another way
UPDATE address_case c SET state = 'decided', decided_at = :at
FROM quarantine q
WHERE c.county = :county AND c.state <> 'decided' AND q.county = c.county AND q.id = c.quarantine_id AND q.state = 'repaired';

-- name: case_counts
-- how many cases of each kind are open, and how many wait for a visit
SELECT CASE c.state WHEN 'open' THEN c.kind ELSE c.state END AS name, count(*) AS n
FROM address_case c
WHERE c.county = :county AND c.state <> 'decided'
  AND (CAST(:town AS text) IS NULL OR c.town = :town) AND (CAST(:source AS text) IS NULL OR c.source = :source)
  AND EXISTS (SELECT FROM unnest(CAST(:areas AS text[])) area WHERE starts_with(coalesce(c.village, c.town, c.county), area))
GROUP BY 1;

-- name: case_sources
-- where open cases come from
SELECT DISTINCT c.source FROM address_case c
WHERE c.county = :county AND c.state <> 'decided'
  AND EXISTS (SELECT FROM unnest(CAST(:areas AS text[])) area WHERE starts_with(coalesce(c.village, c.town, c.county), area))
ORDER BY 1;

-- name: case_queue
-- cases to be worked down, the worst first
SELECT c.id, c.kind, c.address_id, c.text, c.village, c.town, c.source, c.badness, c.detail, c.candidates, c.state, c.opened_at,
       village.name AS village_name, town.name AS town_name
FROM address_case c
LEFT JOIN division village ON village.county = c.county AND village.code_system = 'stat' AND village.code = c.village
LEFT JOIN division town ON town.county = c.county AND town.code_system = 'stat' AND town.code = c.town
WHERE c.county = :county
  AND CASE WHEN CAST(:kind AS text) = 'on_site' THEN c.state = 'on_site'
           ELSE c.state = 'open' AND (CAST(:kind AS text) IS NULL OR c.kind = :kind) END
  AND (CAST(:town AS text) IS NULL OR c.town = :town) AND (CAST(:source AS text) IS NULL OR c.source = :source)
  AND EXISTS (SELECT FROM unnest(CAST(:areas AS text[])) area WHERE starts_with(coalesce(c.village, c.town, c.county), area))
ORDER BY c.badness DESC, c.id
LIMIT :limit;

-- name: case_lock
-- holds a case until the end of the transaction
SELECT id FROM address_case WHERE county = :county AND id = :case_id FOR UPDATE;

-- name: case_one
-- one case with its address
SELECT c.id, c.county, c.kind, c.address_id, c.quarantine_id, c.text, c.village, c.town, c.source, c.badness, c.detail,
       c.candidates, c.state, c.ask_house_id, c.opened_at, c.decided_at, ST_X(c.geom) AS lon, ST_Y(c.geom) AS lat,
       village.name AS village_name, town.name AS town_name, a.code, a.text AS address, a.match_level, a.uncertainty_m,
       a.source_crs, ST_X(a.geom) AS address_lon, ST_Y(a.geom) AS address_lat, h.id AS house_id, ask.text AS asked_at,
       b.file_name, q.row_no, q.problems
FROM address_case c
LEFT JOIN division village ON village.county = c.county AND village.code_system = 'stat' AND village.code = c.village
LEFT JOIN division town ON town.county = c.county AND town.code_system = 'stat' AND town.code = c.town
LEFT JOIN address a ON a.county = c.county AND a.id = c.address_id
LEFT JOIN house h ON h.county = c.county AND h.address_id = c.address_id
LEFT JOIN house asked ON asked.county = c.county AND asked.id = c.ask_house_id
LEFT JOIN address ask ON ask.county = c.county AND ask.id = asked.address_id
LEFT JOIN quarantine q ON q.county = c.county AND q.id = c.quarantine_id
LEFT JOIN import_batch b ON b.county = q.county AND b.id = q.batch_id
WHERE c.county = :county AND c.id = :case_id;

-- name: case_progress
-- what was done since a moment, and what is left
SELECT count(*) FILTER (WHERE c.state = 'open') AS left,
       count(*) FILTER (WHERE EXISTS (
           SELECT FROM address_decision d
           WHERE d.county = c.county AND d.case_id = c.id AND d.undone_at IS NULL AND d.at >= :since)
       ) AS done
FROM address_case c
WHERE c.county = :county AND (c.state <> 'decided' OR c.decided_at >= :since)
  AND EXISTS (SELECT FROM unnest(CAST(:areas AS text[])) area WHERE starts_with(coalesce(c.village, c.town, c.county), area));

-- name: case_settle
-- takes cases out of the queue
UPDATE address_case SET state = 'decided', decided_at = :at, ask_house_id = NULL
WHERE county = :county AND id = ANY(CAST(:ids AS bigint[])) AND state <> 'decided';

-- name: case_ask
-- lets a case wait for a visit
UPDATE address_case SET state = 'on_site', ask_house_id = :house_id
WHERE county = :county AND id = :case_id AND state = 'open';

-- name: case_put_back
-- puts cases back into the queue
UPDATE address_case SET state = 'open', decided_at = NULL, ask_house_id = NULL
WHERE county = :county AND id = ANY(CAST(:ids AS bigint[]));

-- name: case_offer
-- puts candidates before those a case has
UPDATE address_case SET candidates = CAST(:candidates AS jsonb) || candidates
WHERE county = :county AND id = :case_id;

-- name: case_asked_at
-- cases that wait for the next visit at a house
SELECT id, kind, text, detail FROM address_case
WHERE county = :county AND ask_house_id = :house_id AND state = 'on_site' ORDER BY id;

-- name: case_like
-- open cases in whose text a name stands, the worst first
SELECT c.id, c.county, c.kind, c.address_id, c.quarantine_id, c.text, c.village, c.town, c.source, c.candidates, c.state, c.ask_house_id,
       a.text AS address
FROM address_case c LEFT JOIN address a ON a.county = c.county AND a.id = c.address_id
WHERE c.county = :county AND c.state = 'open' AND strpos(c.text, :written) > 0
  AND starts_with(coalesce(c.village, c.town, :within), :within)
  AND EXISTS (SELECT FROM unnest(CAST(:areas AS text[])) area WHERE starts_with(coalesce(c.village, c.town, c.county), area))
ORDER BY c.badness DESC, c.id
FOR UPDATE OF c;

-- name: decision_add
-- writes a decision down
INSERT INTO address_decision (county, case_id, account_id, at, kind, before, after, part_of)
VALUES (:county, :case_id, :account_id, :at, :kind, CAST(:before AS jsonb), CAST(:after AS jsonb), :part_of)
RETURNING id;

-- name: decision_one
-- a decision that stands and was made by itself
SELECT d.id, d.county, d.case_id, d.account_id, d.at, d.kind, d.before, d.after, c.town, c.village, c.address_id, c.quarantine_id
FROM address_decision d JOIN address_case c ON c.county = d.county AND c.id = d.case_id
WHERE d.county = :county AND d.id = :decision_id AND d.undone_at IS NULL AND d.part_of IS NULL
FOR UPDATE OF d, c;

-- name: decision_parts
-- the decisions that were made along with one, the latest first
SELECT d.id, d.county, d.case_id, d.account_id, d.at, d.kind, d.before, d.after, c.town, c.village, c.address_id, c.quarantine_id
FROM address_decision d JOIN address_case c ON c.county = d.county AND c.id = d.case_id
WHERE d.county = :county AND d.part_of = :decision_id AND d.undone_at IS NULL
ORDER BY d.id DESC
FOR UPDATE OF d, c;

-- name: decision_undone
-- notes decisions as undone
UPDATE address_decision SET undone_at = :at, undone_by = :account_id
WHERE county = :county AND id = ANY(CAST(:ids AS bigint[]));

-- name: decision_list
-- the latest decisions
SELECT d.id, d.case_id, d.kind, d.at, d.account_id, who.name AS who, c.text, c.kind AS case_kind, c.town, c.village,
       d.before, d.after, d.undone_at, back.name AS undone_by_name,
       (SELECT count(*) FROM address_decision p WHERE p.county = d.county AND p.part_of = d.id) AS others
FROM address_decision d
JOIN address_case c ON c.county = d.county AND c.id = d.case_id
LEFT JOIN account who ON who.county = d.county AND who.id = d.account_id
LEFT JOIN account back ON back.county = d.county AND back.id = d.undone_by
WHERE d.county = :county AND d.part_of IS NULL
  AND (CAST(:case_id AS bigint) IS NULL OR d.case_id = :case_id)
  AND (CAST(:account_id AS bigint) IS NULL OR d.account_id = :account_id)
  AND EXISTS (SELECT FROM unnest(CAST(:areas AS text[])) area WHERE starts_with(coalesce(c.village, c.town, c.county), area))
ORDER BY d.id DESC LIMIT :limit;

-- name: name_list
-- the names learnt and in force
SELECT n.id, n.written, n.kind, n.means, n.within, d.name AS official
FROM address_name_alias n
LEFT JOIN division d ON n.kind = 'division' AND d.county = n.county AND d.code_system = 'stat' AND d.code = n.means
WHERE n.county = :county AND n.valid @> CAST(:on AS date) ORDER BY n.id;

-- name: name_end
-- ends what a name meant until this day
UPDATE address_name_alias SET valid = daterange(lower(valid), greatest(lower(valid), CAST(:on AS date)))
WHERE county = :county AND written = :written AND within = :within AND (upper(valid) IS NULL OR upper(valid) > CAST(:on AS date));

-- name: name_add
-- learns a name
INSERT INTO address_name_alias (county, written, kind, means, within, account_id, valid)
VALUES (:county, :written, :kind, :means, :within, :account_id, daterange(CAST(:on AS date), NULL)) RETURNING id;

-- name: name_forget
-- takes a name back
DELETE FROM address_name_alias WHERE county = :county AND id = :name_id;

-- name: text_known
-- the addresses in use that texts were settled for
SELECT l.value, l.address_id FROM address_alias l JOIN address a ON a.county = l.county AND a.id = l.address_id
WHERE l.county = :county AND l.scheme = 'TEXT' AND l.value = ANY(CAST(:keys AS text[])) AND l.valid @> CAST(:on AS date)
  AND a.status = 'active';

-- name: text_end
-- ends what a text found until this day
UPDATE address_alias SET valid = daterange(lower(valid), greatest(lower(valid), CAST(:on AS date)))
WHERE county = :county AND scheme = 'TEXT' AND value = :key AND (upper(valid) IS NULL OR upper(valid) > CAST(:on AS date));

-- name: text_add
-- lets a text find an address
INSERT INTO address_alias (county, address_id, scheme, value, valid)
VALUES (:county, :address_id, 'TEXT', :key, daterange(CAST(:on AS date), NULL)) RETURNING id;

-- name: text_forget
-- takes a text back
DELETE FROM address_alias WHERE county = :county AND id = :alias_id AND scheme = 'TEXT';

-- name: quality_forget
-- forgets the figures of a day, before they are taken anew
DELETE FROM address_quality WHERE county = :county AND on_date = :on;

-- name: quality_snapshot
-- the day's figures: house addresses by town, source and level, refused rows beside them
INSERT INTO address_quality (county, on_date, town, source, level, addresses)
SELECT :county, CAST(:on AS date), substr(a.code, 1, 9), a.source, a.match_level, count(*)
FROM address a WHERE a.county = :county AND a.level = 'house' AND a.status = 'active' GROUP BY 3, 4, 5
UNION ALL
SELECT :county, CAST(:on AS date), '', 'register', 'held', count(*)
FROM quarantine q WHERE q.county = :county AND q.state = 'open' HAVING count(*) > 0;

-- name: quality_days
-- the figures of the days since
SELECT q.on_date, q.town, coalesce(t.name, '') AS town_name, q.source, q.level, q.addresses
FROM address_quality q
LEFT JOIN division t ON t.county = q.county AND t.code_system = 'stat' AND t.code = q.town
WHERE q.county = :county AND q.on_date >= CAST(:since AS date)
  AND EXISTS (SELECT FROM unnest(CAST(:areas AS text[])) area WHERE starts_with(coalesce(nullif(q.town, ''), q.county), area))
ORDER BY 1, 2, 4, 5;

-- name: quality_now
-- the figures as they are
SELECT f.town, coalesce(t.name, '') AS town_name, f.source, f.level, f.addresses FROM (
    SELECT substr(a.code, 1, 9) AS town, a.source, a.match_level AS level, count(*) AS addresses
    FROM address a WHERE a.county = :county AND a.level = 'house' AND a.status = 'active' GROUP BY 1, 2, 3
    UNION ALL
    SELECT '', 'register', 'held', count(*) FROM quarantine q WHERE q.county = :county AND q.state = 'open' HAVING count(*) > 0
) f
LEFT JOIN division t ON t.county = :county AND t.code_system = 'stat' AND t.code = f.town
WHERE EXISTS (SELECT FROM unnest(CAST(:areas AS text[])) area WHERE starts_with(coalesce(nullif(f.town, ''), :county), area))
ORDER BY 1, 3, 4;

-- name: quality_behind
-- the addresses behind a figure
SELECT a.code, a.text, t.name AS town_name, v.name AS village_name, a.source, a.match_level AS level, a.match_score AS score,
       a.uncertainty_m,
       (SELECT min(c.id) FROM address_case c WHERE c.county = a.county AND c.address_id = a.id AND c.state = 'open') AS case_id
FROM address a
LEFT JOIN division t ON t.county = a.county AND t.code_system = 'stat' AND t.code = substr(a.code, 1, 9)
LEFT JOIN division v ON v.county = a.county AND v.code_system = 'stat' AND v.code = substr(a.code, 1, 12)
WHERE a.county = :county AND a.level = 'house' AND a.status = 'active'
  AND (CAST(:town AS text) IS NULL OR substr(a.code, 1, 9) = :town) AND (CAST(:source AS text) IS NULL OR a.source = :source)
  AND (CAST(:levels AS text[]) IS NULL OR a.match_level = ANY(CAST(:levels AS text[])))
  AND EXISTS (SELECT FROM unnest(CAST(:areas AS text[])) area WHERE starts_with(a.code, area))
ORDER BY case_id NULLS LAST, a.match_level, a.code LIMIT :limit;
