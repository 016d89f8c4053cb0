import type { Child } from './element.js';
import { whenChanged } from './when-changed.js';

/**
 * Shows values in a part of the page. It is drawn anew only when the value has changed, so that nothing flickers, and
 * what had the focus has it afterwards, found again by its id.
 */
export function section<Value>(
  host: HTMLElement,
  draw: (value: Value) => readonly Child[],
): (value: Value) => void {
  return whenChanged((value) => {
    const focusedId = host.contains(document.activeElement) ? document.activeElement?.id : undefined;
    host.replaceChildren(...draw(value));
    if (focusedId !== undefined && focusedId !== '') document.getElementById(focusedId)?.focus();
  });
}
