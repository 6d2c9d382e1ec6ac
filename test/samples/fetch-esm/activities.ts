import { ApplicationFailure } from '@temporalio/common';

export async function greetHTTP(name: string): Promise<string> {
  const response = await fetch('data:application/json,{"greeting":"Hello"}');
  if (!response.ok) throw ApplicationFailure.retryable(`HTTP error! status: ${response.status}`);
  const { greeting } = (await response.json()) as { greeting: string };
  return `${greeting}, ${name}!`;
}

export async function greetLocal(name: string): Promise<string> {
  return `Hello-World-And-Hello-${name}!`.replaceAll('-', ' ');
}
