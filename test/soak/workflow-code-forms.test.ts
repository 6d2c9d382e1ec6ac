/**
 * Workflow projects in many forms: each edit of code that the Workflow reaches gives another version,
 * and the other edits give none.
 */
import { existsSync, mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import * as vm from 'node:vm';
import { bundleWorkflowCode } from '@temporalio/worker';
import { workflowCode } from '../../src/key/version/workflow-code';
import forms from './workflow-code-forms.json';

type Edit = [file: string, from: string, to: string];

interface Form {
  name: string;
  files: Record<string, string>;
  /** Default: `workflows.ts`. */
  entry?: string;
  /** Default: `quote`. */
  type?: string;
  links?: Record<string, string>;
  /** What webpack's configuration has instead. */
  webpack?: object;
  changes: Edit[];
  keeps?: Edit[];
}

const root = mkdtempSync(join(tmpdir(), 'workflow-forms-'));
afterAll(() => rmSync(root, { recursive: true }));
beforeAll(() => void jest.spyOn(process, 'emitWarning').mockReturnValue());
const none = () => undefined;
const quiet = { log: none, trace: none, debug: none, info: none, warn: none, error: none };
/** It returns the function, as the real one does. */
const STUB = {
  'node_modules/temporal-activity-cache/package.json': '{"name":"temporal-activity-cache","version":"1.0.0"}',
  'node_modules/temporal-activity-cache/workflow.js': 'exports.cachedWorkflow = (options, fn) => fn;',
};

async function bundled(
  { files, entry = 'workflows.ts', links = {}, webpack }: Form,
  folder: string,
  edit?: Edit,
) {
  for (const [name, text] of Object.entries({ ...files, ...STUB })) {
    const isEdited = edit?.[0] === name;
    if (isEdited) expect(text).toContain(edit[1]);
    mkdirSync(dirname(join(folder, name)), { recursive: true });
    writeFileSync(join(folder, name), isEdited ? text.replace(edit[1], edit[2]) : text);
  }
  const all = { ...links, 'node_modules/@temporalio': join(__dirname, '../../node_modules/@temporalio') };
  for (const [name, to] of Object.entries(all)) {
    const at = join(folder, name);
    mkdirSync(dirname(at), { recursive: true });
    if (!existsSync(at)) symlinkSync(to.startsWith('/') ? to : join(folder, to), at);
  }
  const { code } = await bundleWorkflowCode({
    workflowsPath: join(folder, entry),
    logger: quiet,
    webpackConfigHook: (config) => ({ ...config, devtool: false, ...webpack }),
  });
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

test.each((forms as unknown as Form[]).map((form, i) => [form.name, form, i] as const))(
  '%s',
  async (_name, form, i) => {
    const { type = 'quote', changes, keeps = [] } = form;
    const folder = join(root, `${i}`);
    const before = await versionOf(await bundled(form, folder), type);
    const changed: Edit[] = [];
    for (const edit of [...changes, ...keeps])
      if ((await versionOf(await bundled(form, folder, edit), type)) !== before) changed.push(edit);
    expect(changed).toEqual(changes);
  },
);
