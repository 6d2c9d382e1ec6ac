export interface User {
  id: string;
  hp: number;
  matcher: RegExp;
  token: Uint8Array;
  createdAt: Date;
}

export interface Result {
  success: boolean;
  at: Date;
}

export async function check(user: User): Promise<Result> {
  const success =
    user.hp > 50 && user.matcher.test('Kaladin Stormblessed') && user.token instanceof Uint8Array;
  return { success, at: user.createdAt };
}
