// npm run demo [-- options]: the README's pipeline, from a fresh clone.
import { runTypeScript } from './internal/launch.mjs';

await runTypeScript('examples/ml-pipeline/demo.ts', { graceMs: 3000 });
