import { cached, cachedAll } from 'temporal-activity-cache';

/** Cached by the default of the group, below. */
async function loadDataset(name: string): Promise<number[]> {
  return Array.from(name, (letter) => letter.codePointAt(0)!);
}

const preprocess = cached({ version: '2.1' }, async (raw: number[], scale: number) =>
  raw.map((value) => value * scale),
);

const trainModel = cached(
  { ignoredInputs: 'experimentName' },
  async (data: number[], depth: number, experimentName: string) => {
    console.log(`${experimentName}: training`);
    return { depth, mean: data.reduce((sum, value) => sum + value, 0) / data.length };
  },
);

const generateReport = cached('disable', async (mean: number) => `${new Date().toISOString()}: ${mean}`);

export const activities = cachedAll('auto', { loadDataset, preprocess, trainModel, generateReport });
