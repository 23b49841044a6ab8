-- What the language needs of the host: child runs, decisions of members, named events, starts that wait for their turn. And breakers.

-- --- child runs ---

alter table heddle.run
  add column parent_run_id uuid,
  add column parent_position text,
  -- Which of the items of the run above this is.
  add column child_index integer,
  -- What a child run gives to the run above: {output, breaks}.
  add column result jsonb,
  -- The run above knows the end of this one, or does not care any more.
  add column is_reported boolean not null default false,
  -- A start of a flow with a limit of active runs.
  add column is_limited boolean not null default false;
create index run_children on heddle.run (workspace_id, parent_run_id, id desc) where parent_run_id is not null;
create index run_unreported on heddle.run (workspace_id, parent_run_id) where parent_run_id is not null and not is_reported;
create index run_limited on heddle.run (workspace_id, flow_id) where is_limited and status in ('running', 'waiting');

alter table heddle.wait drop constraint wait_kind_check;
alter table heddle.wait add constraint wait_kind_check check (kind in ('time', 'reply', 'retry', 'approval', 'event', 'children'));
create index wait_for_approval on heddle.wait (workspace_id, created_at, run_id, position) where kind = 'approval';
create index wait_for_event on heddle.wait (workspace_id, (spec ->> 'name'), (spec ->> 'key')) where kind = 'event';

-- --- starts that wait for their turn ---

-- The event itself stays pending in its mailbox; this says which flow it waits for, and in which order.
create table heddle.queued_start (
  workspace_id uuid not null,
  event_id uuid not null,
  flow_id uuid not null,
  subject text not null,
  queued_at timestamptz not null,
  primary key (workspace_id, event_id)
);
create index queued_start_by_flow on heddle.queued_start (workspace_id, flow_id, queued_at, event_id);
select heddle.protect_tenant_table('heddle.queued_start');

-- --- named events ---

-- What other systems reported. Kept, so that a run that comes to wait for it a little later still gets it.
create table heddle.named_event (
  workspace_id uuid not null,
  id uuid not null,
  name text not null,
  key text not null,
  data jsonb not null,
  reported_at timestamptz not null,
  primary key (workspace_id, id)
);
create index named_event_by_key on heddle.named_event (workspace_id, name, key, reported_at);
create index named_event_old on heddle.named_event (reported_at);
select heddle.protect_tenant_table('heddle.named_event');

-- --- breakers ---

-- A connection whose platform fails again and again sends nothing until a probe gets through. No row: all is well.
create table heddle.breaker (
  workspace_id uuid not null,
  connection_id uuid not null,
  -- Newest outcomes of calls, oldest first: [[epoch ms, true when it worked], …].
  outcomes jsonb not null default '[]',
  -- Set while sending is paused: when the next probe may go out.
  retry_at timestamptz,
  probe_until timestamptz,
  opened_at timestamptz,
  -- Times in a row that a probe failed.
  failed_probes integer not null default 0,
  primary key (workspace_id, connection_id),
  foreign key (workspace_id, connection_id) references heddle.connection (workspace_id, id) on delete cascade
) with (fillfactor = 50);
select heddle.protect_tenant_table('heddle.breaker');

-- --- functions ---

-- A new UUIDv7 of a moment.
create function heddle.new_id(moment timestamptz) returns uuid
language sql volatile set search_path = '' as $$
  select (lpad(to_hex(floor(extract(epoch from moment) * 1000)::bigint), 12, '0') || '7' || substr(replace(gen_random_uuid()::text, '-', ''), 14))::uuid
$$;

-- Ends every run that a run started (at one position, or at all), and what those started. Nothing comes back from them.
create function heddle.cancel_children(of_workspace uuid, of_run uuid, of_position text, at_moment timestamptz) returns void
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
    where n.workspace_id = of_workspace
      and n.id in (select w.node_run_id from heddle.wait w where w.workspace_id = of_workspace and w.run_id = any (below) and w.node_run_id is not null);
    delete from heddle.wait w where w.workspace_id = of_workspace and w.run_id = any (below);
  end if;
  -- Those that ended a moment ago are not asked about any more.
  update heddle.run r set is_reported = true
  where r.workspace_id = of_workspace and r.parent_run_id = of_run and not r.is_reported and (of_position is null or r.parent_position = of_position)
    and r.ended_at is not null;
end $$;

-- A person or a fault ended a run outside of a turn: its children end, the run above hears of it, a place in the flow is free.
-- Answers with the mailboxes that have something to do now.
create function heddle.after_run_ended(of_workspace uuid, of_run uuid, at_moment timestamptz) returns text[]
language plpgsql set search_path = '' as $$
declare
  ended record;
  wakes text[] := '{}';
begin
  perform heddle.cancel_children(of_workspace, of_run, null, at_moment);
  select r.subject, r.flow_id, r.parent_run_id, r.is_limited, r.is_reported into ended from heddle.run r where r.workspace_id = of_workspace and r.id = of_run;
  -- Its own: a start may wait for its end, or be about to, and a mailbox without runs goes.
  wakes := wakes || ended.subject;
  if ended.parent_run_id is not null and not ended.is_reported then
    wakes := wakes || array(select r.subject from heddle.run r where r.workspace_id = of_workspace and r.id = ended.parent_run_id);
  end if;
  if ended.is_limited then wakes := wakes || heddle.first_queued(of_workspace, ended.flow_id, at_moment); end if;
  insert into heddle.subject as s (workspace_id, key, ready_at) select of_workspace, w.key, at_moment from (select distinct unnest(wakes) as key) w order by w.key
  on conflict (workspace_id, key) do update set posted = s.posted + 1, lane = 0, ready_at = least(s.ready_at, excluded.ready_at);
  return wakes;
end $$;

-- The mailbox whose start of a flow is next, if any.
create function heddle.first_queued(of_workspace uuid, of_flow uuid, at_moment timestamptz) returns text[]
language plpgsql set search_path = '' as $$
begin
  -- The same lock as for starts: whoever is about to queue up sees the free place, or is seen here.
  perform pg_advisory_xact_lock(hashtextextended(of_workspace::text || of_flow::text, 1));
  return array(select q.subject from heddle.queued_start q where q.workspace_id = of_workspace and q.flow_id = of_flow order by q.queued_at, q.event_id limit 1);
end $$;

create function heddle.named_event_lock(of_workspace uuid, of_name text, of_key text) returns bigint
language sql immutable set search_path = '' as $$
  select hashtextextended(of_workspace::text || '/' || of_name || '/' || of_key, 2)
$$;

-- Puts a report into the mailbox of one run that waits for it, at most once per report and run.
create function heddle.give_event(of_workspace uuid, report heddle.named_event, to_run uuid, to_position text, of_subject text, of_flow uuid, of_node text, at_moment timestamptz)
returns boolean language plpgsql set search_path = '' as $$
declare
  new_event uuid := heddle.new_id(at_moment);
begin
  insert into heddle.event_key (workspace_id, source_id, key, event_id) values (of_workspace, report.id, 'run:' || to_run, new_event) on conflict do nothing;
  if not found then return false; end if;
  insert into heddle.inbound_event (workspace_id, id, platform, kind, key, subject, data, flow_id, node, occurred_at, received_at)
  values (of_workspace, new_event, 'core', 'core/reported', 'report:' || report.id, of_subject,
    jsonb_build_object('runId', to_run, 'position', to_position, 'name', report.name, 'key', report.key, 'data', report.data), of_flow, of_node, report.reported_at, at_moment);
  return true;
end $$;

-- A run has come to wait: was it reported already, since the run began? Needs the lock of the name and key.
create function heddle.give_early_event(of_workspace uuid, of_name text, of_key text, to_run uuid, to_position text, of_subject text, of_flow uuid, of_node text, at_moment timestamptz)
returns boolean language plpgsql set search_path = '' as $$
declare
  report heddle.named_event;
begin
  for report in
    select e.* from heddle.named_event e join heddle.run r on r.workspace_id = of_workspace and r.id = to_run
    where e.workspace_id = of_workspace and e.name = of_name and e.key = of_key and e.reported_at >= r.started_at order by e.reported_at, e.id
  loop
    if heddle.give_event(of_workspace, report, to_run, to_position, of_subject, of_flow, of_node, at_moment) then return true; end if;
  end loop;
  return false;
end $$;

-- Takes in a report and puts it into the mailbox of every run that waits for it. Answers with how many do.
create function heddle.report_event(of_workspace uuid, new_report uuid, of_name text, of_key text, of_data jsonb, at_moment timestamptz) returns integer
language plpgsql set search_path = '' as $$
declare
  report heddle.named_event;
  item record;
  wakes text[] := '{}';
begin
  perform set_config('app.workspace', of_workspace::text, true);
  perform pg_advisory_xact_lock(heddle.named_event_lock(of_workspace, of_name, of_key));
  insert into heddle.named_event (workspace_id, id, name, key, data, reported_at) values (of_workspace, new_report, of_name, of_key, of_data, at_moment)
  returning * into report;
  for item in
    select w.run_id, w.position, w.subject, w.flow_id, w.node from heddle.wait w
    where w.workspace_id = of_workspace and w.kind = 'event' and w.spec ->> 'name' = of_name and w.spec ->> 'key' = of_key order by w.run_id, w.position
  loop
    if heddle.give_event(of_workspace, report, item.run_id, item.position, item.subject, item.flow_id, item.node, at_moment) then
      wakes := wakes || item.subject;
    end if;
  end loop;
  insert into heddle.subject as s (workspace_id, key, ready_at) select of_workspace, w.key, at_moment from (select distinct unnest(wakes) as key) w order by w.key
  on conflict (workspace_id, key) do update set posted = s.posted + 1, lane = 0, ready_at = least(s.ready_at, excluded.ready_at);
  return cardinality(wakes);
end $$;

-- Forgets reports that nobody will wait for any more.
create function heddle.expire_named_events(before timestamptz) returns integer
language plpgsql security definer set search_path = '' as $$
declare
  gone integer;
begin
  delete from heddle.named_event e where e.reported_at < before;
  get diagnostics gone = row_count;
  return gone;
end $$;

-- --- turns ---

-- Both functions below serve many turns at once, so each statement in them is made for many rows. Plans are made once per connection, maybe
-- while the tables are still empty. So that they are right for any size the settings leave only index look-ups, and the statements name the keys
-- themselves (`= any (…)`, or a subquery that `offset 0` keeps from being flattened): as plain joins they would read the whole workspace.

-- Everything that turns begin with, in one round trip: pending events in order, contacts, runs that have not ended with their waits, ends of
-- child runs that were not told, and live triggers for the kinds of events. Rows name the mailbox by its place in `subjects`, from 1.
-- `connections` and `people` say whom the mailboxes are about. Moments are epoch ms.
create function heddle.load_turns(of_workspace uuid, subjects text[], connections uuid[], people text[], most integer)
returns json language plpgsql set search_path = ''
  set enable_seqscan = off set enable_hashjoin = off set enable_mergejoin = off set plan_cache_mode = force_generic_plan as $$
declare
  events json;
  kinds text[];
  event_connections uuid[];
  contacts json;
  runs json;
  parents uuid[];
  listeners json;
  ended json;
begin
  perform set_config('app.workspace', of_workspace::text, true);
  select json_agg(json_build_object('place', m.place, 'id', e.id, 'platform', e.platform, 'connectionId', e.connection_id, 'kind', e.kind, 'key', e.key,
      'contact', e.contact, 'data', e.data, 'flowId', e.flow_id, 'node', e.node, 'attempts', e.attempts,
      'isQueued', exists (select from heddle.queued_start q where q.workspace_id = of_workspace and q.event_id = e.id),
      'occurredAtMs', floor(extract(epoch from e.occurred_at) * 1000), 'retryAtMs', floor(extract(epoch from e.retry_at) * 1000)) order by m.place, e.occurred_at, e.id),
      array_agg(distinct e.kind), array_agg(distinct e.connection_id) filter (where e.connection_id is not null)
    into events, kinds, event_connections
  from unnest(subjects) with ordinality as m(key, place)
  cross join lateral (
    select p.* from heddle.inbound_event p
    where p.workspace_id = of_workspace and p.subject = m.key and p.state = 'pending' order by p.occurred_at, p.id limit most
  ) e;
  select json_agg(json_build_object('place', m.place, 'id', c.id, 'connectionId', c.connection_id, 'platform', c.platform, 'platformId', c.platform_id,
      'username', c.username, 'name', c.name, 'profile', c.profile, 'profileReadAtMs', floor(extract(epoch from c.profile_read_at) * 1000), 'tags', c.tags,
      'fields', c.fields, 'lastInboundAtMs', floor(extract(epoch from c.last_inbound_at) * 1000), 'isOptedOut', c.is_opted_out,
      'takenOverUntilMs', floor(extract(epoch from c.taken_over_until) * 1000)))
    into contacts
  from unnest(connections, people) with ordinality as m(connection_id, person, place)
  cross join lateral (
    select p.* from heddle.contact p where p.workspace_id = of_workspace and p.connection_id = m.connection_id and p.platform_id = m.person offset 0) c;
  select json_agg(json_build_object('place', m.place, 'id', r.id, 'flowId', r.flow_id, 'flowVersion', r.flow_version, 'contactId', r.contact_id, 'eventId', r.event_id,
      'parent', case when r.parent_run_id is not null then json_build_object('runId', r.parent_run_id, 'position', r.parent_position, 'index', r.child_index) end,
      'isLimited', r.is_limited, 'eventAtMs', floor(extract(epoch from r.event_at) * 1000), 'triggerNode', r.trigger_node, 'triggerType', r.trigger_type,
      'bindings', r.bindings, 'snapshot', r.snapshot, 'storedVersion', r.snapshot_version, 'startedAtMs', floor(extract(epoch from r.started_at) * 1000),
      'waits', (select coalesce(json_agg(json_build_object('position', w.position, 'node', w.node, 'spec', w.spec, 'nodeRunId', w.node_run_id,
          'dueAtMs', floor(extract(epoch from w.due_at) * 1000), 'createdAtMs', floor(extract(epoch from w.created_at) * 1000)) order by w.created_at), '[]')
        from heddle.wait w where w.workspace_id = of_workspace and w.run_id = r.id)) order by r.id),
      array_agg(r.id) filter (where exists (
        select from heddle.wait w where w.workspace_id = of_workspace and w.run_id = r.id and w.kind = 'children'))
    into runs, parents
  from unnest(subjects) with ordinality as m(key, place)
  cross join lateral (
    select a.* from heddle.run a where a.workspace_id = of_workspace and a.subject = m.key and a.status in ('running', 'waiting') offset 0) r;
  if parents is not null then
    select json_agg(json_build_object('id', c.id, 'runId', c.parent_run_id, 'position', c.parent_position, 'index', c.child_index, 'status', c.status,
        'error', c.error, 'result', c.result) order by c.ended_at, c.id)
      into ended
    from heddle.run c
    where c.workspace_id = of_workspace and not c.is_reported and c.ended_at is not null and c.parent_run_id = any (parents);
  end if;
  if kinds is not null then
    select json_agg(json_build_object('kind', t.kind, 'connectionId', t.connection_id, 'node', t.node, 'flowId', t.flow_id, 'flowName', f.name,
        'version', t.version, 'priority', t.priority, 'liveSinceMs', floor(extract(epoch from t.live_since) * 1000), 'bindings', t.bindings)
        order by t.priority desc, t.live_since, t.flow_id)
      into listeners
    from heddle.trigger_subscription t join heddle.flow f on f.workspace_id = t.workspace_id and f.id = t.flow_id
    -- By the events and not by the mailboxes: an event of an account may be about nobody, such as a post that is due.
    where t.workspace_id = of_workspace and t.kind = any (kinds) and (t.connection_id is null or t.connection_id = any (event_connections));
  end if;
  return json_build_object('events', coalesce(events, '[]'), 'contacts', coalesce(contacts, '[]'), 'runs', coalesce(runs, '[]'),
    'listeners', coalesce(listeners, '[]'), 'ended', coalesce(ended, '[]'));
end $$;

-- Checkpoints of several turns of one workspace in one round trip and one transaction. Of each turn all is written or nothing. `turns` says who
-- writes: the fence of its claim, the mailbox counter it has seen, and whether it gives the mailbox back. Rows of `changes` name their turn as `t`.
--
-- A turn whose limit is used up, or whose connection is paused, is left out and gets `bucket` and the moment to come back at; the others get
-- the mailbox's counter. Whatever else is wrong with one turn raises (HD001: the mailbox, a run or an event is no longer its own) and nothing is
-- written of any: the caller then writes them one by one.
--
-- Shared rows are locked in the same order by everybody: breakers, limits, runs, numbers, mailboxes, each by its key. Turns that need more than
-- that (locks of a flow's places or of named events, rows of other mailboxes) come alone.
create function heddle.write_checkpoints(of_workspace uuid, at_moment timestamptz, counter_slot smallint, turns jsonb, changes jsonb)
returns table (t integer, posted bigint, bucket text, at_ms double precision) language plpgsql set search_path = ''
  set enable_seqscan = off set enable_hashjoin = off set enable_mergejoin = off set plan_cache_mode = force_generic_plan as $$
#variable_conflict use_column
declare
  item record;
  -- Turns that are left out, by which limit, until when (epoch ms).
  put_off integer[] := '{}';
  put_off_by text[] := '{}';
  put_off_until double precision[] := '{}';
  late record;
  retry_at timestamptz;
  wanted integer;
  done integer;
  freed uuid[];
  more_freed uuid[];
  -- Mailboxes besides our own that have something to do now.
  wakes text[] := '{}';
begin
  perform set_config('app.workspace', of_workspace::text, true);

  if changes ? 'breakers' then
    for item in
      select b.t, b.connection_id from jsonb_to_recordset(changes -> 'breakers') as b(t integer, connection_id uuid)
      join heddle.breaker k on k.workspace_id = of_workspace and k.connection_id = b.connection_id
      where k.retry_at is not null order by b.connection_id, b.t
    loop
      -- One send may find out whether the platform works again; whoever takes the probe keeps it for 30 s.
      update heddle.breaker k set probe_until = at_moment + interval '30 s'
      where k.workspace_id = of_workspace and k.connection_id = item.connection_id and k.retry_at <= at_moment and (k.probe_until is null or k.probe_until <= at_moment);
      if not found then
        select greatest(k.retry_at, least(k.probe_until, at_moment + interval '2 s')) into retry_at from heddle.breaker k
        where k.workspace_id = of_workspace and k.connection_id = item.connection_id and k.retry_at is not null;
        if retry_at is not null and item.t <> all (put_off) then
          put_off := put_off || item.t;
          put_off_by := put_off_by || 'breaker'::text;
          put_off_until := put_off_until || ceil(extract(epoch from retry_at) * 1000)::double precision;
        end if;
      end if;
    end loop;
  end if;

  if changes ? 'budget' then
    insert into heddle.budget (workspace_id, connection_id, bucket, tokens, updated_at)
    select distinct on (d.connection_id, d.bucket) of_workspace, d.connection_id, d.bucket, d.size, at_moment
    from jsonb_to_recordset(changes -> 'budget') as d(connection_id uuid, bucket text, size double precision)
    where not exists (select from heddle.budget b where b.workspace_id = of_workspace and b.connection_id = d.connection_id and b.bucket = d.bucket)
    order by d.connection_id, d.bucket
    on conflict do nothing;
    with demand as materialized (
      select d.*, row_number() over (partition by d.connection_id, d.bucket order by d.t) as place
      from jsonb_to_recordset(changes -> 'budget') as d(t integer, connection_id uuid, bucket text, size double precision, per_second double precision)
      where d.t <> all (put_off)
    ), buckets as materialized (
      select distinct on (d.connection_id, d.bucket) d.connection_id, d.bucket, d.size, d.per_second from demand d order by d.connection_id, d.bucket
    ), locked as materialized (
      select b.connection_id, b.bucket, b.updated_at, b.closed_until, d.per_second,
        least(d.size, b.tokens + greatest(0, extract(epoch from at_moment - b.updated_at)) * d.per_second) as available
      from buckets d join heddle.budget b on b.workspace_id = of_workspace and b.connection_id = d.connection_id and b.bucket = d.bucket
      order by b.connection_id, b.bucket for no key update of b
    ), refused as materialized (
      -- When there will be enough for all that come before it, too: those that are put off together do not come back together.
      select distinct on (d.t) d.t, d.bucket, greatest(
          ceil(extract(epoch from greatest(l.updated_at, at_moment)) * 1000 + greatest(0, d.place - l.available) / l.per_second * 1000),
          coalesce(ceil(extract(epoch from l.closed_until) * 1000), 0),
          floor(extract(epoch from at_moment) * 1000) + 1)::double precision as at_ms
      from demand d join locked l on l.connection_id = d.connection_id and l.bucket = d.bucket
      where d.place > l.available or l.closed_until > at_moment
      order by d.t, at_ms desc
    ), drawn as (
      update heddle.budget b set tokens = l.available - n.amount, updated_at = greatest(b.updated_at, at_moment)
      from locked l
      join (select d.connection_id, d.bucket, count(*) as amount from demand d where not exists (select from refused r where r.t = d.t) group by 1, 2) n
        on n.connection_id = l.connection_id and n.bucket = l.bucket
      where b.workspace_id = of_workspace and b.connection_id = l.connection_id and b.bucket = l.bucket
    )
    select array_agg(r.t) as turns, array_agg(r.bucket) as buckets, array_agg(r.at_ms) as until into late from refused r;
    if late.turns is not null then
      put_off := put_off || late.turns;
      put_off_by := put_off_by || late.buckets;
      put_off_until := put_off_until || late.until;
    end if;
  end if;

  if cardinality(put_off) = jsonb_array_length(turns) then
    return query select p.t, null::bigint, p.bucket, p.at_ms from unnest(put_off, put_off_by, put_off_until) as p(t, bucket, at_ms);
    return;
  end if;

  if changes ? 'newRuns' then
    -- One start of a limited flow at a time, so that two cannot both take the last place.
    for item in
      select r.flow_id, min(r.max_active) as max_active, count(*) as starts from jsonb_to_recordset(changes -> 'newRuns') as r(flow_id uuid, max_active integer)
      where r.max_active is not null group by r.flow_id order by r.flow_id
    loop
      perform pg_advisory_xact_lock(hashtextextended(of_workspace::text || item.flow_id::text, 1));
      if (select count(*) from heddle.run r
          where r.workspace_id = of_workspace and r.flow_id = item.flow_id and r.is_limited and r.status in ('running', 'waiting')) + item.starts > item.max_active then
        raise exception using errcode = 'HD001', message = 'The flow became full.';
      end if;
    end loop;
    with item as materialized (
      select * from jsonb_to_recordset(changes -> 'newRuns') as r(
        t integer, id uuid, flow_id uuid, flow_version integer, subject text, contact_id uuid, event_id uuid, event_at timestamptz, trigger_node text, trigger_type text,
        bindings jsonb, status text, snapshot jsonb, error jsonb, node_runs integer, started_at timestamptz, ended_at timestamptz, parent_run_id uuid,
        parent_position text, child_index integer, result jsonb, is_reported boolean, max_active integer)
      where r.t <> all (put_off)
    ), made as (
      insert into heddle.run (workspace_id, id, flow_id, flow_version, subject, contact_id, event_id, event_at, trigger_node, trigger_type, bindings,
        status, snapshot, snapshot_version, error, node_runs, started_at, ended_at, parent_run_id, parent_position, child_index, result, is_reported, is_limited)
      select of_workspace, i.id, i.flow_id, i.flow_version, i.subject, i.contact_id, i.event_id, i.event_at, i.trigger_node, i.trigger_type,
        i.bindings, i.status, i.snapshot, 1, i.error, i.node_runs, i.started_at, i.ended_at, i.parent_run_id, i.parent_position, i.child_index,
        i.result, coalesce(i.is_reported, false), i.max_active is not null
      from item i
      on conflict do nothing
      returning id
    )
    select (select count(*) from item), (select count(*) from made),
      (select array_agg(distinct i.flow_id) from item i where i.max_active is not null and i.ended_at is not null)
      into wanted, done, freed;
    if done <> wanted then raise exception using errcode = 'HD001', message = 'A run was started by somebody else.'; end if;
  end if;

  if changes ? 'runs' then
    with item as materialized (
      select * from jsonb_to_recordset(changes -> 'runs') as r(
        t integer, id uuid, status text, snapshot jsonb, stored_version integer, error jsonb, node_runs integer, ended_at timestamptz, result jsonb, is_reported boolean)
      where r.t <> all (put_off)
    ), changed as (
      update heddle.run r set status = i.status, snapshot = i.snapshot, snapshot_version = r.snapshot_version + 1, error = i.error,
        node_runs = i.node_runs, ended_at = i.ended_at, result = i.result, is_reported = coalesce(i.is_reported, r.is_reported)
      from item i
      where r.workspace_id = of_workspace and r.id = any (array(select o.id from item o)) and r.id = i.id and r.snapshot_version = i.stored_version
      returning r.flow_id, r.is_limited, r.ended_at
    )
    select (select count(*) from item), (select count(*) from changed),
      (select array_agg(distinct c.flow_id) from changed c where c.is_limited and c.ended_at is not null)
      into wanted, done, more_freed;
    if done <> wanted then raise exception using errcode = 'HD001', message = 'A run was changed by somebody else.'; end if;
    freed := freed || more_freed;
  end if;

  if changes ? 'wakes' then
    -- Children with mailboxes of their own begin with a turn there; a run above hears of the end of its child in a turn of its own.
    wakes := wakes || array(select w.subject from jsonb_to_recordset(changes -> 'wakes') as w(subject text) where w.subject is not null)
      || array(
        select r.subject from jsonb_to_recordset(changes -> 'wakes') as w(parent_run_id uuid)
        join heddle.run r on r.workspace_id = of_workspace and r.id = w.parent_run_id
        where r.subject not in (select o.subject from jsonb_to_recordset(turns) as o(subject text)));
  end if;
  if freed is not null then
    for item in select distinct f.id from unnest(freed) as f(id) order by f.id loop
      wakes := wakes || heddle.first_queued(of_workspace, item.id, at_moment);
    end loop;
  end if;

  if changes ? 'reported' then
    update heddle.run r set is_reported = true
    from jsonb_to_recordset(changes -> 'reported') as e(id uuid) where r.workspace_id = of_workspace and r.id = e.id;
  end if;
  if changes ? 'cancelChildren' then
    for item in select * from jsonb_to_recordset(changes -> 'cancelChildren') as c(run_id uuid, position text) loop
      perform heddle.cancel_children(of_workspace, item.run_id, item.position, at_moment);
    end loop;
  end if;

  if changes ? 'nodeRuns' then
    -- A node that was suspended and went on keeps its row.
    insert into heddle.node_run as n (workspace_id, id, run_id, flow_id, node, type, visit, attempt, status, port, input, output, error, started_at, ended_at)
    select of_workspace, r.id, r.run_id, r.flow_id, r.node, r.type, r.visit, r.attempt, r.status, r.port, coalesce(r.input, 'null'), coalesce(r.output, 'null'), r.error,
      r.started_at, r.ended_at
    from jsonb_to_recordset(changes -> 'nodeRuns') as r(
      t integer, id uuid, run_id uuid, flow_id uuid, node text, type text, visit integer, attempt integer, status text, port text, input jsonb, output jsonb, error jsonb,
      started_at timestamptz, ended_at timestamptz)
    where r.t <> all (put_off)
    on conflict (workspace_id, id) do update
      set status = excluded.status, port = excluded.port, output = excluded.output, error = excluded.error, attempt = excluded.attempt, ended_at = excluded.ended_at;
  end if;

  if changes ? 'goneWaits' then
    with item as materialized (
      select * from jsonb_to_recordset(changes -> 'goneWaits') as g(t integer, run_id uuid, position text) where g.t <> all (put_off)
    )
    delete from heddle.wait w using item g
    where w.workspace_id = of_workspace and w.run_id = any (array(select i.run_id from item i)) and w.run_id = g.run_id and w.position = g.position;
  end if;
  if changes ? 'waits' then
    insert into heddle.wait (workspace_id, run_id, position, subject, flow_id, node, kind, spec, due_at, node_run_id, created_at)
    select of_workspace, w.run_id, w.position, w.subject, w.flow_id, w.node, w.spec ->> 'kind', w.spec, w.due_at, w.node_run_id, w.created_at
    from jsonb_to_recordset(changes -> 'waits') as w(
      t integer, run_id uuid, position text, subject text, flow_id uuid, node text, spec jsonb, due_at timestamptz, node_run_id uuid, created_at timestamptz)
    where w.t <> all (put_off)
    on conflict (workspace_id, run_id, position) do update
      set node = excluded.node, kind = excluded.kind, spec = excluded.spec, due_at = excluded.due_at, node_run_id = excluded.node_run_id;
    -- What was reported before the run came to wait for it, but after the run began, counts.
    for item in
      select w.spec ->> 'name' as name, w.spec ->> 'key' as key, w.run_id, w.position, w.subject, w.flow_id, w.node
      from jsonb_to_recordset(changes -> 'waits') as w(run_id uuid, position text, subject text, flow_id uuid, node text, spec jsonb)
      where w.spec ->> 'kind' = 'event' order by 1, 2
    loop
      perform pg_advisory_xact_lock(heddle.named_event_lock(of_workspace, item.name, item.key));
      if heddle.give_early_event(of_workspace, item.name, item.key, item.run_id, item.position, item.subject, item.flow_id, item.node, at_moment) then
        wakes := wakes || item.subject;
      end if;
    end loop;
  end if;

  if changes ? 'sendingRuns' then
    -- Nothing may go out for a run that a person has ended. The lock makes whoever ends it now wait for our commit. Runs that are written here
    -- as well are ours by their version and need no look.
    select count(*), count(*) filter (where l.status in ('running', 'waiting')) into wanted, done
    from (
      select r.status from heddle.run r
      where r.workspace_id = of_workspace
        and r.id = any (array(select o.run_id from jsonb_to_recordset(changes -> 'sendingRuns') as o(t integer, run_id uuid) where o.t <> all (put_off)))
      order by r.id for share) l;
    if done <> wanted then raise exception using errcode = 'HD001', message = 'The run was ended by somebody else.'; end if;
  end if;
  if changes ? 'outbox' then
    insert into heddle.outbox as o (workspace_id, id, run_id, flow_id, node, visit, key, connection_id, contact_id, state, kind, target, action, summary,
      platform_id, receipt, reason, error, attempts, created_at, sending_at, settled_at)
    select of_workspace, r.id, r.run_id, r.flow_id, r.node, r.visit, r.key, r.connection_id, r.contact_id, r.state, r.kind, r.target, r.action, r.summary,
      r.platform_id, r.receipt, r.reason, r.error, r.attempts, r.created_at, r.sending_at, r.settled_at
    from jsonb_to_recordset(changes -> 'outbox') as r(
      t integer, id uuid, run_id uuid, flow_id uuid, node text, visit integer, key text, connection_id uuid, contact_id uuid, state text, kind text, target text, action jsonb,
      summary text, platform_id text, receipt jsonb, reason text, error jsonb, attempts smallint, created_at timestamptz, sending_at timestamptz, settled_at timestamptz)
    where r.t <> all (put_off)
    on conflict (workspace_id, id) do update
      set state = excluded.state, action = excluded.action, summary = excluded.summary, platform_id = excluded.platform_id, receipt = excluded.receipt,
        reason = excluded.reason, error = excluded.error, attempts = excluded.attempts, sending_at = excluded.sending_at, settled_at = excluded.settled_at;
  end if;
  if changes ? 'settled' then
    -- Rows that were announced by this turn: only their outcome is new.
    with item as materialized (
      select * from jsonb_to_recordset(changes -> 'settled') as r(
        t integer, id uuid, state text, platform_id text, receipt jsonb, reason text, error jsonb, attempts smallint, sending_at timestamptz, settled_at timestamptz)
      where r.t <> all (put_off)
    )
    update heddle.outbox o set state = r.state, platform_id = r.platform_id, receipt = r.receipt, reason = r.reason, error = r.error, attempts = r.attempts,
      sending_at = r.sending_at, settled_at = r.settled_at
    from item r where o.workspace_id = of_workspace and o.id = any (array(select i.id from item i)) and o.id = r.id;
  end if;

  if changes ? 'events' then
    with item as materialized (
      select * from jsonb_to_recordset(changes -> 'events') as e(
        t integer, id uuid, state text, reason text, skipped jsonb, run_ids uuid[], contact_id uuid, attempts smallint, retry_at timestamptz)
      where e.t <> all (put_off)
    ), taken as (
      update heddle.inbound_event e set state = i.state, reason = i.reason, skipped = i.skipped, run_ids = i.run_ids, contact_id = i.contact_id,
        attempts = i.attempts, retry_at = i.retry_at
      from item i where e.workspace_id = of_workspace and e.id = any (array(select o.id from item o)) and e.id = i.id and e.state = 'pending'
      returning e.id
    )
    select (select count(*) from item), (select count(*) from taken) into wanted, done;
    if done <> wanted then raise exception using errcode = 'HD001', message = 'An event was taken by somebody else.'; end if;
  end if;

  if changes ? 'queued' then
    for item in select * from jsonb_to_recordset(changes -> 'queued') as q(event_id uuid, flow_id uuid, subject text, max_active integer) loop
      if item.max_active is not null then
        -- Whoever waits for a place must be sure that there is none: the end of the last run may have come in between, and nobody else wakes us.
        perform pg_advisory_xact_lock(hashtextextended(of_workspace::text || item.flow_id::text, 1));
        if (select count(*) from heddle.run r
            where r.workspace_id = of_workspace and r.flow_id = item.flow_id and r.is_limited and r.status in ('running', 'waiting'))
          + (select count(*) from heddle.queued_start q where q.workspace_id = of_workspace and q.flow_id = item.flow_id) < item.max_active then
          raise exception using errcode = 'HD001', message = 'A place in the flow became free.';
        end if;
      end if;
      insert into heddle.queued_start (workspace_id, event_id, flow_id, subject, queued_at)
      values (of_workspace, item.event_id, item.flow_id, item.subject, at_moment)
      on conflict (workspace_id, event_id) do nothing;
    end loop;
  end if;
  if changes ? 'unqueued' then
    -- The place that one leaves may be the next one's.
    for item in
      delete from heddle.queued_start q using jsonb_to_recordset(changes -> 'unqueued') as e(id uuid)
      where q.workspace_id = of_workspace and q.event_id = e.id returning q.flow_id
    loop
      wakes := wakes || heddle.first_queued(of_workspace, item.flow_id, at_moment);
    end loop;
  end if;

  if changes ? 'newContacts' then
    with item as materialized (
      select * from jsonb_to_recordset(changes -> 'newContacts') as p(
        t integer, id uuid, connection_id uuid, platform text, platform_id text, username text, name text, profile jsonb, profile_read_at timestamptz, tags text[],
        fields jsonb, last_inbound_at timestamptz, last_event_at timestamptz, is_opted_out boolean)
      where p.t <> all (put_off)
    ), made as (
      insert into heddle.contact (workspace_id, id, connection_id, platform, platform_id, username, name, profile, profile_read_at, tags, fields, last_inbound_at,
        last_event_at, is_opted_out)
      select of_workspace, i.id, i.connection_id, i.platform, i.platform_id, i.username, i.name, i.profile, i.profile_read_at, i.tags, i.fields, i.last_inbound_at,
        coalesce(i.last_event_at, at_moment), i.is_opted_out
      from item i
      on conflict do nothing
      returning id
    )
    select (select count(*) from item), (select count(*) from made) into wanted, done;
    if done <> wanted then raise exception using errcode = 'HD001', message = 'The contact was made by somebody else.'; end if;
  end if;
  if changes ? 'contacts' then
    with item as materialized (
      select * from jsonb_to_recordset(changes -> 'contacts') as p(
        t integer, id uuid, username text, name text, profile jsonb, profile_read_at timestamptz, tags text[], fields jsonb, last_inbound_at timestamptz,
        last_event_at timestamptz, is_opted_out boolean)
      where p.t <> all (put_off)
    )
    update heddle.contact c set username = p.username, name = p.name, profile = p.profile, profile_read_at = p.profile_read_at, tags = p.tags, fields = p.fields,
      last_inbound_at = p.last_inbound_at, last_event_at = coalesce(p.last_event_at, c.last_event_at), is_opted_out = p.is_opted_out
    from item p where c.workspace_id = of_workspace and c.id = any (array(select i.id from item i)) and c.id = p.id;
  end if;

  if changes ? 'flowStarts' then
    insert into heddle.flow_start (workspace_id, flow_id, contact_id, started_at)
    select of_workspace, s.flow_id, s.contact_id, s.started_at
    from jsonb_to_recordset(changes -> 'flowStarts') as s(t integer, flow_id uuid, contact_id uuid, started_at timestamptz) where s.t <> all (put_off)
    on conflict (workspace_id, flow_id, contact_id) do update set started_at = excluded.started_at;
  end if;

  if changes ? 'notices' then
    insert into heddle.member_notice (workspace_id, id, run_id, flow_id, node, text, created_at)
    select of_workspace, n.id, n.run_id, n.flow_id, n.node, n.text, at_moment
    from jsonb_to_recordset(changes -> 'notices') as n(t integer, id uuid, run_id uuid, flow_id uuid, node text, text text) where n.t <> all (put_off);
  end if;

  if changes ? 'counters' then
    -- Always in the same order, so that two checkpoints with common counters wait for each other instead of locking crosswise.
    insert into heddle.node_counter as c (workspace_id, flow_id, day, node, what, slot, amount)
    select of_workspace, n.flow_id, (at_moment at time zone 'UTC')::date, n.node, n.what, counter_slot, sum(n.amount)
    from jsonb_to_recordset(changes -> 'counters') as n(t integer, flow_id uuid, node text, what text, amount bigint)
    where n.t <> all (put_off) group by n.flow_id, n.node, n.what
    order by n.flow_id, n.node, n.what
    on conflict (workspace_id, flow_id, day, node, what, slot) do update set amount = c.amount + excluded.amount;
  end if;

  if wakes <> '{}' then
    -- All mailboxes in the order of their keys, as ingest and the renewal of leases lock them.
    perform from heddle.subject s
    where s.workspace_id = of_workspace and s.key in (select unnest(wakes) union select o.subject from jsonb_to_recordset(turns) as o(subject text))
    order by s.key for no key update;
    insert into heddle.subject as s (workspace_id, key, ready_at) select of_workspace, w.key, at_moment from (select distinct unnest(wakes) as key) w order by w.key
    on conflict (workspace_id, key) do update set posted = s.posted + 1, lane = 0, ready_at = least(s.ready_at, excluded.ready_at);
  end if;

  return query
  with ours as materialized (
    select w.t, w.seen, w.is_release, w.release_at, w.is_once, w.is_progress, s.key, s.posted, s.crashes
    from (
      select * from jsonb_to_recordset(turns) as g(
        t integer, subject text, fence bigint, seen bigint, is_release boolean, release_at timestamptz, is_once boolean, is_progress boolean)
      where g.t <> all (put_off) order by g.subject offset 0
    ) w cross join lateral (
      -- Locked, so that no claim can come between this look and our commit; in the order of the keys.
      select m.* from heddle.subject m where m.workspace_id = of_workspace and m.key = w.subject and m.fence = w.fence offset 0 for no key update
    ) s
  ), gone as (
    -- The mailbox of a run that is about nobody is not needed again. Should the run be retried, it is made anew.
    delete from heddle.subject s using ours o
    where s.workspace_id = of_workspace and s.key = any (array(select k.key from ours k)) and s.key = o.key and o.is_release and o.is_once and o.release_at is null and o.posted = o.seen
  ), given_back as (
    -- Given back only if nothing was put in since the turn looked; otherwise it goes on and the lease stays.
    update heddle.subject s set
      ready_at = case when o.posted = o.seen then o.release_at else s.ready_at end,
      lane = case when o.posted = o.seen then 1 else s.lane end,
      lease_until = case when o.posted = o.seen then null else s.lease_until end,
      crashes = 0
    from ours o
    where s.workspace_id = of_workspace and s.key = any (array(select k.key from ours k)) and s.key = o.key and o.is_release and not (o.is_once and o.release_at is null and o.posted = o.seen)
  ), moved_on as (
    -- A turn that gets further than the one whose worker died is not what killed it.
    update heddle.subject s set crashes = 0 from ours o
    where s.workspace_id = of_workspace and s.key = any (array(select k.key from ours k)) and s.key = o.key and not o.is_release and o.is_progress and o.crashes > 0
  )
  select o.t, o.posted, null::text, null::double precision from ours o
  union all
  select p.t, null, p.bucket, p.at_ms from unnest(put_off, put_off_by, put_off_until) as p(t, bucket, at_ms);
  get diagnostics done = row_count;
  if done <> jsonb_array_length(turns) then raise exception using errcode = 'HD001', message = 'Another worker took the subject.'; end if;
end $$;
