#!/usr/bin/env node
/** The program `activity-cache`, which is `temporal-activity-cache` too. */
import { main } from './main';
import { programAt } from './program';
import { openStoreAt } from './store';
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
}).then((code) => process.exit(code)); // a store's module may have left something open
