/** Where a worker can be told to die or to freeze; the eight of a send, from the work's first claim to its last write. */
export const FAULT_POINTS = [
  'beforeClaim',
  'afterClaim',
  'beforeConnect',
  'afterLastByte',
  'beforeResponseRead',
  'beforeRecord',
  'afterRecord',
  'beforeAck',
] as const;
export type FaultPoint = (typeof FAULT_POINTS)[number];

/** What a worker process is told at its start. */
export interface WorkerOrder {
  readonly diaryFile: string;
  readonly turnsAtOnce: number;
  /** Sends itself this signal at the n-th pass of the point. */
  readonly fault?: {
    readonly point: FaultPoint;
    readonly pass: number;
    readonly signal: 'SIGKILL' | 'SIGSTOP';
  };
}
