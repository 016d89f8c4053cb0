import assert from 'node:assert/strict';
import { it } from 'mocha';
import type { Box, Diagram, Drawn, Point } from './diagram.js';

/** The rules of a diagram that people can read, as tests of the present suite. */
export function itIsDrawnToBeRead(diagramOf: () => Diagram): void {
  const shape = (id: string): Drawn => {
    const found = diagramOf().shapes.find(({ elementId }) => elementId === id);
    assert(found !== undefined, `${id} is not drawn`);
    return found;
  };

  it('is read by bpmn-moddle without a warning', () => {
    assert.deepEqual(diagramOf().warnings, []);
  });

  it('draws every element and flow exactly once', () => {
    const drawn = diagramOf().shapes.map(({ elementId }) => elementId);
    assert.deepEqual([...drawn].sort(), [...diagramOf().flowNodeIds].sort());
    assert.deepEqual(
      diagramOf()
        .flows.map(({ elementId }) => elementId)
        .sort(),
      [...diagramOf().flowIds].sort(),
    );
  });

  it('draws no shape over another, but in its sub-process or on its activity', () => {
    for (const [a, b] of pairs(diagramOf().shapes)) {
      if (isBoundary(a) || isBoundary(b) || !overlap(a.box, b.box)) continue;
      const [outer, inner] = a.type === 'bpmn:SubProcess' ? [a, b] : [b, a];
      assert(
        outer.type === 'bpmn:SubProcess' && contains(outer.box, inner.box),
        `${a.elementId} and ${b.elementId}`,
      );
    }
    const boundary = diagramOf().shapes.filter(isBoundary);
    for (const [a, b] of pairs(boundary)) assert(!overlap(a.box, b.box), `${a.elementId} and ${b.elementId}`);
    for (const event of boundary) {
      const carriers = diagramOf().shapes.filter(
        (other) => !isBoundary(other) && isOnBorder(centerOf(event.box), other.box),
      );
      assert.equal(carriers.length, 1, `${event.elementId} sits on ${carriers.length} shapes`);
    }
  });

  it('draws no label over a shape or another label', () => {
    const named = [...diagramOf().labels.map(({ elementId }) => elementId)];
    for (const id of diagramOf().namedFlowIds) assert(named.includes(id), `${id} has no label`);
    for (const [a, b] of pairs(diagramOf().labels))
      assert(!overlap(a.box, b.box), `${a.elementId} and ${b.elementId}`);
    for (const label of diagramOf().labels) {
      for (const other of diagramOf().shapes) {
        if (other.type === 'bpmn:SubProcess' && contains(other.box, label.box)) continue;
        assert(!overlap(label.box, other.box), `the label of ${label.elementId} and ${other.elementId}`);
      }
    }
  });

  it('draws every flow from the border of its source to that of its target, in right angles', () => {
    for (const { elementId, sourceId, targetId, waypoints } of diagramOf().flows) {
      const [first, last] = [waypoints.at(0), waypoints.at(-1)];
      assert(first && last && waypoints.length >= 2, elementId);
      assert(isOnBorder(first, shape(sourceId).box), `${elementId} does not begin at ${sourceId}`);
      assert(isOnBorder(last, shape(targetId).box), `${elementId} does not end at ${targetId}`);
      for (const [from, to] of steps(waypoints))
        assert(from.x === to.x || from.y === to.y, `${elementId} is oblique`);
    }
  });

  it('leads no flow through a shape or a label', () => {
    for (const { elementId, sourceId, targetId, waypoints } of diagramOf().flows) {
      for (const [from, to] of steps(waypoints)) {
        const line = boxOf(from, to);
        for (const other of diagramOf().shapes) {
          if ([sourceId, targetId].includes(other.elementId)) continue;
          const isInside = other.type === 'bpmn:SubProcess' && contains(other.box, line);
          // A flow that leaves by a boundary event begins on the border of what the event sits on.
          const isBeside =
            isBoundary(shape(sourceId)) && isOnBorder(centerOf(shape(sourceId).box), other.box);
          assert(
            isInside || isBeside || !overlap(line, other.box),
            `${elementId} leads through ${other.elementId}`,
          );
        }
        for (const label of diagramOf().labels) {
          assert(!overlap(line, label.box), `${elementId} leads through the label of ${label.elementId}`);
        }
      }
    }
  });

  it('crosses no flow with another', () => {
    for (const [a, b] of pairs(diagramOf().flows)) {
      for (const [a1, a2] of steps(a.waypoints)) {
        for (const [b1, b2] of steps(b.waypoints)) {
          assert(!overlap(boxOf(a1, a2), boxOf(b1, b2)), `${a.elementId} and ${b.elementId}`);
        }
      }
    }
  });
}

function* pairs<T>(items: readonly T[]): Iterable<readonly [T, T]> {
  for (const [index, a] of items.entries()) for (const b of items.slice(index + 1)) yield [a, b];
}

function steps(points: readonly Point[]): readonly (readonly [Point, Point])[] {
  return points.slice(1).map((point, index) => [points[index] ?? point, point]);
}

function isBoundary({ type }: Drawn): boolean {
  return type === 'bpmn:BoundaryEvent';
}

function boxOf(a: Point, b: Point): Box {
  const [x, y] = [Math.min(a.x, b.x), Math.min(a.y, b.y)];
  return { x, y, width: Math.abs(a.x - b.x), height: Math.abs(a.y - b.y) };
}

function centerOf({ x, y, width, height }: Box): Point {
  return { x: x + width / 2, y: y + height / 2 };
}

function overlap(a: Box, b: Box): boolean {
  return a.x <= b.x + b.width && b.x <= a.x + a.width && a.y <= b.y + b.height && b.y <= a.y + a.height;
}

function contains(outer: Box, inner: Box): boolean {
  const isWithin = inner.x >= outer.x && inner.y >= outer.y;
  return (
    isWithin &&
    inner.x + inner.width <= outer.x + outer.width &&
    inner.y + inner.height <= outer.y + outer.height
  );
}

function isOnBorder({ x, y }: Point, box: Box): boolean {
  const [right, bottom] = [box.x + box.width, box.y + box.height];
  if (x < box.x || x > right || y < box.y || y > bottom) return false;
  return x === box.x || x === right || y === box.y || y === bottom;
}
