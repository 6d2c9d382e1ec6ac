/**
 * The modules of a bundle that webpack made, in the form that they had before: `exports`,
 * `require('…')`.
 */
import { type AnyNode, parse } from 'acorn';
import { resolve } from 'node:path';
import { dirname, relative } from 'node:path/posix';
import { digester } from '../../key';
import { isOwnFile } from './own-package';
import type { Destination } from './resolve';
import type { Script, Scripts } from './scripts';
import { nameOf, visitNodes } from './syntax';

const digest = digester();
const TABLE = '__webpack_modules__';
const BEGIN = '(function (module, exports, require) {';
const END = '})';
const PACKAGES = /^.*node_modules\//;
/** The function that the SDK adds to each bundle. */
const ENTRY = /importWorkflows\(\) \{\s*return __webpack_require__\((?:\/\*.*?\*\/ ?)*"([^"]*)"/;
/** Below it stands each module of interceptors. */
const INTERCEPTORS = 'importInterceptors';
/** The SDK keeps its Workflows deterministic, and is no part of a version, like Node. */
const SDK = /^@temporalio\//;

export class Bundle implements Scripts {
  readonly isComplete = true;
  private readonly modules = new Map<string, Text>();
  private readonly packages = new Map<string, Text[]>();
  private readonly byPath = new Map<string, Text>();

  private constructor(
    table: ReadonlyMap<string, string>,
    /** The module that exports the Workflows, as webpack names it. */
    private readonly entryId: string,
    private readonly interceptorIds: readonly string[],
    folder: string,
  ) {
    for (const [id, text] of table) {
      const name = this.nameOf(id);
      const path = PACKAGES.test(id) ? id : resolve(folder, id);
      const module = new Text({ id, path }, text, (other) => this.nameOf(other));
      this.modules.set(name, module);
      this.byPath.set(path, module);
      if (PACKAGES.test(id)) {
        const of = packageIn(name);
        this.packages.set(of, [...(this.packages.get(of) ?? []), module]);
      }
    }
  }

  /**
   * @param folder - the folder to which webpack's names of modules are relative
   * @returns undefined if the modules cannot be distinguished, as in a bundle that is minified
   */
  static read(code: string, folder: string): Bundle | undefined {
    const table = tableOf(code);
    const [, entry = ''] = ENTRY.exec(code) ?? [];
    // Numbers and digests do not say what comes from a package, and `eval` hides the code.
    const isReadable = [...table].every(([id, text]) => /[/ ]|^\?/.test(id) && !/^\s*eval\(/m.test(text));
    const end = code.slice(code.lastIndexOf(INTERCEPTORS));
    const interceptors = [...end.matchAll(/"([^"]*)"/g)].map(([, id]) => id!);
    return table.has(entry) && isReadable ? new Bundle(table, entry, interceptors, folder) : undefined;
  }

  /** The module that exports the Workflows. */
  get entry(): Script {
    return this.modules.get(this.nameOf(this.entryId))!.script;
  }

  /** The modules of interceptors, which stand around every Workflow. */
  get interceptors(): Script[] {
    return this.interceptorIds.flatMap((id) => this.named(id) ?? []);
  }

  /** The modules of the project, loaded or not. */
  get own(): Script[] {
    const modules = [...this.modules].filter(([name]) => this.resolver.resolve(name).kind === 'module');
    return modules.map(([, { script }]) => script);
  }

  /** Each package in the bundle, with a digest of its code there as the version. */
  get packageIds(): string[] {
    const names = [...this.packages.keys()].filter((name) => !SDK.test(name)).sort();
    return names.map((name) => this.idOf(name));
  }

  scriptOf(path: string): Script | undefined {
    return this.byPath.get(path)?.script;
  }

  textOf({ path }: Script): string {
    return this.byPath.get(path)!.plain;
  }

  /** The module that a text names: as webpack does, or as the plain text does. */
  named(text: string): Script | undefined {
    return (this.modules.get(text) ?? this.modules.get(this.nameOf(text)))?.script;
  }

  /** Where modules have a text: each place, as an offset in the plain text. */
  *find(text: string): Iterable<{ script: Script; offset: number }> {
    for (const module of this.byPath.values())
      for (const offset of module.find(text)) yield { script: module.script, offset };
  }

  readonly resolver = {
    resolve: (name: string): Destination => {
      const module = this.modules.get(name);
      if (module === undefined) return { kind: 'unknown' };
      if (SDK.test(name)) return { kind: 'builtin', name: '@temporalio' };
      const { path } = module.script;
      if (isOwnFile(path)) return { kind: 'package', id: 'temporal-activity-cache@' };
      return PACKAGES.test(path)
        ? { kind: 'package', id: this.idOf(packageIn(name)) }
        : { kind: 'module', path };
    },
    packageOf: (path: string): string => this.idOf(packageIn(this.nameOf(path))),
  };

  private idOf(name: string): string {
    const texts = this.packages.get(name)!.map(({ plain }) => plain);
    return `${name}@${digest(JSON.stringify(texts.sort())).slice(0, 12)}`;
  }

  /** The name of a module in any folder: below its package, or from the module of the Workflows. */
  private nameOf(id: string): string {
    if (PACKAGES.test(id)) return id.replace(PACKAGES, '');
    if (!/^\.{0,2}\//.test(id)) return id;
    const name = relative(dirname(this.entryId), id);
    return name.startsWith('.') ? name : `./${name}`;
  }
}

/** The text of a module, as it is in the bundle, and as it was before. */
class Text {
  private readonly bases: ReadonlyMap<string, number>;
  private known?: string;

  constructor(
    readonly script: Script,
    private readonly text: string,
    private readonly nameOf: (id: string) => string,
  ) {
    this.bases = basesIn(text);
  }

  get plain(): string {
    return (this.known ??= BEGIN + this.toPlain(this.text) + END);
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
      .replace(
        /(require\(\s*(?:\/\*.*?\*\/\s*)*")([^"]*)(?=")/g,
        (_, before: string, id: string) => before + this.nameOf(id),
      )
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

const packageIn = (name: string): string =>
  name
    .split('/')
    .slice(0, name.startsWith('@') ? 2 : 1)
    .join('/');

/** Webpack's table of modules: the name of each, and the statements in its function. */
function tableOf(code: string): Map<string, string> {
  let table: AnyNode | undefined;
  visitNodes(parse(code, { ecmaVersion: 'latest', sourceType: 'script' }), (node) => {
    if (node.type === 'VariableDeclarator' && node.id.type === 'Identifier' && node.id.name === TABLE)
      table = node.init ?? undefined;
    return table === undefined;
  });
  const texts = new Map<string, string>();
  for (const property of table?.type === 'ObjectExpression' ? table.properties : []) {
    if (property.type !== 'Property') continue;
    const { value } = property;
    const isModule = value.type === 'FunctionExpression' || value.type === 'ArrowFunctionExpression';
    const text = isModule ? code.slice(value.body.start + 1, value.body.end - 1) : 'eval(';
    texts.set(nameOf(property.key), text);
  }
  return texts;
}
