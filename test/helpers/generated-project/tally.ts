/** Compares what edits changed with what versions saw. */
import type { Reading } from './read';

export interface Tally {
  /** Answers that changed although the version did not: wrong hits. By kind of edit. */
  missed: string[];
  /** Versions that changed although the answer did not. */
  superfluous: string[];
  calls: number;
}

export function tally([first, again, ...edited]: Reading[]): Tally {
  const found: Tally = { missed: [], superfluous: [], calls: 0 };
  for (const { name, answers, versions } of [again!, ...edited])
    answers.forEach((answer, i) => {
      found.calls++;
      const [changed, seen] = [answer !== first!.answers[i], versions[i] !== first!.versions[i]];
      if (changed && !seen) found.missed.push(`act${i}: ${name}`);
      if (!changed && seen) found.superfluous.push(`act${i}: ${name}`);
    });
  return found;
}
