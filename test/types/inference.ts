/** Compiled with each supported TypeScript, against the package's declarations (test/integration/typescript.test.ts). Never run. */
import { cached, cachedAll, CachePlugin, packageVersion } from 'temporal-activity-cache';
import { cachedWorkflow } from 'temporal-activity-cache/workflow';

/** Fails to compile unless both types are the same; `any` is the same as nothing else. */
type Same<A, B> = (<T>() => T extends A ? 1 : 2) extends <T>() => T extends B ? 1 : 2 ? true : false;
const same = <A, B>(_proof: Same<A, B>): void => undefined;

// A function with a type for each parameter: callbacks know its arguments and its result.
export const arrow = cached(
  {
    cacheIf: (text, [count]) => {
      same<typeof text, string>(true);
      same<typeof count, number>(true);
      return text.length > count;
    },
    tags: ([count]) => [count.toFixed()],
  },
  async (count: number) => `${count}`,
);
same<typeof arrow, (count: number) => Promise<string>>(true);
// @ts-expect-error -- the result is a text
cached({ cacheIf: (result: number) => result > 0 }, async (count: number) => `${count}`);
// @ts-expect-error -- the argument is a number
cached({ tags: ([count]) => [count.trim()] }, async (count: number) => `${count}`);

// One with a default, or a function expression, keeps its type, and its callbacks compile.
export const withDefault = cached(
  { cacheIf: (total) => total > 0 },
  async (text: string, n = 3): Promise<number> => text.length + n,
);
same<typeof withDefault, (text: string, n?: number) => Promise<number>>(true);
export const expression = cached({ tags: ([text]) => [text] }, async function train(text: string, n = 3) {
  return text.length + n;
});
same<typeof expression, (text: string, n?: number) => Promise<number>>(true);
export const workflow = cachedWorkflow(
  { tags: ([customer]) => [customer], cacheIf: (total) => total > 0 },
  async function monthly(customer: string): Promise<number> {
    return customer.length;
  },
);
same<typeof workflow, (customer: string) => Promise<number>>(true);
const generic = cached({ cacheIf: (value) => value !== undefined }, async <T>(value: T) => value);
export const text: Promise<string> = generic('a');

// What is wrong stays wrong.
const repeat = cached('auto', async (word: string, times = 2) => word.repeat(times));
// @ts-expect-error -- a default says what type the parameter has
void repeat('a', 'b');
// @ts-expect-error -- a parameter without a type is nothing that could be used
cached('disable', async (word) => word.trim());
// @ts-expect-error -- no such behaviour
cached('automatic', async () => 1);

export const group = cachedAll({ policies: packageVersion('dep') }, { repeat });
new CachePlugin({ store: 'memory:', activities: { repeat: { cacheIf: (result) => result !== '' } } });
