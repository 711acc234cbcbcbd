-- What PostGIS adds: the grids of Vietnam, and the tranches as a layer for QGIS.
CREATE EXTENSION IF NOT EXISTS postgis;
SELECT set_config('search_path', format('pg_catalog, %s', (SELECT extnamespace::regnamespace FROM pg_extension WHERE extname = 'postgis')), true);

-- PostGIS 3.3.2 (Debian 12) does not know EPSG:9205-9218. Its ST_Transform asks PROJ for the code and falls back on
-- proj4text, whose +towgs84 is EPSG:6960 with the signs of its rotations turned, as position vectors need them.
DO $$
BEGIN
  INSERT INTO spatial_ref_sys (srid, auth_name, auth_srid, srtext, proj4text)
  SELECT code, 'EPSG', code,
    format('PROJCS["VN-2000 / TM-3 %s",GEOGCS["VN-2000",DATUM["Vietnam_2000",SPHEROID["WGS 84",6378137,298.257223563,AUTHORITY["EPSG","7030"]],AUTHORITY["EPSG","6756"]],PRIMEM["Greenwich",0,AUTHORITY["EPSG","8901"]],UNIT["degree",0.0174532925199433,AUTHORITY["EPSG","9122"]],AUTHORITY["EPSG","4756"]],PROJECTION["Transverse_Mercator"],PARAMETER["latitude_of_origin",0],PARAMETER["central_meridian",%s],PARAMETER["scale_factor",0.9999],PARAMETER["false_easting",500000],PARAMETER["false_northing",0],UNIT["metre",1,AUTHORITY["EPSG","9001"]],AXIS["Easting",EAST],AXIS["Northing",NORTH],AUTHORITY["EPSG","%s"]]', name, meridian, code),
    format('+proj=tmerc +lat_0=0 +lon_0=%s +k=0.9999 +x_0=500000 +y_0=0 +ellps=WGS84 +towgs84=-191.90441429,-39.30318279,-111.45032835,0.00928836,-0.01975479,0.00427372,0.252906278 +units=m +no_defs', meridian)
  FROM (VALUES
    (9205, '103-00', '103'), (9206, '104-00', '104'), (9207, '104-30', '104.5'), (9208, '104-45', '104.75'),
    (9209, '105-30', '105.5'), (9210, '105-45', '105.75'), (9211, '106-00', '106'), (9212, '106-15', '106.25'),
    (9213, '106-30', '106.5'), (9214, '107-00', '107'), (9215, '107-15', '107.25'), (9216, '107-30', '107.5'),
    (9217, '108-15', '108.25'), (9218, '108-30', '108.5')) AS grids (code, name, meridian)
  ON CONFLICT (srid) DO NOTHING;
EXCEPTION
  WHEN insufficient_privilege THEN RAISE NOTICE 'grids were not added: %', SQLERRM;
END $$;

-- A struck-out void strikes nothing out: later voids are looked at first.
CREATE OR REPLACE FUNCTION parkgis.struck() RETURNS SETOF text LANGUAGE plpgsql STABLE SET search_path = pg_catalog, pg_temp AS $$
DECLARE
  gone text[] := '{}';
  entry record;
BEGIN
  FOR entry IN SELECT id, refers FROM parkgis.ledger WHERE kind = 'void' AND (kind <> 'reached' OR parcel = '') ORDER BY seq DESC LOOP
    IF entry.id <> ALL (gone) THEN
      gone := gone || entry.refers;
    END IF;
  END LOOP;
  RETURN QUERY SELECT unnest(gone);
END $$;

CREATE OR REPLACE VIEW parkgis.tranches AS
  SELECT seq, id, at::timestamptz AS at, day::date AS day, project, stage, parcel, area_m2 AS area_document_m2,
    ST_Area(grid) AS area_grid_m2, document, document_date::date AS document_date, "by", note,
    id IN (SELECT parkgis.struck()) AS void, ST_Multi(ST_Transform(grid, 4326))::geometry(MultiPolygon, 4326) AS geom
  FROM parkgis.ledger CROSS JOIN LATERAL (SELECT ST_GeomFromEWKT(geometry) AS grid) AS drawn
  WHERE kind = 'reached' AND geometry <> '';
COMMENT ON VIEW parkgis.tranches IS 'Tranche polygons of the clearance ledger, WGS 84; void: an entry that does not hold';
