/** The bounds of webhooks. Those of a request are in the contract. */
export const webhookLimits = {
  /** Webhooks of a tenant. */
  perTenant: 100,
  /** Deliveries of one webhook that wait, when somebody asks for another redelivery. */
  redeliveries: 1_000,
} as const;
