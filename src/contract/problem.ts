import { z } from 'zod';
import { named } from './components.js';
import { openList } from './open-list.js';
import { problemCodes, type ProblemCode } from './problem-codes.js';

/** Says what is wrong with, or notable about, a model. */
export const modelDiagnostic = named(
  'ModelDiagnostic',
  z.object({
    severity: z.enum(['error', 'warning', 'info']),
    code: z.string(),
    elementId: z.string().optional(),
    line: z.int().min(1).optional(),
    message: z.string(),
    resource: z.string().optional().describe('The file, where several were sent together.'),
  }),
);

/** A fault at one place of the request. */
const requestError = named(
  'RequestError',
  z.object({
    path: z
      .string()
      .describe(
        'A JSON pointer (RFC 6901) into the body, such as /variables/x; or query.limit, header.idempotency-key, path.jobId.',
      ),
    elementId: z.string().optional().describe('The element concerned, where the place does not tell it.'),
    message: z.string(),
  }),
);

const codes = Object.keys(problemCodes) as ProblemCode[];

/** A code of a problem. */
export const problemCode = openList(z.enum(codes));

/** The body of every answer that refuses: RFC 9457, `application/problem+json`. */
export const problem = named(
  'Problem',
  z.object({
    type: z.string().describe('Ends in the code.'),
    title: z.string(),
    status: z.int().min(400).max(599),
    detail: z.string().describe('What was expected and what was found.'),
    instance: z.string().describe('The path of the request.'),
    code: problemCode,
    errors: z
      .array(requestError)
      .optional()
      .describe('With validation-failed, and where several parts of a request can be refused: each fault.'),
    diagnostics: z.array(modelDiagnostic).optional().describe('With invalid-model.'),
  }),
);

export type ProblemBody = z.infer<typeof problem>;
