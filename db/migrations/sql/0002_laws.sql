-- What the record holds to whoever writes to it: grids found at write time, ticket states checked and traced,
-- histories that can only grow.

-- The grid in force today that covers a point; the lowest code wins on a shared edge, so that the answer never wavers.
CREATE FUNCTION grid_at(p_county char(6), p_geom geometry, p_on date DEFAULT CURRENT_DATE) RETURNS bigint
LANGUAGE sql STABLE PARALLEL SAFE AS $$
    SELECT g.id FROM grid g
    WHERE g.county = p_county AND g.valid @> p_on AND ST_Covers(g.geom, p_geom)
    ORDER BY g.kind = 'special' DESC, g.code
    LIMIT 1
$$;

CREATE FUNCTION house_finds_its_grid() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    NEW.grid_id := grid_at(NEW.county, NEW.geom);
    NEW.updated_at := now();
    RETURN NEW;
END $$;

CREATE TRIGGER house_finds_its_grid BEFORE INSERT OR UPDATE OF geom, county ON house
    FOR EACH ROW EXECUTE FUNCTION house_finds_its_grid();

-- Houses follow a grid that is drawn, moved or ended. Only houses inside the old or the new outline are touched.
CREATE FUNCTION grid_takes_its_houses() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE
    touched geometry;
BEGIN
    touched := CASE TG_OP
        WHEN 'INSERT' THEN NEW.geom WHEN 'DELETE' THEN OLD.geom
        ELSE ST_Collect(OLD.geom, NEW.geom) END;
    UPDATE house h SET grid_id = grid_at(h.county, h.geom)
    WHERE h.county = COALESCE(NEW.county, OLD.county) AND h.geom && touched
      AND h.grid_id IS DISTINCT FROM grid_at(h.county, h.geom);
    RETURN NULL;
END $$;

CREATE TRIGGER grid_takes_its_houses AFTER INSERT OR UPDATE OF geom, valid, kind ON grid
    FOR EACH ROW EXECUTE FUNCTION grid_takes_its_houses();

-- A ticket moves only along ticket_transition, and only one deed at a time.
CREATE FUNCTION ticket_keeps_to_its_table() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF TG_OP = 'UPDATE' AND NEW.state = OLD.state AND NEW.last_at = OLD.last_at AND NEW.last_event = OLD.last_event THEN
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
    RETURN NEW;
END $$;

CREATE TRIGGER ticket_keeps_to_its_table BEFORE INSERT OR UPDATE ON ticket
    FOR EACH ROW EXECUTE FUNCTION ticket_keeps_to_its_table();

CREATE FUNCTION ticket_leaves_a_trace() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF TG_OP = 'UPDATE' AND NEW.state = OLD.state AND NEW.last_at = OLD.last_at AND NEW.last_event = OLD.last_event THEN
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

CREATE TRIGGER ticket_leaves_a_trace AFTER INSERT OR UPDATE ON ticket
    FOR EACH ROW EXECUTE FUNCTION ticket_leaves_a_trace();

-- Histories grow; they are never rewritten.
CREATE FUNCTION history_only_grows() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    RAISE EXCEPTION '% only grows', TG_TABLE_NAME USING ERRCODE = 'check_violation', CONSTRAINT = 'history_only_grows';
END $$;

CREATE TRIGGER ticket_event_only_grows BEFORE UPDATE OR DELETE ON ticket_event
    FOR EACH ROW EXECUTE FUNCTION history_only_grows();
CREATE TRIGGER deed_only_grows BEFORE UPDATE OR DELETE ON deed
    FOR EACH ROW EXECUTE FUNCTION history_only_grows();
CREATE TRIGGER ticket_is_never_deleted BEFORE DELETE ON ticket
    FOR EACH ROW EXECUTE FUNCTION history_only_grows();

-- An issued code stays what it is.
CREATE FUNCTION code_is_permanent() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF TG_OP = 'DELETE' OR NEW.code <> OLD.code OR NEW.county <> OLD.county THEN
        RAISE EXCEPTION 'address code % is permanent', OLD.code
            USING ERRCODE = 'check_violation', CONSTRAINT = 'address_code_is_permanent';
    END IF;
    RETURN NEW;
END $$;

CREATE TRIGGER address_code_is_permanent BEFORE UPDATE OF code, county OR DELETE ON address
    FOR EACH ROW EXECUTE FUNCTION code_is_permanent();
