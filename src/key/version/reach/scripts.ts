/** Code as it runs, by its files. */
export interface Scripts {
  /** Whether all code is here, also what is loaded later, so that no file is read. */
  readonly isComplete: boolean;
  /** The text of a file: the newest, if it was loaded more than once. */
  scriptOf(path: string): Script | undefined;
  textOf(script: Script): string;
  /** Whether a file that is loaded may have another text by now. */
  mayDiffer?(path: string): boolean;
}

/** A text that the runtime has loaded. */
export interface Script {
  id: string;
  /** The file, or a name for code that was evaluated. */
  path: string;
}
