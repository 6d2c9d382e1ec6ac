import { proxyActivities } from '@temporalio/workflow';
import type { Message } from 'protobufjs/light';
import type * as activities from './activities';

const { protoActivity } = proxyActivities<typeof activities>({ startToCloseTimeout: '1 minute' });

export async function example(input: Message): Promise<Message> {
  return protoActivity(input);
}
