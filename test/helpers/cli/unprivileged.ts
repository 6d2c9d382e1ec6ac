/** The command line, run by a user who may only read: everything is loaded before root's rights are given up. */
import 'libsql';
import { main } from '../../../src/cli/main';
import { openStoreAt } from '../../../src/cli/store';
import { untilStopped } from '../../../src/cli/stopped';
import { connectTo } from '../../../src/cli/temporal';

if (process.getuid?.() === 0) process.setuid!(65_534);

const { argv, stdin, stdout, stderr, env } = process;
const connect: Parameters<typeof main>[1]['connect'] = (to) => connectTo(to, env);
void main(argv.slice(2), {
  program: 'activity-cache',
  stdin,
  stdout,
  stderr,
  env,
  openStore: openStoreAt,
  connect,
  untilStopped,
}).then((code) => process.exit(code));
