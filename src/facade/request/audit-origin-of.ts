import type { Request } from 'express';
import { changesNothing, permissionFor, type Operation } from '../../contract/operation.js';
import type { Principal } from '../../identity/principal.js';
import type { AuditOrigin, PrincipalKind } from '../../platform/audit-origin.js';
import { exchangeOf } from './exchange.js';

/**
 * Whether the audit log has an entry for what the operation changes. What workers do with jobs is many times all the rest together, and
 * stands in the journal with its actor: it is in the audit log only where that is asked for.
 */
export function isAudited(
  operation: Operation,
  query: { readonly dryRun?: unknown },
  { auditJobWork }: { readonly auditJobWork: boolean },
): boolean {
  const permission = permissionFor(operation, query);
  if (changesNothing(operation) || permission !== operation.permission) return false;
  return auditJobWork || permission !== 'job:work';
}

/** Who asks, and from where. */
export function auditOriginOf(
  req: Request,
  { id, name, isRoot }: Principal,
  operation: string,
  targets: Readonly<Record<string, string>>,
): AuditOrigin {
  const { requestId, sourceAddress } = exchangeOf(req);
  return {
    operation,
    principalId: id,
    ...(name === undefined ? {} : { principalName: name }),
    principalKind: isRoot === true ? 'administrator' : kindOf(id),
    targets,
    ...(sourceAddress === undefined ? {} : { sourceAddress }),
    requestId,
  };
}

/** Each way to be known gives ids a beginning of its own. */
function kindOf(principalId: string): PrincipalKind {
  if (principalId.startsWith('key:')) return 'api-key';
  if (principalId.startsWith('oidc:')) return 'person';
  return principalId.startsWith('channel:') ? 'channel' : 'token';
}
