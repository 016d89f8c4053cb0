import type { Client } from '../../client/create-client.js';
import { DefinitionCache, type DefinitionSource } from '../../runtime/definition-cache.js';
import type { Script } from '../../runtime/runtime.js';
import { scriptOf } from '../../runtime/script-of.js';
import { fromServer } from './from-server.js';

/** Reads the JavaScript of script tasks out of the models of a server, each model once. */
export function createRemoteScripts(
  client: Pick<Client, 'getProcessDefinition' | 'getProcessDefinitionXml'>,
): (processDefinitionId: string, elementId: string) => Promise<Script | undefined> {
  const definitions = new DefinitionCache();
  const source: DefinitionSource = {
    async find(_tenantId, id) {
      const params = { processDefinitionId: id };
      const { bpmnProcessId } = await fromServer(client.getProcessDefinition({ params }));
      return { bpmnProcessId, resourceId: id };
    },
    async loadResource(_tenantId, id) {
      const params = { processDefinitionId: id };
      return { name: id, content: await fromServer(client.getProcessDefinitionXml({ params })) };
    },
  };
  return (processDefinitionId, elementId) =>
    scriptOf(definitions, source, '', { processDefinitionId, elementId });
}
