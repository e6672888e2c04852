-- As in 0026; desks that are to help or to know hear of a move at once, too.

CREATE OR REPLACE FUNCTION ticket_event_is_told() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE
    handler bigint;
BEGIN
    PERFORM pg_notify('anju_tickets', NEW.county || ':' || concat_ws(',', NEW.to_lead, NEW.from_lead,
        NEW.detail ->> 'next_lead', NEW.detail ->> 'giver', NEW.detail ->> 'department',
        (SELECT string_agg(d.department, ',') FROM ticket_department d
         WHERE d.county = NEW.county AND d.ticket_id = NEW.ticket_id)));
    SELECT e.actor INTO handler FROM ticket_event e
    WHERE e.county = NEW.county AND e.ticket_id = NEW.ticket_id AND e.event IN ('submit', 'receipt') AND e.id < NEW.id
    ORDER BY e.id DESC LIMIT 1;
    INSERT INTO message (county, at, ticket_id, event_id, recipient, department, account_id)
    SELECT NEW.county, NEW.at, NEW.ticket_id, NEW.id, r.recipient, d.department, d.account_id
    FROM notice_rule r
    CROSS JOIN LATERAL (SELECT
        CASE r.recipient WHEN 'lead' THEN NEW.to_lead WHEN 'next' THEN NEW.detail ->> 'next_lead'
            WHEN 'old_lead' THEN CASE WHEN NEW.from_lead <> NEW.to_lead THEN NEW.from_lead END
            WHEN 'asked' THEN NEW.detail ->> 'giver' WHEN 'named' THEN NEW.detail ->> 'department' END AS department,
        CASE r.recipient WHEN 'handler' THEN handler END AS account_id) d
    WHERE r.event = NEW.event AND (d.account_id IS NULL OR d.account_id IS DISTINCT FROM NEW.actor)
      AND (r.recipient = 'centre' OR num_nonnulls(d.department, d.account_id) = 1);
    RETURN NULL;
END $$;
