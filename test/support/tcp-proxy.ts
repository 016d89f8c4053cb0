import { once } from 'node:events';
import { connect, createServer, type Socket } from 'node:net';

/** Which way bytes go: a client asks, the server answers. */
export type Direction = 'question' | 'answer';

/**
 * Stands between a client and a server on this machine. A test cuts connections at a chosen piece of what passes, or lets nothing
 * pass any more.
 */
export interface TcpProxy {
  readonly port: number;
  /**
   * Breaks a connection, both ends, instead of passing on the n-th piece from now on that is `matches` and goes that way; n is 1 or more.
   * Resolves when it has happened.
   */
  cut(direction: Direction, nth: number, matches?: (bytes: Buffer) => boolean): Promise<void>;
  /** Everything sent is swallowed from now on, in silence; until `false`. */
  swallow(isSwallowing: boolean): void;
  close(): Promise<void>;
}

/** Passes connections on to that port of 127.0.0.1. */
export async function startTcpProxy(target: number): Promise<TcpProxy> {
  const sockets = new Set<Socket>();
  let isSwallowing = false;
  let watch: ((direction: Direction, bytes: Buffer) => boolean) | undefined;

  const server = createServer((client) => {
    const upstream = connect(target, '127.0.0.1');
    const end = (): void => {
      for (const socket of [client, upstream]) {
        sockets.delete(socket);
        socket.destroy();
      }
    };
    const pass = (from: Socket, to: Socket, direction: Direction): void => {
      sockets.add(from);
      from.on('data', (bytes) => {
        if (isSwallowing) return;
        if (watch?.(direction, bytes) === true) end();
        else to.write(bytes);
      });
      from.on('close', end);
      from.on('error', end);
    };
    pass(client, upstream, 'question');
    pass(upstream, client, 'answer');
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const address = server.address();
  if (address === null || typeof address === 'string') throw new Error('Expected a port but found a pipe.');
  return {
    port: address.port,
    cut: (direction, nth, matches = () => true) =>
      new Promise((resolve) => {
        let left = nth;
        watch = (way, bytes) => {
          if (way !== direction || !matches(bytes) || (left -= 1) > 0) return false;
          watch = undefined;
          resolve();
          return true;
        };
      }),
    swallow(value) {
      isSwallowing = value;
    },
    async close() {
      server.close();
      for (const socket of sockets) socket.destroy();
      await once(server, 'close');
    },
  };
}
