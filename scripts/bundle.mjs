// The Workflow of reservations, bundled with the package: a second's work that no Worker need repeat. It holds the Workflow part of the SDK,
// so it serves Workers of that very version; others make their own.
import { writeFile } from 'node:fs/promises';
import { createRequire } from 'node:module';
import { join } from 'node:path';
import { bundleWorkflowCode, DefaultLogger } from '@temporalio/worker';
import { root } from './internal/paths.mjs';

const require = createRequire(import.meta.url);
const folder = join(root, 'lib/workflows');

const { code } = await bundleWorkflowCode({
  workflowsPath: join(folder, 'index.js'),
  logger: new DefaultLogger('WARN'),
  webpackConfigHook: (config) => ({ ...config, devtool: false }),
});
// The SDK asks for a source map; the real one would be twice as long as the code.
const map = JSON.stringify({ version: 3, file: 'bundle.js', sources: [], names: [], mappings: '' });
const url = `//# sourceMappingURL=data:application/json;base64,${Buffer.from(map).toString('base64')}`;
await writeFile(join(folder, 'bundle.js'), `${code}\n${url}`);
const { version } = require('@temporalio/workflow/package.json');
await writeFile(join(folder, 'bundle.json'), `${JSON.stringify({ sdk: version })}\n`);
