/**
 * Workflow projects in many forms: each edit of code that the Workflow reaches gives another version,
 * and the other edits give none.
 */
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import * as vm from 'node:vm';
import { bundleWorkflowCode } from '@temporalio/worker';
import { workflowCode } from '../../src/key/version/workflow-code';
import { type Edit, type Form, forms, write } from '../helpers/code-forms/project';

const root = mkdtempSync(join(tmpdir(), 'workflow-forms-'));
afterAll(() => rmSync(root, { recursive: true }));
beforeAll(() => void jest.spyOn(process, 'emitWarning').mockReturnValue());
const none = () => undefined;
const quiet = { log: none, trace: none, debug: none, info: none, warn: none, error: none };

/** The SDK's own modules, which are most of each bundle, are compiled once: by the first bundle, from which the others only read. */
const cache = { type: 'filesystem', cacheDirectory: join(root, 'webpack') } as const;
let isFirst = true;

async function bundled(form: Form, folder: string, edit?: Edit): Promise<string> {
  const { code } = await bundleWorkflowCode({
    workflowsPath: write(form, folder, edit),
    logger: quiet,
    webpackConfigHook: (config) => ({
      ...config,
      devtool: false,
      cache: { ...cache, readonly: !isFirst },
      ...form.webpack,
    }),
  });
  isFirst = false;
  return code;
}

/** The text of the Workflow's function, as the isolate shows it. */
function sourceIn(code: string, type: string): string {
  const globals = {
    console,
    TextEncoder,
    TextDecoder,
    AbortController,
    URL,
    setTimeout,
    clearTimeout,
    crypto,
  };
  const context = vm.createContext({ ...globals, __webpack_module_cache__: {} });
  vm.runInContext(code, context);
  const text = `(() => { const all = __TEMPORAL__.importWorkflows(); return String(all['${type}'] ?? all.default); })()`;
  return vm.runInContext(text, context) as string;
}

const versionOf = (code: string, type: string) =>
  workflowCode(type, sourceIn(code, type), () => code).getVersion('', {} as never);

test.each(forms.map((form, i) => [form.name, form, i] as const))('%s', async (_name, form, i) => {
  const { type = 'quote', changes, keeps = [] } = form;
  const folder = join(root, `${i}`);
  const before = await versionOf(await bundled(form, folder), type);
  const changed: Edit[] = [];
  for (const edit of [...changes, ...keeps])
    if ((await versionOf(await bundled(form, folder, edit), type)) !== before) changed.push(edit);
  expect(changed).toEqual(changes);
});
