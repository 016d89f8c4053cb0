/** What happened to the server itself and to no process instance. It stands in the journal as process events do. */
export type ServerEvent = DeploymentCreated | WebhookDisabled;

interface DeploymentCreated {
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
}

/** Nothing is delivered to it any more: not by request, but because its receiver takes nothing. */
interface WebhookDisabled {
  readonly type: 'webhookDisabled';
  readonly webhookId: string;
  readonly because: 'failing' | 'gone';
}

export type ServerEventType = ServerEvent['type'];
