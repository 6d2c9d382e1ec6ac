/** The findings of `doctor`. */
export interface Check {
  name: string;
  status: 'ok' | 'warning' | 'failed';
  /** What was observed. */
  seen: string;
  /** The way to fix it. */
  fix?: string;
}

export const ok = (name: string, seen: string): Check => ({ name, status: 'ok', seen });

export const warning = (name: string, seen: string, fix: string): Check => ({
  name,
  status: 'warning',
  seen,
  fix,
});

export const failed = (name: string, seen: string, fix: string): Check => ({
  name,
  status: 'failed',
  seen,
  fix,
});

/** The timeout of one answer. */
const PATIENCE_MS = 10_000;

/** @throws an error if there is no answer in time, or the error of `work` */
export async function answered<T>(work: () => Promise<T>): Promise<T> {
  let timer: NodeJS.Timeout | undefined;
  const late = new Promise<never>((_, reject) => {
    timer = setTimeout(() => reject(new Error(`no answer within ${PATIENCE_MS / 1000} s`)), PATIENCE_MS);
  });
  try {
    return await Promise.race([work(), late]);
  } finally {
    clearTimeout(timer);
  }
}

export const messageOf = (error: unknown): string => (error instanceof Error ? error.message : String(error));
