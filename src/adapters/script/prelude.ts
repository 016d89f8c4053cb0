/**
 * What stands in a sandbox before the script: a function of the input's JSON that makes the script's globals and answers how to end. It runs
 * inside, and keeps hold of what it needs before the script can change it; nothing outside relies on it beyond getting text.
 */
export const prelude = String.raw`(function (inputText) {
  'use strict';
  const { parse, stringify } = JSON;
  const { defineProperty, freeze, hasOwn, keys, create } = Object;
  const { isFinite } = Number;
  const toText = String;
  const Fault = TypeError;
  const input = parse(inputText);
  const written = create(null);
  const isWritten = create(null);
  let given;

  function BpmnError(code, message) {
    if (!(this instanceof BpmnError)) return new BpmnError(code, message);
    this.code = code;
    this.message = message;
  }

  const read = (name) => (isWritten[name] ? written[name] : hasOwn(input.variables, name) ? input.variables[name] : null);
  const execution = freeze({
    getVariable: read,
    hasVariable: (name) => isWritten[name] === true || hasOwn(input.variables, name),
    getVariables: () => ({ ...input.variables, ...written }),
    setVariable: (name, value) => {
      const text = toText(name);
      written[text] = value;
      isWritten[text] = true;
    },
    getProcessInstanceId: () => input.processInstanceId,
    getProcessBusinessKey: () => input.businessKey ?? null,
    getBusinessKey: () => input.businessKey ?? null,
  });
  const next = (error, result) => {
    given ??= error === undefined || error === null ? { result } : { error };
  };
  const globals = {
    BpmnError,
    execution,
    next,
    environment: { variables: input.variables },
    variables: input.variables,
  };
  const define = (name, value) =>
    defineProperty(globalThis, name, { value, writable: true, configurable: true, enumerable: true });
  for (const name of keys(input.variables)) if (!(name in globalThis)) define(name, input.variables[name]);
  for (const name of keys(globals)) define(name, globals[name]);

  const strict = (name, value) => {
    const kind = typeof value;
    const isData = kind === 'string' || kind === 'boolean' || kind === 'undefined' || value === null;
    if (isData || (kind === 'object') || (kind === 'number' && isFinite(value))) return value;
    throw new Fault('Expected a result of JSON but found ' + (kind === 'number' ? toText(value) : 'a ' + kind) + (name === '' ? '' : ' at ' + toText(name)));
  };
  return freeze({
    settle(value) {
      if (given !== undefined && 'error' in given) throw given.error;
      const result = given === undefined ? value : given.result;
      return stringify({ result, variables: written }, strict);
    },
    describe(error) {
      if (error instanceof BpmnError) return stringify({ code: toText(error.code), message: toText(error.message ?? '') });
      if (!(error instanceof Error)) return stringify({ text: typeof error === 'object' ? toText(stringify(error)) : toText(error) });
      const line = /script\.js:(\d+)/.exec(toText(error.stack ?? ''));
      return stringify({ text: toText(error.name) + ': ' + toText(error.message) + (line === null ? '' : ' (line ' + line[1] + ')') });
    },
  });
})`;
