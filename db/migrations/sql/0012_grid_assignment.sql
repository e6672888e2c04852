-- Houses follow a grid that is drawn, moved or ended. An edge that moves touches the houses between where it was and where
-- it is; a grid that begins or ends those inside. 1e-9 degrees (a tenth of a millimetre) forgive the rounding of outlines.
CREATE OR REPLACE FUNCTION grid_takes_its_houses() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE
    touched geometry;
BEGIN
    touched := CASE
        WHEN TG_OP = 'INSERT' THEN NEW.geom
        WHEN NEW.valid = OLD.valid AND NEW.kind = OLD.kind THEN ST_SymDifference(OLD.geom, NEW.geom)
        ELSE ST_Union(OLD.geom, NEW.geom) END;
    IF ST_IsEmpty(touched) THEN
        RETURN NULL;
    END IF;
    UPDATE house h SET grid_id = n.grid_id
    FROM (SELECT x.id, grid_at(x.county, x.geom) AS grid_id FROM house x
          WHERE x.county = NEW.county AND ST_DWithin(touched, x.geom, 1e-9) OFFSET 0) n
    WHERE h.county = NEW.county AND h.id = n.id AND h.grid_id IS DISTINCT FROM n.grid_id;
    RETURN NULL;
END $$;
