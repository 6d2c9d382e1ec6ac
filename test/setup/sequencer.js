const Sequencer = require('@jest/test-sequencer').default;

const PURE = ['unit', 'activity'];
const isPure = ({ context }) => PURE.includes(context.config.displayName?.name);

/** Tests that only compute come first: beside those that start servers and processes they take many times as long. */
module.exports = class PureTestsFirst extends Sequencer {
  async sort(tests) {
    const sorted = await super.sort(tests);
    return [...sorted.filter(isPure), ...sorted.filter((test) => !isPure(test))];
  }
};
