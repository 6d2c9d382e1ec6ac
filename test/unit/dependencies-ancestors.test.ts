/** Which Workflows are above another one: only what the server says counts. */
import { isAbove } from '../../src/dependencies/ancestors';

/** Each Workflow with the one above it; undefined where there is none. */
function server(above: Record<string, string | undefined>) {
  const asked: string[] = [];
  const describeWorkflowExecution = async ({ execution }: { execution: { workflowId: string } }) => {
    asked.push(execution.workflowId);
    const workflowId = above[execution.workflowId];
    const parentExecution = workflowId === undefined ? null : { workflowId, runId: `run of ${workflowId}` };
    return { workflowExecutionInfo: { parentExecution } };
  };
  return { asked, client: { workflowService: { describeWorkflowExecution } } as never };
}

const parent = { namespace: 'default', workflowId: 'parent', runId: 'run' };

test.each([
  ['the parent', 'parent/run', true, []],
  ['the one above the parent', 'middle/run', true, ['parent']],
  ['the root', 'a/b/run', true, ['parent', 'middle']],
  ['another Workflow', 'other/run', false, ['parent', 'middle', 'a/b']],
])('%s', async (_who, collector, expected, asks) => {
  const { asked, client } = server({ parent: 'middle', middle: 'a/b' });
  expect(await isAbove(client, collector, parent)).toBe(expected);
  expect(asked).toEqual(asks);
});

test('a tree without an end is not followed for ever', async () => {
  const { asked, client } = server({ parent: 'middle', middle: 'parent' });
  expect(await isAbove(client, 'other/run', parent)).toBe(false);
  expect(asked).toHaveLength(100);
});
