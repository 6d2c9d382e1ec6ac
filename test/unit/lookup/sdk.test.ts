/** Which private parts of Temporal's SDK are missing, by name. */
import { missingParts } from '../../../src/interceptors/workflow/sdk';

const whole = {
  payloadConverter: { toPayload: () => undefined },
  registeredActivityNames: new Set<string>(),
  blockedConditions: new Map<number, unknown>(),
  nextSeqs: { condition: 1 },
  completed: false,
  completions: { activity: new Map<number, unknown>() },
  bufferedUpdates: [] as unknown[],
};
let activator: object = whole;

jest.mock('@temporalio/workflow/lib/global-attributes', () => ({
  getActivator: () => activator,
  maybeGetActivator: () => activator,
}));

test('where all are there, none is named', () => {
  activator = whole;
  expect(missingParts()).toEqual([]);
});

test.each([
  ['payloadConverter', 'payloadConverter'],
  ['registeredActivityNames', 'registeredActivityNames'],
  ['blockedConditions', 'blockedConditions'],
  ['nextSeqs', 'nextSeqs.condition'],
  ['completed', 'completed'],
  ['completions', 'completions.activity'],
  ['bufferedUpdates', 'bufferedUpdates'],
] as const)('without %s, the part %s is named', (part, name) => {
  activator = { ...whole, [part]: undefined };
  expect(missingParts()).toEqual([name]);
});
