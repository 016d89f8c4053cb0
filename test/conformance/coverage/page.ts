import type { Claim, Coverage } from './coverage.js';
import type { Construct } from './constructs.js';
import { constructTables } from './constructs.js';

const head = `# What is executed

Each element of BPMN 2.0.2 in each position that the standard allows, with a scenario that shows it: that it works, that it can be
interrupted or canceled, and that it survives a restart of the server while it waits. The conformance tests write this page from
what they see happen over REST (\`npm run docs:coverage\`), and fail when it says anything else.

A dash: it does not wait, so that nothing can happen to it meanwhile. What cannot be executed as it is drawn is
[refused at deployment](#refused), by a diagnostic that names element and line.
`;

/** A scenario whose model is refused, and the first diagnostic that says why. */
export interface Refusal {
  readonly scenario: string;
  readonly code: string;
  readonly message: string;
}

function link(scenario: string, fileOf: (scenario: string) => string): string {
  return `[${cellText(scenario)}](../test/conformance/scenarios/${fileOf(scenario)})`;
}

function cellText(text: string): string {
  return text.replaceAll('|', '\\|').replaceAll('<', '&lt;').replaceAll('\n', ' ');
}

function refusedTable(refusals: readonly Refusal[], fileOf: (scenario: string) => string): string {
  const rows = refusals.map(
    ({ scenario, code, message }) => `| ${link(scenario, fileOf)} | \`${code}\` | ${cellText(message)} |`,
  );
  return [
    '## Refused',
    '',
    '| what is drawn | code | what the diagnostic says |',
    '|---|---|---|',
    ...rows,
    '',
  ].join('\n');
}

/** The page as Markdown. `fileOf` answers the file of a scenario below `test/conformance/scenarios/`. */
export function coveragePage(
  coverage: Coverage,
  refusals: readonly Refusal[],
  fileOf: (scenario: string) => string,
): string {
  const cell = (construct: Construct, claim: Claim): string => {
    if (construct.refusedBy !== undefined) {
      return claim === 'works' ? `refused: ${link(construct.refusedBy, fileOf)}` : '–';
    }
    if (claim !== 'works' && !construct.waits) return '–';
    const names = coverage.scenariosOf(construct, claim);
    const [first] = names;
    if (first === undefined) return '**not shown**';
    return link(first, fileOf);
  };
  const tables = constructTables.map(({ title, constructs }) => {
    const rows = constructs.map((construct) =>
      [
        construct.element,
        construct.position,
        cell(construct, 'works'),
        cell(construct, 'interrupted'),
        cell(construct, 'restarted'),
      ].join(' | '),
    );
    return [
      `## ${title}`,
      '',
      '| element | position | works | interrupted or canceled | survives a restart |',
      '|---|---|---|---|---|',
      ...rows.map((row) => `| ${row} |`),
      '',
    ].join('\n');
  });
  return [head, ...tables, refusedTable(refusals, fileOf)].join('\n');
}

/** Claims of constructs that no scenario shows, as `element · position: claim`. */
export function notShown(coverage: Coverage, refusals: readonly Refusal[]): readonly string[] {
  return constructTables.flatMap(({ constructs }) =>
    constructs.flatMap((construct) => {
      if (construct.refusedBy !== undefined) {
        const isRefused = refusals.some(({ scenario }) => scenario === construct.refusedBy);
        return isRefused ? [] : [`${construct.key}: refused`];
      }
      const claims: readonly Claim[] = construct.waits ? ['works', 'interrupted', 'restarted'] : ['works'];
      return claims
        .filter((claim) => coverage.scenariosOf(construct, claim).length === 0)
        .map((claim) => `${construct.key}: ${claim}`);
    }),
  );
}
