/** ACTIVITY_CACHE, which turns the cache off without a change of code. */
import { CacheOptionsError } from 'temporal-activity-cache';
import { resolveOptions } from '../../src/options';

const offUnder = (ACTIVITY_CACHE: string | undefined, enabled?: boolean) =>
  resolveOptions({ store: 'memory:', enabled }, { ACTIVITY_CACHE }).off;

test.each(['off', 'false', '0', 'no', 'disabled', 'OFF', 'False', 'NO', 'Disabled', ' off '])(
  '%j is off, whatever the code says',
  (value) => {
    expect([offUnder(value), offUnder(value, true), offUnder(value, false)]).toEqual([true, true, true]);
  },
);

test.each([undefined, '', 'on', 'true', '1', 'ON', 'True'])('%j leaves it to the code', (value) => {
  expect([offUnder(value), offUnder(value, true), offUnder(value, false)]).toEqual([false, false, true]);
});

test.each(['of', 'yes', 'null', '2', 'enabled', 'readwrite'])(
  '%j is refused, with what is valid',
  (value) => {
    expect(() => offUnder(value)).toThrow(CacheOptionsError);
    expect(() => offUnder(value)).toThrow(`ACTIVITY_CACHE='${value}'`);
    expect(() => offUnder(value)).toThrow('off, false, 0, no, disabled');
  },
);
