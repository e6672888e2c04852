-- name: account_credentials
-- what signing in needs of an account
SELECT county, id, password_hash, active, language FROM account WHERE login = :login;

-- name: account_by_id
-- one account
SELECT county, id, name, department, language FROM account WHERE county = :county AND id = :account_id;

-- name: sign_in_failures
-- failed attempts since a moment, of a login (after its last success) and of a client
SELECT count(*) FILTER (WHERE login = :login AND at > COALESCE((SELECT max(at) FROM sign_in_attempt
                        WHERE login = :login AND succeeded AND at > :since), :since)) AS by_login,
       count(*) FILTER (WHERE client = :client) AS by_client
FROM sign_in_attempt WHERE NOT succeeded AND at > :since AND (login = :login OR client = :client);

-- name: sign_in_record
-- writes down an attempt
INSERT INTO sign_in_attempt (login, client, at, succeeded) VALUES (:login, :client, :at, :succeeded);

-- name: session_open
-- opens a session
INSERT INTO session (county, token_hash, account_id, created_at, seen_at, expires_at)
VALUES (:county, :token_hash, :account_id, :at, :at, :until);

-- name: session_end
-- ends a session
UPDATE session SET ended_at = :at WHERE token_hash = :token_hash AND ended_at IS NULL;

-- name: session_end_all
-- ends every session of an account
UPDATE session SET ended_at = now() WHERE county = :county AND account_id = :account_id AND ended_at IS NULL;

-- name: session_account
-- the account behind a session that is still good
SELECT a.county, a.id, a.name, a.department, a.language
FROM session s JOIN account a ON a.county = s.county AND a.id = s.account_id
WHERE s.token_hash = :token_hash AND s.ended_at IS NULL AND s.expires_at > :at AND a.active;

-- name: account_grants
-- the roles an account holds on a day, inspectors' duties among them
SELECT role, area_kind, area_code FROM role_grant
WHERE county = :county AND account_id = :account_id AND valid @> CAST(:on_date AS date)
UNION
SELECT 'inspector', 'grid', g.code FROM duty d JOIN grid g ON g.county = d.county AND g.id = d.grid_id
WHERE d.county = :county AND d.account_id = :account_id AND d.valid @> CAST(:on_date AS date)
  AND g.valid @> CAST(:on_date AS date)
ORDER BY role, area_kind, area_code;

-- name: account_set_language
-- remembers the language a person reads
UPDATE account SET language = :language WHERE county = :county AND id = :account_id;

-- name: account_list
-- every account of a county with its roles
SELECT a.id, a.login, a.name, a.department, a.active, a.demo, a.created_at,
       (SELECT max(s.seen_at) FROM session s WHERE s.county = a.county AND s.account_id = a.id) AS last_seen_at,
       COALESCE((SELECT array_agg(DISTINCT r.role) FROM role_grant r WHERE r.county = a.county AND r.account_id = a.id
                 AND r.valid @> CAST(:on_date AS date)), '{}') AS roles,
       (SELECT count(*) FROM duty d WHERE d.county = a.county AND d.account_id = a.id
          AND d.valid @> CAST(:on_date AS date)) AS grids
FROM account a WHERE a.county = :county ORDER BY a.login;

-- name: account_demo
-- the demonstration accounts with what each is
SELECT a.id, a.county, c.name AS county_name, a.login, a.name, a.department,
       (SELECT min(r.role) FROM role_grant r WHERE r.county = a.county AND r.account_id = a.id) AS role
FROM account a JOIN county c ON c.county = a.county AND c.model
WHERE a.demo AND a.active ORDER BY a.county DESC, a.id;

-- name: account_create
-- makes an account
INSERT INTO account (county, login, name, password_hash, department)
VALUES (:county, :login, :name, :password_hash, :department) RETURNING id;

-- name: account_grant
-- grants a role over an area from a day on
INSERT INTO role_grant (county, account_id, role, area_kind, area_code, valid)
VALUES (:county, :account_id, :role, :area_kind, :area_code, daterange(CAST(:since AS date), NULL));

-- name: account_set_active
-- opens or shuts an account
UPDATE account SET active = :active WHERE county = :county AND id = :account_id;

-- name: account_set_password
-- changes a password hash
UPDATE account SET password_hash = :password_hash WHERE county = :county AND id = :account_id;
