import { TaskError } from '../template/task-error.js';

/** There is nobody to send to: a value is no address. A model may catch it as it catches a mail server's refusal. */
export class AddressRejected extends TaskError {}
