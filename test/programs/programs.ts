import { spawn } from 'node:child_process';
import { chmodSync, cpSync, mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { delimiter, join } from 'node:path';
import { pathToFileURL } from 'node:url';

const repository = join(__dirname, '..', '..');
const machines: Machine[] = [];

afterAll(() => machines.forEach(({ folder }) => rmSync(folder, { recursive: true, force: true })));

/** A machine of its own: an empty cache, no network, and on PATH only node, the shell's tools and what is added. */
export class Machine {
  readonly folder = mkdtempSync(join(tmpdir(), 'machine-'));
  readonly cache = join(this.folder, 'cache', 'temporal-activity-cache');
  private readonly bin = join(this.folder, 'bin');

  constructor() {
    mkdirSync(this.bin);
    mkdirSync(this.cache, { recursive: true });
    symlinkSync(process.execPath, join(this.bin, 'node'));
    machines.push(this);
  }

  install(name: string, shellScript: string) {
    writeFileSync(join(this.bin, name), `#!/bin/sh\n${shellScript}\n`);
    chmodSync(join(this.bin, name), 0o755);
  }

  /** A fresh clone with the given dependencies, as far as the scripts go. */
  clone(lock: object) {
    const clone = join(this.folder, 'clone');
    cpSync(join(repository, 'scripts'), join(clone, 'scripts'), { recursive: true });
    writeFileSync(join(clone, 'package-lock.json'), JSON.stringify(lock));
    return clone;
  }

  /** Runs statements against `module`, a file of scripts/, in a process of its own. */
  run(module: string, statements: string, clone = repository) {
    const url = pathToFileURL(join(clone, 'scripts', module)).href;
    const code = `import * as module from ${JSON.stringify(url)};\n${statements}`;
    const env = {
      PATH: [this.bin, '/usr/bin', '/bin'].join(delimiter),
      XDG_CACHE_HOME: join(this.folder, 'cache'),
      HTTPS_PROXY: 'http://127.0.0.1:9', // nothing listens there
    };
    const child = spawn(process.execPath, ['--input-type=module', '-e', code], { env });
    let output = '';
    const listeners = new Set<() => void>();
    for (const stream of [child.stdout, child.stderr]) {
      stream.setEncoding('utf8').on('data', (text) => {
        output += text;
        for (const listener of listeners) listener();
      });
    }
    const ended = new Promise<{ code: number | null; output: string }>((resolve) =>
      child.once('close', (exitCode) => resolve({ code: exitCode, output })),
    );
    const says = (pattern: RegExp) =>
      new Promise<RegExpExecArray>((resolve, reject) => {
        const look = () => {
          const found = pattern.exec(output);
          if (found) resolve(found);
        };
        listeners.add(look);
        look();
        void ended.then(() => reject(new Error(`ended without saying ${String(pattern)}:\n${output}`)));
      });
    return { child, ended, says };
  }
}
