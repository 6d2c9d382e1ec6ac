/** As over a network: what is asked at once ends in any order. */
import { cacheStoreContract } from 'temporal-activity-cache/testing';
import { keyvHarness } from '../helpers/keyv-harness';
import { MapAdapter, slowly } from '../helpers/map-adapter';

cacheStoreContract(
  'KeyvStore over a slow adapter',
  keyvHarness({}, (place) => slowly(new MapAdapter(place))),
);
cacheStoreContract('KeyvStore over a slow adapter without iterator and getMany', {
  ...keyvHarness({}, (place) => slowly(new MapAdapter(place), ['iterator', 'getMany'])),
  lists: false,
  sections: ['entries', 'tickets', 'invalidation', 'listing', 'notes', 'time', 'closing'],
});
