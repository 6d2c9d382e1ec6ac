/**
 * Run by tsx: prints for each form which edits change the version of its function as an Activity. A
 * bundle's own forms, and edits in packages, which count with their version, are left out.
 */
import { createRequire } from 'node:module';
import { join } from 'node:path';
import { reachedBy } from '../../../src/key/version/reachable-code';
import { type Edit, type Form, forms, write } from './project';

const require = createRequire(__filename);
const [folder = ''] = process.argv.slice(2);
let projects = 0;

function versionOf(form: Form, edit?: Edit): string {
  const entry = write(form, join(folder, `${++projects}`), edit);
  const exported = require(entry) as Record<string, (n: number) => unknown>;
  const { type = 'quote' } = form;
  return reachedBy(exported[type] ?? exported.default!)!.version;
}

const own = ([file]: Edit) => !file.includes('node_modules');
// Only webpack has `require.context`, and tsx compiles decorators of the older kind only if asked to.
const isLoaded = ({ webpack, name }: Form) => webpack === undefined && !/context|method decorator/.test(name);
const read = forms.filter(isLoaded).map((form) => {
  const before = versionOf(form);
  const changes = (edit: Edit) => versionOf(form, edit) !== before;
  const missed = form.changes.filter(own).filter((edit) => !changes(edit));
  return { name: form.name, missed, superfluous: (form.keeps ?? []).filter(own).filter(changes) };
});
process.stdout.write(JSON.stringify(read));
