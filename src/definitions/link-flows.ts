import type { DiagnosticLog } from './diagnostic.js';
import type { FlowDraft, NodeDraft, ScopeDraft } from './draft.js';
import { describe } from './model-element.js';

/**
 * Connects each link throw event to the link catch event of its name in the same scope, as if by a sequence flow: what BPMN 2.0.2 §10.5.5
 * says a pair of links stands for. Reports links without counterpart, and sequence flow that leads around them.
 */
export function connectLinks(scope: ScopeDraft, log: DiagnosticLog): void {
  const links = scope.nodes.flatMap((node) => linkOf(node) ?? []);
  const targets = targetsByName(scope, links, log);
  const sources = links.filter(({ node }) => isSource(node));
  for (const { name, node } of sources) {
    const target = targets.get(name);
    if (target === undefined) {
      const message = `Expected a link catch event named "${name.slice(0, 60)}" in ${describe(scope.owner)} for ${describe(node.element)} but found none.`;
      log.report('invalid-link', node.element, message);
    } else connect(scope, node, target);
  }
  for (const [name, target] of targets) {
    if (sources.some((source) => source.name === name)) continue;
    const message = `Expected a link throw event named "${name.slice(0, 60)}" in ${describe(scope.owner)} for ${describe(target.element)} but found none.`;
    log.report('invalid-link', target.element, message);
  }
}

interface Link {
  readonly node: NodeDraft;
  readonly name: string;
}

function linkOf(node: NodeDraft): Link | undefined {
  const { content } = node;
  if (content === undefined || !('event' in content) || content.event.kind !== 'link') return undefined;
  return { node, name: content.event.name };
}

function isSource({ content }: NodeDraft): boolean {
  return content?.type === 'intermediateThrowEvent';
}

/** A target MUST NOT have incoming, a source no outgoing sequence flow; several sources may lead to one target (§10.5.4). */
function targetsByName(
  scope: ScopeDraft,
  links: readonly Link[],
  log: DiagnosticLog,
): ReadonlyMap<string, NodeDraft> {
  const targets = new Map<string, NodeDraft>();
  for (const { node, name } of links) {
    const [flow] = isSource(node) ? node.outgoing : node.incoming;
    if (flow !== undefined) {
      const direction = isSource(node) ? 'outgoing' : 'incoming';
      const message = `Expected ${describe(node.element)} to have no ${direction} sequence flow, which its link takes the place of, but found ${flow.id}.`;
      log.report('invalid-link', node.element, message);
    }
    if (isSource(node)) continue;
    const first = targets.get(name);
    if (first === undefined) targets.set(name, node);
    else {
      const message = `Expected one link catch event named "${name.slice(0, 60)}" in ${describe(scope.owner)} but found ${first.id} and ${node.id}.`;
      log.report('invalid-link', node.element, message);
    }
  }
  return targets;
}

/** No id in XML has a ">" in it, so the flow's is nobody else's. */
function connect(scope: ScopeDraft, source: NodeDraft, target: NodeDraft): void {
  const { element } = source;
  const flow: FlowDraft = { element, id: `${source.id}>${target.id}`, source, target, isDefault: false };
  scope.flows.push(flow);
  source.outgoing.push(flow);
  target.incoming.push(flow);
}
