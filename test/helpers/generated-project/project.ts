/** A random project of TypeScript modules, in the forms that people write, and single edits of it. */
import { type Random, randomFrom } from './random';

/** Files by path, relative to the project. `act.ts` exports the functions whose versions are read. */
export type Files = Record<string, string>;

export interface Edit {
  /** What was edited: `number in m12.ts`. */
  name: string;
  files: Files;
}

/** An expression that awaits an item, and the import that it needs. */
interface Item {
  module: string;
  name: string;
  /** How it is used, given the name by which it is imported. */
  use: (name: string) => string;
  isDefault?: boolean;
}

const HEADER = `import { h } from './h';\n`;
/** Every value is a short text in which each part can be seen. */
const H = `/** A short text for many. */
export function h(...parts: unknown[]): string {
  let hash = 2166136261;
  for (const letter of JSON.stringify(parts)) hash = Math.imul(hash ^ letter.charCodeAt(0), 16777619);
  return (hash >>> 0).toString(36);
}
`;

type Kind = (
  id: string,
  n: () => number,
  deps: string,
) => { code: string; use?: Item['use']; isDefault?: true };

const call: Item['use'] = (name) => `await ${name}(x)`;

/** Each kind of code. \`n\` gives numbers that reach the result; \`deps\` awaits what it depends on. */
const KINDS: Record<string, Kind> = {
  function: (id, n, deps) => ({
    code: `export async function ${id}(x: number) {\n  return h(${n()}, x${deps});\n}`,
  }),
  arrow: (id, n, deps) => ({
    code: `export const ${id} = async (x: number, y = ${n()}) => h(x, y${deps});`,
  }),
  constant: (id, n) => ({ code: `export const ${id} = ${n()};`, use: (name) => name }),
  classes: (id, n, deps) => ({
    code: `class Base${id} {
  static scale = ${n()};
  protected own() { return ${n()}; }
}
export class ${id} extends Base${id} {
  #hidden = ${n()};
  field = ${n()};
  get read() { return this.#hidden + ${n()}; }
  async run(x: number) { return h(this.own(), ${id}.scale, this.field, this.read, x${deps}); }
}`,
    use: (name) => `await new ${name}().run(x)`,
  }),
  enums: (id, n) => ({
    code: `export enum ${id} { A = ${n()}, B = ${n()} }`,
    use: (name) => `${name}.A + ${name}.B`,
  }),
  signed: (id, n) => ({ code: `export const ${id} = -${n()};`, use: (name) => name }),
  inner: (id, n, deps) => ({
    code: `function make${id}() {
  function helper() { return ${n()}; }
  const known = helper() + ${n()};
  return async (x: number) => h(known, x${deps});
}
export const ${id} = make${id}();`,
  }),
  table: (id, n) => ({
    code: `export const ${id}: Record<string, number> = { a: ${n()} };\n${id}.b = ${n()};\nObject.assign(${id}, { c: ${n()} });`,
    use: (name) => `${name}.a + ${name}.b! * 3 + ${name}.c! * 7`,
  }),
  factory: (id, n, deps) => ({
    code: `function make${id}(k: number) {
  const local = k * ${n()};
  return async (x: number) => h(local, k, x${deps});
}
export const ${id} = make${id}(${n()});`,
  }),
  tagged: (id, n, deps) => ({
    code: `const tag${id} = (texts: TemplateStringsArray, ...values: unknown[]) => h([...texts], ...values);
export const ${id} = async (x: number) => tag${id}\`from ${n()} to \${x} and \${[${deps.slice(1)}]}\`;`,
  }),
  assigned: (id, n) => ({
    code: `export let ${id} = ${n()};\n${id} = ${id} * 2 + ${n()};`,
    use: (name) => name,
  }),
  literal: (id, n, deps) => ({
    code: `const shared${id} = { k: ${n()} };
export const ${id} = { ...shared${id}, async go(x: number) { return h(this.k, ${n()}, x${deps}); } };`,
    use: (name) => `await ${name}.go(x)`,
  }),
  wrapper: (id, n, deps) => ({
    code: `const traced${id} = <A extends unknown[], R>(fn: (...args: A) => R) => (...args: A): R => fn(...args);
export const ${id} = traced${id}(async (x: number) => h(${n()}, x${deps}));`,
  }),
  defaults: (id, n, deps) => ({
    code: `export default async function ${id}(x: number) {\n  const { a: { b = ${n()} } } = { a: {} as { b?: number } };\n  return h(b, x${deps});\n}`,
    isDefault: true,
  }),
  memo: (id, n, deps) => ({
    code: `const memo${id} = new Map<number, string>();
const begun${id} = Date.now();
export async function ${id}(x: number) {
  if (!memo${id}.has(x)) memo${id}.set(x, h(${n()}, begun${id} > ${n() % 7}, x${deps}));
  return memo${id}.get(x)!;
}`,
  }),
  immediate: (id, n) => ({
    code: `export const ${id} = (() => {\n  const q = ${n()};\n  return q * 2 + ${n()};\n})();`,
    use: (name) => name,
  }),
  prototype: (id, n, deps) => ({
    code: `export function ${id}(this: { k: number }) { this.k = ${n()}; }
${id}.prototype.go = async function (x: number) { return h(this.k, ${n()}, x${deps}); };`,
    use: (name) => `await new (${name} as never as new () => { go(x: number): Promise<string> })().go(x)`,
  }),
  instance: (id, n, deps) => ({
    code: `class Service${id} {
  constructor(private readonly k: number) {}
  async run(x: number) { return h(this.k, ${n()}, x${deps}); }
}
export const ${id} = new Service${id}(${n()});`,
    use: (name) => `await ${name}.run(x)`,
  }),
  decorated: (id, n, deps) => ({
    code: `const by${id} = (k: number) => (target: object, _name: string) => void ((target as { k: number }).k = k);
export class ${id} {
  declare k: number;
  @by${id}(${n()}) async run(x: number) { return h(this.k, ${n()}, x${deps}); }
}`,
    use: (name) => `await new ${name}().run(x)`,
  }),
  generator: (id, n, deps) => ({
    code: `async function* steps${id}(x: number) { yield ${n()}; yield [x${deps}]; }
export async function ${id}(x: number) {
  const all: unknown[] = [];
  for await (const step of steps${id}(x)) all.push(step);
  return h(all);
}`,
  }),
  circular: (id, n, deps) => ({
    code: `export async function ${id}(x: number, depth = 0): Promise<string> {\n  return depth > 2 ? h(x${deps}) : back${id}(x, depth);\n}
const back${id} = async (x: number, depth: number) => h(${n()}, await ${id}(x, depth + 1));`,
  }),
  dynamic: (id, n, deps) => ({
    code: `export async function ${id}(x: number) {
  const { value } = await import('./later-${id}');
  return h(value, ${n()}, x${deps});
}`,
  }),
  json: (id, n, deps) => ({
    code: `import data${id} from './data-${id}.json';\nexport const ${id} = async (x: number) => h(data${id}.value, ${n()}, x${deps});`,
  }),
  effect: (id, n, deps) => ({
    code: `import './effect-${id}';\nexport const ${id} = async (x: number) => h((globalThis as never as Record<string, number>).${id}, ${n()}, x${deps});`,
  }),
};

export const ACTIVITIES = 8;

/** @param modules - how many modules hold the items */
export function projectOf(seed: number, modules: number): Files {
  const random = randomFrom(seed);
  const n = () => 10 + random.below(90);
  const files: Files = { 'h.ts': H };
  const items: Item[] = [];
  const kinds = Object.keys(KINDS);
  for (let m = 0; m < modules; m++) {
    const module = `m${m}`;
    const imports: string[] = [];
    let body = '';
    const kind = kinds[m % kinds.length]!;
    const ids = [`i${m}a`, `i${m}b`];
    for (const [i, id] of ids.entries()) {
      const used =
        items.length === 0
          ? []
          : [
              items[random.below(items.length)]!,
              items[items.length - 1 - random.below(Math.min(3, items.length))]!,
            ];
      const deps = used.map((item) => `, ${item.use(importOf(item, imports, random))}`).join('');
      const made = KINDS[i === 0 ? kind : kinds[random.below(kinds.length - 4)]!]!(id, n, deps);
      if (made.isDefault && body.includes('export default')) continue;
      body += `${made.code}\n\n`;
      items.push({ module, name: id, use: made.use ?? call, isDefault: made.isDefault });
      if (made.code.includes(`./later-`)) files[`later-${id}.ts`] = `export const value = ${n()};\n`;
      if (made.code.includes(`./data-`)) files[`data-${id}.json`] = `{ "value": ${n()} }\n`;
      if (made.code.includes(`./effect-`))
        files[`effect-${id}.ts`] =
          `(globalThis as never as Record<string, number>).${id} = ${n()};\nexport {};\n`;
    }
    files[`${module}.ts`] = `${HEADER}${[...new Set(imports)].join('\n')}\n\n${body}`;
    if (random.below(4) === 0) {
      files[`again${m}.ts`] =
        random.below(2) === 0
          ? `export * from './${module}';\n`
          : `export { ${items.at(-1)!.isDefault ? 'default' : items.at(-1)!.name} } from './${module}';\n`;
      items.at(-1)!.module = `again${m}`;
      if (items.at(-1)!.isDefault && files[`again${m}.ts`]!.includes('*')) items.at(-1)!.module = module;
    }
  }
  const imports: string[] = [];
  const activities = Array.from({ length: ACTIVITIES }, (_, i) => {
    const used = [items[random.below(items.length)]!, items[random.below(items.length)]!];
    const deps = used.map((item) => `, ${item.use(importOf(item, imports, random))}`).join('');
    return `export async function act${i}(x: number) {\n  return h(${n()}${deps});\n}\n`;
  });
  files['act.ts'] = `${HEADER}${[...new Set(imports)].join('\n')}\n\n${activities.join('\n')}`;
  return files;
}

function importOf(item: Item, imports: string[], random: Random): string {
  const alias = `${item.module}_${item.name}`;
  if (item.isDefault) imports.push(`import ${alias} from './${item.module}';`);
  else if (random.below(3) === 0) {
    imports.push(`import * as all_${item.module} from './${item.module}';`);
    return `all_${item.module}.${item.name}`;
  } else imports.push(`import { ${item.name} as ${alias} } from './${item.module}';`);
  return alias;
}

/** Single edits: half of them change a number somewhere, half change what no result depends on. */
export function* editsOf(files: Files, seed: number, count: number): Iterable<Edit> {
  const random = randomFrom(seed);
  const paths = Object.keys(files).filter((path) => path !== 'h.ts');
  const code = paths.filter((path) => path.endsWith('.ts'));
  for (let i = 0; i < count; i++) {
    const isNumber = i % 2 === 0;
    const path = (isNumber ? paths : code)[random.below((isNumber ? paths : code).length)]!;
    const text = files[path]!;
    const numbers = [...text.matchAll(/(?<![\w.'/])\d\d(?!\w)/g)];
    const change = NEUTRAL[random.below(NEUTRAL.length)]!;
    if (isNumber && numbers.length > 0) {
      const { index } = numbers[random.below(numbers.length)]!;
      const other = 10 + ((Number(text.slice(index, index + 2)) - 10 + 1 + random.below(88)) % 90);
      yield {
        name: `number in ${path}`,
        files: { ...files, [path]: text.slice(0, index) + other + text.slice(index + 2) },
      };
    } else if (path.endsWith('.ts')) {
      yield { name: `${change.name} in ${path}`, files: { ...files, [path]: change(text, i) } };
    }
  }
}

const NEUTRAL: ((text: string, i: number) => string)[] = [
  function comment(text, i) {
    return `// comment ${i}\n${text}/* and ${i} */\n`;
  },
  function formatting(text) {
    return text.replaceAll(' => ', '  =>\n    ').replaceAll('{ ', '{\n      ');
  },
  function types(text, i) {
    return `${text}\nexport type Type${i} = { a: ${i} };\n`.replaceAll('(x: number', '(x: 0 | number');
  },
  function unrelatedExport(text, i) {
    return `${text}\nexport const unrelated${i} = ${i};\n`;
  },
  function unrelatedFunction(text, i) {
    return `${text}\nexport async function other${i}(x: number) {\n  return x + ${i};\n}\n`;
  },
];
