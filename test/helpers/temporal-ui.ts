/** Pages of the UI of the server that the test run has started, as a person sees them. */
import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import type { Frame, Page } from 'puppeteer-core';
import { describeInChromium } from './chromium';
import { until } from './until';

const url = process.env.TEST_TEMPORAL_UI;

/** Where the pictures stay, for people. */
const folder = join(__dirname, '../../build/screenshots');

if (!url)
  console.warn(
    `Skipped: TEMPORAL_ADDRESS names a server whose UI is not known. ${expect.getState().testPath}`,
  );

type Handle = { workflowId: string; describe(): Promise<{ runId: string }> };

export interface Shown {
  page: Page;
  /** Waits until all of these texts are in the page, or in a frame of it. @returns all its text */
  text(...awaited: string[]): Promise<string>;
  /** The links in the page's frame with Markdown: their texts, and where they lead. */
  links(): Promise<{ text: string; href: string }[]>;
  /** Keeps a picture. */
  picture(name: string): Promise<void>;
}

/** Opens a page of the UI by its path. */
export type OpenUi = (path: string) => Promise<Shown>;

/** As `describe`, where there is a Chromium and a UI. */
export function describeInUi(name: string, tests: (open: OpenUi) => void): void {
  if (!url) return describe.skip(name, () => tests(undefined as never));
  describeInChromium(name, (openPage) =>
    tests(async (path) => {
      const page = await openPage({ width: 1800, height: 1500 });
      await page.goto(`${url}${path}`, { waitUntil: 'domcontentloaded' });
      return shownOn(page);
    }),
  );
}

/** The path of a page about a run. */
export async function pathOf(handle: Handle, page: string): Promise<string> {
  const { runId } = await handle.describe();
  return `/namespaces/default/workflows/${encodeURIComponent(handle.workflowId)}/${runId}/${page}`;
}

const textIn = (frame: Frame): Promise<string> =>
  frame.$eval('body', ({ innerText }) => innerText).catch(() => ''); // it is being loaded

function shownOn(page: Page): Shown {
  const read = async () => (await Promise.all(page.frames().map(textIn))).join('\n');
  return {
    page,
    async text(...awaited) {
      let seen = '';
      const isThere = async () => {
        seen = await read();
        return awaited.every((text) => seen.includes(text));
      };
      await until(isThere, 30_000).catch((error: Error) => {
        throw new Error(`${error.message}\n${awaited.join(' | ')} in\n${seen}`);
      });
      return seen;
    },
    async links() {
      const frames = page.frames().filter((frame) => frame.url().includes('/render'));
      const all = frames.map((frame) =>
        frame.$$eval('a', (links) => links.map(({ innerText: text, href }) => ({ text, href }))),
      );
      return (await Promise.all(all)).flat();
    },
    async picture(name) {
      mkdirSync(folder, { recursive: true });
      await page.screenshot({ path: join(folder, `${name}.png`), fullPage: true });
    },
  };
}
