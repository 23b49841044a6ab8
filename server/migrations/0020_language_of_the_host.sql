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

-- --- the turn: what is new is marked by the tables above ---

create or replace function heddle.load_turn(of_workspace uuid, of_subject text, at_moment timestamptz, of_connection uuid, of_person text, new_contact uuid, most integer)
returns jsonb language plpgsql set search_path = '' as $$
declare
  events jsonb;
  last_event jsonb;
  person jsonb;
  runs jsonb;
  listeners jsonb;
  ended jsonb;
begin
  perform set_config('app.workspace', of_workspace::text, true);
  -- All that this writes is the contact, which the next load would write again: no need to wait for the disk. The checkpoint does.
  perform set_config('synchronous_commit', 'off', true);
  select coalesce(jsonb_agg(jsonb_build_object('id', e.id, 'platform', e.platform, 'connectionId', e.connection_id, 'kind', e.kind, 'key', e.key,
      'contact', e.contact, 'data', e.data, 'isQueued', exists (select from heddle.queued_start q where q.workspace_id = of_workspace and q.event_id = e.id), 'flowId', e.flow_id, 'node', e.node, 'attempts', e.attempts,
      'occurredAtMs', floor(extract(epoch from e.occurred_at) * 1000), 'retryAtMs', floor(extract(epoch from e.retry_at) * 1000)) order by e.occurred_at, e.id), '[]')
    into events
  from (
    select p.* from heddle.inbound_event p
    where p.workspace_id = of_workspace and p.subject = of_subject and p.state = 'pending' order by p.occurred_at, p.id limit most
  ) e;
  select e into last_event from jsonb_array_elements(events) with ordinality as t(e, place)
  where e -> 'retryAtMs' = 'null' or (e ->> 'retryAtMs')::double precision <= extract(epoch from at_moment) * 1000
  order by place desc limit 1;
  -- Events of ours (a decision, a report) are about a run, not from the person.
  if of_connection is not null and last_event ->> 'connectionId' is not null then
    insert into heddle.contact as c (workspace_id, id, connection_id, platform, platform_id, username, name, last_event_at)
    values (of_workspace, new_contact, of_connection, last_event ->> 'platform', of_person,
      case when last_event #>> '{contact,platformId}' = of_person then last_event #>> '{contact,username}' end,
      case when last_event #>> '{contact,platformId}' = of_person then last_event #>> '{contact,name}' end, at_moment)
    on conflict (workspace_id, connection_id, platform_id) do update
      set last_event_at = excluded.last_event_at, username = coalesce(excluded.username, c.username), name = coalesce(excluded.name, c.name);
  end if;
  if of_connection is not null then
    select jsonb_build_object('id', c.id, 'connectionId', c.connection_id, 'platform', c.platform, 'platformId', c.platform_id, 'username', c.username,
        'name', c.name, 'profile', c.profile, 'profileReadAtMs', floor(extract(epoch from c.profile_read_at) * 1000), 'tags', to_jsonb(c.tags), 'fields', c.fields,
        'lastInboundAtMs', floor(extract(epoch from c.last_inbound_at) * 1000), 'isOptedOut', c.is_opted_out)
      into person
    from heddle.contact c where c.workspace_id = of_workspace and c.connection_id = of_connection and c.platform_id = of_person;
  end if;
  select coalesce(jsonb_agg(jsonb_build_object('id', r.id, 'flowId', r.flow_id, 'flowVersion', r.flow_version, 'contactId', r.contact_id, 'eventId', r.event_id,
      'parent', case when r.parent_run_id is not null then jsonb_build_object('runId', r.parent_run_id, 'position', r.parent_position, 'index', r.child_index) end,
      'eventAtMs', floor(extract(epoch from r.event_at) * 1000), 'triggerNode', r.trigger_node, 'triggerType', r.trigger_type, 'bindings', r.bindings,
      'snapshot', r.snapshot, 'storedVersion', r.snapshot_version, 'startedAtMs', floor(extract(epoch from r.started_at) * 1000),
      'waits', (select coalesce(jsonb_agg(jsonb_build_object('position', w.position, 'node', w.node, 'spec', w.spec, 'nodeRunId', w.node_run_id,
          'dueAtMs', floor(extract(epoch from w.due_at) * 1000), 'createdAtMs', floor(extract(epoch from w.created_at) * 1000)) order by w.created_at), '[]')
        from heddle.wait w where w.workspace_id = of_workspace and w.run_id = r.id)) order by r.id), '[]')
    into runs
  from heddle.run r
  where r.workspace_id = of_workspace and r.subject = of_subject and r.status in ('running', 'waiting');
  -- Ends of child runs that a run here has not been told yet.
  if jsonb_path_exists(runs, '$[*].waits[*].spec ? (@.kind == "children")') then
    select jsonb_agg(jsonb_build_object('id', c.id, 'runId', c.parent_run_id, 'position', c.parent_position, 'index', c.child_index, 'status', c.status,
        'error', c.error, 'result', c.result) order by c.ended_at, c.id)
      into ended
    from heddle.run c
    where c.workspace_id = of_workspace and not c.is_reported and c.ended_at is not null
      and c.parent_run_id in (select (r ->> 'id')::uuid from jsonb_array_elements(runs) r);
  end if;
  if last_event is not null then
    select coalesce(jsonb_agg(jsonb_build_object('kind', t.kind, 'connectionId', t.connection_id, 'node', t.node, 'flowId', t.flow_id, 'flowName', f.name,
        'version', t.version, 'priority', t.priority, 'liveSinceMs', floor(extract(epoch from t.live_since) * 1000), 'bindings', t.bindings)
        order by t.priority desc, t.live_since, t.flow_id), '[]')
      into listeners
    from heddle.trigger_subscription t join heddle.flow f on f.workspace_id = t.workspace_id and f.id = t.flow_id
    -- By the events and not by the mailbox: an event of an account may be about nobody, such as a post that is due.
    where t.workspace_id = of_workspace
      and (t.connection_id is null or t.connection_id::text in (select e ->> 'connectionId' from jsonb_array_elements(events) e))
      and t.kind in (select e ->> 'kind' from jsonb_array_elements(events) e);
  end if;
  return jsonb_build_object('events', events, 'contact', person, 'runs', runs, 'listeners', coalesce(listeners, '[]'),
    'ended', coalesce(ended, '[]'));
end $$;

create or replace function heddle.write_checkpoint(
  of_workspace uuid, of_subject text, of_fence bigint, seen_posted bigint, at_moment timestamptz, changes jsonb, is_release boolean, release_at timestamptz, counter_slot smallint)
returns bigint language plpgsql set search_path = '' as $$
declare
  item record;
  tokens_left double precision;
  now_posted bigint;
  breaker_retry_at timestamptz;
  parent uuid;
  was_limited boolean;
  -- Mailboxes besides our own that have something to do now.
  wakes text[] := '{}';
begin
  perform set_config('app.workspace', of_workspace::text, true);

  for item in select b.id from jsonb_array_elements_text(changes -> 'breakers') as b(id) order by b.id loop
    -- One send may find out whether the platform works again; whoever takes the probe keeps it for 30 s.
    update heddle.breaker b set probe_until = at_moment + interval '30 s'
    where b.workspace_id = of_workspace and b.connection_id = item.id::uuid and b.retry_at <= at_moment and (b.probe_until is null or b.probe_until <= at_moment);
    if not found then
      select greatest(b.retry_at, least(b.probe_until, at_moment + interval '2 s')) into breaker_retry_at from heddle.breaker b
      where b.workspace_id = of_workspace and b.connection_id = item.id::uuid and b.retry_at is not null;
      if breaker_retry_at is not null then
        raise exception using errcode = 'HD002', message = 'sending is paused', detail =
          jsonb_build_object('bucket', 'breaker', 'atMs', ceil(extract(epoch from breaker_retry_at) * 1000));
      end if;
    end if;
  end loop;

  for item in select * from jsonb_to_recordset(changes -> 'budget') as b(connection_id uuid, bucket text, size double precision, per_second double precision) loop
    tokens_left := null;
    insert into heddle.budget as b (workspace_id, connection_id, bucket, tokens, updated_at)
    values (of_workspace, item.connection_id, item.bucket, item.size - 1, at_moment)
    on conflict (workspace_id, connection_id, bucket) do update
      set tokens = least(item.size, b.tokens + greatest(0, extract(epoch from at_moment - b.updated_at)) * item.per_second) - 1,
        updated_at = greatest(b.updated_at, at_moment)
      where least(item.size, b.tokens + greatest(0, extract(epoch from at_moment - b.updated_at)) * item.per_second) >= 1
        and (b.closed_until is null or b.closed_until <= at_moment)
    returning b.tokens into tokens_left;
    if tokens_left is null then
      raise exception using errcode = 'HD002', message = 'limit used up', detail = (
        select jsonb_build_object('bucket', b.bucket, 'atMs', greatest(
          ceil(extract(epoch from b.updated_at) * 1000 + greatest(0, 1 - b.tokens) / item.per_second * 1000),
          coalesce(ceil(extract(epoch from b.closed_until) * 1000), 0),
          floor(extract(epoch from at_moment) * 1000) + 1))
        from heddle.budget b where b.workspace_id = of_workspace and b.connection_id = item.connection_id and b.bucket = item.bucket);
    end if;
  end loop;

  for item in
    select * from jsonb_to_recordset(changes -> 'runs') as r(
      id uuid, flow_id uuid, flow_version integer, contact_id uuid, event_id uuid, event_at timestamptz, trigger_node text, trigger_type text, bindings jsonb,
      status text, snapshot jsonb, stored_version integer, error jsonb, node_runs integer, started_at timestamptz, ended_at timestamptz,
      subject text, parent_run_id uuid, parent_position text, child_index integer, result jsonb, is_reported boolean, max_active integer)
  loop
    parent := null;
    was_limited := null;
    if item.stored_version = 0 then
      if item.max_active is not null then
        -- One start of a limited flow at a time, so that two cannot both take the last place.
        perform pg_advisory_xact_lock(hashtextextended(of_workspace::text || item.flow_id::text, 1));
        if (select count(*) from heddle.run r
            where r.workspace_id = of_workspace and r.flow_id = item.flow_id and r.is_limited and r.status in ('running', 'waiting')) >= item.max_active then
          raise exception using errcode = 'HD001', message = 'The flow became full.';
        end if;
      end if;
      insert into heddle.run (workspace_id, id, flow_id, flow_version, subject, contact_id, event_id, event_at, trigger_node, trigger_type, bindings,
        status, snapshot, snapshot_version, error, node_runs, started_at, ended_at, parent_run_id, parent_position, child_index, result, is_reported, is_limited)
      values (of_workspace, item.id, item.flow_id, item.flow_version, coalesce(item.subject, of_subject), item.contact_id, item.event_id, item.event_at, item.trigger_node, item.trigger_type,
        item.bindings, item.status, item.snapshot, 1, item.error, item.node_runs, item.started_at, item.ended_at, item.parent_run_id, item.parent_position, item.child_index,
        item.result, coalesce(item.is_reported, false), item.max_active is not null)
      on conflict do nothing
      returning parent_run_id, is_limited into parent, was_limited;
      -- A child with a mailbox of its own begins with a turn there.
      if item.subject <> of_subject and item.ended_at is null then wakes := wakes || item.subject; end if;
    else
      update heddle.run r set status = item.status, snapshot = item.snapshot, snapshot_version = r.snapshot_version + 1, error = item.error,
        node_runs = item.node_runs, ended_at = item.ended_at, result = item.result, is_reported = coalesce(item.is_reported, r.is_reported)
      where r.workspace_id = of_workspace and r.id = item.id and r.snapshot_version = item.stored_version
      returning r.parent_run_id, r.is_limited into parent, was_limited;
    end if;
    if was_limited is null then raise exception using errcode = 'HD001', message = 'A run was started or changed by somebody else.'; end if;
    if item.ended_at is not null and parent is not null and not coalesce(item.is_reported, false) then
      wakes := wakes || array(select r.subject from heddle.run r where r.workspace_id = of_workspace and r.id = parent and r.subject <> of_subject);
    end if;
    if item.ended_at is not null and was_limited then
      wakes := wakes || heddle.first_queued(of_workspace, item.flow_id, at_moment);
    end if;
  end loop;

  if changes ? 'reported' then
    update heddle.run r set is_reported = true
    where r.workspace_id = of_workspace and r.id in (select e::uuid from jsonb_array_elements_text(changes -> 'reported') e);
  end if;
  for item in select * from jsonb_to_recordset(changes -> 'cancelChildren') as c(run_id uuid, position text) loop
    perform heddle.cancel_children(of_workspace, item.run_id, item.position, at_moment);
  end loop;

  if changes ? 'nodeRuns' then
    -- A node that was suspended and went on keeps its row.
    insert into heddle.node_run as n (workspace_id, id, run_id, flow_id, node, type, visit, attempt, status, port, input, output, error, started_at, ended_at)
    select of_workspace, r.id, r.run_id, r.flow_id, r.node, r.type, r.visit, r.attempt, r.status, r.port, coalesce(r.input, 'null'), coalesce(r.output, 'null'), r.error,
      r.started_at, r.ended_at
    from jsonb_to_recordset(changes -> 'nodeRuns') as r(
      id uuid, run_id uuid, flow_id uuid, node text, type text, visit integer, attempt integer, status text, port text, input jsonb, output jsonb, error jsonb,
      started_at timestamptz, ended_at timestamptz)
    on conflict (workspace_id, id) do update
      set status = excluded.status, port = excluded.port, output = excluded.output, error = excluded.error, attempt = excluded.attempt, ended_at = excluded.ended_at;
  end if;

  if changes ? 'waits' then
    delete from heddle.wait w using jsonb_to_recordset(changes -> 'waits') as g(run_id uuid, position text, spec jsonb)
    where g.spec is null and w.workspace_id = of_workspace and w.run_id = g.run_id and w.position = g.position;
    insert into heddle.wait (workspace_id, run_id, position, subject, flow_id, node, kind, spec, due_at, node_run_id, created_at)
    select of_workspace, w.run_id, w.position, of_subject, w.flow_id, w.node, w.spec ->> 'kind', w.spec, w.due_at, w.node_run_id, w.created_at
    from jsonb_to_recordset(changes -> 'waits') as w(run_id uuid, position text, flow_id uuid, node text, spec jsonb, due_at timestamptz, node_run_id uuid, created_at timestamptz)
    where w.spec is not null
    on conflict (workspace_id, run_id, position) do update
      set node = excluded.node, kind = excluded.kind, spec = excluded.spec, due_at = excluded.due_at, node_run_id = excluded.node_run_id;
    -- What was reported before the run came to wait for it, but after the run began, counts.
    for item in
      select w.spec ->> 'name' as name, w.spec ->> 'key' as key, w.run_id, w.position, w.flow_id, w.node
      from jsonb_to_recordset(changes -> 'waits') as w(run_id uuid, position text, flow_id uuid, node text, spec jsonb)
      where w.spec ->> 'kind' = 'event' order by 1, 2
    loop
      perform pg_advisory_xact_lock(heddle.named_event_lock(of_workspace, item.name, item.key));
      if heddle.give_early_event(of_workspace, item.name, item.key, item.run_id, item.position, of_subject, item.flow_id, item.node, at_moment) then
        wakes := wakes || of_subject;
      end if;
    end loop;
  end if;

  if changes ? 'outbox' then
    -- Nothing may go out for a run that a person has ended. The lock makes whoever ends it now wait for our commit.
    for item in
      select distinct o.run_id from jsonb_to_recordset(changes -> 'outbox') as o(run_id uuid, state text) where o.state = 'sending' order by o.run_id
    loop
      -- One by one: as a join this is planned as a scan while the table is young.
      perform from heddle.run r where r.workspace_id = of_workspace and r.id = item.run_id and r.status not in ('running', 'waiting') for share;
      if found then raise exception using errcode = 'HD001', message = 'The run was ended by somebody else.'; end if;
    end loop;
    insert into heddle.outbox as o (workspace_id, id, run_id, flow_id, node, visit, key, connection_id, contact_id, state, kind, target, action, summary,
      platform_id, receipt, reason, error, attempts, created_at, sending_at, settled_at)
    select of_workspace, r.* from jsonb_to_recordset(changes -> 'outbox') as r(
      id uuid, run_id uuid, flow_id uuid, node text, visit integer, key text, connection_id uuid, contact_id uuid, state text, kind text, target text, action jsonb,
      summary text, platform_id text, receipt jsonb, reason text, error jsonb, attempts smallint, created_at timestamptz, sending_at timestamptz, settled_at timestamptz)
    on conflict (workspace_id, id) do update
      set state = excluded.state, action = excluded.action, summary = excluded.summary, platform_id = excluded.platform_id, receipt = excluded.receipt,
        reason = excluded.reason, error = excluded.error, attempts = excluded.attempts, sending_at = excluded.sending_at, settled_at = excluded.settled_at;
  end if;

  for item in
    select * from jsonb_to_recordset(changes -> 'events') as e(
      id uuid, state text, reason text, skipped jsonb, run_ids uuid[], contact_id uuid, attempts smallint, retry_at timestamptz)
  loop
    update heddle.inbound_event e set state = item.state, reason = item.reason, skipped = item.skipped, run_ids = item.run_ids, contact_id = item.contact_id,
      attempts = item.attempts, retry_at = item.retry_at
    where e.workspace_id = of_workspace and e.id = item.id and e.state = 'pending';
    if not found then raise exception using errcode = 'HD001', message = 'An event was taken by somebody else.'; end if;
  end loop;

  for item in select * from jsonb_to_recordset(changes -> 'queued') as q(event_id uuid, flow_id uuid, max_active integer) loop
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
    values (of_workspace, item.event_id, item.flow_id, of_subject, at_moment)
    on conflict (workspace_id, event_id) do nothing;
  end loop;
  if changes ? 'unqueued' then
    -- The place that one leaves may be the next one's.
    for item in
      delete from heddle.queued_start q
      where q.workspace_id = of_workspace and q.event_id in (select e::uuid from jsonb_array_elements_text(changes -> 'unqueued') e) returning q.flow_id
    loop
      wakes := wakes || heddle.first_queued(of_workspace, item.flow_id, at_moment);
    end loop;
  end if;

  if changes ? 'contact' then
    update heddle.contact c set username = p.username, name = p.name, profile = p.profile, profile_read_at = p.profile_read_at, tags = p.tags, fields = p.fields,
      last_inbound_at = p.last_inbound_at, is_opted_out = p.is_opted_out
    from jsonb_to_record(changes -> 'contact') as p(
      id uuid, username text, name text, profile jsonb, profile_read_at timestamptz, tags text[], fields jsonb, last_inbound_at timestamptz, is_opted_out boolean)
    where c.workspace_id = of_workspace and c.id = p.id;
  end if;

  if changes ? 'flowStarts' then
    insert into heddle.flow_start (workspace_id, flow_id, contact_id, started_at)
    select of_workspace, s.flow_id, s.contact_id, s.started_at from jsonb_to_recordset(changes -> 'flowStarts') as s(flow_id uuid, contact_id uuid, started_at timestamptz)
    on conflict (workspace_id, flow_id, contact_id) do update set started_at = excluded.started_at;
  end if;

  if changes ? 'notices' then
    insert into heddle.member_notice (workspace_id, id, run_id, flow_id, node, text, created_at)
    select of_workspace, n.id, n.run_id, n.flow_id, n.node, n.text, at_moment
    from jsonb_to_recordset(changes -> 'notices') as n(id uuid, run_id uuid, flow_id uuid, node text, text text);
  end if;

  if changes ? 'counters' then
    -- Always in the same order, so that two checkpoints with common counters wait for each other instead of locking crosswise.
    insert into heddle.node_counter as c (workspace_id, flow_id, day, node, what, slot, amount)
    select of_workspace, n.flow_id, (at_moment at time zone 'UTC')::date, n.node, n.what, counter_slot, n.amount
    from jsonb_to_recordset(changes -> 'counters') as n(flow_id uuid, node text, what text, amount bigint)
    order by n.flow_id, n.node, n.what
    on conflict (workspace_id, flow_id, day, node, what, slot) do update set amount = c.amount + excluded.amount;
  end if;

  if wakes <> '{}' then
    -- All mailboxes in the order of their keys, as ingest and the renewal of leases lock them.
    perform from heddle.subject s where s.workspace_id = of_workspace and s.key = any (wakes || of_subject) order by s.key for no key update;
    insert into heddle.subject as s (workspace_id, key, ready_at) select of_workspace, w.key, at_moment from (select distinct unnest(wakes) as key) w order by w.key
    on conflict (workspace_id, key) do update set posted = s.posted + 1, lane = 0, ready_at = least(s.ready_at, excluded.ready_at);
  end if;

  if not is_release then
    select s.posted into now_posted from heddle.subject s where s.workspace_id = of_workspace and s.key = of_subject and s.fence = of_fence
    -- Locked, so that no claim can come between this look and our commit.
    for no key update;
  else
    if release_at is null and (of_subject like 'event:%' or of_subject like 'run:%') then
      -- The mailbox of a run that is about nobody is not needed again. Should the run be retried, it is made anew.
      delete from heddle.subject s
      where s.workspace_id = of_workspace and s.key = of_subject and s.fence = of_fence and s.posted = seen_posted returning s.posted into now_posted;
    end if;
    if now_posted is null then
      -- Given back only if nothing was put in since the turn looked; otherwise it goes on and the lease stays.
      update heddle.subject s set
        ready_at = case when s.posted = seen_posted then release_at else s.ready_at end,
        lane = case when s.posted = seen_posted then 1 else s.lane end,
        lease_until = case when s.posted = seen_posted then null else s.lease_until end,
        crashes = 0
      where s.workspace_id = of_workspace and s.key = of_subject and s.fence = of_fence
      returning s.posted into now_posted;
    end if;
  end if;
  if now_posted is null then raise exception using errcode = 'HD001', message = 'Another worker took the subject.'; end if;
  return now_posted;
end $$;
