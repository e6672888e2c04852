-- name: department_names
-- every department of a county
SELECT code, name, name_en FROM department WHERE county = :county ORDER BY code;
