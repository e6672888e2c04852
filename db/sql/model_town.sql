-- name: model_town_found
-- what stands in the way of a model town: is the county there, is it a model, how many houses are real, how many synthetic
SELECT c.model,
       (SELECT count(*) FROM house h WHERE h.county = c.county AND NOT h.synthetic) AS real_houses,
       (SELECT count(*) FROM house h WHERE h.county = c.county AND h.synthetic) AS synthetic_houses
FROM county c WHERE c.county = :county;

-- name: model_town_ids
-- takes n ids of a table's sequence in one block and answers the last of them
SELECT setval(CAST(:sequence AS regclass), nextval(CAST(:sequence AS regclass)) + :n - 1) AS last_id;

-- name: model_town_superuser
-- whether this account may let triggers rest for a session
SELECT rolsuper FROM pg_roles WHERE rolname = current_user;

-- name: model_town_rest
-- lets every trigger rest until the transaction ends: histories are written as they were, not as they happen
SET LOCAL session_replication_role = replica;

-- name: model_town_wake
-- lets triggers act again
SET LOCAL session_replication_role = origin;
