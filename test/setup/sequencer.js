const Sequencer = require('@jest/test-sequencer').default;

const PURE = ['unit', 'activity'];
const isPure = ({ context }) => PURE.includes(context.config.displayName?.name);

/** The longest one, which would otherwise run on alone at the end. */
const isLong = ({ path }) => /fuzz/.test(path);

/** Tests that only compute come first: beside those that start servers and processes they take many times as long. */
module.exports = class PureTestsFirst extends Sequencer {
  async sort(tests) {
    const sorted = await super.sort(tests);
    const others = sorted.filter((test) => !isPure(test));
    return [...sorted.filter(isPure), ...others.filter(isLong), ...others.filter((test) => !isLong(test))];
  }
};
