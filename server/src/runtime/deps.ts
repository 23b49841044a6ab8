import type { AiAnswer, AiRequest, HandlerRegistry, HttpService } from '@heddle/engine';
import type { LiveChange } from '@heddle/schemas/api';
import type { ConnectionService } from '../connections/connection-service.ts';
import type { Database } from '../database/index.ts';
import type { Log } from '../log/index.ts';
import type { Clock } from './clock.ts';
import type { Breakers } from './gateway/breakers.ts';
import type { CheckpointWriter } from './journal/checkpoint-writer.ts';
import type { RuntimeMetrics } from './metrics.ts';
import type { MessagingRulesStore } from './planner/messaging-rules.ts';
import type { RecordCollection } from './records.ts';
import type { TurnLoader } from './turn/load-turn.ts';
import type { WorkerMoment } from './worker-moment.ts';

/** What the runtime needs of the rest of the server. */
export interface RuntimeDeps {
  readonly database: Database;
  readonly registry: HandlerRegistry;
  readonly connections: Pick<ConnectionService, 'openAccount' | 'markTokenInvalid'>;
  readonly live: { publish(workspaceId: string, changes: readonly LiveChange[]): void };
  readonly log: Log;
  /** @throws FlowError `AI_NOT_CONFIGURED` | `AI_FAILED`. */
  readonly ai: { answer(request: AiRequest): Promise<AiAnswer> };
  readonly http: HttpService;
  /** What features keep for nodes, by collection. */
  readonly records?: ReadonlyMap<string, RecordCollection>;
  readonly clock: Clock;
  readonly metrics: RuntimeMetrics;
  /** Told where a worker stands; absent in production. */
  readonly onMoment?: (moment: WorkerMoment) => void;
}

/** What a turn may use: the above, and what the runtime makes itself. */
export interface TurnDeps extends RuntimeDeps {
  readonly breakers: Breakers;
  readonly checkpoints: CheckpointWriter;
  readonly turns: TurnLoader;
  readonly rules: MessagingRulesStore;
}
