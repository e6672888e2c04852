-- name: channel_list
-- the channels of a county with what waits, was sent of late and was not delivered
SELECT c.id, c.name, c.kind, c.shown, c.owner, c.department, d.name AS department_name, d.name_en AS department_name_en,
    a.name AS account_name, c.quiet_from, c.quiet_until, c.digest_at, c.wakes, c.lang, c.made_at,
    n.waiting, n.dead, n.sent_lately, n.sent_at, n.error
FROM channel c
LEFT JOIN department d ON d.county = c.county AND d.code = c.department
LEFT JOIN account a ON a.county = c.county AND a.id = c.account_id
CROSS JOIN LATERAL (
    SELECT count(*) FILTER (WHERE o.state = 'waiting') AS waiting, count(*) FILTER (WHERE o.state = 'dead') AS dead,
        count(*) FILTER (WHERE o.state = 'sent' AND o.changed_at >= :since) AS sent_lately,
        max(o.changed_at) FILTER (WHERE o.state = 'sent') AS sent_at,
        (array_agg(o.error ORDER BY o.changed_at DESC) FILTER (WHERE o.error IS NOT NULL AND o.state <> 'sent'))[1] AS error
    FROM outgoing o WHERE o.county = c.county AND o.channel_id = c.id) n
WHERE c.county = :county AND c.ended_at IS NULL
ORDER BY c.owner, c.department, c.name, c.id;

-- name: channel_address
-- where a channel leads to, sealed
SELECT address, lang, name FROM channel WHERE county = :county AND id = :id AND ended_at IS NULL;

-- name: channel_add
-- a new channel; its key
INSERT INTO channel (county, name, kind, address, shown, owner, department, account_id, quiet_from, quiet_until, digest_at,
    wakes, lang, made_at)
VALUES (:county, :name, :kind, :address, :shown, :owner, :department, :account_id, :quiet_from, :quiet_until, :digest_at,
    :wakes, :lang, :at)
RETURNING id;

-- name: channel_end
-- a channel is shut
UPDATE channel SET ended_at = :at WHERE county = :county AND id = :id AND ended_at IS NULL;

-- name: outgoing_drop
-- what waits for a channel, or was not delivered over it, is not sent any more
UPDATE outgoing SET state = 'dropped', changed_at = :at
WHERE county = :county AND channel_id = :channel_id AND state IN ('waiting', 'dead')
  AND (CAST(:ids AS bigint[]) IS NULL OR id = ANY(CAST(:ids AS bigint[])));

-- name: outgoing_take
-- a message that waits, with its channel; nobody else gets it until this transaction ends
SELECT o.id, o.channel_id, o.at, o.tries, c.name, c.address, c.quiet_from, c.quiet_until, c.digest_at, c.wakes, c.lang,
    e.event, t.severity
FROM outgoing o JOIN channel c ON c.county = o.county AND c.id = o.channel_id
JOIN message m ON m.county = o.county AND m.id = o.message_id
JOIN ticket_event e ON e.county = m.county AND e.id = m.event_id
JOIN ticket t ON t.county = m.county AND t.id = m.ticket_id
WHERE o.county = :county AND o.id = :id AND o.state = 'waiting'
FOR UPDATE OF o SKIP LOCKED;

-- name: outgoing_bundle
-- what waits for a channel, the oldest first, as it is told; nobody else gets it until this transaction ends
SELECT o.id, o.at, m.recipient, e.event, t.number, t.hazard, t.severity, t.due_at, card.town_name, card.village_name
FROM outgoing o JOIN message m ON m.county = o.county AND m.id = o.message_id
JOIN ticket_event e ON e.county = m.county AND e.id = m.event_id
JOIN ticket t ON t.county = m.county AND t.id = m.ticket_id CROSS JOIN LATERAL ticket_card(t) card
WHERE o.county = :county AND o.channel_id = :channel_id AND o.state = 'waiting'
ORDER BY o.id LIMIT :limit
FOR UPDATE OF o SKIP LOCKED;

-- name: outgoing_sent
-- these were taken by the other side
UPDATE outgoing SET state = 'sent', changed_at = :at, error = NULL, tries = tries + 1
WHERE county = :county AND id = ANY(:ids) AND state = 'waiting';

-- name: outgoing_failed
-- this was not taken; given up where :dead
UPDATE outgoing SET state = CASE WHEN :dead THEN 'dead' ELSE state END, tries = tries + 1, error = :error, changed_at = :at
WHERE county = :county AND id = :id AND state = 'waiting';

-- name: outgoing_again
-- these were given up, and are to be tried anew
UPDATE outgoing SET state = 'waiting', tries = 0, error = NULL, changed_at = :at
WHERE county = :county AND state = 'dead' AND id = ANY(:ids);

-- name: outgoing_list
-- what was put down to be sent and stands at :state, the newest first
SELECT o.id, o.channel_id, c.name AS channel_name, c.kind, c.shown, o.at, o.tries, o.error, o.changed_at, m.recipient, e.event,
    t.number, t.hazard, t.due_at
FROM outgoing o JOIN channel c ON c.county = o.county AND c.id = o.channel_id
JOIN message m ON m.county = o.county AND m.id = o.message_id
JOIN ticket_event e ON e.county = m.county AND e.id = m.event_id
JOIN ticket t ON t.county = m.county AND t.id = m.ticket_id
WHERE o.county = :county AND o.state = :state
ORDER BY o.changed_at DESC, o.id DESC LIMIT :limit;

-- name: outgoing_counts
-- how many wait and were given up, and were sent of late
SELECT o.state, count(*) AS n FROM outgoing o
WHERE o.county = :county AND (o.state IN ('waiting', 'dead') OR (o.state = 'sent' AND o.changed_at >= :since))
GROUP BY 1;

-- name: outgoing_by_day
-- how many were sent and given up on each day of late
SELECT CAST(o.changed_at AT TIME ZONE 'Asia/Shanghai' AS date) AS on_date, o.state, count(*) AS n
FROM outgoing o WHERE o.county = :county AND o.state IN ('sent', 'dead') AND o.changed_at >= :since
GROUP BY 1, 2 ORDER BY 1, 2;

-- name: outgoing_jobless
-- whatever waits without a job that would send it gets one; how many
SELECT job_to_send(o.county, o.id) FROM outgoing o
WHERE o.state = 'waiting' AND o.changed_at < :before AND NOT EXISTS (
    SELECT FROM queue.procrastinate_jobs j WHERE j.task_name = 'send' AND j.status IN ('todo', 'doing')
      AND j.args ->> 'county' = o.county AND CAST(j.args ->> 'outgoing' AS bigint) = o.id);
