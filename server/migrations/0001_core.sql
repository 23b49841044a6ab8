-- Workspaces, members, keys, connections, flows. Run by the owner role; the server's own role is named by the setting heddle.app_role.

-- Gives a tenant table its protection: row-level security, forced on the owner too, one policy for the server's role and one for the
-- owner, so that functions with SECURITY DEFINER work across workspaces. current_setting() without "missing ok" raises when no
-- workspace is set: a forgotten setting fails instead of showing nothing.
create function heddle.protect_tenant_table(target regclass, tenant_column text default 'workspace_id') returns void
language plpgsql set search_path = '' as $$
begin
  execute format('alter table %s enable row level security', target);
  execute format('alter table %s force row level security', target);
  execute format(
    'create policy app_tenant on %s to %I using (%I = (select current_setting(''app.workspace'')::uuid)) with check (%I = (select current_setting(''app.workspace'')::uuid))',
    target, current_setting('heddle.app_role'), tenant_column, tenant_column);
  execute format('create policy owner_all on %s to %I using (true) with check (true)', target, current_user);
end $$;

-- For tables that say which workspace something belongs to: the server reaches them only through functions.
create function heddle.protect_routing_table(target regclass) returns void
language plpgsql set search_path = '' as $$
begin
  execute format('alter table %s enable row level security', target);
  execute format('alter table %s force row level security', target);
  execute format('create policy owner_all on %s to %I using (true) with check (true)', target, current_user);
end $$;

create table heddle.workspace (
  id uuid primary key,
  name text not null check (length(name) between 1 and 120),
  created_at timestamptz not null default now()
);
select heddle.protect_tenant_table('heddle.workspace', 'id');

create table heddle.member (
  workspace_id uuid not null references heddle.workspace (id),
  member_id text not null,
  role text not null check (role in ('owner', 'editor', 'viewer')),
  created_at timestamptz not null default now(),
  primary key (workspace_id, member_id)
);
create index member_by_account on heddle.member (member_id);
select heddle.protect_tenant_table('heddle.member');

create table heddle.data_key (
  workspace_id uuid not null references heddle.workspace (id),
  id uuid not null,
  wrapped text not null,
  created_at timestamptz not null default now(),
  retired_at timestamptz,
  primary key (workspace_id, id)
);
-- One key in use per workspace: two processes that make the first one at the same moment agree on it.
create unique index data_key_in_use on heddle.data_key (workspace_id) where retired_at is null;
select heddle.protect_tenant_table('heddle.data_key');

create table heddle.audit (
  workspace_id uuid not null references heddle.workspace (id),
  id uuid not null,
  at timestamptz not null,
  member_id text not null,
  action text not null,
  subject_id text,
  detail jsonb not null,
  primary key (workspace_id, id)
);
select heddle.protect_tenant_table('heddle.audit');

create table heddle.api_key (
  workspace_id uuid not null references heddle.workspace (id),
  id uuid not null,
  name text not null,
  role text not null check (role in ('owner', 'editor', 'viewer')),
  prefix text not null,
  hash text not null,
  created_by text not null,
  created_at timestamptz not null default now(),
  last_used_at timestamptz,
  expires_at timestamptz,
  primary key (workspace_id, id)
);
create unique index api_key_by_hash on heddle.api_key (hash);
select heddle.protect_tenant_table('heddle.api_key');

create table heddle.connection (
  workspace_id uuid not null references heddle.workspace (id),
  id uuid not null,
  platform text not null,
  external_id text not null,
  username text not null,
  name text not null,
  picture_url text,
  status text not null check (status in ('pending', 'connected', 'expiring', 'expired', 'revoked', 'error')),
  status_reason text,
  is_sandbox boolean not null,
  is_default boolean not null,
  granted_scopes text[] not null,
  token_sealed text,
  token_expires_at timestamptz,
  last_verified_at timestamptz,
  created_at timestamptz not null default now(),
  updated_at timestamptz not null default now(),
  disconnected_at timestamptz,
  primary key (workspace_id, id),
  unique (workspace_id, platform, external_id)
);
create unique index connection_default on heddle.connection (workspace_id, platform) where is_default;
create index connection_to_refresh on heddle.connection (token_expires_at) where disconnected_at is null;
select heddle.protect_tenant_table('heddle.connection');

-- Which connection the webhooks of an account go to. One account is one workspace's: whoever proved it last by signing in there.
create table heddle.connection_route (
  platform text not null,
  external_id text not null,
  workspace_id uuid not null,
  connection_id uuid not null,
  primary key (platform, external_id),
  foreign key (workspace_id, connection_id) references heddle.connection (workspace_id, id) on delete cascade
);
select heddle.protect_routing_table('heddle.connection_route');

create table heddle.oauth_state (
  workspace_id uuid not null references heddle.workspace (id),
  state_hash text not null,
  member_id text not null,
  platform text not null,
  expires_at timestamptz not null,
  primary key (workspace_id, state_hash)
);
select heddle.protect_tenant_table('heddle.oauth_state');

create table heddle.flow (
  workspace_id uuid not null references heddle.workspace (id),
  id uuid not null,
  name text not null,
  state text not null check (state in ('draft', 'live', 'paused')),
  -- json, not jsonb: the order of inputs and nodes is the author's.
  draft json not null,
  draft_revision integer not null,
  published_revision integer,
  published_version integer,
  triggers text[] not null,
  inputs jsonb not null default '{}',
  created_at timestamptz not null default now(),
  updated_at timestamptz not null default now(),
  deleted_at timestamptz,
  primary key (workspace_id, id),
  check (state = 'draft' or published_version is not null)
);
create index flow_last_changed on heddle.flow (workspace_id, updated_at desc, id desc);
select heddle.protect_tenant_table('heddle.flow');

create table heddle.flow_version (
  workspace_id uuid not null,
  flow_id uuid not null,
  version integer not null,
  document json not null,
  published_by text not null,
  published_at timestamptz not null default now(),
  note text not null,
  primary key (workspace_id, flow_id, version),
  foreign key (workspace_id, flow_id) references heddle.flow (workspace_id, id)
);
select heddle.protect_tenant_table('heddle.flow_version');

create table heddle.flow_binding (
  workspace_id uuid not null,
  flow_id uuid not null,
  slot text not null,
  connection_id uuid not null,
  primary key (workspace_id, flow_id, slot),
  foreign key (workspace_id, flow_id) references heddle.flow (workspace_id, id),
  foreign key (workspace_id, connection_id) references heddle.connection (workspace_id, id)
);
create index flow_binding_by_connection on heddle.flow_binding (workspace_id, connection_id);
select heddle.protect_tenant_table('heddle.flow_binding');

create table heddle.flow_hook (
  workspace_id uuid not null,
  flow_id uuid not null,
  node text not null,
  token_hash text not null,
  token_sealed text not null,
  created_at timestamptz not null default now(),
  primary key (workspace_id, flow_id, node),
  foreign key (workspace_id, flow_id) references heddle.flow (workspace_id, id)
);
create unique index flow_hook_by_token on heddle.flow_hook (token_hash);
select heddle.protect_tenant_table('heddle.flow_hook');

-- --- what the server may know across workspaces: ids only ---

create function heddle.memberships(account text) returns table (workspace_id uuid, name text, role text)
language sql stable security definer set search_path = '' as $$
  select m.workspace_id, w.name, m.role
  from heddle.member m join heddle.workspace w on w.id = m.workspace_id
  where m.member_id = account
  order by m.created_at, m.workspace_id
$$;

create function heddle.find_api_key(key_hash text) returns table (workspace_id uuid, id uuid)
language sql stable security definer set search_path = '' as $$
  select k.workspace_id, k.id from heddle.api_key k where k.hash = key_hash
$$;

create function heddle.find_hook(hash text) returns table (workspace_id uuid, flow_id uuid, node text)
language sql stable security definer set search_path = '' as $$
  select h.workspace_id, h.flow_id, h.node from heddle.flow_hook h where h.token_hash = hash
$$;

create function heddle.find_connection_route(of_platform text, of_external_id text) returns table (workspace_id uuid, connection_id uuid)
language sql stable security definer set search_path = '' as $$
  select r.workspace_id, r.connection_id from heddle.connection_route r where r.platform = of_platform and r.external_id = of_external_id
$$;

-- Gives an account's webhooks to a connection of the current workspace; the connection that had them before stops and says why.
create function heddle.claim_connection_route(of_connection uuid) returns void
language plpgsql security definer set search_path = '' as $$
declare
  mine heddle.connection;
begin
  select * into strict mine from heddle.connection c
  where c.workspace_id = current_setting('app.workspace')::uuid and c.id = of_connection;
  update heddle.connection c
  set status = 'revoked', status_reason = 'The account was connected in another workspace. Connect it here again to take it back.',
      token_sealed = null, is_default = false, updated_at = now()
  from heddle.connection_route r
  where r.platform = mine.platform and r.external_id = mine.external_id and r.workspace_id <> mine.workspace_id
    and c.workspace_id = r.workspace_id and c.id = r.connection_id;
  insert into heddle.connection_route as r (platform, external_id, workspace_id, connection_id)
  values (mine.platform, mine.external_id, mine.workspace_id, mine.id)
  on conflict (platform, external_id) do update set workspace_id = excluded.workspace_id, connection_id = excluded.connection_id;
end $$;

create function heddle.release_connection_route(of_connection uuid) returns void
language sql security definer set search_path = '' as $$
  delete from heddle.connection_route r where r.workspace_id = current_setting('app.workspace')::uuid and r.connection_id = of_connection
$$;

create function heddle.connections_to_refresh(expiring_before timestamptz) returns table (workspace_id uuid, connection_id uuid)
language sql stable security definer set search_path = '' as $$
  select c.workspace_id, c.id from heddle.connection c
  where c.disconnected_at is null and c.token_sealed is not null and c.token_expires_at < expiring_before
    and c.status in ('connected', 'expiring', 'error')
$$;

create function heddle.workspace_ids() returns table (workspace_id uuid)
language sql stable security definer set search_path = '' as $$
  select w.id from heddle.workspace w order by w.created_at, w.id
$$;

create function heddle.expire_oauth_states() returns void
language sql security definer set search_path = '' as $$
  delete from heddle.oauth_state s where s.expires_at < now() - interval '1 day'
$$;
