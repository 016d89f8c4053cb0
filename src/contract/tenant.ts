import { z } from 'zod';

/** Names the tenant that a request is about; for those who may act in more than one. As Node writes names of header fields. */
export const tenantHeader = 'throughline-tenant';

const pattern = /^[A-Za-z0-9][A-Za-z0-9._-]{0,63}$/;

/** Whether a text can be the name of a tenant. */
export function isTenantId(text: string): boolean {
  return pattern.test(text);
}

/** The name of a tenant. */
export const tenantId = z
  .string()
  .regex(pattern, { error: 'Expected letters, digits, ".", "_" and "-", at most 64.' });
