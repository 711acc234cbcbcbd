-- The ledger in PostgreSQL (14 or newer). Run by `parkgis ledger init` or by the first append; all of it may run again.
-- One database holds one ledger. The columns are those of the GeoPackage, and so are the digests.
CREATE SCHEMA IF NOT EXISTS parkgis;

-- COLLATE "C": days and instants are compared as text, byte by byte, whatever the database's language.
CREATE TABLE IF NOT EXISTS parkgis.ledger (
  seq bigint PRIMARY KEY,
  at text COLLATE "C" NOT NULL,
  id text COLLATE "C" NOT NULL UNIQUE,
  kind text COLLATE "C" NOT NULL,
  day text COLLATE "C" NOT NULL,
  project text COLLATE "C" NOT NULL,
  stage text COLLATE "C" NOT NULL,
  parcel text COLLATE "C" NOT NULL,
  area_m2 double precision,
  geometry text COLLATE "C" NOT NULL,
  "into" text COLLATE "C" NOT NULL,
  refers text COLLATE "C" NOT NULL,
  facts text COLLATE "C" NOT NULL,
  document text COLLATE "C" NOT NULL CHECK (btrim(document) <> ''),
  document_date text COLLATE "C" NOT NULL,
  file text COLLATE "C" NOT NULL,
  sha256 text COLLATE "C" NOT NULL,
  "by" text COLLATE "C" NOT NULL,
  note text COLLATE "C" NOT NULL,
  digest text COLLATE "C" NOT NULL);
CREATE INDEX IF NOT EXISTS ledger_other ON parkgis.ledger (kind) WHERE kind <> 'reached' OR parcel = '';

-- The highest number ever given out: higher than the newest entry when the ledger's end was cut off.
CREATE TABLE IF NOT EXISTS parkgis.issued (
  only_row boolean PRIMARY KEY DEFAULT true CHECK (only_row),
  seq bigint NOT NULL);
INSERT INTO parkgis.issued (seq) VALUES (0) ON CONFLICT DO NOTHING;

-- -- guards ---------------------------------------------------------------------------------------------

CREATE OR REPLACE FUNCTION parkgis.ledger_refuse() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  RAISE EXCEPTION 'the ledger is append-only: correct by adding' USING ERRCODE = 'integrity_constraint_violation';
END $$;

-- Writers take turns, also those that come with plain SQL: a number is visible before the next one is given out.
CREATE OR REPLACE FUNCTION parkgis.ledger_turn() RETURNS trigger LANGUAGE plpgsql SET search_path = pg_catalog, pg_temp AS $$
BEGIN
  PERFORM pg_advisory_xact_lock(1885434471, 1);  -- "park"; word for word the lock of postgis/server.py
  RETURN NULL;
END $$;

-- Once a statement, not once a row: a million rows would pay for it. Run with the owner's rights, who alone may touch issued.
CREATE OR REPLACE FUNCTION parkgis.ledger_issue() RETURNS trigger LANGUAGE plpgsql
  SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
DECLARE
  first bigint;
  last bigint;
  entries bigint;
BEGIN
  SELECT min(seq), max(seq), count(*) INTO first, last, entries FROM added;
  UPDATE parkgis.issued SET seq = last WHERE seq = first - 1 AND last - first + 1 = entries;
  IF entries > 0 AND NOT FOUND THEN
    RAISE EXCEPTION 'the ledger takes the next entry only' USING ERRCODE = 'integrity_constraint_violation';
  END IF;
  RETURN NULL;
END $$;

-- A confirmation is a second person's: a recorder cannot write one, and who only approves writes nothing else.
CREATE OR REPLACE FUNCTION parkgis.ledger_by_role() RETURNS trigger LANGUAGE plpgsql SET search_path = pg_catalog, pg_temp AS $$
DECLARE
  wanted text;
BEGIN
  IF pg_has_role((SELECT relowner FROM pg_class WHERE oid = TG_RELID), 'USAGE') THEN
    RETURN NULL;
  END IF;
  FOR wanted IN
    SELECT DISTINCT CASE WHEN kind = 'confirmed' THEN 'parkgis_approver' ELSE 'parkgis_recorder' END FROM added
  LOOP
    IF NOT EXISTS (SELECT FROM pg_roles WHERE rolname = wanted AND pg_has_role(oid, 'USAGE')) THEN
      RAISE EXCEPTION 'only % may add such entries', wanted USING ERRCODE = 'insufficient_privilege';
    END IF;
  END LOOP;
  RETURN NULL;
END $$;

CREATE OR REPLACE TRIGGER ledger_no_update BEFORE UPDATE ON parkgis.ledger
  FOR EACH STATEMENT EXECUTE FUNCTION parkgis.ledger_refuse();
CREATE OR REPLACE TRIGGER ledger_no_delete BEFORE DELETE ON parkgis.ledger
  FOR EACH STATEMENT EXECUTE FUNCTION parkgis.ledger_refuse();
CREATE OR REPLACE TRIGGER ledger_no_truncate BEFORE TRUNCATE ON parkgis.ledger
  FOR EACH STATEMENT EXECUTE FUNCTION parkgis.ledger_refuse();
CREATE OR REPLACE TRIGGER ledger_turn BEFORE INSERT ON parkgis.ledger
  FOR EACH STATEMENT EXECUTE FUNCTION parkgis.ledger_turn();
CREATE OR REPLACE TRIGGER ledger_by_role AFTER INSERT ON parkgis.ledger
  REFERENCING NEW TABLE AS added FOR EACH STATEMENT EXECUTE FUNCTION parkgis.ledger_by_role();
CREATE OR REPLACE TRIGGER ledger_in_order AFTER INSERT ON parkgis.ledger
  REFERENCING NEW TABLE AS added FOR EACH STATEMENT EXECUTE FUNCTION parkgis.ledger_issue();
-- ALWAYS: session_replication_role = replica walks past ordinary triggers.
ALTER TABLE parkgis.ledger
  ENABLE ALWAYS TRIGGER ledger_no_update, ENABLE ALWAYS TRIGGER ledger_no_delete, ENABLE ALWAYS TRIGGER ledger_no_truncate,
  ENABLE ALWAYS TRIGGER ledger_turn, ENABLE ALWAYS TRIGGER ledger_in_order, ENABLE ALWAYS TRIGGER ledger_by_role;
