import {
  ActionIcon,
  Alert,
  Code,
  CopyButton,
  Group,
  Menu,
  Stack,
  Switch,
  Text,
  TextInput,
  Tooltip,
} from '@mantine/core';
import { IconAlertCircle, IconCopy, IconDots, IconLink, IconTrash, IconX } from '@tabler/icons-react';
import type { JsonObject } from '@heddle/schemas';
import { useDeferredValue, useEffect, useMemo, useRef } from 'react';
import { useRoute } from 'wouter';
import { NodeIcon } from '../../shared/NodeIcon.tsx';
import { notifyUndo } from '../../shared/notify.tsx';
import { categoryStyle } from '../canvas/NodeCard.tsx';
import { FixButton } from '../FixButton.tsx';
import { SchemaForm } from '../form/SchemaForm.tsx';
import { availableFields } from '../model/available-fields.ts';
import { isBlocker, messagesByField, withoutNodeTitle } from '../model/issues.ts';
import { Preview } from '../preview/Preview.tsx';
import { useEditor, useEditorStore } from '../store/editor-context.ts';
import { NOTHING_SELECTED } from '../store/editor-store.ts';
import { duplicateSelection, removeSelection } from '../store/edit-actions.ts';
import { ExitList } from './ExitList.tsx';
import { PinSettings } from './PinSettings.tsx';
import { RetrySettings } from './RetrySettings.tsx';

/** The form of one node, with what the contact will see, its exits and what happens when it fails. */
export function NodeInspector({ id }: { readonly id: string }) {
  const store = useEditorStore();
  const node = useEditor((state) => state.document.nodes[id]);
  const catalog = useEditor((state) => state.catalog);
  const document = useDeferredValue(useEditor((state) => state.document));
  const nodeIssues = useEditor((state) => state.nodeIssues.get(id));
  const isReadOnly = useEditor((state) => state.isReadOnly);
  const definition = node === undefined ? undefined : catalog.find(node.type);
  const fields = useMemo(() => availableFields(document, catalog, id), [document, catalog, id]);
  const messages = useMemo(() => messagesByField(nodeIssues?.all ?? [], id), [nodeIssues, id]);
  const form = useFirstInputFocus();
  const webhookUrl = useEditor((state) => state.status.webhookUrls[id]);
  const [, route] = useRoute('/flows/:id');
  const flowId = route?.id;
  const type = node?.type;
  const formNode = useMemo(
    () => (flowId === undefined || type === undefined ? undefined : { flowId, type }),
    [flowId, type],
  );
  if (node === undefined) return null;
  const setConfig = (config: JsonObject) =>
    store.getState().change([{ kind: 'setConfig', id, config }], {
      label: `Edit "${node.label ?? definition?.title ?? node.type}"`,
      mergeKey: `config ${id}`,
    });
  const own = messages.get('');
  const ownIssue = nodeIssues?.all.find((issue) => withoutNodeTitle(issue.message) === own);
  return (
    <div ref={form} className="fe-form" data-inspects={id} style={categoryStyle(definition?.category)}>
      <header className="fe-form-head">
        <span className="fe-icon-tile">
          <NodeIcon name={definition?.icon} size={19} />
        </span>
        <div className="fe-form-titles">
          <TextInput
            variant="unstyled"
            aria-label="Name of this node"
            classNames={{ input: 'fe-form-title' }}
            placeholder={definition?.title ?? node.type}
            maxLength={80}
            disabled={isReadOnly}
            value={node.label ?? ''}
            onChange={(event) =>
              store.getState().change(
                [
                  {
                    kind: 'setLabel',
                    id,
                    label: event.currentTarget.value === '' ? null : event.currentTarget.value,
                  },
                ],
                { label: 'Rename', mergeKey: `label ${id}` },
              )
            }
          />
          <Text size="xs" c="dimmed" truncate>
            {node.label === undefined ? 'Click the name to change it' : (definition?.title ?? node.type)}
          </Text>
        </div>
        {!isReadOnly && <NodeMenu id={id} />}
        <Tooltip label="Close">
          <ActionIcon
            variant="subtle"
            color="gray"
            aria-label="Close the settings of this node"
            onClick={() => store.getState().select(NOTHING_SELECTED)}
          >
            <IconX size={17} />
          </ActionIcon>
        </Tooltip>
      </header>
      {definition !== undefined && (
        <Text size="sm" c="dimmed" className="fe-form-summary">
          {definition.summary}
        </Text>
      )}
      {own !== undefined && (
        <Alert
          variant="light"
          color={
            nodeIssues?.all.some((issue) => isBlocker(issue) && issue.path?.includes('/config') !== true) === true
              ? 'red'
              : 'yellow'
          }
          icon={<IconAlertCircle size={17} />}
          p="xs"
        >
          <Stack gap={6} align="flex-start">
            {own}
            {ownIssue !== undefined && <FixButton issue={ownIssue} />}
          </Stack>
        </Alert>
      )}
      {definition === undefined ? (
        <Alert color="red" p="sm">
          No installed plugin has the node type <Code>{node.type}</Code>. Its settings are kept as they are.
        </Alert>
      ) : (
        <SchemaForm
          schema={definition.config}
          value={node.config}
          onChange={setConfig}
          fields={fields}
          messages={messages}
          isReadOnly={isReadOnly}
          node={formNode}
        />
      )}
      {webhookUrl !== undefined && <WebhookAddress url={webhookUrl} />}
      {definition?.preview !== undefined && <Preview definition={definition} config={node.config} fields={fields} />}
      {definition !== undefined && <ExitList id={id} node={node} definition={definition} />}
      {definition !== undefined && definition.role !== 'trigger' && (
        <Stack gap="sm">
          <PinSettings id={id} node={node} definition={definition} isReadOnly={isReadOnly} />
          <RetrySettings id={id} retry={node.retry} effect={definition.effect} isReadOnly={isReadOnly} />
          <Switch
            label="Switched on"
            description="A node that is switched off is passed over."
            disabled={isReadOnly}
            checked={node.isDisabled !== true}
            onChange={(event) =>
              store.getState().change([{ kind: 'setDisabled', id, isDisabled: !event.currentTarget.checked }], {
                label: event.currentTarget.checked ? 'Switch on' : 'Switch off',
              })
            }
          />
        </Stack>
      )}
      <Text size="xs" c="dimmed" className="fe-form-id">
        In templates: <Code>{`nodes.${id}`}</Code>
      </Text>
    </div>
  );
}

function NodeMenu({ id }: { readonly id: string }) {
  const store = useEditorStore();
  const remove = () => {
    const removed = removeSelection(store, { ...NOTHING_SELECTED, nodes: [id] });
    if (removed !== null) notifyUndo(removed.words, removed.undo);
  };
  return (
    <Menu position="bottom-end" width={180}>
      <Menu.Target>
        <ActionIcon variant="subtle" color="gray" aria-label="More for this node">
          <IconDots size={17} />
        </ActionIcon>
      </Menu.Target>
      <Menu.Dropdown>
        <Menu.Item leftSection={<IconCopy size={15} />} onClick={() => duplicateSelection(store)}>
          Duplicate
        </Menu.Item>
        <Menu.Item color="red" leftSection={<IconTrash size={15} />} onClick={remove}>
          Delete
        </Menu.Item>
      </Menu.Dropdown>
    </Menu>
  );
}

function WebhookAddress({ url }: { readonly url: string }) {
  return (
    <Group gap="xs" wrap="nowrap" className="fe-inset">
      <IconLink size={16} />
      <Text size="xs" style={{ overflowWrap: 'anywhere' }} flex={1}>
        {url}
      </Text>
      <CopyButton value={url}>
        {({ copied, copy }) => (
          <ActionIcon variant="subtle" color={copied ? 'green' : 'gray'} aria-label="Copy the address" onClick={copy}>
            <IconCopy size={15} />
          </ActionIcon>
        )}
      </CopyButton>
    </Group>
  );
}

/** Enter on the canvas goes to the first field. */
function useFirstInputFocus() {
  const store = useEditorStore();
  const focus = useEditor((state) => state.focus);
  const form = useRef<HTMLDivElement>(null);
  useEffect(() => {
    if (focus?.target !== 'inspector') return;
    const inputs = form.current?.querySelectorAll<HTMLElement>('input:not([disabled]), textarea:not([disabled])');
    // The first is the name in the head.
    (inputs?.[1] ?? inputs?.[0])?.focus();
    store.getState().setFocus(null);
  }, [focus, store]);
  return form;
}
