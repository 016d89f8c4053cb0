import { literal } from '../expressions.js';
import { attribute } from '../model-element.js';
import type { Dialect } from './dialect.js';

const servicePattern = /^\$\{environment\.services\.([A-Za-z_][\w-]*)\}$/;

/** Diagrams written for bpmn-engine: a service of its environment is a job of the service's name. */
export const bpmnEngineDialect: Dialect = {
  name: 'bpmn-engine',
  readJob: (element) => {
    if (element.$type !== 'bpmn:ServiceTask' && element.$type !== 'bpmn:SendTask') return undefined;
    const service = servicePattern.exec(attribute(element, 'implementation') ?? '')?.[1];
    return service === undefined
      ? undefined
      : { jobType: literal(service), retries: literal(3), headers: {} };
  },
};
