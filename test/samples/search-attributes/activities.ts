export async function increment(value: number): Promise<number> {
  return value + 1;
}
