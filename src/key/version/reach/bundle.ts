/**
 * The modules of a bundle that webpack made, in the form that they had before: `exports`,
 * `require('…')`. A bundle that is minified, or made by something else, has none.
 */
import { type AnyNode, parse } from 'acorn';
import { resolve } from 'node:path';
import { digester } from '../../key';
import { isOwnFile } from './own-package';
import type { Destination } from './resolve';
import type { Script, Scripts } from './scripts';
import { nameOf, visitNodes } from './syntax';

const digest = digester();
const MODULES = '__webpack_modules__';
const BEGIN = '(function (module, exports, require) {';
const END = '})';
const IN_PACKAGES = /^.*node_modules\//;
const REQUIRED = /require\((?:\/\*.*?\*\/ ?)?"([^"]*)"/g;
/** The function that the SDK adds to each bundle. */
const ENTRY = /importWorkflows\(\) \{\s*return __webpack_require__\((?:\/\*.*?\*\/ ?)*"([^"]*)"/;
/** The SDK keeps its Workflows deterministic, and is no part of a version, like Node. */
const SDK = /^@temporalio\//;

export class Bundle implements Scripts {
  private readonly modules = new Map<string, Text>();

  /** The module that exports the Workflows. */
  readonly entry: string | undefined;

  /**
   * @param folder - the folder to which the names of modules are relative
   * @throws SyntaxError if the code is no script
   */
  constructor(
    code: string,
    private readonly folder: string,
  ) {
    for (const [id, text] of modulesOf(code)) {
      const known = this.modules.get(bareId(id));
      const script = { id, path: this.pathOf(bareId(id)) };
      if (known === undefined) this.modules.set(bareId(id), new Text(script, text));
      else known.more += text; // two copies of a package
    }
    const [, entry = ''] = ENTRY.exec(code) ?? [];
    this.entry = this.modules.get(bareId(entry))?.script.path;
  }

  scriptOf(path: string): Script | undefined {
    return [...this.modules.values()].find(({ script }) => script.path === path)?.script;
  }

  textOf({ id }: Script): string {
    return this.modules.get(bareId(id))!.plain;
  }

  /** Where modules have a text: each place, as an offset in the plain text. */
  *find(text: string): Iterable<{ id: string; script: Script; offset: number }> {
    for (const [id, module] of this.modules)
      for (const offset of module.find(text)) yield { id, script: module.script, offset };
  }

  readonly resolver = {
    resolve: (id: string): Destination => {
      const module = this.modules.get(id);
      if (module === undefined) return { kind: 'unknown' };
      if (SDK.test(id)) return { kind: 'builtin', name: '@temporalio' };
      if (isOwnFile(module.script.path)) return { kind: 'package', id: 'temporal-activity-cache@' };
      if (!isPackage(id)) return { kind: 'module', path: module.script.path };
      return { kind: 'package', id: `${packageIn(id)}@${this.digestFrom(id)}` };
    },
    packageOf: (path: string): string => path,
  };

  /** A package has the version of its code in the bundle, with the code that it requires. */
  private digestFrom(id: string): string {
    const seen = new Set([id]);
    for (const one of seen) {
      const text = this.modules.get(one)?.plain ?? '';
      for (const [, required] of text.matchAll(REQUIRED)) seen.add(required!);
    }
    const texts = [...seen].sort().map((one) => [one, this.modules.get(one)?.all]);
    return digest(JSON.stringify(texts)).slice(0, 12);
  }

  private pathOf(id: string): string {
    return isPackage(id) ? id : resolve(this.folder, id);
  }
}

/** The text of a module, as it is in the bundle, and as it was before. */
class Text {
  /** The texts of other copies. */
  more = '';
  private readonly bases: ReadonlyMap<string, number>;

  constructor(
    readonly script: Script,
    private readonly text: string,
  ) {
    this.bases = basesIn(text);
  }

  get plain(): string {
    return BEGIN + this.toPlain(this.text) + END;
  }

  get all(): string {
    return this.plain + this.toPlain(this.more);
  }

  *find(text: string): Iterable<number> {
    for (let at = this.text.indexOf(text); at >= 0; at = this.text.indexOf(text, at + 1))
      yield BEGIN.length + this.toPlain(this.text.slice(0, at)).length;
  }

  private toPlain(text: string): string {
    return text
      .replaceAll('__webpack_require__.r(__webpack_exports__);', '')
      .replaceAll('__webpack_require__.d(__webpack_exports__,', '__export(exports,')
      .replace(/__webpack_require__(?:\.t)?\.bind\(__webpack_require__,/g, 'require(')
      .replaceAll('__webpack_require__(', 'require(')
      .replaceAll('__webpack_exports__', 'exports')
      .replace(/(require\((?:\/\*.*?\*\/ ?)?")[^"]*node_modules\//g, '$1')
      .replace(NUMBERED, (name, base: string) => (this.bases.get(base) === 1 ? `${base}__` : name));
  }
}

/** Webpack numbers the imports of a module. One import more must not rename the others. */
const NUMBERED = /(\w+__WEBPACK_IMPORTED_MODULE)_\d+__/g;

/** How many imports have such a name. */
function basesIn(text: string): Map<string, number> {
  const bases = new Map<string, number>();
  const names = new Set([...text.matchAll(NUMBERED)].map(([name]) => name));
  for (const name of names) {
    const base = name.replace(NUMBERED, '$1');
    bases.set(base, (bases.get(base) ?? 0) + 1);
  }
  return bases;
}

/** The name of a module, without the folder of the packages. */
const bareId = (id: string): string => id.replace(IN_PACKAGES, '');

const isPackage = (id: string): boolean => !/^[./?]/.test(id);

const packageIn = (id: string): string =>
  id
    .split('/')
    .slice(0, id.startsWith('@') ? 2 : 1)
    .join('/');

/** The modules in webpack's table: the name of each, and the statements in its function. */
function* modulesOf(code: string): Iterable<[id: string, text: string]> {
  let table: AnyNode | undefined;
  visitNodes(parse(code, { ecmaVersion: 'latest', sourceType: 'script' }), (node) => {
    if (node.type === 'VariableDeclarator' && node.id.type === 'Identifier' && node.id.name === MODULES)
      table = node.init ?? undefined;
    return table === undefined;
  });
  if (table?.type !== 'ObjectExpression') return;
  for (const property of table.properties) {
    if (property.type !== 'Property') continue;
    const { value } = property;
    const isModule = value.type === 'FunctionExpression' || value.type === 'ArrowFunctionExpression';
    if (!isModule || value.body.type !== 'BlockStatement') continue;
    yield [nameOf(property.key), code.slice(value.body.start + 1, value.body.end - 1)];
  }
}
