/** The findings of `doctor`. */
import { within } from '../within';

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
export const answered = <T>(work: () => Promise<T>): Promise<T> => within(PATIENCE_MS, work);

export const messageOf = (error: unknown): string => (error instanceof Error ? error.message : String(error));
