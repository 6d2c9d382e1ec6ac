import type { Command } from '../command';
import { doctor } from './doctor';
import { explain } from './explain';
import { ls } from './ls';
import { prune } from './prune';
import { report } from './report';
import { reservations } from './reservations';
import { rm } from './rm';
import { serveCodec } from './serve-codec';
import { show } from './show';
import { stats } from './stats';
import { versions } from './versions';

/** The commands, in the order of the help. */
export const commands: readonly Command[] = [
  ls,
  show,
  stats,
  rm,
  prune,
  report,
  explain,
  reservations,
  doctor,
  versions,
  serveCodec,
];
