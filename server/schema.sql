-- What the migrations make, for reading and for comparing. Written by `node server/src/database/testing/write-schema-file.ts`; do not edit.

create table heddle.api_key (
  workspace_id uuid not null,
  id uuid not null,
  name text not null,
  role text not null,
  prefix text not null,
  hash text not null,
  created_by text not null,
  created_at timestamp with time zone not null default now(),
  last_used_at timestamp with time zone,
  expires_at timestamp with time zone,
  constraint api_key_role_check CHECK ((role = ANY (ARRAY['owner'::text, 'editor'::text, 'viewer'::text]))),
  constraint api_key_workspace_id_fkey FOREIGN KEY (workspace_id) REFERENCES heddle.workspace(id),
  constraint api_key_pkey PRIMARY KEY (workspace_id, id)
);
-- row-level security: enabled, forced
create policy app_tenant on heddle.api_key to app using ((workspace_id = ( SELECT (current_setting('app.workspace'::text))::uuid AS current_setting))) with check ((workspace_id = ( SELECT (current_setting('app.workspace'::text))::uuid AS current_setting)));
create policy owner_all on heddle.api_key to owner using (true) with check (true);
CREATE UNIQUE INDEX api_key_by_hash ON heddle.api_key USING btree (hash);

create table heddle.audit (
  workspace_id uuid not null,
  id uuid not null,
  at timestamp with time zone not null,
  member_id text not null,
  action text not null,
  subject_id text,
  detail jsonb not null,
  constraint audit_workspace_id_fkey FOREIGN KEY (workspace_id) REFERENCES heddle.workspace(id),
  constraint audit_pkey PRIMARY KEY (workspace_id, id)
);
-- row-level security: enabled, forced
create policy app_tenant on heddle.audit to app using ((workspace_id = ( SELECT (current_setting('app.workspace'::text))::uuid AS current_setting))) with check ((workspace_id = ( SELECT (current_setting('app.workspace'::text))::uuid AS current_setting)));
create policy owner_all on heddle.audit to owner using (true) with check (true);

create table heddle.breaker (
  workspace_id uuid not null,
  connection_id uuid not null,
  outcomes jsonb not null default '[]'::jsonb,
  retry_at timestamp with time zone,
  probe_until timestamp with time zone,
  opened_at timestamp with time zone,
  failed_probes integer not null default 0,
  constraint breaker_workspace_id_connection_id_fkey FOREIGN KEY (workspace_id, connection_id) REFERENCES heddle.connection(workspace_id, id) ON DELETE CASCADE,
  constraint breaker_pkey PRIMARY KEY (workspace_id, connection_id)
) with (fillfactor=50);
-- row-level security: enabled, forced
create policy app_tenant on heddle.breaker to app using ((workspace_id = ( SELECT (current_setting('app.workspace'::text))::uuid AS current_setting))) with check ((workspace_id = ( SELECT (current_setting('app.workspace'::text))::uuid AS current_setting)));
create policy owner_all on heddle.breaker to owner using (true) with check (true);

create table heddle.budget (
  workspace_id uuid not null,
  connection_id uuid not null,
  bucket text not null,
  tokens double precision not null,
  updated_at timestamp with time zone not null,
  closed_until timestamp with time zone,
  constraint budget_pkey PRIMARY KEY (workspace_id, connection_id, bucket)
) with (fillfactor=50);
-- row-level security: enabled, forced
create policy app_tenant on heddle.budget to app using ((workspace_id = ( SELECT (current_setting('app.workspace'::text))::uuid AS current_setting))) with check ((workspace_id = ( SELECT (current_setting('app.workspace'::text))::uuid AS current_setting)));
create policy owner_all on heddle.budget to owner using (true) with check (true);

create table heddle.catalog_extraction (
  workspace_id uuid not null,
  key text not null,
  state text not null,
  run_id text not null,
  record jsonb not null,
  updated_at timestamp with time zone not null,
  constraint catalog_extraction_state_check CHECK ((state = ANY (ARRAY['calling'::text, 'done'::text, 'failed'::text, 'lost'::text]))),
  constraint catalog_extraction_workspace_id_fkey FOREIGN KEY (workspace_id) REFERENCES heddle.workspace(id),
  constraint catalog_extraction_pkey PRIMARY KEY (workspace_id, key)
);
-- row-level security: enabled, forced
create policy app_tenant on heddle.catalog_extraction to app using ((workspace_id = ( SELECT (current_setting('app.workspace'::text))::uuid AS current_setting))) with check ((workspace_id = ( SELECT (current_setting('app.workspace'::text))::uuid AS current_setting)));
create policy owner_all on heddle.catalog_extraction to owner using (true) with check (true);

create table heddle.catalog_scan (
  workspace_id uuid not null,
  id uuid not null,
  connection_id uuid,
  flow_id uuid,
  event_id uuid,
  run_id uuid,
  status text not null,
  reason text,
  options jsonb not null,
  state jsonb not null default '{}'::jsonb,
  account_posts integer,
  listed integer not null default 0,
  is_listed boolean not null default false,
  started_at timestamp with time zone not null,
  ended_at timestamp with time zone,
  constraint catalog_scan_status_check CHECK ((status = ANY (ARRAY['running'::text, 'done'::text, 'cancelled'::text, 'failed'::text]))),
  constraint catalog_scan_workspace_id_connection_id_fkey FOREIGN KEY (workspace_id, connection_id) REFERENCES heddle.connection(workspace_id, id),
  constraint catalog_scan_workspace_id_fkey FOREIGN KEY (workspace_id) REFERENCES heddle.workspace(id),
  constraint catalog_scan_pkey PRIMARY KEY (workspace_id, id)
);
-- row-level security: enabled, forced
create policy app_tenant on heddle.catalog_scan to app using ((workspace_id = ( SELECT (current_setting('app.workspace'::text))::uuid AS current_setting))) with check ((workspace_id = ( SELECT (current_setting('app.workspace'::text))::uuid AS current_setting)));
create policy owner_all on heddle.catalog_scan to owner using (true) with check (true);
CREATE INDEX catalog_scan_running ON heddle.catalog_scan USING btree (workspace_id, connection_id) WHERE (status = 'running'::text);

create table heddle.catalog_scan_item (
  workspace_id uuid not null,
  scan_id uuid not null,
  media_id text not null,
  state text not null,
  product jsonb,
  needs_review boolean not null default false,
  is_reused boolean not null default false,
  draft_id uuid,
  updated_at timestamp with time zone not null,
  constraint catalog_scan_item_state_check CHECK ((state = ANY (ARRAY['listed'::text, 'extracted'::text, 'saved'::text]))),
  constraint catalog_scan_item_workspace_id_scan_id_fkey FOREIGN KEY (workspace_id, scan_id) REFERENCES heddle.catalog_scan(workspace_id, id) ON DELETE CASCADE,
  constraint catalog_scan_item_pkey PRIMARY KEY (workspace_id, scan_id, media_id)
);
-- row-level security: enabled, forced
create policy app_tenant on heddle.catalog_scan_item to app using ((workspace_id = ( SELECT (current_setting('app.workspace'::text))::uuid AS current_setting))) with check ((workspace_id = ( SELECT (current_setting('app.workspace'::text))::uuid AS current_setting)));
create policy owner_all on heddle.catalog_scan_item to owner using (true) with check (true);

create table heddle.connection (
  workspace_id uuid not null,
  id uuid not null,
  platform text not null,
  external_id text not null,
  username text not null,
  name text not null,
  picture_url text,
  status text not null,
  status_reason text,
  is_sandbox boolean not null,
  is_default boolean not null,
  granted_scopes text[] not null,
  token_sealed text,
  token_expires_at timestamp with time zone,
  last_verified_at timestamp with time zone,
  created_at timestamp with time zone not null default now(),
  updated_at timestamp with time zone not null default now(),
  disconnected_at timestamp with time zone,
  constraint connection_status_check CHECK ((status = ANY (ARRAY['pending'::text, 'connected'::text, 'expiring'::text, 'expired'::text, 'revoked'::text, 'error'::text]))),
  constraint connection_workspace_id_fkey FOREIGN KEY (workspace_id) REFERENCES heddle.workspace(id),
  constraint connection_pkey PRIMARY KEY (workspace_id, id),
  constraint connection_workspace_id_platform_external_id_key UNIQUE (workspace_id, platform, external_id)
);
-- row-level security: enabled, forced
create policy app_tenant on heddle.connection to app using ((workspace_id = ( SELECT (current_setting('app.workspace'::text))::uuid AS current_setting))) with check ((workspace_id = ( SELECT (current_setting('app.workspace'::text))::uuid AS current_setting)));
create policy owner_all on heddle.connection to owner using (true) with check (true);
CREATE INDEX connection_to_refresh ON heddle.connection USING btree (token_expires_at) WHERE (disconnected_at IS NULL);
CREATE UNIQUE INDEX connection_default ON heddle.connection USING btree (workspace_id, platform) WHERE is_default;

create table heddle.connection_route (
  platform text not null,
  external_id text not null,
  workspace_id uuid not null,
  connection_id uuid not null,
  constraint connection_route_workspace_id_connection_id_fkey FOREIGN KEY (workspace_id, connection_id) REFERENCES heddle.connection(workspace_id, id) ON DELETE CASCADE,
  constraint connection_route_pkey PRIMARY KEY (platform, external_id)
);
-- row-level security: enabled, forced
create policy owner_all on heddle.connection_route to owner using (true) with check (true);

create table heddle.contact (
  workspace_id uuid not null,
  id uuid not null,
  connection_id uuid not null,
  platform text not null,
  platform_id text not null,
  username text,
  name text,
  profile jsonb not null default '{}'::jsonb,
  profile_read_at timestamp with time zone,
  tags text[] not null default '{}'::text[],
  fields jsonb not null default '{}'::jsonb,
  last_inbound_at timestamp with time zone,
  last_event_at timestamp with time zone not null,
  is_opted_out boolean not null default false,
  created_at timestamp with time zone not null default now(),
  constraint contact_workspace_id_fkey FOREIGN KEY (workspace_id) REFERENCES heddle.workspace(id),
  constraint contact_pkey PRIMARY KEY (workspace_id, id),
  constraint contact_workspace_id_connection_id_platform_id_key UNIQUE (workspace_id, connection_id, platform_id)
);
-- row-level security: enabled, forced
create policy app_tenant on heddle.contact to app using ((workspace_id = ( SELECT (current_setting('app.workspace'::text))::uuid AS current_setting))) with check ((workspace_id = ( SELECT (current_setting('app.workspace'::text))::uuid AS current_setting)));
create policy owner_all on heddle.contact to owner using (true) with check (true);
CREATE INDEX contact_by_tag ON heddle.contact USING gin (tags);
CREATE INDEX contact_last_active ON heddle.contact USING btree (workspace_id, last_event_at DESC, id DESC);

create table heddle.data_key (
  workspace_id uuid not null,
  id uuid not null,
  wrapped text not null,
  created_at timestamp with time zone not null default now(),
  retired_at timestamp with time zone,
  constraint data_key_workspace_id_fkey FOREIGN KEY (workspace_id) REFERENCES heddle.workspace(id),
  constraint data_key_pkey PRIMARY KEY (workspace_id, id)
);
-- row-level security: enabled, forced
create policy app_tenant on heddle.data_key to app using ((workspace_id = ( SELECT (current_setting('app.workspace'::text))::uuid AS current_setting))) with check ((workspace_id = ( SELECT (current_setting('app.workspace'::text))::uuid AS current_setting)));
create policy owner_all on heddle.data_key to owner using (true) with check (true);
CREATE UNIQUE INDEX data_key_in_use ON heddle.data_key USING btree (workspace_id) WHERE (retired_at IS NULL);

create table heddle.event_key (
  workspace_id uuid not null,
  source_id uuid not null,
  key text not null,
  event_id uuid not null,
  constraint event_key_pkey PRIMARY KEY (workspace_id, source_id, key)
);
-- row-level security: enabled, forced
create policy app_tenant on heddle.event_key to app using ((workspace_id = ( SELECT (current_setting('app.workspace'::text))::uuid AS current_setting))) with check ((workspace_id = ( SELECT (current_setting('app.workspace'::text))::uuid AS current_setting)));
create policy owner_all on heddle.event_key to owner using (true) with check (true);

create table heddle.flow (
  workspace_id uuid not null,
  id uuid not null,
  name text not null,
  state text not null,
  draft json not null,
  draft_revision integer not null,
  published_revision integer,
  published_version integer,
  triggers text[] not null,
  inputs jsonb not null default '{}'::jsonb,
  created_at timestamp with time zone not null default now(),
  updated_at timestamp with time zone not null default now(),
  deleted_at timestamp with time zone,
  constraint flow_check CHECK (((state = 'draft'::text) OR (published_version IS NOT NULL))),
  constraint flow_state_check CHECK ((state = ANY (ARRAY['draft'::text, 'live'::text, 'paused'::text]))),
  constraint flow_workspace_id_fkey FOREIGN KEY (workspace_id) REFERENCES heddle.workspace(id),
  constraint flow_pkey PRIMARY KEY (workspace_id, id)
);
-- row-level security: enabled, forced
create policy app_tenant on heddle.flow to app using ((workspace_id = ( SELECT (current_setting('app.workspace'::text))::uuid AS current_setting))) with check ((workspace_id = ( SELECT (current_setting('app.workspace'::text))::uuid AS current_setting)));
create policy owner_all on heddle.flow to owner using (true) with check (true);
CREATE INDEX flow_last_changed ON heddle.flow USING btree (workspace_id, updated_at DESC, id DESC);

create table heddle.flow_binding (
  workspace_id uuid not null,
  flow_id uuid not null,
  slot text not null,
  connection_id uuid not null,
  constraint flow_binding_workspace_id_connection_id_fkey FOREIGN KEY (workspace_id, connection_id) REFERENCES heddle.connection(workspace_id, id),
  constraint flow_binding_workspace_id_flow_id_fkey FOREIGN KEY (workspace_id, flow_id) REFERENCES heddle.flow(workspace_id, id),
  constraint flow_binding_pkey PRIMARY KEY (workspace_id, flow_id, slot)
);
-- row-level security: enabled, forced
create policy app_tenant on heddle.flow_binding to app using ((workspace_id = ( SELECT (current_setting('app.workspace'::text))::uuid AS current_setting))) with check ((workspace_id = ( SELECT (current_setting('app.workspace'::text))::uuid AS current_setting)));
create policy owner_all on heddle.flow_binding to owner using (true) with check (true);
CREATE INDEX flow_binding_by_connection ON heddle.flow_binding USING btree (workspace_id, connection_id);

create table heddle.flow_hook (
  workspace_id uuid not null,
  flow_id uuid not null,
  node text not null,
  token_hash text not null,
  token_sealed text not null,
  created_at timestamp with time zone not null default now(),
  constraint flow_hook_workspace_id_flow_id_fkey FOREIGN KEY (workspace_id, flow_id) REFERENCES heddle.flow(workspace_id, id),
  constraint flow_hook_pkey PRIMARY KEY (workspace_id, flow_id, node)
);
-- row-level security: enabled, forced
create policy app_tenant on heddle.flow_hook to app using ((workspace_id = ( SELECT (current_setting('app.workspace'::text))::uuid AS current_setting))) with check ((workspace_id = ( SELECT (current_setting('app.workspace'::text))::uuid AS current_setting)));
create policy owner_all on heddle.flow_hook to owner using (true) with check (true);
CREATE UNIQUE INDEX flow_hook_by_token ON heddle.flow_hook USING btree (token_hash);

create table heddle.flow_start (
  workspace_id uuid not null,
  flow_id uuid not null,
  contact_id uuid not null,
  started_at timestamp with time zone not null,
  constraint flow_start_pkey PRIMARY KEY (workspace_id, flow_id, contact_id)
);
-- row-level security: enabled, forced
create policy app_tenant on heddle.flow_start to app using ((workspace_id = ( SELECT (current_setting('app.workspace'::text))::uuid AS current_setting))) with check ((workspace_id = ( SELECT (current_setting('app.workspace'::text))::uuid AS current_setting)));
create policy owner_all on heddle.flow_start to owner using (true) with check (true);

create table heddle.flow_version (
  workspace_id uuid not null,
  flow_id uuid not null,
  version integer not null,
  document json not null,
  published_by text not null,
  published_at timestamp with time zone not null default now(),
  note text not null,
  constraint flow_version_workspace_id_flow_id_fkey FOREIGN KEY (workspace_id, flow_id) REFERENCES heddle.flow(workspace_id, id),
  constraint flow_version_pkey PRIMARY KEY (workspace_id, flow_id, version)
);
-- row-level security: enabled, forced
create policy app_tenant on heddle.flow_version to app using ((workspace_id = ( SELECT (current_setting('app.workspace'::text))::uuid AS current_setting))) with check ((workspace_id = ( SELECT (current_setting('app.workspace'::text))::uuid AS current_setting)));
create policy owner_all on heddle.flow_version to owner using (true) with check (true);

create table heddle.inbound_event (
  workspace_id uuid not null,
  id uuid not null,
  connection_id uuid,
  platform text not null,
  kind text not null,
  key text not null,
  subject text not null,
  contact jsonb,
  contact_id uuid,
  data jsonb not null,
  flow_id uuid,
  node text,
  occurred_at timestamp with time zone not null,
  received_at timestamp with time zone not null,
  state text not null default 'pending'::text,
  reason text,
  skipped jsonb not null default '[]'::jsonb,
  run_ids uuid[] not null default '{}'::uuid[],
  attempts smallint not null default 0,
  retry_at timestamp with time zone,
  constraint inbound_event_state_check CHECK ((state = ANY (ARRAY['pending'::text, 'processing'::text, 'completed'::text, 'ignored'::text, 'failed'::text]))),
  constraint inbound_event_pkey PRIMARY KEY (workspace_id, id)
) partition by RANGE (id);
-- row-level security: enabled, forced
create policy app_tenant on heddle.inbound_event to app using ((workspace_id = ( SELECT (current_setting('app.workspace'::text))::uuid AS current_setting))) with check ((workspace_id = ( SELECT (current_setting('app.workspace'::text))::uuid AS current_setting)));
create policy owner_all on heddle.inbound_event to owner using (true) with check (true);
CREATE INDEX inbound_event_by_contact ON ONLY heddle.inbound_event USING btree (workspace_id, contact_id, id DESC) WHERE (contact_id IS NOT NULL);
CREATE INDEX inbound_event_pending ON ONLY heddle.inbound_event USING btree (workspace_id, subject, occurred_at, id) WHERE (state = 'pending'::text);

create table heddle.member (
  workspace_id uuid not null,
  member_id text not null,
  role text not null,
  created_at timestamp with time zone not null default now(),
  constraint member_role_check CHECK ((role = ANY (ARRAY['owner'::text, 'editor'::text, 'viewer'::text]))),
  constraint member_workspace_id_fkey FOREIGN KEY (workspace_id) REFERENCES heddle.workspace(id),
  constraint member_pkey PRIMARY KEY (workspace_id, member_id)
);
-- row-level security: enabled, forced
create policy app_tenant on heddle.member to app using ((workspace_id = ( SELECT (current_setting('app.workspace'::text))::uuid AS current_setting))) with check ((workspace_id = ( SELECT (current_setting('app.workspace'::text))::uuid AS current_setting)));
create policy owner_all on heddle.member to owner using (true) with check (true);
CREATE INDEX member_by_account ON heddle.member USING btree (member_id);

create table heddle.member_notice (
  workspace_id uuid not null,
  id uuid not null,
  run_id uuid,
  flow_id uuid,
  node text not null,
  text text not null,
  created_at timestamp with time zone not null,
  constraint member_notice_workspace_id_fkey FOREIGN KEY (workspace_id) REFERENCES heddle.workspace(id),
  constraint member_notice_pkey PRIMARY KEY (workspace_id, id)
);
-- row-level security: enabled, forced
create policy app_tenant on heddle.member_notice to app using ((workspace_id = ( SELECT (current_setting('app.workspace'::text))::uuid AS current_setting))) with check ((workspace_id = ( SELECT (current_setting('app.workspace'::text))::uuid AS current_setting)));
create policy owner_all on heddle.member_notice to owner using (true) with check (true);

create table heddle.named_event (
  workspace_id uuid not null,
  id uuid not null,
  name text not null,
  key text not null,
  data jsonb not null,
  reported_at timestamp with time zone not null,
  constraint named_event_pkey PRIMARY KEY (workspace_id, id)
);
-- row-level security: enabled, forced
create policy app_tenant on heddle.named_event to app using ((workspace_id = ( SELECT (current_setting('app.workspace'::text))::uuid AS current_setting))) with check ((workspace_id = ( SELECT (current_setting('app.workspace'::text))::uuid AS current_setting)));
create policy owner_all on heddle.named_event to owner using (true) with check (true);
CREATE INDEX named_event_by_key ON heddle.named_event USING btree (workspace_id, name, key, reported_at);
CREATE INDEX named_event_old ON heddle.named_event USING btree (reported_at);

create table heddle.node_counter (
  workspace_id uuid not null,
  flow_id uuid not null,
  day date not null,
  node text not null,
  what text not null,
  slot smallint not null,
  amount bigint not null,
  constraint node_counter_pkey PRIMARY KEY (workspace_id, flow_id, day, node, what, slot)
) with (fillfactor=50);
-- row-level security: enabled, forced
create policy app_tenant on heddle.node_counter to app using ((workspace_id = ( SELECT (current_setting('app.workspace'::text))::uuid AS current_setting))) with check ((workspace_id = ( SELECT (current_setting('app.workspace'::text))::uuid AS current_setting)));
create policy owner_all on heddle.node_counter to owner using (true) with check (true);

create table heddle.node_run (
  workspace_id uuid not null,
  id uuid not null,
  run_id uuid not null,
  flow_id uuid not null,
  node text not null,
  type text not null,
  visit integer not null,
  attempt integer not null,
  status text not null,
  port text,
  input jsonb not null,
  output jsonb not null,
  error jsonb,
  started_at timestamp with time zone not null,
  ended_at timestamp with time zone,
  constraint node_run_status_check CHECK ((status = ANY (ARRAY['running'::text, 'suspended'::text, 'succeeded'::text, 'failed'::text, 'cancelled'::text]))),
  constraint node_run_pkey PRIMARY KEY (workspace_id, id)
) partition by RANGE (id);
-- row-level security: enabled, forced
create policy app_tenant on heddle.node_run to app using ((workspace_id = ( SELECT (current_setting('app.workspace'::text))::uuid AS current_setting))) with check ((workspace_id = ( SELECT (current_setting('app.workspace'::text))::uuid AS current_setting)));
create policy owner_all on heddle.node_run to owner using (true) with check (true);
CREATE INDEX node_run_by_run ON ONLY heddle.node_run USING btree (workspace_id, run_id, id);

create table heddle.oauth_state (
  workspace_id uuid not null,
  state_hash text not null,
  member_id text not null,
  platform text not null,
  expires_at timestamp with time zone not null,
  constraint oauth_state_workspace_id_fkey FOREIGN KEY (workspace_id) REFERENCES heddle.workspace(id),
  constraint oauth_state_pkey PRIMARY KEY (workspace_id, state_hash)
);
-- row-level security: enabled, forced
create policy app_tenant on heddle.oauth_state to app using ((workspace_id = ( SELECT (current_setting('app.workspace'::text))::uuid AS current_setting))) with check ((workspace_id = ( SELECT (current_setting('app.workspace'::text))::uuid AS current_setting)));
create policy owner_all on heddle.oauth_state to owner using (true) with check (true);

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
  state text not null,
  kind text not null,
  target text,
  action jsonb not null,
  summary text not null,
  platform_id text,
  receipt jsonb,
  reason text,
  error jsonb,
  attempts smallint not null default 0,
  created_at timestamp with time zone not null,
  sending_at timestamp with time zone,
  settled_at timestamp with time zone,
  constraint outbox_state_check CHECK ((state = ANY (ARRAY['planned'::text, 'sending'::text, 'sent'::text, 'refused'::text, 'failed'::text, 'unknown'::text]))),
  constraint outbox_pkey PRIMARY KEY (workspace_id, id),
  constraint outbox_workspace_id_run_id_node_visit_key_key UNIQUE (workspace_id, run_id, node, visit, key)
) with (fillfactor=80);
-- row-level security: enabled, forced
create policy app_tenant on heddle.outbox to app using ((workspace_id = ( SELECT (current_setting('app.workspace'::text))::uuid AS current_setting))) with check ((workspace_id = ( SELECT (current_setting('app.workspace'::text))::uuid AS current_setting)));
create policy owner_all on heddle.outbox to owner using (true) with check (true);
CREATE INDEX outbox_by_contact ON heddle.outbox USING btree (workspace_id, contact_id, id DESC) WHERE (contact_id IS NOT NULL);
CREATE INDEX outbox_by_flow ON heddle.outbox USING btree (workspace_id, flow_id, id DESC);
CREATE INDEX outbox_by_platform_id ON heddle.outbox USING btree (workspace_id, connection_id, platform_id) WHERE (platform_id IS NOT NULL);
CREATE INDEX outbox_open ON heddle.outbox USING btree (workspace_id, state, id DESC) WHERE (state = ANY (ARRAY['planned'::text, 'sending'::text, 'unknown'::text]));
CREATE INDEX outbox_sending ON heddle.outbox USING btree (sending_at) WHERE (state = 'sending'::text);
CREATE UNIQUE INDEX outbox_one_private_reply ON heddle.outbox USING btree (workspace_id, connection_id, target) WHERE ((kind = 'privateReply'::text) AND (state = ANY (ARRAY['sending'::text, 'sent'::text, 'unknown'::text])));

create table heddle.product (
  workspace_id uuid not null,
  id uuid not null,
  store_id uuid not null,
  slug text not null,
  name text not null,
  description text not null,
  price_minor bigint not null,
  currency text not null,
  was_price_minor bigint,
  category text,
  tags text[] not null,
  variants jsonb not null,
  inventory integer,
  images text[] not null,
  status text not null,
  source jsonb not null,
  created_at timestamp with time zone not null,
  updated_at timestamp with time zone not null,
  constraint product_currency_check CHECK ((currency ~ '^[A-Z]{3}$'::text)),
  constraint product_inventory_check CHECK ((inventory >= 0)),
  constraint product_name_check CHECK ((name <> ''::text)),
  constraint product_price_minor_check CHECK ((price_minor > 0)),
  constraint product_status_check CHECK ((status = ANY (ARRAY['active'::text, 'hidden'::text]))),
  constraint product_workspace_id_store_id_fkey FOREIGN KEY (workspace_id, store_id) REFERENCES heddle.store(workspace_id, id),
  constraint product_pkey PRIMARY KEY (workspace_id, id),
  constraint product_workspace_id_store_id_slug_key UNIQUE (workspace_id, store_id, slug)
);
-- row-level security: enabled, forced
create policy app_tenant on heddle.product to app using ((workspace_id = ( SELECT (current_setting('app.workspace'::text))::uuid AS current_setting))) with check ((workspace_id = ( SELECT (current_setting('app.workspace'::text))::uuid AS current_setting)));
create policy owner_all on heddle.product to owner using (true) with check (true);

create table heddle.product_draft (
  workspace_id uuid not null,
  id uuid not null,
  store_id uuid not null,
  source_key text not null,
  connection_id uuid,
  scan_id uuid,
  run_id uuid,
  media_id text,
  caption text not null,
  picture_url text,
  permalink text,
  posted_at timestamp with time zone,
  name text not null,
  description text not null,
  price_minor bigint,
  currency text,
  was_price_minor bigint,
  category text,
  tags text[] not null,
  variants jsonb not null,
  confidence real not null,
  needs_review boolean not null,
  extractor text not null,
  notes jsonb not null,
  is_edited boolean not null default false,
  status text not null,
  reason text,
  decided_by text,
  decided_at timestamp with time zone,
  product_id uuid,
  expires_at timestamp with time zone not null,
  reminded_at timestamp with time zone,
  created_at timestamp with time zone not null,
  updated_at timestamp with time zone not null,
  constraint product_draft_confidence_check CHECK (((confidence >= (0)::double precision) AND (confidence <= (1)::double precision))),
  constraint product_draft_currency_check CHECK ((currency ~ '^[A-Z]{3}$'::text)),
  constraint product_draft_extractor_check CHECK ((extractor = ANY (ARRAY['model'::text, 'rules'::text]))),
  constraint product_draft_status_check CHECK ((status = ANY (ARRAY['pending'::text, 'approved'::text, 'rejected'::text, 'expired'::text]))),
  constraint product_draft_workspace_id_store_id_fkey FOREIGN KEY (workspace_id, store_id) REFERENCES heddle.store(workspace_id, id),
  constraint product_draft_pkey PRIMARY KEY (workspace_id, id),
  constraint product_draft_workspace_id_source_key_key UNIQUE (workspace_id, source_key)
);
-- row-level security: enabled, forced
create policy app_tenant on heddle.product_draft to app using ((workspace_id = ( SELECT (current_setting('app.workspace'::text))::uuid AS current_setting))) with check ((workspace_id = ( SELECT (current_setting('app.workspace'::text))::uuid AS current_setting)));
create policy owner_all on heddle.product_draft to owner using (true) with check (true);
CREATE INDEX product_draft_expiring ON heddle.product_draft USING btree (workspace_id, expires_at) WHERE (status = 'pending'::text);
CREATE INDEX product_draft_pending ON heddle.product_draft USING btree (workspace_id, id DESC) WHERE (status = 'pending'::text);

create table heddle.publishing_flow (
  workspace_id uuid not null,
  connection_id uuid not null,
  flow_id uuid not null,
  constraint publishing_flow_workspace_id_connection_id_fkey FOREIGN KEY (workspace_id, connection_id) REFERENCES heddle.connection(workspace_id, id),
  constraint publishing_flow_workspace_id_flow_id_fkey FOREIGN KEY (workspace_id, flow_id) REFERENCES heddle.flow(workspace_id, id),
  constraint publishing_flow_pkey PRIMARY KEY (workspace_id, connection_id)
);
-- row-level security: enabled, forced
create policy app_tenant on heddle.publishing_flow to app using ((workspace_id = ( SELECT (current_setting('app.workspace'::text))::uuid AS current_setting))) with check ((workspace_id = ( SELECT (current_setting('app.workspace'::text))::uuid AS current_setting)));
create policy owner_all on heddle.publishing_flow to owner using (true) with check (true);

create table heddle.queued_start (
  workspace_id uuid not null,
  event_id uuid not null,
  flow_id uuid not null,
  subject text not null,
  queued_at timestamp with time zone not null,
  constraint queued_start_pkey PRIMARY KEY (workspace_id, event_id)
);
-- row-level security: enabled, forced
create policy app_tenant on heddle.queued_start to app using ((workspace_id = ( SELECT (current_setting('app.workspace'::text))::uuid AS current_setting))) with check ((workspace_id = ( SELECT (current_setting('app.workspace'::text))::uuid AS current_setting)));
create policy owner_all on heddle.queued_start to owner using (true) with check (true);
CREATE INDEX queued_start_by_flow ON heddle.queued_start USING btree (workspace_id, flow_id, queued_at, event_id);

create table heddle.run (
  workspace_id uuid not null,
  id uuid not null,
  flow_id uuid not null,
  flow_version integer not null,
  subject text not null,
  contact_id uuid,
  event_id uuid,
  event_at timestamp with time zone not null,
  trigger_node text not null,
  trigger_type text not null,
  bindings jsonb not null,
  status text not null,
  snapshot jsonb not null,
  snapshot_version integer not null,
  error jsonb,
  node_runs integer not null default 0,
  started_at timestamp with time zone not null,
  ended_at timestamp with time zone,
  parent_run_id uuid,
  parent_position text,
  child_index integer,
  result jsonb,
  is_reported boolean not null default false,
  is_limited boolean not null default false,
  constraint run_status_check CHECK ((status = ANY (ARRAY['running'::text, 'waiting'::text, 'succeeded'::text, 'failed'::text, 'cancelled'::text]))),
  constraint run_pkey PRIMARY KEY (workspace_id, id)
) with (fillfactor=80);
-- row-level security: enabled, forced
create policy app_tenant on heddle.run to app using ((workspace_id = ( SELECT (current_setting('app.workspace'::text))::uuid AS current_setting))) with check ((workspace_id = ( SELECT (current_setting('app.workspace'::text))::uuid AS current_setting)));
create policy owner_all on heddle.run to owner using (true) with check (true);
CREATE INDEX run_active ON heddle.run USING btree (workspace_id, subject) WHERE (status = ANY (ARRAY['running'::text, 'waiting'::text]));
CREATE INDEX run_by_contact ON heddle.run USING btree (workspace_id, contact_id, id DESC) WHERE (contact_id IS NOT NULL);
CREATE INDEX run_by_flow ON heddle.run USING btree (workspace_id, flow_id, id DESC);
CREATE INDEX run_children ON heddle.run USING btree (workspace_id, parent_run_id, id DESC) WHERE (parent_run_id IS NOT NULL);
CREATE INDEX run_limited ON heddle.run USING btree (workspace_id, flow_id) WHERE (is_limited AND (status = ANY (ARRAY['running'::text, 'waiting'::text])));
CREATE INDEX run_unreported ON heddle.run USING btree (workspace_id, parent_run_id) WHERE ((parent_run_id IS NOT NULL) AND (NOT is_reported));
CREATE UNIQUE INDEX run_by_event ON heddle.run USING btree (workspace_id, event_id, flow_id, trigger_node) WHERE (event_id IS NOT NULL);

create table heddle.social_post (
  workspace_id uuid not null,
  id uuid not null,
  connection_id uuid not null,
  kind text not null,
  caption text not null,
  media jsonb not null,
  status text not null,
  local_time text,
  time_zone text,
  scheduled_at timestamp with time zone,
  revision integer not null,
  attempt integer not null default 0,
  event_id uuid,
  media_id text,
  permalink text,
  reason text,
  published_at timestamp with time zone,
  asked_at timestamp with time zone,
  created_by text not null,
  created_at timestamp with time zone not null,
  updated_at timestamp with time zone not null,
  constraint social_post_check CHECK (((status <> 'scheduled'::text) OR (scheduled_at IS NOT NULL))),
  constraint social_post_kind_check CHECK ((kind = ANY (ARRAY['image'::text, 'carousel'::text]))),
  constraint social_post_status_check CHECK ((status = ANY (ARRAY['draft'::text, 'scheduled'::text, 'publishing'::text, 'published'::text, 'failed'::text, 'unconfirmed'::text]))),
  constraint social_post_workspace_id_connection_id_fkey FOREIGN KEY (workspace_id, connection_id) REFERENCES heddle.connection(workspace_id, id),
  constraint social_post_workspace_id_fkey FOREIGN KEY (workspace_id) REFERENCES heddle.workspace(id),
  constraint social_post_pkey PRIMARY KEY (workspace_id, id)
);
-- row-level security: enabled, forced
create policy app_tenant on heddle.social_post to app using ((workspace_id = ( SELECT (current_setting('app.workspace'::text))::uuid AS current_setting))) with check ((workspace_id = ( SELECT (current_setting('app.workspace'::text))::uuid AS current_setting)));
create policy owner_all on heddle.social_post to owner using (true) with check (true);
CREATE INDEX social_post_due ON heddle.social_post USING btree (scheduled_at) WHERE (status = 'scheduled'::text);
CREATE INDEX social_post_newest ON heddle.social_post USING btree (workspace_id, created_at DESC, id DESC);
CREATE INDEX social_post_open ON heddle.social_post USING btree (updated_at) WHERE (status = ANY (ARRAY['publishing'::text, 'unconfirmed'::text]));
CREATE INDEX social_post_published ON heddle.social_post USING btree (workspace_id, connection_id, published_at) WHERE (published_at IS NOT NULL);

create table heddle.store (
  workspace_id uuid not null,
  id uuid not null,
  name text not null,
  is_default boolean not null,
  currency text not null,
  auto_approve_from real,
  created_at timestamp with time zone not null default now(),
  constraint store_auto_approve_from_check CHECK (((auto_approve_from >= (0)::double precision) AND (auto_approve_from <= (1)::double precision))),
  constraint store_currency_check CHECK ((currency ~ '^[A-Z]{3}$'::text)),
  constraint store_workspace_id_fkey FOREIGN KEY (workspace_id) REFERENCES heddle.workspace(id),
  constraint store_pkey PRIMARY KEY (workspace_id, id)
);
-- row-level security: enabled, forced
create policy app_tenant on heddle.store to app using ((workspace_id = ( SELECT (current_setting('app.workspace'::text))::uuid AS current_setting))) with check ((workspace_id = ( SELECT (current_setting('app.workspace'::text))::uuid AS current_setting)));
create policy owner_all on heddle.store to owner using (true) with check (true);
CREATE UNIQUE INDEX store_default ON heddle.store USING btree (workspace_id) WHERE is_default;

create table heddle.subject (
  workspace_id uuid not null,
  key text not null,
  posted bigint not null default 1,
  ready_at timestamp with time zone,
  lane smallint not null default 0,
  lease_until timestamp with time zone,
  fence bigint not null default 0,
  crashes smallint not null default 0,
  constraint subject_pkey PRIMARY KEY (workspace_id, key)
) with (fillfactor=70, autovacuum_vacuum_scale_factor=0.02, autovacuum_analyze_scale_factor=0.02);
-- row-level security: enabled, forced
create policy app_tenant on heddle.subject to app using ((workspace_id = ( SELECT (current_setting('app.workspace'::text))::uuid AS current_setting))) with check ((workspace_id = ( SELECT (current_setting('app.workspace'::text))::uuid AS current_setting)));
create policy owner_all on heddle.subject to owner using (true) with check (true);
CREATE INDEX subject_ready ON heddle.subject USING btree (lane, ready_at) WHERE (ready_at IS NOT NULL);

create table heddle.trigger_subscription (
  workspace_id uuid not null,
  flow_id uuid not null,
  node text not null,
  kind text not null,
  version integer not null,
  node_type text not null,
  connection_id uuid,
  priority smallint not null,
  live_since timestamp with time zone not null,
  bindings jsonb not null,
  schedule jsonb,
  next_tick_at timestamp with time zone,
  constraint trigger_subscription_workspace_id_flow_id_fkey FOREIGN KEY (workspace_id, flow_id) REFERENCES heddle.flow(workspace_id, id) ON DELETE CASCADE,
  constraint trigger_subscription_pkey PRIMARY KEY (workspace_id, flow_id, node, kind)
);
-- row-level security: enabled, forced
create policy app_tenant on heddle.trigger_subscription to app using ((workspace_id = ( SELECT (current_setting('app.workspace'::text))::uuid AS current_setting))) with check ((workspace_id = ( SELECT (current_setting('app.workspace'::text))::uuid AS current_setting)));
create policy owner_all on heddle.trigger_subscription to owner using (true) with check (true);
CREATE INDEX trigger_subscription_due ON heddle.trigger_subscription USING btree (next_tick_at) WHERE (next_tick_at IS NOT NULL);
CREATE INDEX trigger_subscription_listeners ON heddle.trigger_subscription USING btree (workspace_id, connection_id, kind);

create table heddle.wait (
  workspace_id uuid not null,
  run_id uuid not null,
  "position" text not null,
  subject text not null,
  flow_id uuid not null,
  node text not null,
  kind text not null,
  spec jsonb not null,
  due_at timestamp with time zone,
  node_run_id uuid,
  created_at timestamp with time zone not null,
  constraint wait_kind_check CHECK ((kind = ANY (ARRAY['time'::text, 'reply'::text, 'retry'::text, 'approval'::text, 'event'::text, 'children'::text]))),
  constraint wait_workspace_id_run_id_fkey FOREIGN KEY (workspace_id, run_id) REFERENCES heddle.run(workspace_id, id) ON DELETE CASCADE,
  constraint wait_pkey PRIMARY KEY (workspace_id, run_id, "position")
);
-- row-level security: enabled, forced
create policy app_tenant on heddle.wait to app using ((workspace_id = ( SELECT (current_setting('app.workspace'::text))::uuid AS current_setting))) with check ((workspace_id = ( SELECT (current_setting('app.workspace'::text))::uuid AS current_setting)));
create policy owner_all on heddle.wait to owner using (true) with check (true);
CREATE INDEX wait_by_flow ON heddle.wait USING btree (workspace_id, flow_id, node);
CREATE INDEX wait_by_subject ON heddle.wait USING btree (workspace_id, subject, created_at);
CREATE INDEX wait_for_approval ON heddle.wait USING btree (workspace_id, created_at, run_id, "position") WHERE (kind = 'approval'::text);
CREATE INDEX wait_for_event ON heddle.wait USING btree (workspace_id, ((spec ->> 'name'::text)), ((spec ->> 'key'::text))) WHERE (kind = 'event'::text);

create table heddle.workspace (
  id uuid not null,
  name text not null,
  created_at timestamp with time zone not null default now(),
  constraint workspace_name_check CHECK (((length(name) >= 1) AND (length(name) <= 120))),
  constraint workspace_pkey PRIMARY KEY (id)
);
-- row-level security: enabled, forced
create policy app_tenant on heddle.workspace to app using ((id = ( SELECT (current_setting('app.workspace'::text))::uuid AS current_setting))) with check ((id = ( SELECT (current_setting('app.workspace'::text))::uuid AS current_setting)));
create policy owner_all on heddle.workspace to owner using (true) with check (true);

CREATE OR REPLACE FUNCTION heddle.after_run_ended(of_workspace uuid, of_run uuid, at_moment timestamp with time zone)
 RETURNS text[]
 LANGUAGE plpgsql
 SET search_path TO ''
AS $function$
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
end $function$;

CREATE OR REPLACE FUNCTION heddle.cancel_children(of_workspace uuid, of_run uuid, of_position text, at_moment timestamp with time zone)
 RETURNS void
 LANGUAGE plpgsql
 SET search_path TO ''
AS $function$
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
end $function$;

CREATE OR REPLACE FUNCTION heddle.claim_connection_route(of_connection uuid)
 RETURNS void
 LANGUAGE plpgsql
 SECURITY DEFINER
 SET search_path TO ''
AS $function$
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
end $function$;

CREATE OR REPLACE FUNCTION heddle.claim_subjects(at_moment timestamp with time zone, most integer, lease_ms integer)
 RETURNS TABLE(workspace_id uuid, key text, fence bigint, posted bigint, crashes smallint)
 LANGUAGE plpgsql
 SECURITY DEFINER
 SET search_path TO ''
AS $function$
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
end $function$;

CREATE OR REPLACE FUNCTION heddle.connections_to_refresh(expiring_before timestamp with time zone)
 RETURNS TABLE(workspace_id uuid, connection_id uuid)
 LANGUAGE sql
 STABLE SECURITY DEFINER
 SET search_path TO ''
AS $function$
  select c.workspace_id, c.id from heddle.connection c
  where c.disconnected_at is null and c.token_sealed is not null and c.token_expires_at < expiring_before
    and c.status in ('connected', 'expiring', 'error')
$function$;

CREATE OR REPLACE FUNCTION heddle.drop_partitions(ended_before timestamp with time zone)
 RETURNS integer
 LANGUAGE plpgsql
 SECURITY DEFINER
 SET search_path TO ''
AS $function$
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
end $function$;

CREATE OR REPLACE FUNCTION heddle.due_posts(at_moment timestamp with time zone, most integer)
 RETURNS TABLE(workspace_id uuid, id uuid)
 LANGUAGE sql
 STABLE SECURITY DEFINER
 SET search_path TO ''
AS $function$
  select p.workspace_id, p.id from heddle.social_post p
  where p.status = 'scheduled' and p.scheduled_at <= at_moment order by p.scheduled_at limit most
$function$;

CREATE OR REPLACE FUNCTION heddle.due_schedules(at_moment timestamp with time zone, most integer)
 RETURNS TABLE(workspace_id uuid, flow_id uuid, node text)
 LANGUAGE sql
 STABLE SECURITY DEFINER
 SET search_path TO ''
AS $function$
  select t.workspace_id, t.flow_id, t.node from heddle.trigger_subscription t
  where t.next_tick_at <= at_moment order by t.next_tick_at limit most
$function$;

CREATE OR REPLACE FUNCTION heddle.expire_named_events(before timestamp with time zone)
 RETURNS integer
 LANGUAGE plpgsql
 SECURITY DEFINER
 SET search_path TO ''
AS $function$
declare
  gone integer;
begin
  delete from heddle.named_event e where e.reported_at < before;
  get diagnostics gone = row_count;
  return gone;
end $function$;

CREATE OR REPLACE FUNCTION heddle.expire_oauth_states()
 RETURNS void
 LANGUAGE sql
 SECURITY DEFINER
 SET search_path TO ''
AS $function$
  delete from heddle.oauth_state s where s.expires_at < now() - interval '1 day'
$function$;

CREATE OR REPLACE FUNCTION heddle.find_api_key(key_hash text)
 RETURNS TABLE(workspace_id uuid, id uuid)
 LANGUAGE sql
 STABLE SECURITY DEFINER
 SET search_path TO ''
AS $function$
  select k.workspace_id, k.id from heddle.api_key k where k.hash = key_hash
$function$;

CREATE OR REPLACE FUNCTION heddle.find_connection_route(of_platform text, of_external_id text)
 RETURNS TABLE(workspace_id uuid, connection_id uuid)
 LANGUAGE sql
 STABLE SECURITY DEFINER
 SET search_path TO ''
AS $function$
  select r.workspace_id, r.connection_id from heddle.connection_route r where r.platform = of_platform and r.external_id = of_external_id
$function$;

CREATE OR REPLACE FUNCTION heddle.find_hook(hash text)
 RETURNS TABLE(workspace_id uuid, flow_id uuid, node text)
 LANGUAGE sql
 STABLE SECURITY DEFINER
 SET search_path TO ''
AS $function$
  select h.workspace_id, h.flow_id, h.node from heddle.flow_hook h where h.token_hash = hash
$function$;

CREATE OR REPLACE FUNCTION heddle.first_id_at(moment timestamp with time zone)
 RETURNS uuid
 LANGUAGE sql
 IMMUTABLE
 SET search_path TO ''
AS $function$
  select (lpad(to_hex(floor(extract(epoch from moment) * 1000)::bigint), 12, '0') || repeat('0', 20))::uuid
$function$;

CREATE OR REPLACE FUNCTION heddle.first_queued(of_workspace uuid, of_flow uuid, at_moment timestamp with time zone)
 RETURNS text[]
 LANGUAGE plpgsql
 SET search_path TO ''
AS $function$
begin
  -- The same lock as for starts: whoever is about to queue up sees the free place, or is seen here.
  perform pg_advisory_xact_lock(hashtextextended(of_workspace::text || of_flow::text, 1));
  return array(select q.subject from heddle.queued_start q where q.workspace_id = of_workspace and q.flow_id = of_flow order by q.queued_at, q.event_id limit 1);
end $function$;

CREATE OR REPLACE FUNCTION heddle.give_early_event(of_workspace uuid, of_name text, of_key text, to_run uuid, to_position text, of_subject text, of_flow uuid, of_node text, at_moment timestamp with time zone)
 RETURNS boolean
 LANGUAGE plpgsql
 SET search_path TO ''
AS $function$
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
end $function$;

CREATE OR REPLACE FUNCTION heddle.give_event(of_workspace uuid, report heddle.named_event, to_run uuid, to_position text, of_subject text, of_flow uuid, of_node text, at_moment timestamp with time zone)
 RETURNS boolean
 LANGUAGE plpgsql
 SET search_path TO ''
AS $function$
declare
  new_event uuid := heddle.new_id(at_moment);
begin
  insert into heddle.event_key (workspace_id, source_id, key, event_id) values (of_workspace, report.id, 'run:' || to_run, new_event) on conflict do nothing;
  if not found then return false; end if;
  insert into heddle.inbound_event (workspace_id, id, platform, kind, key, subject, data, flow_id, node, occurred_at, received_at)
  values (of_workspace, new_event, 'core', 'core/reported', 'report:' || report.id, of_subject,
    jsonb_build_object('runId', to_run, 'position', to_position, 'name', report.name, 'key', report.key, 'data', report.data), of_flow, of_node, report.reported_at, at_moment);
  return true;
end $function$;

CREATE OR REPLACE FUNCTION heddle.ingest_events(of_workspace uuid, events jsonb, at_moment timestamp with time zone)
 RETURNS TABLE(event_id uuid)
 LANGUAGE plpgsql
 SET search_path TO ''
AS $function$
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
end $function$;

CREATE OR REPLACE FUNCTION heddle.load_turn(of_workspace uuid, of_subject text, at_moment timestamp with time zone, of_connection uuid, of_person text, new_contact uuid, most integer)
 RETURNS jsonb
 LANGUAGE plpgsql
 SET search_path TO ''
AS $function$
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
end $function$;

CREATE OR REPLACE FUNCTION heddle.make_partitions(at_moment timestamp with time zone)
 RETURNS integer
 LANGUAGE plpgsql
 SECURITY DEFINER
 SET search_path TO ''
AS $function$
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
      made := made + 1;
    end loop;
  end loop;
  return made;
end $function$;

CREATE OR REPLACE FUNCTION heddle.memberships(account text)
 RETURNS TABLE(workspace_id uuid, name text, role text)
 LANGUAGE sql
 STABLE SECURITY DEFINER
 SET search_path TO ''
AS $function$
  select m.workspace_id, w.name, m.role
  from heddle.member m join heddle.workspace w on w.id = m.workspace_id
  where m.member_id = account
  order by m.created_at, m.workspace_id
$function$;

CREATE OR REPLACE FUNCTION heddle.named_event_lock(of_workspace uuid, of_name text, of_key text)
 RETURNS bigint
 LANGUAGE sql
 IMMUTABLE
 SET search_path TO ''
AS $function$
  select hashtextextended(of_workspace::text || '/' || of_name || '/' || of_key, 2)
$function$;

CREATE OR REPLACE FUNCTION heddle.new_id(moment timestamp with time zone)
 RETURNS uuid
 LANGUAGE sql
 SET search_path TO ''
AS $function$
  select (lpad(to_hex(floor(extract(epoch from moment) * 1000)::bigint), 12, '0') || '7' || substr(replace(gen_random_uuid()::text, '-', ''), 14))::uuid
$function$;

CREATE OR REPLACE FUNCTION heddle.next_ready_at()
 RETURNS timestamp with time zone
 LANGUAGE sql
 STABLE SECURITY DEFINER
 SET search_path TO ''
AS $function$
  select least(
    (select s.ready_at from heddle.subject s where s.lane = 0 and s.ready_at is not null order by s.ready_at limit 1),
    (select s.ready_at from heddle.subject s where s.lane = 1 and s.ready_at is not null order by s.ready_at limit 1))
$function$;

CREATE OR REPLACE FUNCTION heddle.open_posts(most integer)
 RETURNS TABLE(workspace_id uuid, id uuid)
 LANGUAGE sql
 STABLE SECURITY DEFINER
 SET search_path TO ''
AS $function$
  select p.workspace_id, p.id from heddle.social_post p
  where p.status in ('publishing', 'unconfirmed') order by coalesce(p.asked_at, p.updated_at) limit most
$function$;

CREATE OR REPLACE FUNCTION heddle.protect_routing_table(target regclass)
 RETURNS void
 LANGUAGE plpgsql
 SET search_path TO ''
AS $function$
begin
  execute format('alter table %s enable row level security', target);
  execute format('alter table %s force row level security', target);
  execute format('create policy owner_all on %s to %I using (true) with check (true)', target, current_user);
end $function$;

CREATE OR REPLACE FUNCTION heddle.protect_tenant_table(target regclass, tenant_column text DEFAULT 'workspace_id'::text)
 RETURNS void
 LANGUAGE plpgsql
 SET search_path TO ''
AS $function$
begin
  execute format('alter table %s enable row level security', target);
  execute format('alter table %s force row level security', target);
  execute format(
    'create policy app_tenant on %s to %I using (%I = (select current_setting(''app.workspace'')::uuid)) with check (%I = (select current_setting(''app.workspace'')::uuid))',
    target, current_setting('heddle.app_role'), tenant_column, tenant_column);
  execute format('create policy owner_all on %s to %I using (true) with check (true)', target, current_user);
end $function$;

CREATE OR REPLACE FUNCTION heddle.release_connection_route(of_connection uuid)
 RETURNS void
 LANGUAGE sql
 SECURITY DEFINER
 SET search_path TO ''
AS $function$
  delete from heddle.connection_route r where r.workspace_id = current_setting('app.workspace')::uuid and r.connection_id = of_connection
$function$;

CREATE OR REPLACE FUNCTION heddle.renew_leases(workspaces uuid[], keys text[], fences bigint[], until_moment timestamp with time zone)
 RETURNS TABLE(workspace_id uuid, key text)
 LANGUAGE sql
 SECURITY DEFINER
 SET search_path TO ''
AS $function$
  with mine as materialized (
    select s.workspace_id, s.key from heddle.subject s
    join unnest(workspaces, keys, fences) as m(workspace_id, key, fence) on s.workspace_id = m.workspace_id and s.key = m.key and s.fence = m.fence
    where s.lease_until is not null
    order by s.workspace_id, s.key for no key update of s
  )
  update heddle.subject s set lease_until = until_moment from mine
  where s.workspace_id = mine.workspace_id and s.key = mine.key
  returning s.workspace_id, s.key
$function$;

CREATE OR REPLACE FUNCTION heddle.report_event(of_workspace uuid, new_report uuid, of_name text, of_key text, of_data jsonb, at_moment timestamp with time zone)
 RETURNS integer
 LANGUAGE plpgsql
 SET search_path TO ''
AS $function$
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
end $function$;

CREATE OR REPLACE FUNCTION heddle.stale_sends(before timestamp with time zone, most integer)
 RETURNS TABLE(workspace_id uuid, id uuid)
 LANGUAGE sql
 STABLE SECURITY DEFINER
 SET search_path TO ''
AS $function$
  select o.workspace_id, o.id from heddle.outbox o
  where o.state = 'sending' and o.sending_at < before
    and not exists (select from heddle.run r where r.workspace_id = o.workspace_id and r.id = o.run_id and r.status in ('running', 'waiting'))
  order by o.id limit most
$function$;

CREATE OR REPLACE FUNCTION heddle.workspace_ids()
 RETURNS TABLE(workspace_id uuid)
 LANGUAGE sql
 STABLE SECURITY DEFINER
 SET search_path TO ''
AS $function$
  select w.id from heddle.workspace w order by w.created_at, w.id
$function$;

CREATE OR REPLACE FUNCTION heddle.write_checkpoint(of_workspace uuid, of_subject text, of_fence bigint, seen_posted bigint, at_moment timestamp with time zone, changes jsonb, is_release boolean, release_at timestamp with time zone, counter_slot smallint)
 RETURNS bigint
 LANGUAGE plpgsql
 SET search_path TO ''
AS $function$
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
end $function$;
