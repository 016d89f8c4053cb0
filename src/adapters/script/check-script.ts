import { newQuickJSWASMModuleFromVariant } from 'quickjs-emscripten-core';
import type { QuickJSWASMModule } from 'quickjs-emscripten-core';

/** What is wrong with a script that cannot be compiled. */
export interface ScriptFault {
  /** As the interpreter says it. */
  readonly message: string;
  /** In the script, from 1. */
  readonly line?: number;
}

/** Stack of the interpreter in bytes: it gives up on what nests deeper, well before the host would have to. */
const stackBytes = 32 * 1024;
const memoryBytes = 64 * 1024 * 1024;

/**
 * Answers a check of scripts by the interpreter that will run them: it compiles and runs nothing. Undefined: the script compiles. What breaks
 * the interpreter is at fault, and the next script gets a fresh one; until that is there, nothing is said of it, as it is checked again when it runs.
 */
export async function createScriptCheck(): Promise<(source: string) => ScriptFault | undefined> {
  let module: QuickJSWASMModule | undefined = await newModule();
  return (source) => {
    if (!module) return undefined;
    try {
      return compile(module, source);
    } catch (error) {
      module = undefined;
      // Without a fresh one nothing is checked here any more; scripts still show their faults when they run.
      newModule().then(
        (fresh) => (module = fresh),
        () => undefined,
      );
      const reason = error instanceof Error ? error.message : String(error);
      return { message: `it breaks the interpreter (${reason.slice(0, messageMax)})` };
    }
  };
}

function newModule(): Promise<QuickJSWASMModule> {
  return newQuickJSWASMModuleFromVariant(import('@jitl/quickjs-wasmfile-release-sync'));
}

function compile(module: QuickJSWASMModule, source: string): ScriptFault | undefined {
  const runtime = module.newRuntime();
  runtime.setMemoryLimit(memoryBytes);
  runtime.setMaxStackSize(stackBytes);
  const context = runtime.newContext();
  const compiled = context.evalCode(source, 'script.js', { type: 'global', compileOnly: true });
  const fault = compiled.error && faultOf(context.dump(compiled.error));
  (compiled.error ?? compiled.value).dispose();
  context.dispose();
  runtime.dispose();
  return fault;
}

/** Characters of the interpreter's message that are shown. */
const messageMax = 200;

function faultOf(dumped: unknown): ScriptFault {
  const error = (typeof dumped === 'object' && dumped !== null ? dumped : {}) as Readonly<
    Record<string, unknown>
  >;
  const said = typeof error['message'] === 'string' ? error['message'] : 'it cannot be compiled';
  const line = /script\.js:(\d+)/.exec(typeof error['stack'] === 'string' ? error['stack'] : '')?.[1];
  return { message: said.slice(0, messageMax), ...(line !== undefined && { line: Number(line) }) };
}
