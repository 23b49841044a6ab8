-- What a workspace allows its flows to send in private, and conversations that a person of the team has taken over.

create table heddle.messaging_rules (
  workspace_id uuid primary key references heddle.workspace (id) on delete cascade,
  rules jsonb not null,
  updated_at timestamptz not null
);
select heddle.protect_tenant_table('heddle.messaging_rules');

alter table heddle.contact add column taken_over_until timestamptz;
