-- Cases that another system kept, beside those of this one: real tickets, so that every list and count holds them, of a
-- place that need be no house of the register.

INSERT INTO ticket_transition (event, from_state, to_state) VALUES
    ('import', '', 'ACCEPTED'), ('import_closed', 'ACCEPTED', 'CLOSED'), ('import_duplicate', 'ACCEPTED', 'VOID');

ALTER TABLE ticket ADD COLUMN place TEXT;
ALTER TABLE ticket ADD COLUMN geom geometry(POINT, 4490);
ALTER TABLE ticket ADD COLUMN fingerprint BYTEA;
ALTER TABLE ticket ALTER COLUMN house_id DROP NOT NULL;
ALTER TABLE ticket ALTER COLUMN village DROP NOT NULL;
ALTER TABLE ticket ADD CONSTRAINT ticket_geom_valid_check CHECK (ST_IsValid(geom) AND NOT ST_IsEmpty(geom));
ALTER TABLE ticket ADD CONSTRAINT ticket_of_a_house_check
    CHECK (source = 'import' OR (house_id IS NOT NULL AND village IS NOT NULL));
ALTER TABLE ticket ADD CONSTRAINT ticket_imported_check
    CHECK (source = 'import' OR last_event NOT IN ('import', 'import_closed', 'import_duplicate'));
ALTER TABLE ticket DROP CONSTRAINT ticket_second_person_check;
ALTER TABLE ticket ADD CONSTRAINT ticket_second_person_check
    CHECK (state <> 'CLOSED' OR source = 'import' OR closed_by IS DISTINCT FROM rectified_by);

ALTER TABLE import_batch DROP CONSTRAINT import_batch_kind_check;
ALTER TABLE import_batch ADD CONSTRAINT import_batch_kind_check CHECK (kind IN ('houses', 'addresses', 'tickets'));

-- What another system did, it knew when it happened: the record takes its word for both.
CREATE OR REPLACE FUNCTION ticket_event_is_chained() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE
    before bytea;
BEGIN
    IF NEW.event IN ('import', 'import_closed', 'import_duplicate') THEN
        NEW.recorded_at := NEW.at;
    END IF;
    NEW.recorded_at := COALESCE(NEW.recorded_at, clock_timestamp());
    SELECT e.hash INTO before FROM ticket_event e
    WHERE e.county = NEW.county AND e.ticket_id = NEW.ticket_id ORDER BY e.id DESC LIMIT 1;
    NEW.hash := sha256(COALESCE(before, ''::bytea) || convert_to(chain_text(NEW), 'UTF8'));
    RETURN NEW;
END $$;

-- What a desk shows beside the ticket's own columns, of a house or of the place as it was written.
CREATE OR REPLACE FUNCTION ticket_card(p_ticket ticket) RETURNS TABLE (
    address text, address_code text, house_kind text, house_colour text, lon float8, lat float8, grid text,
    village_name text, town_name text, lead_name text, lead_name_en text, next_lead_name text, next_lead_name_en text,
    co text[], cc text[], items bigint, last_actor_name text, rectified_by_name text, closed_by_name text
) LANGUAGE sql STABLE AS $$
    SELECT COALESCE(a.text, (p_ticket).place), a.code, h.kind, h.colour, ST_X(COALESCE(h.geom, (p_ticket).geom)),
        ST_Y(COALESCE(h.geom, (p_ticket).geom)), g.code,
        village.name, town.name, lead.name, lead.name_en, next_one.name, next_one.name_en,
        ARRAY(SELECT d.department FROM ticket_department d WHERE d.county = (p_ticket).county
              AND d.ticket_id = (p_ticket).id AND d.part = 'co' ORDER BY 1),
        ARRAY(SELECT d.department FROM ticket_department d WHERE d.county = (p_ticket).county
              AND d.ticket_id = (p_ticket).id AND d.part = 'cc' ORDER BY 1),
        (SELECT count(*) FROM finding f WHERE f.county = (p_ticket).county AND f.ticket_id = (p_ticket).id),
        (SELECT who.name FROM account who WHERE who.county = (p_ticket).county AND who.id = (p_ticket).last_actor),
        (SELECT who.name FROM account who WHERE who.county = (p_ticket).county AND who.id = (p_ticket).rectified_by),
        (SELECT who.name FROM account who WHERE who.county = (p_ticket).county AND who.id = (p_ticket).closed_by)
    FROM department lead
    LEFT JOIN house h ON h.county = (p_ticket).county AND h.id = (p_ticket).house_id
    LEFT JOIN address a ON a.county = h.county AND a.id = h.address_id
    LEFT JOIN department next_one ON next_one.county = (p_ticket).county AND next_one.code = (p_ticket).next_lead
    LEFT JOIN grid g ON g.county = (p_ticket).county AND g.id = (p_ticket).grid_id
    LEFT JOIN division village ON village.county = h.county AND village.code_system = h.code_system AND village.code = h.village
    LEFT JOIN division town ON town.county = h.county AND town.code_system = h.code_system AND town.code = h.town
    WHERE lead.county = (p_ticket).county AND lead.code = (p_ticket).lead
$$;
