/** Whether the Temporal server can be reached. */
import { Failure, type World } from '../command';
import type { TemporalAddress } from '../temporal';
import { answered, type Check, failed, messageOf, ok } from './check';

export async function checkServer(world: World, to: TemporalAddress): Promise<Check[]> {
  try {
    const temporal = await world.connect(to);
    try {
      const { client, address } = temporal;
      const { namespace } = client.options;
      const { serverVersion } = await answered(() => client.workflowService.getSystemInfo({}));
      await answered(() => client.workflowService.describeNamespace({ namespace }));
      return [ok('temporal', `${address} answers, version ${serverVersion}, namespace '${namespace}'`)];
    } finally {
      await temporal.close();
    }
  } catch (error) {
    const { what = messageOf(error) } = error instanceof Failure ? error : {};
    return [failed('temporal', what, 'correct --address and --namespace, or the TEMPORAL_… variables')];
  }
}
