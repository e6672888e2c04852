-- name: age_open
-- how many tickets are open at a moment and how old they are, in days: median and nine tenths, by a key
SELECT age_key(t, :by) AS key, count(*) AS n,
    percentile_cont(0.5) WITHIN GROUP (ORDER BY age_days(t.opened_at, :at)) AS median_days,
    percentile_cont(0.9) WITHIN GROUP (ORDER BY age_days(t.opened_at, :at)) AS p90_days
FROM ticket_as_known(:county, :known_at) t
WHERE t.county = :county AND age_open(t, :at)
GROUP BY 1 ORDER BY 1;

-- name: age_closed
-- how many tickets were closed in a period and in how many days, the median, by a key
SELECT age_key(t, :by) AS key, count(*) AS n,
    percentile_cont(0.5) WITHIN GROUP (ORDER BY age_days(t.opened_at, t.closed_at)) AS median_days
FROM ticket_as_known(:county, :known_at) t
WHERE t.county = :county AND t.closed_at >= :from_at AND t.closed_at < :at AND t.state <> 'VOID'
GROUP BY 1 ORDER BY 1;

-- name: age_coverage
-- how many houses stand, and how many of them were seen within the interval of their colour, by a key
SELECT CASE CAST(:by AS text) WHEN 'town' THEN h.town WHEN 'village' THEN h.village WHEN 'grid' THEN g.code END AS key,
    count(*) AS houses, count(*) FILTER (WHERE h.last_visit_at IS NOT NULL AND h.due_on >= CAST(:on AS date)) AS covered
FROM house h LEFT JOIN grid g ON g.county = h.county AND g.id = h.grid_id
WHERE h.county = :county AND h.status = 'active'
GROUP BY 1 ORDER BY 1;

-- name: age_open_cases
-- the tickets open at a moment, of one key where it is given, the oldest first
SELECT t.*, ticket_due(t, :at) AS clock_due_at, ticket_clock(t, :at, :soon) AS clock, card.*
FROM ticket_as_known(:county, :known_at) t CROSS JOIN LATERAL ticket_card(t) card
WHERE t.county = :county AND age_open(t, :at) AND (CAST(:key AS text) IS NULL OR age_key(t, :by) = :key)
ORDER BY t.opened_at, t.id LIMIT :limit;

-- name: age_closed_cases
-- the tickets closed in a period, of one key where it is given, the slowest first
SELECT t.*, ticket_due(t, :at) AS clock_due_at, ticket_clock(t, :at, :soon) AS clock, card.*
FROM ticket_as_known(:county, :known_at) t CROSS JOIN LATERAL ticket_card(t) card
WHERE t.county = :county AND t.closed_at >= :from_at AND t.closed_at < :at AND t.state <> 'VOID'
  AND (CAST(:key AS text) IS NULL OR age_key(t, :by) = :key)
ORDER BY t.opened_at - t.closed_at, t.id LIMIT :limit;

-- name: age_houses
-- the houses that stand, those seen within their interval or those that were not, of one key where it is given; never seen ones first, then the longest unseen
SELECT h.id, a.code, a.text AS address, a.parts, h.village, h.town, v.name AS village_name, h.kind, h.colour, h.last_visit_at,
    h.due_on, g.code AS grid
FROM house h
JOIN address a ON a.county = h.county AND a.id = h.address_id
JOIN division v ON v.county = h.county AND v.code_system = h.code_system AND v.code = h.village
LEFT JOIN grid g ON g.county = h.county AND g.id = h.grid_id
WHERE h.county = :county AND h.status = 'active'
  AND COALESCE(h.last_visit_at IS NOT NULL AND h.due_on >= CAST(:on AS date), false) = :covered
  AND (CAST(:key AS text) IS NULL
       OR :key = CASE CAST(:by AS text) WHEN 'town' THEN h.town WHEN 'village' THEN h.village WHEN 'grid' THEN g.code END)
ORDER BY h.last_visit_at NULLS FIRST, h.id LIMIT :limit;
