// Started by a test: starts the back-end, tells its URL, and stays, or ends when it is told to by an argument.
import { startSimulatedBackend } from '../../src/simulated-backend/start-simulated-backend.js';

const { url } = await startSimulatedBackend();
process.stdout.write(`${url}\n`);
if (process.argv[2] !== 'end') setInterval(() => {}, 1_000);
