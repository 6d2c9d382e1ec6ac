export async function example(): Promise<string> {
  return 'nothing';
}
