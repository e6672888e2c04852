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
        f.received::int, f.filed::int, f.dispatched::int, f.should_close::int, f.closed_in::int, f.closed_on_time::int,
        f.should_handle::int, f.handled_on_time::int, f.reworked::int, f.extended::int, f.overdue_open::int,
        f.handled::int, f.accurate::int, f.answered::int, f.referred::int
    FROM ticket t CROSS JOIN LATERAL ticket_flags(t, :from_at, :end_at, :end_at) f
    WHERE t.county = :county AND t.state = 'SUSPENDED'
    UNION ALL
    -- Everything that has happened lies before the end; of what falls due after it only open sides hang on the deadline.
    SELECT CASE CAST(:kind AS text) WHEN 'town' THEN COALESCE(t.town, '') WHEN 'department' THEN t.lead ELSE '' END,
        0, 0, 0, -o.closes::int, 0, 0, -o.handles::int, 0, -(o.closes AND t.reworked_at IS NOT NULL)::int,
        -(o.closes AND t.extended_at IS NOT NULL)::int, -o.handles::int, 0, 0, 0, 0
    FROM ticket t CROSS JOIN LATERAL (SELECT t.closed_at IS NULL AND t.filed_at IS NOT NULL AS closes,
        t.rectified_at IS NULL AND t.dispatched_at IS NOT NULL AS handles) o
    WHERE t.county = :county AND t.due_at >= :end_at AND t.due_at < :day_end_at AND t.state NOT IN ('SUSPENDED', 'VOID')
      AND (t.closed_at IS NULL OR t.rectified_at IS NULL)
) s GROUP BY 1 ORDER BY 1;

-- name: rollup_trend
-- tickets opened and closed week by week out of the kept sums, weeks without any included
SELECT w.week_on, COALESCE(s.opened, 0) AS opened, COALESCE(s.closed, 0) AS closed
FROM (SELECT d::date AS week_on FROM generate_series(
    CAST(:first_on AS date)::timestamp, CAST(:last_on AS date)::timestamp, interval '7 days') d) w
LEFT JOIN (
    SELECT date_trunc('week', o.on_date::timestamp)::date AS week_on, sum(o.opened) AS opened, sum(o.closed) AS closed
    FROM (
        SELECT c.a AS on_date, c.received AS opened, c.closed_in AS closed FROM kpi_cell c
        WHERE c.county = :county AND c.kind = 'county' AND c.grain = 'day-month' AND c.a >= :first_on
          AND c.a < CAST(:last_on AS date) + 7
        UNION ALL
        SELECT u.a, u.received, u.closed_in FROM kpi_unit u
        WHERE u.county = :county AND u.a >= :first_on AND u.a < CAST(:last_on AS date) + 7
        UNION ALL
        SELECT (t.opened_at AT TIME ZONE 'Asia/Shanghai')::date, 1, 0 FROM ticket t
        WHERE t.county = :county AND t.state = 'SUSPENDED'
          AND (t.opened_at AT TIME ZONE 'Asia/Shanghai')::date >= :first_on
          AND (t.opened_at AT TIME ZONE 'Asia/Shanghai')::date < CAST(:last_on AS date) + 7
    ) o GROUP BY 1
) s ON s.week_on = w.week_on
ORDER BY 1;

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
