-- name: ticket_by_id
-- one ticket with all that a case page heads with
SELECT t.*, ticket_due(t, :now) AS clock_due_at, ticket_clock(t, :now, :soon) AS clock, card.*
FROM ticket t CROSS JOIN LATERAL ticket_card(t) card
WHERE t.county = :county AND t.id = :id;

-- name: ticket_by_number
-- one ticket by the number people say
SELECT t.*, ticket_due(t, :now) AS clock_due_at, ticket_clock(t, :now, :soon) AS clock, card.*
FROM ticket t CROSS JOIN LATERAL ticket_card(t) card
WHERE t.county = :county AND t.number = :number;

-- name: ticket_inbox
-- what lies on a department's desk, the worst clock first; with a chip only what the chip counts
SELECT t.*, ticket_due(t, :now) AS clock_due_at, ticket_clock(t, :now, :soon) AS clock, card.*
FROM ticket t CROSS JOIN LATERAL ticket_card(t) card
WHERE t.county = :county AND t.state NOT IN ('CLOSED', 'VOID')
  AND CASE CAST(:chip AS text)
        WHEN 'waiting' THEN (t.lead = :department AND t.state IN ('DISPATCHED', 'ESCALATED')) OR t.next_lead = :department
        WHEN 'soon' THEN t.lead = :department AND ticket_clock(t, :now, :soon) = 'soon'
        WHEN 'overdue' THEN t.lead = :department AND ticket_clock(t, :now, :soon) = 'overdue'
        WHEN 'checking' THEN t.lead = :department AND t.state IN ('SUBMITTED', 'RECHECK')
        WHEN 'co' THEN t.lead <> :department AND t.next_lead IS DISTINCT FROM :department
            AND EXISTS (SELECT FROM ticket_department d WHERE d.county = t.county AND d.ticket_id = t.id
                        AND d.department = :department)
        ELSE (t.lead = :department AND t.state NOT IN ('REPORTED', 'VERIFIED', 'FILED')) OR t.next_lead = :department END
  AND (CAST(:town AS text) IS NULL OR t.town = :town)
  AND (CAST(:hazard AS text) IS NULL OR t.hazard = :hazard)
  AND (CAST(:words AS text[]) IS NULL OR t.number || ' ' || card.address ILIKE ALL (CAST(:words AS text[])))
ORDER BY array_position('{overdue,soon,running,none,paused,handed_in}'::text[], ticket_clock(t, :now, :soon)),
    ticket_due(t, :now), t.severity, t.id
LIMIT :limit;

-- name: ticket_chips
-- how much lies on a department's desk, by what it waits for
SELECT count(*) FILTER (WHERE (t.lead = :department AND t.state IN ('DISPATCHED', 'ESCALATED')) OR t.next_lead = :department) AS waiting,
    count(*) FILTER (WHERE t.lead = :department AND ticket_clock(t, :now, :soon) = 'soon') AS soon,
    count(*) FILTER (WHERE t.lead = :department AND ticket_clock(t, :now, :soon) = 'overdue') AS overdue,
    count(*) FILTER (WHERE t.lead = :department AND t.state IN ('SUBMITTED', 'RECHECK')) AS checking,
    count(*) FILTER (WHERE t.lead <> :department AND t.next_lead IS DISTINCT FROM :department) AS co,
    count(*) FILTER (WHERE (t.lead = :department AND t.state NOT IN ('REPORTED', 'VERIFIED', 'FILED'))
        OR t.next_lead = :department) AS all
FROM ticket t
WHERE t.county = :county AND t.state NOT IN ('CLOSED', 'VOID')
  AND (t.lead = :department OR t.next_lead = :department
       OR EXISTS (SELECT FROM ticket_department d WHERE d.county = t.county AND d.ticket_id = t.id
                  AND d.department = :department));

-- name: ticket_centre_queue
-- what waits for the centre under one tab, the longest wait first; of what is overdue the longest overdue
SELECT t.*, ticket_due(t, :now) AS clock_due_at, ticket_clock(t, :now, :soon) AS clock, card.*
FROM ticket t CROSS JOIN LATERAL ticket_card(t) card
WHERE t.county = :county AND CASE CAST(:tab AS text)
    WHEN 'dispatch' THEN t.state IN ('REPORTED', 'VERIFIED', 'FILED')
    WHEN 'ruling' THEN t.state = 'RULING'
    WHEN 'recheck' THEN t.state IN ('SUBMITTED', 'RECHECK')
    WHEN 'extension' THEN t.state = 'EXTENSION_REQ'
    WHEN 'overdue' THEN ticket_clock(t, :now, :soon) = 'overdue'
    WHEN 'again' THEN EXISTS (SELECT FROM reinspection r WHERE r.county = t.county AND r.ticket_id = t.id AND r.done_at IS NULL)
    WHEN 'rated' THEN (t.id, t.hazard) IN (SELECT r.ticket_id, r.hazard FROM rating r WHERE r.county = :county AND r.blind
                                             GROUP BY 1, 2 HAVING count(*) >= 2)
    WHEN 'silent' THEN t.state NOT IN ('CLOSED', 'VOID') AND ticket_silent(t, :silent_before)
        AND (t.state <> 'SUSPENDED' OR t.suspended_until < :now) END
  AND (CAST(:town AS text) IS NULL OR t.town = :town)
  AND (CAST(:hazard AS text) IS NULL OR t.hazard = :hazard)
  AND (CAST(:words AS text[]) IS NULL OR t.number || ' ' || card.address ILIKE ALL (CAST(:words AS text[])))
ORDER BY CASE CAST(:tab AS text) WHEN 'overdue' THEN ticket_due(t, :now) ELSE t.last_at END, t.id
LIMIT :limit;

-- name: ticket_centre_counts
-- how much waits for the centre under each tab
SELECT count(*) FILTER (WHERE t.state IN ('REPORTED', 'VERIFIED', 'FILED')) AS dispatch,
    count(*) FILTER (WHERE t.state = 'RULING') AS ruling,
    count(*) FILTER (WHERE t.state IN ('SUBMITTED', 'RECHECK')) AS recheck,
    count(*) FILTER (WHERE t.state = 'EXTENSION_REQ') AS extension,
    count(*) FILTER (WHERE ticket_clock(t, :now, :soon) = 'overdue') AS overdue,
    (SELECT count(DISTINCT r.ticket_id) FROM reinspection r WHERE r.county = :county AND r.done_at IS NULL) AS again,
    (SELECT count(*) FROM (SELECT FROM rating r JOIN ticket o ON o.county = r.county AND o.id = r.ticket_id AND o.hazard = r.hazard
        WHERE r.county = :county AND r.blind GROUP BY r.ticket_id HAVING count(*) >= 2) two) AS rated,
    count(*) FILTER (WHERE ticket_silent(t, :silent_before) AND (t.state <> 'SUSPENDED' OR t.suspended_until < :now)) AS silent
FROM ticket t WHERE t.county = :county AND t.state NOT IN ('CLOSED', 'VOID');

-- name: ticket_of_house
-- every ticket of a house, open ones first, the newest first
SELECT t.*, ticket_due(t, :now) AS clock_due_at, ticket_clock(t, :now, :soon) AS clock, card.*
FROM ticket t CROSS JOIN LATERAL ticket_card(t) card
WHERE t.county = :county AND t.house_id = :house_id
ORDER BY t.state IN ('CLOSED', 'VOID'), t.opened_at DESC, t.id DESC;

-- name: ticket_rechecks_in_grids
-- tickets that wait for a recheck in these grids, the longest wait first
SELECT t.*, ticket_due(t, :now) AS clock_due_at, ticket_clock(t, :now, :soon) AS clock, card.*
FROM ticket t CROSS JOIN LATERAL ticket_card(t) card
WHERE t.county = :county AND t.grid_id = ANY(:grid_ids) AND t.state IN ('SUBMITTED', 'RECHECK')
ORDER BY t.last_at, t.id;

-- name: ticket_events
-- who did what to a ticket and when, in order
SELECT e.id, e.at, e.event, e.from_state, e.to_state, e.from_lead, e.to_lead, e.actor, a.name AS actor_name,
    a.department AS actor_department, e.reason, e.clause, e.detail
FROM ticket_event e LEFT JOIN account a ON a.county = e.county AND a.id = e.actor
WHERE e.county = :county AND e.ticket_id = :id ORDER BY e.id;

-- name: ticket_last_mover
-- the last deed on a ticket that moved it (copies aside)
SELECT e.at, e.event, e.to_state, e.actor, a.name AS actor_name
FROM ticket_event e LEFT JOIN account a ON a.county = e.county AND a.id = e.actor
WHERE e.county = :county AND e.ticket_id = :id AND e.event NOT IN ('copy', 'recount', 'urge') ORDER BY e.id DESC LIMIT 1;

-- name: ticket_rulings
-- how joint rulings on this hazard went before, the newest first
SELECT e.at, t.id, t.number, t.hazard, t.town, e.from_lead, e.to_lead, e.reason, e.clause, a.name AS actor_name
FROM ticket_event e
JOIN ticket t ON t.county = e.county AND t.id = e.ticket_id
LEFT JOIN account a ON a.county = e.county AND a.id = e.actor
WHERE e.county = :county AND e.event = 'rule' AND t.hazard = :hazard
ORDER BY e.id DESC LIMIT :limit;

-- name: ticket_neighbours
-- open tickets of other houses within so many metres, the nearest first
SELECT o.id, o.number, o.state, o.hazard, o.severity, o.lead, o.due_at, ticket_clock(o, :now, :soon) AS clock, ST_X(oh.geom) AS lon, ST_Y(oh.geom) AS lat,
    ST_Distance(h.geom::geography, oh.geom::geography) AS metres
FROM ticket t
JOIN house h ON h.county = t.county AND h.id = t.house_id
JOIN house oh ON oh.county = h.county AND oh.id <> h.id
    AND oh.geom && ST_Expand(h.geom, :metres / (111000.0 * cos(radians(ST_Y(h.geom)))), :metres / 110000.0)
    AND ST_DWithin(h.geom::geography, oh.geom::geography, :metres)
JOIN ticket o ON o.county = oh.county AND o.house_id = oh.id AND o.state NOT IN ('CLOSED', 'VOID')
WHERE t.county = :county AND t.id = :id
ORDER BY metres, o.id LIMIT :limit;

-- name: ticket_open_of_house
-- the oldest open ticket of a house
SELECT id FROM ticket WHERE county = :county AND house_id = :house_id AND state NOT IN ('CLOSED', 'VOID')
ORDER BY opened_at, id LIMIT 1;

-- name: ticket_number
-- the next number of the day; the serial's row lock lets two writers pass one after the other
WITH named AS (
    SELECT COALESCE(c.settings->>'ticket_prefix', c.county) || to_char(CAST(:on_date AS date), 'YYYYMMDD') || '-' AS head
    FROM county c WHERE c.county = :county
), taken AS (
    INSERT INTO ticket_serial AS s (county, on_date, last_serial)
    SELECT :county, :on_date, 1 + COALESCE((
        SELECT max(substr(t.number, length(n.head) + 1)::int) FROM ticket t, named n
        WHERE t.county = :county AND starts_with(t.number, n.head) AND substr(t.number, length(n.head) + 1) ~ '^[0-9]{1,6}$'), 0)
    ON CONFLICT (county, on_date) DO UPDATE SET last_serial = s.last_serial + 1
    RETURNING s.last_serial
)
SELECT n.head || lpad(taken.last_serial::text, 6, '0') FROM taken, named n;

-- name: ticket_add_department
-- lets one more department work along or look on
INSERT INTO ticket_department (county, ticket_id, department, part) VALUES (:county, :id, :department, :part)
ON CONFLICT (county, ticket_id, department) DO NOTHING;

-- name: ticket_graver
-- a new item makes the ticket as grave and as urgent as its worst
UPDATE ticket SET hazard = CASE WHEN :severity < severity THEN :hazard ELSE hazard END,
    due_at = CASE WHEN due_at IS NULL THEN NULL ELSE least(due_at, :due_at) END,
    severity = least(severity, :severity)
WHERE county = :county AND id = :id;

-- name: ticket_transitions
-- the table of transitions as the record holds it
SELECT event, from_state, to_state FROM ticket_transition ORDER BY event, from_state;

-- name: ticket_number_of
-- the number people say for a ticket
SELECT number FROM ticket WHERE county = :county AND id = :id;

-- name: ticket_house
-- what raising a ticket needs of the house, which is locked so that one house gets one open ticket
SELECT h.id, h.county, h.village, h.town, h.kind, h.grid_id, g.code AS grid
FROM house h LEFT JOIN grid g ON g.county = h.county AND g.id = h.grid_id
WHERE h.county = :county AND h.id = :house_id FOR UPDATE OF h;

-- name: ticket_after_photos
-- after-photos handed in since the work was last sent back
SELECT count(*) FROM evidence e WHERE e.county = :county AND e.ticket_id = :id AND e.kind = 'after'
  AND e.created_at >= COALESCE((SELECT max(v.at) FROM ticket_event v WHERE v.county = :county AND v.ticket_id = :id
                                AND v.event IN ('rework', 'reopen')), '-infinity');

-- name: ticket_department_known
-- whether a county has a department
SELECT 1 FROM department WHERE county = :county AND code = :code;
