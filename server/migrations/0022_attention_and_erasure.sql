-- What members are to look at, and what has to be forgotten.

-- --- notices ---

alter table heddle.member_notice
  -- What it is about: a note of a flow, an account, or the catalog.
  add column topic text not null default 'note' check (topic in ('note', 'connection', 'catalog')),
  add column connection_id uuid;

-- What a member has seen. Besides notes these are messages of unknown outcome and events that failed: they are notices as long as they are so.
create table heddle.notice_read (
  workspace_id uuid not null references heddle.workspace (id),
  member_id text not null,
  notice_id uuid not null,
  read_at timestamptz not null,
  primary key (workspace_id, member_id, notice_id)
);
select heddle.protect_tenant_table('heddle.notice_read');

create index inbound_event_failed on heddle.inbound_event (workspace_id, id desc) where state = 'failed';
create index inbound_event_decisions on heddle.inbound_event (workspace_id, id desc) where kind = 'core/decision';

-- --- what platforms ask on behalf of a person ---

-- Platforms name an account in such requests by an id that no webhook carries.
alter table heddle.connection add column app_scoped_id text;
create index connection_by_external_id on heddle.connection (platform, external_id);
create index connection_by_app_scoped_id on heddle.connection (platform, app_scoped_id) where app_scoped_id is not null;

-- Belongs to no workspace: a person is known to several, or to none.
create table heddle.privacy_request (
  id uuid primary key,
  -- With it, and nothing else, a person sees how far their request is.
  code text not null unique,
  platform text not null,
  kind text not null check (kind in ('deauthorize', 'delete')),
  is_sandbox boolean not null,
  -- SHA-256 of what was signed: the same request again is not a new one.
  payload_hash text not null unique,
  -- Whom it is about; forgotten with the rest.
  person_id text,
  received_at timestamptz not null,
  finished_at timestamptz
);
create index privacy_request_open on heddle.privacy_request (received_at) where finished_at is null;
select heddle.protect_routing_table('heddle.privacy_request');

-- Notes a request; the same one again answers with the first.
create function heddle.open_privacy_request(new_id uuid, new_code text, of_platform text, of_kind text, of_sandbox boolean, of_hash text, of_person text, at_moment timestamptz)
returns table (id uuid, code text, is_new boolean)
language plpgsql security definer set search_path = '' as $$
begin
  insert into heddle.privacy_request as p (id, code, platform, kind, is_sandbox, payload_hash, person_id, received_at)
  values (new_id, new_code, of_platform, of_kind, of_sandbox, of_hash, of_person, at_moment) on conflict (payload_hash) do nothing;
  return query select p.id, p.code, p.id = new_id from heddle.privacy_request p where p.payload_hash = of_hash;
end $$;

create function heddle.find_privacy_request(of_code text) returns table (received_at timestamptz, finished_at timestamptz)
language sql stable security definer set search_path = '' as $$
  select p.received_at, p.finished_at from heddle.privacy_request p where p.code = of_code and p.kind = 'delete'
$$;

create function heddle.open_privacy_requests() returns table (id uuid, kind text, platform text, is_sandbox boolean, person_id text)
language sql stable security definer set search_path = '' as $$
  select p.id, p.kind, p.platform, p.is_sandbox, p.person_id from heddle.privacy_request p where p.finished_at is null order by p.received_at limit 100
$$;

create function heddle.finish_privacy_request(of_id uuid, at_moment timestamptz) returns void
language sql security definer set search_path = '' as $$
  update heddle.privacy_request p set finished_at = at_moment, person_id = null where p.id = of_id
$$;

-- Accounts that a person connected. Only ids leave.
create function heddle.find_own_connections(of_platform text, of_sandbox boolean, of_person text) returns table (workspace_id uuid, connection_id uuid)
language sql stable security definer set search_path = '' as $$
  select c.workspace_id, c.id from heddle.connection c
  where c.platform = of_platform and c.is_sandbox = of_sandbox and (c.external_id = of_person or c.app_scoped_id = of_person) order by c.workspace_id, c.id
$$;

-- Contacts that are a person. Only ids leave.
create function heddle.find_person(of_platform text, of_sandbox boolean, of_person text) returns table (workspace_id uuid, contact_id uuid)
language sql stable security definer set search_path = '' as $$
  select p.workspace_id, p.id from heddle.connection c
  join heddle.contact p on p.workspace_id = c.workspace_id and p.connection_id = c.id and p.platform_id = of_person
  where c.platform = of_platform and c.is_sandbox = of_sandbox order by p.workspace_id, p.id
$$;

-- Forgets people: who they are, what they wrote, what was written to them, and the runs about them. Counters stay, they name nobody.
create function heddle.erase_contacts(of_workspace uuid, people uuid[], at_moment timestamptz) returns void
language plpgsql set search_path = '' as $$
declare
  mailboxes text[];
  their_runs uuid[];
  their_events uuid[];
  active uuid;
begin
  perform set_config('app.workspace', of_workspace::text, true);
  select coalesce(array_agg('contact:' || c.connection_id || ':' || c.platform_id), '{}') into mailboxes
  from heddle.contact c where c.workspace_id = of_workspace and c.id = any (people);
  -- First of all: a worker that is at it now can write nothing more.
  delete from heddle.subject s where s.workspace_id = of_workspace and s.key = any (mailboxes);
  with recursive theirs as (
    select r.id, r.event_id from heddle.run r where r.workspace_id = of_workspace and r.contact_id = any (people)
    union
    select r.id, r.event_id from heddle.run r join theirs t on r.parent_run_id = t.id where r.workspace_id = of_workspace
  )
  select coalesce(array_agg(t.id), '{}'), coalesce(array_agg(t.event_id) filter (where t.event_id is not null), '{}') into their_runs, their_events from theirs t;
  for active in
    select r.id from heddle.run r where r.workspace_id = of_workspace and r.id = any (their_runs) and r.status in ('running', 'waiting') order by r.id
  loop
    update heddle.run r set status = 'cancelled', ended_at = at_moment, snapshot_version = r.snapshot_version + 1
    where r.workspace_id = of_workspace and r.id = active;
    -- Whoever waits for the end of one of them, or for its place in the flow, hears of it.
    perform heddle.after_run_ended(of_workspace, active, at_moment);
  end loop;
  delete from heddle.node_run n where n.workspace_id = of_workspace and n.run_id = any (their_runs);
  delete from heddle.member_notice n where n.workspace_id = of_workspace and n.run_id = any (their_runs);
  delete from heddle.outbox o where o.workspace_id = of_workspace and o.run_id = any (their_runs);
  delete from heddle.outbox o where o.workspace_id = of_workspace and o.contact_id = any (people);
  delete from heddle.run r where r.workspace_id = of_workspace and r.id = any (their_runs);
  delete from heddle.flow_start s where s.workspace_id = of_workspace and s.contact_id = any (people);
  delete from heddle.queued_start q where q.workspace_id = of_workspace and q.subject = any (mailboxes);
  delete from heddle.inbound_event e where e.workspace_id = of_workspace and e.contact_id = any (people);
  delete from heddle.inbound_event e where e.workspace_id = of_workspace and e.id = any (their_events);
  delete from heddle.inbound_event e where e.workspace_id = of_workspace and e.state = 'pending' and e.subject = any (mailboxes);
  delete from heddle.subject s where s.workspace_id = of_workspace and s.key = any (mailboxes);
  delete from heddle.contact c where c.workspace_id = of_workspace and c.id = any (people);
end $$;
