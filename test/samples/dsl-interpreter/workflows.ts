import { proxyActivities } from '@temporalio/workflow';
import type * as activities from './activities';

export interface DSL {
  variables: Record<string, string | undefined>;
  root: Statement;
}

type Statement =
  | { activity: { name: string; arguments?: string[]; result?: string } }
  | { sequence: Statement[] }
  | { parallel: Statement[] };

const acts = proxyActivities<typeof activities>({ startToCloseTimeout: '1 minute' }) as Record<
  string,
  (...args: string[]) => Promise<string | undefined>
>;

export async function DSLInterpreter({ root, variables }: DSL): Promise<DSL['variables']> {
  await execute(root, variables);
  return variables;
}

async function execute(statement: Statement, bindings: DSL['variables']): Promise<void> {
  if ('parallel' in statement) {
    await Promise.all(statement.parallel.map((element) => execute(element, bindings)));
  } else if ('sequence' in statement) {
    for (const element of statement.sequence) await execute(element, bindings);
  } else {
    const { name, arguments: args = [], result } = statement.activity;
    const value = await acts[name]!(...args.map((arg) => bindings[arg] ?? arg));
    if (result) bindings[result] = value;
  }
}
