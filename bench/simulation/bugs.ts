/** Faults that can be planted in the model host. The simulator must find each of them: that is the test of the test. */
export const BUGS = {
  dropFence: 'A checkpoint does not look whether the subject is still ours.',
  callBeforeRow: 'The platform is called before the outbox row says "sending".',
  loseWait: 'A checkpoint now and then forgets to store a wait.',
  noRecheck: 'Releasing a subject does not look whether something was put in meanwhile.',
  noDedupeKey: 'Ingest does not look at the key of an event.',
  resendUnknown: 'A row that is found in "sending" is sent again without asking the platform.',
  noCallDeadline: 'A worker that was frozen between the commit of "sending" and the call makes the call, however late.',
  processClock:
    'Leases, waits and the age of calls go by the clock of each process instead of the clock of the database.',
  sendAfterCancel: 'The outbox row is stored without looking whether its run was cancelled meanwhile.',
  runGonePosition: 'A node is run although its run has ended on another path meanwhile, so that its position is gone.',
  forgetSends:
    'A turn that ends by an error of the database, or by a poisoned event, forgets the answers of calls that it saw.',
  loseChild: 'A checkpoint now and then forgets a child run that the run above counts on.',
  forgetTold: 'A checkpoint does not note that the end of a child run was told to the run above.',
  queueJump: 'A start does not look at the runs and starts before it when the event comes out of the queue.',
  leavePlace: 'A start that is tried again in its turn leaves the queue before it is settled.',
  keepPlace: 'A start that was queued and started in one turn stays in the queue.',
  fullWithoutLock: 'The checkpoint that starts a run does not look once more whether the flow is full.',
  tickPerProcess: 'The key of a tick names the process that saw it.',
  budgetPerProcess: 'Each process counts the limits of the platform for itself.',
  breakerDeaf: 'A send does not look whether sending from its account is paused.',
  decideTwice: 'A decision does not look whether somebody decided the question already.',
  forgetReport: 'A report that nobody waits for yet is not kept.',
} as const;

export type Bug = keyof typeof BUGS;

/** True for the name of a bug that can be planted. */
export function isBug(name: string): name is Bug {
  return Object.hasOwn(BUGS, name);
}
