/** What a request needs to be understood, besides the ids in its path. `$name` stands for an id of the owner. */
export const understoodBodies: Readonly<Record<string, unknown>> = {
  modifyProcessInstance: { activate: [{ elementId: 'task' }] },
  migrateProcessInstance: { targetProcessDefinitionId: '$processDefinitionId' },
  setVariables: { variables: { x: 1 } },
  activateElements: { elementIds: ['chosen'] },
  throwUserTaskError: { errorCode: 'x' },
  throwUserTaskEscalation: { escalationCode: 'x' },
  updateUserTask: { priority: 1 },
  failJob: { errorMessage: 'x' },
  throwJobError: { errorCode: 'x' },
  throwJobEscalation: { escalationCode: 'x' },
  extendJob: { timeoutMs: 1_000 },
  updateJob: { retries: 1 },
};
