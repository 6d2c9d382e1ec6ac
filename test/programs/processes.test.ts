import { alive, gone } from '../helpers/processes';
import { Machine } from './programs';

const startChild = `
const child = module.spawnTied('sh', ['-c', 'sleep 600 & echo child $$ $!; wait'], { stdio: 'pipe' });
child.stdout.pipe(process.stdout);
`;

test.each(['SIGKILL', 'SIGTERM', 'SIGINT'] as const)(
  'a child and what it started end with the process that started it, ended by %s',
  async (signal) => {
    const parent = new Machine().run('internal/processes.mjs', startChild);
    const [, ...pids] = await parent.says(/child (\d+) (\d+)/);
    expect(pids.map(Number).every(alive)).toBe(true);
    parent.child.kill(signal);
    await gone(pids.map(Number));
  },
);

test('what a child started ends with the child', async () => {
  const parent = new Machine().run('internal/processes.mjs', startChild);
  const [, child, grandchild] = await parent.says(/child (\d+) (\d+)/);
  process.kill(Number(child), 'SIGKILL');
  await gone([Number(child), Number(grandchild)]);
  await parent.ended;
});

test('a signal goes on to the command that runs in our place, and its end is ours', async () => {
  const inPlace = `await module.runInOurPlace('sh', ['-c', 'trap "echo told; exit 7" TERM; echo ready; sleep 600 & wait'], { graceMs: 60_000 });`;
  const launcher = new Machine().run('internal/processes.mjs', inPlace);
  await launcher.says(/ready/);
  launcher.child.kill('SIGTERM');
  expect((await launcher.ended).output).toContain('told');
  expect(launcher.child.signalCode).toBe('SIGTERM');
});

test('a command that ignores the signal is killed after its time of grace', async () => {
  const stubborn = `await module.runInOurPlace('sh', ['-c', 'trap "" TERM; echo ready $$; sleep 600'], { graceMs: 50 });`;
  const launcher = new Machine().run('internal/processes.mjs', stubborn);
  const [, pid] = await launcher.says(/ready (\d+)/);
  launcher.child.kill('SIGTERM');
  await launcher.ended;
  await gone([Number(pid)]);
});
