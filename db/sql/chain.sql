-- name: chain_events
-- the history of a ticket as the chain holds it, in order
SELECT e.county, e.ticket_id::text AS ticket_id, chain_moment(e.at) AS at, chain_moment(e.recorded_at) AS recorded_at, e.event,
    e.from_state, e.to_state, e.from_lead, e.to_lead, e.actor::text AS actor, e.reason, e.clause, e.detail::text AS detail,
    encode(e.hash, 'hex') AS hash, a.name AS actor_name, a.department AS actor_department
FROM ticket_event e LEFT JOIN account a ON a.county = e.county AND a.id = e.actor
WHERE e.county = :county AND e.ticket_id = :ticket_id ORDER BY e.id;
