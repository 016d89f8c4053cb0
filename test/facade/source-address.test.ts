import assert from 'node:assert/strict';
import { Socket } from 'node:net';
import { describe, it } from 'mocha';
import { sourceAddressOf } from '../../src/facade/request/source-address.js';

function source(trustedProxies: number, forwarded?: string, peer = '10.0.0.1'): string | undefined {
  const socket = Object.defineProperty(new Socket(), 'remoteAddress', { value: peer });
  return sourceAddressOf(
    { socket, headers: forwarded === undefined ? {} : { 'x-forwarded-for': forwarded } },
    trustedProxies,
  );
}

describe('the source address', () => {
  it('is that of the connection, whatever the caller writes', () => {
    assert.equal(source(0), '10.0.0.1');
    assert.equal(source(0, '203.0.113.1'), '10.0.0.1');
    assert.equal(source(0, undefined, '::ffff:10.0.0.1'), '10.0.0.1');
  });

  it('is as many entries from the end as there are trusted proxies', () => {
    const forwarded = 'forged, 198.51.100.1, 203.0.113.1,10.0.0.2';
    assert.equal(source(1, forwarded), '10.0.0.2');
    assert.equal(source(2, forwarded), '203.0.113.1');
    assert.equal(source(3, forwarded), '198.51.100.1');
    assert.equal(source(4, forwarded), '198.51.100.1');
    assert.equal(source(1), '10.0.0.1');
  });

  it('is read with ports and brackets, and never anything but an address', () => {
    assert.equal(source(1, '203.0.113.1:4711'), '203.0.113.1');
    assert.equal(source(1, '[2001:db8::1]:4711'), '2001:db8::1');
    assert.equal(source(1, '2001:db8::1'), '2001:db8::1');
    assert.equal(source(1, '::ffff:203.0.113.1'), '203.0.113.1');
    for (const nonsense of ['', 'unknown', '<script>', '1.2.3.4.5', '999.1.1.1', "1.2.3.4' OR 1"])
      assert.equal(source(1, nonsense), '10.0.0.1');
  });
});
