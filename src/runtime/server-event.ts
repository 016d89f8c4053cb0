/** What happened to the server itself and to no process instance. It stands in the journal as process events do. */
export type ServerEvent = {
  readonly type: 'deploymentCreated';
  readonly deploymentId: string;
  readonly processDefinitions: readonly {
    readonly processDefinitionId: string;
    readonly bpmnProcessId: string;
    readonly version: number;
  }[];
  readonly decisionDefinitions: readonly {
    readonly decisionDefinitionId: string;
    readonly decisionId: string;
    readonly version: number;
  }[];
};

export type ServerEventType = ServerEvent['type'];
