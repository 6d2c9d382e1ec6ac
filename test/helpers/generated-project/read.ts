/**
 * A process that loads a generated project and its edits, each from a folder of its own, and writes
 * for each what its Activities answer, and their versions.
 */
import { mkdirSync, writeFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { transformSync } from '@swc/core';
import { transformSync as esbuild } from 'esbuild';
import ts from 'typescript';
import { reachedBy, refusal } from '../../../src/key/version/reachable-code';
import { editsOf, type Files, projectOf } from './project';

export type Format = 'tsc' | 'tsc-esm' | 'swc' | 'esbuild';

export interface Reading {
  name: string;
  answers: string[];
  versions: string[];
  ms: number;
  nodes: number;
}

const toJavaScript: Record<Format, (text: string) => string> = {
  tsc: (text) => typescript(text, ts.ModuleKind.CommonJS),
  'tsc-esm': (text) =>
    typescript(text, ts.ModuleKind.ESNext).replace(
      /(from |import |import\()'(\.\/[^']*)'/g,
      (_, before, path) =>
        path.endsWith('.json') ? `${before}'${path}' with { type: 'json' }` : `${before}'${path}.js'`,
    ),
  swc: (text) =>
    transformSync(text, {
      module: { type: 'commonjs' },
      jsc: {
        target: 'es2022',
        parser: { syntax: 'typescript', decorators: true },
        transform: { legacyDecorator: true },
      },
    }).code,
  esbuild: (text) =>
    esbuild(text, {
      format: 'cjs',
      loader: 'ts',
      target: 'es2022',
      tsconfigRaw: { compilerOptions: { experimentalDecorators: true } },
    }).code,
};

function typescript(text: string, module: ts.ModuleKind): string {
  const { outputText } = ts.transpileModule(text, {
    compilerOptions: {
      module,
      target: ts.ScriptTarget.ES2022,
      esModuleInterop: true,
      experimentalDecorators: true,
      resolveJsonModule: true,
    },
  });
  return outputText;
}

/** An edit changes few of the modules. */
const translated = new Map<string, string>();
function translate(text: string, format: Format): string {
  const found = translated.get(text) ?? toJavaScript[format](text);
  translated.set(text, found);
  return found;
}

function write(folder: string, files: Files, format: Format): void {
  mkdirSync(folder, { recursive: true });
  const type = format === 'tsc-esm' ? 'module' : 'commonjs';
  writeFileSync(join(folder, 'package.json'), JSON.stringify({ type }));
  for (const [path, text] of Object.entries(files)) {
    const isCode = path.endsWith('.ts');
    writeFileSync(join(folder, path.replace(/\.ts$/, '.js')), isCode ? translate(text, format) : text);
  }
}

async function read(name: string, folder: string): Promise<Reading> {
  const main = join(folder, 'act.js');
  const isModule = folder.includes('tsc-esm');
  const loaded = (isModule ? await import(pathToFileURL(main).href) : createRequire(main)(main)) as object;
  const activities = Object.entries(loaded)
    .filter(([exported]) => /^act\d/.test(exported))
    .sort(([one], [other]) => (one < other ? -1 : 1))
    .map(([, fn]) => fn as (x: number) => Promise<string>);
  const begun = performance.now();
  const reached = activities.map((fn) => reachedBy(fn));
  const ms = performance.now() - begun;
  const failure = activities.map((fn) => refusal(fn)).find((error) => error !== undefined);
  if (failure !== undefined) throw failure;
  const answers = await Promise.all(activities.map((fn) => fn(7)));
  const nodes = new Set(reached.flatMap((one) => Object.keys(one!.manifest.nodes))).size;
  return { name, answers, versions: reached.map((one) => one!.version), ms, nodes };
}

async function main([folder, seed, modules, edits, format]: string[]): Promise<void> {
  const base = projectOf(Number(seed), Number(modules));
  const all = [
    { name: 'nothing', files: base },
    { name: 'nothing', files: base },
    ...editsOf(base, Number(seed), Number(edits)),
  ];
  for (const [i, { name, files }] of all.entries()) {
    const at = join(folder!, `${format}-${i}`);
    write(at, files, format as Format);
    process.stdout.write(`${JSON.stringify(await read(name, at))}\n`);
    await new Promise(setImmediate); // the session may end when its time is over
  }
}

void main(process.argv.slice(2));
