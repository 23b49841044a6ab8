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
  app_scoped_id text,
  constraint connection_status_check CHECK ((status = ANY (ARRAY['pending'::text, 'connected'::text, 'expiring'::text, 'expired'::text, 'revoked'::text, 'error'::text]))),
  constraint connection_workspace_id_fkey FOREIGN KEY (workspace_id) REFERENCES heddle.workspace(id),
  constraint connection_pkey PRIMARY KEY (workspace_id, id),
  constraint connection_workspace_id_platform_external_id_key UNIQUE (workspace_id, platform, external_id)
);
-- row-level security: enabled, forced
create policy app_tenant on heddle.connection to app using ((workspace_id = ( SELECT (current_setting('app.workspace'::text))::uuid AS current_setting))) with check ((workspace_id = ( SELECT (current_setting('app.workspace'::text))::uuid AS current_setting)));
create policy owner_all on heddle.connection to owner using (true) with check (true);
CREATE INDEX connection_by_app_scoped_id ON heddle.connection USING btree (platform, app_scoped_id) WHERE (app_scoped_id IS NOT NULL);
CREATE INDEX connection_by_external_id ON heddle.connection USING btree (platform, external_id);
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
  taken_over_until timestamp with time zone,
  constraint contact_pkey PRIMARY KEY (workspace_id, id),
  constraint contact_workspace_id_connection_id_platform_id_key UNIQUE (workspace_id, connection_id, platform_id)
) with (autovacuum_analyze_scale_factor=0.1);
-- row-level security: enabled, forced
create policy app_tenant on heddle.contact to app using ((workspace_id = ( SELECT (current_setting('app.workspace'::text))::uuid AS current_setting))) with check ((workspace_id = ( SELECT (current_setting('app.workspace'::text))::uuid AS current_setting)));
create policy owner_all on heddle.contact to owner using (true) with check (true);
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
) with (autovacuum_analyze_scale_factor=0.1);
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
) with (autovacuum_analyze_scale_factor=0.1);
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
CREATE INDEX inbound_event_decisions ON ONLY heddle.inbound_event USING btree (workspace_id, id DESC) WHERE (kind = 'core/decision'::text);
CREATE INDEX inbound_event_failed ON ONLY heddle.inbound_event USING btree (workspace_id, id DESC) WHERE (state = 'failed'::text);
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
  topic text not null default 'note'::text,
  connection_id uuid,
  constraint member_notice_topic_check CHECK ((topic = ANY (ARRAY['note'::text, 'connection'::text, 'catalog'::text]))),
  constraint member_notice_workspace_id_fkey FOREIGN KEY (workspace_id) REFERENCES heddle.workspace(id),
  constraint member_notice_pkey PRIMARY KEY (workspace_id, id)
);
-- row-level security: enabled, forced
create policy app_tenant on heddle.member_notice to app using ((workspace_id = ( SELECT (current_setting('app.workspace'::text))::uuid AS current_setting))) with check ((workspace_id = ( SELECT (current_setting('app.workspace'::text))::uuid AS current_setting)));
create policy owner_all on heddle.member_notice to owner using (true) with check (true);

create table heddle.messaging_rules (
  workspace_id uuid not null,
  rules jsonb not null,
  updated_at timestamp with time zone not null,
  constraint messaging_rules_workspace_id_fkey FOREIGN KEY (workspace_id) REFERENCES heddle.workspace(id) ON DELETE CASCADE,
  constraint messaging_rules_pkey PRIMARY KEY (workspace_id)
);
-- row-level security: enabled, forced
create policy app_tenant on heddle.messaging_rules to app using ((workspace_id = ( SELECT (current_setting('app.workspace'::text))::uuid AS current_setting))) with check ((workspace_id = ( SELECT (current_setting('app.workspace'::text))::uuid AS current_setting)));
create policy owner_all on heddle.messaging_rules to owner using (true) with check (true);

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
  constraint node_run_pkey PRIMARY KEY (workspace_id, run_id, id)
) partition by RANGE (id);
-- row-level security: enabled, forced
create policy app_tenant on heddle.node_run to app using ((workspace_id = ( SELECT (current_setting('app.workspace'::text))::uuid AS current_setting))) with check ((workspace_id = ( SELECT (current_setting('app.workspace'::text))::uuid AS current_setting)));
create policy owner_all on heddle.node_run to owner using (true) with check (true);

create table heddle.notice_read (
  workspace_id uuid not null,
  member_id text not null,
  notice_id uuid not null,
  read_at timestamp with time zone not null,
  constraint notice_read_workspace_id_fkey FOREIGN KEY (workspace_id) REFERENCES heddle.workspace(id),
  constraint notice_read_pkey PRIMARY KEY (workspace_id, member_id, notice_id)
);
-- row-level security: enabled, forced
create policy app_tenant on heddle.notice_read to app using ((workspace_id = ( SELECT (current_setting('app.workspace'::text))::uuid AS current_setting))) with check ((workspace_id = ( SELECT (current_setting('app.workspace'::text))::uuid AS current_setting)));
create policy owner_all on heddle.notice_read to owner using (true) with check (true);

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
) with (fillfactor=80, autovacuum_analyze_scale_factor=0.1);
-- row-level security: enabled, forced
create policy app_tenant on heddle.outbox to app using ((workspace_id = ( SELECT (current_setting('app.workspace'::text))::uuid AS current_setting))) with check ((workspace_id = ( SELECT (current_setting('app.workspace'::text))::uuid AS current_setting)));
create policy owner_all on heddle.outbox to owner using (true) with check (true);
CREATE INDEX outbox_by_contact ON heddle.outbox USING btree (workspace_id, contact_id, id DESC) WHERE (contact_id IS NOT NULL);
CREATE INDEX outbox_by_flow ON heddle.outbox USING btree (workspace_id, flow_id, id DESC);
CREATE INDEX outbox_by_platform_id ON heddle.outbox USING btree (workspace_id, connection_id, platform_id) WHERE (platform_id IS NOT NULL);
CREATE INDEX outbox_open ON heddle.outbox USING btree (workspace_id, state, id DESC) WHERE (state = ANY (ARRAY['planned'::text, 'unknown'::text]));
CREATE INDEX outbox_sending ON heddle.outbox USING btree (sending_at) WHERE (state = 'sending'::text);
CREATE UNIQUE INDEX outbox_one_private_reply ON heddle.outbox USING btree (workspace_id, connection_id, target) WHERE ((kind = 'privateReply'::text) AND (state = ANY (ARRAY['sending'::text, 'sent'::text, 'unknown'::text])));

create table heddle.privacy_request (
  id uuid not null,
  code text not null,
  platform text not null,
  kind text not null,
  is_sandbox boolean not null,
  payload_hash text not null,
  person_id text,
  received_at timestamp with time zone not null,
  finished_at timestamp with time zone,
  constraint privacy_request_kind_check CHECK ((kind = ANY (ARRAY['deauthorize'::text, 'delete'::text]))),
  constraint privacy_request_pkey PRIMARY KEY (id),
  constraint privacy_request_code_key UNIQUE (code),
  constraint privacy_request_payload_hash_key UNIQUE (payload_hash)
);
-- row-level security: enabled, forced
create policy owner_all on heddle.privacy_request to owner using (true) with check (true);
CREATE INDEX privacy_request_open ON heddle.privacy_request USING btree (received_at) WHERE (finished_at IS NULL);

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
) with (fillfactor=80, autovacuum_analyze_scale_factor=0.1);
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
) with (fillfactor=70, autovacuum_vacuum_scale_factor=0.02, autovacuum_analyze_scale_factor=0.1);
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
) with (autovacuum_analyze_scale_factor=0.1);
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
    where n.workspace_id = of_workspace and n.run_id = any (below)
      and n.id in (select w.node_run_id from heddle.wait w where w.workspace_id = of_workspace and w.run_id = any (below) and w.node_run_id is not null);
    delete from heddle.wait w where w.workspace_id = of_workspace and w.run_id = any (below);
  end if;
  -- Those that ended a moment ago are not asked about any more.
  update heddle.run r set is_reported = true
  where r.workspace_id = of_workspace and r.parent_run_id = of_run and not r.is_reported and (of_position is null or r.parent_position = of_position)
    and r.ended_at is not null;
end $function$;

CREATE OR REPLACE FUNCTION heddle.change_breaker(of_workspace uuid, of_connection uuid, was jsonb, becomes jsonb, told jsonb)
 RETURNS boolean
 LANGUAGE plpgsql
 SET search_path TO ''
AS $function$
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
 SET enable_sort TO 'off'
 SET enable_bitmapscan TO 'off'
 SET enable_seqscan TO 'off'
 SET enable_hashjoin TO 'off'
 SET enable_mergejoin TO 'off'
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

CREATE OR REPLACE FUNCTION heddle.close_budget(of_workspace uuid, of_connection uuid, buckets jsonb, at_moment timestamp with time zone, until timestamp with time zone)
 RETURNS void
 LANGUAGE plpgsql
 SET search_path TO ''
AS $function$
begin
  perform set_config('app.workspace', of_workspace::text, true);
  insert into heddle.budget as b (workspace_id, connection_id, bucket, tokens, updated_at, closed_until)
  select of_workspace, of_connection, d.bucket, d.size, at_moment, until from jsonb_to_recordset(buckets) as d(bucket text, size double precision)
  order by d.bucket
  on conflict (workspace_id, connection_id, bucket) do update set closed_until = greatest(b.closed_until, excluded.closed_until);
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

CREATE OR REPLACE FUNCTION heddle.count_kept(ts integer[], put_off integer[])
 RETURNS integer
 LANGUAGE plpgsql
 IMMUTABLE
 SET search_path TO ''
AS $function$
begin
  if put_off = '{}' then return cardinality(ts); end if;
  return (select count(*) from unnest(ts) as k(t) where k.t <> all (put_off));
end $function$;

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

CREATE OR REPLACE FUNCTION heddle.erase_contacts(of_workspace uuid, people uuid[], at_moment timestamp with time zone)
 RETURNS void
 LANGUAGE plpgsql
 SET search_path TO ''
AS $function$
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
end $function$;

CREATE OR REPLACE FUNCTION heddle.expect_one_workspace(target regclass)
 RETURNS void
 LANGUAGE plpgsql
 SET search_path TO ''
AS $function$
begin
  if current_setting('server_version_num')::integer >= 180000 then
    execute format('select pg_catalog.pg_restore_attribute_stats(''schemaname'', n.nspname::text, ''relname'', c.relname::text, ''attname'', ''workspace_id'',
      ''inherited'', false, ''version'', 180000, ''null_frac'', 0::real, ''avg_width'', 16, ''n_distinct'', 1::real)
      from pg_catalog.pg_class c join pg_catalog.pg_namespace n on n.oid = c.relnamespace where c.oid = %L::regclass', target);
  end if;
end $function$;

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

CREATE OR REPLACE FUNCTION heddle.find_own_connections(of_platform text, of_sandbox boolean, of_person text)
 RETURNS TABLE(workspace_id uuid, connection_id uuid)
 LANGUAGE sql
 STABLE SECURITY DEFINER
 SET search_path TO ''
AS $function$
  select c.workspace_id, c.id from heddle.connection c
  where c.platform = of_platform and c.is_sandbox = of_sandbox and (c.external_id = of_person or c.app_scoped_id = of_person) order by c.workspace_id, c.id
$function$;

CREATE OR REPLACE FUNCTION heddle.find_person(of_platform text, of_sandbox boolean, of_person text)
 RETURNS TABLE(workspace_id uuid, contact_id uuid)
 LANGUAGE sql
 STABLE SECURITY DEFINER
 SET search_path TO ''
AS $function$
  select p.workspace_id, p.id from heddle.connection c
  join heddle.contact p on p.workspace_id = c.workspace_id and p.connection_id = c.id and p.platform_id = of_person
  where c.platform = of_platform and c.is_sandbox = of_sandbox order by p.workspace_id, p.id
$function$;

CREATE OR REPLACE FUNCTION heddle.find_privacy_request(of_code text)
 RETURNS TABLE(received_at timestamp with time zone, finished_at timestamp with time zone)
 LANGUAGE sql
 STABLE SECURITY DEFINER
 SET search_path TO ''
AS $function$
  select p.received_at, p.finished_at from heddle.privacy_request p where p.code = of_code and p.kind = 'delete'
$function$;

CREATE OR REPLACE FUNCTION heddle.finish_privacy_request(of_id uuid, at_moment timestamp with time zone)
 RETURNS void
 LANGUAGE sql
 SECURITY DEFINER
 SET search_path TO ''
AS $function$
  update heddle.privacy_request p set finished_at = at_moment, person_id = null where p.id = of_id
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

CREATE OR REPLACE FUNCTION heddle.ingest_events(of_workspace uuid, inbound heddle.inbound_rows, at_moment timestamp with time zone, most integer, lease_ms integer, most_events integer)
 RETURNS TABLE(event_ids uuid[], subjects text[], fences text[], posted text[], turns json, is_left boolean)
 LANGUAGE plpgsql
 SET search_path TO ''
 SET plan_cache_mode TO 'force_generic_plan'
AS $function$
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
end $function$;

CREATE OR REPLACE FUNCTION heddle.load_turns(of_workspace uuid, subjects text[], connections uuid[], people text[], most integer)
 RETURNS json
 LANGUAGE plpgsql
 SET search_path TO ''
 SET enable_seqscan TO 'off'
 SET enable_hashjoin TO 'off'
 SET enable_mergejoin TO 'off'
 SET plan_cache_mode TO 'force_generic_plan'
AS $function$
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
      perform heddle.expect_one_workspace(('heddle.' || part)::regclass);
      perform heddle.sample_little(('heddle.' || part)::regclass);
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

CREATE OR REPLACE FUNCTION heddle.oldest_snapshot()
 RETURNS TABLE(seconds double precision, application text, pid integer)
 LANGUAGE sql
 STABLE SECURITY DEFINER
 SET search_path TO ''
AS $function$
  select extract(epoch from clock_timestamp() - held.since)::double precision, held.application, held.pid
  from (
    -- Sessions of other databases hold back only the shared catalogs. Postgres's own workers end by themselves, and vacuum does not wait
    -- for other vacuums; a standby reports through its walsender, which belongs to no database.
    select a.xact_start as since, a.application_name as application, a.pid
    from pg_catalog.pg_stat_activity a
    where (a.backend_xmin is not null or a.backend_xid is not null) and a.xact_start is not null and a.pid <> pg_catalog.pg_backend_pid()
      and (a.backend_type = 'client backend' and a.datname = current_database() or a.backend_type = 'walsender')
    union all
    select p.prepared, 'prepared transaction ' || p.gid, null
    from pg_catalog.pg_prepared_xacts p where p.database = current_database()
  ) held
  order by held.since limit 1
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

CREATE OR REPLACE FUNCTION heddle.open_privacy_request(new_id uuid, new_code text, of_platform text, of_kind text, of_sandbox boolean, of_hash text, of_person text, at_moment timestamp with time zone)
 RETURNS TABLE(id uuid, code text, is_new boolean)
 LANGUAGE plpgsql
 SECURITY DEFINER
 SET search_path TO ''
AS $function$
begin
  insert into heddle.privacy_request as p (id, code, platform, kind, is_sandbox, payload_hash, person_id, received_at)
  values (new_id, new_code, of_platform, of_kind, of_sandbox, of_hash, of_person, at_moment) on conflict (payload_hash) do nothing;
  return query select p.id, p.code, p.id = new_id from heddle.privacy_request p where p.payload_hash = of_hash;
end $function$;

CREATE OR REPLACE FUNCTION heddle.open_privacy_requests()
 RETURNS TABLE(id uuid, kind text, platform text, is_sandbox boolean, person_id text)
 LANGUAGE sql
 STABLE SECURITY DEFINER
 SET search_path TO ''
AS $function$
  select p.id, p.kind, p.platform, p.is_sandbox, p.person_id from heddle.privacy_request p where p.finished_at is null order by p.received_at limit 100
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

CREATE OR REPLACE FUNCTION heddle.sample_little(target regclass)
 RETURNS void
 LANGUAGE plpgsql
 SET search_path TO ''
AS $function$
declare
  item record;
begin
  for item in
    select a.attname, a.atttypid = 'jsonb'::regtype as is_document from pg_catalog.pg_attribute a
    where a.attrelid = target and a.attnum > 0 and not a.attisdropped
  loop
    execute format('alter table %s alter column %I set statistics %s', target, item.attname, case when item.is_document then 0 else 10 end);
  end loop;
  if not exists (select from pg_catalog.pg_class c where c.oid = target and c.relkind = 'p') then
    execute format('alter table %s set (autovacuum_analyze_scale_factor = 0.1)', target);
  end if;
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

CREATE OR REPLACE FUNCTION heddle.unpack(packed heddle.breaker_rows)
 RETURNS TABLE(t integer, connection_id uuid)
 LANGUAGE sql
 IMMUTABLE ROWS 20
BEGIN ATOMIC
 SELECT unnest((packed).t) AS unnest,
     unnest((packed).connection_id) AS unnest;
END;

CREATE OR REPLACE FUNCTION heddle.unpack(packed heddle.budget_rows)
 RETURNS TABLE(t integer, connection_id uuid, bucket text, size double precision, per_second double precision)
 LANGUAGE sql
 IMMUTABLE ROWS 20
BEGIN ATOMIC
 SELECT unnest((packed).t) AS unnest,
     unnest((packed).connection_id) AS unnest,
     unnest((packed).bucket) AS unnest,
     unnest((packed).size) AS unnest,
     unnest((packed).per_second) AS unnest;
END;

CREATE OR REPLACE FUNCTION heddle.unpack(packed heddle.contact_rows)
 RETURNS TABLE(t integer, id uuid, username text, name text, profile jsonb, profile_read_at timestamp with time zone, tags text, fields jsonb, last_inbound_at timestamp with time zone, last_event_at timestamp with time zone, is_opted_out boolean)
 LANGUAGE sql
 IMMUTABLE ROWS 20
BEGIN ATOMIC
 SELECT unnest((packed).t) AS unnest,
     unnest((packed).id) AS unnest,
     unnest((packed).username) AS unnest,
     unnest((packed).name) AS unnest,
     unnest((packed).profile) AS unnest,
     unnest((packed).profile_read_at) AS unnest,
     unnest((packed).tags) AS unnest,
     unnest((packed).fields) AS unnest,
     unnest((packed).last_inbound_at) AS unnest,
     unnest((packed).last_event_at) AS unnest,
     unnest((packed).is_opted_out) AS unnest;
END;

CREATE OR REPLACE FUNCTION heddle.unpack(packed heddle.counter_rows)
 RETURNS TABLE(t integer, flow_id uuid, node text, what text, amount integer)
 LANGUAGE sql
 IMMUTABLE ROWS 20
BEGIN ATOMIC
 SELECT unnest((packed).t) AS unnest,
     unnest((packed).flow_id) AS unnest,
     unnest((packed).node) AS unnest,
     unnest((packed).what) AS unnest,
     unnest((packed).amount) AS unnest;
END;

CREATE OR REPLACE FUNCTION heddle.unpack(packed heddle.event_rows)
 RETURNS TABLE(t integer, id uuid, state text, reason text, skipped jsonb, run_ids text, contact_id uuid, attempts integer, retry_at timestamp with time zone)
 LANGUAGE sql
 IMMUTABLE ROWS 20
BEGIN ATOMIC
 SELECT unnest((packed).t) AS unnest,
     unnest((packed).id) AS unnest,
     unnest((packed).state) AS unnest,
     unnest((packed).reason) AS unnest,
     unnest((packed).skipped) AS unnest,
     unnest((packed).run_ids) AS unnest,
     unnest((packed).contact_id) AS unnest,
     unnest((packed).attempts) AS unnest,
     unnest((packed).retry_at) AS unnest;
END;

CREATE OR REPLACE FUNCTION heddle.unpack(packed heddle.flow_start_rows)
 RETURNS TABLE(t integer, flow_id uuid, contact_id uuid, started_at timestamp with time zone)
 LANGUAGE sql
 IMMUTABLE ROWS 20
BEGIN ATOMIC
 SELECT unnest((packed).t) AS unnest,
     unnest((packed).flow_id) AS unnest,
     unnest((packed).contact_id) AS unnest,
     unnest((packed).started_at) AS unnest;
END;

CREATE OR REPLACE FUNCTION heddle.unpack(packed heddle.inbound_rows)
 RETURNS TABLE(id uuid, source_id uuid, connection_id uuid, platform text, kind text, key text, subject text, about_connection uuid, about_person text, contact jsonb, data jsonb, flow_id uuid, node text, occurred_at timestamp with time zone)
 LANGUAGE sql
 IMMUTABLE ROWS 20
BEGIN ATOMIC
 SELECT unnest((packed).id) AS unnest,
     unnest((packed).source_id) AS unnest,
     unnest((packed).connection_id) AS unnest,
     unnest((packed).platform) AS unnest,
     unnest((packed).kind) AS unnest,
     unnest((packed).key) AS unnest,
     unnest((packed).subject) AS unnest,
     unnest((packed).about_connection) AS unnest,
     unnest((packed).about_person) AS unnest,
     unnest((packed).contact) AS unnest,
     unnest((packed).data) AS unnest,
     unnest((packed).flow_id) AS unnest,
     unnest((packed).node) AS unnest,
     unnest((packed).occurred_at) AS unnest;
END;

CREATE OR REPLACE FUNCTION heddle.unpack(packed heddle.new_contact_rows)
 RETURNS TABLE(t integer, id uuid, connection_id uuid, platform text, platform_id text, username text, name text, profile jsonb, profile_read_at timestamp with time zone, tags text, fields jsonb, last_inbound_at timestamp with time zone, last_event_at timestamp with time zone, is_opted_out boolean)
 LANGUAGE sql
 IMMUTABLE ROWS 20
BEGIN ATOMIC
 SELECT unnest((packed).t) AS unnest,
     unnest((packed).id) AS unnest,
     unnest((packed).connection_id) AS unnest,
     unnest((packed).platform) AS unnest,
     unnest((packed).platform_id) AS unnest,
     unnest((packed).username) AS unnest,
     unnest((packed).name) AS unnest,
     unnest((packed).profile) AS unnest,
     unnest((packed).profile_read_at) AS unnest,
     unnest((packed).tags) AS unnest,
     unnest((packed).fields) AS unnest,
     unnest((packed).last_inbound_at) AS unnest,
     unnest((packed).last_event_at) AS unnest,
     unnest((packed).is_opted_out) AS unnest;
END;

CREATE OR REPLACE FUNCTION heddle.unpack(packed heddle.new_run_rows)
 RETURNS TABLE(t integer, id uuid, flow_id uuid, flow_version integer, subject text, contact_id uuid, event_id uuid, event_at timestamp with time zone, trigger_node text, trigger_type text, bindings jsonb, status text, snapshot jsonb, error jsonb, node_runs integer, started_at timestamp with time zone, ended_at timestamp with time zone, parent_run_id uuid, parent_position text, child_index integer, result jsonb, is_reported boolean, max_active integer)
 LANGUAGE sql
 IMMUTABLE ROWS 20
BEGIN ATOMIC
 SELECT unnest((packed).t) AS unnest,
     unnest((packed).id) AS unnest,
     unnest((packed).flow_id) AS unnest,
     unnest((packed).flow_version) AS unnest,
     unnest((packed).subject) AS unnest,
     unnest((packed).contact_id) AS unnest,
     unnest((packed).event_id) AS unnest,
     unnest((packed).event_at) AS unnest,
     unnest((packed).trigger_node) AS unnest,
     unnest((packed).trigger_type) AS unnest,
     unnest((packed).bindings) AS unnest,
     unnest((packed).status) AS unnest,
     unnest((packed).snapshot) AS unnest,
     unnest((packed).error) AS unnest,
     unnest((packed).node_runs) AS unnest,
     unnest((packed).started_at) AS unnest,
     unnest((packed).ended_at) AS unnest,
     unnest((packed).parent_run_id) AS unnest,
     unnest((packed).parent_position) AS unnest,
     unnest((packed).child_index) AS unnest,
     unnest((packed).result) AS unnest,
     unnest((packed).is_reported) AS unnest,
     unnest((packed).max_active) AS unnest;
END;

CREATE OR REPLACE FUNCTION heddle.unpack(packed heddle.node_run_rows)
 RETURNS TABLE(t integer, id uuid, run_id uuid, flow_id uuid, node text, type text, visit integer, attempt integer, status text, port text, input jsonb, output jsonb, error jsonb, started_at timestamp with time zone, ended_at timestamp with time zone)
 LANGUAGE sql
 IMMUTABLE ROWS 20
BEGIN ATOMIC
 SELECT unnest((packed).t) AS unnest,
     unnest((packed).id) AS unnest,
     unnest((packed).run_id) AS unnest,
     unnest((packed).flow_id) AS unnest,
     unnest((packed).node) AS unnest,
     unnest((packed).type) AS unnest,
     unnest((packed).visit) AS unnest,
     unnest((packed).attempt) AS unnest,
     unnest((packed).status) AS unnest,
     unnest((packed).port) AS unnest,
     unnest((packed).input) AS unnest,
     unnest((packed).output) AS unnest,
     unnest((packed).error) AS unnest,
     unnest((packed).started_at) AS unnest,
     unnest((packed).ended_at) AS unnest;
END;

CREATE OR REPLACE FUNCTION heddle.unpack(packed heddle.outbox_rows)
 RETURNS TABLE(t integer, id uuid, run_id uuid, flow_id uuid, node text, visit integer, key text, connection_id uuid, contact_id uuid, state text, kind text, target text, action jsonb, summary text, platform_id text, receipt jsonb, reason text, error jsonb, attempts integer, created_at timestamp with time zone, sending_at timestamp with time zone, settled_at timestamp with time zone)
 LANGUAGE sql
 IMMUTABLE ROWS 20
BEGIN ATOMIC
 SELECT unnest((packed).t) AS unnest,
     unnest((packed).id) AS unnest,
     unnest((packed).run_id) AS unnest,
     unnest((packed).flow_id) AS unnest,
     unnest((packed).node) AS unnest,
     unnest((packed).visit) AS unnest,
     unnest((packed).key) AS unnest,
     unnest((packed).connection_id) AS unnest,
     unnest((packed).contact_id) AS unnest,
     unnest((packed).state) AS unnest,
     unnest((packed).kind) AS unnest,
     unnest((packed).target) AS unnest,
     unnest((packed).action) AS unnest,
     unnest((packed).summary) AS unnest,
     unnest((packed).platform_id) AS unnest,
     unnest((packed).receipt) AS unnest,
     unnest((packed).reason) AS unnest,
     unnest((packed).error) AS unnest,
     unnest((packed).attempts) AS unnest,
     unnest((packed).created_at) AS unnest,
     unnest((packed).sending_at) AS unnest,
     unnest((packed).settled_at) AS unnest;
END;

CREATE OR REPLACE FUNCTION heddle.unpack(packed heddle.run_rows)
 RETURNS TABLE(t integer, id uuid, status text, snapshot jsonb, stored_version integer, error jsonb, node_runs integer, ended_at timestamp with time zone, result jsonb, is_reported boolean)
 LANGUAGE sql
 IMMUTABLE ROWS 20
BEGIN ATOMIC
 SELECT unnest((packed).t) AS unnest,
     unnest((packed).id) AS unnest,
     unnest((packed).status) AS unnest,
     unnest((packed).snapshot) AS unnest,
     unnest((packed).stored_version) AS unnest,
     unnest((packed).error) AS unnest,
     unnest((packed).node_runs) AS unnest,
     unnest((packed).ended_at) AS unnest,
     unnest((packed).result) AS unnest,
     unnest((packed).is_reported) AS unnest;
END;

CREATE OR REPLACE FUNCTION heddle.unpack(packed heddle.settled_rows)
 RETURNS TABLE(t integer, id uuid, state text, platform_id text, receipt jsonb, reason text, error jsonb, attempts integer, sending_at timestamp with time zone, settled_at timestamp with time zone)
 LANGUAGE sql
 IMMUTABLE ROWS 20
BEGIN ATOMIC
 SELECT unnest((packed).t) AS unnest,
     unnest((packed).id) AS unnest,
     unnest((packed).state) AS unnest,
     unnest((packed).platform_id) AS unnest,
     unnest((packed).receipt) AS unnest,
     unnest((packed).reason) AS unnest,
     unnest((packed).error) AS unnest,
     unnest((packed).attempts) AS unnest,
     unnest((packed).sending_at) AS unnest,
     unnest((packed).settled_at) AS unnest;
END;

CREATE OR REPLACE FUNCTION heddle.unpack(packed heddle.turn_rows)
 RETURNS TABLE(t integer, subject text, fence bigint, seen bigint, is_release boolean, release_at timestamp with time zone, is_once boolean, is_progress boolean)
 LANGUAGE sql
 IMMUTABLE ROWS 20
BEGIN ATOMIC
 SELECT unnest((packed).t) AS unnest,
     unnest((packed).subject) AS unnest,
     unnest((packed).fence) AS unnest,
     unnest((packed).seen) AS unnest,
     unnest((packed).is_release) AS unnest,
     unnest((packed).release_at) AS unnest,
     unnest((packed).is_once) AS unnest,
     unnest((packed).is_progress) AS unnest;
END;

CREATE OR REPLACE FUNCTION heddle.workspace_ids()
 RETURNS TABLE(workspace_id uuid)
 LANGUAGE sql
 STABLE SECURITY DEFINER
 SET search_path TO ''
AS $function$
  select w.id from heddle.workspace w order by w.created_at, w.id
$function$;

CREATE OR REPLACE FUNCTION heddle.write_checkpoints(of_workspace uuid, at_moment timestamp with time zone, counter_slot smallint, turns heddle.turn_rows, breakers heddle.breaker_rows, budgets heddle.budget_rows, new_runs heddle.new_run_rows, runs heddle.run_rows, node_runs heddle.node_run_rows, outbox heddle.outbox_rows, settled heddle.settled_rows, events heddle.event_rows, new_contacts heddle.new_contact_rows, contacts heddle.contact_rows, flow_starts heddle.flow_start_rows, counters heddle.counter_rows, rest jsonb)
 RETURNS TABLE(t integer, posted bigint, bucket text, at_ms double precision)
 LANGUAGE plpgsql
 SET search_path TO ''
 SET enable_seqscan TO 'off'
 SET enable_hashjoin TO 'off'
 SET enable_mergejoin TO 'off'
 SET plan_cache_mode TO 'force_generic_plan'
 SET random_page_cost TO '0'
 SET cpu_index_tuple_cost TO '1000'
 SET jit TO 'off'
AS $function$
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
end $function$;
