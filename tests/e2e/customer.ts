import type { ActRequest, ActResult, PersonaAct, PersonaView, ThreadView } from '@heddle/nodes/instagram-customer';
import type { Product } from './start-product.ts';

/** Plays a customer of an account on the practice platform, through the API behind the phone page. */
export function createCustomer(product: Product, accountId: string) {
  const ask = async <T>(method: 'GET' | 'POST', path: string, body?: object): Promise<T> => {
    const response = await fetch(`${product.url}/sandbox/instagram/_sandbox${path}`, {
      method,
      headers: { authorization: `Bearer ${product.apiKey}`, 'content-type': 'application/json' },
      ...(body === undefined ? {} : { body: JSON.stringify(body) }),
    });
    const text = await response.text();
    if (!response.ok) throw new Error(`${method} ${path} answered ${response.status}: ${text}`);
    return JSON.parse(text) as T; // our own sandbox, typed by its customer API
  };
  return {
    /** The first persona of the practice platform. */
    persona: async (): Promise<PersonaView> => {
      const { personas } = await ask<{ personas: PersonaView[] }>('GET', `/personas?account=${accountId}`);
      const [first] = personas;
      if (first === undefined) throw new Error('the practice platform has no persona');
      return first;
    },
    act: (persona: PersonaView, act: PersonaAct) =>
      ask<ActResult>('POST', '/act', { accountId, personaId: persona.id, act } satisfies ActRequest),
    thread: (persona: PersonaView) => ask<ThreadView>('GET', `/accounts/${accountId}/threads/${persona.id}`),
  };
}
