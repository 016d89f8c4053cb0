import { processInstanceStates } from '../contract/process-instances.js';
import type { AnswerOf } from '../client/operation-types.js';
import { command, UsageError } from './command.js';
import { pageOptions, readPages } from './pages.js';
import { printList } from './print-list.js';
import { outputOptions, printerOf } from './print.js';
import { clientOf, credentialsHelp, serverOptions } from './server.js';
import { entryOf } from './variables.js';

/** Lists process instances, process definitions or jobs. */
export const listCommand = command({
  summary: 'list process instances, definitions or jobs',
  usage: [
    'list [instances] [--state STATE] [--process PROCESS] [--key KEY] [--incident] [--var NAME=VALUE]…',
    'list definitions [--process PROCESS]',
    'list jobs [--process PROCESS] [--instance ID] [--type TYPE]',
  ],
  about: `The newest first.
${credentialsHelp}`,
  options: {
    process: { type: 'string', value: 'PROCESS', about: 'of the process with that id' },
    state: { type: 'string', values: processInstanceStates, about: 'instances in that state' },
    key: { type: 'string', value: 'BUSINESS_KEY', about: 'instances with that business key' },
    incident: { type: 'boolean', about: 'instances that have an incident' },
    suspended: { type: 'boolean', about: 'instances that are suspended' },
    definition: { type: 'string', value: 'ID', about: 'instances and jobs of that process definition' },
    var: {
      type: 'string',
      multiple: true,
      value: 'NAME=VALUE',
      about: 'instances with that value of a variable',
    },
    instance: { type: 'string', value: 'ID', about: 'jobs of that process instance' },
    type: { type: 'string', value: 'TYPE', about: 'jobs of that type' },
    ...pageOptions,
    ...serverOptions,
    ...outputOptions,
  },
  words: {
    min: 0,
    max: 1,
    expected: 'instances, definitions or jobs',
    first: ['instances', 'definitions', 'jobs'],
  },
  examples: [
    'throughline list --state active --process order',
    'throughline list --incident --all --json',
    'throughline list definitions --process order',
  ],
  async run({ values, words: [what = 'instances'] }, terminal) {
    const {
      process: bpmnProcessId,
      definition: processDefinitionId,
      state,
      key,
      incident,
      suspended,
    } = values;
    const client = clientOf(values, terminal.env);
    const printer = printerOf(values, terminal);
    refuseOthers(what, values);
    const common = {
      ...(bpmnProcessId === undefined ? {} : { bpmnProcessId }),
      ...(processDefinitionId === undefined ? {} : { processDefinitionId }),
    };
    if (what === 'definitions') {
      const sort = [{ field: 'deployedAt', order: 'desc' as const }];
      const found = await readPages(
        (page) => client.searchProcessDefinitions({ body: { filter: common, sort, page } }),
        values,
      );
      return printList(printer, found, definitionColumns, 'no process definitions');
    }
    if (what === 'jobs') {
      const { instance: processInstanceId, type } = values;
      const filter = {
        ...common,
        ...(processInstanceId === undefined ? {} : { processInstanceId }),
        ...(type === undefined ? {} : { type }),
      };
      const sort = [{ field: 'createdAt', order: 'desc' as const }];
      const found = await readPages((page) => client.searchJobs({ body: { filter, sort, page } }), values);
      return printList(printer, found, jobColumns, 'no jobs');
    }
    const variables = values.var?.map(entryOf).map(([name, value]) => ({ name, value }));
    const filter = {
      ...common,
      ...(state === undefined ? {} : { state }),
      ...(key === undefined ? {} : { businessKey: key }),
      ...(incident === undefined ? {} : { hasIncident: incident }),
      ...(suspended === undefined ? {} : { suspended }),
      ...(variables === undefined ? {} : { variables }),
    };
    const sort = [{ field: 'startedAt', order: 'desc' as const }];
    const found = await readPages(
      (page) => client.searchProcessInstances({ body: { filter, sort, page } }),
      values,
    );
    return printList(printer, found, instanceColumns, 'no process instances');
  },
});

/** A filter that would be of no effect is a mistake. */
function refuseOthers(what: string, values: Readonly<Record<string, unknown>>): void {
  const ofInstances = ['state', 'key', 'incident', 'suspended', 'var'];
  const ofJobs = ['instance', 'type'];
  const others = {
    instances: ofJobs,
    definitions: [...ofInstances, ...ofJobs, 'definition'],
    jobs: ofInstances,
  }[what as 'instances' | 'definitions' | 'jobs'];
  const given = others.find((name) => values[name] !== undefined);
  if (given !== undefined) throw new UsageError(`Expected no --${given} with list ${what}.`);
}

type Instance = AnswerOf<'searchProcessInstances'>['items'][number];

const instanceColumns = [
  { head: 'INSTANCE', of: (one: Instance) => one.processInstanceId },
  { head: 'PROCESS', of: (one: Instance) => `${one.bpmnProcessId} v${one.version}` },
  { head: 'KEY', of: (one: Instance) => one.businessKey },
  {
    head: 'STATE',
    of: (one: Instance) => (one.hasIncident ? 'incident' : one.suspended ? 'suspended' : one.state),
    isState: true as const,
  },
  { head: 'STARTED', of: (one: Instance) => one.startedAt },
  { head: 'ENDED', of: (one: Instance) => one.endedAt },
];

type Definition = AnswerOf<'searchProcessDefinitions'>['items'][number];

const definitionColumns = [
  { head: 'PROCESS', of: (one: Definition) => one.bpmnProcessId },
  { head: 'VERSION', of: (one: Definition) => one.version },
  { head: 'TAG', of: (one: Definition) => one.versionTag },
  { head: 'NAME', of: (one: Definition) => one.name },
  { head: 'DEPLOYED', of: (one: Definition) => one.deployedAt },
  { head: 'DEFINITION', of: (one: Definition) => one.processDefinitionId },
];

type Job = AnswerOf<'searchJobs'>['items'][number];

const jobColumns = [
  { head: 'JOB', of: (one: Job) => one.jobId },
  { head: 'TYPE', of: (one: Job) => one.type },
  { head: 'ELEMENT', of: (one: Job) => one.elementId },
  { head: 'STATE', of: (one: Job) => one.state, isState: true as const },
  { head: 'RETRIES', of: (one: Job) => one.retries },
  { head: 'WORKER', of: (one: Job) => one.worker },
  { head: 'INSTANCE', of: (one: Job) => one.processInstanceId },
];
