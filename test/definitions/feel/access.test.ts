import { describe } from 'mocha';
import { itEvaluates } from './expression-table.js';

const orders = {
  customer: { name: 'Ada', address: { city: 'London', 'post code': 'N1' }, tags: ['a', 'b'] },
  orders: [
    { id: 1, total: 10, lines: [{ sku: 'x' }, { sku: 'y' }] },
    { id: 2, total: 20, lines: [{ sku: 'z' }] },
    { id: 3, total: 30 },
  ],
  limit: 15,
  index: 2,
};

describe('FEEL paths (DMN 1.4, 10.3.2.5)', () => {
  itEvaluates([
    ['customer.name', 'Ada', orders],
    ['customer.address.city', 'London', orders],
    ['customer.address.post code', 'N1', orders],
    ['customer . address . city', 'London', orders],
    ['customer.missing', null, orders],
    ['customer.missing.more', null, orders],
    ['missing.name', null, orders],
    ['customer.name.first', null, orders],
    ['limit.name', null, orders],
    ['orders.total', [10, 20, 30], orders],
    ['orders.lines', [[{ sku: 'x' }, { sku: 'y' }], [{ sku: 'z' }], null], orders],
    ['orders.lines.sku', [['x', 'y'], ['z'], null], orders],
    ['customer.tags.length', [null, null], orders],
    ['{a: {b: 1}}.a.b', 1],
    ['[{a: 1}, {b: 2}, 3].a', [1, null, null]],
    ['[].a', []],
    ['null.a', null],
    ['[1..5].start', 1],
    ['[1..5].end', 5],
    ['[1..5).end included', false],
    ['[1..5).start included', true],
    ['[1..5].other', null],
    ['customer', orders.customer, orders],
  ]);
});

describe('FEEL filters (DMN 1.4, 10.3.2.5)', () => {
  itEvaluates([
    ['[1, 2, 3][1]', 1],
    ['[1, 2, 3][3]', 3],
    ['[1, 2, 3][-1]', 3],
    ['[1, 2, 3][-3]', 1],
    ['[1, 2, 3][0]', null],
    ['[1, 2, 3][4]', null],
    ['[1, 2, 3][-4]', null],
    ['[1, 2, 3][1.5]', null],
    ['[1, 2, 3][true]', [1, 2, 3]],
    ['[1, 2, 3][false]', []],
    ['[1, 2, 3][null]', []],
    ['[1, 2, 3][item >= 2]', [2, 3]],
    ['[1, null, 3][item > 1]', [3]],
    ['[1, 2, 3]["a"]', []],
    ['[][1]', null],
    ['[][item > 1]', []],
    ['100[1]', 100],
    ['100[0]', null],
    ['100[true]', [100]],
    ['100[false]', []],
    ['"foo"[1]', 'foo'],
    ['null[1]', null],
    ['null[item > 1]', null],
    ['{a: 1}[a = 1]', [{ a: 1 }]],
    ['[{a: 1}, {a: 2}, {a: 3}][a >= 2]', [{ a: 2 }, { a: 3 }]],
    ['[{a: 1}, {a: 2}, {a: 3}][item.a >= 2]', [{ a: 2 }, { a: 3 }]],
    ['[{item: 1}, {item: 2}, {item: 3}][item >= 2]', [{ item: 2 }, { item: 3 }]],
    ['orders[total > limit].id', [2, 3], orders],
    ['orders[total > 15][1].id', 2, orders],
    ['orders[index].id', 2, orders],
    ['orders[count(orders)].id', 3, orders],
    ['orders[-1].total', 30, orders],
    ['orders[total = max(orders.total)].id', [3], orders],
    ['orders[count(lines) > 1].id', [1], orders],
    ['orders[count(lines[sku = "z"]) = 1].id', [2], orders],
    ['orders[lines[1].sku = "x"].id', [1], orders],
    ['[[1, 2], [3]][count(item) > 1]', [[1, 2]]],
    ['[1, 2, 3, 4][item > 1][item < 4]', [2, 3]],
    ['[1, 2, 3, 4][even(item)]', [2, 4]],
    ['[{x: null}, {x: 1}][x = null]', [{ x: null }]],
    ['[{y: 5}][x = 1]', [{ y: 5 }], { x: 1 }],
  ]);
});

describe('FEEL names', () => {
  itEvaluates([
    ['order total * 2', 10, { 'order total': 5 }],
    ['order   total', 5, { 'order total': 5 }],
    ['`gross-net` + 1', 4, { 'gross-net': 3 }],
    ['`a and b`', 1, { 'a and b': 1 }],
    ['a-b', 2, { a: 5, b: 3, 'a-b': 99 }],
    ['{a-b: 1, c: a-b + 1}.c', 2],
    ['{a-b: 1}.a-b', 1],
    ['{first name: "A", greeting: "Hi " + first name}.greeting', 'Hi A'],
    ['for order line in [1, 2] return order line * 2', [2, 4]],
    ['über + größe', 3, { über: 1, größe: 2 }],
    ['_x1', 1, { _x1: 1 }],
    ['date', 'today', { date: 'today' }],
    ['a.date', 1, { a: { date: 1 } }],
    ['list[1]', 7, { list: [7] }],
    ['count', 3, { count: 3 }],
    ['count(xs)', 2, { count: 3, xs: [1, 2] }],
    ['missing', null],
    ['toString', null],
    ['constructor', null],
  ]);
});

describe('FEEL names that the caller announces', () => {
  itEvaluates(
    [
      ['gross-net + 1', 4, { 'gross-net': 3 }],
      ['terms and conditions', true, { 'terms and conditions': true }],
      ['gross - net', 3, { 'gross-net': 3 }],
      ['a - b', 2, { a: 5, b: 3 }],
    ],
    { knownNames: ['gross-net', 'terms and conditions'] },
  );
});
