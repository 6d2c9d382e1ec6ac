export * from './activities-a';
export * from './activities-b';
