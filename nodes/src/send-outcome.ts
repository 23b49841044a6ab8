import { FlowError, type ContactFacts } from '@heddle/schemas';

/** The contact of the run. @throws FlowError `SEND_REFUSED` when the run has none, as with a schedule. */
export function requireContact(contact: ContactFacts | null): ContactFacts {
  if (contact !== null) return contact;
  throw new FlowError('SEND_REFUSED', 'There is nobody to write to: this run was not started by a person.', {
    details: { sent: false },
  });
}

/** The error when it says that the 24-hour window is closed; every other error is thrown on. */
export function takeWindowClosed(error: unknown): FlowError {
  if (error instanceof FlowError && error.code === 'SEND_WINDOW_CLOSED') return error;
  throw error;
}
