/**
 * Work about one process instance is done one piece after the other; what arrives while a piece is done waits and is done
 * together then. So a crowd that talks to one instance costs one lock, one load and one save per round.
 */
export class InstanceQueues<Unit> {
  readonly #waiting = new Map<string, Unit[]>();
  readonly #unitsMax: number;
  readonly #runTogether: (units: readonly Unit[], instanceId: string) => Promise<void>;

  /** `runTogether` answers when all units are done and never rejects. */
  constructor(unitsMax: number, runTogether: (units: readonly Unit[], instanceId: string) => Promise<void>) {
    this.#unitsMax = unitsMax;
    this.#runTogether = runTogether;
  }

  async add(instanceId: string, unit: Unit): Promise<void> {
    const waiting = this.#waiting.get(instanceId);
    if (waiting !== undefined) {
      waiting.push(unit);
      return;
    }
    const queue = [unit];
    this.#waiting.set(instanceId, queue);
    while (queue.length > 0) await this.#runTogether(queue.splice(0, this.#unitsMax), instanceId);
    this.#waiting.delete(instanceId);
  }
}
