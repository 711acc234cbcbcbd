-- Who may do what: parkgis_reader looks, parkgis_recorder adds entries, parkgis_approver adds confirmations. Give each
-- person a login of their own and one of these roles. Nobody may change or remove, the owner neither.
-- Making roles needs CREATEROLE; without it the ledger works for its owner alone until an administrator has run this.
DO $$
DECLARE
  wanted text;
BEGIN
  FOREACH wanted IN ARRAY ARRAY['parkgis_reader', 'parkgis_recorder', 'parkgis_approver'] LOOP
    IF NOT EXISTS (SELECT FROM pg_roles WHERE rolname = wanted) THEN
      EXECUTE format('CREATE ROLE %I NOLOGIN', wanted);
    END IF;
  END LOOP;
EXCEPTION
  WHEN insufficient_privilege THEN RAISE NOTICE 'roles were not made: %', SQLERRM;
END $$;

DO $$
DECLARE
  owner name := (SELECT rolname FROM pg_class JOIN pg_roles ON pg_roles.oid = relowner WHERE pg_class.oid = 'parkgis.ledger'::regclass);
  grantee name;
BEGIN
  REVOKE ALL ON SCHEMA parkgis FROM PUBLIC;
  REVOKE ALL ON parkgis.ledger, parkgis.issued, parkgis.tranches FROM PUBLIC;
  EXECUTE format('REVOKE ALL ON parkgis.ledger FROM %I', owner);
  EXECUTE format('GRANT SELECT, INSERT ON parkgis.ledger TO %I', owner);
  FOR grantee IN SELECT rolname FROM pg_roles WHERE rolname IN ('parkgis_reader', 'parkgis_recorder', 'parkgis_approver') LOOP
    EXECUTE format('REVOKE ALL ON parkgis.ledger, parkgis.issued, parkgis.tranches FROM %I', grantee);
    EXECUTE format('GRANT USAGE ON SCHEMA parkgis TO %I', grantee);
    EXECUTE format('GRANT SELECT ON parkgis.ledger, parkgis.issued, parkgis.tranches TO %I', grantee);
    IF grantee <> 'parkgis_reader' THEN
      EXECUTE format('GRANT INSERT ON parkgis.ledger TO %I', grantee);
    END IF;
  END LOOP;
END $$;
