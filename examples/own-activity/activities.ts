import { cached } from 'temporal-activity-cache';

export const embed = cached('auto', async (text: string): Promise<number[]> => {
  // Expensive work goes here: a model, a rendering, a call that is billed.
  return Array.from(text, (character) => character.codePointAt(0)! / 0x110000);
});
