-- Posts for publishing, and which flow publishes for an account by default.

create table heddle.social_post (
  workspace_id uuid not null references heddle.workspace (id),
  id uuid not null,
  connection_id uuid not null,
  kind text not null check (kind in ('image', 'carousel')),
  caption text not null,
  -- [{url, altText}] in the order in which they are shown.
  media jsonb not null,
  status text not null check (status in ('draft', 'scheduled', 'publishing', 'published', 'failed', 'unconfirmed')),
  -- What the wall clock shows in the zone, and the moment that it means by the rules of the zone when it was set.
  local_time text,
  time_zone text,
  scheduled_at timestamptz,
  -- Grows with every change and every start; the event of a start carries it, so that an old event publishes nothing.
  revision integer not null,
  attempt integer not null default 0,
  -- The event that started the newest try; null until it is taken in.
  event_id uuid,
  media_id text,
  permalink text,
  reason text,
  published_at timestamptz,
  -- When an unconfirmed post was last asked for at the platform.
  asked_at timestamptz,
  created_by text not null,
  created_at timestamptz not null,
  updated_at timestamptz not null,
  primary key (workspace_id, id),
  foreign key (workspace_id, connection_id) references heddle.connection (workspace_id, id),
  check (status <> 'scheduled' or scheduled_at is not null)
);
create index social_post_newest on heddle.social_post (workspace_id, created_at desc, id desc);
create index social_post_due on heddle.social_post (scheduled_at) where status = 'scheduled';
create index social_post_open on heddle.social_post (updated_at) where status in ('publishing', 'unconfirmed');
create index social_post_published on heddle.social_post (workspace_id, connection_id, published_at) where published_at is not null;
select heddle.protect_tenant_table('heddle.social_post');

-- The flow that was made for an account from the shipped template.
create table heddle.publishing_flow (
  workspace_id uuid not null,
  connection_id uuid not null,
  flow_id uuid not null,
  primary key (workspace_id, connection_id),
  foreign key (workspace_id, connection_id) references heddle.connection (workspace_id, id),
  foreign key (workspace_id, flow_id) references heddle.flow (workspace_id, id)
);
select heddle.protect_tenant_table('heddle.publishing_flow');

-- Scheduled posts whose time has come, of all workspaces. Only ids leave.
create function heddle.due_posts(at_moment timestamptz, most integer) returns table (workspace_id uuid, id uuid)
language sql stable security definer set search_path = '' as $$
  select p.workspace_id, p.id from heddle.social_post p
  where p.status = 'scheduled' and p.scheduled_at <= at_moment order by p.scheduled_at limit most
$$;

-- Posts on their way and posts that nobody is sure of: those that were looked at longest ago.
create function heddle.open_posts(most integer) returns table (workspace_id uuid, id uuid)
language sql stable security definer set search_path = '' as $$
  select p.workspace_id, p.id from heddle.social_post p
  where p.status in ('publishing', 'unconfirmed') order by coalesce(p.asked_at, p.updated_at) limit most
$$;
