/** How a process keeps order in a place that knows none: tickets by its clock, and turns. */
import { isTicket, nextTicket } from '../../../src/store/keyv/tickets';
import { inTurn } from '../../../src/store/keyv/turns';
import { deferred } from '../../helpers/deferred';

const HOUR_US = 3_600_000_000;
const HOUR_MS = 3_600_000;
let now: number;
beforeEach(() => {
  now = Date.now();
  jest.spyOn(Date, 'now').mockImplementation(() => now);
});
afterEach(() => jest.restoreAllMocks());

describe('tickets', () => {
  test('are microseconds of the clock', () => {
    now += 10_000;
    const ticket = nextTicket();
    expect(Math.floor(ticket / 1000)).toBe(now);
    now += 1;
    expect(Math.floor(nextTicket() / 1000)).toBe(now);
  });

  test('increase, also within a millisecond, and when the clock is set back', () => {
    const drawn: number[] = [];
    for (let i = 0; i < 5_000; i++) drawn.push(nextTicket());
    now -= 30 * HOUR_MS;
    for (let i = 0; i < 5; i++) drawn.push(nextTicket());
    expect(drawn.every((ticket, i) => i === 0 || ticket > drawn[i - 1]!)).toBe(true);
    expect(isTicket(drawn.at(-1))).toBe(true);
  });

  test('follow a higher one that was met, of a clock that is ahead', () => {
    const met = nextTicket() + 10_000_000;
    expect(isTicket(met)).toBe(true);
    expect(nextTicket()).toBeGreaterThan(met);
    expect(isTicket(met - 5)).toBe(true);
    expect(nextTicket()).toBeGreaterThan(met);
  });

  test('follow no number that is more than an hour ahead: it is none', () => {
    now += 20_000_000; // past what other tests have met
    const ticket = nextTicket();
    expect(isTicket(ticket + 2 * HOUR_US)).toBe(false);
    expect(isTicket(Number.MAX_SAFE_INTEGER)).toBe(false);
    expect(nextTicket()).toBeLessThan(ticket + HOUR_US);
  });

  test.each([0, -1, 1.5, NaN, Infinity, 2 ** 53, '1', null, undefined, {}, true])('are not %p', (given) => {
    expect(isTicket(given)).toBe(false);
  });
});

describe('turns', () => {
  test('of one name go one after the other, in the order they were asked for; of others at once', async () => {
    const log: string[] = [];
    const first = deferred();
    const work = (name: string, until: Promise<void>) => async () => {
      log.push(`${name} begins`);
      await until;
      log.push(`${name} ends`);
      return name;
    };
    const turns = [
      inTurn('a', work('1', first.promise)),
      inTurn('a', work('2', Promise.resolve())),
      inTurn('a', work('3', Promise.resolve())),
    ];
    expect(await inTurn('b', work('other', Promise.resolve()))).toBe('other');
    first.resolve();
    expect(await Promise.all(turns)).toEqual(['1', '2', '3']);
    const expected = ['1 begins', 'other begins', 'other ends', '1 ends'];
    expect(log).toEqual([...expected, '2 begins', '2 ends', '3 begins', '3 ends']);
  });

  test('go on after one that failed, whose asker is told', async () => {
    const failing = inTurn('a', () => Promise.reject(new Error('failed')));
    const next = inTurn('a', async () => 'next');
    await expect(failing).rejects.toThrow('failed');
    expect(await next).toBe('next');
  });

  test('go on after some time past one that never ends', async () => {
    void inTurn('a', () => new Promise(() => {}));
    expect(await inTurn('a', async () => 'next', 1)).toBe('next');
  });
});
