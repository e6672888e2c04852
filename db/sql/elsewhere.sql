-- name: elsewhere_known
-- which of these numbers the record has, and what it knows of each
SELECT t.id, t.number, t.source, t.state, t.opened_at, t.hazard, t.lead, t.fingerprint
FROM ticket t WHERE t.county = :county AND t.number = ANY(:numbers);

-- name: elsewhere_close
-- cases that ended elsewhere, as they ended there
UPDATE ticket t SET state = u.state, rectified_at = CASE WHEN u.state = 'CLOSED' THEN u.at END,
    closed_at = CASE WHEN u.state = 'CLOSED' THEN u.at END, fingerprint = u.fingerprint, due_at = u.due_at,
    last_event = CASE u.state WHEN 'CLOSED' THEN 'import_closed' ELSE 'import_duplicate' END, last_at = u.at,
    last_actor = :account_id
FROM unnest(CAST(:ids AS bigint[]), CAST(:states AS text[]), CAST(:ats AS timestamptz[]), CAST(:dues AS timestamptz[]),
            CAST(:prints AS bytea[])) AS u (id, state, at, due_at, fingerprint)
WHERE t.county = :county AND t.id = u.id AND t.source = 'import' AND t.state = 'ACCEPTED';

-- name: elsewhere_department
-- an office of another system under a code of its own
INSERT INTO department (county, code, name, name_en) VALUES (:county, :code, :name, :name)
ON CONFLICT (county, code) DO NOTHING;

-- name: elsewhere_count_tickets
-- lets the planner count the tickets anew
ANALYZE ticket;

-- name: elsewhere_count_events
-- lets the planner count their history anew
ANALYZE ticket_event;
