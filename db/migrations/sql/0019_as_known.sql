-- Tickets as the record knew them at a moment, put together from what it had learnt by then, so that what was learnt later
-- does not rewrite what was published before.
CREATE FUNCTION ticket_known(p_county char(6), p_known timestamptz) RETURNS SETOF ticket LANGUAGE sql STABLE AS $$
    SELECT (jsonb_populate_record(t, jsonb_build_object(
        'state', k.state, 'lead', k.lead, 'last_at', k.last_at, 'last_event', k.last_event, 'filed_at', k.filed_at,
        'dispatched_at', k.dispatched_at, 'due_at', k.due_at,
        'rectified_at', CASE WHEN k.handled_at > k.sent_back_at IS NOT FALSE THEN k.handled_at END,
        'closed_at', CASE WHEN k.state = 'CLOSED' THEN k.closed_at END,
        'suspended_at', CASE WHEN k.state = 'SUSPENDED' THEN k.suspended_at END,
        'suspended_until', CASE WHEN k.state = 'SUSPENDED' THEN k.suspended_until END,
        'bounces', k.bounces, 'reworks', k.reworks, 'reopens', k.reopens, 'extensions', k.extensions))).*
    FROM ticket t
    CROSS JOIN LATERAL (
        SELECT (array_agg(e.to_state ORDER BY e.id DESC))[1] AS state, (array_agg(e.to_lead ORDER BY e.id DESC))[1] AS lead,
            (array_agg(e.event ORDER BY e.id DESC))[1] AS last_event, (array_agg(e.at ORDER BY e.id DESC))[1] AS last_at,
            (array_agg(e.detail ->> 'due_at' ORDER BY e.id DESC))[1]::timestamptz AS due_at,
            max(e.at) FILTER (WHERE e.event IN ('file', 'import')) AS filed_at,
            max(e.at) FILTER (WHERE e.event IN ('dispatch', 'import')) AS dispatched_at,
            max(e.at) FILTER (WHERE e.event IN ('submit', 'receipt', 'import_closed')) AS handled_at,
            max(e.at) FILTER (WHERE e.event IN ('rework', 'reopen')) AS sent_back_at,
            max(e.at) FILTER (WHERE e.event IN ('close', 'import_closed')) AS closed_at,
            max(e.at) FILTER (WHERE e.event = 'suspend') AS suspended_at,
            (array_agg(e.detail ->> 'until' ORDER BY e.id DESC) FILTER (WHERE e.event = 'suspend'))[1]::timestamptz
                AS suspended_until,
            count(*) FILTER (WHERE e.event IN ('pass_on', 'bounce')) AS bounces,
            count(*) FILTER (WHERE e.event = 'rework') AS reworks,
            count(*) FILTER (WHERE e.event = 'reopen') AS reopens,
            count(*) FILTER (WHERE e.event = 'grant') AS extensions
        FROM ticket_event e
        WHERE e.county = t.county AND e.ticket_id = t.id AND e.recorded_at < p_known) k
    WHERE t.county = p_county AND k.state IS NOT NULL
$$;

-- Tickets as they stand (p_known NULL), or as they were known.
CREATE FUNCTION ticket_as_known(p_county char(6), p_known timestamptz) RETURNS SETOF ticket LANGUAGE sql STABLE AS $$
    SELECT t.* FROM ticket t WHERE t.county = p_county AND p_known IS NULL
    UNION ALL
    SELECT k.* FROM ticket_known(p_county, p_known) k WHERE p_known IS NOT NULL
$$;

-- For which counts a ticket stands in the period from p_from to p_to (half open) as known at p_as_of.
-- The same definitions as inspections/kpi.py (flags); a test holds the two together. Inlined into the query that joins it.
DROP FUNCTION ticket_flags(ticket, timestamptz, timestamptz, timestamptz);
CREATE FUNCTION ticket_flags(p_ticket ticket, p_from timestamptz, p_to timestamptz, p_as_of timestamptz) RETURNS TABLE (
    received boolean, filed boolean, dispatched boolean, should_close boolean, closed_in boolean, closed_on_time boolean,
    should_handle boolean, handled_on_time boolean, reworked boolean, extended boolean, overdue_open boolean,
    handled boolean, accurate boolean, answered boolean
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
        s.should_handle AND NOT k.handled_before AND k.due_before,
        s.should_handle AND k.handled_before,
        k.received AND k.filed_before AND k.dispatched_before AND ((p_ticket).bounces = 0 OR NOT EXISTS (
            SELECT FROM ticket_event e WHERE e.county = (p_ticket).county AND e.ticket_id = (p_ticket).id
            AND e.event IN ('pass_on', 'bounce') AND e.at < least(p_to, p_as_of))),
        k.received AND k.filed_before AND (k.closed_before OR EXISTS (
            SELECT FROM ticket_event e WHERE e.county = (p_ticket).county AND e.ticket_id = (p_ticket).id
            AND e.event = 'receipt' AND e.at < least(p_to, p_as_of)))
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
