/** `versions`: the versions of Activities, computed from their sources. */
import { writeFile } from 'node:fs/promises';
import type * as ReachableCode from '../../key/version/reachable-code';
import type { VersionsFile } from '../../key/version/manifest';
import { activitiesIn, usualFile } from '../activities-in';
import { command } from '../command';
import { Failure, UsageError } from '../errors';
import { STORE } from '../store';

export const versions = command({
  name: 'versions',
  operands: { usage: '[FILE…]', least: 0, most: Infinity },
  summary: 'Compute the versions of Activities, for bundled Workers.',
  about:
    'Each FILE is loaded, and exports Activities, or objects of them; without one it is src/activities. ' +
    'TypeScript is loaded by the tsx of the project. policies: [manifest(FILE)] reads what --out writes.',
  options: {
    out: {
      type: 'string',
      value: 'FILE',
      about: 'where the versions are written; without it they are printed',
    },
    ...STORE,
  },
  examples: [
    ['versions src/activities.ts --out versions.json', 'before the Worker is bundled'],
    ['versions lib/activities.js', 'see each version, and what it does not see'],
  ],
  variables: {},
  async run({ operands, given, screen }) {
    // Loaded here, because other commands need no parser.
    // eslint-disable-next-line @typescript-eslint/no-require-imports -- as the drivers of stores
    const reach = require('../../key/version/reachable-code') as typeof ReachableCode;
    const file: VersionsFile = { v: 1, versions: {} };
    for (const operand of operands.length > 0
      ? operands
      : [usualFile('name the FILE that exports the Activities')]) {
      for (const [type, fn] of Object.entries(await activitiesIn(operand))) {
        if (Object.hasOwn(file.versions, type))
          throw new UsageError(`Two FILEs export an Activity '${type}'`);
        const reached = reach.reachedBy(fn);
        if (reached === undefined)
          throw new Failure(`The code of '${type}' cannot be read: ${reach.refusal(fn)?.message}`);
        file.versions[type] = reached;
      }
    }
    const sorted = Object.entries(file.versions).sort(([one], [other]) => (one < other ? -1 : 1));
    if (sorted.length === 0) throw new Failure(`No FILE exports a function: ${operands.join(' ')}`);
    file.versions = Object.fromEntries(sorted);
    if (given.out !== undefined) await writeFile(given.out, `${JSON.stringify(file, undefined, 2)}\n`);
    if (given.json) return screen.json(file);
    for (const [type, { version, manifest }] of sorted) {
      const pieces = Object.keys(manifest.nodes).length;
      const unseen = manifest.opaque.length === 0 ? '' : `; not seen: ${manifest.opaque.join(', ')}`;
      await screen.print(
        `${type}  ${version.slice(0, 12)}  ${pieces} pieces of code, ${manifest.packages.length} packages${unseen}`,
      );
    }
  },
});
