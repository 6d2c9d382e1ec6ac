/** What is said of each name in the table of names.ts. */

export interface WireName {
  kind:
    | 'header'
    | 'local Activity'
    | 'signal'
    | 'query'
    | 'patch prefix'
    | 'metadata key'
    | 'note'
    | 'Workflow type'
    | 'search attribute prefix'
    | 'Task Queue and Workflow Id prefix';
  name: string;
  /** The content. */
  carries: string;
  writer: string;
  reader: string;
  /** The version of this package that first wrote it. */
  since: string;
  /** What a reader does if it does not know the name, or finds something else under it. */
  otherwise: string;
}
