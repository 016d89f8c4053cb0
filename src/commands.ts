import type { CommandRow } from './cli/run.js';

/** What `throughline` knows to do, in the order of `throughline --help`. The first is done when none is named. */
export const commands: readonly [CommandRow, ...CommandRow[]] = [
  { name: 'serve', load: async () => (await import('./serve-command.js')).serveCommand },
  { name: 'worker', load: async () => (await import('./worker-command.js')).workerCommand },
  { name: 'migrate', load: async () => (await import('./migrate-command.js')).migrateCommand },
  { name: 'dev', load: async () => (await import('./dev-command.js')).devCommand },
  { name: 'deploy', load: async () => (await import('./cli/deploy.js')).deployCommand },
  { name: 'start', load: async () => (await import('./cli/start.js')).startCommand },
  { name: 'list', load: async () => (await import('./cli/list.js')).listCommand },
  { name: 'show', load: async () => (await import('./cli/show.js')).showCommand },
  { name: 'message', load: async () => (await import('./cli/message.js')).messageCommand },
  { name: 'signal', load: async () => (await import('./cli/signal.js')).signalCommand },
  { name: 'tasks', load: async () => (await import('./cli/tasks.js')).tasksCommand },
  { name: 'complete', load: async () => (await import('./cli/complete.js')).completeCommand },
  { name: 'incidents', load: async () => (await import('./cli/incidents.js')).incidentsCommand },
  { name: 'retry', load: async () => (await import('./cli/retry.js')).retryCommand },
  { name: 'cancel', load: async () => (await import('./cli/cancel.js')).cancelCommand },
  { name: 'modify', load: async () => (await import('./cli/modify.js')).modifyCommand },
  {
    name: 'migrate-instances',
    load: async () => (await import('./cli/migrate-instances.js')).migrateInstancesCommand,
  },
  { name: 'keys', load: async () => (await import('./cli/keys.js')).keysCommand },
  { name: 'backup', load: async () => (await import('./backup-command.js')).backupCommand },
  { name: 'restore', load: async () => (await import('./restore-command.js')).restoreCommand },
  {
    name: 'completion',
    load: async () => (await import('./cli/completion.js')).completionCommand(commands),
  },
];
