export async function activityA(name: string): Promise<string> {
  return `ActivityA result: ${name}`;
}
