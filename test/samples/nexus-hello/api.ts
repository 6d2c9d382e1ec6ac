import * as nexus from 'nexus-rpc';

export const helloService = nexus.service('hello', {
  echo: nexus.operation<{ message: string }, { message: string }>(),
  hello: nexus.operation<{ name: string }, { message: string }>(),
});

export const ENDPOINT = 'my-nexus-endpoint-name';
