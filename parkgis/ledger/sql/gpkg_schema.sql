-- The ledger as an attributes table of a GeoPackage 1.3 file of its own. A spatial layer would need
-- ST_IsEmpty and friends, which plain SQLite lacks: a tranche's geometry lies inside its entry, as EWKT.
CREATE TABLE IF NOT EXISTS gpkg_spatial_ref_sys (
  srs_name TEXT NOT NULL, srs_id INTEGER PRIMARY KEY, organization TEXT NOT NULL,
  organization_coordsys_id INTEGER NOT NULL, definition TEXT NOT NULL, description TEXT);
INSERT OR IGNORE INTO gpkg_spatial_ref_sys VALUES
  ('Undefined cartesian SRS', -1, 'NONE', -1, 'undefined', 'undefined cartesian coordinate reference system'),
  ('Undefined geographic SRS', 0, 'NONE', 0, 'undefined', 'undefined geographic coordinate reference system'),
  ('WGS 84 geodetic', 4326, 'EPSG', 4326, 'GEOGCS["WGS 84",DATUM["WGS_1984",SPHEROID["WGS 84",6378137,298.257223563,AUTHORITY["EPSG","7030"]],AUTHORITY["EPSG","6326"]],PRIMEM["Greenwich",0],UNIT["degree",0.0174532925199433],AUTHORITY["EPSG","4326"]]', 'WGS 84');
CREATE TABLE IF NOT EXISTS gpkg_contents (
  table_name TEXT NOT NULL PRIMARY KEY, data_type TEXT NOT NULL, identifier TEXT UNIQUE, description TEXT DEFAULT '',
  last_change DATETIME NOT NULL, min_x DOUBLE, min_y DOUBLE, max_x DOUBLE, max_y DOUBLE, srs_id INTEGER,
  CONSTRAINT fk_gc_r_srs_id FOREIGN KEY (srs_id) REFERENCES gpkg_spatial_ref_sys (srs_id));
-- Stays empty, but without it GDAL (3.12) says "no vector content" and QGIS will not open the file to look.
CREATE TABLE IF NOT EXISTS gpkg_geometry_columns (
  table_name TEXT NOT NULL, column_name TEXT NOT NULL, geometry_type_name TEXT NOT NULL, srs_id INTEGER NOT NULL,
  z TINYINT NOT NULL, m TINYINT NOT NULL, CONSTRAINT pk_geom_cols PRIMARY KEY (table_name, column_name),
  CONSTRAINT fk_gc_tn FOREIGN KEY (table_name) REFERENCES gpkg_contents (table_name),
  CONSTRAINT fk_gc_srs FOREIGN KEY (srs_id) REFERENCES gpkg_spatial_ref_sys (srs_id));
CREATE TABLE IF NOT EXISTS ledger (
  seq INTEGER PRIMARY KEY AUTOINCREMENT,
  at TEXT NOT NULL,
  id TEXT NOT NULL UNIQUE,
  kind TEXT NOT NULL,
  day TEXT NOT NULL,
  project TEXT NOT NULL,
  stage TEXT NOT NULL,
  parcel TEXT NOT NULL,
  area_m2 DOUBLE,
  geometry TEXT NOT NULL,
  "into" TEXT NOT NULL,
  refers TEXT NOT NULL,
  facts TEXT NOT NULL,
  document TEXT NOT NULL CHECK (trim(document) <> ''),
  document_date TEXT NOT NULL,
  file TEXT NOT NULL,
  sha256 TEXT NOT NULL,
  "by" TEXT NOT NULL,
  note TEXT NOT NULL,
  digest TEXT NOT NULL);
INSERT OR IGNORE INTO gpkg_contents (table_name, data_type, identifier, description, last_change, srs_id)
  VALUES ('ledger', 'attributes', 'ledger', 'parkgis clearance ledger, append-only', '1970-01-01T00:00:00.000Z', 0);
-- Answers "which parcels reached which stage when, and what the documents state" from the index alone (seq rides
-- along as rowid).
CREATE INDEX IF NOT EXISTS ledger_reached ON ledger (stage, project, day, parcel, area_m2) WHERE kind = 'reached' AND parcel <> '';
CREATE INDEX IF NOT EXISTS ledger_other ON ledger (kind) WHERE kind <> 'reached' OR parcel = '';
CREATE TRIGGER IF NOT EXISTS ledger_no_update BEFORE UPDATE ON ledger
  BEGIN SELECT RAISE(ABORT, 'the ledger is append-only: correct by adding'); END;
CREATE TRIGGER IF NOT EXISTS ledger_no_delete BEFORE DELETE ON ledger
  BEGIN SELECT RAISE(ABORT, 'the ledger is append-only: void by adding'); END;
-- INSERT OR REPLACE deletes without firing the delete trigger (SQLite 3.40, recursive_triggers off): guard before.
CREATE TRIGGER IF NOT EXISTS ledger_in_order BEFORE INSERT ON ledger
  WHEN NEW.seq <> (SELECT coalesce(max(seq), 0) + 1 FROM ledger) OR EXISTS (SELECT 1 FROM ledger WHERE id = NEW.id)
  BEGIN SELECT RAISE(ABORT, 'the ledger takes the next entry only'); END;
