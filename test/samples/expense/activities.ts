const expenses = new Map<string, string>();

export async function createExpense(id: string): Promise<void> {
  expenses.set(id, 'created');
}

export async function payment(id: string): Promise<void> {
  expenses.set(id, 'paid');
}
