/** Says that nothing is stored of an Activity type, whose name may be misspelt. */
import { didYouMean } from '../options/spelling';
import type { Upkeep } from '../upkeep/upkeep';
import type { Screen } from './screen';

/** Says nothing if the store has entries of the type, or cannot list them. */
export async function sayIfUnknown(
  activity: string | undefined,
  upkeep: Upkeep,
  screen: Screen,
): Promise<void> {
  if (activity === undefined) return;
  const types = await upkeep.stats().then(
    ({ byActivity }) => Object.keys(byActivity),
    () => [activity],
  );
  if (!types.includes(activity))
    screen.say(`No entry has the Activity type '${activity}'${didYouMean(activity, types)}`);
}
