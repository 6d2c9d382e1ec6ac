/** Temporal's own UI, in a browser, shows the label beside each result that the endpoint decodes. */
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { cached, CachePlugin } from 'temporal-activity-cache';
import { describeInChromium, type OpenPage } from '../helpers/chromium';
import { type CodecProcess, serveCodec } from '../helpers/cli/codec-process';
import { EncryptionCodec } from '../helpers/encryption-codec';
import { ownServer } from '../helpers/own-server';
import { shared } from '../helpers/shared';
import { type Around, withWorker } from '../helpers/temporal';

const folder = mkdtempSync(join(tmpdir(), 'serve-codec-ui-'));
afterAll(() => rmSync(folder, { recursive: true }));

const server = ownServer({ ui: true });
beforeAll(() => {
  process.env.TEST_TEMPORAL_ADDRESS = server.address;
  if (server.uiUrl === undefined) console.warn('Skipped: the server of TEMPORAL_ADDRESS has a UI of its own.');
}); // prettier-ignore

const SEVEN = [1, 2, 3, 4, 5, 6, 7].map((depth) => ({ type: 'f', args: [depth] }));

/** The second run, whose calls are hits. */
async function runOfHits({ start }: Around): Promise<string> {
  await (await start('sequence', SEVEN)).result();
  const handle = await start('sequence', SEVEN);
  await handle.result();
  return `${handle.workflowId}/${(await handle.describe()).runId}`;
}

const running: CodecProcess[] = [];
afterEach(async () => void (await Promise.all(running.splice(0).map((one) => one.end('SIGKILL')))));

async function serve(args: string[]): Promise<CodecProcess> {
  const served = await serveCodec([...args, '--ui-address', server.uiUrl!]);
  running.push(served);
  return served;
}

/** The run's page in the UI, whose setting for the codec server is the endpoint. */
async function pageOf(run: string, { endpoint }: CodecProcess, open: OpenPage) {
  const page = await open({ width: 1400, height: 1000 });
  const settings = { endpoint, overrideRemoteCodecConfiguration: true };
  for (const [name, value] of Object.entries(settings))
    await page.evaluateOnNewDocument(
      `localStorage.setItem(${JSON.stringify(name)}, ${JSON.stringify(JSON.stringify(value))})`,
    );
  await page.goto(`${server.uiUrl}/namespaces/default/workflows/${run}/history`);
  return page;
}

const moduleOf = (text: string): string[] => {
  const file = join(folder, 'codec.ts');
  writeFileSync(file, text);
  return ['--codec', file];
};
const helper = JSON.stringify(join(__dirname, '../helpers/encryption-codec.ts'));
const encrypting = `import { EncryptionCodec } from ${helper};\nexport default new EncryptionCodec();`;

describeInChromium('the page of a run', (open) => {
  const f = cached('auto', async (depth: number) => ({ depth }));

  describe.each([
    ['without codecs', [], () => []],
    ['with a codec that encrypts', [new EncryptionCodec()], () => moduleOf(encrypting)],
  ])('%s', (_, payloadCodecs, args) => {
    const plugins = [new CachePlugin({ store: 'memory:' })];
    const setup = { activities: { f }, dataConverter: { payloadCodecs }, plugins };
    const around = shared<Around>((body) => withWorker(setup, body));

    test('shows hit on its seven calls, and the value of each', async () => {
      if (server.uiUrl === undefined) return;
      const run = await runOfHits(around());
      const endpoint = await serve(args());
      const page = await pageOf(run, endpoint, open);
      const hits = `[...document.querySelectorAll('pre')].filter((one) => one.textContent.startsWith('{"cache":"hit · saved '))`;
      await page.waitForFunction(`${hits}.length === 7`);
      await page.evaluate(`${hits}.at(-1).closest('tr').click()`); // the first call
      const text =
        '"cache": "hit · saved .* · computed by sequence-.*, \\\\d+ seconds? ago",\\\\s+"value": {\\\\s+"depth": 1';
      await page.waitForFunction(`new RegExp('${text}').test(document.body.innerText)`);
      expect(endpoint.said).toEqual([]);
      expect(await endpoint.end()).toBe(0);
    });

    test('shows that the codec fails, and its process goes on', async () => {
      if (server.uiUrl === undefined) return;
      const run = await runOfHits(around());
      const failing = `const decode = async () => { throw new Error('secret'); };\nexport default { decode, encode: decode };`;
      const endpoint = await serve(moduleOf(failing));
      const page = await pageOf(run, endpoint, open);
      await page.waitForSelector('[data-testid=data-encoder-status-error]');
      expect(endpoint.said).toEqual(['the codec failed to decode: Error']);
      expect(await endpoint.end()).toBe(0);
    });
  });
});
