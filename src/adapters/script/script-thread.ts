import { parentPort } from 'node:worker_threads';
import { newQuickJSWASMModuleFromVariant } from 'quickjs-emscripten-core';
import { runScript } from './sandbox.js';
import type { ScriptRequest, ThreadMessage } from './script-request.js';

// The inside of a thread: one script after the other, each in a runtime of its own. Who made the thread ends it.
const module = await newQuickJSWASMModuleFromVariant(import('@jitl/quickjs-wasmfile-release-sync'));
parentPort?.on('message', (request: ScriptRequest) => parentPort?.postMessage(runScript(module, request)));
parentPort?.postMessage({ kind: 'ready' } satisfies ThreadMessage);
