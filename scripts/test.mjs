// npm test [-- jest options]: all tests, from a fresh clone. The Temporal server is started by test/setup.
import { join } from 'node:path';
import { runNode } from './internal/launch.mjs';
import { root } from './internal/paths.mjs';

await runNode([join(root, 'node_modules/jest/bin/jest.js')], { graceMs: 3000 });
