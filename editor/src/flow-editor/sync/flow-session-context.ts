import { createContext, useContext } from 'react';
import type { FlowSession } from './flow-session.ts';

/** The open flow: its store and everything that talks to the server about it. */
export const FlowSessionContext = createContext<FlowSession | null>(null);

/** The open flow around a component. */
export function useFlowSession(): FlowSession {
  const session = useContext(FlowSessionContext);
  if (session === null) throw new Error('useFlowSession needs a FlowSessionContext around it');
  return session;
}
