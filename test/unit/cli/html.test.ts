/** The page of a run: what it says of each call, and that nothing of others becomes code. */
import fc from 'fast-check';
import { Links } from '../../../src/cli/html/links';
import { uiAddress } from '../../../src/cli/ui-address';
import { pageOf } from '../../../src/cli/html/page';
import { STATES } from '../../../src/cli/html/statuses';
import { hostile } from '../../helpers/cli/hostile';
import { everyState, RUN_ID, START, thousand, timelineWith } from '../../helpers/cli/timelines';

const options = { ui: 'http://localhost:8233', namespace: 'default', nowMs: START + 12_000 };
const page = (...[samples, run]: Parameters<typeof timelineWith>) =>
  pageOf(timelineWith(samples, run), options);

/** Its lanes, each with the class, the place and the caption of its bar. */
const lanes = (html: string) =>
  html
    .split('<li class="lane"')
    .slice(1)
    .map((lane) => ({
      state: /class="bar (\w+)"/.exec(lane)![1],
      bar: /class="bar \w+" style="([^"]+)"/.exec(lane)![1],
      caption: /class="tag \w+" style="[^"]+">([^<]+)</.exec(lane)![1],
      note: textOf(/<p class="note">(.*?)<\/p>/s.exec(lane)?.[1] ?? ''),
      took: textOf(/<div class="took">(.*?)<\/div>/s.exec(lane)![1]!),
    }));

const textOf = (html: string) => html.replace(/<[^>]*>/g, '');

test('each call has its state as a class, a glyph and a word, and a bar as long as it took', () => {
  expect(lanes(page(everyState))).toMatchObject([
    { state: 'hit', caption: '✓ hit', bar: 'left:0%;width:10%', took: '1.0 s saved 3.4 s' },
    { state: 'joined', caption: '⇄ joined', bar: 'left:5%;width:40%', took: '4.0 s saved 3.4 s' },
    { state: 'stored', caption: '+ stored', bar: 'left:10%;width:60%', took: '6.0 s' },
    { state: 'unstored', caption: '○ unstored', bar: 'left:40%;width:25%', took: '2.5 s' },
    { state: 'bypassed', caption: '– bypassed', bar: 'left:60%;width:1%', took: '100 ms' },
    { state: 'unknown', caption: '? unknown', bar: 'left:61%;width:15%', took: '1.5 s' },
    { state: 'uncached', caption: '▫ no cache', bar: 'left:0%;width:98%', took: '9.8 s' },
    { state: 'failed', caption: '× failed', bar: 'left:70%;width:20%', took: '2.0 s' },
    { state: 'uncached', caption: '▫ no cache', bar: 'left:80%;width:15%', took: '1.5 s' },
    { state: 'unfinished', caption: '▹ unfinished', bar: 'left:90%;width:10%', took: '1.0 s' },
  ]);
});

test('the time of a whole Workflow is not added to that of its calls', () => {
  const whole = { from: 0, to: 5_000, row: { status: 'stored', durationMs: 5_000, activityId: '' } } as const;
  const call = { from: 0, to: 3_000, row: { status: 'stored', durationMs: 3_000 } } as const;
  expect(textOf(page([whole, call, call]))).toContain('6.0 s of execution not saved');
  expect(textOf(page([whole]))).toContain('5.0 s of execution not saved');
});

test('no two states have the same glyph or word', () => {
  const all = Object.values(STATES);
  expect(new Set(all.map(({ glyph }) => glyph)).size).toBe(all.length);
  expect(new Set(all.map(({ word }) => word)).size).toBe(all.length);
});

test('a lane says where a hit came from, what a call waited for, why it ran, and what failed', () => {
  const notes = lanes(page(everyState)).map(({ note }) => note);
  expect(notes).toEqual([
    'from ml-pipeline/exp-001 · stored 24 h before',
    'waited 3.8 s for ml-pipeline/exp-005, call train: 8 trees, depth 9',
    'new: inputs · params.depth',
    'new: too-large: 3 MB',
    'disabled',
    '',
    'attempt 3, after connection refused',
    'quota exceeded',
    '',
    '',
  ]);
});

test('the parts of a bar in which nothing ran are as long as the waits', () => {
  const html = page(everyState);
  expect(html).toContain('<i class="wait" style="left:5%;width:95%"></i>'); // 3.8 of 4 s
  expect(html).toContain(`<i class="unstarted" style="left:0%;width:${(2_000 / 98).toFixed(4)}%"></i>`);
});

test('in an open run a call is running or waits, up to the moment of the report', () => {
  const waits = [{ holder: `other/${RUN_ID}/1`, fromMs: START + 6_000 }];
  const html = page([{ from: 3_000 }, { from: 6_000, span: { kind: 'look-up', waits } }], {
    status: 'RUNNING',
    endedMs: undefined,
  });
  expect(lanes(html)).toMatchObject([
    { state: 'running', bar: 'left:25%;width:75%', took: '9.0 s so far' },
    { state: 'waiting', bar: 'left:50%;width:50%', note: 'has waited 6.0 s for other, call 1' },
  ]);
  expect(html).toContain('the run has taken so far');
});

test('a call that waited for another one of the same run is linked within the page', () => {
  const waits = [{ holder: `ml-pipeline/exp-006/${RUN_ID}/1`, fromMs: START, toMs: START + 1_000 }];
  const html = page([
    { from: 0, to: 1_000 },
    { from: 0, to: 1_000, span: { waits } },
  ]);
  expect(html).toContain('<li class="lane" id="c1">');
  expect(html).toContain('for <a href="#c1">1 of this run</a>');
});

test('a run without calls, and one without rows, say so', () => {
  const empty = page([]);
  expect(empty).toContain('No calls: this run has called no Activity');
  expect(empty).toContain('No rows: no cached Activity has completed');
  const uncached = page([{ from: 0, to: 10 }]);
  expect(lanes(uncached)).toMatchObject([{ state: 'uncached' }]);
  expect(uncached).toContain('No rows: no cached Activity has completed');
  expect(uncached).toContain('0 of 0');
});

test('a run of no length, and one whose clock went back, have a page', () => {
  expect(lanes(page([{ from: 0, to: 0 }], { endedMs: START }))).toMatchObject([{ bar: 'left:0%;width:0%' }]);
  expect(lanes(page([{ from: -5_000, to: 5_000 }], { endedMs: START }))).toMatchObject([
    { bar: 'left:0%;width:100%' },
  ]);
});

test('a thousand calls are grouped by type, in a file of less than 700 kB', () => {
  const html = page(thousand);
  expect(html.length).toBeLessThan(700_000);
  const groups = [...html.matchAll(/<details><summary class="lane">(.*?)<\/summary>/gs)].map(([, summary]) =>
    textOf(summary!).trim().split('\n'),
  );
  expect(groups.map(([name, , , counts]) => [name, counts])).toEqual([
    ['fetchPage 334 calls', '✓ 267 hit, + 67 stored'],
    ['embed 333 calls', '✓ 267 hit, + 66 stored'],
    ['summarize 333 calls', '✓ 266 hit, + 67 stored'],
  ]);
  expect(lanes(html)).toHaveLength(1_000);
});

describe('nothing of others', () => {
  const code = [
    `<script>alert(1)</script>`,
    `"><img src=x onerror=alert(1)>`,
    `</style></title>`,
    `'&amp;<!--`,
  ];
  const named = (name: string) => {
    const samples = everyState.map(({ row, span, ...times }) => ({
      ...times,
      row: row && {
        ...row,
        activityType: name,
        activityId: name,
        detail: name,
        key: name,
        origin: { ...origin(name) },
      },
      span: {
        ...span,
        activityType: name,
        activityId: name,
        failure: name,
        runId: name,
        waits: [
          { holder: `${name}/${RUN_ID}/${name}`, fromMs: START, toMs: START + 9 },
          { holder: name, fromMs: START },
        ],
      },
    }));
    const run = { workflowId: name, runId: name, workflowType: name, status: name };
    return pageOf(timelineWith(samples, run), { ...options, namespace: name });
  };
  const origin = (name: string) => ({ workflowId: name, runId: name, activityId: name });

  test.each(code)('becomes a tag or an attribute: %s', (name) => {
    const plain = named('NAME');
    const html = named(name);
    expect(html.match(/<\/?\w+/g)).toEqual(plain.match(/<\/?\w+/g));
    expect(html).not.toContain('onerror=alert(1)>');
    expect(html.match(/ \w+="/g)).toEqual(plain.match(/ \w+="/g));
    expect(textOf(html)).toContain(name.replace(/[&<>"']/g, (c) => `&${ENTITIES[c]};`).slice(0, 60));
  });

  test('moves a cursor, or changes the direction of text', () =>
    fc.assert(
      fc.property(hostile, (name) => {
        expect(named(name)).not.toMatch(/(?!\n)[\p{Cc}\p{Zl}\p{Zp}\p{Bidi_Control}]/u);
      }),
      { numRuns: 50 },
    ));

  test('is lost by half a character', () => expect(named('a\ud800b')).toContain('a\ufffdb'));
});

const ENTITIES: Record<string, string> = { '&': 'amp', '<': 'lt', '>': 'gt', '"': 'quot', "'": '#39' };

test('the browser may load nothing and run nothing', () => {
  const html = page(everyState);
  expect(html).toContain(
    `<meta http-equiv="Content-Security-Policy" content="default-src 'none'; style-src 'unsafe-inline'; base-uri 'none'; form-action 'none'">`,
  );
  expect(html).not.toMatch(/<script|<link|<img|url\(|@import/);
});

test('links name namespace, Workflow and run, with slashes and all', () => {
  const links = new Links('https://ui.example/temporal', 'a/b', { workflowId: 'w', runId: 'r' });
  expect(links.workflow({ workflowId: 'x/y?#%', runId: RUN_ID }).html).toContain(
    `href="https://ui.example/temporal/namespaces/a%2Fb/workflows/x%2Fy%3F%23%25/${RUN_ID}/history"`,
  );
  expect(links.origin({ runId: 'r', activityId: 'alone' }).html).toBe(
    'a standalone Activity <bdi>alone</bdi>',
  );
});

test.each([
  ['http://localhost:8233', 'http://localhost:8233'],
  ['https://ui.example/temporal/', 'https://ui.example/temporal'],
])('the address of the UI is a URL: %s', (given, used) => expect(uiAddress(given)).toBe(used));

test.each(['localhost:8233', 'javascript:alert(1)', '', 'file:///etc'])(
  'what is no address of a UI is refused: %s',
  (given) => expect(() => uiAddress(given)).toThrow('it takes a URL such as http://localhost:8233'),
);
