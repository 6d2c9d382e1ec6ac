/** Very many Workflows that wait, where hardly one has room. */
import { expectOneExecution } from '../helpers/lookups';

test(
  '200 Workflows that wait for one key, on a Worker with 2 slots and a Workflow cache of 2: one execution',
  () => expectOneExecution(200),
  600_000,
);
