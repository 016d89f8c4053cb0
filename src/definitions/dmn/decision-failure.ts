/** The data does not fit the model: why a decision has no result. Its message is for whoever asked for the decision. */
export class DecisionFailure extends Error {
  override readonly name = 'DecisionFailure';
}
