export { activityCacheReservationV1 } from './reservation';
