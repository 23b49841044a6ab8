// The generator of load, a process of its own: see send-load.ts.
import { answerQuestions, tell } from './ask.ts';
import type { Load } from './load.ts';
import { sendLoad } from './send-load.ts';

let ending = new AbortController();

answerQuestions(
  {
    load: (load: Load) => {
      ending = new AbortController();
      return sendLoad(load, ending.signal, load.tellEach === true ? tell : undefined);
    },
  },
  () => ending.abort(),
);
