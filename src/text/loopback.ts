const LOOPBACK = ['localhost', '127.0.0.1', '[::1]', '::1']

/** Does the address, or the host name, mean this machine? */
export function isLoopback(place: string): boolean {
  return LOOPBACK.includes(URL.canParse(place) ? new URL(place).hostname : place)
}
