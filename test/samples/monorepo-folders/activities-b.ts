export async function activityB(name: string): Promise<string> {
  return `ActivityB result: ${name}`;
}
