import { cached, reachableCode } from 'temporal-activity-cache';

export interface Model {
  name: string;
  embed(text: string): Promise<number[]>;
}

/** The code does not say which model was injected, so a policy of its own adds the name to the version. */
export class EmbeddingActivities {
  constructor(private readonly model: Model) {}

  readonly embed = cached(
    { policies: [reachableCode(), { name: 'model', getVersion: () => this.model.name }] },
    async (text: string): Promise<number[]> => this.model.embed(text),
  );
}

/** For `Worker.create({ activities })`. */
export function createActivities(model: Model) {
  const { embed } = new EmbeddingActivities(model);
  return { embed };
}
