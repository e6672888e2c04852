-- name: workload_houses
-- what decides how long houses take, of an area (the head of a village code)
SELECT h.village, h.grid_id, h.colour, ST_X(h.geom) AS lon, ST_Y(h.geom) AS lat,
       COALESCE(NULLIF(r.rooms, 0), h.rooms_let, 0) AS rooms, COALESCE(t.rechecks, 0) AS rechecks
FROM house h
LEFT JOIN (SELECT x.house_id, count(*) AS rechecks FROM ticket x WHERE x.county = :county
           AND x.state NOT IN ('CLOSED', 'VOID') GROUP BY x.house_id) t ON t.house_id = h.id
LEFT JOIN (SELECT m.house_id, count(*) AS rooms FROM room m WHERE m.county = :county GROUP BY m.house_id) r ON r.house_id = h.id
WHERE h.county = :county AND h.geom IS NOT NULL AND h.status = 'active' AND starts_with(h.village, :area)
ORDER BY h.id;
