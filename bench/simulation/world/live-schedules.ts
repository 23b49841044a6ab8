import { nextScheduleTick, type ScheduleConfig } from '@heddle/nodes/definitions';
import type { LiveFlow } from '../host/live-run.ts';
import type { ScheduleRow } from '../model/tables.ts';

/** The schedules of live flows, as `syncTriggers` of the server stores them. */
export function planSchedules(flows: readonly LiveFlow[], nowMs: number): ScheduleRow[] {
  return flows.flatMap(({ number, program }) =>
    program.triggers.flatMap((node): ScheduleRow[] => {
      if (!node.definition.events.includes('core/schedule')) return [];
      // The config was checked against the definition when the flow was compiled.
      const config = node.config as ScheduleConfig;
      return [{ flow: number, node: node.id, config, nextTickAtMs: nextScheduleTick(config, nowMs) }];
    }),
  );
}
