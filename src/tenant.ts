/** The tenant of everything, as long as there is one. */
export const tenantId = 'default';
