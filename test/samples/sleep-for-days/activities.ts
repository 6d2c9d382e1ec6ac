import { log } from '@temporalio/activity';

export async function sendEmail(message: string): Promise<void> {
  log.info('Sending email', { message });
}
