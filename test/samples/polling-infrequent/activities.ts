import { activityInfo } from '@temporalio/activity';
import { ApplicationFailure, ApplicationFailureCategory } from '@temporalio/common';

/** A service that is there at the fourth attempt. */
async function getServiceResult({ greeting, name }: Input): Promise<string> {
  if (activityInfo().attempt < 4) throw new Error('service is down');
  return `${greeting}, ${name}!`;
}

interface Input {
  greeting: string;
  name: string;
}

export async function composeGreeting(input: Input): Promise<string> {
  try {
    return await getServiceResult(input);
  } catch (error) {
    const message = error instanceof Error ? error.message : String(error);
    throw ApplicationFailure.create({ message, category: ApplicationFailureCategory.BENIGN });
  }
}
