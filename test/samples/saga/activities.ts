interface OfAccount {
  accountId: string;
}

class Accounts {
  readonly opened = new Set<string>();

  async createAccount({ accountId }: OfAccount): Promise<void> {
    this.opened.add(accountId);
  }
}

class PostOffice {
  private readonly addresses = new Map<string, string>();

  async addAddress({ accountId, address }: OfAccount & { address: string }): Promise<void> {
    this.addresses.set(accountId, address);
  }

  async clearPostalAddresses({ accountId }: OfAccount): Promise<string> {
    this.addresses.delete(accountId);
    return `no address of ${accountId}`;
  }
}

class Banking {
  private readonly banks = 0;

  async addBankAccount({ shouldThrow }: OfAccount & { shouldThrow?: string }): Promise<number> {
    if (shouldThrow) throw new Error(shouldThrow);
    return this.banks;
  }
}

export const createClients = () => ({
  accounts: new Accounts(),
  postOffice: new PostOffice(),
  banking: new Banking(),
});

export const createActivities = ({ accounts, postOffice, banking }: ReturnType<typeof createClients>) => ({
  createAccount: accounts.createAccount.bind(accounts),
  addAddress: postOffice.addAddress.bind(postOffice),
  clearPostalAddresses: postOffice.clearPostalAddresses.bind(postOffice),
  addBankAccount: banking.addBankAccount.bind(banking),
});
