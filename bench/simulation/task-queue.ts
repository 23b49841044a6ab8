/** Something that happens at a moment of virtual time. */
export interface Task {
  readonly atMs: number;
  /** Random: decides between tasks of the same moment. */
  readonly tie: number;
  readonly run: () => void;
}

/** A binary heap of tasks, the earliest first. */
export interface TaskQueue {
  push(task: Task): void;
  pop(): Task | undefined;
}

export function createTaskQueue(): TaskQueue {
  const heap: Task[] = [];
  const isBefore = (a: Task, b: Task): boolean => a.atMs < b.atMs || (a.atMs === b.atMs && a.tie < b.tie);
  return {
    push(task) {
      let at = heap.length;
      while (at > 0) {
        const parentAt = (at - 1) >> 1;
        const parent = heap[parentAt];
        if (parent === undefined || !isBefore(task, parent)) break;
        heap[at] = parent;
        at = parentAt;
      }
      heap[at] = task;
    },
    pop() {
      const first = heap[0];
      const last = heap.pop();
      if (first === undefined || last === undefined || heap.length === 0) return first;
      let at = 0;
      for (;;) {
        let childAt = 2 * at + 1;
        let child = heap[childAt];
        if (child === undefined) break;
        const right = heap[childAt + 1];
        if (right !== undefined && isBefore(right, child)) {
          child = right;
          childAt += 1;
        }
        if (!isBefore(child, last)) break;
        heap[at] = child;
        at = childAt;
      }
      heap[at] = last;
      return first;
    },
  };
}
