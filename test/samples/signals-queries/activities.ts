export async function audit(event: string): Promise<string> {
  return `audited ${event}`;
}
