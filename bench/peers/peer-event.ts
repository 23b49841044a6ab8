/** One comment of one person: what every engine is told. */
export interface PeerEvent {
  /** Only digits, as Instagram's ids. Effects are counted by it. */
  readonly id: string;
  readonly person: string;
  readonly username: string;
  readonly text: string;
}

const PREFIX = '1790';

/** The event with this number; each by a person of its own, since order per person is not what is measured. */
export function peerEvent(index: number): PeerEvent {
  const digits = String(index).padStart(13, '0');
  return {
    id: `${PREFIX}${digits}`,
    person: `880${digits}`,
    username: `person_${index}`,
    text: 'What is the price of it?',
  };
}

/** @param id Any id of the platform. @returns Whether it names an event of ours. */
export function isPeerEventId(id: string): boolean {
  return id.length === PREFIX.length + 13 && id.startsWith(PREFIX);
}
