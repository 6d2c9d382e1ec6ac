/** `prune`: frees space. */
import { command } from '../command';
import { UsageError } from '../errors';
import { entries, formatBytes, parseBytes } from '../format';
import { STORE, STORE_VARIABLES, upkeepOf, withStore } from '../store';

export const prune = command({
  name: 'prune',
  summary: 'Free space: what was invalidated, what is past its ttl, and what is too much.',
  about:
    'In the whole store, all scopes, in short batches: Workers are not held up. Stopped in the middle, the next one goes on.',
  options: {
    'max-bytes': {
      type: 'string',
      value: 'SIZE',
      about: 'how much may stay, like 500MB; what was not used longest goes first',
    },
    ...STORE,
  },
  examples: [
    ['prune', 'free what nobody wants any more'],
    ['prune --max-bytes 10GB', 'and keep no more than 10 GB of values'],
  ],
  variables: STORE_VARIABLES,
  async run(call) {
    const { given, screen } = call;
    const maxBytes = given['max-bytes'] === undefined ? undefined : readSize(given['max-bytes']);
    await withStore(call, async (store) => {
      const freed = await upkeepOf(store).prune({
        maxBytes,
        onProgress: (size) =>
          screen.progress(`freed ${entries(size.entries)}, ${formatBytes(size.bytes)} ...`),
      });
      if (given.json) return screen.json(freed);
      return screen.print(`Freed ${entries(freed.entries)}, ${formatBytes(freed.bytes)}.`);
    });
  },
});

function readSize(text: string): number {
  const bytes = parseBytes(text);
  if (bytes !== undefined) return bytes;
  throw new UsageError(`--max-bytes '${text}' is no size; write it like 500MB, 1.5GiB, or in bytes`);
}
