import { Alert, Button, PasswordInput, Stack, TextInput } from '@mantine/core';
import type { Session } from '@heddle/schemas/api';
import { useState, type FormEvent } from 'react';
import { notifyDone } from '../shared/notify.tsx';
import { accountMessage } from './account-message.ts';
import { isPlaceholderEmail, MIN_PASSWORD_LENGTH, useAccountActions } from './account-queries.ts';

/** The first password, or another one. A first one also asks for the address to sign in with, while that is still the placeholder. */
export function PasswordForm({ member }: { member: Session['member'] }) {
  const { setPassword } = useAccountActions();
  const [current, setCurrent] = useState('');
  const [wanted, setWanted] = useState('');
  const [email, setEmail] = useState('');
  const isChange = member.hasPassword;
  const asksEmail = !isChange && isPlaceholderEmail(member.email);
  const isTooShort = wanted.length > 0 && wanted.length < MIN_PASSWORD_LENGTH;
  const submit = (event: FormEvent) => {
    event.preventDefault();
    setPassword.mutate(
      {
        newPassword: wanted,
        ...(isChange ? { currentPassword: current } : {}),
        ...(asksEmail ? { email: email.trim() } : {}),
      },
      {
        onSuccess: () => {
          setCurrent('');
          setWanted('');
          notifyDone(
            isChange
              ? 'The password is changed. Every other browser is signed out.'
              : 'The password is set. You can sign in without the link now.',
          );
        },
      },
    );
  };
  return (
    <Stack component="form" gap="sm" maw={420} onSubmit={submit} data-testid="password-form">
      {asksEmail && (
        <TextInput
          label="E-mail to sign in with"
          type="email"
          autoComplete="username"
          required
          maxLength={254}
          value={email}
          onChange={(event) => setEmail(event.currentTarget.value)}
        />
      )}
      {isChange && (
        <PasswordInput
          label="Current password"
          autoComplete="current-password"
          required
          value={current}
          onChange={(event) => setCurrent(event.currentTarget.value)}
        />
      )}
      <PasswordInput
        label={isChange ? 'New password' : 'Password'}
        description={`At least ${MIN_PASSWORD_LENGTH} characters. A short sentence is easy to remember.`}
        error={isTooShort ? `${MIN_PASSWORD_LENGTH - wanted.length} more to go` : undefined}
        autoComplete="new-password"
        required
        maxLength={200}
        value={wanted}
        onChange={(event) => setWanted(event.currentTarget.value)}
      />
      {setPassword.isError && (
        <Alert color="red" variant="light" role="alert" p="sm">
          {accountMessage(setPassword.error)}
        </Alert>
      )}
      <Button
        type="submit"
        w="fit-content"
        disabled={wanted.length < MIN_PASSWORD_LENGTH}
        loading={setPassword.isPending}
      >
        {isChange ? 'Change password' : 'Set password'}
      </Button>
    </Stack>
  );
}
