import { log } from '@temporalio/activity';

export async function activity1(arg1: string): Promise<string> {
  if (!arg1) throw new Error('arg1 is required');
  log.info('Executing activity1', { arg1 });
  return `[1: ${arg1}]`;
}

export async function activity2(arg: string): Promise<string> {
  return `[2: ${arg}]`;
}

export async function activity3(arg2: string, arg: string): Promise<string> {
  return `[3: ${arg2} ${arg}]`;
}
