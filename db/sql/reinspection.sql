-- name: reinspection_closures
-- what was closed in a period and still is
SELECT t.id, t.number, t.closed_at, t.lead, t.severity FROM ticket t
WHERE t.county = :county AND t.state = 'CLOSED' AND t.closed_at >= :from_at AND t.closed_at < :to_at
ORDER BY t.number;

-- name: reinspection_drawn
-- a draw whose period meets this one
SELECT id FROM reinspection_draw WHERE county = :county AND from_at < :to_at AND to_at > :from_at LIMIT 1;

-- name: reinspection_add_draw
-- writes a draw; a period is drawn once
INSERT INTO reinspection_draw (county, from_at, to_at, drawn_at, account_id, seed, closures)
VALUES (:county, :from_at, :to_at, :at, :account_id, :seed, :closures) RETURNING id;

-- name: reinspection_add
-- one ticket drawn, in the order of the draw
INSERT INTO reinspection (county, draw_id, ticket_id, seq, due_at) VALUES (:county, :draw_id, :ticket_id, :seq, :due_at);

-- name: reinspection_draws
-- the draws made, the latest first, with how many were drawn, looked at, and did not hold
SELECT d.id, d.from_at, d.to_at, d.drawn_at, d.seed, d.closures, a.name AS account_name,
    (SELECT count(*) FROM reinspection r WHERE r.county = d.county AND r.draw_id = d.id) AS picked,
    (SELECT count(*) FROM reinspection r WHERE r.county = d.county AND r.draw_id = d.id AND r.done_at IS NOT NULL) AS done,
    (SELECT count(*) FROM reinspection r WHERE r.county = d.county AND r.draw_id = d.id AND NOT r.held) AS failed
FROM reinspection_draw d LEFT JOIN account a ON a.county = d.county AND a.id = d.account_id
WHERE d.county = :county ORDER BY d.to_at DESC, d.id DESC LIMIT :limit;

-- name: reinspection_of_draw
-- the tickets of a draw in its order, with what came of each
SELECT r.id, r.seq, r.due_at, r.held, r.note, r.done_at, a.name AS account_name, t.number, t.lead, t.severity, t.hazard,
    t.state, t.town
FROM reinspection r JOIN ticket t ON t.county = r.county AND t.id = r.ticket_id
LEFT JOIN account a ON a.county = r.county AND a.id = r.account_id
WHERE r.county = :county AND r.draw_id = :draw_id ORDER BY r.seq;

-- name: reinspection_of_ticket
-- every second look at a ticket, one still to be taken first
SELECT r.id, r.draw_id, r.due_at, r.held, r.note, r.done_at, r.account_id, a.name AS account_name, d.seed, d.from_at, d.to_at
FROM reinspection r JOIN reinspection_draw d ON d.county = r.county AND d.id = r.draw_id
LEFT JOIN account a ON a.county = r.county AND a.id = r.account_id
WHERE r.county = :county AND r.ticket_id = :ticket_id ORDER BY r.done_at NULLS FIRST, r.id;

-- name: reinspection_take
-- writes what the second look found, once
UPDATE reinspection SET held = :held, note = :note, account_id = :account_id, done_at = :at
WHERE county = :county AND id = :id AND done_at IS NULL RETURNING ticket_id;

-- name: reinspection_rates
-- of the second looks of a period: how many were taken, and how many found that the closure did not hold, by department
SELECT t.lead AS department, count(*) AS done, count(*) FILTER (WHERE NOT r.held) AS failed
FROM reinspection r JOIN ticket t ON t.county = r.county AND t.id = r.ticket_id
WHERE r.county = :county AND r.done_at >= :from_at AND r.done_at < :to_at GROUP BY t.lead ORDER BY t.lead;

-- name: reinspection_in_grids
-- tickets in these grids that wait for a second look, the first due first
SELECT t.*, ticket_due(t, :now) AS clock_due_at, ticket_clock(t, :now, :soon) AS clock, card.*, r.due_at AS again_due_at
FROM reinspection r JOIN ticket t ON t.county = r.county AND t.id = r.ticket_id CROSS JOIN LATERAL ticket_card(t) card
WHERE r.county = :county AND t.grid_id = ANY(:grid_ids) AND r.done_at IS NULL ORDER BY r.due_at, t.id;
