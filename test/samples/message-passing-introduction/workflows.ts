import * as wf from '@temporalio/workflow';
import { Mutex } from './mutex';

export type Language = 'ARABIC' | 'CHINESE' | 'ENGLISH' | 'FRENCH';

export const getLanguages = wf.defineQuery<Language[]>('getLanguages');
export const getLanguage = wf.defineQuery<Language>('getLanguage');
export const approve = wf.defineSignal<[{ name: string }]>('approve');
export const setLanguage = wf.defineUpdate<Language, [Language]>('setLanguage');
export const setLanguageUsingActivity = wf.defineUpdate<Language, [Language]>('setLanguageUsingActivity');

export async function greetingWorkflow(): Promise<string> {
  const greetings: Partial<Record<Language, string>> = { CHINESE: '你好，世界', ENGLISH: 'Hello, world' };
  const lock = new Mutex();
  let approved = false;
  let language: Language = 'ENGLISH';
  const change = (to: Language) => {
    const previous = language;
    language = to;
    return previous;
  };

  wf.setHandler(getLanguages, () => Object.keys(greetings) as Language[]);
  wf.setHandler(getLanguage, () => language);
  wf.setHandler(approve, () => void (approved = true));
  wf.setHandler(setLanguage, change, {
    validator: (to) => {
      if (!(to in greetings)) throw new wf.ApplicationFailure(`${to} is not supported`);
    },
  });
  wf.setHandler(setLanguageUsingActivity, async (to) => {
    await lock.runExclusive(async () => {
      if (to in greetings) return;
      const greeting = await callGreetingService(to);
      if (!greeting) throw new wf.ApplicationFailure(`${to} is not supported by the greeting service`);
      greetings[to] = greeting;
    });
    return change(to);
  });
  await wf.condition(() => approved && wf.allHandlersFinished());
  return greetings[language]!;
}

// In one file with the Workflow, as that sample has it.
export const activities = {
  callGreetingService: async (to: Language): Promise<string | undefined> => {
    const greetings: Partial<Record<Language, string>> = {
      CHINESE: '你好，世界',
      ENGLISH: 'Hello, world',
      ARABIC: 'مرحبا بالعالم',
    };
    await new Promise((resolve) => setTimeout(resolve, 100));
    return greetings[to];
  },
};

const { callGreetingService } = wf.proxyActivities<typeof activities>({ startToCloseTimeout: '1 minute' });
