// npm run api-report [-- --update]: does the package's API differ from etc/*.api.md? A report an entry point. Needs a build.
// Fails on a change that the reports do not have, and on a type in a signature that no entry point exports.
import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { Extractor, ExtractorConfig } from '@microsoft/api-extractor';
import ts from 'typescript';
import { root } from './internal/paths.mjs';

const { exports } = JSON.parse(readFileSync(join(root, 'package.json'), 'utf8'));
const entries = Object.entries(exports)
  .filter(([, { types }]) => types !== undefined)
  .map(([subpath, { types }]) => ({ subpath, file: join(root, types) }));

const reportFolder = join(root, 'etc');
const reportTempFolder = join(root, 'node_modules/.cache/api-report');

/**
 * The base class that is loaded late. Its declaration names a constant, which stands for `KeyvPostgres` of `@keyv/postgres`;
 * nobody needs it by name.
 */
const NAMELESS = ['LateKeyvPostgres'];

/** The messages about a name that this entry point does not export. */
const NAMES = {
  'ae-forgotten-export': /^The symbol "([^"]+)"/,
  'ae-unresolved-link': /does not have an export "([^"]+)"/,
};

/** The names that some entry point exports: what one of them uses may be imported from another one. */
function exportedNames() {
  const program = ts.createProgram(
    entries.map(({ file }) => file),
    { module: ts.ModuleKind.Node16, moduleResolution: ts.ModuleResolutionKind.Node16, noEmit: true },
  );
  const checker = program.getTypeChecker();
  const names = entries.flatMap(({ file }) => {
    const module = checker.getSymbolAtLocation(program.getSourceFile(file));
    return checker.getExportsOfModule(module).map(({ name }) => name);
  });
  return new Set([...names, ...NAMELESS]);
}

const nameOf = ({ subpath }) => `${subpath === '.' ? 'index' : subpath.slice(2)}.api.md`;

const NONE = { logLevel: 'none' };
const ERROR = { logLevel: 'error' };

const configOf = ({ subpath, file }) =>
  ExtractorConfig.prepare({
    configObjectFullPath: undefined,
    packageJsonFullPath: join(root, 'package.json'),
    configObject: {
      projectFolder: root,
      mainEntryPointFilePath: file,
      compiler: { tsconfigFilePath: join(root, 'tsconfig.build.json') },
      apiReport: {
        enabled: true,
        reportFileName: nameOf({ subpath }),
        reportFolder,
        reportTempFolder,
      },
      docModel: { enabled: false },
      dtsRollup: { enabled: false },
      tsdocMetadata: { enabled: false },
      newlineKind: 'lf',
      messages: {
        compilerMessageReporting: { default: ERROR },
        extractorMessageReporting: {
          default: ERROR,
          'ae-missing-release-tag': NONE, // what is exported is public
          'ae-undocumented': NONE,
        },
        tsdocMessageReporting: {
          default: ERROR,
          'tsdoc-param-tag-with-invalid-name': NONE, // TypeScript knows `@param options.name`
        },
      },
    },
  });

/** Whether an import is of types alone matters to nobody who reads a report. */
const readReport = (folder, name) => {
  const path = join(folder, name);
  return existsSync(path) ? readFileSync(path, 'utf8').replaceAll('import type {', 'import {') : '';
};

const { values } = parseArgs({ options: { update: { type: 'boolean', default: false } } });
mkdirSync(reportFolder, { recursive: true });
const known = exportedNames();
let failed = false;
for (const entry of entries) {
  const { errorCount } = Extractor.invoke(configOf(entry), {
    messageCallback(message) {
      if (known.has(NAMES[message.messageId]?.exec(message.text)?.[1])) message.logLevel = 'none';
      if (message.messageId.startsWith('console-')) message.logLevel = 'none'; // the reports are compared below
    },
  });
  const report = readReport(reportTempFolder, nameOf(entry));
  if (errorCount > 0) failed = true;
  else if (values.update) writeFileSync(join(reportFolder, nameOf(entry)), report);
  else if (report !== readReport(reportFolder, nameOf(entry))) {
    failed = true;
    console.error(
      `The API of '${entry.subpath}' differs from etc/${nameOf(entry)}. Run npm run api-report -- --update, and look at the difference`,
    );
  }
}
if (failed) process.exitCode = 1;
