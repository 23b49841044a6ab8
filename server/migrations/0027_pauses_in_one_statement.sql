-- What one process notes about the platform of an account concerns everybody who sends from it. In a transaction of several round trips a
-- process that is stopped in between keeps the row locked, and all the others wait for it. So each is one statement and one commit.

-- Writes a breaker whose next state a process has worked out, if it still is as that process read it.
-- `was`, `becomes`: null for no row. `told`: what is said on the connection and to the members, or null.
-- Returns false when somebody else has changed it.
create function heddle.change_breaker(of_workspace uuid, of_connection uuid, was jsonb, becomes jsonb, told jsonb)
returns boolean language plpgsql set search_path = '' as $$
begin
  perform set_config('app.workspace', of_workspace::text, true);
  if was is null then
    insert into heddle.breaker (workspace_id, connection_id, outcomes, retry_at, opened_at, failed_probes)
    select of_workspace, of_connection, n.outcomes, n.retry_at, n.opened_at, n.failed_probes
    from jsonb_to_record(becomes) as n(outcomes jsonb, retry_at timestamptz, opened_at timestamptz, failed_probes integer)
    on conflict do nothing;
  elsif becomes is null then
    delete from heddle.breaker b using jsonb_to_record(was) as w(outcomes jsonb, retry_at timestamptz)
    where b.workspace_id = of_workspace and b.connection_id = of_connection and b.outcomes = w.outcomes and b.retry_at is not distinct from w.retry_at;
  else
    update heddle.breaker b set outcomes = n.outcomes, retry_at = n.retry_at, opened_at = n.opened_at, failed_probes = n.failed_probes,
      probe_until = case when b.retry_at is distinct from n.retry_at then null else b.probe_until end
    from jsonb_to_record(was) as w(outcomes jsonb, retry_at timestamptz),
      jsonb_to_record(becomes) as n(outcomes jsonb, retry_at timestamptz, opened_at timestamptz, failed_probes integer)
    where b.workspace_id = of_workspace and b.connection_id = of_connection and b.outcomes = w.outcomes and b.retry_at is not distinct from w.retry_at;
  end if;
  if not found then return false; end if;
  if told is not null then
    with told_on as (
      update heddle.connection c
      set status_reason = case when c.status_reason is null or starts_with(c.status_reason, told ->> 'prefix') then told ->> 'reason' else c.status_reason end
      where c.workspace_id = of_workspace and c.id = of_connection returning c.username
    )
    insert into heddle.member_notice (workspace_id, id, node, text, topic, connection_id, created_at)
    select of_workspace, (told ->> 'noticeId')::uuid, '', '@' || t.username || ': ' || (told ->> 'text'), 'connection', of_connection, (told ->> 'at')::timestamptz
    from told_on t;
  end if;
  return true;
end $$;

-- The platform itself said "not before": nothing is taken out of these buckets until then. `buckets`: [{"bucket", "size"}, …].
create function heddle.close_budget(of_workspace uuid, of_connection uuid, buckets jsonb, at_moment timestamptz, until timestamptz)
returns void language plpgsql set search_path = '' as $$
begin
  perform set_config('app.workspace', of_workspace::text, true);
  insert into heddle.budget as b (workspace_id, connection_id, bucket, tokens, updated_at, closed_until)
  select of_workspace, of_connection, d.bucket, d.size, at_moment, until from jsonb_to_recordset(buckets) as d(bucket text, size double precision)
  order by d.bucket
  on conflict (workspace_id, connection_id, bucket) do update set closed_until = greatest(b.closed_until, excluded.closed_until);
end $$;
