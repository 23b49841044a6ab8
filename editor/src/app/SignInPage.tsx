import { Alert, Button, Paper, PasswordInput, Stack, Text, TextInput, Title } from '@mantine/core';
import { IconLink } from '@tabler/icons-react';
import { useState, type FormEvent } from 'react';
import { useLocation, useSearchParams } from 'wouter';
import { toProblem, type ApiProblem } from '../api/api-problem.ts';
import { useSignIn } from '../api/session-queries.ts';
import { LogoMark } from './Logo.tsx';
import { safeNext } from './safe-next.ts';
import classes from './SignInPage.module.css';

/** E-mail and password; whoever has just started Heddle uses the one-time link of the start command instead. */
export function SignInPage() {
  const signIn = useSignIn();
  const [, navigate] = useLocation();
  const [search] = useSearchParams();
  const [email, setEmail] = useState('');
  const [password, setPassword] = useState('');
  const next = search.get('next');
  const submit = (event: FormEvent) => {
    event.preventDefault();
    signIn.mutate({ email: email.trim(), password }, { onSuccess: () => navigate(safeNext(next), { replace: true }) });
  };
  const message =
    signIn.error === null ? (search.has('error') ? LINK_MESSAGE : null) : signInMessage(toProblem(signIn.error));
  return (
    <main className={classes['page']}>
      <title>Sign in · Heddle</title>
      <div className={classes['column']}>
        <Stack align="center" gap={10} mb="lg">
          <LogoMark size={48} />
          <Title order={1} size="h2" className={classes['title']}>
            Sign in to Heddle
          </Title>
          <Text c="dimmed" size="sm">
            Flows that answer, sort and follow up for you.
          </Text>
        </Stack>
        <Paper component="form" onSubmit={submit} p="xl" radius="lg" className={classes['card']}>
          <Stack>
            {message !== null && (
              <Alert color="red" variant="light" role="alert" data-testid="sign-in-error">
                {message}
              </Alert>
            )}
            <TextInput
              label="E-mail"
              type="email"
              name="email"
              autoComplete="username"
              required
              autoFocus
              value={email}
              onChange={(event) => setEmail(event.currentTarget.value)}
            />
            <PasswordInput
              label="Password"
              name="password"
              autoComplete="current-password"
              required
              value={password}
              onChange={(event) => setPassword(event.currentTarget.value)}
            />
            <Button type="submit" fullWidth size="md" loading={signIn.isPending} data-testid="sign-in">
              Sign in
            </Button>
          </Stack>
        </Paper>
        <Alert mt="md" variant="transparent" color="gray" icon={<IconLink size={18} />}>
          <Text size="sm" c="dimmed">
            Just started Heddle? The terminal shows a <b>one-time sign-in link</b>; open it and you are in. A restart
            prints a new one.
          </Text>
        </Alert>
      </div>
    </main>
  );
}

const LINK_MESSAGE =
  'That sign-in link was used already or is too old. Restart Heddle for a new link, or sign in with e-mail and password.';

function signInMessage(problem: ApiProblem): string {
  if (problem.status === 401 || problem.status === 403)
    return 'E-mail and password do not fit together. Check both and try again.';
  if (problem.status === 400 || problem.status === 422)
    return 'That does not look like an e-mail address and a password. Check both and try again.';
  if (problem.status === 429) return 'Too many tries. Wait a minute, then try again.';
  return [problem.detail, problem.remedy].filter((part) => part !== '').join(' ');
}
