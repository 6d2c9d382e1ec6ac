#!/usr/bin/env node
/** The program `activity-cache`, also installed as `temporal-activity-cache`. */
import { main } from './main';
import { programAt } from './program';
import { openStoreAt } from './store';
import { untilStopped } from './stopped';
import { connectTo } from './temporal';

const { argv, stdin, stdout, stderr, env } = process;

void main(argv.slice(2), {
  program: programAt(argv[1]),
  stdin,
  stdout,
  stderr,
  env,
  openStore: openStoreAt,
  connect: (to) => connectTo(to, env),
  untilStopped,
}).then((code) => process.exit(code)); // a store's module may have left handles open
