import type { CalledBinding } from '../engine/process-model.js';

/** Which version of something is called, behind its name in a message. */
export function bindingText(binding: CalledBinding): string {
  switch (binding.kind) {
    case 'latest':
      return '';
    case 'deployment':
      return ' in the same deployment';
    case 'version':
      return ` in version ${binding.version}`;
    case 'versionTag':
      return ` with version tag "${binding.versionTag}"`;
    default:
      return binding satisfies never;
  }
}
