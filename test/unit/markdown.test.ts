/** Links and names in the Markdown that Temporal's UI shows. */
import fc from 'fast-check';
import { linkTo, linkToCaller, plain } from '../../src/wire/markdown';

const RUN = '0198c5a7-6f3e-7c1a-9a3e-0123456789ab';

test('a link leads to the run, relative to the UI, whatever the names have in them', () => {
  expect(linkTo('ml', { workflowId: 'exp/1 (a)', runId: RUN })).toBe(
    `[exp/1 \\(a\\)](/namespaces/ml/workflows/exp%2F1%20%28a%29/${RUN}/history)`,
  );
  expect(linkTo('ml', { workflowId: 'exp' })).toBe('[exp](/namespaces/ml/workflows/exp)');
  fc.assert(
    fc.property(fc.string({ unit: 'binary' }), fc.string({ unit: 'binary', minLength: 1 }), (name, id) => {
      const [, url] = /\]\((.*)\)$/s.exec(linkTo(name, { workflowId: id, runId: RUN }))!;
      expect(url).toMatch(/^[\w/%.-]*$/);
    }),
  );
});

test('half a character in a name is no reason to fail', () => {
  expect(linkTo('ml', { workflowId: 'a\ud800' })).toBe('[a ](/namespaces/ml/workflows/a%EF%BF%BD)');
});

test.each([
  [`exp/1/${RUN}/7`, `[exp/1](/namespaces/ml/workflows/exp%2F1/${RUN}/history) (7)`],
  [`exp/${RUN}`, `[exp](/namespaces/ml/workflows/exp/${RUN}/history)`],
  [`${RUN}/7`, `${RUN}/7`], // a standalone Activity
  ['another call', 'another call'],
])('the caller %s', (id, link) => {
  expect(linkToCaller('ml', id)).toBe(link);
});

test('a name is on one line, at most 100 characters, and none of them is markup', () => {
  fc.assert(
    fc.property(fc.string({ unit: 'binary', maxLength: 300 }), (name) => {
      const bare = plain(name).replace(/\\[!-/:-@[-`{-~]/g, 'x');
      expect(bare).not.toMatch(/[\\`*_[\]<>|#~!&{}()\n\r]/);
      expect([...bare].length).toBeLessThanOrEqual(100);
    }),
  );
});
