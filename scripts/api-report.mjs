// npm run api-report [-- --update]: does the package's API differ from etc/*.api.md? A report an entry point. Needs a build.
// Fails on a change that the reports do not have, and on a type in a signature that no entry point exports.
import { mkdirSync, readFileSync } from 'node:fs';
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
        reportFileName: `${subpath === '.' ? 'index' : subpath.slice(2)}.api.md`,
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

const { values } = parseArgs({ options: { update: { type: 'boolean', default: false } } });
mkdirSync(reportFolder, { recursive: true });
const known = exportedNames();
let failed = false;
for (const entry of entries) {
  const { apiReportChanged, errorCount } = Extractor.invoke(configOf(entry), {
    localBuild: values.update,
    messageCallback(message) {
      if (known.has(NAMES[message.messageId]?.exec(message.text)?.[1])) message.logLevel = 'none';
      if (message.messageId === 'console-api-report-not-copied') {
        message.text = `The API of '${entry.subpath}' differs from its report in etc/. Run npm run api-report -- --update, and look at the difference`;
      }
      if (message.messageId.startsWith('console-') && message.logLevel === 'info') message.logLevel = 'none';
    },
  });
  if (errorCount > 0 || (apiReportChanged && !values.update)) failed = true;
}
if (failed) process.exitCode = 1;
