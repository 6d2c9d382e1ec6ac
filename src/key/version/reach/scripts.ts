/** Code as it runs, by its files. */
export interface Scripts {
  /** The text of a file: the newest, if it was loaded more than once. */
  scriptOf(path: string): Script | undefined;
  textOf(script: Script): string;
}

/** A text that the runtime has loaded. */
export interface Script {
  id: string;
  /** The file, or a name for code that was evaluated. */
  path: string;
}
