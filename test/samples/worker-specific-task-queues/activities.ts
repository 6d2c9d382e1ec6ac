import { createHash } from 'node:crypto';
import * as fs from 'node:fs/promises';
import { log, sleep } from '@temporalio/activity';

export const createNormalActivities = (uniqueWorkerTaskQueue: string) => ({
  async getUniqueTaskQueue(): Promise<string> {
    return uniqueWorkerTaskQueue;
  },
});

export const createActivitiesForSameWorker = () => ({
  async downloadFileToWorkerFileSystem(url: string, path: string): Promise<void> {
    log.info('Downloading and saving', { url, path });
    await sleep(50);
    await fs.writeFile(path, 'downloaded body');
  },
  async workOnFileInWorkerFileSystem(path: string): Promise<string> {
    return createHash('md5')
      .update(await fs.readFile(path))
      .digest('hex');
  },
  async cleanupFileFromWorkerFileSystem(path: string): Promise<void> {
    await fs.rm(path);
  },
});
