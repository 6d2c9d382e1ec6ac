// npm run fuzz -- --seconds N --seed S [--programs N] [--only INDEX] [--verbose]: random Workflow programs, with the cache and without it.
import { runTypeScript } from './internal/launch.mjs';

await runTypeScript('test/fuzz/main.ts', { graceMs: 15_000 });
