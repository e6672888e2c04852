-- name: audit_record
-- adds one deed to the audit
INSERT INTO deed (county, account_id, name, object_kind, object_id, detail)
VALUES (:county, :account_id, :name, :object_kind, :object_id, CAST(:detail AS jsonb));

-- name: audit_latest
-- the latest deeds of a county with who did them
SELECT d.at, d.name, a.name AS who, d.object_kind, d.object_id, d.detail
FROM deed d LEFT JOIN account a ON a.county = d.county AND a.id = d.account_id
WHERE d.county = :county ORDER BY d.id DESC LIMIT :limit;
