import { activityInfo, log, sleep } from '@temporalio/activity';

export const createActivities = ({ from }: { from: string }) => ({
  async processOrder(): Promise<void> {
    await sleep(activityInfo().startToCloseTimeoutMs / 2);
    log.info('Order processed');
  },
  async sendNotificationEmail(): Promise<void> {
    log.info('Sending email', { from });
  },
});
