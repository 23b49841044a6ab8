-- Who takes events in may take their turns as well: docs/adr/0006. Then the events, the claim of their mailboxes and all that the turns
-- begin with are one round trip and one commit.
drop function heddle.ingest_events(uuid, jsonb, timestamptz);

-- Takes in events of one workspace: keys, events, mailboxes; all or nothing, one round trip. Repeated keys are left out.
-- Keys and subjects are written in order, so that two batches with common rows wait for each other instead of locking crosswise.
--
-- Up to `most` of the mailboxes that nobody holds are claimed for the caller, as `claim_subjects` would; `turns` is what `load_turns` says of
-- them, in the order of `subjects`. A lease that has ended is left to `claim_subjects`, which counts the death of its worker.
-- `is_left`: there are mailboxes besides that are ready now.
create function heddle.ingest_events(of_workspace uuid, events jsonb, at_moment timestamptz, most integer, lease_ms integer, most_events integer)
returns table (event_ids uuid[], subjects text[], fences text[], posted text[], turns json, is_left boolean)
language plpgsql set search_path = '' as $$
declare
  connections uuid[];
  people text[];
begin
  perform set_config('app.workspace', of_workspace::text, true);
  with item as materialized (
    select i.* from jsonb_to_recordset(events) as i(
      id uuid, source_id uuid, connection_id uuid, platform text, kind text, key text, subject text, about_connection uuid, about_person text, contact jsonb,
      data jsonb, flow_id uuid, node text, occurred_at timestamptz)
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
