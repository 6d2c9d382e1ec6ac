import { CacheOptionsError, CachePlugin, PostgresStore } from 'temporal-activity-cache';

test.each([
  ['shema=team_a', `unknown parameter 'shema'; did you mean 'schema'?`],
  ['schema=a&prepared=false', `unknown parameter 'prepared'; did you mean 'prepare'?`],
  ['ssl_mode=verify-full', `unknown parameter 'ssl_mode'; did you mean 'sslmode'?`],
  ['SCHEMA=a', `unknown parameter 'SCHEMA'; did you mean 'schema'?`],
  ['wonderful=1', `unknown parameter 'wonderful'.`],
  ['max=many', 'in the uri max must be a whole number [max="many"]'],
  ['connect_timeout=', 'in the uri connect_timeout must be a whole number [connect_timeout=""]'],
])('a parameter that nobody knows, or that is no number, is refused: %s', (parameters, problem) => {
  const store = `postgres://user:secret@host/database?${parameters}`;
  for (const make of [() => new CachePlugin({ store }), () => new PostgresStore({ uri: store })]) {
    expect(make).toThrow(CacheOptionsError);
    expect(make).toThrow(problem);
    expect(make).not.toThrow('secret');
  }
});

test('what other programs understand is not', () => {
  const uri =
    'postgres://user@host/database?schema=a&prepare=false&sslmode=no-verify&application_name=me&connect_timeout=-1' +
    '&target_session_attrs=read-write&channel_binding=require&options=-c%20search_path%3Da&statement_timeout=5000';
  expect(new PostgresStore({ uri }).name).toBe('postgres://host:5432/database?schema=a');
});
