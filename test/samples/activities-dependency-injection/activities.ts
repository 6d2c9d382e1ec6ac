export interface DB {
  get(key: string): Promise<string>;
}

export const createActivities = (db: DB) => ({
  async greet(message: string): Promise<string> {
    return `${message}: ${await db.get('name')}`;
  },
  async greet_es(mensaje: string): Promise<string> {
    return `${mensaje}: ${await db.get('name')}`;
  },
});
