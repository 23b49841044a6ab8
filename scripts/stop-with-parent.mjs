// Loaded into the server and other Node programs of a task by `node --import`. When the process that started them dies
// without being able to say so (`kill -9`), they stop by themselves as they would for SIGTERM.
const POLL_MS = 500;
const STOP_TIMEOUT_MS = 30_000;

const parent = process.ppid;
const watch = setInterval(() => {
  if (process.ppid === parent) return;
  clearInterval(watch);
  process.kill(process.pid, 'SIGTERM');
  setTimeout(() => process.kill(process.pid, 'SIGKILL'), STOP_TIMEOUT_MS).unref();
}, POLL_MS);
watch.unref();
