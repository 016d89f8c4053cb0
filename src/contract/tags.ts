/** The groups of operations, in the order of the documentation, and what each is about. */
export const tags = {
  deployments: 'Models are put on the server.',
  'process definitions': 'The deployed versions of processes.',
  decisions: 'The deployed versions of decisions, and what they answer.',
  'process instances': 'What runs and what has run: started, looked at, changed, ended.',
  messages: 'What is told to one instance, by name and correlation key.',
  signals: 'What is told to everybody who listens.',
  conditions: 'Processes that start when something is true.',
  'user tasks': 'Work for people.',
  jobs: 'Work for programs.',
  incidents: 'Steps that cannot be taken without help.',
  batches: 'One operation for many process instances.',
  'API keys': 'Credentials of other programs and people.',
  audit: 'Who has done what.',
  events: 'What happens, as it happens.',
  webhooks: 'What happens, sent to others.',
  server: 'The server itself: probes, metrics and this contract.',
} as const;

/** The group that an operation is in. */
export type Tag = keyof typeof tags;
