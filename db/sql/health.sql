-- name: health_postgis
-- the version of PostGIS, if the database answers
SELECT postgis_lib_version();
