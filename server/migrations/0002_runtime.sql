-- The durable runtime: what happened (inbound_event), whose turn it is (subject), what runs (run, node_run, wait), what was sent (outbox).
-- Hot tables have no foreign keys to rows that many turns share (flow_version, connection): each insert would lock the parent row, and a
-- popular flow is one row. Rows are only written by the holder of the subject, whose ids come from rows of the same workspace.

-- Smallest UUIDv7 of a moment: ids sort by time, so tables are partitioned by month on their id and a look-up by id opens one partition.
create function heddle.first_id_at(moment timestamptz) returns uuid
language sql immutable set search_path = '' as $$
  select (lpad(to_hex(floor(extract(epoch from moment) * 1000)::bigint), 12, '0') || repeat('0', 20))::uuid
$$;

-- --- people ---

create table heddle.contact (
  workspace_id uuid not null references heddle.workspace (id),
  id uuid not null,
  connection_id uuid not null,
  platform text not null,
  platform_id text not null,
  username text,
  name text,
  -- Facts the platform told us: firstName, language, timeZone, isFollower, isVerified.
  profile jsonb not null default '{}',
  profile_read_at timestamptz,
  tags text[] not null default '{}',
  fields jsonb not null default '{}',
  last_inbound_at timestamptz,
  last_event_at timestamptz not null,
  is_opted_out boolean not null default false,
  created_at timestamptz not null default now(),
  primary key (workspace_id, id),
  unique (workspace_id, connection_id, platform_id)
);
create index contact_last_active on heddle.contact (workspace_id, last_event_at desc, id desc);
create index contact_by_tag on heddle.contact using gin (tags);
select heddle.protect_tenant_table('heddle.contact');

-- --- the mailbox ---

-- Fences never repeat, not even for a mailbox that was deleted and made anew.
create sequence heddle.subject_fence;

-- One row per thing that takes turns (a contact at a connection, or a single run without a contact). It is mailbox, alarm clock and lease
-- in one: whoever puts an event in raises `posted` and sets `ready_at` in the same transaction; a worker claims what is ready.
create table heddle.subject (
  workspace_id uuid not null,
  key text not null,
  -- Grows with each event put in. The holder gives back "nothing left to do" only if it has not grown since it looked.
  posted bigint not null default 1,
  -- When a turn is due; null: nothing to do. A claim leaves it, so a subject whose worker died is ready again when the lease ends.
  ready_at timestamptz,
  -- 0: somebody just did something; 1: a timer. Fresh events overtake a herd of timers.
  lane smallint not null default 0,
  lease_until timestamptz,
  -- Grows with each claim: a worker that lost its lease writes nothing (WHERE fence = mine).
  fence bigint not null default 0,
  -- Turns in a row whose worker died. What kills three workers is set aside.
  crashes smallint not null default 0,
  primary key (workspace_id, key)
) with (fillfactor = 70, autovacuum_vacuum_scale_factor = 0.02, autovacuum_analyze_scale_factor = 0.02);
create index subject_ready on heddle.subject (lane, ready_at) where ready_at is not null;
select heddle.protect_tenant_table('heddle.subject');

-- Keys of everything ever taken in: what makes a repeated delivery a duplicate. Outlives the events.
create table heddle.event_key (
  workspace_id uuid not null,
  -- The connection; for events of ours the flow.
  source_id uuid not null,
  key text not null,
  event_id uuid not null,
  primary key (workspace_id, source_id, key)
);
select heddle.protect_tenant_table('heddle.event_key');

create table heddle.inbound_event (
  workspace_id uuid not null,
  id uuid not null,
  connection_id uuid,
  platform text not null,
  kind text not null,
  key text not null,
  subject text not null,
  -- {platformId, username?, name?} as far as the platform says.
  contact jsonb,
  contact_id uuid,
  data jsonb not null,
  -- Events that are meant for one flow (manual, schedule, webhook trigger) name it.
  flow_id uuid,
  node text,
  occurred_at timestamptz not null,
  received_at timestamptz not null,
  state text not null default 'pending' check (state in ('pending', 'processing', 'completed', 'ignored', 'failed')),
  reason text,
  skipped jsonb not null default '[]',
  run_ids uuid[] not null default '{}',
  attempts smallint not null default 0,
  retry_at timestamptz,
  primary key (workspace_id, id)
) partition by range (id);
create index inbound_event_pending on heddle.inbound_event (workspace_id, subject, occurred_at, id) where state = 'pending';
create index inbound_event_by_contact on heddle.inbound_event (workspace_id, contact_id, id desc) where contact_id is not null;
select heddle.protect_tenant_table('heddle.inbound_event');

-- --- flows that listen ---

create table heddle.trigger_subscription (
  workspace_id uuid not null,
  flow_id uuid not null,
  node text not null,
  kind text not null,
  version integer not null,
  node_type text not null,
  -- Null: the trigger listens to no account (manual, schedule, webhook).
  connection_id uuid,
  priority smallint not null,
  live_since timestamptz not null,
  -- Slots and inputs as bound when the flow went live; a run keeps them.
  bindings jsonb not null,
  -- Schedules: config of the trigger, and the next tick.
  schedule jsonb,
  next_tick_at timestamptz,
  primary key (workspace_id, flow_id, node, kind),
  foreign key (workspace_id, flow_id) references heddle.flow (workspace_id, id) on delete cascade
);
create index trigger_subscription_listeners on heddle.trigger_subscription (workspace_id, connection_id, kind);
create index trigger_subscription_due on heddle.trigger_subscription (next_tick_at) where next_tick_at is not null;
select heddle.protect_tenant_table('heddle.trigger_subscription');

-- --- runs ---

create table heddle.run (
  workspace_id uuid not null,
  id uuid not null,
  flow_id uuid not null,
  flow_version integer not null,
  subject text not null,
  contact_id uuid,
  event_id uuid,
  -- When what started it happened: the age of a comment decides whether it may still be answered.
  event_at timestamptz not null,
  trigger_node text not null,
  trigger_type text not null,
  bindings jsonb not null,
  status text not null check (status in ('running', 'waiting', 'succeeded', 'failed', 'cancelled')),
  snapshot jsonb not null,
  -- Grows with each write; a writer names the one it replaces.
  snapshot_version integer not null,
  error jsonb,
  node_runs integer not null default 0,
  started_at timestamptz not null,
  ended_at timestamptz,
  primary key (workspace_id, id)
) with (fillfactor = 80);
create index run_active on heddle.run (workspace_id, subject) where status in ('running', 'waiting');
create index run_by_flow on heddle.run (workspace_id, flow_id, id desc);
create index run_by_contact on heddle.run (workspace_id, contact_id, id desc) where contact_id is not null;
-- A redelivered or replayed turn does not start the same trigger twice for one event.
create unique index run_by_event on heddle.run (workspace_id, event_id, flow_id, trigger_node) where event_id is not null;
select heddle.protect_tenant_table('heddle.run');

create table heddle.node_run (
  workspace_id uuid not null,
  id uuid not null,
  run_id uuid not null,
  flow_id uuid not null,
  node text not null,
  type text not null,
  visit integer not null,
  attempt integer not null,
  status text not null check (status in ('running', 'suspended', 'succeeded', 'failed', 'cancelled')),
  port text,
  input jsonb not null,
  output jsonb not null,
  error jsonb,
  started_at timestamptz not null,
  ended_at timestamptz,
  primary key (workspace_id, id)
) partition by range (id);
create index node_run_by_run on heddle.node_run (workspace_id, run_id, id);
select heddle.protect_tenant_table('heddle.node_run');

create table heddle.wait (
  workspace_id uuid not null,
  run_id uuid not null,
  position text not null,
  subject text not null,
  flow_id uuid not null,
  node text not null,
  kind text not null check (kind in ('time', 'reply', 'retry')),
  spec jsonb not null,
  due_at timestamptz,
  -- Node run to be closed when the wait ends; null for a retry.
  node_run_id uuid,
  created_at timestamptz not null,
  primary key (workspace_id, run_id, position),
  foreign key (workspace_id, run_id) references heddle.run (workspace_id, id) on delete cascade
);
create index wait_by_subject on heddle.wait (workspace_id, subject, created_at);
create index wait_by_flow on heddle.wait (workspace_id, flow_id, node);
select heddle.protect_tenant_table('heddle.wait');

create table heddle.flow_start (
  workspace_id uuid not null,
  flow_id uuid not null,
  contact_id uuid not null,
  started_at timestamptz not null,
  primary key (workspace_id, flow_id, contact_id)
);
select heddle.protect_tenant_table('heddle.flow_start');

-- --- sending ---

create table heddle.outbox (
  workspace_id uuid not null,
  id uuid not null,
  run_id uuid,
  flow_id uuid,
  node text not null,
  visit integer not null,
  key text not null,
  connection_id uuid,
  contact_id uuid,
  state text not null check (state in ('planned', 'sending', 'sent', 'refused', 'failed', 'unknown')),
  kind text not null,
  -- Whom or what it goes to: platform id of the person, or the comment.
  target text,
  action jsonb not null,
  summary text not null,
  platform_id text,
  receipt jsonb,
  reason text,
  error jsonb,
  attempts smallint not null default 0,
  created_at timestamptz not null,
  -- When the call began that is under way or whose outcome is not known.
  sending_at timestamptz,
  settled_at timestamptz,
  primary key (workspace_id, id),
  unique (workspace_id, run_id, node, visit, key)
) with (fillfactor = 80);
create index outbox_by_contact on heddle.outbox (workspace_id, contact_id, id desc) where contact_id is not null;
create index outbox_by_flow on heddle.outbox (workspace_id, flow_id, id desc);
create index outbox_by_platform_id on heddle.outbox (workspace_id, connection_id, platform_id) where platform_id is not null;
create index outbox_open on heddle.outbox (workspace_id, state, id desc) where state in ('planned', 'sending', 'unknown');
create index outbox_sending on heddle.outbox (sending_at) where state = 'sending';
-- Meta allows one private reply per comment, whatever the flow: the second one cannot even be recorded as on its way.
create unique index outbox_one_private_reply on heddle.outbox (workspace_id, connection_id, target)
  where kind = 'privateReply' and state in ('sending', 'sent', 'unknown');
select heddle.protect_tenant_table('heddle.outbox');

-- Token buckets of the platforms' limits, shared by all workers.
create table heddle.budget (
  workspace_id uuid not null,
  connection_id uuid not null,
  bucket text not null,
  tokens double precision not null,
  updated_at timestamptz not null,
  -- Set when the platform itself said "not before".
  closed_until timestamptz,
  primary key (workspace_id, connection_id, bucket)
) with (fillfactor = 50);
select heddle.protect_tenant_table('heddle.budget');

create table heddle.member_notice (
  workspace_id uuid not null references heddle.workspace (id),
  id uuid not null,
  run_id uuid,
  flow_id uuid,
  node text not null,
  text text not null,
  created_at timestamptz not null,
  primary key (workspace_id, id)
);
select heddle.protect_tenant_table('heddle.member_notice');

-- --- numbers ---

-- Counted per day in the transaction that makes them true. `slot` spreads the writes of a popular flow over several rows; readers add up.
-- node '' counts the runs of the flow: 'started', 'succeeded', 'failed', 'cancelled'. For a node: 'port:<name>', 'failed', 'sent'.
create table heddle.node_counter (
  workspace_id uuid not null,
  flow_id uuid not null,
  day date not null,
  node text not null,
  what text not null,
  slot smallint not null,
  amount bigint not null,
  primary key (workspace_id, flow_id, day, node, what, slot)
) with (fillfactor = 50);
select heddle.protect_tenant_table('heddle.node_counter');

-- --- functions ---

-- Tells the planner, until it has seen the table itself, that all rows of a table are of one workspace, as it is for most who run this. Without it
-- an index that only begins with the workspace looks as good as the key, and connections that made their plans while the table was young read
-- all of it again and again. Postgres before 18 has no way to say it.
create function heddle.expect_one_workspace(target regclass) returns void
language plpgsql set search_path = '' as $$
begin
  if current_setting('server_version_num')::integer >= 180000 then
    execute format('select pg_catalog.pg_restore_attribute_stats(''schemaname'', n.nspname::text, ''relname'', c.relname::text, ''attname'', ''workspace_id'',
      ''inherited'', false, ''version'', 180000, ''null_frac'', 0::real, ''avg_width'', 16, ''n_distinct'', 1::real)
      from pg_catalog.pg_class c join pg_catalog.pg_namespace n on n.oid = c.relnamespace where c.oid = %L::regclass', target);
  end if;
end $$;
select heddle.expect_one_workspace(hot) from unnest(array['heddle.subject', 'heddle.contact', 'heddle.run', 'heddle.outbox', 'heddle.wait']::regclass[]) as hot;

-- Takes in events of one workspace: keys, events, mailboxes; all or nothing, one round trip. Repeated keys are left out.
-- Keys and subjects are written in order, so that two batches with common rows wait for each other instead of locking crosswise.
create function heddle.ingest_events(of_workspace uuid, events jsonb, at_moment timestamptz) returns table (event_id uuid)
language plpgsql set search_path = '' as $$
begin
  perform set_config('app.workspace', of_workspace::text, true);
  return query
  with item as materialized (
    select i.* from jsonb_to_recordset(events) as i(
      id uuid, source_id uuid, connection_id uuid, platform text, kind text, key text, subject text, contact jsonb, data jsonb,
      flow_id uuid, node text, occurred_at timestamptz)
  ), fresh as (
    insert into heddle.event_key as k (workspace_id, source_id, key, event_id)
    select of_workspace, i.source_id, i.key, i.id from item i order by i.source_id, i.key, i.id
    on conflict do nothing
    returning k.event_id
  ), stored as (
    insert into heddle.inbound_event as e (workspace_id, id, connection_id, platform, kind, key, subject, contact, data, flow_id, node, occurred_at, received_at)
    select of_workspace, i.id, i.connection_id, i.platform, i.kind, i.key, i.subject, i.contact, i.data, i.flow_id, i.node, i.occurred_at, at_moment
    from item i join fresh f on f.event_id = i.id
    returning e.id, e.subject
  ), mailbox as (
    insert into heddle.subject as s (workspace_id, key, ready_at)
    select of_workspace, d.subject, at_moment from (select distinct t.subject from stored t) d order by d.subject
    on conflict (workspace_id, key) do update
      set posted = s.posted + 1, lane = 0, ready_at = least(s.ready_at, excluded.ready_at)
  )
  select t.id from stored t;
end $$;

-- Gives ready subjects of all workspaces to one worker. Only ids leave.
create function heddle.claim_subjects(at_moment timestamptz, most integer, lease_ms integer)
returns table (workspace_id uuid, key text, fence bigint, posted bigint, crashes smallint)
language plpgsql security definer set search_path = '' as $$
begin
  return query
  with fresh as (
    select s.workspace_id, s.key from heddle.subject s
    where s.lane = 0 and s.ready_at <= at_moment and (s.lease_until is null or s.lease_until <= at_moment)
    order by s.ready_at limit most for update skip locked
  ), timed as (
    select s.workspace_id, s.key from heddle.subject s
    where s.lane = 1 and s.ready_at <= at_moment and (s.lease_until is null or s.lease_until <= at_moment)
    -- A quarter of each claim is kept for timers, so that a steady stream of events does not starve them.
    order by s.ready_at limit greatest(most - (select count(*) from fresh), most / 4, 1) for update skip locked
  ), due as (select * from fresh union all select * from timed)
  update heddle.subject s
  set lease_until = at_moment + make_interval(secs => lease_ms / 1000.0),
      fence = nextval('heddle.subject_fence'),
      crashes = case when s.lease_until is null then 0 else s.crashes + 1 end
  from due
  where s.workspace_id = due.workspace_id and s.key = due.key
  returning s.workspace_id, s.key, s.fence, s.posted, s.crashes;
end $$;

-- Keeps leases alive: answers with those that are still ours. Rows are locked in the order in which ingest locks them.
create function heddle.renew_leases(workspaces uuid[], keys text[], fences bigint[], until_moment timestamptz)
returns table (workspace_id uuid, key text)
language sql security definer set search_path = '' as $$
  with mine as materialized (
    select s.workspace_id, s.key from heddle.subject s
    join unnest(workspaces, keys, fences) as m(workspace_id, key, fence) on s.workspace_id = m.workspace_id and s.key = m.key and s.fence = m.fence
    where s.lease_until is not null
    order by s.workspace_id, s.key for no key update of s
  )
  update heddle.subject s set lease_until = until_moment from mine
  where s.workspace_id = mine.workspace_id and s.key = mine.key
  returning s.workspace_id, s.key
$$;

-- How a turn is read and written: 0020_language_of_the_host.sql.

-- When the next turn is due, so that an idle worker knows how long it may sleep; null: nothing planned.
create function heddle.next_ready_at() returns timestamptz
language sql stable security definer set search_path = '' as $$
  select least(
    (select s.ready_at from heddle.subject s where s.lane = 0 and s.ready_at is not null order by s.ready_at limit 1),
    (select s.ready_at from heddle.subject s where s.lane = 1 and s.ready_at is not null order by s.ready_at limit 1))
$$;

-- Schedules that are due, of all workspaces.
create function heddle.due_schedules(at_moment timestamptz, most integer) returns table (workspace_id uuid, flow_id uuid, node text)
language sql stable security definer set search_path = '' as $$
  select t.workspace_id, t.flow_id, t.node from heddle.trigger_subscription t
  where t.next_tick_at <= at_moment order by t.next_tick_at limit most
$$;

-- Calls whose end nobody saw and whose run has ended, so no turn will look after them.
create function heddle.stale_sends(before timestamptz, most integer) returns table (workspace_id uuid, id uuid)
language sql stable security definer set search_path = '' as $$
  select o.workspace_id, o.id from heddle.outbox o
  where o.state = 'sending' and o.sending_at < before
    and not exists (select from heddle.run r where r.workspace_id = o.workspace_id and r.id = o.run_id and r.status in ('running', 'waiting'))
  order by o.id limit most
$$;

-- Makes the partitions of this month and the next two. Only the owner may make tables, so the server asks through this function.
create function heddle.make_partitions(at_moment timestamptz) returns integer
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
      made := made + 1;
    end loop;
  end loop;
  return made;
end $$;

-- Drops the monthly partitions that ended before a moment.
create function heddle.drop_partitions(ended_before timestamptz) returns integer
language plpgsql security definer set search_path = '' as $$
declare
  part record;
  dropped integer := 0;
begin
  perform pg_catalog.pg_advisory_xact_lock(4600, 1);
  for part in
    select c.relname from pg_catalog.pg_inherits i
      join pg_catalog.pg_class c on c.oid = i.inhrelid join pg_catalog.pg_class p on p.oid = i.inhparent
    where p.oid in ('heddle.inbound_event'::regclass, 'heddle.node_run'::regclass) and c.relname ~ '_\d{4}_\d{2}$'
  loop
    continue when to_timestamp(right(part.relname, 7) || '_01 00+00', 'YYYY_MM_DD HH24TZH') + interval '1 month' > ended_before;
    execute format('drop table heddle.%I', part.relname);
    dropped := dropped + 1;
  end loop;
  return dropped;
end $$;

select heddle.make_partitions(now());
