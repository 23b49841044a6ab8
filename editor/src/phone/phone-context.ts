import type { AccountView, PersonaView } from '@heddle/nodes/instagram-customer';
import { createContext, useContext } from 'react';

/** What the phone shows. */
export type PhoneView =
  | { readonly kind: 'feed' }
  | { readonly kind: 'post'; readonly mediaId: string }
  | { readonly kind: 'story'; readonly mediaId: string }
  | { readonly kind: 'thread' };

/** What every screen of the phone needs. */
export interface PhoneState {
  readonly account: AccountView;
  readonly persona: PersonaView;
  open(view: PhoneView): void;
  /** Shows a web page that a button opened. */
  openUrl(url: string): void;
}

export const PhoneContext = createContext<PhoneState | null>(null);

/** The phone around a screen. */
export function usePhone(): PhoneState {
  const phone = useContext(PhoneContext);
  if (phone === null) throw new Error('usePhone needs a PhoneContext around it');
  return phone;
}
