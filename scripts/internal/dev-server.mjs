// One Temporal dev server: in memory unless it is given a file, on free ports, its process tied to ours.
import { once } from 'node:events';
import { connect } from 'node:net';
import { setTimeout as pause } from 'node:timers/promises';
import client from '@temporalio/client';
import { freePort } from './ports.mjs';
import { killGroup, lastOutput, spawnTied } from './processes.mjs';

const startTimeoutMs = 60_000;

const settings = {
  'activity.enableStandalone': true, // off by default on server 1.31
};

// The dev server looks for new tasks at most 20 times a second, so every Activity would wait some 50 to 100 ms.
const tunedSettings = {
  'history.transferProcessorMaxPollRPS': 2000,
  'history.transferProcessorMaxPollHostRPS': 10_000,
};

/** Starts the server file on free ports, or on the ports given, and waits until it answers. */
export async function runServer(file, { tuned = false, ui = false, port, uiPort, dbFile, config } = {}) {
  for (const fixed of [port, uiPort]) await requireFree(fixed);
  for (let attempt = 1; ; attempt++) {
    const ports = {
      port: port ?? (await freePort()),
      uiPort: ui ? (uiPort ?? (await freePort())) : undefined,
    };
    try {
      return await runOnPorts(
        file,
        { ...ports, dbFile },
        { ...settings, ...(tuned && tunedSettings), ...config },
      );
    } catch (error) {
      // A free port may be taken by somebody else before the server listens on it.
      if (attempt === 3 || !/port|address already in use/.test(error.message)) throw error;
    }
  }
}

/** A server that somebody else runs: awaited, never stopped. */
export async function existingServer(address) {
  try {
    await (await client.Connection.connect({ address, connectTimeout: '10s' })).close();
  } catch (error) {
    const message = `TEMPORAL_ADDRESS is ${address}, but no Temporal server answers there`;
    throw new Error(`${message}: ${error.message}\nStart one there, or unset TEMPORAL_ADDRESS.`, {
      cause: error,
    });
  }
  return { address, ended: new Promise(() => {}), stop: async () => {} };
}

async function runOnPorts(file, { port, uiPort, dbFile }, config) {
  const args = ['server', 'start-dev', '--ip', '127.0.0.1', '--port', port, '--log-level', 'error'];
  args.push(...(uiPort ? ['--ui-port', uiPort] : ['--headless']));
  if (dbFile) args.push('--db-filename', dbFile);
  for (const [key, value] of Object.entries(config)) args.push('--dynamic-config-value', `${key}=${value}`);

  const child = spawnTied(file, args.map(String), { stdio: 'pipe' });
  const output = lastOutput(child);
  // A program that fails, or that forgets stop(), still ends, and the server with it.
  child.unref();
  for (const stream of [child.stdout, child.stderr, child.stdio[3]]) stream.unref();

  const address = `127.0.0.1:${port}`;
  const ended = once(child, 'exit').then(() => {});
  const waiting = new AbortController();
  const failed = once(child, 'close').then(() => {
    throw new Error(`the server ended before it was ready:\n${output()}`);
  });
  failed.catch(() => {}); // later it is no failure
  try {
    await Promise.race([failed, untilReady(address, waiting.signal)]);
  } catch (error) {
    waiting.abort();
    killGroup(child);
    throw error;
  }
  const stop = async () => {
    child.ref();
    killGroup(child); // what it has on disk outlives that
    await ended;
  };
  return { address, uiUrl: uiPort && `http://127.0.0.1:${uiPort}`, ended, stop };
}

async function untilReady(address, signal) {
  const deadline = Date.now() + startTimeoutMs;
  while (!(await listens(address))) {
    if (Date.now() > deadline) throw new Error(`the server does not listen on ${address}`);
    await pause(25, undefined, { signal });
  }
  const connection = client.Connection.lazy({ address });
  try {
    for (;;) {
      try {
        const describe = () => connection.workflowService.describeNamespace({ namespace: 'default' });
        return await connection.withDeadline(Date.now() + 1000, describe);
      } catch (error) {
        if (Date.now() > deadline) throw error;
        await pause(25, undefined, { signal });
      }
    }
  } finally {
    await connection.close();
  }
}

function listens(address) {
  const [host, port] = address.split(':');
  return new Promise((resolve) => {
    const socket = connect({ host, port: Number(port) });
    socket.once('connect', () => resolve(true)).once('error', () => resolve(false));
    socket.once('connect', () => socket.destroy());
  });
}

async function requireFree(port) {
  if (port === undefined || !(await listens(`127.0.0.1:${port}`))) return;
  const message = `Port ${port} is taken: a Temporal server may already be running there.`;
  throw Object.assign(new Error(message), { code: 'PORT_TAKEN' });
}
