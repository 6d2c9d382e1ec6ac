import { Machine } from './programs';

test('when no server can be had, the error names all four ways and why each failed', async () => {
  const machine = new Machine();
  machine.install('temporal', 'echo "unknown flag" >&2; exit 2');
  machine.install('go', 'echo "no such module" >&2; exit 1');
  const { code, output } = await machine.run('temporal-server.mjs', 'await module.startTemporalServer()')
    .ended;
  expect(code).toBe(1);
  expect(output).toMatch(/1\. TEMPORAL_ADDRESS: not set/);
  expect(output).toMatch(/2\. `temporal` on PATH: .*\n\s+unknown flag/);
  expect(output).toMatch(/3\. the SDK's own download: .*error sending request/);
  expect(output).toMatch(/4\. a build with Go: no such module/);
});

test('a server that dies before it is ready keeps nobody waiting', async () => {
  const start = `await module.runServer('/bin/false').catch((error) => console.log(error.message));`;
  const { output } = await new Machine().run('internal/dev-server.mjs', start).ended;
  expect(output).toContain('the server ended before it was ready');
});
