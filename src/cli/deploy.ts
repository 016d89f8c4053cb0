import { ProblemError } from '../client/errors.js';
import { command } from './command.js';
import { exitCodes } from './exit-codes.js';
import { type Deployed, deploymentRows, diagnosticLine, readModels } from './models.js';
import { outputOptions, printerOf } from './print.js';
import { clientOf, credentialsHelp, serverOptions } from './server.js';
import { table } from './table.js';

/** Deploys models, or only says whether they could be. */
export const deployCommand = command({
  summary: 'deploy BPMN and DMN files, or only check them',
  usage: ['deploy FILE… [--dry-run]'],
  about: `Deploys the models of all files together, or none of them. What has not changed keeps its version.
What is wrong with a model is told on standard error, one per line: FILE:LINE: SEVERITY CODE MESSAGE (ELEMENT).
${credentialsHelp}`,
  options: {
    'dry-run': { type: 'boolean', about: 'only check; deploys nothing' },
    ...serverOptions,
    ...outputOptions,
  },
  words: { min: 1, max: 100, expected: 'one FILE or more', areFiles: true },
  examples: ['throughline deploy order.bpmn discount.dmn', 'throughline deploy --dry-run models/*.bpmn'],
  async run({ values, words: files }, terminal) {
    const client = clientOf(values, terminal.env);
    const printer = printerOf(values, terminal);
    const dryRun = values['dry-run'] ?? false;
    const models = await readModels(files);
    const told = (diagnostics: Deployed['diagnostics']): void => {
      for (const diagnostic of diagnostics) terminal.errors.write(`${diagnosticLine(diagnostic, models)}\n`);
    };
    try {
      const resources = models.map(({ name, content }) => ({ name, content }));
      const deployed = await client.deploy({ query: { dryRun }, body: { resources } });
      told(deployed.diagnostics);
      printer.result(deployed, () =>
        table(['KIND', 'ID', 'VERSION', 'NAME', 'DEFINITION'], deploymentRows(deployed)),
      );
      if (dryRun) printer.note('can be deployed; nothing was');
      return exitCodes.done;
    } catch (error) {
      if (!(error instanceof ProblemError) || error.diagnostics.length === 0) throw error;
      told(error.diagnostics);
      return exitCodes.failed;
    }
  },
});
