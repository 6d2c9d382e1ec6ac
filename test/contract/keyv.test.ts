import { cacheStoreContract } from 'temporal-activity-cache/testing';
import { keyvHarness } from '../helpers/keyv-harness';
import { encrypting, gzip } from '../helpers/keyv-options';
import { MapAdapter } from '../helpers/map-adapter';

cacheStoreContract('KeyvStore over a Map', keyvHarness({}));
cacheStoreContract(
  'KeyvStore over a Keyv that compresses, without a namespace',
  keyvHarness({ compression: gzip, namespace: '' }),
);
cacheStoreContract(
  'KeyvStore over a Keyv that encrypts, over an adapter, in a namespace with a colon',
  keyvHarness({ ...encrypting('a secret'), namespace: 'my:cache' }, (place) => new MapAdapter(place)),
);
cacheStoreContract(
  'KeyvStore over a Keyv that serialises nothing',
  keyvHarness({ serialize: undefined, deserialize: undefined }),
);
