-- The catalog: scans of an account's posts, what was read out of each, drafts and products.

create table heddle.store (
  workspace_id uuid not null references heddle.workspace (id),
  id uuid not null,
  name text not null,
  is_default boolean not null,
  -- For prices without a currency.
  currency text not null check (currency ~ '^[A-Z]{3}$'),
  -- Drafts at least this sure become products by themselves; null: never.
  auto_approve_from real check (auto_approve_from between 0 and 1),
  created_at timestamptz not null default now(),
  primary key (workspace_id, id)
);
create unique index store_default on heddle.store (workspace_id) where is_default;
select heddle.protect_tenant_table('heddle.store');

create table heddle.catalog_scan (
  workspace_id uuid not null references heddle.workspace (id),
  id uuid not null,
  connection_id uuid,
  flow_id uuid,
  -- The event that starts its run, and the run once it began.
  event_id uuid,
  run_id uuid,
  status text not null check (status in ('running', 'done', 'cancelled', 'failed')),
  reason text,
  -- As asked for: limit, since, includeCarousels, includeVideos.
  options jsonb not null,
  -- How far the scan node is: cursor, page in hand. Written by it alone.
  state jsonb not null default '{}',
  account_posts integer,
  listed integer not null default 0,
  is_listed boolean not null default false,
  started_at timestamptz not null,
  ended_at timestamptz,
  primary key (workspace_id, id),
  foreign key (workspace_id, connection_id) references heddle.connection (workspace_id, id)
);
create index catalog_scan_running on heddle.catalog_scan (workspace_id, connection_id) where status = 'running';
select heddle.protect_tenant_table('heddle.catalog_scan');

-- One row per post of a scan: a post that is listed twice, or by a run that goes on after a crash, is one post.
create table heddle.catalog_scan_item (
  workspace_id uuid not null,
  scan_id uuid not null,
  media_id text not null,
  state text not null check (state in ('listed', 'extracted', 'saved')),
  product jsonb,
  needs_review boolean not null default false,
  -- The answer of an earlier scan was used: nothing was paid.
  is_reused boolean not null default false,
  draft_id uuid,
  updated_at timestamptz not null,
  primary key (workspace_id, scan_id, media_id),
  foreign key (workspace_id, scan_id) references heddle.catalog_scan (workspace_id, id) on delete cascade
);
select heddle.protect_tenant_table('heddle.catalog_scan_item');

-- What the model was asked about, by post and caption. The row is made before the call, so that nobody pays for a caption twice.
create table heddle.catalog_extraction (
  workspace_id uuid not null references heddle.workspace (id),
  key text not null,
  -- `lost`: the process died in mid-call.
  state text not null check (state in ('calling', 'done', 'failed', 'lost')),
  run_id text not null,
  record jsonb not null,
  updated_at timestamptz not null,
  primary key (workspace_id, key)
);
select heddle.protect_tenant_table('heddle.catalog_extraction');

create table heddle.product (
  workspace_id uuid not null,
  id uuid not null,
  store_id uuid not null,
  slug text not null,
  name text not null check (name <> ''),
  description text not null,
  price_minor bigint not null check (price_minor > 0),
  currency text not null check (currency ~ '^[A-Z]{3}$'),
  was_price_minor bigint,
  category text,
  tags text[] not null,
  variants jsonb not null,
  -- Pieces in stock; null: not counted.
  inventory integer check (inventory >= 0),
  images text[] not null,
  status text not null check (status in ('active', 'hidden')),
  -- Where it comes from: platform, connectionId, mediaId, permalink.
  source jsonb not null,
  created_at timestamptz not null,
  updated_at timestamptz not null,
  primary key (workspace_id, id),
  unique (workspace_id, store_id, slug),
  foreign key (workspace_id, store_id) references heddle.store (workspace_id, id)
);
select heddle.protect_tenant_table('heddle.product');

create table heddle.product_draft (
  workspace_id uuid not null,
  id uuid not null,
  store_id uuid not null,
  -- One draft per post of an account: `<connection>/media:<id>`; for drafts without a post `run:<id>/<node>/<visit>`.
  source_key text not null,
  connection_id uuid,
  scan_id uuid,
  run_id uuid,
  media_id text,
  caption text not null,
  picture_url text,
  permalink text,
  posted_at timestamptz,
  name text not null,
  description text not null,
  price_minor bigint,
  currency text check (currency ~ '^[A-Z]{3}$'),
  was_price_minor bigint,
  category text,
  tags text[] not null,
  variants jsonb not null,
  confidence real not null check (confidence between 0 and 1),
  needs_review boolean not null,
  extractor text not null check (extractor in ('model', 'rules')),
  notes jsonb not null,
  is_edited boolean not null default false,
  status text not null check (status in ('pending', 'approved', 'rejected', 'expired')),
  reason text,
  -- A member, or the node run that approved by itself.
  decided_by text,
  decided_at timestamptz,
  product_id uuid,
  expires_at timestamptz not null,
  reminded_at timestamptz,
  created_at timestamptz not null,
  updated_at timestamptz not null,
  primary key (workspace_id, id),
  unique (workspace_id, source_key),
  foreign key (workspace_id, store_id) references heddle.store (workspace_id, id)
);
create index product_draft_pending on heddle.product_draft (workspace_id, id desc) where status = 'pending';
create index product_draft_expiring on heddle.product_draft (workspace_id, expires_at) where status = 'pending';
select heddle.protect_tenant_table('heddle.product_draft');
