// node scripts/run.mjs FILE [options]: runs a TypeScript file of this repository.
import { runTypeScript } from './internal/launch.mjs';

const [file] = process.argv.splice(2, 1);
await runTypeScript(file, { graceMs: 15_000 }); // a Worker lets its running Activities finish
