export async function process(iteration: number): Promise<number> {
  return iteration * iteration;
}
