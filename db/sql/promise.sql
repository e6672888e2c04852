-- name: promise_houses
-- active houses by colour and rooms (as a plan counts them), those with 40 and more together
SELECT h.colour, LEAST(COALESCE(NULLIF(r.rooms, 0), h.rooms_let, 0), 40)::int AS rooms, count(*) AS houses
FROM house h
LEFT JOIN (SELECT house_id, count(*) AS rooms FROM room WHERE county = :county GROUP BY 1) r ON r.house_id = h.id
WHERE h.county = :county AND h.status = 'active'
GROUP BY 1, 2;

-- name: promise_cells
-- how many cells of :cell degrees have a house in them, and the latitude they lie at
SELECT count(*) AS cells, avg(lat) AS lat FROM (
    SELECT floor(ST_X(geom) / :cell) AS x, floor(ST_Y(geom) / :cell) AS y, avg(ST_Y(geom)) AS lat
    FROM house WHERE county = :county AND status = 'active' AND geom IS NOT NULL GROUP BY 1, 2) c;

-- name: promise_calls
-- calls at doors since a day and how many stayed shut, by slot and tries in vain before (3 stands for more)
WITH told AS (
    SELECT v.house_id, v.id, v.submitted_at, v.outcome,
        count(*) FILTER (WHERE v.outcome = 'granted') OVER (PARTITION BY v.house_id ORDER BY v.submitted_at, v.id
            ROWS BETWEEN UNBOUNDED PRECEDING AND 1 PRECEDING) AS run
    FROM visit v WHERE v.county = :county AND v.state = 'submitted' AND v.submitted_at >= :since
), tried AS (
    SELECT submitted_at AT TIME ZONE 'Asia/Shanghai' AS at, outcome,
        row_number() OVER (PARTITION BY house_id, run ORDER BY submitted_at, id) - 1 AS before
    FROM told
)
SELECT CASE WHEN extract(isodow FROM at) >= 6 THEN 'weekend' WHEN extract(hour FROM at) >= 17 THEN 'evening' ELSE 'daytime' END AS slot,
    LEAST(before, 3)::int AS before, count(*) AS calls, count(*) FILTER (WHERE outcome <> 'granted') AS shut
FROM tried GROUP BY 1, 2;

-- name: promise_inspectors
-- how many people are on main duty on a day
SELECT count(DISTINCT account_id) FROM duty WHERE county = :county AND kind = 'main' AND valid @> CAST(:on AS date);

-- name: promise_never_seen
-- houses of each village, and those nobody has been inside
SELECT h.village AS code, v.name, count(*) AS houses, count(*) FILTER (WHERE h.last_visit_at IS NULL) AS never
FROM house h JOIN division v ON v.county = h.county AND v.code_system = h.code_system AND v.code = h.village
WHERE h.county = :county AND h.status = 'active'
GROUP BY 1, 2 ORDER BY 4 DESC, 1;
