import { Badge, Group, Text, TextInput, UnstyledButton } from '@mantine/core';
import { useDebouncedValue } from '@mantine/hooks';
import { IconAddressBook, IconSearch, IconX } from '@tabler/icons-react';
import { useState } from 'react';
import { ContactName } from '../shared/ContactName.tsx';
import { aboveRowClass, DataTable, rowLinkClass } from '../shared/DataTable.tsx';
import { LoadMore } from '../shared/LoadMore.tsx';
import { Page, PageHeader } from '../shared/PageHeader.tsx';
import { EmptyState, ErrorState, LoadingRows } from '../shared/PageStates.tsx';
import { RelativeTime } from '../shared/RelativeTime.tsx';
import { useSearchFilter } from '../shared/use-search-filter.ts';
import { ContactDrawer } from './ContactDrawer.tsx';
import { useContactList } from './contact-queries.ts';

/** People who wrote to a connected account. */
export function ContactsPage() {
  const [openId, setOpenId] = useSearchFilter('contact');
  const [tag, setTag] = useSearchFilter('tag');
  const [search, setSearch] = useState('');
  const [words] = useDebouncedValue(search.trim(), 250);
  const list = useContactList({ ...(words === '' ? {} : { search: words }), ...(tag === null ? {} : { tag }) });
  const isFiltered = words !== '' || tag !== null;
  return (
    <Page>
      <PageHeader
        title="Contacts"
        lead="Everyone who wrote to you or commented, with what your flows learnt about them."
      />
      <Group mb="md" gap="sm">
        <TextInput
          leftSection={<IconSearch size={16} />}
          placeholder="Search name or user name"
          aria-label="Search contacts"
          value={search}
          onChange={(event) => setSearch(event.currentTarget.value)}
          w={280}
        />
        {tag !== null && (
          <UnstyledButton onClick={() => setTag(null)} aria-label={`Show all tags, not only ${tag}`}>
            <Badge variant="light" size="lg" rightSection={<IconX size={12} />}>
              Tag: {tag}
            </Badge>
          </UnstyledButton>
        )}
      </Group>
      {list.isPending && <LoadingRows rows={6} height={52} />}
      {list.isError && <ErrorState error={list.error} onRetry={() => void list.refetch()} />}
      {list.data !== undefined && list.items.length === 0 && (
        <EmptyState icon={IconAddressBook} title={isFiltered ? 'Nobody fits' : 'Nobody has written yet'}>
          {isFiltered ? 'Try another name or tag.' : 'The first person who comments or sends a message appears here.'}
        </EmptyState>
      )}
      {list.items.length > 0 && (
        <DataTable label="Contacts" columns={['Name', 'Tags', 'Messages', 'Last message']}>
          {list.items.map((contact) => (
            <tr key={contact.id} data-testid="contact-row">
              <td>
                <UnstyledButton className={rowLinkClass} onClick={() => setOpenId(contact.id)}>
                  <ContactName contact={contact} size={32} />
                </UnstyledButton>
              </td>
              <td>
                <Group gap={4} className={aboveRowClass} w="fit-content">
                  {contact.tags.map((name) => (
                    <UnstyledButton
                      key={name}
                      onClick={() => setTag(name)}
                      aria-label={`Only contacts with tag ${name}`}
                    >
                      <Badge variant="light" radius="xl">
                        {name}
                      </Badge>
                    </UnstyledButton>
                  ))}
                </Group>
              </td>
              <td>
                {contact.isOptedOut ? (
                  <Badge color="red" variant="light" radius="xl">
                    Opted out
                  </Badge>
                ) : (
                  <Text size="sm" c="dimmed">
                    Allowed
                  </Text>
                )}
              </td>
              <td>
                <Text size="sm" c="dimmed" component="span" className={aboveRowClass}>
                  {contact.lastInboundAt === null ? 'Never' : <RelativeTime at={contact.lastInboundAt} />}
                </Text>
              </td>
            </tr>
          ))}
        </DataTable>
      )}
      <LoadMore pages={list} />
      <ContactDrawer id={openId} onClose={() => setOpenId(null)} />
    </Page>
  );
}
