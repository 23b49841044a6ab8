// The Instagram sandbox as a process of its own: `fork(sandbox-process.ts)`. Sends its address, ends with its parent. What arrives here
// is out of reach of whatever happens to the product, as it would be at the real platform.
import { createInstagramSandbox } from '../../nodes/src/instagram/sandbox/index.ts';

const sandbox = createInstagramSandbox();
process.on('disconnect', () => process.exit(0));
process.send?.({ url: await sandbox.listen(0) });
