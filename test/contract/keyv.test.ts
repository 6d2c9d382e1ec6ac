import { cacheStoreContract } from 'temporal-activity-cache/testing';
import { keyvHarness } from '../helpers/keyv-harness';
import { encrypting, gzip } from '../helpers/keyv-options';
import { MapAdapter, slowly } from '../helpers/map-adapter';

// Those left out go through all records for each of hundreds of cases: they are in test/soak/keyv-slow.test.ts.
cacheStoreContract('KeyvStore over a Map', {
  ...keyvHarness({}),
  sections: [
    'entries',
    'tickets',
    'invalidation',
    'listing',
    'selecting',
    'use',
    'pruning',
    'removal',
    'notes',
    'time',
    'closing',
  ],
});

// What a Keyv does to values and names can break what is read back and what is found by its name, not the order of executions.
cacheStoreContract(
  'KeyvStore over a Keyv that compresses and encrypts, over an adapter, in a namespace with a colon',
  {
    ...keyvHarness(
      { compression: gzip, ...encrypting('a secret'), namespace: 'my:cache' },
      (place) => new MapAdapter(place),
    ),
    sections: ['entries', 'invalidation', 'listing', 'notes'],
  },
);
cacheStoreContract('KeyvStore over a Keyv that serialises nothing, without a namespace', {
  ...keyvHarness({ serialize: undefined, deserialize: undefined, namespace: '' }),
  sections: ['entries', 'notes'],
});

// All of it over slow adapters is in test/soak/keyv-slow.test.ts.
cacheStoreContract('KeyvStore over a slow adapter', {
  ...keyvHarness({}, (place) => slowly(new MapAdapter(place))),
  sections: ['tickets'],
});
cacheStoreContract('KeyvStore over an adapter without iterator and getMany', {
  ...keyvHarness({}, (place) => slowly(new MapAdapter(place), ['iterator', 'getMany'])),
  lists: false,
  sections: ['listing'],
});
