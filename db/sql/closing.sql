-- name: closing_version
-- a number that grows with every deed done to a ticket of a county
SELECT COALESCE(max(id), 0) FROM ticket_event WHERE county = :county;

-- name: closing_radar
-- open tickets whose clock runs, by how soon it runs out
SELECT count(*) FILTER (WHERE t.due_at < :now) AS late,
    count(*) FILTER (WHERE t.due_at >= :now AND t.due_at <= CAST(:now AS timestamptz) + interval '1 day') AS day,
    count(*) FILTER (WHERE t.due_at >= :now) AS three_days
FROM (
    SELECT t.due_at FROM ticket t
    WHERE t.county = :county AND t.state NOT IN ('CLOSED', 'VOID', 'SUBMITTED', 'RECHECK', 'SUSPENDED')
      AND t.due_at <= CAST(:now AS timestamptz) + interval '3 days'
    UNION ALL
    SELECT ticket_due(t, :now) FROM ticket t
    WHERE t.county = :county AND t.state = 'SUSPENDED' AND t.suspended_until < :now
      AND ticket_due(t, :now) <= CAST(:now AS timestamptz) + interval '3 days'
) t;

-- name: closing_radar_cases
-- the tickets behind one number of the radar, the worst clock first
SELECT t.*, ticket_due(t, :now) AS clock_due_at, ticket_clock(t, :now, :soon) AS clock, card.*
FROM ticket t CROSS JOIN LATERAL ticket_card(t) card
WHERE t.county = :county AND t.state NOT IN ('CLOSED', 'VOID')
  AND ticket_clock(t, :now, :within) = :wanted
ORDER BY ticket_due(t, :now), t.id LIMIT :limit;

-- name: closing_streets
-- the streets with most tickets that run late
SELECT s.village, v.name AS village_name, s.street, s.late
FROM (SELECT t.village, t.street, count(*) AS late FROM ticket t
      WHERE t.county = :county AND t.state NOT IN ('CLOSED', 'VOID', 'SUBMITTED', 'RECHECK', 'SUSPENDED')
        AND t.due_at < :now AND t.street IS NOT NULL
      GROUP BY 1, 2 ORDER BY 3 DESC, 1, 2 LIMIT :limit) s
LEFT JOIN division v ON v.county = :county AND v.code_system = 'stat' AND v.code = s.village
ORDER BY s.late DESC, s.village, s.street;

-- name: closing_street_cases
-- the late tickets of one street, the worst clock first
SELECT t.*, ticket_due(t, :now) AS clock_due_at, ticket_clock(t, :now, :soon) AS clock, card.*
FROM ticket t CROSS JOIN LATERAL ticket_card(t) card
WHERE t.county = :county AND t.state NOT IN ('CLOSED', 'VOID', 'SUBMITTED', 'RECHECK', 'SUSPENDED')
  AND t.due_at < :now AND t.village = :village AND t.street = :street
ORDER BY t.due_at, t.id LIMIT :limit;
