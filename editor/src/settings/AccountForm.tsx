import { Alert, Button, PasswordInput, Stack, TextInput } from '@mantine/core';
import type { Session } from '@heddle/schemas/api';
import { useState, type FormEvent } from 'react';
import { notifyDone } from '../shared/notify.tsx';
import { isPlaceholderEmail, MAX_NAME_LENGTH, useAccountActions } from './account-queries.ts';
import { accountMessage } from './account-message.ts';

/** Name and e-mail address of the signed-in member. A changed address asks for the password, when there is one. */
export function AccountForm({ member }: { member: Session['member'] }) {
  const { change } = useAccountActions();
  const hasRealEmail = !isPlaceholderEmail(member.email);
  const [name, setName] = useState(member.name);
  const [email, setEmail] = useState(hasRealEmail ? member.email : '');
  const [currentPassword, setCurrentPassword] = useState('');
  const isEmailChanged = email.trim().toLowerCase() !== (hasRealEmail ? member.email : '');
  const isChanged = isEmailChanged || name.trim() !== member.name;
  const asksPassword = isEmailChanged && member.hasPassword;
  const submit = (event: FormEvent) => {
    event.preventDefault();
    change.mutate(
      {
        name: name.trim(),
        ...(isEmailChanged ? { email: email.trim() } : {}),
        ...(asksPassword ? { currentPassword } : {}),
      },
      {
        onSuccess: () => {
          setCurrentPassword('');
          notifyDone('Your account is saved.');
        },
      },
    );
  };
  return (
    <Stack component="form" gap="sm" maw={420} onSubmit={submit} data-testid="account-form">
      <TextInput
        label="Name"
        autoComplete="name"
        required
        maxLength={MAX_NAME_LENGTH}
        value={name}
        onChange={(event) => setName(event.currentTarget.value)}
      />
      {/* The first address is given together with the first password. */}
      {(hasRealEmail || member.hasPassword) && (
        <TextInput
          label="E-mail"
          description="You sign in with it."
          type="email"
          autoComplete="email"
          required
          maxLength={254}
          value={email}
          onChange={(event) => setEmail(event.currentTarget.value)}
        />
      )}
      {asksPassword && (
        <PasswordInput
          label="Current password"
          description="To be sure that it is you who changes the address."
          autoComplete="current-password"
          required
          value={currentPassword}
          onChange={(event) => setCurrentPassword(event.currentTarget.value)}
        />
      )}
      {change.isError && (
        <Alert color="red" variant="light" role="alert" p="sm">
          {accountMessage(change.error)}
        </Alert>
      )}
      <Button type="submit" w="fit-content" disabled={!isChanged} loading={change.isPending}>
        Save
      </Button>
    </Stack>
  );
}
