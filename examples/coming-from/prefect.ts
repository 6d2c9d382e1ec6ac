import { cached } from 'temporal-activity-cache';

export const fetchPrices = cached(
  { ignoredInputs: 'debug', ttl: '1 day' },
  async (symbol: string, debug = false): Promise<number[]> => {
    if (debug) console.log(`fetching ${symbol}`);
    return Array.from(symbol, (letter) => letter.codePointAt(0)!);
  },
);

interface Order {
  id: number;
  quantity: number;
}

/** The key is the order's id alone; the version says when the code has changed. */
export const priceOrder = cached(
  { version: '1', key: ({ args: [order] }) => (order as Order).id },
  async (order: Order) => order.quantity * 100,
);

/** Once in each Workflow run, as Prefect's DEFAULT policy does it. */
export const drawSample = cached(
  { key: ({ args, info }) => [info.workflowExecution?.runId, args] },
  async (size: number) => Array.from({ length: size }, Math.random),
);
