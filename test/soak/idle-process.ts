/** Uses a store, twice at once, and has nothing more to do: it must end by itself. */
import { PostgresStore } from '../../src/store/postgres/store';

async function main(): Promise<void> {
  const store = new PostgresStore({ uri: process.argv[2]! });
  await Promise.all([store.draw(), store.draw()]);
}

void main();
