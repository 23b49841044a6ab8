import type { Endpoint, EndpointInput, EndpointOutput } from '@heddle/schemas/api';

/** Calls operations of the contract with an API key, as an outside program would. */
export function createApiClient(baseUrl: string, apiKey: string) {
  return async function call<E extends Endpoint>(
    endpoint: E,
    input: Partial<EndpointInput<E>> = {},
  ): Promise<EndpointOutput<E>> {
    const params = Object.entries<string>(input.params ?? {});
    const path = params.reduce(
      (built, [name, value]) => built.replace(`:${name}`, encodeURIComponent(value)),
      endpoint.path,
    );
    const url = new URL(path, baseUrl);
    for (const [name, value] of Object.entries(input.query ?? {})) url.searchParams.set(name, String(value));
    const response = await fetch(url, {
      method: endpoint.method,
      headers: { authorization: `Bearer ${apiKey}`, 'content-type': 'application/json' },
      ...(input.body === undefined ? {} : { body: JSON.stringify(input.body) }),
    });
    const text = await response.text();
    if (response.status !== endpoint.status) throw new Error(`${endpoint.id} answered ${response.status}: ${text}`);
    return (text === '' ? undefined : JSON.parse(text)) as EndpointOutput<E>; // the server checks its answers against the contract
  };
}
