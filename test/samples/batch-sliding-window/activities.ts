export interface SingleRecord {
  id: number;
}

export const createActivities = (recordCount: number) => ({
  async getRecordCount(): Promise<number> {
    return recordCount;
  },
  async getRecords({
    pageSize,
    offset,
    end,
  }: {
    pageSize: number;
    offset: number;
    end: number;
  }): Promise<SingleRecord[]> {
    const ids = Array.from({ length: Math.min(pageSize, end - offset) }, (_, index) => offset + index);
    return ids.map((id) => ({ id }));
  },
});
