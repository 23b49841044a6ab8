import { useMutation, useQueryClient } from '@tanstack/react-query';
import { requestJson } from '../api/client.ts';
import { queryKeys } from '../api/query-keys.ts';

/** Fewest characters of a password; the server checks it as well. */
export const MIN_PASSWORD_LENGTH = 10;
/** The longest name the server takes. */
export const MAX_NAME_LENGTH = 80;

/** What of the account is to change; the password only when the address changes and there is one. */
export interface AccountChange {
  readonly name: string;
  readonly email?: string;
  readonly currentPassword?: string;
}

/** A new password; `currentPassword` unless it is the first, `email` when the address is still the placeholder. */
export interface PasswordChange {
  readonly newPassword: string;
  readonly currentPassword?: string;
  readonly email?: string;
}

const post = (path: string, body: object) =>
  requestJson(`/api/auth/${path}`, { method: 'POST', body, isSignInCall: true });

/** Changes to the signed-in member's own account. Each loads the session anew. */
export function useAccountActions() {
  const client = useQueryClient();
  const onSuccess = () => client.invalidateQueries({ queryKey: queryKeys.session });
  return {
    change: useMutation({ mutationFn: (body: AccountChange) => post('set-account', body), onSuccess }),
    setPassword: useMutation({
      mutationFn: ({ currentPassword, newPassword, email }: PasswordChange) =>
        currentPassword === undefined
          ? post('set-password', { newPassword, ...(email === undefined ? {} : { email }) })
          : post('change-password', { currentPassword, newPassword, revokeOtherSessions: true }),
      onSuccess,
    }),
  };
}

/** The address of a new installation is no real one: nobody can sign in with it from memory, and it says so. */
export function isPlaceholderEmail(email: string): boolean {
  return email.endsWith('@localhost');
}
