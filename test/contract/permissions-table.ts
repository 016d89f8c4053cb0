import { operations } from '../../src/contract/operations.js';
import { everyPermission, type Permission, permissions } from '../../src/contract/permissions.js';
import { everyRole, roleNamed } from '../../src/contract/roles.js';

/** The roles, the operations by role, and the permissions by meaning, in Markdown as the formatter writes it. */
export function permissionsTable(): string {
  const who = everyRole.map((role) => {
    const { summary, onlyByGrant } = roleNamed[role];
    return [`\`${role}\``, summary, onlyByGrant.map((kind) => `\`${kind}\``).join(', ')];
  });
  const byRole = operations.flatMap(({ operationId, permission, dryRunPermission }) => [
    operationRow(`\`${operationId}\``, permission),
    ...(dryRunPermission === undefined
      ? []
      : [operationRow(`\`${operationId}\` with \`dryRun=true\``, dryRunPermission)]),
  ]);
  const meanings = everyPermission.map((name) => [`\`${name}\``, permissions[name]]);
  return [
    table(['role', 'who', 'nothing without a grant of'], who),
    table(['operation', 'permission', ...everyRole], byRole),
    table(['permission', 'allows to'], meanings),
  ].join('\n');
}

function operationRow(operation: string, permission: Permission): readonly string[] {
  if (permission === 'public') return [operation, 'none needed', ...everyRole.map(() => '✓')];
  if (permission === 'authenticated') return [operation, 'any credentials', ...everyRole.map(() => '✓')];
  const marks = everyRole.map((role) => (roleNamed[role].permissions.includes(permission) ? '✓' : ''));
  return [operation, `\`${permission}\``, ...marks];
}

function table(head: readonly string[], rows: readonly (readonly string[])[]): string {
  const widths = head.map((_, column) =>
    Math.max(3, ...[head, ...rows].map((row) => row[column]?.length ?? 0)),
  );
  const line = (cells: readonly string[]): string =>
    `| ${widths.map((width, column) => (cells[column] ?? '').padEnd(width)).join(' | ')} |\n`;
  return [line(head), line(widths.map((width) => '-'.repeat(width))), ...rows.map(line)].join('');
}
