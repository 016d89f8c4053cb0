import { z } from 'zod';
import { limits } from './limits.js';
import { isPlainText } from './text.js';

/** Plain JSON, as variables hold it. */
export type JsonValue = string | number | boolean | null | readonly JsonValue[] | JsonObject;

/** A JSON object. */
export interface JsonObject {
  readonly [name: string]: JsonValue;
}

/**
 * Any JSON value. It checks nothing: the server looks through the whole body for what it refuses (depth, names, numbers
 * that are not finite) before a schema sees it.
 */
export const jsonValue = z.custom<JsonValue>((value) => value !== undefined);

/** The name of a variable. */
export const variableName = z
  .string()
  .min(1)
  .max(limits.variableNameLength)
  .refine(isPlainText, { error: 'Expected a name without NUL and lone surrogates.' });

/** Variables by name, plain JSON. */
export const variables = z.record(variableName, jsonValue);
