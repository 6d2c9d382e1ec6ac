/** The layout of src: who may reach whom, types included, and what runs in the Workflow's isolate. */
import { readdirSync, readFileSync } from 'node:fs';
import { join, relative, resolve } from 'node:path';
import { bundleWorkflowCode, DefaultLogger } from '@temporalio/worker';
import ts from 'typescript';
import type { Bundled } from '../helpers/bundle';
import { fromSource } from '../helpers/from-source';

const root = resolve(__dirname, '../..');
const files = readdirSync(join(root, 'src'), { recursive: true, encoding: 'utf8' })
  .filter((name) => name.endsWith('.ts'))
  .sort();

type Graph = ReadonlyMap<string, ReadonlySet<string>>;

/** From each file to the files of ours that it imports, for a value or for a type alone. */
const imports: Graph = new Map(
  files.map((file) => {
    const { importedFiles } = ts.preProcessFile(readFileSync(join(root, 'src', file), 'utf8'), true, true);
    const ours = importedFiles.filter(({ fileName }) => fileName.startsWith('.'));
    return [file, new Set(ours.map(({ fileName }) => fileOf(join(file, '..', fileName))))];
  }),
);

function fileOf(path: string): string {
  const found = [`${path}.ts`, join(path, 'index.ts'), path].find((name) => files.includes(name));
  return found ?? path; // package.json
}

/** Folders that are two rooms: their parts run in different processes. */
const SPLIT = ['interceptors', 'reservation'];

/** A folder with all below it; a file of `src` itself is a room of its own. */
function roomOf(file: string): string {
  const [first, second, third] = file.split('/');
  return SPLIT.includes(first!) && third !== undefined ? `${first}/${second}` : first!;
}

const rooms: Graph = new Map(
  [...new Set(files.map(roomOf))].map((room) => {
    const reached = files.filter((file) => roomOf(file) === room).flatMap((file) => [...imports.get(file)!]);
    return [room, new Set(reached.map(roomOf).filter((other) => other !== room))];
  }),
);

/** @returns the first circle that is found, as a path; undefined where there is none */
function circleIn(graph: Graph): string[] | undefined {
  const done = new Set<string>();
  const visit = (node: string, path: readonly string[]): string[] | undefined => {
    if (path.includes(node)) return [...path.slice(path.indexOf(node)), node];
    if (done.has(node)) return undefined;
    for (const next of graph.get(node) ?? []) {
      const circle = visit(next, [...path, node]);
      if (circle !== undefined) return circle;
    }
    done.add(node);
    return undefined;
  };
  for (const node of graph.keys()) {
    const circle = visit(node, []);
    if (circle !== undefined) return circle;
  }
  return undefined;
}

/** The globs of `eslint.config.mjs`. */
const ISOLATE =
  /^(?:(?:wire|options|workflows|interceptors\/workflow)\/|(?:workflow|augmentation|errors)\.ts$)/;

/** The files of ours that webpack has taken into a bundle, by its source map. */
async function bundled(options: Bundled & { workflowsPath: string }): Promise<string[]> {
  const { code } = await bundleWorkflowCode({
    ...options,
    logger: new DefaultLogger('WARN'),
    webpackConfigHook: fromSource,
  });
  const [, map] = /sourceMappingURL=data:application\/json;[^,]*base64,(\S+)\s*$/m.exec(code)!;
  const { sources } = JSON.parse(Buffer.from(map!, 'base64').toString()) as { sources: string[] };
  return sources
    .map((source) => relative(join(root, 'src'), source))
    .filter((source) => files.includes(source));
}

test('a circle is seen', () => {
  const graph = (edges: Record<string, string[]>): Graph =>
    new Map(Object.entries(edges).map(([from, to]) => [from, new Set(to)]));
  expect(circleIn(graph({ a: ['b'], b: ['c', 'd'], c: [], d: ['b'] }))).toEqual(['b', 'd', 'b']);
  expect(circleIn(graph({ a: ['b', 'c'], b: ['c'], c: [] }))).toBeUndefined();
});

test('no files import one another in a circle', () => expect(circleIn(imports)).toBeUndefined());

test('no folders import one another in a circle', () => expect(circleIn(rooms)).toBeUndefined());

test('what crosses a process imports nothing of ours', () => {
  const reached = files.filter((file) => roomOf(file) === 'wire').flatMap((file) => [...imports.get(file)!]);
  expect(reached.filter((file) => roomOf(file) !== 'wire')).toEqual([]);
});

test.each([
  [
    'the Workflow’s entry point and its interceptor',
    {
      workflowsPath: join(root, 'src/workflow.ts'),
      workflowInterceptorModules: [join(root, 'src/interceptors/workflow/index.ts')],
    },
    30,
  ],
  ['the reservation', { workflowsPath: join(root, 'src/workflows/index.ts') }, 6],
])('every file that webpack takes in for %s lies where the isolate lives', async (_, options, least) => {
  const taken = await bundled(options);
  expect(taken.length).toBeGreaterThanOrEqual(least);
  expect(taken.filter((file) => !ISOLATE.test(file))).toEqual([]);
});
