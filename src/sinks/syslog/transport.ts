import { createSocket } from 'node:dgram'
import { once } from 'node:events'
import { connect as connectTcp, isIP, isIPv6 } from 'node:net'
import type { Socket } from 'node:net'
import { connect as connectTls } from 'node:tls'
import { framed } from './message.ts'

export interface Receiver {
  readonly host: string
  readonly port: number
  readonly protocol: 'udp' | 'tcp' | 'tls'
  readonly ca: readonly string[] | undefined
}

/** Sends messages; rejects with the error of the network. An abort ends it at once. */
export function transmit(messages: readonly Buffer[], receiver: Receiver, signal: AbortSignal): Promise<void> {
  return receiver.protocol === 'udp' ? byUdp(messages, receiver, signal) : byStream(messages, receiver, signal)
}

/** Nobody confirms a datagram: it has left, and no more is known. */
async function byUdp(messages: readonly Buffer[], { host, port }: Receiver, signal: AbortSignal): Promise<void> {
  const socket = createSocket(isIPv6(host) ? 'udp6' : 'udp4')
  try {
    for (const message of messages) {
      signal.throwIfAborted()
      await new Promise<void>((resolve, reject) => {
        socket.send(message, port, host, (error) => (error === null ? resolve() : reject(error)))
      })
    }
  } finally {
    socket.close()
  }
}

/**
 * Syslog has no answer either. What can be known over a stream is known: everything was written, our end is closed, and
 * the receiver has closed its end without breaking the connection.
 */
async function byStream(messages: readonly Buffer[], receiver: Receiver, signal: AbortSignal): Promise<void> {
  const socket = await open(receiver, signal)
  const stop = (): void => void socket.destroy()
  signal.addEventListener('abort', stop, { once: true })
  try {
    // Bytes of the receiver are read away, or its end would never be seen.
    socket.resume()
    // Rejects when the connection breaks first.
    const closed = once(socket, 'close', { signal })
    socket.end(Buffer.concat(messages.map(framed)))
    await closed
    signal.throwIfAborted()
  } finally {
    signal.removeEventListener('abort', stop)
    socket.destroy()
  }
}

async function open({ host, port, protocol, ca }: Receiver, signal: AbortSignal): Promise<Socket> {
  const isSecure = protocol === 'tls'
  const socket = isSecure
    ? connectTls({
        host,
        port,
        minVersion: 'TLSv1.2',
        ...(isIP(host) === 0 ? { servername: host } : {}),
        ...(ca === undefined ? {} : { ca: [...ca] }),
      })
    : connectTcp({ host, port })
  try {
    await once(socket, isSecure ? 'secureConnect' : 'connect', { signal })
    return socket
  } catch (error) {
    socket.on('error', () => undefined)
    socket.destroy()
    throw error
  }
}

/** Connects and goes away again. */
export async function reach(receiver: Receiver, signal: AbortSignal): Promise<void> {
  if (receiver.protocol !== 'udp') (await open(receiver, signal)).destroy()
}
