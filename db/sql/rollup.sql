-- name: rollup_last_at
-- when anything last happened to a ticket of a county
SELECT max(last_at) FROM ticket WHERE county = :county;

-- name: rollup_counts
-- the counts of a period out of the kept sums, by town, by department or of the county: whole months and the days at both
-- ends, what is noted and not added yet, suspended tickets one by one; where it is seen within a day, less what falls due
-- in what is left of it
SELECT s.key, sum(s.received) AS received, sum(s.filed) AS filed, sum(s.dispatched) AS dispatched,
    sum(s.should_close) AS should_close, sum(s.closed_in) AS closed_in, sum(s.closed_on_time) AS closed_on_time,
    sum(s.should_handle) AS should_handle, sum(s.handled_on_time) AS handled_on_time, sum(s.reworked) AS reworked,
    sum(s.extended) AS extended, sum(s.overdue_open) AS overdue_open, sum(s.handled) AS handled,
    sum(s.accurate) AS accurate, sum(s.answered) AS answered, sum(s.referred) AS referred
FROM (
    SELECT c.key, c.received, c.filed, c.dispatched, c.should_close, c.closed_in, c.closed_on_time, c.should_handle,
        c.handled_on_time, c.reworked, c.extended, c.overdue_open, c.handled, c.accurate, c.answered, c.referred
    FROM kpi_cell c
    WHERE c.county = :county AND c.kind = :kind AND (
        (c.grain = 'month-month' AND c.a >= :whole_from AND c.b < :whole_to)
        OR (c.grain = 'month-day' AND c.a >= :whole_from AND c.b >= :whole_to AND c.b < :to_on)
        OR (c.grain = 'day-month' AND c.a >= :from_on AND c.a < :whole_from AND c.b < :whole_to)
        OR (c.grain = 'day-day' AND c.a >= :from_on AND c.a < :whole_from AND c.b >= :whole_to AND c.b < :to_on))
    UNION ALL
    SELECT CASE CAST(:kind AS text) WHEN 'town' THEN u.town WHEN 'department' THEN u.lead ELSE '' END,
        u.received, u.filed, u.dispatched, u.should_close, u.closed_in, u.closed_on_time, u.should_handle,
        u.handled_on_time, u.reworked, u.extended, u.overdue_open, u.handled, u.accurate, u.answered, u.referred
    FROM kpi_unit u WHERE u.county = :county AND u.a >= :from_on AND u.b < :to_on
    UNION ALL
    SELECT CASE CAST(:kind AS text) WHEN 'town' THEN COALESCE(t.town, '') WHEN 'department' THEN t.lead ELSE '' END,
        t.n * f.received::int, t.n * f.filed::int, t.n * f.dispatched::int, t.n * f.should_close::int,
        t.n * f.closed_in::int, t.n * f.closed_on_time::int, t.n * f.should_handle::int, t.n * f.handled_on_time::int,
        t.n * f.reworked::int, t.n * f.extended::int, t.n * f.overdue_open::int, t.n * f.handled::int,
        t.n * f.accurate::int, t.n * f.answered::int, t.n * f.referred::int
    FROM (
        SELECT 1 AS n, CAST(:end_at AS timestamptz) AS end_at, t.town, t.lead, t AS whole
        FROM ticket t WHERE t.county = :county AND t.state = 'SUSPENDED'
        UNION ALL
        SELECT e.n, e.end_at, t.town, t.lead, t
        FROM ticket t CROSS JOIN (VALUES (1, CAST(:end_at AS timestamptz)), (-1, CAST(:day_end_at AS timestamptz))) AS e (n, end_at)
        WHERE t.county = :county AND t.due_at >= :end_at AND t.due_at < :day_end_at AND t.state <> 'SUSPENDED'
          AND (t.closed_at IS NULL OR t.rectified_at IS NULL)
    ) t CROSS JOIN LATERAL ticket_flags(t.whole, :from_at, t.end_at, t.end_at) f
) s GROUP BY 1 ORDER BY 1;

-- name: rollup_trend
-- tickets opened and closed week by week out of the kept sums, weeks without any included
SELECT w.on_date AS week_on, COALESCE(sum(s.opened), 0) AS opened, COALESCE(sum(s.closed), 0) AS closed
FROM (SELECT d::date AS on_date FROM generate_series(
    date_trunc('week', CAST(:from_at AS timestamptz) AT TIME ZONE 'Asia/Shanghai'),
    CAST(:to_at AS timestamptz) AT TIME ZONE 'Asia/Shanghai' - interval '1 microsecond', interval '7 days') d) w
LEFT JOIN LATERAL (
    SELECT c.received AS opened, c.closed_in AS closed FROM kpi_cell c
    WHERE c.county = :county AND c.kind = 'county' AND c.grain = 'day-month' AND c.a >= w.on_date AND c.a < w.on_date + 7
    UNION ALL
    SELECT u.received, u.closed_in FROM kpi_unit u
    WHERE u.county = :county AND u.a >= w.on_date AND u.a < w.on_date + 7
    UNION ALL
    SELECT 1, 0 FROM ticket t
    WHERE t.county = :county AND t.state = 'SUSPENDED' AND t.opened_at >= w.on_date::timestamp AT TIME ZONE 'Asia/Shanghai'
      AND t.opened_at < (w.on_date + 7)::timestamp AT TIME ZONE 'Asia/Shanghai'
) s ON true
GROUP BY 1 ORDER BY 1;

-- name: rollup_fold
-- adds what is noted to the sums, unless somebody else is at it
SELECT kpi_fold(:county);

-- name: rollup_hold
-- nobody adds up or moves a ticket until this transaction ends
SELECT pg_advisory_xact_lock(hashtext('kpi_fold'), hashtext(:county));

-- name: rollup_hold_tickets
-- nobody moves a ticket until this transaction ends
LOCK TABLE ticket IN SHARE ROW EXCLUSIVE MODE;

-- name: rollup_recall
-- reads the first times of tickets off their histories, and their streets off the addresses
SELECT tickets_recall(:county);

-- name: rollup_forget_units
-- takes away what was noted
DELETE FROM kpi_unit WHERE county = :county;

-- name: rollup_forget_cells
-- takes away the sums
DELETE FROM kpi_cell WHERE county = :county;

-- name: rollup_months
-- the months in which tickets of a county were opened, as half-open moments
SELECT m AT TIME ZONE 'Asia/Shanghai' AS from_at, (m + interval '1 month') AT TIME ZONE 'Asia/Shanghai' AS to_at
FROM (SELECT min(opened_at) AS first, max(opened_at) AS last FROM ticket WHERE county = :county) t,
    generate_series(date_trunc('month', t.first AT TIME ZONE 'Asia/Shanghai'), t.last AT TIME ZONE 'Asia/Shanghai',
        interval '1 month') m;

-- name: rollup_add
-- adds the tickets opened in a period to the sums
SELECT kpi_add(:county, :from_at, :to_at);
