const Sequencer = require('@jest/test-sequencer').default;

const PURE = ['unit', 'activity'];
const isPure = ({ context }) => PURE.includes(context.config.displayName?.name);

/** Each would run on alone at the end. Most of them wait more than they compute. */
const LONG =
  /fuzz|(soak\/(keyv-slow|workflow-code-forms|reachable-code|ends|serialize-processes|demo|samples|serialize-calls)|integration\/(serialize|docs|temporal-ui|opentelemetry|cli)|programs\/activity-cache)\.test/;
const isLong = ({ path }) => LONG.test(path);

/** Tests that only compute come first: beside those that start servers and processes they take many times as long. */
module.exports = class PureTestsFirst extends Sequencer {
  async sort(tests) {
    const sorted = await super.sort(tests);
    const others = sorted.filter((test) => !isPure(test));
    return [...sorted.filter(isPure), ...others.filter(isLong), ...others.filter((test) => !isLong(test))];
  }
};
