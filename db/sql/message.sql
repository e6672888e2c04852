-- name: message_list
-- what a person was told, of late, the newest first: by their desk, as the centre, by name
SELECT m.id, m.at, m.recipient, e.event, e.to_state, e.detail ->> 'until' AS until, t.id AS ticket_id, t.number, t.hazard,
    t.severity, t.due_at, r.at IS NOT NULL AS read, card.address, card.town_name, card.village_name, who.name AS actor_name,
    who.department AS actor_department
FROM message m
JOIN ticket_event e ON e.county = m.county AND e.id = m.event_id
JOIN ticket t ON t.county = m.county AND t.id = m.ticket_id CROSS JOIN LATERAL ticket_card(t) card
LEFT JOIN account who ON who.county = e.county AND who.id = e.actor
LEFT JOIN message_read r ON r.county = m.county AND r.message_id = m.id AND r.account_id = :account
WHERE m.county = :county AND m.at >= :since AND m.at <= :now
  AND (m.department = ANY(:departments) OR m.account_id = :account OR (:centre AND m.recipient = 'centre'))
  AND (m.account_id IS NOT NULL OR NOT EXISTS (SELECT FROM message o -- who is told by name is not told as one of the desk
    WHERE o.county = m.county AND o.account_id = :account AND o.event_id = m.event_id))
  AND (NOT :unread OR r.at IS NULL)
ORDER BY m.id DESC LIMIT :limit;

-- name: message_unread
-- how many messages of late a person has not read
SELECT count(*) FROM message m
WHERE m.county = :county AND m.at >= :since AND m.at <= :now
  AND (m.department = ANY(:departments) OR m.account_id = :account OR (:centre AND m.recipient = 'centre'))
  AND (m.account_id IS NOT NULL OR NOT EXISTS (SELECT FROM message o -- who is told by name is not told as one of the desk
    WHERE o.county = m.county AND o.account_id = :account AND o.event_id = m.event_id))
  AND NOT EXISTS (SELECT FROM message_read r WHERE r.county = m.county AND r.message_id = m.id AND r.account_id = :account);

-- name: message_read
-- a person has read these of their messages, or with no ids all of them up to now; how many were new
INSERT INTO message_read (county, message_id, account_id, at)
SELECT m.county, m.id, :account, :now FROM message m
WHERE m.county = :county AND m.at >= :since AND m.at <= :now
  AND (m.department = ANY(:departments) OR m.account_id = :account OR (:centre AND m.recipient = 'centre'))
  AND (CAST(:ids AS bigint[]) IS NULL OR m.id = ANY(CAST(:ids AS bigint[])))
ON CONFLICT (county, account_id, message_id) DO NOTHING;

-- name: message_unread_of_ticket
-- which of a person's unread messages are about a ticket
SELECT m.id FROM message m
WHERE m.county = :county AND m.ticket_id = :ticket_id AND m.at >= :since AND m.at <= :now
  AND (m.department = ANY(:departments) OR m.account_id = :account OR (:centre AND m.recipient = 'centre'))
  AND NOT EXISTS (SELECT FROM message_read r WHERE r.county = m.county AND r.message_id = m.id AND r.account_id = :account);

-- name: notice_rules
-- whom each event is told
SELECT event, recipient FROM notice_rule ORDER BY event, recipient;
