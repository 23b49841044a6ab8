-- Rows that many turns write together come as columns, one array for each, and not as JSON: docs/adr/0007. A type per kind of row; `unpack` makes
-- rows of it, bound to the built-in `unnest` when it is made, and simple enough to become part of the statement that uses it. The server packs
-- by `checkpoint-sections.ts`; Postgres refuses a column of another type, or another number of columns.
drop function heddle.write_checkpoints(uuid, timestamptz, smallint, jsonb, jsonb);
drop function heddle.ingest_events(uuid, jsonb, timestamptz, integer, integer, integer);

create type heddle.turn_rows as (
  t integer[], subject text[], fence bigint[], seen bigint[], is_release boolean[], release_at timestamptz[], is_once boolean[], is_progress boolean[]);
create function heddle.unpack(packed heddle.turn_rows) returns table (
  t integer, subject text, fence bigint, seen bigint, is_release boolean, release_at timestamptz, is_once boolean, is_progress boolean)
language sql immutable rows 20 begin atomic
  select unnest((packed).t), unnest((packed).subject), unnest((packed).fence), unnest((packed).seen), unnest((packed).is_release),
  unnest((packed).release_at), unnest((packed).is_once), unnest((packed).is_progress);
end;

create type heddle.breaker_rows as (
  t integer[], connection_id uuid[]);
create function heddle.unpack(packed heddle.breaker_rows) returns table (
  t integer, connection_id uuid)
language sql immutable rows 20 begin atomic
  select unnest((packed).t), unnest((packed).connection_id);
end;

create type heddle.budget_rows as (
  t integer[], connection_id uuid[], bucket text[], size double precision[], per_second double precision[]);
create function heddle.unpack(packed heddle.budget_rows) returns table (
  t integer, connection_id uuid, bucket text, size double precision, per_second double precision)
language sql immutable rows 20 begin atomic
  select unnest((packed).t), unnest((packed).connection_id), unnest((packed).bucket), unnest((packed).size), unnest((packed).per_second);
end;

create type heddle.new_run_rows as (
  t integer[], id uuid[], flow_id uuid[], flow_version integer[], subject text[], contact_id uuid[], event_id uuid[], event_at timestamptz[],
  trigger_node text[], trigger_type text[], bindings jsonb[], status text[], snapshot jsonb[], error jsonb[], node_runs integer[], started_at
  timestamptz[], ended_at timestamptz[], parent_run_id uuid[], parent_position text[], child_index integer[], result jsonb[], is_reported boolean[],
  max_active integer[]);
create function heddle.unpack(packed heddle.new_run_rows) returns table (
  t integer, id uuid, flow_id uuid, flow_version integer, subject text, contact_id uuid, event_id uuid, event_at timestamptz, trigger_node text,
  trigger_type text, bindings jsonb, status text, snapshot jsonb, error jsonb, node_runs integer, started_at timestamptz, ended_at timestamptz,
  parent_run_id uuid, parent_position text, child_index integer, result jsonb, is_reported boolean, max_active integer)
language sql immutable rows 20 begin atomic
  select unnest((packed).t), unnest((packed).id), unnest((packed).flow_id), unnest((packed).flow_version), unnest((packed).subject),
  unnest((packed).contact_id), unnest((packed).event_id), unnest((packed).event_at), unnest((packed).trigger_node), unnest((packed).trigger_type),
  unnest((packed).bindings), unnest((packed).status), unnest((packed).snapshot), unnest((packed).error), unnest((packed).node_runs),
  unnest((packed).started_at), unnest((packed).ended_at), unnest((packed).parent_run_id), unnest((packed).parent_position),
  unnest((packed).child_index), unnest((packed).result), unnest((packed).is_reported), unnest((packed).max_active);
end;

create type heddle.run_rows as (
  t integer[], id uuid[], status text[], snapshot jsonb[], stored_version integer[], error jsonb[], node_runs integer[], ended_at timestamptz[],
  result jsonb[], is_reported boolean[]);
create function heddle.unpack(packed heddle.run_rows) returns table (
  t integer, id uuid, status text, snapshot jsonb, stored_version integer, error jsonb, node_runs integer, ended_at timestamptz, result jsonb,
  is_reported boolean)
language sql immutable rows 20 begin atomic
  select unnest((packed).t), unnest((packed).id), unnest((packed).status), unnest((packed).snapshot), unnest((packed).stored_version),
  unnest((packed).error), unnest((packed).node_runs), unnest((packed).ended_at), unnest((packed).result), unnest((packed).is_reported);
end;

create type heddle.node_run_rows as (
  t integer[], id uuid[], run_id uuid[], flow_id uuid[], node text[], type text[], visit integer[], attempt integer[], status text[], port text[],
  input jsonb[], output jsonb[], error jsonb[], started_at timestamptz[], ended_at timestamptz[]);
create function heddle.unpack(packed heddle.node_run_rows) returns table (
  t integer, id uuid, run_id uuid, flow_id uuid, node text, type text, visit integer, attempt integer, status text, port text, input jsonb, output
  jsonb, error jsonb, started_at timestamptz, ended_at timestamptz)
language sql immutable rows 20 begin atomic
  select unnest((packed).t), unnest((packed).id), unnest((packed).run_id), unnest((packed).flow_id), unnest((packed).node), unnest((packed).type),
  unnest((packed).visit), unnest((packed).attempt), unnest((packed).status), unnest((packed).port), unnest((packed).input), unnest((packed).output),
  unnest((packed).error), unnest((packed).started_at), unnest((packed).ended_at);
end;

create type heddle.outbox_rows as (
  t integer[], id uuid[], run_id uuid[], flow_id uuid[], node text[], visit integer[], key text[], connection_id uuid[], contact_id uuid[], state
  text[], kind text[], target text[], action jsonb[], summary text[], platform_id text[], receipt jsonb[], reason text[], error jsonb[], attempts
  integer[], created_at timestamptz[], sending_at timestamptz[], settled_at timestamptz[]);
create function heddle.unpack(packed heddle.outbox_rows) returns table (
  t integer, id uuid, run_id uuid, flow_id uuid, node text, visit integer, key text, connection_id uuid, contact_id uuid, state text, kind text,
  target text, action jsonb, summary text, platform_id text, receipt jsonb, reason text, error jsonb, attempts integer, created_at timestamptz,
  sending_at timestamptz, settled_at timestamptz)
language sql immutable rows 20 begin atomic
  select unnest((packed).t), unnest((packed).id), unnest((packed).run_id), unnest((packed).flow_id), unnest((packed).node), unnest((packed).visit),
  unnest((packed).key), unnest((packed).connection_id), unnest((packed).contact_id), unnest((packed).state), unnest((packed).kind),
  unnest((packed).target), unnest((packed).action), unnest((packed).summary), unnest((packed).platform_id), unnest((packed).receipt),
  unnest((packed).reason), unnest((packed).error), unnest((packed).attempts), unnest((packed).created_at), unnest((packed).sending_at),
  unnest((packed).settled_at);
end;

create type heddle.settled_rows as (
  t integer[], id uuid[], state text[], platform_id text[], receipt jsonb[], reason text[], error jsonb[], attempts integer[], sending_at
  timestamptz[], settled_at timestamptz[]);
create function heddle.unpack(packed heddle.settled_rows) returns table (
  t integer, id uuid, state text, platform_id text, receipt jsonb, reason text, error jsonb, attempts integer, sending_at timestamptz, settled_at
  timestamptz)
language sql immutable rows 20 begin atomic
  select unnest((packed).t), unnest((packed).id), unnest((packed).state), unnest((packed).platform_id), unnest((packed).receipt),
  unnest((packed).reason), unnest((packed).error), unnest((packed).attempts), unnest((packed).sending_at), unnest((packed).settled_at);
end;

create type heddle.event_rows as (
  t integer[], id uuid[], state text[], reason text[], skipped jsonb[], run_ids text[], contact_id uuid[], attempts integer[], retry_at timestamptz[]);
create function heddle.unpack(packed heddle.event_rows) returns table (
  t integer, id uuid, state text, reason text, skipped jsonb, run_ids text, contact_id uuid, attempts integer, retry_at timestamptz)
language sql immutable rows 20 begin atomic
  select unnest((packed).t), unnest((packed).id), unnest((packed).state), unnest((packed).reason), unnest((packed).skipped), unnest((packed).run_ids),
  unnest((packed).contact_id), unnest((packed).attempts), unnest((packed).retry_at);
end;

create type heddle.new_contact_rows as (
  t integer[], id uuid[], connection_id uuid[], platform text[], platform_id text[], username text[], name text[], profile jsonb[], profile_read_at
  timestamptz[], tags text[], fields jsonb[], last_inbound_at timestamptz[], last_event_at timestamptz[], is_opted_out boolean[]);
create function heddle.unpack(packed heddle.new_contact_rows) returns table (
  t integer, id uuid, connection_id uuid, platform text, platform_id text, username text, name text, profile jsonb, profile_read_at timestamptz, tags
  text, fields jsonb, last_inbound_at timestamptz, last_event_at timestamptz, is_opted_out boolean)
language sql immutable rows 20 begin atomic
  select unnest((packed).t), unnest((packed).id), unnest((packed).connection_id), unnest((packed).platform), unnest((packed).platform_id),
  unnest((packed).username), unnest((packed).name), unnest((packed).profile), unnest((packed).profile_read_at), unnest((packed).tags),
  unnest((packed).fields), unnest((packed).last_inbound_at), unnest((packed).last_event_at), unnest((packed).is_opted_out);
end;

create type heddle.contact_rows as (
  t integer[], id uuid[], username text[], name text[], profile jsonb[], profile_read_at timestamptz[], tags text[], fields jsonb[], last_inbound_at
  timestamptz[], last_event_at timestamptz[], is_opted_out boolean[]);
create function heddle.unpack(packed heddle.contact_rows) returns table (
  t integer, id uuid, username text, name text, profile jsonb, profile_read_at timestamptz, tags text, fields jsonb, last_inbound_at timestamptz,
  last_event_at timestamptz, is_opted_out boolean)
language sql immutable rows 20 begin atomic
  select unnest((packed).t), unnest((packed).id), unnest((packed).username), unnest((packed).name), unnest((packed).profile),
  unnest((packed).profile_read_at), unnest((packed).tags), unnest((packed).fields), unnest((packed).last_inbound_at), unnest((packed).last_event_at),
  unnest((packed).is_opted_out);
end;

create type heddle.flow_start_rows as (
  t integer[], flow_id uuid[], contact_id uuid[], started_at timestamptz[]);
create function heddle.unpack(packed heddle.flow_start_rows) returns table (
  t integer, flow_id uuid, contact_id uuid, started_at timestamptz)
language sql immutable rows 20 begin atomic
  select unnest((packed).t), unnest((packed).flow_id), unnest((packed).contact_id), unnest((packed).started_at);
end;

create type heddle.counter_rows as (
  t integer[], flow_id uuid[], node text[], what text[], amount integer[]);
create function heddle.unpack(packed heddle.counter_rows) returns table (
  t integer, flow_id uuid, node text, what text, amount integer)
language sql immutable rows 20 begin atomic
  select unnest((packed).t), unnest((packed).flow_id), unnest((packed).node), unnest((packed).what), unnest((packed).amount);
end;

create type heddle.inbound_rows as (
  id uuid[], source_id uuid[], connection_id uuid[], platform text[], kind text[], key text[], subject text[], about_connection uuid[], about_person
  text[], contact jsonb[], data jsonb[], flow_id uuid[], node text[], occurred_at timestamptz[]);
create function heddle.unpack(packed heddle.inbound_rows) returns table (
  id uuid, source_id uuid, connection_id uuid, platform text, kind text, key text, subject text, about_connection uuid, about_person text, contact
  jsonb, data jsonb, flow_id uuid, node text, occurred_at timestamptz)
language sql immutable rows 20 begin atomic
  select unnest((packed).id), unnest((packed).source_id), unnest((packed).connection_id), unnest((packed).platform), unnest((packed).kind),
  unnest((packed).key), unnest((packed).subject), unnest((packed).about_connection), unnest((packed).about_person), unnest((packed).contact),
  unnest((packed).data), unnest((packed).flow_id), unnest((packed).node), unnest((packed).occurred_at);
end;
-- Takes in events of one workspace: keys, events, mailboxes; all or nothing, one round trip. Repeated keys are left out.
-- Keys and subjects are written in order, so that two batches with common rows wait for each other instead of locking crosswise.
--
-- Up to `most` of the mailboxes that nobody holds are claimed for the caller, as `claim_subjects` would; `turns` is what `load_turns` says of
-- them, in the order of `subjects`. A lease that has ended is left to `claim_subjects`, which counts the death of its worker.
-- `is_left`: there are mailboxes besides that are ready now.
create function heddle.ingest_events(of_workspace uuid, inbound heddle.inbound_rows, at_moment timestamptz, most integer, lease_ms integer, most_events integer)
returns table (event_ids uuid[], subjects text[], fences text[], posted text[], turns json, is_left boolean)
language plpgsql set search_path = '' set plan_cache_mode = force_generic_plan as $$
declare
  connections uuid[];
  people text[];
begin
  perform set_config('app.workspace', of_workspace::text, true);
  with item as materialized (
    select * from heddle.unpack(inbound)
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
  ), called as materialized (
    -- A fence for each that may be claimed: it is what tells our claim from another's.
    select d.subject, case when d.place <= most then nextval('heddle.subject_fence') end as fence
    from (select t.subject, row_number() over (order by t.subject) as place from stored t group by t.subject) d
  ), mailbox as (
    insert into heddle.subject as s (workspace_id, key, ready_at, fence, lease_until)
    select of_workspace, c.subject, at_moment, coalesce(c.fence, 0), case when c.fence is not null then at_moment + make_interval(secs => lease_ms / 1000.0) end
    from called c order by c.subject
    on conflict (workspace_id, key) do update
      set posted = s.posted + 1, lane = 0, ready_at = least(s.ready_at, excluded.ready_at),
        fence = case when s.lease_until is null and excluded.lease_until is not null then excluded.fence else s.fence end,
        crashes = case when s.lease_until is null and excluded.lease_until is not null then 0 else s.crashes end,
        lease_until = coalesce(s.lease_until, excluded.lease_until)
    returning s.key, s.fence, s.posted, s.lease_until
  ), ours as (
    select m.key, m.fence, m.posted, a.about_connection, a.about_person
    from mailbox m join called c on c.subject = m.key and c.fence = m.fence
    join (select distinct on (i.subject) i.subject, i.about_connection, i.about_person from item i) a on a.subject = m.key
  )
  select coalesce((select array_agg(t.id) from stored t), '{}'), coalesce(array_agg(o.key order by o.key), '{}'), coalesce(array_agg(o.fence::text order by o.key), '{}'),
      coalesce(array_agg(o.posted::text order by o.key), '{}'), array_agg(o.about_connection order by o.key), array_agg(o.about_person order by o.key),
      exists (select from mailbox m where m.lease_until is null)
    into event_ids, subjects, fences, posted, connections, people, is_left
  from ours o;
  if subjects <> '{}' then turns := heddle.load_turns(of_workspace, subjects, connections, people, most_events); end if;
  return next;
end $$;

-- How many of some rows belong to turns that are not left out.
create function heddle.count_kept(ts integer[], put_off integer[]) returns integer language plpgsql immutable set search_path = '' as $$
begin
  if put_off = '{}' then return cardinality(ts); end if;
  return (select count(*) from unnest(ts) as k(t) where k.t <> all (put_off));
end $$;

-- Checkpoints of several turns of one workspace in one round trip and one transaction. Of each turn all is written or nothing. `turns` says who
-- writes: the fence of its claim, the mailbox counter it has seen, and whether it gives the mailbox back. Rows name their turn as `t`; kinds of
-- rows that are seldom come as JSON, in `rest`.
--
-- A turn whose limit is used up, or whose connection is paused, is left out and gets `bucket` and the moment to come back at; the others get
-- the mailbox's counter. Whatever else is wrong with one turn raises (HD001: the mailbox, a run or an event is no longer its own) and nothing is
-- written of any: the caller then writes them one by one.
--
-- HD002: a row was changed in the same instant by somebody who may; the caller does all of it again.
--
-- Rows are found one by one by their key and changed at the place where they were found (`ctid`): a join that finds and changes is planned while
-- the tables are young, and reads all of the workspace when they are not. With the two costs below no plan but this one looks cheap
-- (and none may look so dear that it is compiled). What guards a row is asked again at its place: until the end of 2025 Postgres did not look
-- whether a row that was changed meanwhile was still at the place (TidRecheck), and changed it wherever it was.
--
-- Shared rows are locked in the same order by everybody: breakers, limits, runs, numbers, mailboxes, each by its key. Turns that need more than
-- that (locks of a flow's places or of named events, rows of other mailboxes) come alone.
create function heddle.write_checkpoints(of_workspace uuid, at_moment timestamptz, counter_slot smallint, turns heddle.turn_rows,
  breakers heddle.breaker_rows, budgets heddle.budget_rows, new_runs heddle.new_run_rows, runs heddle.run_rows, node_runs heddle.node_run_rows,
  outbox heddle.outbox_rows, settled heddle.settled_rows, events heddle.event_rows, new_contacts heddle.new_contact_rows, contacts heddle.contact_rows,
  flow_starts heddle.flow_start_rows, counters heddle.counter_rows, rest jsonb)
returns table (t integer, posted bigint, bucket text, at_ms double precision) language plpgsql set search_path = ''
  set enable_seqscan = off set enable_hashjoin = off set enable_mergejoin = off set plan_cache_mode = force_generic_plan
  set random_page_cost = 0 set cpu_index_tuple_cost = 1000 set jit = off as $$
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

  if breakers.t is not null then
    for item in
      select b.t, b.connection_id from heddle.unpack(breakers) as b
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

  if budgets.t is not null then
    insert into heddle.budget (workspace_id, connection_id, bucket, tokens, updated_at)
    select distinct on (d.connection_id, d.bucket) of_workspace, d.connection_id, d.bucket, d.size, at_moment
    from heddle.unpack(budgets) as d
    where not exists (select from heddle.budget b where b.workspace_id = of_workspace and b.connection_id = d.connection_id and b.bucket = d.bucket)
    order by d.connection_id, d.bucket
    on conflict do nothing;
    with demand as materialized (
      select d.*, row_number() over (partition by d.connection_id, d.bucket order by d.t) as place
      from heddle.unpack(budgets) as d
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

  if cardinality(put_off) = cardinality(turns.t) then
    return query select p.t, null::bigint, p.bucket, p.at_ms from unnest(put_off, put_off_by, put_off_until) as p(t, bucket, at_ms);
    return;
  end if;

  if new_runs.t is not null then
    if array_remove(new_runs.max_active, null) <> '{}' then
      -- One start of a limited flow at a time, so that two cannot both take the last place.
      for item in
        select r.flow_id, min(r.max_active) as max_active, count(*) as starts from heddle.unpack(new_runs) as r
        where r.max_active is not null group by r.flow_id order by r.flow_id
      loop
        perform pg_advisory_xact_lock(hashtextextended(of_workspace::text || item.flow_id::text, 1));
        if (select count(*) from heddle.run r
            where r.workspace_id = of_workspace and r.flow_id = item.flow_id and r.is_limited and r.status in ('running', 'waiting')) + item.starts > item.max_active then
          raise exception using errcode = 'HD001', message = 'The flow became full.';
        end if;
      end loop;
      select array_agg(distinct r.flow_id) into freed from heddle.unpack(new_runs) as r
      where r.max_active is not null and r.ended_at is not null and r.t <> all (put_off);
    end if;
    -- A run that is there already violates a key: then the turn is not the caller's any more.
    insert into heddle.run (workspace_id, id, flow_id, flow_version, subject, contact_id, event_id, event_at, trigger_node, trigger_type, bindings,
      status, snapshot, snapshot_version, error, node_runs, started_at, ended_at, parent_run_id, parent_position, child_index, result, is_reported, is_limited)
    select of_workspace, r.id, r.flow_id, r.flow_version, r.subject, r.contact_id, r.event_id, r.event_at, r.trigger_node, r.trigger_type,
      r.bindings, r.status, r.snapshot, 1, r.error, r.node_runs, r.started_at, r.ended_at, r.parent_run_id, r.parent_position, r.child_index,
      r.result, coalesce(r.is_reported, false), r.max_active is not null
    from heddle.unpack(new_runs) as r
    where r.t <> all (put_off);
  end if;

  if runs.t is not null then
    with changed as (
      update heddle.run r set status = i.status, snapshot = i.snapshot, snapshot_version = r.snapshot_version + 1, error = i.error,
        node_runs = i.node_runs, ended_at = i.ended_at, result = i.result, is_reported = coalesce(i.is_reported, r.is_reported)
      from heddle.unpack(runs) as i cross join lateral (
        select k.ctid as place from heddle.run k where k.workspace_id = of_workspace and k.id = i.id and k.snapshot_version = i.stored_version offset 0) f
      where r.ctid = f.place and r.snapshot_version = i.stored_version and i.t <> all (put_off)
      returning r.flow_id, r.is_limited, r.ended_at
    )
    select count(*), array_agg(distinct c.flow_id) filter (where c.is_limited and c.ended_at is not null) into done, more_freed from changed c;
    if done <> heddle.count_kept(runs.t, put_off) then raise exception using errcode = 'HD001', message = 'A run was changed by somebody else.'; end if;
    freed := freed || more_freed;
  end if;

  if rest ? 'wakes' then
    -- Children with mailboxes of their own begin with a turn there; a run above hears of the end of its child in a turn of its own.
    wakes := wakes || array(select w.subject from jsonb_to_recordset(rest -> 'wakes') as w(subject text) where w.subject is not null)
      || array(
        select r.subject from jsonb_to_recordset(rest -> 'wakes') as w(parent_run_id uuid)
        join heddle.run r on r.workspace_id = of_workspace and r.id = w.parent_run_id
        where r.subject not in (select o.subject from heddle.unpack(turns) as o));
  end if;
  if freed is not null then
    for item in select distinct f.id from unnest(freed) as f(id) order by f.id loop
      wakes := wakes || heddle.first_queued(of_workspace, item.id, at_moment);
    end loop;
  end if;

  if rest ? 'reported' then
    update heddle.run r set is_reported = true
    from jsonb_to_recordset(rest -> 'reported') as e(id uuid) where r.workspace_id = of_workspace and r.id = e.id;
  end if;
  if rest ? 'cancelChildren' then
    for item in select * from jsonb_to_recordset(rest -> 'cancelChildren') as c(run_id uuid, position text) loop
      perform heddle.cancel_children(of_workspace, item.run_id, item.position, at_moment);
    end loop;
  end if;

  if node_runs.t is not null then
    -- A node that was suspended and went on keeps its row.
    insert into heddle.node_run as n (workspace_id, id, run_id, flow_id, node, type, visit, attempt, status, port, input, output, error, started_at, ended_at)
    select of_workspace, r.id, r.run_id, r.flow_id, r.node, r.type, r.visit, r.attempt, r.status, r.port, coalesce(r.input, 'null'), coalesce(r.output, 'null'), r.error,
      r.started_at, r.ended_at
    from heddle.unpack(node_runs) as r
    where r.t <> all (put_off)
    on conflict (workspace_id, run_id, id) do update
      set status = excluded.status, port = excluded.port, output = excluded.output, error = excluded.error, attempt = excluded.attempt, ended_at = excluded.ended_at;
  end if;

  if rest ? 'goneWaits' then
    with item as materialized (
      select * from jsonb_to_recordset(rest -> 'goneWaits') as g(t integer, run_id uuid, position text) where g.t <> all (put_off)
    )
    delete from heddle.wait w using item g
    where w.workspace_id = of_workspace and w.run_id = any (array(select i.run_id from item i)) and w.run_id = g.run_id and w.position = g.position;
  end if;
  if rest ? 'waits' then
    insert into heddle.wait (workspace_id, run_id, position, subject, flow_id, node, kind, spec, due_at, node_run_id, created_at)
    select of_workspace, w.run_id, w.position, w.subject, w.flow_id, w.node, w.spec ->> 'kind', w.spec, w.due_at, w.node_run_id, w.created_at
    from jsonb_to_recordset(rest -> 'waits') as w(
      t integer, run_id uuid, position text, subject text, flow_id uuid, node text, spec jsonb, due_at timestamptz, node_run_id uuid, created_at timestamptz)
    where w.t <> all (put_off)
    on conflict (workspace_id, run_id, position) do update
      set node = excluded.node, kind = excluded.kind, spec = excluded.spec, due_at = excluded.due_at, node_run_id = excluded.node_run_id;
    -- What was reported before the run came to wait for it, but after the run began, counts.
    for item in
      select w.spec ->> 'name' as name, w.spec ->> 'key' as key, w.run_id, w.position, w.subject, w.flow_id, w.node
      from jsonb_to_recordset(rest -> 'waits') as w(run_id uuid, position text, subject text, flow_id uuid, node text, spec jsonb)
      where w.spec ->> 'kind' = 'event' order by 1, 2
    loop
      perform pg_advisory_xact_lock(heddle.named_event_lock(of_workspace, item.name, item.key));
      if heddle.give_early_event(of_workspace, item.name, item.key, item.run_id, item.position, item.subject, item.flow_id, item.node, at_moment) then
        wakes := wakes || item.subject;
      end if;
    end loop;
  end if;

  if rest ? 'sendingRuns' then
    -- Nothing may go out for a run that a person has ended. The lock makes whoever ends it now wait for our commit. Runs that are written here
    -- as well are ours by their version and need no look.
    select count(*), count(*) filter (where l.status in ('running', 'waiting')) into wanted, done
    from (
      select r.status from heddle.run r
      where r.workspace_id = of_workspace
        and r.id = any (array(select o.run_id from jsonb_to_recordset(rest -> 'sendingRuns') as o(t integer, run_id uuid) where o.t <> all (put_off)))
      order by r.id for share) l;
    if done <> wanted then raise exception using errcode = 'HD001', message = 'The run was ended by somebody else.'; end if;
  end if;
  if outbox.t is not null then
    insert into heddle.outbox as o (workspace_id, id, run_id, flow_id, node, visit, key, connection_id, contact_id, state, kind, target, action, summary,
      platform_id, receipt, reason, error, attempts, created_at, sending_at, settled_at)
    select of_workspace, r.id, r.run_id, r.flow_id, r.node, r.visit, r.key, r.connection_id, r.contact_id, r.state, r.kind, r.target, r.action, r.summary,
      r.platform_id, r.receipt, r.reason, r.error, r.attempts, r.created_at, r.sending_at, r.settled_at
    from heddle.unpack(outbox) as r
    where r.t <> all (put_off)
    on conflict (workspace_id, id) do update
      set state = excluded.state, action = excluded.action, summary = excluded.summary, platform_id = excluded.platform_id, receipt = excluded.receipt,
        reason = excluded.reason, error = excluded.error, attempts = excluded.attempts, sending_at = excluded.sending_at, settled_at = excluded.settled_at;
  end if;
  if settled.t is not null then
    -- Rows that were announced by this turn: only their outcome is new.
    with item as materialized (
      select i.*, f.place from heddle.unpack(settled) as i cross join lateral (
        select k.ctid as place from heddle.outbox k where k.workspace_id = of_workspace and k.id = i.id offset 0) f
      where i.t <> all (put_off)
    ), changed as (
      update heddle.outbox o set state = i.state, platform_id = i.platform_id, receipt = i.receipt, reason = i.reason, error = i.error, attempts = i.attempts,
        sending_at = i.sending_at, settled_at = i.settled_at
      from item i where o.ctid = i.place
      returning 1
    )
    select (select count(*) from item), (select count(*) from changed) into wanted, done;
    if done <> wanted then raise exception using errcode = 'HD002', message = 'A message was settled by somebody else in the same instant.'; end if;
  end if;

  if events.t is not null then
    -- The id as well: it tells in which part of the table the place is.
    update heddle.inbound_event e set state = i.state, reason = i.reason, skipped = i.skipped, run_ids = i.run_ids::uuid[], contact_id = i.contact_id,
      attempts = i.attempts, retry_at = i.retry_at
    from heddle.unpack(events) as i cross join lateral (
      -- Its state is looked at outside: with it the plan would go through all that is pending.
      select k.ctid as place, k.state from heddle.inbound_event k where k.workspace_id = of_workspace and k.id = i.id offset 0) f
    where f.state = 'pending' and e.ctid = f.place and e.id = i.id and e.state = 'pending' and i.t <> all (put_off);
    get diagnostics done = row_count;
    if done <> heddle.count_kept(events.t, put_off) then raise exception using errcode = 'HD001', message = 'An event was taken by somebody else.'; end if;
  end if;

  if rest ? 'queued' then
    for item in select * from jsonb_to_recordset(rest -> 'queued') as q(event_id uuid, flow_id uuid, subject text, max_active integer) loop
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
  if rest ? 'unqueued' then
    -- The place that one leaves may be the next one's.
    for item in
      delete from heddle.queued_start q using jsonb_to_recordset(rest -> 'unqueued') as e(id uuid)
      where q.workspace_id = of_workspace and q.event_id = e.id returning q.flow_id
    loop
      wakes := wakes || heddle.first_queued(of_workspace, item.flow_id, at_moment);
    end loop;
  end if;

  if new_contacts.t is not null then
    -- As for runs: somebody who is there already violates a key.
    insert into heddle.contact (workspace_id, id, connection_id, platform, platform_id, username, name, profile, profile_read_at, tags, fields, last_inbound_at,
      last_event_at, is_opted_out)
    select of_workspace, p.id, p.connection_id, p.platform, p.platform_id, p.username, p.name, p.profile, p.profile_read_at, p.tags::text[], p.fields,
      p.last_inbound_at, coalesce(p.last_event_at, at_moment), p.is_opted_out
    from heddle.unpack(new_contacts) as p
    where p.t <> all (put_off);
  end if;
  if contacts.t is not null then
    with item as materialized (
      select i.*, f.place from heddle.unpack(contacts) as i cross join lateral (
        select k.ctid as place from heddle.contact k where k.workspace_id = of_workspace and k.id = i.id offset 0) f
      where i.t <> all (put_off)
    ), changed as (
      update heddle.contact c set username = i.username, name = i.name, profile = i.profile, profile_read_at = i.profile_read_at, tags = i.tags::text[],
        fields = i.fields, last_inbound_at = i.last_inbound_at, last_event_at = coalesce(i.last_event_at, c.last_event_at), is_opted_out = i.is_opted_out
      from item i where c.ctid = i.place
      returning 1
    )
    select (select count(*) from item), (select count(*) from changed) into wanted, done;
    if done <> wanted then raise exception using errcode = 'HD002', message = 'The contact was changed by somebody else in the same instant.'; end if;
  end if;

  if flow_starts.t is not null then
    insert into heddle.flow_start (workspace_id, flow_id, contact_id, started_at)
    select of_workspace, s.flow_id, s.contact_id, s.started_at
    from heddle.unpack(flow_starts) as s where s.t <> all (put_off)
    on conflict (workspace_id, flow_id, contact_id) do update set started_at = excluded.started_at;
  end if;

  if rest ? 'notices' then
    insert into heddle.member_notice (workspace_id, id, run_id, flow_id, node, text, created_at)
    select of_workspace, n.id, n.run_id, n.flow_id, n.node, n.text, at_moment
    from jsonb_to_recordset(rest -> 'notices') as n(t integer, id uuid, run_id uuid, flow_id uuid, node text, text text) where n.t <> all (put_off);
  end if;

  if counters.t is not null then
    -- Always in the same order, so that two checkpoints with common counters wait for each other instead of locking crosswise.
    insert into heddle.node_counter as c (workspace_id, flow_id, day, node, what, slot, amount)
    select of_workspace, n.flow_id, (at_moment at time zone 'UTC')::date, n.node, n.what, counter_slot, sum(n.amount)
    from heddle.unpack(counters) as n
    where n.t <> all (put_off) group by n.flow_id, n.node, n.what
    order by n.flow_id, n.node, n.what
    on conflict (workspace_id, flow_id, day, node, what, slot) do update set amount = c.amount + excluded.amount;
  end if;

  if wakes <> '{}' then
    -- All mailboxes in the order of their keys, as ingest and the renewal of leases lock them.
    perform from heddle.subject s
    where s.workspace_id = of_workspace and s.key in (select unnest(wakes) union select o.subject from heddle.unpack(turns) as o)
    order by s.key for no key update;
    insert into heddle.subject as s (workspace_id, key, ready_at) select of_workspace, w.key, at_moment from (select distinct unnest(wakes) as key) w order by w.key
    on conflict (workspace_id, key) do update set posted = s.posted + 1, lane = 0, ready_at = least(s.ready_at, excluded.ready_at);
  end if;

  return query
  with ours as materialized (
    select w.t, w.seen, w.is_release, w.release_at, w.is_once, w.is_progress, s.key, s.posted, s.crashes
    from (
      select * from heddle.unpack(turns) as g
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
  if done <> cardinality(turns.t) then raise exception using errcode = 'HD001', message = 'Another worker took the subject.'; end if;
end $$;
