-- Who keeps vacuum from cleaning: the server's role does not see what sessions of other roles hold. Says how long, and what the session calls
-- itself; not what it does.
create function heddle.oldest_snapshot() returns table (seconds double precision, application text, pid integer)
language sql security definer stable set search_path = '' as $$
  select extract(epoch from clock_timestamp() - held.since)::double precision, held.application, held.pid
  from (
    -- Sessions of other databases hold back only the shared catalogs. Postgres's own workers end by themselves, and vacuum does not wait
    -- for other vacuums; a standby reports through its walsender, which belongs to no database.
    select a.xact_start as since, a.application_name as application, a.pid
    from pg_catalog.pg_stat_activity a
    where (a.backend_xmin is not null or a.backend_xid is not null) and a.xact_start is not null and a.pid <> pg_catalog.pg_backend_pid()
      and (a.backend_type = 'client backend' and a.datname = current_database() or a.backend_type = 'walsender')
    union all
    select p.prepared, 'prepared transaction ' || p.gid, null
    from pg_catalog.pg_prepared_xacts p where p.database = current_database()
  ) held
  order by held.since limit 1
$$;
