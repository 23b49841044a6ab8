-- What Postgres does beside the rows themselves: a run writes about twelve, and each index of theirs costs nearly as much as the row.

-- Nobody looks a node run up but by its run, so one index serves as key and for that.
alter table heddle.node_run drop constraint node_run_pkey;
drop index heddle.node_run_by_run;
alter table heddle.node_run add primary key (workspace_id, run_id, id);

-- Messages on their way have an index of their own, and most are on their way for an instant.
drop index heddle.outbox_open;
create index outbox_open on heddle.outbox (workspace_id, state, id desc) where state in ('planned', 'unknown');

-- Never used: "contains" may leak what it compares, so row-level security lets no index answer it.
drop index heddle.contact_by_tag;

-- As for the other hot tables: each new contact would lock the row of its workspace.
alter table heddle.contact drop constraint contact_workspace_id_fkey;

-- Statistics are for the lists that people look at; what is hot has its plans made. Documents are compared with nothing, so none of them are needed, and
-- a sample of 3,000 rows says enough of the rest; 30,000 took an eighth of the processor at a thousand runs a second.
create function heddle.sample_little(target regclass) returns void
language plpgsql set search_path = '' as $$
declare
  item record;
begin
  for item in
    select a.attname, a.atttypid = 'jsonb'::regtype as is_document from pg_catalog.pg_attribute a
    where a.attrelid = target and a.attnum > 0 and not a.attisdropped
  loop
    execute format('alter table %s alter column %I set statistics %s', target, item.attname, case when item.is_document then 0 else 10 end);
  end loop;
  if not exists (select from pg_catalog.pg_class c where c.oid = target and c.relkind = 'p') then
    execute format('alter table %s set (autovacuum_analyze_scale_factor = 0.1)', target);
  end if;
end $$;
select heddle.sample_little(hot) from unnest(array['heddle.subject', 'heddle.event_key', 'heddle.inbound_event', 'heddle.contact', 'heddle.run', 'heddle.node_run',
  'heddle.wait', 'heddle.flow_start', 'heddle.outbox']::regclass[]) as hot;
select heddle.sample_little(i.inhrelid) from pg_catalog.pg_inherits i where i.inhparent in ('heddle.inbound_event'::regclass, 'heddle.node_run'::regclass)
  and exists (select from pg_catalog.pg_class c where c.oid = i.inhrelid and c.relkind = 'r');

-- As in 0002; new parts are sampled like the old ones.
create or replace function heddle.make_partitions(at_moment timestamptz) returns integer
language plpgsql security definer set search_path = '' as $$
declare
  parent text;
  month timestamptz;
  part text;
  made integer := 0;
begin
  perform pg_catalog.pg_advisory_xact_lock(4600, 1);
  foreach parent in array array['inbound_event', 'node_run'] loop
    for ahead in 0..2 loop
      month := pg_catalog.date_trunc('month', at_moment at time zone 'UTC') at time zone 'UTC' + make_interval(months => ahead);
      part := parent || '_' || to_char(month at time zone 'UTC', 'YYYY_MM');
      continue when to_regclass('heddle.' || part) is not null;
      execute format('create table heddle.%I partition of heddle.%I for values from (%L) to (%L)',
        part, parent, heddle.first_id_at(month), heddle.first_id_at(month + interval '1 month'));
      -- Reached through the parent only, whose policies decide; on its own it shows nothing to anybody but the owner.
      execute format('alter table heddle.%I enable row level security', part);
      execute format('alter table heddle.%I force row level security', part);
      execute format('create policy owner_all on heddle.%I to %I using (true) with check (true)', part, current_user);
      perform heddle.expect_one_workspace(('heddle.' || part)::regclass);
      perform heddle.sample_little(('heddle.' || part)::regclass);
      made := made + 1;
    end loop;
  end loop;
  return made;
end $$;

-- As in 0020; node runs are found by their run.
create or replace function heddle.cancel_children(of_workspace uuid, of_run uuid, of_position text, at_moment timestamptz) returns void
language plpgsql set search_path = '' as $$
declare
  below uuid[];
begin
  with recursive active as (
    select r.id from heddle.run r
    where r.workspace_id = of_workspace and r.parent_run_id = of_run and (of_position is null or r.parent_position = of_position) and r.status in ('running', 'waiting')
    union all
    select r.id from heddle.run r join active a on r.parent_run_id = a.id where r.workspace_id = of_workspace and r.status in ('running', 'waiting')
  )
  select array_agg(a.id order by a.id) into below from active a;
  if below is not null then
    perform from heddle.run r where r.workspace_id = of_workspace and r.id = any (below) order by r.id for no key update;
    with stopped as (
      update heddle.run r set status = 'cancelled', ended_at = at_moment, is_reported = true, snapshot_version = r.snapshot_version + 1,
        snapshot = r.snapshot || '{"status":"cancelled","positions":{}}'
      where r.workspace_id = of_workspace and r.id = any (below) and r.status in ('running', 'waiting')
      returning r.flow_id, r.snapshot ? 'body' as is_body
    )
    insert into heddle.node_counter as c (workspace_id, flow_id, day, node, what, slot, amount)
    select of_workspace, s.flow_id, (at_moment at time zone 'UTC')::date, '', 'cancelled', 0, count(*) from stopped s where not s.is_body group by s.flow_id order by s.flow_id
    on conflict (workspace_id, flow_id, day, node, what, slot) do update set amount = c.amount + excluded.amount;
    update heddle.node_run n set status = 'cancelled', ended_at = at_moment
    where n.workspace_id = of_workspace and n.run_id = any (below)
      and n.id in (select w.node_run_id from heddle.wait w where w.workspace_id = of_workspace and w.run_id = any (below) and w.node_run_id is not null);
    delete from heddle.wait w where w.workspace_id = of_workspace and w.run_id = any (below);
  end if;
  -- Those that ended a moment ago are not asked about any more.
  update heddle.run r set is_reported = true
  where r.workspace_id = of_workspace and r.parent_run_id = of_run and not r.is_reported and (of_position is null or r.parent_position = of_position)
    and r.ended_at is not null;
end $$;
