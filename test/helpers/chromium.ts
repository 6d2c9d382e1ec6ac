/**
 * A headless Chromium for the tests that look at pages: the one that CHROMIUM names, or that the machine
 * has. Without one they are skipped, and say so.
 */
import { existsSync } from 'node:fs';
import { delimiter, join } from 'node:path';
import puppeteer, { type Browser, type Page } from 'puppeteer-core';

const NAMES = ['chromium', 'chromium-browser', 'google-chrome', 'google-chrome-stable'];

const onPath = (process.env.PATH ?? '')
  .split(delimiter)
  .flatMap((folder) => NAMES.map((name) => join(folder, name)));

export const chromium = process.env.CHROMIUM ?? onPath.find((file) => existsSync(file));

if (!chromium)
  console.warn(
    `Skipped for want of a Chromium: ${expect.getState().testPath}. Install one, or set CHROMIUM to it.`,
  );

/** As `describe`, where there is a Chromium: each test opens pages with what it is given. */
export function describeInChromium(name: string, tests: (open: OpenPage) => void): void {
  (chromium ? describe : describe.skip)(name, () => {
    let browser: Browser;
    beforeAll(async () => {
      // Root has no sandbox in Chromium. It opens our own pages alone.
      const args = process.getuid?.() === 0 ? ['--no-sandbox'] : [];
      browser = await puppeteer.launch({ executablePath: chromium, args });
    }, 60_000);
    afterAll(() => browser?.close());

    tests(async ({ width = 1280, height = 900, dark = false } = {}) => {
      const page = await browser.newPage();
      await page.setViewport({ width, height });
      await page.emulateMediaFeatures([{ name: 'prefers-color-scheme', value: dark ? 'dark' : 'light' }]);
      return page;
    });
  });
}

/** An empty page: 1280 × 900 pixels and light by default. Pages are closed with the browser. */
export type OpenPage = (options?: PageOptions) => Promise<Page>;

export interface PageOptions {
  width?: number;
  height?: number;
  dark?: boolean;
}
