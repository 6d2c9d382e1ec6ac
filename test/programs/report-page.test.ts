/** The page of a run in a browser: it loads nothing, its bars are as long as the calls, and it is legible. */
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import type { Page } from 'puppeteer-core';
import { pageOf } from '../../src/cli/html/page';
import { describeInChromium, type PageOptions } from '../helpers/chromium';
import { everyState, origin, type Sample, START, thousand, timelineWith } from '../helpers/cli/timelines';

const long = 'a-very-long-name-without-any-space-'.repeat(20);
const SAMPLES: Record<string, Sample[]> = {
  everyState,
  thousand,
  none: [],
  long: everyState.map(({ row, span, ...times }) => ({
    ...times,
    row: row && {
      ...row,
      activityType: long,
      activityId: long,
      detail: long,
      origin: { ...origin, workflowId: long },
    },
    span: { ...span, activityType: long, activityId: long, failure: long },
  })),
};

/** A script that lists what is not legible. */
const faultsOfPage = readFileSync(join(__dirname, '../helpers/faults-of-page.mjs'), 'utf8');

const folder = mkdtempSync(join(tmpdir(), 'report-page-'));
afterAll(() => rmSync(folder, { recursive: true }));

describeInChromium('the page of a run', (open) => {
  const requests: string[] = [];
  const complaints: string[] = [];

  async function show(name: string, options?: PageOptions): Promise<Page> {
    const page = await open(options);
    page.on('request', (request) => requests.push(request.url()));
    page.on('console', (message) => complaints.push(message.text()));
    const file = join(folder, `${name}.html`);
    const html = pageOf(timelineWith(SAMPLES[name]!), {
      ui: 'http://localhost:8233',
      namespace: 'default',
      nowMs: START + 12_000,
    });
    writeFileSync(file, html);
    await page.goto(pathToFileURL(file).href);
    return page;
  }

  test('no request leaves, and the browser has nothing to complain of', async () => {
    requests.length = complaints.length = 0;
    for (const name of Object.keys(SAMPLES)) await show(name);
    expect(requests).toEqual(
      Object.keys(SAMPLES).map((name) => pathToFileURL(join(folder, `${name}.html`)).href),
    );
    expect(complaints).toEqual([]);
  });

  test.each([400, 1600])(
    'bars are as long as the calls took, within 1 percent, at %i pixels',
    async (width) => {
      const page = await show('everyState', { width });
      const [track, ...bars] = await page.$$eval('.track, .bar', (found) =>
        found
          .filter((element, i) => i === 0 || element.className !== 'track')
          .map((element) => element.getBoundingClientRect().width),
      );
      expect(bars).toHaveLength(everyState.length);
      for (const [i, { from, to = 10_000 }] of everyState.entries()) {
        const whole = (track! * (to - from)) / 10_000; // the run took 10 s
        expect(bars[i]! / whole).toBeGreaterThan(0.99);
        expect(bars[i]! / whole).toBeLessThan(1.01);
      }
      const [wait, waiting] = await page.$eval('.bar > .wait', (element) =>
        [element, element.parentElement!].map((one) => one.getBoundingClientRect().width),
      );
      expect(wait! / waiting!).toBeCloseTo(3.8 / 4, 2);
    },
  );

  const cases = Object.keys(SAMPLES).flatMap((name) =>
    [400, 1600].flatMap((width) => [false, true].map((dark) => ({ name, width, dark }))),
  );
  test.each(cases)('legible: $name at $width pixels, dark: $dark', async ({ name, width, dark }) => {
    const page = await show(name, { width, dark });
    await page.$$eval('details', (found) => found.slice(0, 1).forEach((one) => (one.open = true)));
    expect(await page.evaluate(faultsOfPage)).toEqual([]);
  });

  test('light and dark differ, and each state has a pattern of its own without colours', async () => {
    const backgrounds = async (dark: boolean) => {
      const page = await show('everyState', { dark });
      const all = `[...document.querySelectorAll('body, .swatch')]`;
      return (await page.evaluate(`${all}.map((one) => getComputedStyle(one).background)`)) as string[];
    };
    const [light, dark] = [await backgrounds(false), await backgrounds(true)];
    expect(light[0]).not.toBe(dark[0]);
    const colorless = light.slice(1).map((background) => background.replace(/(?:rgba?|color)\([^)]*\)/g, ''));
    expect(new Set(colorless).size).toBeGreaterThanOrEqual(8);
  });
});
