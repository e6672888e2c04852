-- The clock urges by itself: an event that leaves a ticket where it stands, and that is not taken for somebody having moved.

INSERT INTO ticket_transition (event, from_state, to_state)
SELECT 'urge', state, state FROM unnest(ARRAY[
    'REPORTED', 'VERIFIED', 'FILED', 'DISPATCHED', 'ACCEPTED', 'RETURNED', 'RULING', 'RECTIFYING', 'EXTENSION_REQ',
    'SUBMITTED', 'RECHECK', 'REWORK', 'SUSPENDED', 'REFERRED', 'ESCALATED']) AS state;

INSERT INTO notice_rule (event, recipient) VALUES ('urge', 'lead'), ('escalate', 'centre');

-- Whether nobody has moved a ticket since a moment; what the clock does by itself moves nothing.
CREATE FUNCTION ticket_silent(t ticket, p_since timestamptz) RETURNS boolean LANGUAGE sql STABLE AS $$
    SELECT t.last_at < p_since OR (t.last_event IN ('urge', 'recount') AND NOT EXISTS (
        SELECT FROM ticket_event e WHERE e.county = t.county AND e.ticket_id = t.id AND e.at >= p_since
          AND e.event NOT IN ('urge', 'recount')))
$$;
