/** What stands around a call in real code: each kind lets other microtasks pass between an answer and what follows. */
import { condition } from '@temporalio/workflow';
import type { Value, Wrapping } from './program';

type Body = () => Promise<Value>;

export async function microtasks(count: number): Promise<void> {
  for (let i = 0; i < count; i++) await Promise.resolve();
}

export function wrapped(wrapping: Wrapping, depth: number, body: Body): Promise<Value> {
  return depth === 0 ? body() : WRAP[wrapping](() => wrapped(wrapping, depth - 1, body));
}

const WRAP: Record<Wrapping, (body: Body) => Promise<Value>> = {
  async: async (body) => await body(),
  then: (body) => body().then((value) => value),
  try: async (body) => {
    try {
      return await body();
    } catch (error) {
      throw error as Error;
    } finally {
      await Promise.resolve();
    }
  },
  thenable: async (body) =>
    await {
      then: (resolve: (value: Value) => void, reject: (error: unknown) => void) =>
        void body().then(resolve, reject),
    },
  generator: (body) => runGenerator(generated(body)),
  asyncGenerator: async (body) => {
    let last: Value | undefined;
    for await (const value of asyncGenerated(body)) last = value;
    return last!;
  },
  before: async (body) => {
    await Promise.resolve();
    return body();
  },
  after: async (body) => {
    const value = await body();
    await Promise.resolve();
    return value;
  },
  condition: async (body) => {
    let ended = false;
    const running = body().finally(() => (ended = true));
    running.catch(() => {}); // it is awaited a little later
    await condition(() => ended);
    return running;
  },
};

function* generated(body: Body): Generator<Promise<Value>, Value, Value> {
  const value = yield body();
  return value;
}

async function* asyncGenerated(body: Body): AsyncGenerator<Value> {
  yield await body();
}

/** As libraries do that run generators as coroutines. */
async function runGenerator(generator: Generator<Promise<Value>, Value, Value>): Promise<Value> {
  let step = generator.next(undefined as never);
  while (!step.done) step = generator.next(await step.value);
  return step.value;
}
