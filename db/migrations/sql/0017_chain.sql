-- A ticket's history as a chain: each row carries the SHA-256 of the row before it and of itself, so that what was
-- changed, left out or put in afterwards does not fit any more. The same form is built in inspections/chain.py.

ALTER TABLE ticket_event ADD COLUMN recorded_at TIMESTAMP WITH TIME ZONE;
ALTER TABLE ticket_event ADD COLUMN hash BYTEA;

-- One value, unambiguous: its length in characters, a colon, the value; a dash for nothing.
CREATE FUNCTION chain_value(p_value text) RETURNS text LANGUAGE sql IMMUTABLE PARALLEL SAFE AS $$
    SELECT CASE WHEN p_value IS NULL THEN '-' ELSE length(p_value) || ':' || p_value END
$$;

CREATE FUNCTION chain_moment(p_at timestamptz) RETURNS text LANGUAGE sql IMMUTABLE PARALLEL SAFE AS $$
    SELECT to_char(p_at AT TIME ZONE 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.US"Z"')
$$;

CREATE FUNCTION chain_text(p_event ticket_event) RETURNS text LANGUAGE sql IMMUTABLE PARALLEL SAFE AS $$
    SELECT chain_value(p_event.county) || chain_value(p_event.ticket_id::text) || chain_value(chain_moment(p_event.at))
        || chain_value(chain_moment(p_event.recorded_at)) || chain_value(p_event.event) || chain_value(p_event.from_state)
        || chain_value(p_event.to_state) || chain_value(p_event.from_lead) || chain_value(p_event.to_lead)
        || chain_value(p_event.actor::text) || chain_value(p_event.reason) || chain_value(p_event.clause)
        || chain_value(p_event.detail::text)
$$;

ALTER TABLE ticket_event DISABLE TRIGGER ticket_event_only_grows;
UPDATE ticket_event SET recorded_at = at;
ALTER TABLE ticket_event ALTER COLUMN recorded_at SET DEFAULT clock_timestamp();
ALTER TABLE ticket_event ALTER COLUMN recorded_at SET NOT NULL;

DO $$
DECLARE
    one ticket_event;
    last_county char(6);
    last_ticket bigint;
    chained bytea := ''::bytea;
BEGIN
    FOR one IN SELECT * FROM ticket_event ORDER BY county, ticket_id, id LOOP
        IF one.county IS DISTINCT FROM last_county OR one.ticket_id IS DISTINCT FROM last_ticket THEN
            chained := ''::bytea;
        END IF;
        last_county := one.county;
        last_ticket := one.ticket_id;
        chained := sha256(chained || convert_to(chain_text(one), 'UTF8'));
        UPDATE ticket_event SET hash = chained WHERE county = one.county AND id = one.id;
    END LOOP;
END $$;
ALTER TABLE ticket_event ALTER COLUMN hash SET NOT NULL;
ALTER TABLE ticket_event ENABLE TRIGGER ticket_event_only_grows;

-- The ticket's own row is held by whoever writes its history, so that two rows never follow the same one.
CREATE FUNCTION ticket_event_is_chained() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE
    before bytea;
BEGIN
    NEW.recorded_at := COALESCE(NEW.recorded_at, clock_timestamp());
    SELECT e.hash INTO before FROM ticket_event e
    WHERE e.county = NEW.county AND e.ticket_id = NEW.ticket_id ORDER BY e.id DESC LIMIT 1;
    NEW.hash := sha256(COALESCE(before, ''::bytea) || convert_to(chain_text(NEW), 'UTF8'));
    RETURN NEW;
END $$;

CREATE TRIGGER ticket_event_is_chained BEFORE INSERT ON ticket_event
    FOR EACH ROW EXECUTE FUNCTION ticket_event_is_chained();
