import { durationText } from './numbers.js';
import { plainText } from './plain-text.js';
import type { ElementNode, InstanceNode } from './read-tree.js';
import { stateStyle, type Style } from './style.js';
import type { Wait } from './waits.js';

/** A line with what hangs below it. */
interface Branch {
  readonly line: string;
  readonly branches: readonly Branch[];
}

/** An instance as a tree of lines. */
export function drawTree(node: InstanceNode, style: Style, now: number): string {
  const parent = node.parentProcessInstanceId;
  const caller = parent === undefined ? '' : `${style.dim(`called by ${parent}`)}\n`;
  const { line, branches } = instanceBranch(node, style, now);
  return `${caller}${line}\n${draw(branches, '')}`;
}

function draw(branches: readonly Branch[], indent: string): string {
  return branches
    .map(({ line, branches: below }, index) => {
      const isLast = index === branches.length - 1;
      return `${indent}${isLast ? '└─ ' : '├─ '}${line}\n${draw(below, `${indent}${isLast ? '   ' : '│  '}`)}`;
    })
    .join('');
}

function instanceBranch(node: InstanceNode, style: Style, now: number): Branch {
  const { bpmnProcessId, version, businessKey, processInstanceId, errorCode } = node;
  const state = node.hasIncident ? 'incident' : node.suspended ? 'suspended' : node.state;
  const line = [
    style.bold(plainText(`${bpmnProcessId} v${version}`)),
    ...(businessKey === undefined ? [] : [plainText(businessKey)]),
    stateStyle(style, state)(state),
    ...(errorCode === undefined ? [] : [style.red(plainText(errorCode))]),
    style.dim(ageText(node, now)),
    style.dim(processInstanceId),
  ].join('  ');
  return {
    line,
    branches: [
      ...node.waits.map((wait) => ({ line: waitText(wait, undefined, style, now), branches: [] })),
      ...node.elements.map((element) => elementBranch(element, style, now)),
      ...node.omitted.map((what) => ({ line: style.yellow(plainText(`not shown: ${what}`)), branches: [] })),
    ],
  };
}

function elementBranch(node: ElementNode, style: Style, now: number): Branch {
  const { elementId, elementName, elementType, iteration, incident, state } = node;
  const name = elementName === undefined ? elementId : `${elementName} (${elementId})`;
  const painted = incident === undefined ? stateStyle(style, state) : style.red;
  const line = [
    `${iteration === undefined ? '' : `[${iteration}] `}${painted(plainText(name))}`,
    ...(state === 'active' ? [elementType] : [elementType, painted(state)]),
    style.dim(ageText(node, now)),
    style.dim(node.elementInstanceId),
  ].join('  ');
  const trouble =
    incident === undefined
      ? []
      : [style.red(plainText(`✗ ${incident.code}: ${incident.message}  ${incident.incidentId}`))];
  const waits = node.waits.map((wait) => waitText(wait, elementId, style, now));
  return {
    line,
    branches: [
      ...[...trouble, ...waits].map((text) => ({ line: text, branches: [] })),
      ...node.called.map((called) => instanceBranch(called, style, now)),
      ...node.children.map((child) => elementBranch(child, style, now)),
    ],
  };
}

/** What is waited for, and, where the event is not the element itself, at which event. */
export function waitText(wait: Wait, elementId: string | undefined, style: Style, now: number): string {
  const event = 'elementId' in wait && wait.elementId !== elementId ? `  at ${wait.elementId}` : '';
  return style.cyan(plainText(`${kindText(wait, now)}${event}`));
}

function kindText(wait: Wait, now: number): string {
  switch (wait.kind) {
    case 'userTask': {
      const whom = wait.candidates.length === 0 ? 'anybody' : wait.candidates.join(', ');
      const who = wait.assignee === undefined ? `for ${whom}` : `${wait.assignee} has it`;
      return `task ${wait.userTaskId}  ${who}${wait.dueAt === undefined ? '' : `, due ${wait.dueAt}`}`;
    }
    case 'job': {
      const worker =
        wait.worker === undefined || wait.state !== 'activated' ? '' : `, ${wait.worker} is at it`;
      const error = wait.errorMessage === undefined ? '' : `, failed: ${wait.errorMessage}`;
      const tries = `${wait.retries} ${wait.retries === 1 ? 'try' : 'tries'} left`;
      return `job ${wait.jobId}  ${wait.type}, ${tries}${worker}${error}`;
    }
    case 'timer': {
      const leftMs = Date.parse(wait.dueAt) - now;
      const left = leftMs > 0 ? `in ${durationText(leftMs)}` : 'due';
      return `timer ${wait.timerId}  ${left}, ${wait.dueAt}`;
    }
    case 'message':
      return `message ${wait.name}${wait.correlationKey === undefined ? '' : ` for ${wait.correlationKey}`}`;
    case 'signal':
      return `signal ${wait.name}`;
    case 'condition':
      return 'condition';
  }
}

function ageText(
  { startedAt, endedAt }: { readonly startedAt: string; readonly endedAt?: string },
  now: number,
): string {
  return durationText((endedAt === undefined ? now : Date.parse(endedAt)) - Date.parse(startedAt));
}
