-- name: rating_add
-- writes what a person judged of a case; the record itself finds out whether it is blind
INSERT INTO rating (county, ticket_id, account_id, at, hazard, likelihood, spread, exposed, note)
VALUES (:county, :ticket_id, :account_id, :at, :hazard, :likelihood, CAST(:spread AS numeric[]), :exposed, :note)
RETURNING id;

-- name: rating_counts
-- how many rated a case for the hazard it has now, and whether somebody may be shown what others gave: once they gave their own, or once two stand
SELECT count(DISTINCT r.account_id) AS raters, COALESCE(bool_or(r.account_id = :viewer), false) AS own,
    COALESCE(bool_or(r.account_id = :viewer) OR count(*) FILTER (WHERE r.blind) >= 2, false) AS open
FROM ticket t JOIN rating r ON r.county = t.county AND r.ticket_id = t.id AND r.hazard = t.hazard
WHERE t.county = :county AND t.id = :ticket_id;

-- name: rating_of_ticket
-- the latest rating of each person for the hazard a case has now, as far as somebody may be shown them
SELECT DISTINCT ON (r.account_id) r.id, r.account_id, a.name AS account_name, a.department AS account_department, r.at,
    r.hazard, r.likelihood, r.spread, r.exposed, r.note, r.blind
FROM ticket t
JOIN rating r ON r.county = t.county AND r.ticket_id = t.id AND r.hazard = t.hazard
JOIN account a ON a.county = r.county AND a.id = r.account_id
WHERE t.county = :county AND t.id = :ticket_id
  AND (r.account_id = :viewer
       OR EXISTS (SELECT FROM rating o WHERE o.county = r.county AND o.ticket_id = r.ticket_id AND o.hazard = r.hazard
                  AND o.account_id = :viewer)
       OR (SELECT count(*) FROM rating o WHERE o.county = r.county AND o.ticket_id = r.ticket_id
           AND o.hazard = r.hazard AND o.blind) >= 2)
ORDER BY r.account_id, r.id DESC;

-- name: rating_basis
-- the facts a case's rating starts from: those of the visit that found it, else of the last visit let in; who lives there
SELECT t.hazard, h.kind AS house_kind, h.let_status, COALESCE(v.facts, '{}'::jsonb) AS facts, v.submitted_at AS seen_at,
    COALESCE((SELECT sum(CAST(room ->> 'persons' AS float)) FROM jsonb_array_elements(v.room_facts) room)::int,
             h.persons::int, 0) AS persons
FROM ticket t
LEFT JOIN house h ON h.county = t.county AND h.id = t.house_id
LEFT JOIN LATERAL (
    SELECT v.facts, v.room_facts, v.submitted_at FROM visit v
    WHERE v.county = t.county AND v.house_id = t.house_id AND v.state = 'submitted' AND v.outcome = 'granted'
    ORDER BY EXISTS (SELECT FROM finding f WHERE f.county = t.county AND f.ticket_id = t.id AND f.visit_id = v.id
                     AND f.rule_code = t.hazard) DESC, v.submitted_at DESC
    LIMIT 1
) v ON true
WHERE t.county = :county AND t.id = :ticket_id;

-- name: rating_pairs
-- the cases that two people rated blind, each with both ratings, the first given first
SELECT t.number, one.hazard, t.town, t.village, one.at, other.at AS other_at, who.name AS rater, whose.name AS other_rater,
    one.likelihood, one.spread, one.exposed, other.likelihood AS other_likelihood, other.spread AS other_spread,
    other.exposed AS other_exposed
FROM rating one
JOIN rating other ON other.county = one.county AND other.ticket_id = one.ticket_id AND other.hazard = one.hazard
    AND other.blind AND other.id > one.id
JOIN ticket t ON t.county = one.county AND t.id = one.ticket_id
JOIN account who ON who.county = one.county AND who.id = one.account_id
JOIN account whose ON whose.county = other.county AND whose.id = other.account_id
WHERE one.county = :county AND one.blind
ORDER BY other.at DESC, one.id;
