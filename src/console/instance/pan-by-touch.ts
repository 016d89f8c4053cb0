/**
 * Moves the diagram with a finger; the viewer itself knows only the mouse. The style sheet leaves vertical gestures to
 * the page, so that nobody is caught in the diagram.
 */
export function panByTouch(
  host: HTMLElement,
  move: (by: { readonly dx: number; readonly dy: number }) => void,
): void {
  let last: PointerEvent | undefined;
  host.addEventListener('pointerdown', (event) => {
    if (event.pointerType === 'touch' && event.isPrimary) last = event;
  });
  host.addEventListener('pointermove', (event) => {
    if (last?.pointerId !== event.pointerId) return;
    move({ dx: event.clientX - last.clientX, dy: event.clientY - last.clientY });
    last = event;
  });
  for (const type of ['pointerup', 'pointercancel'] as const) {
    host.addEventListener(type, () => (last = undefined));
  }
}
