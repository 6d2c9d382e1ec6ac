import { writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { bundleWorkflowCode } from '@temporalio/worker';

async function bundle() {
  const { code } = await bundleWorkflowCode({ workflowsPath: require.resolve('./workflows') });
  await writeFile(join(tmpdir(), 'workflow-bundle.js'), code);
  console.log('Bundle written');
}

bundle().catch((error) => {
  console.error(error);
  process.exit(1);
});
