-- name: atlas_tickets
-- open tickets that a person may see, the worst clock first, with how many there are of each clock
WITH found AS MATERIALIZED (
    SELECT t.id, t.number, t.hazard, t.severity, t.state, t.lead, t.house_id, t.opened_at,
           ticket_due(t, :now) AS clock_due_at, ticket_clock(t, :now, :soon) AS clock
    FROM ticket t
    LEFT JOIN grid g ON g.county = t.county AND g.id = t.grid_id
    WHERE t.county = :county AND t.state NOT IN ('CLOSED', 'VOID')
      AND (CAST(:town AS text) IS NULL OR t.town = :town)
      AND (CAST(:areas AS text[]) IS NULL OR t.village = ANY(CAST(:areas AS text[]))
           OR t.town = ANY(CAST(:areas AS text[])) OR g.code = ANY(CAST(:areas AS text[]))
           OR t.lead = ANY(CAST(:desks AS text[])) OR t.next_lead = ANY(CAST(:desks AS text[]))
           OR EXISTS (SELECT FROM ticket_department d WHERE d.county = t.county AND d.ticket_id = t.id
                      AND d.department = ANY(CAST(:desks AS text[]))))
)
SELECT f.*, a.code, a.text AS address, v.name AS village_name, h.colour, ST_X(h.geom) AS lon, ST_Y(h.geom) AS lat,
       count(*) OVER () AS found
FROM found f
JOIN house h ON h.county = :county AND h.id = f.house_id
JOIN address a ON a.county = h.county AND a.id = h.address_id
JOIN division v ON v.county = h.county AND v.code_system = h.code_system AND v.code = h.village
WHERE NOT :late OR f.clock = 'overdue'
ORDER BY array_position('{overdue,soon,running,none,paused,handed_in}'::text[], f.clock), f.clock_due_at, f.severity, f.id
LIMIT :limit;

-- name: atlas_colours
-- how many houses of each colour stand in a county or one of its towns
SELECT colour, count(*) AS houses FROM house
WHERE county = :county AND status = 'active' AND (CAST(:town AS text) IS NULL OR town = :town) GROUP BY colour;

-- name: atlas_health
-- what stands in each of some grids: houses, never visited, overdue for a visit, open tickets and those too late
SELECT g.id, g.code, g.name, h.houses, h.never, h.overdue, t.open, t.late
FROM grid g
CROSS JOIN LATERAL (
    SELECT count(*) AS houses, count(*) FILTER (WHERE h.last_visit_at IS NULL) AS never,
           count(*) FILTER (WHERE h.last_visit_at IS NOT NULL AND h.due_on < CAST(:on AS date)) AS overdue
    FROM house h WHERE h.county = g.county AND h.grid_id = g.id
) h
CROSS JOIN LATERAL (
    SELECT count(*) AS open, count(*) FILTER (WHERE ticket_clock(t, :now, :soon) = 'overdue') AS late
    FROM ticket t WHERE t.county = g.county AND t.grid_id = g.id AND t.state NOT IN ('CLOSED', 'VOID')
) t
WHERE g.county = :county AND g.id = ANY(CAST(:grid_ids AS bigint[])) ORDER BY g.code;

-- name: atlas_houses
-- the addresses of some houses
SELECT h.id, a.code, a.text AS address, v.name AS village_name, h.colour
FROM house h
JOIN address a ON a.county = h.county AND a.id = h.address_id
JOIN division v ON v.county = h.county AND v.code_system = h.code_system AND v.code = h.village
WHERE h.county = :county AND h.id = ANY(CAST(:ids AS bigint[]));

-- name: atlas_raised
-- open tickets that a person reported, the worst clock first
SELECT t.id, t.number, t.hazard, t.severity, t.state, t.lead, t.opened_at, ticket_due(t, :now) AS clock_due_at,
       ticket_clock(t, :now, :soon) AS clock, a.code, a.text AS address, v.name AS village_name, h.colour
FROM ticket t
JOIN house h ON h.county = t.county AND h.id = t.house_id
JOIN address a ON a.county = h.county AND a.id = h.address_id
JOIN division v ON v.county = h.county AND v.code_system = h.code_system AND v.code = h.village
WHERE t.county = :county AND t.state NOT IN ('CLOSED', 'VOID')
  AND EXISTS (SELECT FROM ticket_event e WHERE e.county = t.county AND e.ticket_id = t.id AND e.event = 'report'
              AND e.actor = :account_id)
ORDER BY array_position('{overdue,soon,running,none,paused,handed_in}'::text[], ticket_clock(t, :now, :soon)),
         ticket_due(t, :now), t.id
LIMIT 200;
