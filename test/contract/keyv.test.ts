import { cacheStoreContract } from 'temporal-activity-cache/testing';
import { keyvHarness } from '../helpers/keyv-harness';
import { encrypting, gzip } from '../helpers/keyv-options';
import { MapAdapter } from '../helpers/map-adapter';

cacheStoreContract('KeyvStore over a Map', keyvHarness({}));
cacheStoreContract(
  'KeyvStore over a Keyv that compresses and encrypts, over an adapter, in a namespace with a colon',
  keyvHarness(
    { compression: gzip, ...encrypting('a secret'), namespace: 'my:cache' },
    (place) => new MapAdapter(place),
  ),
);
cacheStoreContract(
  'KeyvStore over a Keyv that serialises nothing, without a namespace',
  keyvHarness({ serialize: undefined, deserialize: undefined, namespace: '' }),
);
