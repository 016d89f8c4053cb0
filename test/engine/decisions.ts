import type { DecisionLookup, ExecutableDecision } from '../../src/engine/decision.js';

/** Gives `n + 1` by its rule 1, as a table of one output; has no result while `broken` is true. */
const successor: ExecutableDecision = {
  decisionId: 'successor',
  table: { outputs: ['next'], isList: false },
  evaluate: (context) => {
    if (context.get('broken') === true) throw new Error('Expected broken not to be true but it is.');
    const n = context.get('n');
    const result = typeof n === 'number' ? n + 1 : null;
    const matchedRules = [{ ruleId: 'r1', ruleIndex: 1, outputs: { next: result } }];
    return {
      result,
      evaluatedDecisions: [{ decisionId: 'successor', decisionType: 'decisionTable', result, matchedRules }],
    };
  },
};

/** A shell that knows one decision, whatever its version. */
export const knownDecisions: DecisionLookup = ({ decisionId }) =>
  decisionId === 'successor'
    ? { decisionDefinitionId: 'definition-of-successor', decisionId, version: 3, decision: successor }
    : { missing: `Expected decision "${decisionId}" to be deployed but it is not.` };
