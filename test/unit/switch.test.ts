/** ACTIVITY_CACHE, which turns the cache off, or only reads it, without a change of code. */
import { CacheOptionsError } from 'temporal-activity-cache';
import { resolveOptions } from '../../src/plugin-options';

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

describe('reading only', () => {
  const under = (ACTIVITY_CACHE: string | undefined, access?: 'read-write' | 'read') => {
    const { readsOnly, off, reservations } = resolveOptions({ store: 'memory:', access }, { ACTIVITY_CACHE });
    return { readsOnly, off, reserves: reservations !== undefined };
  };
  const reading = { readsOnly: true, off: false, reserves: false };

  test.each(['readonly', 'ReadOnly', ' readonly '])('%j only reads, whatever the code says', (value) => {
    expect([under(value), under(value, 'read-write')]).toEqual([reading, reading]);
  });

  test.each([undefined, 'on', '1'])('%j leaves it to the code', (value) => {
    const writing = { readsOnly: false, off: false, reserves: true };
    expect([under(value), under(value, 'read-write'), under(value, 'read')]).toEqual([
      writing,
      writing,
      reading,
    ]);
  });

  test('off is off there too', () => {
    expect(under('off', 'read')).toMatchObject({ off: true });
  });

  test.each(['readonly', 'write', true, null])('access: %j is refused', (access) => {
    expect(() => under(undefined, access as never)).toThrow("access must be 'read-write' or 'read'");
  });
});
