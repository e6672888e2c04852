-- How long cases of a hazard take, from their acceptance to the work handed in: what is left of a clock is held against it.

CREATE TABLE ticket_usual (
    county CHAR(6) NOT NULL,
    hazard TEXT NOT NULL,
    usual INTERVAL NOT NULL,
    cases INTEGER NOT NULL,
    made_at TIMESTAMP WITH TIME ZONE NOT NULL,
    CONSTRAINT ticket_usual_pkey PRIMARY KEY (county, hazard)
);

-- What a case still needs, as far as such cases tell: all of what they take until it is accepted, then what of that is not gone.
CREATE FUNCTION ticket_needs(t ticket, p_now timestamptz) RETURNS interval LANGUAGE sql STABLE AS $$
    SELECT u.usual - CASE WHEN t.state IN ('ACCEPTED', 'RECTIFYING', 'EXTENSION_REQ') AND t.accepted_at < p_now
        THEN p_now - t.accepted_at ELSE interval '0' END
    FROM ticket_usual u WHERE u.county = t.county AND u.hazard = t.hazard
$$;

-- What the clock shows, as in 0004. Where p_soon is NULL, 'soon' is a case with less time left than it still needs, and any
-- with a day or less.
CREATE OR REPLACE FUNCTION ticket_clock(t ticket, p_now timestamptz, p_soon interval) RETURNS text LANGUAGE sql STABLE AS $$
    SELECT CASE
        WHEN t.state IN ('CLOSED', 'VOID') THEN 'done'
        WHEN t.state = 'SUSPENDED' AND p_now <= t.suspended_until THEN 'paused'
        WHEN t.state IN ('SUBMITTED', 'RECHECK') THEN 'handed_in'
        WHEN t.due_at IS NULL THEN 'none'
        WHEN ticket_due(t, p_now) < p_now THEN 'overdue'
        WHEN ticket_due(t, p_now) <= p_now + COALESCE(p_soon, greatest(interval '24 hours', ticket_needs(t, p_now))) THEN 'soon'
        ELSE 'running' END
$$;
