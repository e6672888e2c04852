-- What calls for a visit whatever the colour: a house let again, tenants that changed, a complaint. Each is the day it
-- was learnt, until somebody is let in.

ALTER TABLE house ADD COLUMN relet_on DATE;
ALTER TABLE house ADD COLUMN tenants_changed_on DATE;
ALTER TABLE house ADD COLUMN complained_on DATE;
CREATE INDEX house_county_called_idx ON house (county, grid_id) WHERE relet_on IS NOT NULL OR complained_on IS NOT NULL;

-- A visit measures how many live there and moves last_visit_at with it; any other change of the number is the register's.
CREATE FUNCTION house_is_let_again() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE
    today date := (GREATEST(NEW.updated_at, OLD.updated_at) AT TIME ZONE 'Asia/Shanghai')::date;
BEGIN
    IF NEW.let_status = 'let' AND OLD.let_status IN ('vacant', 'self_use') THEN
        NEW.relet_on := today;
        NEW.tenants_changed_on := today;
    ELSIF NEW.let_status IN ('vacant', 'self_use') THEN
        NEW.relet_on := NULL;
    END IF;
    IF NEW.persons <> OLD.persons AND NEW.last_visit_at IS NOT DISTINCT FROM OLD.last_visit_at THEN
        NEW.tenants_changed_on := today;
    END IF;
    RETURN NEW;
END $$;

CREATE TRIGGER house_is_let_again BEFORE UPDATE OF let_status, persons ON house
    FOR EACH ROW EXECUTE FUNCTION house_is_let_again();
