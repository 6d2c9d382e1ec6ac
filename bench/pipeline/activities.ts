import { cached } from 'temporal-activity-cache';

/** How many bodies of cached steps ran. */
export const ran = { bodies: 0 };

export const activities = {
  noop: async (i: number) => i,
  step: cached('auto', async (i: number) => {
    ran.bodies++;
    return i;
  }),
};
