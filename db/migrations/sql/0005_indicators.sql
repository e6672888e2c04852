-- For which counts a ticket stands in the period from p_from to p_to (half open) as known at p_as_of.
-- The same definitions as inspections/kpi.py (flags); a test holds the two together. Inlined into the query that joins it.

CREATE FUNCTION ticket_flags(p_ticket ticket, p_from timestamptz, p_to timestamptz, p_as_of timestamptz) RETURNS TABLE (
    received boolean, filed boolean, dispatched boolean, should_close boolean, closed_in boolean, closed_on_time boolean,
    should_handle boolean, handled_on_time boolean, reworked boolean, extended boolean, overdue_open boolean
) LANGUAGE sql STABLE AS $$
    SELECT k.received, k.received AND k.filed_before, k.received AND k.filed_before AND k.dispatched_before,
        s.should_close, s.should_close AND k.closed_before,
        s.should_close AND k.closed_before AND COALESCE((p_ticket).closed_at <= d.due_at, false),
        s.should_handle, s.should_handle AND k.handled_before AND COALESCE((p_ticket).rectified_at <= d.due_at, false),
        s.should_close AND (p_ticket).reworks + (p_ticket).reopens > 0 AND EXISTS (
            SELECT FROM ticket_event e WHERE e.county = (p_ticket).county AND e.ticket_id = (p_ticket).id
            AND e.to_state = 'REWORK' AND e.event IN ('rework', 'reopen') AND e.at < least(p_to, p_as_of)),
        s.should_close AND (p_ticket).extensions > 0 AND EXISTS (
            SELECT FROM ticket_event e WHERE e.county = (p_ticket).county AND e.ticket_id = (p_ticket).id
            AND e.event = 'grant' AND e.at < least(p_to, p_as_of)),
        s.should_handle AND NOT k.handled_before AND k.due_before
    FROM (SELECT ticket_due(p_ticket, least(p_to, p_as_of)) AS due_at) d
    CROSS JOIN LATERAL (SELECT
        NOT ((p_ticket).state = 'VOID' AND (p_ticket).last_at < least(p_to, p_as_of)) AS counts,
        COALESCE((p_ticket).filed_at < least(p_to, p_as_of), false) AS filed_before,
        COALESCE((p_ticket).dispatched_at < least(p_to, p_as_of), false) AS dispatched_before,
        COALESCE((p_ticket).closed_at < least(p_to, p_as_of), false) AS closed_before,
        COALESCE((p_ticket).closed_at < least(p_from, p_as_of), false) AS closed_earlier,
        COALESCE((p_ticket).rectified_at < least(p_to, p_as_of), false) AS handled_before,
        COALESCE((p_ticket).rectified_at < least(p_from, p_as_of), false) AS handled_earlier,
        COALESCE(d.due_at < least(p_to, p_as_of), false) AS due_before,
        COALESCE((p_ticket).state = 'SUSPENDED' AND (p_ticket).suspended_until >= least(p_to, p_as_of), false) AS suspended,
        NOT ((p_ticket).state = 'VOID' AND (p_ticket).last_at < least(p_to, p_as_of))
            AND (p_ticket).opened_at >= p_from AND (p_ticket).opened_at < least(p_to, p_as_of) AS received) k
    CROSS JOIN LATERAL (SELECT
        k.counts AND k.filed_before AND NOT k.closed_earlier
            AND (k.closed_before OR (k.due_before AND NOT k.suspended)) AS should_close,
        k.counts AND k.dispatched_before AND NOT k.handled_earlier
            AND (k.handled_before OR (k.due_before AND NOT k.suspended)) AS should_handle) s
$$;
