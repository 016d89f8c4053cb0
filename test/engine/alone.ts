import assert from 'node:assert/strict';
import { advance, start } from '../../src/engine/advance.js';
import type { InstanceCommand } from '../../src/engine/commands/registry.js';
import type { Variables } from '../../src/engine/json.js';
import type { ExecutableProcess } from '../../src/engine/process-model.js';
import type { ProcessInstanceState } from '../../src/engine/state.js';
import type { Model } from '../support/read-model.js';
import { START_AT, processesOf } from './process-run.js';

const envelope = { tenantId: 't', actor: 'a', at: START_AT, hops: 0 } as const;

/** An instance without the checks of `ProcessRun`, which thousands of events in one command make slow. */
export class InstanceAlone {
  private constructor(
    readonly process: ExecutableProcess,
    public state: ProcessInstanceState,
  ) {}

  static async of(model: Model, variables: Variables = {}): Promise<InstanceAlone> {
    const [process] = await processesOf(model);
    assert.ok(process);
    const command = { type: 'startProcessInstance', processInstanceId: 'pi', variables } as const;
    const started = start(process, { ...envelope, command });
    assert.ok(started.ok);
    return new InstanceAlone(process, started.state);
  }

  send(command: InstanceCommand): void {
    const advanced = advance(this.process, this.state, { ...envelope, command });
    assert.ok(advanced.ok);
    this.state = advanced.state;
  }

  /** What waits at an element, in order of activation. */
  waiting(elementId: string): readonly { readonly key: number; readonly waitKey: number }[] {
    return this.state.elementInstances.entries().flatMap(([key, instance]) => {
      const [wait] = instance.waits ?? [];
      return instance.elementId === elementId && wait ? [{ key, waitKey: wait.key }] : [];
    });
  }

  /** `element: code` of every open incident. */
  incidents(): readonly string[] {
    return this.state.elementInstances
      .values()
      .flatMap(({ elementId, incident }) => (incident ? [`${elementId}: ${incident.code}`] : []));
  }

  /** Resolves the incidents that are open now. */
  resolveIncidents(): void {
    for (const [key, { incident }] of this.state.elementInstances.entries()) {
      if (!incident) continue;
      this.send({
        type: 'resolveIncident',
        elementInstanceKey: key,
        incidentKey: incident.key,
      });
    }
  }

  variable(name: string): unknown {
    return this.state.elementInstances.get(0)?.variables?.[name];
  }
}
