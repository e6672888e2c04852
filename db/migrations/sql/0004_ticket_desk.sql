-- What the desks need of tickets: numbers given out without a race, when a pause began, what the clock shows,
-- findings of tickets raised by hand, the answer a submitted visit was given.

CREATE TABLE ticket_serial (
    county CHAR(6) NOT NULL,
    on_date DATE NOT NULL,
    last_serial INTEGER DEFAULT 0 NOT NULL,
    CONSTRAINT ticket_serial_pkey PRIMARY KEY (county, on_date),
    CONSTRAINT ticket_serial_range_check CHECK (last_serial BETWEEN 0 AND 999999)
);

ALTER TABLE ticket ADD COLUMN suspended_at TIMESTAMP WITH TIME ZONE;
ALTER TABLE visit ADD COLUMN result JSONB;
ALTER TABLE finding ADD COLUMN basis_en TEXT;
ALTER TABLE finding ADD COLUMN absent_at TIMESTAMP WITH TIME ZONE;
ALTER TABLE finding ALTER COLUMN visit_id DROP NOT NULL;
ALTER TABLE finding ADD CONSTRAINT finding_from_somewhere_check CHECK (visit_id IS NOT NULL OR ticket_id IS NOT NULL);
CREATE INDEX evidence_county_sha256_idx ON evidence (county, sha256);

-- Copying to two departments within one microsecond is two events: the detail tells them apart.
CREATE FUNCTION same_deed(a ticket, b ticket) RETURNS boolean LANGUAGE sql IMMUTABLE AS $$
    SELECT a.state = b.state AND a.last_at = b.last_at AND a.last_event = b.last_event AND a.last_detail = b.last_detail
$$;

CREATE OR REPLACE FUNCTION ticket_keeps_to_its_table() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF TG_OP = 'UPDATE' AND same_deed(NEW, OLD) THEN
        IF NEW.lead <> OLD.lead THEN
            RAISE EXCEPTION 'the lead of ticket % changed without an event', NEW.number
                USING ERRCODE = 'check_violation', CONSTRAINT = 'ticket_lead_changes_by_event';
        END IF;
        RETURN NEW;
    END IF;
    PERFORM 1 FROM ticket_transition t
    WHERE t.event = NEW.last_event AND t.to_state = NEW.state
      AND t.from_state = CASE TG_OP WHEN 'INSERT' THEN '' ELSE OLD.state END;
    IF NOT FOUND THEN
        RAISE EXCEPTION 'ticket %: no transition % to %', NEW.number, NEW.last_event, NEW.state
            USING ERRCODE = 'check_violation', CONSTRAINT = 'ticket_transition_known';
    END IF;
    IF TG_OP = 'UPDATE' AND NEW.lead <> OLD.lead AND NEW.last_event NOT IN ('dispatch', 'sign', 'rule') THEN
        RAISE EXCEPTION 'ticket %: % does not change the lead', NEW.number, NEW.last_event
            USING ERRCODE = 'check_violation', CONSTRAINT = 'ticket_lead_changes_by_event';
    END IF;
    RETURN NEW;
END $$;

CREATE OR REPLACE FUNCTION ticket_leaves_a_trace() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF TG_OP = 'UPDATE' AND same_deed(NEW, OLD) THEN
        RETURN NULL;
    END IF;
    INSERT INTO ticket_event (county, ticket_id, at, event, from_state, to_state, from_lead, to_lead, actor, reason, clause, detail)
    VALUES (NEW.county, NEW.id, NEW.last_at, NEW.last_event,
            CASE TG_OP WHEN 'INSERT' THEN '' ELSE OLD.state END, NEW.state,
            CASE TG_OP WHEN 'INSERT' THEN NULL ELSE OLD.lead END, NEW.lead,
            NEW.last_actor, NEW.last_reason, NEW.last_clause,
            NEW.last_detail || jsonb_strip_nulls(jsonb_build_object('next_lead', NEW.next_lead, 'due_at', NEW.due_at)));
    RETURN NULL;
END $$;

-- The deadline with the running pause in it: the clock stands from the suspension to its approved end, no longer.
CREATE FUNCTION ticket_due(t ticket, p_now timestamptz) RETURNS timestamptz LANGUAGE sql IMMUTABLE AS $$
    SELECT CASE WHEN t.state = 'SUSPENDED' AND t.suspended_at IS NOT NULL
        THEN t.due_at + greatest(interval '0', least(p_now, t.suspended_until) - t.suspended_at)
        ELSE t.due_at END
$$;

-- What the clock shows: 'done', 'paused', 'handed_in' (the department waits for the recheck), 'none', 'overdue', 'soon', 'running'.
CREATE FUNCTION ticket_clock(t ticket, p_now timestamptz, p_soon interval) RETURNS text LANGUAGE sql IMMUTABLE AS $$
    SELECT CASE
        WHEN t.state IN ('CLOSED', 'VOID') THEN 'done'
        WHEN t.state = 'SUSPENDED' AND p_now <= t.suspended_until THEN 'paused'
        WHEN t.state IN ('SUBMITTED', 'RECHECK') THEN 'handed_in'
        WHEN t.due_at IS NULL THEN 'none'
        WHEN ticket_due(t, p_now) < p_now THEN 'overdue'
        WHEN ticket_due(t, p_now) <= p_now + p_soon THEN 'soon'
        ELSE 'running' END
$$;

-- What a desk shows beside the ticket's own columns: where, whose, how much. Inlined into the query that joins it.
CREATE FUNCTION ticket_card(p_ticket ticket) RETURNS TABLE (
    address text, address_code text, house_kind text, house_colour text, lon float8, lat float8, grid text,
    village_name text, town_name text, lead_name text, lead_name_en text, next_lead_name text, next_lead_name_en text,
    co text[], cc text[], items bigint, last_actor_name text, rectified_by_name text, closed_by_name text
) LANGUAGE sql STABLE AS $$
    SELECT a.text, a.code, h.kind, h.colour, ST_X(h.geom), ST_Y(h.geom), g.code,
        village.name, town.name, lead.name, lead.name_en, next_one.name, next_one.name_en,
        ARRAY(SELECT d.department FROM ticket_department d WHERE d.county = (p_ticket).county
              AND d.ticket_id = (p_ticket).id AND d.part = 'co' ORDER BY 1),
        ARRAY(SELECT d.department FROM ticket_department d WHERE d.county = (p_ticket).county
              AND d.ticket_id = (p_ticket).id AND d.part = 'cc' ORDER BY 1),
        (SELECT count(*) FROM finding f WHERE f.county = (p_ticket).county AND f.ticket_id = (p_ticket).id),
        (SELECT who.name FROM account who WHERE who.county = (p_ticket).county AND who.id = (p_ticket).last_actor),
        (SELECT who.name FROM account who WHERE who.county = (p_ticket).county AND who.id = (p_ticket).rectified_by),
        (SELECT who.name FROM account who WHERE who.county = (p_ticket).county AND who.id = (p_ticket).closed_by)
    FROM house h
    JOIN address a ON a.county = h.county AND a.id = h.address_id
    JOIN department lead ON lead.county = h.county AND lead.code = (p_ticket).lead
    LEFT JOIN department next_one ON next_one.county = h.county AND next_one.code = (p_ticket).next_lead
    LEFT JOIN grid g ON g.county = h.county AND g.id = (p_ticket).grid_id
    LEFT JOIN division village ON village.county = h.county AND village.code_system = h.code_system AND village.code = h.village
    LEFT JOIN division town ON town.county = h.county AND town.code_system = h.code_system AND town.code = h.town
    WHERE h.county = (p_ticket).county AND h.id = (p_ticket).house_id
$$;
