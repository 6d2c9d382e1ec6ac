import { Client, Connection } from '@temporalio/client';
import { loadClientConnectConfig } from '@temporalio/envconfig';
import { cancelPurchase, OneClickBuy, purchaseStateQuery } from './workflows';

async function run() {
  const { connectionOptions } = loadClientConnectConfig();
  const client = new Client({ connection: await Connection.connect(connectionOptions) });
  for (const item of ['book', 'lamp']) {
    const handle = await client.workflow.start(OneClickBuy, {
      taskQueue: 'ecommerce-oneclick',
      workflowId: `buy-${item}`,
      args: [item],
    });
    if (item === 'lamp') await handle.signal(cancelPurchase);
    console.log(await handle.result());
    console.log(await handle.query(purchaseStateQuery));
  }
}

run().catch((error) => {
  console.error(error);
  process.exit(1);
});
