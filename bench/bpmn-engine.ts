export async function bpmnEngineRate(_xml: string): Promise<number> {
  return Promise.resolve(1);
}
