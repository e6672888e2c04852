-- How old cases are: by which key a ticket is told of, whether it was open at a moment, days between two moments.

CREATE FUNCTION age_key(p_ticket ticket, p_by text) RETURNS text LANGUAGE sql STABLE AS $$
    SELECT CASE p_by WHEN 'town' THEN (p_ticket).town WHEN 'village' THEN (p_ticket).village
        WHEN 'department' THEN (p_ticket).lead WHEN 'hazard' THEN (p_ticket).hazard
        WHEN 'severity' THEN (p_ticket).severity::text WHEN 'source' THEN (p_ticket).source
        WHEN 'grid' THEN (SELECT g.code FROM grid g WHERE g.county = (p_ticket).county AND g.id = (p_ticket).grid_id)
        WHEN 'person' THEN (p_ticket).rectified_by::text END
$$;

-- One struck out is not open; neither is one closed before that moment whose closure stands.
CREATE FUNCTION age_open(p_ticket ticket, p_at timestamptz) RETURNS boolean LANGUAGE sql IMMUTABLE AS $$
    SELECT (p_ticket).opened_at < p_at AND ((p_ticket).closed_at IS NULL OR (p_ticket).closed_at >= p_at)
       AND NOT ((p_ticket).state = 'VOID' AND (p_ticket).last_at < p_at)
$$;

CREATE FUNCTION age_days(p_from timestamptz, p_to timestamptz) RETURNS float8 LANGUAGE sql IMMUTABLE AS $$
    SELECT extract(epoch FROM p_to - p_from)::float8 / 86400
$$;
