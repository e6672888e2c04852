-- name: usual_refresh
-- in what time three of four cases of each hazard were handed in after their acceptance, of late; hazards with few cases say nothing
INSERT INTO ticket_usual (county, hazard, usual, cases, made_at)
SELECT t.county, t.hazard, percentile_cont(0.75) WITHIN GROUP (ORDER BY t.rectified_at - t.accepted_at), count(*), :now
FROM ticket t
WHERE t.county = :county AND t.rectified_at >= :since AND t.rectified_at <= :now AND t.accepted_at <= t.rectified_at
  AND t.source <> 'import'
GROUP BY 1, 2 HAVING count(*) >= :least
ON CONFLICT (county, hazard) DO UPDATE SET usual = EXCLUDED.usual, cases = EXCLUDED.cases, made_at = EXCLUDED.made_at;

-- name: usual_forget
-- takes away what was not found any more
DELETE FROM ticket_usual WHERE county = :county AND made_at < :now;

-- name: usual_made_at
-- when it was last found out
SELECT max(made_at) FROM ticket_usual WHERE county = :county;

-- name: usual_of
-- how long cases of a hazard take, and of how many that is known
SELECT usual, cases FROM ticket_usual WHERE county = :county AND hazard = :hazard;
