export { stop as default } from './temporal-server.mjs';
