/** Processes on one store against the truth, which this test keeps: whatever becomes of them, nothing that was invalidated is found again. */
import { mkdtempSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type Invalidation, postgresTables } from 'temporal-activity-cache';
import { freshDatabase, sql } from '../helpers/postgres';
import { CacheProcess, type Generations, ProcessGone } from '../helpers/truth/process';
import { invalidationsOf, isMeant, RECORDS } from '../helpers/truth/records';

const PROCESSES = 8;

const database = freshDatabase();
let processes: CacheProcess[] = [];
beforeAll(async () => {
  processes = await Promise.all(Array.from({ length: PROCESSES }, () => CacheProcess.start()));
});
afterAll(() => Promise.all(processes.map((each) => each.kill())));

const postgres = (schema: string) => `${database.url}?schema=${schema}`;
const stores: [name: string, place: (name: string) => string][] = [
  ['SQLite', () => `sqlite:${join(mkdtempSync(join(tmpdir(), 'truth-')), 'cache.db')}`],
  ['Postgres', postgres],
];

const openAll = (store: string) =>
  Promise.all(processes.map((each) => each.tell({ kind: 'open', options: { store } })));

const pick = <T>(choices: readonly T[]): T => choices[Math.floor(Math.random() * choices.length)]!;
const records = Array.from({ length: RECORDS }, (_, record) => record);

/** What holds: each invalidation begins a new generation of what it means, and is acknowledged when it is done. */
class Truth {
  readonly generation = records.map(() => 0);
  readonly acknowledged = records.map(() => 0);
  readonly keys = new Map<number, string>();

  /** For a body; by it, the keys of records are learned. */
  read(record: number, key: string): number {
    this.keys.set(record, key);
    return this.generation[record]!;
  }

  async invalidate(by: CacheProcess, what: Invalidation): Promise<{ entries: number }> {
    const raised = records
      .filter((record) => isMeant(record, this.keys, what))
      .map((record) => ({ record, generation: ++this.generation[record]! }));
    const answer = await by.tell({ kind: 'invalidate', what }); // not acknowledged when it fails
    for (const { record, generation } of raised) {
      this.acknowledged[record] = Math.max(this.acknowledged[record]!, generation);
    }
    return answer;
  }

  /** @returns what is wrong, if anything is: an older value than was acknowledged when the call began */
  async call(by: CacheProcess, record: number, overwrite = false): Promise<string | undefined> {
    const atLeast = this.acknowledged[record]!;
    const found: number = await by.tell({ kind: 'call', record, atMostMs: 15, overwrite });
    const atMost = this.generation[record]!;
    if (found >= atLeast && found <= atMost) return undefined;
    return `record ${record}: generation ${found} after ${atLeast} was acknowledged`;
  }
}

describe.each(stores)('on %s', (_name, place) => {
  test('the late result of a process that was stopped in a body is refused by every kind of invalidation', async () => {
    await openAll(place('stopped'));
    const [sleeper, other] = [processes[0]!, processes[1]!];
    const record = 7;
    const truth = new Truth();
    const kinds = invalidationsOf(record, 'not known yet').length;
    for (let kind = 0; kind < kinds; kind++) {
      const asks = new Promise<void>((resolve) => {
        sleeper.generations = (of, key) => {
          const generation = truth.read(of, key);
          sleeper.stop();
          resolve();
          return generation; // it will find the answer when it goes on
        };
      });
      other.generations = (of, key) => truth.read(of, key);
      const late = sleeper.tell({ kind: 'call', record, atMostMs: 0 });
      await asks;
      const what = invalidationsOf(record, truth.keys.get(record))[kind]!;
      expect(await truth.invalidate(other, what)).toEqual({ entries: 0 });
      sleeper.resume();
      expect(await late).toBe(kind); // its own caller gets what it asked for
      expect((await sleeper.tell({ kind: 'statuses' })).at(-1)).toMatch(/^unstored \w+ superseded$/);
      expect(await truth.call(other, record)).toBeUndefined();
      expect(await truth.call(sleeper, record)).toBeUndefined();
      expect((await sleeper.tell({ kind: 'statuses' })).at(-1)).toBe('hit');
      expect(await truth.invalidate(other, { all: true })).toEqual({ entries: 1 });
      truth.generation[record] = truth.acknowledged[record] = kind + 1;
    }
  });

  test('four processes with 200 calls each, one killed and one stopped among them: no call finds what was invalidated before it', async () => {
    await openAll(place('together'));
    const truth = new Truth();
    const wrong: string[] = [];
    const slots = processes.slice(0, 4);
    let [calls, killed] = [0, false];
    let stopped: CacheProcess | undefined;

    const read: Generations = (record, key, by) => {
      if (calls > 250 && stopped === undefined) {
        stopped = by;
        by.stop();
      }
      return truth.read(record, key);
    };
    for (const each of processes) each.generations = read;

    const disturb = async (): Promise<void> => {
      if (calls > 550) stopped?.resume();
      if (calls < 150 || killed) return;
      killed = true;
      const victim = slots[0]!;
      processes = processes.filter((each) => each !== victim);
      slots[0] = processes.at(-1)!;
      await victim.kill();
    };
    const step = async (by: CacheProcess): Promise<void> => {
      const chance = Math.random();
      const record = pick(records);
      if (chance < 0.15) await truth.invalidate(by, pick(invalidationsOf(record, truth.keys.get(record))));
      if (chance > 0.97) await by.tell({ kind: 'prune', maxBytes: 10 });
      calls++;
      const problem = await truth.call(by, record, chance > 0.9);
      if (problem !== undefined) wrong.push(problem);
    };
    /** One of four things that a process does at once. */
    const lane = async (slot: number): Promise<void> => {
      for (let i = 0; i < 50; i++) {
        await disturb();
        await step(slots[slot]!).catch((error: unknown) => {
          if (!(error instanceof ProcessGone)) throw error;
        });
      }
    };
    await Promise.all([0, 1, 2, 3].flatMap((slot) => [0, 1, 2, 3].map(() => lane(slot))));
    expect(wrong).toEqual([]);
    expect([killed, stopped]).toEqual([true, expect.any(CacheProcess)]);

    const seen: string[] = (await Promise.all(slots.map((each) => each.tell({ kind: 'statuses' })))).flat();
    for (const kind of [/^hit/, /^stored new/, /^stored invalidated/, /^stored overwrite/, /superseded/]) {
      const count = seen.filter((status) => kind.test(status)).length;
      expect({ kind, isMuch: count >= 3 }).toEqual({ kind, isMuch: true }); // else it proves little
    }
    for (const record of records) {
      const last = await Promise.all(slots.map((each) => truth.call(each, record)));
      expect(last).toEqual([undefined, undefined, undefined, undefined]);
    }
  });
});

describe('eight processes begin at once on an empty database', () => {
  const keyed = records.slice(0, PROCESSES);
  const asRole = (role: string) => {
    const url = new URL(database.url);
    [url.username, url.password] = [role, 'secret'];
    return url.href;
  };
  const admin = (...statements: string[]) => sql(database.url, statements.join(';\n'));
  const name = new URL(database.url).pathname.slice(1);
  const roles = { owner: `owner_of_${name}`, worker: `worker_of_${name}` };
  beforeAll(() =>
    admin(...Object.values(roles).map((role) => `CREATE ROLE ${role} LOGIN PASSWORD 'secret'`)),
  );
  afterAll(() =>
    admin(...Object.values(roles).flatMap((role) => [`DROP OWNED BY ${role} CASCADE`, `DROP ROLE ${role}`])),
  );

  const callEach = () =>
    Promise.all(processes.map((each, record) => each.tell({ kind: 'call', record, atMostMs: 0 })));
  const lastStatuses = () =>
    Promise.all(processes.map(async (each) => (await each.tell({ kind: 'statuses' })).at(-1)));
  const allOf = (status: string) => keyed.map(() => status);

  beforeAll(async () => {
    while (processes.length < PROCESSES) processes.push(await CacheProcess.start());
    for (const each of processes) each.generations = () => 7;
  });
  beforeEach(() => admin('DROP SCHEMA IF EXISTS activity_cache CASCADE'));

  test('as a role that may make the tables: made once, every result is stored', async () => {
    await admin(`GRANT CREATE ON DATABASE ${name} TO ${roles.owner}`);
    await openAll(asRole(roles.owner));
    expect(await callEach()).toEqual(keyed.map(() => 7));
    expect(await lastStatuses()).toEqual(allOf('stored new'));
    await callEach();
    expect(await lastStatuses()).toEqual(allOf('hit'));
    expect(await sql(database.url, 'SELECT version FROM activity_cache.schema_version')).toEqual([
      { version: 1 },
    ]);
  });

  test('as a role that may not: the bodies run, and results are stored once an administrator has made the tables', async () => {
    await openAll(asRole(roles.worker));
    expect(await callEach()).toEqual(keyed.map(() => 7));
    expect(await lastStatuses()).toEqual(allOf('unstored lookup-failed store-error'));
    const on = 'IN SCHEMA activity_cache TO';
    await admin(
      postgresTables(),
      `GRANT USAGE ON SCHEMA activity_cache TO ${roles.worker}`,
      `GRANT USAGE ON ALL SEQUENCES ${on} ${roles.worker}`,
      `GRANT SELECT, INSERT, UPDATE, DELETE ON ALL TABLES ${on} ${roles.worker}`,
    );
    await callEach();
    expect(await lastStatuses()).toEqual(allOf('stored new'));
  });
});
