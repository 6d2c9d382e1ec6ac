// The environment of tests that start Workers. A thread in which the SDK runs Workflows serves one Worker of the process after another, because
// a new one spends a third of a second of CPU on loading the SDK.
const threads = require('node:worker_threads');
const { TestEnvironment: NodeEnvironment } = require('jest-environment-node');

const OF_WORKFLOWS = /[\\/]workflow-worker-thread\.js$/;
/** Contexts of Workflows are a thread's memory. */
const MOST_WORKERS = 30;

class SharedThread extends threads.Worker {
  static idle = new Set();
  served = 0;

  constructor(file, options) {
    const isShared = OF_WORKFLOWS.test(file);
    const [thread] = isShared ? SharedThread.idle : [];
    if (thread === undefined) {
      super(file, options);
      this.isShared = isShared;
    } else {
      SharedThread.idle.delete(thread);
      thread.ref();
      return thread;
    }
  }

  /** The SDK calls it after the thread has dropped its Workflows, and expects the exit code 1. */
  async terminate() {
    const hasEnded = this.threadId === -1;
    if (!this.isShared || hasEnded || ++this.served === MOST_WORKERS) return super.terminate();
    for (const event of ['message', 'error', 'exit']) this.removeAllListeners(event);
    this.once('exit', () => SharedThread.idle.delete(this));
    this.unref();
    SharedThread.idle.add(this);
    return 1;
  }
}
const { Worker } = threads;

module.exports = class extends NodeEnvironment {
  async setup() {
    await super.setup();
    threads.Worker = SharedThread;
  }

  async teardown() {
    threads.Worker = Worker;
    await super.teardown();
  }
};
