/** What breaks those who call the interface, by the name of the rule. docs/api-policy.md has the same table. */
export const breakingRules = {
  'operation-removed': 'An operation is gone whose sunset has not come.',
  'operation-renamed': 'An operation has another `operationId`: clients have methods of that name.',
  'permission-changed': 'An operation asks for another permission, or for one at all: callers lose it.',
  'request-media-type-removed': 'A media type of a body is not read any more.',
  'request-body-required': 'A body has become required.',
  'request-field-removed': 'A field or parameter is not known any more: what is unknown is refused.',
  'request-field-required': 'A field or parameter has become required.',
  'request-type-narrowed': 'A value is refused whose type was taken.',
  'request-value-removed': 'A value of a list is refused that was taken.',
  'request-bound-tightened': 'A value is refused that was within the bounds.',
  'answer-status-removed': 'An operation no longer answers a status of success.',
  'answer-status-added': 'An operation answers a status of success that it did not answer.',
  'answer-media-type-changed': 'An answer is of another media type.',
  'answer-field-removed': 'A field of an answer is gone whose sunset has not come.',
  'answer-field-optional': 'A field of an answer that was always there may be absent.',
  'answer-type-widened': 'A field of an answer may be of a type that it was not.',
  'answer-value-added':
    'A field of an answer has a value beside those of its list, which is not an open one.',
} as const;

export type BreakingRule = keyof typeof breakingRules;

/** One change that breaks those who call the interface. */
export interface BreakingChange {
  readonly rule: BreakingRule;
  /** Such as `POST /v1/jobs/activate request /maxJobs`. */
  readonly place: string;
  readonly detail: string;
}
