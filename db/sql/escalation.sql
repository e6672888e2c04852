-- name: escalation_hold
-- nobody else climbs the ladder of a county until this transaction ends
SELECT pg_advisory_xact_lock(hashtext('escalation'), hashtext(:county));

-- name: escalation_cases
-- open cases that have used a share of the time since their clock began, with the rungs done since then
SELECT t.id, t.number, t.state, t.severity, t.due_at, b.began_at, d.done
FROM ticket t
CROSS JOIN LATERAL (
    SELECT max(e.at) AS began_at FROM ticket_event e WHERE e.county = t.county AND e.ticket_id = t.id
    AND e.event IN ('dispatch', 'rule', 'reopen', 'grant', 'resume', 'recount', 'import')) b
CROSS JOIN LATERAL (
    SELECT COALESCE(array_agg(e.detail ->> 'rung'), '{}') AS done FROM ticket_event e
    WHERE e.county = t.county AND e.ticket_id = t.id AND e.event IN ('urge', 'escalate') AND e.detail ? 'rung'
      AND e.at >= b.began_at) d
WHERE t.county = :county AND t.source <> 'import' AND t.due_at IS NOT NULL AND b.began_at IS NOT NULL
  AND t.state IN ('DISPATCHED', 'ACCEPTED', 'RETURNED', 'RULING', 'RECTIFYING', 'EXTENSION_REQ', 'REWORK', 'REFERRED', 'ESCALATED')
  AND b.began_at + (t.due_at - b.began_at) * CAST(:share AS float8) <= :now
ORDER BY t.due_at, t.id;
