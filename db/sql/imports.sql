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
SELECT i.n - 1 AS n, h.id, h.address_id, h.owner_id, h.manager_id, h.fingerprint IS NOT DISTINCT FROM i.print AS same
FROM unnest(CAST(:keys AS text[]), CAST(:prints AS bytea[])) WITH ORDINALITY AS i (key, print, n)
JOIN house h ON h.county = :county AND h.source_key = i.key;

-- name: import_incoming
-- a place for changed houses and addresses, for this transaction alone
CREATE TEMP TABLE IF NOT EXISTS incoming_house (LIKE house INCLUDING DEFAULTS) ON COMMIT DROP;
CREATE TEMP TABLE IF NOT EXISTS incoming_address (LIKE address INCLUDING DEFAULTS) ON COMMIT DROP;
TRUNCATE incoming_house, incoming_address;

-- name: import_update_houses
-- writes what the register says anew; what it does not say stays
UPDATE house h
SET village = i.village, fingerprint = i.fingerprint, extra = h.extra || i.extra, updated_at = now(),
    kind = CASE WHEN i.kind = 'other' THEN h.kind ELSE i.kind END,
    let_status = CASE WHEN i.let_status = 'unknown' THEN h.let_status ELSE i.let_status END,
    structure = COALESCE(i.structure, h.structure), floors = COALESCE(i.floors, h.floors),
    stairs = COALESCE(i.stairs, h.stairs), use_registered = COALESCE(i.use_registered, h.use_registered),
    use_actual = COALESCE(i.use_actual, h.use_actual), built_area_m2 = COALESCE(i.built_area_m2, h.built_area_m2),
    rooms_let = COALESCE(i.rooms_let, h.rooms_let), persons = COALESCE(i.persons, h.persons),
    owner_id = COALESCE(i.owner_id, h.owner_id), manager_id = COALESCE(i.manager_id, h.manager_id),
    geom = COALESCE(i.geom, h.geom), footprint = COALESCE(i.footprint, h.footprint)
FROM incoming_house i
WHERE h.county = i.county AND h.id = i.id;

-- name: import_update_addresses
-- writes the address text and point anew; the code stays what it is
UPDATE address a
SET text = i.text, parts = a.parts || i.parts, geom = COALESCE(i.geom, a.geom), source = i.source,
    source_crs = COALESCE(i.source_crs, a.source_crs),
    match_level = CASE WHEN i.geom IS NULL THEN a.match_level ELSE i.match_level END
FROM incoming_address i
WHERE a.county = i.county AND a.id = i.id;

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
WHERE b.county = :county AND b.id = :batch_id AND h.geom IS NOT NULL
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
