import { useConnections } from '../connections/connection-queries.ts';
import { useFlow } from '../flows/flow-queries.ts';
import { Phone } from './Phone.tsx';

/** The phone beside the canvas, writing to the practice account that the flow listens to. */
export function DockedPhone({ flowId }: { flowId: string }) {
  const flow = useFlow(flowId);
  const connections = useConnections();
  const bound = new Set(Object.values(flow.data?.bindings.connections ?? {}));
  const account = connections.data?.items.find((connection) => connection.isSandbox && bound.has(connection.id));
  return <Phone layout="docked" {...(account === undefined ? {} : { accountExternalId: account.externalId })} />;
}
