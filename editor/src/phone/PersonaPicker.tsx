import { Avatar, Menu, Text, UnstyledButton } from '@mantine/core';
import type { PersonaView } from '@heddle/nodes/instagram-customer';
import { IconSelector } from '@tabler/icons-react';
import classes from './PersonaPicker.module.css';

interface Props {
  readonly personas: readonly PersonaView[];
  readonly persona: PersonaView;
  onChoose(id: string): void;
  /** A list with descriptions (full page) instead of a menu (docked). */
  readonly isList?: boolean;
}

/** Whom one plays. */
export function PersonaPicker({ personas, persona, onChoose, isList = false }: Props) {
  if (isList) {
    return (
      <section className={classes['list']} aria-label="Who are you?">
        <Text size="sm" fw={650} mb={8} px={10}>
          Who are you?
        </Text>
        <div role="radiogroup" aria-label="Person to play">
          {personas.map((item) => (
            <UnstyledButton
              key={item.id}
              className={classes['person']}
              role="radio"
              aria-checked={item.id === persona.id}
              onClick={() => onChoose(item.id)}
              data-testid="persona"
              data-username={item.username}
            >
              <PersonaAvatar persona={item} size={40} />
              <Words persona={item} hasAbout />
            </UnstyledButton>
          ))}
        </div>
      </section>
    );
  }
  return (
    <Menu position="bottom-start" width={280}>
      <Menu.Target>
        <UnstyledButton
          className={classes['target']}
          aria-label={`You are ${persona.name}. Play somebody else`}
          data-testid="persona-menu"
        >
          <PersonaAvatar persona={persona} size={30} />
          <Words persona={persona} />
          <IconSelector size={15} aria-hidden />
        </UnstyledButton>
      </Menu.Target>
      <Menu.Dropdown mah={360} style={{ overflowY: 'auto' }}>
        <Menu.Label>Who are you?</Menu.Label>
        {personas.map((item) => (
          <Menu.Item
            key={item.id}
            leftSection={<PersonaAvatar persona={item} size={32} />}
            onClick={() => onChoose(item.id)}
            data-testid="persona"
            data-username={item.username}
          >
            <Words persona={item} hasAbout />
          </Menu.Item>
        ))}
      </Menu.Dropdown>
    </Menu>
  );
}

/** The picture of a person, or their initials on their colour. */
export function PersonaAvatar({
  persona,
  size,
}: {
  persona: Pick<PersonaView, 'name' | 'pictureUrl' | 'avatarColor'>;
  size: number;
}) {
  return (
    <Avatar
      src={persona.pictureUrl}
      name={persona.name}
      size={size}
      radius="50%"
      styles={{ placeholder: { background: persona.avatarColor, color: '#fff' } }}
      alt=""
    />
  );
}

function Words({ persona, hasAbout = false }: { persona: PersonaView; hasAbout?: boolean }) {
  return (
    <span className={classes['words']}>
      <span className={classes['name']}>{persona.name}</span>
      <span className={classes['about']}>
        {hasAbout && persona.about !== '' ? persona.about : `@${persona.username}`}
      </span>
    </span>
  );
}
