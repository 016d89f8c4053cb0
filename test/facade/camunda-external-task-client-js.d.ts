/** What the tests use of the client, which comes without types. */
declare module 'camunda-external-task-client-js' {
  export class Variables {
    get(name: string): unknown;
    getAll(): Readonly<Record<string, unknown>>;
    set(name: string, value: unknown): this;
    setTyped(
      name: string,
      typed: { readonly type: string; readonly value: unknown; readonly valueInfo?: object },
    ): this;
  }

  export interface Task {
    readonly id: string;
    readonly topicName: string;
    readonly businessKey: string | null;
    readonly activityId: string;
    readonly processDefinitionKey: string;
    readonly retries: number;
    readonly variables: Variables;
  }

  export interface TaskService {
    complete(task: Task, processVariables?: Variables, localVariables?: Variables): Promise<void>;
    handleFailure(task: Task, options: object): Promise<void>;
    handleBpmnError(
      task: Task,
      errorCode: string,
      errorMessage?: string,
      variables?: Variables,
    ): Promise<void>;
    lock(task: Task, durationMs: number): Promise<void>;
    extendLock(task: Task, durationMs: number): Promise<void>;
    unlock(task: Task): Promise<void>;
  }

  export interface Subscription {
    unsubscribe(): void;
  }

  export class Client {
    constructor(options: {
      readonly baseUrl: string;
      readonly workerId?: string;
      readonly maxTasks?: number;
      readonly interval?: number;
      readonly asyncResponseTimeout?: number;
      readonly autoPoll?: boolean;
      readonly interceptors?: (config: object) => object;
    });
    start(): void;
    stop(): void;
    subscribe(
      topic: string,
      options: object,
      handler: (given: { readonly task: Task; readonly taskService: TaskService }) => Promise<void> | void,
    ): Subscription;
    on(event: string, listener: (...given: readonly unknown[]) => void): this;
  }
}
