export const load = async (source: string): Promise<number[]> =>
  [...source].map((letter) => letter.charCodeAt(0));

export const clean = async (rows: number[]): Promise<number[]> => rows.filter((row) => row % 2 === 0);

export const score = async (rows: number[]): Promise<number> => rows.length;
