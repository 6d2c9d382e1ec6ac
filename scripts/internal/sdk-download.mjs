// A program: lets the Temporal SDK download its dev server of the given version into the given folder. It is a process
// of its own because the SDK sets no time limit: one that stops making progress is ended.
import { statSync } from 'node:fs';
import { join } from 'node:path';
import testing from '@temporalio/testing';

const [downloadDir, version] = process.argv.slice(2);
const patienceMs = 20_000;
const partial = join(downloadDir, `temporal-${version}.downloading`);

let seen = 0;
let seenAt = Date.now();
setInterval(() => {
  const size = statSync(partial, { throwIfNoEntry: false })?.size ?? 0;
  if (size !== seen) [seen, seenAt] = [size, Date.now()];
  if (Date.now() - seenAt > patienceMs) fail(`no progress for ${patienceMs / 1000} s`);
}, 500).unref();

try {
  // Only starting a server makes the SDK download one.
  const executable = { type: 'cached-download', downloadDir, version };
  const environment = await testing.TestWorkflowEnvironment.createLocal({ server: { executable } });
  await environment.teardown();
} catch (error) {
  fail([...new Set(error.message.split(': '))].join(': ')); // the SDK repeats itself
}

function fail(message) {
  console.error(message);
  process.exit(1);
}
