export { start as default } from './temporal-server.mjs';
