-- name: closing_version
-- a number that grows with every deed done to a ticket of a county
SELECT COALESCE(max(id), 0) FROM ticket_event WHERE county = :county;

-- name: closing_radar
-- open tickets whose clock runs, by how soon it runs out
SELECT count(*) FILTER (WHERE ticket_clock(t, :now, '3 days') = 'overdue') AS late,
    count(*) FILTER (WHERE ticket_clock(t, :now, '1 day') = 'soon') AS day,
    count(*) FILTER (WHERE ticket_clock(t, :now, '3 days') = 'soon') AS three_days
FROM ticket t WHERE t.county = :county AND t.state NOT IN ('CLOSED', 'VOID');

-- name: closing_radar_cases
-- the tickets behind one number of the radar, the worst clock first
SELECT t.*, ticket_due(t, :now) AS clock_due_at, ticket_clock(t, :now, :soon) AS clock, card.*
FROM ticket t CROSS JOIN LATERAL ticket_card(t) card
WHERE t.county = :county AND t.state NOT IN ('CLOSED', 'VOID')
  AND ticket_clock(t, :now, :within) = :wanted
ORDER BY ticket_due(t, :now), t.id LIMIT :limit;

-- name: closing_handled
-- of the tickets filed in a period, how many were dealt with before its end: closed, or referred with a receipt
SELECT count(*) AS filed,
    count(*) FILTER (WHERE t.closed_at < least(CAST(:to_at AS timestamptz), :as_of) OR r.referred) AS handled,
    count(*) FILTER (WHERE r.referred) AS referred
FROM ticket t CROSS JOIN LATERAL ticket_flags(t, :from_at, :to_at, :as_of) f
CROSS JOIN LATERAL (SELECT EXISTS (
    SELECT FROM ticket_event e WHERE e.county = t.county AND e.ticket_id = t.id AND e.event = 'receipt'
    AND e.at < least(CAST(:to_at AS timestamptz), :as_of)) AS referred) r
WHERE t.county = :county AND t.opened_at >= :from_at AND t.opened_at < least(CAST(:to_at AS timestamptz), :as_of) AND f.filed;

-- name: closing_handled_cases
-- exactly the tickets that were filed in a period, or those of them that were dealt with
SELECT t.*, ticket_due(t, :as_of) AS clock_due_at, ticket_clock(t, :as_of, :soon) AS clock, card.*
FROM ticket t CROSS JOIN LATERAL ticket_flags(t, :from_at, :to_at, :as_of) f CROSS JOIN LATERAL ticket_card(t) card
WHERE t.county = :county AND t.opened_at >= :from_at AND t.opened_at < least(CAST(:to_at AS timestamptz), :as_of) AND f.filed
  AND (CAST(:part AS text) = 'denominator' OR t.closed_at < least(CAST(:to_at AS timestamptz), :as_of) OR EXISTS (
    SELECT FROM ticket_event e WHERE e.county = t.county AND e.ticket_id = t.id AND e.event = 'receipt'
    AND e.at < least(CAST(:to_at AS timestamptz), :as_of)))
ORDER BY t.due_at, t.id LIMIT :limit;
