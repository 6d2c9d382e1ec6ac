const { relative, sep } = require('node:path');

/** A line for each folder of test/: how many tests it has, and how long its files took. Files that ran side by side count in full. */
module.exports = class RingReporter {
  constructor({ rootDir }) {
    this.rootDir = rootDir;
  }

  onRunComplete(_contexts, { testResults }) {
    const rings = new Map();
    for (const { testFilePath, perfStats, numPassingTests, numFailingTests, failureMessage } of testResults) {
      const [, name] = relative(this.rootDir, testFilePath).split(sep);
      const ring = rings.get(name) ?? { files: 0, passed: 0, failed: 0, ms: 0 };
      rings.set(name, ring);
      ring.files++;
      ring.passed += numPassingTests;
      ring.failed += numFailingTests || (failureMessage ? 1 : 0);
      ring.ms += perfStats.end - perfStats.start;
    }
    const lines = [...rings].map(([name, { files, passed, failed, ms }]) => {
      const tests = `${passed} passed${failed > 0 ? `, ${failed} failed` : ''}`;
      return `${name.padEnd(12)}${`${files} files`.padStart(10)}${`${(ms / 1000).toFixed(1)} s`.padStart(10)}   ${tests}`;
    });
    process.stderr.write(`\n${lines.join('\n')}\n`);
  }
};
