-- name: batch_open
-- begins a batch; it exists for others only when all of it does
INSERT INTO import_batch (county, file_name, sha256, account_id, crs, mapping, started_at, read, kind)
VALUES (:county, :file_name, :sha256, :account_id, :crs, CAST(:mapping AS jsonb), :started_at, :read, :kind)
RETURNING id;

-- name: batch_done
-- ends a batch with its counts
UPDATE import_batch
SET state = 'done', placed = :placed, unchanged = :unchanged, quarantined = :quarantined, finished_at = :finished_at
WHERE county = :county AND id = :batch_id;

-- name: batch_failed
-- notes a file of which nothing was taken in
INSERT INTO import_batch (county, file_name, sha256, account_id, state, started_at, finished_at, kind)
VALUES (:county, :file_name, :sha256, :account_id, 'failed', :started_at, :finished_at, :kind)
RETURNING id;

-- name: import_one_at_a_time
-- waits until no other import of this county is under way, until the end of the transaction
SELECT pg_advisory_xact_lock(hashtextextended('import ' || :county, 0));

-- name: import_known
-- which of these keys are houses already, and whether anything was said of them since
SELECT i.n - 1 AS n, h.id, h.address_id, h.owner_id, h.manager_id, h.source_key, h.status,
       h.fingerprint IS NOT DISTINCT FROM i.print AS same
FROM unnest(CAST(:keys AS text[]), CAST(:prints AS bytea[])) WITH ORDINALITY AS i (key, print, n)
JOIN house h ON h.county = :county AND h.source_key = i.key;

-- name: text_any
-- whether any text was ever settled for an address
SELECT EXISTS (SELECT FROM address_alias WHERE county = :county AND scheme = 'TEXT' AND upper_inf(valid));

-- name: import_settled
-- houses in use that these texts were settled for
SELECT i.n, h.id, h.address_id, h.owner_id, h.manager_id, h.source_key, h.status,
       h.fingerprint IS NOT DISTINCT FROM i.print AS same
FROM unnest(CAST(:ns AS integer[]), CAST(:texts AS text[]), CAST(:prints AS bytea[])) AS i (n, text, print)
JOIN address_alias s ON s.county = :county AND s.scheme = 'TEXT' AND s.value = i.text AND upper_inf(s.valid)
JOIN house h ON h.county = s.county AND h.address_id = s.address_id AND h.status = 'active';

-- name: import_same_address
-- houses in use that stand at these addresses, however they are written
SELECT i.n, h.id, h.address_id, h.owner_id, h.manager_id, h.source_key, h.status,
       h.fingerprint IS NOT DISTINCT FROM i.print AS same
FROM unnest(CAST(:ns AS integer[]), CAST(:villages AS text[]), CAST(:keys AS text[]), CAST(:prints AS bytea[])) AS i (n, village, key, print)
JOIN address a ON a.county = :county AND a.level = 'house' AND a.match_key = i.key
JOIN house h ON h.county = a.county AND h.address_id = a.id AND h.village = i.village AND h.status = 'active';

-- name: address_without_key
-- houses in use whose address was written or rewritten and not read since
SELECT a.id, a.text, h.village FROM address a JOIN house h ON h.county = a.county AND h.address_id = a.id
WHERE a.county = :county AND a.level = 'house' AND a.match_key IS NULL AND h.status = 'active';

-- name: address_keys_incoming
-- a place for keys just read, for this transaction alone
CREATE TEMP TABLE IF NOT EXISTS incoming_key (id BIGINT, key TEXT) ON COMMIT DROP;
TRUNCATE incoming_key;

-- name: address_keys_write
-- writes the keys just read
UPDATE address a SET match_key = i.key FROM incoming_key i WHERE a.county = :county AND a.id = i.id;

-- name: import_incoming
-- a place for changed houses and addresses, for this transaction alone
CREATE TEMP TABLE IF NOT EXISTS incoming_house (LIKE house INCLUDING DEFAULTS) ON COMMIT DROP;
CREATE TEMP TABLE IF NOT EXISTS incoming_address (LIKE address INCLUDING DEFAULTS) ON COMMIT DROP;
TRUNCATE incoming_house, incoming_address;

-- name: import_update_houses
-- writes what the register says anew; what it does not say stays, and so does a point that is better known
UPDATE house h
SET village = CASE WHEN EXISTS (SELECT FROM address_lineage l JOIN code_event e ON e.county = l.county AND e.id = l.event_id
                                WHERE l.county = o.county AND l.new_address_id = o.id AND e.undone_at IS NULL) THEN h.village ELSE i.village END, -- where a deed put it
    fingerprint = i.fingerprint, extra = h.extra || i.extra, updated_at = now(),
    source_key = CASE WHEN h.source_key IS NULL OR (i.source_key LIKE 'key:%' AND h.source_key NOT LIKE 'key:%')
                      THEN i.source_key ELSE h.source_key END,
    kind = CASE WHEN i.kind = 'other' THEN h.kind ELSE i.kind END,
    let_status = CASE WHEN i.let_status = 'unknown' THEN h.let_status ELSE i.let_status END,
    structure = COALESCE(i.structure, h.structure), floors = COALESCE(i.floors, h.floors),
    stairs = COALESCE(i.stairs, h.stairs), use_registered = COALESCE(i.use_registered, h.use_registered),
    use_actual = COALESCE(i.use_actual, h.use_actual), built_area_m2 = COALESCE(i.built_area_m2, h.built_area_m2),
    rooms_let = COALESCE(i.rooms_let, h.rooms_let), persons = COALESCE(i.persons, h.persons),
    owner_id = COALESCE(i.owner_id, h.owner_id), manager_id = COALESCE(i.manager_id, h.manager_id),
    geom = CASE WHEN better_point(n.geom, n.uncertainty_m, o.geom, o.uncertainty_m, o.match_level)
                THEN COALESCE(i.geom, h.geom) ELSE h.geom END,
    footprint = COALESCE(i.footprint, h.footprint)
FROM incoming_house i
JOIN incoming_address n ON n.county = i.county AND n.id = i.address_id
JOIN address o ON o.county = i.county AND o.id = i.address_id
WHERE h.county = i.county AND h.id = i.id;

-- name: import_update_addresses
-- writes the address text and point anew; the code stays what it is
UPDATE address a
SET text = CASE WHEN d.decided THEN o.text ELSE n.text END, -- what a split, move or renumbering called it stays
    match_key = CASE WHEN d.decided THEN o.match_key ELSE n.match_key END, source = n.source,
    parts = CASE WHEN d.decided THEN o.parts WHEN o.text = n.text THEN o.parts || n.parts ELSE n.parts END,
    geom = CASE WHEN p.better THEN n.geom ELSE o.geom END,
    source_crs = CASE WHEN p.better THEN COALESCE(n.source_crs, o.source_crs) ELSE o.source_crs END,
    match_level = CASE WHEN p.better THEN n.match_level ELSE o.match_level END,
    match_score = CASE WHEN p.better THEN n.match_score ELSE o.match_score END,
    uncertainty_m = CASE WHEN p.better THEN n.uncertainty_m ELSE o.uncertainty_m END
FROM incoming_address n
JOIN address o ON o.county = n.county AND o.id = n.id
CROSS JOIN LATERAL (
    SELECT better_point(n.geom, n.uncertainty_m, o.geom, o.uncertainty_m, o.match_level) AS better
) p
CROSS JOIN LATERAL (
    SELECT EXISTS (SELECT FROM address_lineage l JOIN code_event e ON e.county = l.county AND e.id = l.event_id
                   WHERE l.county = o.county AND l.new_address_id = o.id AND e.undone_at IS NULL) AS decided
) d
WHERE a.county = n.county AND a.id = n.id;

-- name: batch_list
-- the latest imports of a county
SELECT b.id, b.kind, b.file_name, b.state, b.started_at, b.finished_at, a.name AS who, b.crs, b.mapping, b.read, b.placed, b.unchanged,
       b.quarantined,
       (SELECT count(*) FROM quarantine q WHERE q.county = b.county AND q.batch_id = b.id AND q.state = 'open') AS open_rows
FROM import_batch b LEFT JOIN account a ON a.county = b.county AND a.id = b.account_id
WHERE b.county = :county
ORDER BY b.id DESC LIMIT :limit;

-- name: batch_one
-- one import
SELECT id, kind, file_name, sha256, state, started_at, finished_at, account_id, crs, mapping, read, placed, unchanged, quarantined
FROM import_batch WHERE county = :county AND id = :batch_id;

-- name: quarantine_rows
-- the rows of a batch that could not be placed, with their masked problems
SELECT row_no, problems, state FROM quarantine
WHERE county = :county AND batch_id = :batch_id ORDER BY row_no LIMIT :limit;

-- name: quarantine_sealed
-- the open rows of a batch as they stood in the file, sealed
SELECT row_no, problems, raw_enc FROM quarantine
WHERE county = :county AND batch_id = :batch_id AND state = 'open' ORDER BY row_no;

-- name: quarantine_repaired
-- notes that these rows came back and were taken in
UPDATE quarantine q SET state = 'repaired'
FROM unnest(CAST(:batches AS bigint[]), CAST(:row_nos AS integer[])) AS r (batch_id, row_no)
WHERE q.county = :county AND q.batch_id = r.batch_id AND q.row_no = r.row_no AND q.state = 'open';

-- name: batch_houses
-- the houses that an import wrote last, with a point
SELECT a.code, a.text AS address, h.colour, ST_AsBinary(h.geom) AS geometry
FROM import_batch b
JOIN house h ON h.county = b.county AND h.updated_at BETWEEN b.started_at AND b.finished_at AND h.source_key IS NOT NULL
JOIN address a ON a.county = h.county AND a.id = h.address_id
WHERE b.county = :county AND b.id = :batch_id AND h.geom IS NOT NULL AND h.status = 'active'
ORDER BY h.id LIMIT :limit;

-- name: quarantine_reasons
-- how many rows of a batch each reason still holds back
SELECT p.problem ->> 'reason' AS reason, count(DISTINCT q.row_no) AS rows
FROM quarantine q CROSS JOIN LATERAL jsonb_array_elements(q.problems) AS p (problem)
WHERE q.county = :county AND q.batch_id = :batch_id AND q.state = 'open'
GROUP BY 1 ORDER BY 2 DESC, 1;

-- name: quarantine_states
-- how many held rows of a batch are still open, and how many came back mended
SELECT count(*) FILTER (WHERE state = 'open') AS open, count(*) FILTER (WHERE state = 'repaired') AS repaired
FROM quarantine WHERE county = :county AND batch_id = :batch_id;
