import type { Client } from '../../client/create-client.js';
import { ProblemError } from '../../client/errors.js';
import type { StreamedEvent } from '../../client/follow-events.js';
import type { JsonObject } from '../../contract/json-value.js';
import { drawTree, waitText } from '../draw-tree.js';
import { problemText } from '../failure.js';
import { deploymentRows, diagnosticLine, type Deployed, type Model, readModels } from '../models.js';
import { jsonText, plainText } from '../plain-text.js';
import { readTree } from '../read-tree.js';
import { stateStyle, type Style } from '../style.js';
import { act } from './act.js';
import { hintFor, openWaits } from './open-waits.js';
import { stepText } from './step-text.js';
import { readTypedLine, typedVerbs } from './typed-line.js';

export interface DevSessionOptions {
  readonly client: Client;
  readonly files: readonly string[];
  /** The process to start; default the first of the first file. */
  readonly process?: string;
  readonly businessKey?: string;
  readonly variables?: JsonObject;
  /** Nobody else uses the server: all that happens there is ours. */
  readonly isAlone: boolean;
  /** Whether somebody can type. */
  readonly hints: boolean;
  readonly style: Style;
  readonly say: (line: string) => void;
  readonly now: () => number;
}

/** One developer's models and instances: what is told about them, and done with them. Its methods are called one after the other. */
export class DevSession {
  private content: string | undefined;
  private definitions: string | undefined;
  private bpmnProcessId: string | undefined;
  private current: string | undefined;
  /** Instances that are told about, with how deep they are called. */
  private readonly depths = new Map<string, number>();
  private readonly toldWaits = new Set<string>();

  constructor(private readonly options: DevSessionOptions) {}

  /** Deploys what the files hold now, if that is new, and starts an instance of it. */
  async saved(): Promise<void> {
    const { say, files } = this.options;
    const models = await readModels(files);
    const content = models.map(({ content: text }) => text).join('\u0000');
    // An editor that is at it leaves a file empty for a moment.
    if (content === this.content || models.some(({ content: text }) => text.trim() === '')) return;
    this.content = content;
    const deployed = await this.deploy(models);
    if (deployed === undefined) return;
    const rows = deploymentRows(deployed);
    const definitions = rows.map((row) => row.join(' ')).join('\n');
    const isNew = definitions !== this.definitions;
    this.definitions = definitions;
    for (const [kind, id, version] of rows) {
      say(`${isNew ? 'deployed' : 'unchanged'}: ${plainText(`${kind} ${id} v${version}`)}`);
    }
    this.bpmnProcessId = this.options.process ?? deployed.processDefinitions[0]?.bpmnProcessId;
    if (isNew) await this.restart();
  }

  private async deploy(models: readonly Model[]): Promise<Deployed | undefined> {
    const { client, say, style } = this.options;
    const tell = (diagnostics: Deployed['diagnostics']): void => {
      for (const one of diagnostics) say(severityStyle(style, one.severity)(diagnosticLine(one, models)));
    };
    try {
      const resources = models.map(({ name, content }) => ({ name, content }));
      const deployed = await client.deploy({ body: { resources } });
      tell(deployed.diagnostics.filter(({ severity }) => severity !== 'info'));
      return deployed;
    } catch (error) {
      if (!(error instanceof ProblemError)) throw error;
      if (error.diagnostics.length === 0) say(style.red(problemText(error)));
      tell(error.diagnostics);
      say(style.red('not deployed: waiting for the next save'));
      return undefined;
    }
  }

  /** Cancels the instance, and starts another. */
  private async restart(): Promise<void> {
    const { client, businessKey, variables, say, style } = this.options;
    const { bpmnProcessId } = this;
    if (this.current !== undefined) await this.cancel(this.current);
    this.current = undefined;
    if (bpmnProcessId === undefined) return;
    try {
      const started = await client.startProcessInstance({
        body: {
          bpmnProcessId,
          ...(businessKey === undefined ? {} : { businessKey }),
          ...(variables === undefined ? {} : { variables }),
        },
      });
      this.follow(started.processInstanceId);
      say(style.bold(`started: ${started.processInstanceId}`));
    } catch (error) {
      if (!(error instanceof ProblemError)) throw error;
      say(style.yellow(`not started: ${problemText(error)}`));
    }
  }

  private async cancel(processInstanceId: string): Promise<void> {
    try {
      await this.options.client.cancelProcessInstance({ params: { processInstanceId } });
    } catch (error) {
      // It may have ended before, or in this moment.
      const isOver = error instanceof ProblemError && ['invalid-state', 'not-found'].includes(error.code);
      if (!isOver) throw error;
    }
  }

  private follow(processInstanceId: string): void {
    this.current = processInstanceId;
    this.depths.set(processInstanceId, 0);
  }

  /** Tells what has happened, if it is about an instance of ours. Answers whether it was. */
  async happened(event: StreamedEvent): Promise<boolean> {
    const { processinstanceid: id } = event;
    if (id === undefined) return false;
    const { style, say, client, isAlone } = this.options;
    if (event.type === 'io.throughline.process-instance.started') {
      const { parentProcessInstanceId: parent } = event.data;
      const depth = typeof parent === 'string' ? this.depths.get(parent) : undefined;
      if (depth !== undefined) this.depths.set(id, depth + 1);
      else if (isAlone && !this.depths.has(id)) this.follow(id);
    }
    const depth = this.depths.get(id);
    if (depth === undefined) return false;
    const line = stepText(event, style, '  '.repeat(depth));
    if (line !== undefined) say(line);
    if (depth === 0 && /process-instance\.(completed|terminated)$/.test(event.type)) {
      const { variables } = await client.getVariables({ params: { processInstanceId: id } });
      say(`              ${jsonText(variables, 0)}`);
    }
    return true;
  }

  /** Tells what the instance has come to wait for, and its incidents, each once. */
  async rested(): Promise<void> {
    const { client, style, say, hints, now } = this.options;
    if (this.current === undefined) return;
    const tree = await readTree(client, this.current);
    if (tree.state !== 'active') return;
    for (const open of openWaits(tree)) {
      if (this.toldWaits.has(open.identity)) continue;
      this.toldWaits.add(open.identity);
      const hint = hints ? hintFor(open) : undefined;
      const typed = hint === undefined ? '' : style.dim(plainText(`    ${hint}`));
      say(
        `              … ${plainText(open.elementName ?? open.elementId)}: ${waitText(open.wait, open.elementId, style, now())}${typed}`,
      );
    }
    if (!tree.hasIncident) return;
    const filter = { processInstanceId: this.current, resolvedAt: { $exists: false } };
    const { items } = await client.searchIncidents({ body: { filter } });
    for (const { incidentId, code, message, elementId } of items) {
      if (this.toldWaits.has(incidentId)) continue;
      this.toldWaits.add(incidentId);
      say(style.red(plainText(`              ✗ ${elementId}: ${code}: ${message}`)));
    }
  }

  /** Does what was typed. Answers whether to go on. */
  async typed(line: string): Promise<boolean> {
    const { client, style, say, now } = this.options;
    const read = readTypedLine(line);
    if (read === undefined) return true;
    switch (read.verb) {
      case 'quit':
        return false;
      case 'help':
        for (const text of Object.values(typedVerbs)) say(text);
        return true;
      case 'restart':
        await this.restart();
        return true;
      case 'show': {
        if (this.current === undefined) say('nothing is started');
        else say(drawTree(await readTree(client, this.current), style, now()).trimEnd());
        return true;
      }
      default: {
        const { said, started } = await act(client, this.current, read.verb, read);
        for (const id of started) this.follow(id);
        if (said !== '') say(stateStyle(style, said)(said));
        return true;
      }
    }
  }

  /** The instance that is followed, for who is to be told that it is left. */
  get instance(): string | undefined {
    return this.current;
  }
}

function severityStyle(style: Style, severity: string): (text: string) => string {
  if (severity === 'error') return style.red;
  return severity === 'warning' ? style.yellow : style.dim;
}
