-- Figures over millions of tickets at once: what the indicators ask of a ticket is kept beside it as sums by day and month,
-- in the transaction that changes it, so that a rate is read and not counted. docs/database.md says how.

-- When a ticket was first passed on, sent back, given more time, answered by another authority: off its history once.
ALTER TABLE ticket ADD COLUMN bounced_at TIMESTAMP WITH TIME ZONE;
ALTER TABLE ticket ADD COLUMN reworked_at TIMESTAMP WITH TIME ZONE;
ALTER TABLE ticket ADD COLUMN extended_at TIMESTAMP WITH TIME ZONE;
ALTER TABLE ticket ADD COLUMN answered_at TIMESTAMP WITH TIME ZONE;
ALTER TABLE ticket ADD COLUMN street TEXT;
ALTER TABLE ticket_event ADD COLUMN passed_by TEXT GENERATED ALWAYS AS
    (CASE WHEN event IN ('pass_on', 'bounce') THEN COALESCE(detail ->> 'giver', from_lead) END) STORED;
ALTER TABLE ticket_event ADD COLUMN passed_to TEXT GENERATED ALWAYS AS
    (CASE WHEN event IN ('pass_on', 'bounce') THEN detail ->> 'department' END) STORED;

-- As in 0004; of a bounce it keeps who gives the ticket away: not the lead, who still holds it, but who was to sign for it.
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
            NEW.last_detail || jsonb_strip_nulls(jsonb_build_object('next_lead', NEW.next_lead, 'due_at', NEW.due_at,
                'giver', CASE WHEN TG_OP = 'UPDATE' AND NEW.last_event = 'bounce' THEN OLD.next_lead END)));
    RETURN NULL;
END $$;

CREATE FUNCTION ticket_remembers_firsts() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF TG_OP = 'INSERT' THEN
        SELECT a.parts ->> 'road' INTO NEW.street FROM house h JOIN address a ON a.county = h.county AND a.id = h.address_id
        WHERE h.county = NEW.county AND h.id = NEW.house_id;
    ELSIF same_deed(NEW, OLD) THEN
        RETURN NEW;
    END IF;
    IF NEW.last_event IN ('pass_on', 'bounce') THEN
        NEW.bounced_at := least(NEW.bounced_at, NEW.last_at);
    ELSIF NEW.last_event IN ('rework', 'reopen') AND NEW.state = 'REWORK' THEN
        NEW.reworked_at := least(NEW.reworked_at, NEW.last_at);
    ELSIF NEW.last_event = 'grant' THEN
        NEW.extended_at := least(NEW.extended_at, NEW.last_at);
    ELSIF NEW.last_event = 'receipt' THEN
        NEW.answered_at := least(NEW.answered_at, NEW.last_at);
    END IF;
    RETURN NEW;
END $$;

-- A street that is read anew, or a house that gets another address, takes its cases along.
CREATE FUNCTION ticket_follows_its_street() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF TG_TABLE_NAME = 'address' THEN
        UPDATE ticket t SET street = NEW.parts ->> 'road' FROM house h
        WHERE h.county = NEW.county AND h.address_id = NEW.id AND t.county = h.county AND t.house_id = h.id
          AND t.street IS DISTINCT FROM NEW.parts ->> 'road';
    ELSE
        UPDATE ticket t SET street = a.parts ->> 'road' FROM address a
        WHERE a.county = NEW.county AND a.id = NEW.address_id AND t.county = NEW.county AND t.house_id = NEW.id
          AND t.street IS DISTINCT FROM a.parts ->> 'road';
    END IF;
    RETURN NULL;
END $$;

-- Reads the first times off the histories and the streets off the addresses, for tickets that were written whole.
CREATE FUNCTION tickets_recall(p_county char(6)) RETURNS void LANGUAGE sql AS $$
    UPDATE ticket t SET bounced_at = e.bounced_at, reworked_at = e.reworked_at, extended_at = e.extended_at,
        answered_at = e.answered_at
    FROM (SELECT ticket_id, min(at) FILTER (WHERE event IN ('pass_on', 'bounce')) AS bounced_at,
              min(at) FILTER (WHERE event IN ('rework', 'reopen') AND to_state = 'REWORK') AS reworked_at,
              min(at) FILTER (WHERE event = 'grant') AS extended_at,
              min(at) FILTER (WHERE event = 'receipt') AS answered_at
          FROM ticket_event WHERE county = p_county GROUP BY 1) e
    WHERE t.county = p_county AND t.id = e.ticket_id
      AND (t.bounced_at, t.reworked_at, t.extended_at, t.answered_at)
          IS DISTINCT FROM (e.bounced_at, e.reworked_at, e.extended_at, e.answered_at);
    UPDATE ticket t SET street = a.parts ->> 'road'
    FROM house h JOIN address a ON a.county = h.county AND a.id = h.address_id
    WHERE t.county = p_county AND h.county = t.county AND h.id = t.house_id
      AND t.street IS DISTINCT FROM a.parts ->> 'road';
$$;
SELECT tickets_recall(c.county) FROM county c;

CREATE TRIGGER ticket_remembers_firsts BEFORE INSERT OR UPDATE ON ticket
    FOR EACH ROW EXECUTE FUNCTION ticket_remembers_firsts();
CREATE TRIGGER ticket_follows_its_street AFTER UPDATE OF parts ON address
    FOR EACH ROW WHEN (OLD.parts ->> 'road' IS DISTINCT FROM NEW.parts ->> 'road')
    EXECUTE FUNCTION ticket_follows_its_street();
CREATE TRIGGER ticket_follows_its_street AFTER UPDATE OF address_id ON house
    FOR EACH ROW WHEN (OLD.address_id IS DISTINCT FROM NEW.address_id) EXECUTE FUNCTION ticket_follows_its_street();

CREATE INDEX ticket_running_idx ON ticket (county, due_at) INCLUDE (village, street)
    WHERE state NOT IN ('CLOSED', 'VOID', 'SUBMITTED', 'RECHECK', 'SUSPENDED');
CREATE INDEX ticket_unfinished_idx ON ticket (county, due_at) WHERE closed_at IS NULL OR rectified_at IS NULL;
CREATE INDEX ticket_county_last_at_idx ON ticket (county, last_at);
CREATE INDEX ticket_county_town_opened_at_idx ON ticket (county, town, opened_at);
CREATE INDEX ticket_county_town_closed_at_idx ON ticket (county, town, closed_at);
CREATE INDEX ticket_county_town_rectified_at_idx ON ticket (county, town, rectified_at);
CREATE INDEX ticket_event_passed_idx ON ticket_event (county, at, passed_by, passed_to) WHERE event IN ('pass_on', 'bounce');

-- Tickets as the record knew them at a moment: as in 0019, with the first times as they were known then.
CREATE OR REPLACE FUNCTION ticket_known(p_county char(6), p_known timestamptz) RETURNS SETOF ticket LANGUAGE sql STABLE AS $$
    SELECT (jsonb_populate_record(t, jsonb_build_object(
        'state', k.state, 'lead', k.lead, 'last_at', k.last_at, 'last_event', k.last_event, 'filed_at', k.filed_at,
        'dispatched_at', k.dispatched_at, 'due_at', k.due_at,
        'rectified_at', CASE WHEN k.handled_at > k.sent_back_at IS NOT FALSE THEN k.handled_at END,
        'closed_at', CASE WHEN k.state = 'CLOSED' THEN k.closed_at END,
        'suspended_at', CASE WHEN k.state = 'SUSPENDED' THEN k.suspended_at END,
        'suspended_until', CASE WHEN k.state = 'SUSPENDED' THEN k.suspended_until END,
        'bounces', k.bounces, 'reworks', k.reworks, 'reopens', k.reopens, 'extensions', k.extensions,
        'bounced_at', k.bounced_at, 'reworked_at', k.reworked_at, 'extended_at', k.extended_at,
        'answered_at', k.answered_at))).*
    FROM ticket t
    CROSS JOIN LATERAL (
        SELECT (array_agg(e.to_state ORDER BY e.id DESC))[1] AS state, (array_agg(e.to_lead ORDER BY e.id DESC))[1] AS lead,
            (array_agg(e.event ORDER BY e.id DESC))[1] AS last_event, (array_agg(e.at ORDER BY e.id DESC))[1] AS last_at,
            (array_agg(e.detail ->> 'due_at' ORDER BY e.id DESC))[1]::timestamptz AS due_at,
            max(e.at) FILTER (WHERE e.event IN ('file', 'import')) AS filed_at,
            max(e.at) FILTER (WHERE e.event IN ('dispatch', 'import')) AS dispatched_at,
            max(e.at) FILTER (WHERE e.event IN ('submit', 'receipt', 'import_closed')) AS handled_at,
            max(e.at) FILTER (WHERE e.event IN ('rework', 'reopen')) AS sent_back_at,
            max(e.at) FILTER (WHERE e.event IN ('close', 'import_closed')) AS closed_at,
            max(e.at) FILTER (WHERE e.event = 'suspend') AS suspended_at,
            (array_agg(e.detail ->> 'until' ORDER BY e.id DESC) FILTER (WHERE e.event = 'suspend'))[1]::timestamptz
                AS suspended_until,
            count(*) FILTER (WHERE e.event IN ('pass_on', 'bounce')) AS bounces,
            count(*) FILTER (WHERE e.event = 'rework') AS reworks,
            count(*) FILTER (WHERE e.event = 'reopen') AS reopens,
            count(*) FILTER (WHERE e.event = 'grant') AS extensions,
            min(e.at) FILTER (WHERE e.event IN ('pass_on', 'bounce')) AS bounced_at,
            min(e.at) FILTER (WHERE e.event IN ('rework', 'reopen') AND e.to_state = 'REWORK') AS reworked_at,
            min(e.at) FILTER (WHERE e.event = 'grant') AS extended_at,
            min(e.at) FILTER (WHERE e.event = 'receipt') AS answered_at
        FROM ticket_event e
        WHERE e.county = t.county AND e.ticket_id = t.id AND e.recorded_at < p_known) k
    WHERE t.county = p_county AND k.state IS NOT NULL
$$;

-- For which counts a ticket stands in the period from p_from to p_to (half open) as known at p_as_of.
-- The same definitions as inspections/kpi.py (flags); a test holds the two together. Inlined into the query that joins it.
DROP FUNCTION ticket_flags(ticket, timestamptz, timestamptz, timestamptz);
CREATE FUNCTION ticket_flags(p_ticket ticket, p_from timestamptz, p_to timestamptz, p_as_of timestamptz) RETURNS TABLE (
    received boolean, filed boolean, dispatched boolean, should_close boolean, closed_in boolean, closed_on_time boolean,
    should_handle boolean, handled_on_time boolean, reworked boolean, extended boolean, overdue_open boolean,
    handled boolean, accurate boolean, answered boolean, referred boolean
) LANGUAGE sql STABLE AS $$
    SELECT k.received, k.received AND k.filed_before, k.received AND k.filed_before AND k.dispatched_before,
        s.should_close, s.should_close AND k.closed_before,
        s.should_close AND k.closed_before AND COALESCE((p_ticket).closed_at <= d.due_at, false),
        s.should_handle, s.should_handle AND k.handled_before AND COALESCE((p_ticket).rectified_at <= d.due_at, false),
        s.should_close AND COALESCE((p_ticket).reworked_at < d.until, false),
        s.should_close AND COALESCE((p_ticket).extended_at < d.until, false),
        s.should_handle AND NOT k.handled_before AND k.due_before,
        s.should_handle AND k.handled_before,
        k.received AND k.filed_before AND k.dispatched_before AND NOT COALESCE((p_ticket).bounced_at < d.until, false),
        k.received AND k.filed_before AND (k.closed_before OR k.referred_before),
        k.received AND k.filed_before AND k.referred_before
    FROM (SELECT ticket_due(p_ticket, least(p_to, p_as_of)) AS due_at, least(p_to, p_as_of) AS until) d
    CROSS JOIN LATERAL (SELECT
        NOT ((p_ticket).state = 'VOID' AND (p_ticket).last_at < d.until) AS counts,
        COALESCE((p_ticket).filed_at < d.until, false) AS filed_before,
        COALESCE((p_ticket).dispatched_at < d.until, false) AS dispatched_before,
        COALESCE((p_ticket).closed_at < d.until, false) AS closed_before,
        COALESCE((p_ticket).closed_at < least(p_from, p_as_of), false) AS closed_earlier,
        COALESCE((p_ticket).rectified_at < d.until, false) AS handled_before,
        COALESCE((p_ticket).rectified_at < least(p_from, p_as_of), false) AS handled_earlier,
        COALESCE(d.due_at < d.until, false) AS due_before,
        COALESCE((p_ticket).answered_at < d.until, false) AS referred_before,
        COALESCE((p_ticket).state = 'SUSPENDED' AND (p_ticket).suspended_until >= d.until, false) AS suspended,
        NOT ((p_ticket).state = 'VOID' AND (p_ticket).last_at < d.until)
            AND (p_ticket).opened_at >= p_from AND (p_ticket).opened_at < d.until AS received) k
    CROSS JOIN LATERAL (SELECT
        k.counts AND k.filed_before AND NOT k.closed_earlier
            AND (k.closed_before OR (k.due_before AND NOT k.suspended)) AS should_close,
        k.counts AND k.dispatched_before AND NOT k.handled_earlier
            AND (k.handled_before OR (k.due_before AND NOT k.suspended)) AS should_handle) s
$$;

-- Corners: a ticket stands for a count in every period that begins no later than a day a and ends after a day b, so that
-- a count over a period is the sum of the corners with a >= its first day and b < the day after its last. A count that
-- ends by itself (accurate: until it is passed on) is taken back by a second corner. 'infinity' as a: whenever it began.
-- A suspended ticket has none: its deadline moves with the moment, so the few of them are counted one by one.
-- what: 1 received, 2 filed, 3 dispatched, 4 should_close, 5 closed_in, 6 closed_on_time, 7 should_handle,
-- 8 handled_on_time, 9 reworked, 10 extended, 11 overdue_open, 12 handled, 13 accurate, 14 answered, 15 referred. Inlined into the query that joins it.
CREATE FUNCTION kpi_corners(p_ticket ticket) RETURNS TABLE (a date, b date, what integer, n integer) LANGUAGE sql STABLE AS $$
    SELECT (c.a AT TIME ZONE 'Asia/Shanghai')::date, (v.b AT TIME ZONE 'Asia/Shanghai')::date, c.what, v.n
    FROM (SELECT (p_ticket).opened_at AS r, COALESCE((p_ticket).filed_at, 'infinity') AS f,
        COALESCE((p_ticket).dispatched_at, 'infinity') AS d, COALESCE((p_ticket).due_at, 'infinity') AS due,
        COALESCE((p_ticket).rectified_at, 'infinity') AS h, COALESCE((p_ticket).closed_at, 'infinity') AS c,
        COALESCE((p_ticket).reworked_at, 'infinity') AS w, COALESCE((p_ticket).extended_at, 'infinity') AS x,
        COALESCE((p_ticket).bounced_at, 'infinity') AS p, COALESCE((p_ticket).answered_at, 'infinity') AS q,
        CASE WHEN (p_ticket).state = 'VOID' THEN (p_ticket).last_at END AS void) t
    CROSS JOIN LATERAL (VALUES
        (1, t.r, t.r, 1), (2, t.r, greatest(t.r, t.f), 1),
        (3, t.r, greatest(t.r, t.f, t.d), 1), (13, t.r, greatest(t.r, t.f, t.d), 1),
        (13, t.r, greatest(t.r, t.f, t.d, t.p), -1),
        (14, t.r, greatest(t.r, t.f, least(t.c, t.q)), 1), (15, t.r, greatest(t.r, t.f, t.q), 1),
        (4, t.c, greatest(t.f, least(t.c, t.due)), 1), (5, t.c, greatest(t.f, t.c), 1),
        (6, CASE WHEN t.c <= (p_ticket).due_at THEN t.c END, greatest(t.f, t.c), 1),
        (9, t.c, greatest(t.f, least(t.c, t.due), t.w), 1),
        (10, t.c, greatest(t.f, least(t.c, t.due), t.x), 1),
        (7, t.h, greatest(t.d, least(t.h, t.due)), 1), (12, t.h, greatest(t.d, t.h), 1),
        (8, CASE WHEN t.h <= (p_ticket).due_at THEN t.h END, greatest(t.d, t.h), 1),
        (11, 'infinity', greatest(t.d, t.due), 1), (11, 'infinity', greatest(t.d, t.due, t.h), -1)
    ) AS c (what, a, b, n)
    CROSS JOIN LATERAL (VALUES (c.b, c.n), (CASE WHEN t.void IS NOT NULL THEN greatest(c.b, t.void) END, -c.n)) AS v (b, n)
    WHERE (p_ticket).state <> 'SUSPENDED' AND c.a IS NOT NULL AND v.b < 'infinity'
$$;

-- What tickets did to the sums and is not added to them yet: only ever appended to, so that nobody waits for anybody.
CREATE TABLE kpi_unit (
    county CHAR(6) NOT NULL,
    id BIGINT GENERATED BY DEFAULT AS IDENTITY,
    town TEXT NOT NULL,
    lead TEXT NOT NULL,
    a DATE NOT NULL,
    b DATE NOT NULL,
    received BIGINT DEFAULT 0 NOT NULL,
    filed BIGINT DEFAULT 0 NOT NULL,
    dispatched BIGINT DEFAULT 0 NOT NULL,
    should_close BIGINT DEFAULT 0 NOT NULL,
    closed_in BIGINT DEFAULT 0 NOT NULL,
    closed_on_time BIGINT DEFAULT 0 NOT NULL,
    should_handle BIGINT DEFAULT 0 NOT NULL,
    handled_on_time BIGINT DEFAULT 0 NOT NULL,
    reworked BIGINT DEFAULT 0 NOT NULL,
    extended BIGINT DEFAULT 0 NOT NULL,
    overdue_open BIGINT DEFAULT 0 NOT NULL,
    handled BIGINT DEFAULT 0 NOT NULL,
    accurate BIGINT DEFAULT 0 NOT NULL,
    answered BIGINT DEFAULT 0 NOT NULL,
    referred BIGINT DEFAULT 0 NOT NULL,
    CONSTRAINT kpi_unit_pkey PRIMARY KEY (county, id)
) WITH (autovacuum_vacuum_scale_factor = 0, autovacuum_vacuum_threshold = 2000);

-- The sums: of the county, a town or a department; a and b as days or as the first of their months.
CREATE TABLE kpi_cell (
    county CHAR(6) NOT NULL,
    kind TEXT NOT NULL,
    grain TEXT NOT NULL,
    a DATE NOT NULL,
    b DATE NOT NULL,
    key TEXT NOT NULL,
    received BIGINT DEFAULT 0 NOT NULL,
    filed BIGINT DEFAULT 0 NOT NULL,
    dispatched BIGINT DEFAULT 0 NOT NULL,
    should_close BIGINT DEFAULT 0 NOT NULL,
    closed_in BIGINT DEFAULT 0 NOT NULL,
    closed_on_time BIGINT DEFAULT 0 NOT NULL,
    should_handle BIGINT DEFAULT 0 NOT NULL,
    handled_on_time BIGINT DEFAULT 0 NOT NULL,
    reworked BIGINT DEFAULT 0 NOT NULL,
    extended BIGINT DEFAULT 0 NOT NULL,
    overdue_open BIGINT DEFAULT 0 NOT NULL,
    handled BIGINT DEFAULT 0 NOT NULL,
    accurate BIGINT DEFAULT 0 NOT NULL,
    answered BIGINT DEFAULT 0 NOT NULL,
    referred BIGINT DEFAULT 0 NOT NULL,
    CONSTRAINT kpi_cell_pkey PRIMARY KEY (county, kind, grain, a, b, key),
    CONSTRAINT kpi_cell_kind_check CHECK (kind IN ('county', 'town', 'department')),
    CONSTRAINT kpi_cell_grain_check CHECK (grain IN ('day-day', 'day-month', 'month-day', 'month-month'))
);

-- What is to be added to the sums: the notes, which are taken away, or with a period the tickets that were opened in it.
CREATE FUNCTION kpi_taken(p_county char(6), p_from timestamptz, p_to timestamptz) RETURNS SETOF kpi_unit LANGUAGE plpgsql AS $$
BEGIN
    IF p_from IS NULL THEN
        RETURN QUERY DELETE FROM kpi_unit u WHERE u.county = p_county RETURNING u.*;
    ELSE
        RETURN QUERY SELECT p_county::char(6), 0::bigint, COALESCE(t.town, ''), t.lead, k.a, k.b,
            COALESCE(sum(k.n) FILTER (WHERE k.what = 1), 0), COALESCE(sum(k.n) FILTER (WHERE k.what = 2), 0),
            COALESCE(sum(k.n) FILTER (WHERE k.what = 3), 0), COALESCE(sum(k.n) FILTER (WHERE k.what = 4), 0),
            COALESCE(sum(k.n) FILTER (WHERE k.what = 5), 0), COALESCE(sum(k.n) FILTER (WHERE k.what = 6), 0),
            COALESCE(sum(k.n) FILTER (WHERE k.what = 7), 0), COALESCE(sum(k.n) FILTER (WHERE k.what = 8), 0),
            COALESCE(sum(k.n) FILTER (WHERE k.what = 9), 0), COALESCE(sum(k.n) FILTER (WHERE k.what = 10), 0),
            COALESCE(sum(k.n) FILTER (WHERE k.what = 11), 0), COALESCE(sum(k.n) FILTER (WHERE k.what = 12), 0),
            COALESCE(sum(k.n) FILTER (WHERE k.what = 13), 0), COALESCE(sum(k.n) FILTER (WHERE k.what = 14), 0),
            COALESCE(sum(k.n) FILTER (WHERE k.what = 15), 0)
        FROM ticket t CROSS JOIN LATERAL kpi_corners(t) k
        WHERE t.county = p_county AND t.opened_at >= p_from AND t.opened_at < p_to
        GROUP BY 3, 4, 5, 6;
    END IF;
END $$;

CREATE FUNCTION kpi_add(p_county char(6), p_from timestamptz, p_to timestamptz) RETURNS void LANGUAGE sql AS $$
    WITH by_day AS (
        SELECT k.kind, k.key, u.a, u.b,
            sum(u.received) AS received, sum(u.filed) AS filed, sum(u.dispatched) AS dispatched,
            sum(u.should_close) AS should_close, sum(u.closed_in) AS closed_in, sum(u.closed_on_time) AS closed_on_time,
            sum(u.should_handle) AS should_handle, sum(u.handled_on_time) AS handled_on_time, sum(u.reworked) AS reworked,
            sum(u.extended) AS extended, sum(u.overdue_open) AS overdue_open, sum(u.handled) AS handled,
            sum(u.accurate) AS accurate, sum(u.answered) AS answered, sum(u.referred) AS referred
        FROM kpi_taken(p_county, p_from, p_to) u
        CROSS JOIN LATERAL (VALUES ('county', ''), ('town', u.town), ('department', u.lead)) AS k (kind, key)
        GROUP BY 1, 2, 3, 4)
    INSERT INTO kpi_cell (county, kind, grain, a, b, key,
        received, filed, dispatched, should_close, closed_in, closed_on_time, should_handle, handled_on_time,
        reworked, extended, overdue_open, handled, accurate, answered, referred)
    SELECT p_county, d.kind, g.grain, g.a, g.b, d.key,
        sum(d.received), sum(d.filed), sum(d.dispatched), sum(d.should_close), sum(d.closed_in),
        sum(d.closed_on_time), sum(d.should_handle), sum(d.handled_on_time), sum(d.reworked), sum(d.extended),
        sum(d.overdue_open), sum(d.handled), sum(d.accurate), sum(d.answered), sum(d.referred)
    FROM by_day d
    CROSS JOIN LATERAL (VALUES ('day-day', d.a, d.b), ('day-month', d.a, date_trunc('month', d.b)::date),
        ('month-day', date_trunc('month', d.a)::date, d.b),
        ('month-month', date_trunc('month', d.a)::date, date_trunc('month', d.b)::date)) AS g (grain, a, b)
    GROUP BY 2, 3, 4, 5, 6
    ORDER BY 2, 3, 4, 5, 6
    ON CONFLICT (county, kind, grain, a, b, key) DO UPDATE SET
        received = kpi_cell.received + EXCLUDED.received, filed = kpi_cell.filed + EXCLUDED.filed,
        dispatched = kpi_cell.dispatched + EXCLUDED.dispatched, should_close = kpi_cell.should_close + EXCLUDED.should_close,
        closed_in = kpi_cell.closed_in + EXCLUDED.closed_in, closed_on_time = kpi_cell.closed_on_time + EXCLUDED.closed_on_time,
        should_handle = kpi_cell.should_handle + EXCLUDED.should_handle, handled_on_time = kpi_cell.handled_on_time + EXCLUDED.handled_on_time,
        reworked = kpi_cell.reworked + EXCLUDED.reworked, extended = kpi_cell.extended + EXCLUDED.extended,
        overdue_open = kpi_cell.overdue_open + EXCLUDED.overdue_open, handled = kpi_cell.handled + EXCLUDED.handled,
        accurate = kpi_cell.accurate + EXCLUDED.accurate, answered = kpi_cell.answered + EXCLUDED.answered,
        referred = kpi_cell.referred + EXCLUDED.referred
$$;

-- Adds the notes to the sums; one at a time, whoever else comes meanwhile leaves it to them.
CREATE FUNCTION kpi_fold(p_county char(6)) RETURNS void LANGUAGE plpgsql AS $$
BEGIN
    IF pg_try_advisory_xact_lock(hashtext('kpi_fold'), hashtext(p_county)) THEN
        PERFORM kpi_add(p_county, NULL, NULL);
    END IF;
END $$;

-- Notes what tickets were and are; every few hundred notes somebody adds them up.
CREATE FUNCTION kpi_note(p_were ticket[], p_are ticket[]) RETURNS void LANGUAGE plpgsql AS $$
DECLARE
    noted record;
BEGIN
    FOR noted IN
        WITH moved AS (
            INSERT INTO kpi_unit (county, town, lead, a, b,
                received, filed, dispatched, should_close, closed_in, closed_on_time, should_handle, handled_on_time,
                reworked, extended, overdue_open, handled, accurate, answered, referred)
            SELECT t.county, t.town, t.lead, k.a, k.b,
                COALESCE(sum(t.n * k.n) FILTER (WHERE k.what = 1), 0), COALESCE(sum(t.n * k.n) FILTER (WHERE k.what = 2), 0),
                COALESCE(sum(t.n * k.n) FILTER (WHERE k.what = 3), 0), COALESCE(sum(t.n * k.n) FILTER (WHERE k.what = 4), 0),
                COALESCE(sum(t.n * k.n) FILTER (WHERE k.what = 5), 0), COALESCE(sum(t.n * k.n) FILTER (WHERE k.what = 6), 0),
                COALESCE(sum(t.n * k.n) FILTER (WHERE k.what = 7), 0), COALESCE(sum(t.n * k.n) FILTER (WHERE k.what = 8), 0),
                COALESCE(sum(t.n * k.n) FILTER (WHERE k.what = 9), 0), COALESCE(sum(t.n * k.n) FILTER (WHERE k.what = 10), 0),
                COALESCE(sum(t.n * k.n) FILTER (WHERE k.what = 11), 0), COALESCE(sum(t.n * k.n) FILTER (WHERE k.what = 12), 0),
                COALESCE(sum(t.n * k.n) FILTER (WHERE k.what = 13), 0), COALESCE(sum(t.n * k.n) FILTER (WHERE k.what = 14), 0),
                COALESCE(sum(t.n * k.n) FILTER (WHERE k.what = 15), 0)
            FROM (SELECT 1 AS n, i.county, COALESCE(i.town, '') AS town, i.lead, i AS whole FROM unnest(p_are) i
                  UNION ALL SELECT -1, w.county, COALESCE(w.town, ''), w.lead, w FROM unnest(p_were) w) t
            CROSS JOIN LATERAL kpi_corners(t.whole) k
            GROUP BY 1, 2, 3, 4, 5
            HAVING COALESCE(sum(t.n * k.n) FILTER (WHERE k.what = 1), 0) <> 0 OR
                COALESCE(sum(t.n * k.n) FILTER (WHERE k.what = 2), 0) <> 0 OR
                COALESCE(sum(t.n * k.n) FILTER (WHERE k.what = 3), 0) <> 0 OR
                COALESCE(sum(t.n * k.n) FILTER (WHERE k.what = 4), 0) <> 0 OR
                COALESCE(sum(t.n * k.n) FILTER (WHERE k.what = 5), 0) <> 0 OR
                COALESCE(sum(t.n * k.n) FILTER (WHERE k.what = 6), 0) <> 0 OR
                COALESCE(sum(t.n * k.n) FILTER (WHERE k.what = 7), 0) <> 0 OR
                COALESCE(sum(t.n * k.n) FILTER (WHERE k.what = 8), 0) <> 0 OR
                COALESCE(sum(t.n * k.n) FILTER (WHERE k.what = 9), 0) <> 0 OR
                COALESCE(sum(t.n * k.n) FILTER (WHERE k.what = 10), 0) <> 0 OR
                COALESCE(sum(t.n * k.n) FILTER (WHERE k.what = 11), 0) <> 0 OR
                COALESCE(sum(t.n * k.n) FILTER (WHERE k.what = 12), 0) <> 0 OR
                COALESCE(sum(t.n * k.n) FILTER (WHERE k.what = 13), 0) <> 0 OR
                COALESCE(sum(t.n * k.n) FILTER (WHERE k.what = 14), 0) <> 0 OR
                COALESCE(sum(t.n * k.n) FILTER (WHERE k.what = 15), 0) <> 0
            RETURNING county, id)
        SELECT m.county, min(m.id) / 256 <> (max(m.id) + 1) / 256 AS many FROM moved m GROUP BY 1
    LOOP
        IF noted.many THEN
            PERFORM kpi_fold(noted.county);
        END IF;
    END LOOP;
END $$;

CREATE FUNCTION kpi_begins() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    PERFORM kpi_note(NULL, (SELECT array_agg(t::ticket) FROM is_now t));
    RETURN NULL;
END $$;

CREATE FUNCTION kpi_follows() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    PERFORM kpi_note((SELECT array_agg(t::ticket) FROM was t), (SELECT array_agg(t::ticket) FROM is_now t));
    RETURN NULL;
END $$;

CREATE TRIGGER kpi_begins AFTER INSERT ON ticket REFERENCING NEW TABLE AS is_now
    FOR EACH STATEMENT EXECUTE FUNCTION kpi_begins();
CREATE TRIGGER kpi_follows AFTER UPDATE ON ticket REFERENCING OLD TABLE AS was NEW TABLE AS is_now
    FOR EACH STATEMENT EXECUTE FUNCTION kpi_follows();

-- What happened before there were sums.
SELECT kpi_add(c.county, '-infinity', 'infinity') FROM county c;
