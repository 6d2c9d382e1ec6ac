import { appendFileSync, readFileSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

const stream = (id: string) => join(tmpdir(), `${id}.stream`);

/** That sample has a stream of Redis. */
export const createActivities = () => ({
  async publish(id: string, version: number, value: number): Promise<void> {
    if (version === 1) writeFileSync(stream(id), '');
    appendFileSync(stream(id), `${version} ${value}\n`);
  },
});

export const published = (id: string) => readFileSync(stream(id), 'utf8').trim().split('\n');
