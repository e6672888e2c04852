-- name: model_town_found
-- what stands in the way of a model town: is the county there, is it a model, how many houses are real, how many synthetic
SELECT c.model,
       (SELECT count(*) FROM house h WHERE h.county = c.county AND NOT h.synthetic) AS real_houses,
       (SELECT count(*) FROM house h WHERE h.county = c.county AND h.synthetic) AS synthetic_houses
FROM county c WHERE c.county = :county;

-- name: model_town_ids
-- takes n ids of a table's sequence in one block and answers the last of them
SELECT setval(CAST(:sequence AS regclass), nextval(CAST(:sequence AS regclass)) + :n - 1) AS last_id;

-- name: model_town_keys
-- every foreign key of the record as it is written
SELECT c.relname AS child, k.conname AS name, pg_get_constraintdef(k.oid) AS definition
FROM pg_constraint k JOIN pg_class c ON c.oid = k.conrelid
WHERE k.contype = 'f' AND k.connamespace = 'public'::regnamespace ORDER BY 1, 2;
