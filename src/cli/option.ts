/** The options of a command, and the values given for them. */

export interface Option {
  type: 'string' | 'boolean';
  /** The name of the value in the help. */
  value?: string;
  about: string;
}

export type Options = Readonly<Record<string, Option>>;

export type Given<O extends Options> = {
  readonly [Name in keyof O]: (O[Name]['type'] extends 'boolean' ? true : string) | undefined;
};
