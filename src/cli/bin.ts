#!/usr/bin/env node
/** The program `activity-cache`. */
import { main } from './main';
import { openStoreAt } from './store';
import { connectTo } from './temporal';

const { argv, stdin, stdout, stderr, env } = process;

void main(argv.slice(2), {
  stdin,
  stdout,
  stderr,
  env,
  openStore: openStoreAt,
  connect: (to) => connectTo(to, env),
}).then((code) => process.exit(code)); // a store's module may have left something open
