import { Counter, Histogram, Registry } from 'prom-client';

/** What the runtime counts. Names begin with `heddle_`; seconds and counts, as Prometheus has it. */
export interface RuntimeMetrics {
  readonly eventsAccepted: Counter;
  readonly eventsDuplicate: Counter;
  readonly ingestBatch: Histogram;
  readonly turns: Counter<'outcome'>;
  readonly turnSeconds: Histogram;
  readonly runsFinished: Counter<'status'>;
  readonly sends: Counter<'state'>;
}

/** Adds the runtime's metrics to a registry; to one that nobody reads when none is given. */
export function createRuntimeMetrics(registry: Registry = new Registry()): RuntimeMetrics {
  const registers = [registry];
  return {
    eventsAccepted: new Counter({ name: 'heddle_events_accepted_total', help: 'Inbound events stored', registers }),
    eventsDuplicate: new Counter({
      name: 'heddle_events_duplicate_total',
      help: 'Inbound events left out because their key was known',
      registers,
    }),
    ingestBatch: new Histogram({
      name: 'heddle_ingest_batch_events',
      help: 'Events per ingest commit',
      buckets: [1, 2, 5, 10, 20, 50, 100, 200, 500],
      registers,
    }),
    turns: new Counter({ name: 'heddle_turns_total', help: 'Turns taken', labelNames: ['outcome'], registers }),
    turnSeconds: new Histogram({
      name: 'heddle_turn_seconds',
      help: 'Length of a turn',
      buckets: [0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 5, 30],
      registers,
    }),
    runsFinished: new Counter({
      name: 'heddle_runs_finished_total',
      help: 'Runs that ended',
      labelNames: ['status'],
      registers,
    }),
    sends: new Counter({
      name: 'heddle_sends_total',
      help: 'Outbox rows by the state they reached',
      labelNames: ['state'],
      registers,
    }),
  };
}
