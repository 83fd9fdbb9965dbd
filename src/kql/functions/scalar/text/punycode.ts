/** Punycode, RFC 3492. */
const BASE = 36
const T_MIN = 1
const T_MAX = 26
const SKEW = 38
const DAMP = 700
const INITIAL_BIAS = 72
const INITIAL_N = 128
/** Far above any host name; coding costs the square of the length. */
const MAX_LENGTH = 10_000

function adapt(delta: number, points: number, isFirst: boolean): number {
  let rest = isFirst ? Math.floor(delta / DAMP) : delta >> 1
  rest += Math.floor(rest / points)
  let k = 0
  for (; rest > ((BASE - T_MIN) * T_MAX) >> 1; k += BASE) rest = Math.floor(rest / (BASE - T_MIN))
  return k + Math.floor(((BASE - T_MIN + 1) * rest) / (rest + SKEW))
}

const threshold = (k: number, bias: number): number => Math.min(T_MAX, Math.max(T_MIN, k - bias))
const digit = (value: number): string => DIGITS.charAt(value)
const DIGITS = 'abcdefghijklmnopqrstuvwxyz0123456789'

function encodeDelta(delta: number, bias: number): string {
  let output = ''
  let rest = delta
  for (let k = BASE; ; k += BASE) {
    const t = threshold(k, bias)
    if (rest < t) return output + digit(rest)
    output += digit(t + ((rest - t) % (BASE - t)))
    rest = Math.floor((rest - t) / (BASE - t))
  }
}

/** Undefined for a text that does not fit. */
export function encodePunycode(text: string): string | undefined {
  const points = [...text].map((character) => character.codePointAt(0) ?? 0)
  if (points.length > MAX_LENGTH) return undefined
  const basic = points.filter((point) => point < INITIAL_N)
  let output = String.fromCodePoint(...basic) + (basic.length > 0 ? '-' : '')
  let [n, delta, bias, handled] = [INITIAL_N, 0, INITIAL_BIAS, basic.length]
  while (handled < points.length) {
    const next = Math.min(...points.filter((point) => point >= n))
    delta += (next - n) * (handled + 1)
    if (delta > Number.MAX_SAFE_INTEGER) return undefined
    n = next
    for (const point of points) {
      if (point < n) delta++
      if (point !== n) continue
      output += encodeDelta(delta, bias)
      bias = adapt(delta, handled + 1, handled === basic.length)
      delta = 0
      handled++
    }
    delta++
    n++
  }
  return output
}

/** Undefined for a text that is no Punycode. */
export function decodePunycode(text: string): string | undefined {
  if (text.length > MAX_LENGTH) return undefined
  const at = text.lastIndexOf('-')
  const output = [...text.slice(0, Math.max(0, at))].map((character) => character.codePointAt(0) ?? 0)
  if (output.some((point) => point >= INITIAL_N)) return undefined
  let [n, index, bias] = [INITIAL_N, 0, INITIAL_BIAS]
  for (let read = at + 1; read < text.length;) {
    const start = index
    for (let weight = 1, k = BASE; ; k += BASE) {
      const value = DIGITS.indexOf(text.charAt(read++).toLowerCase() || '?')
      if (value === -1) return undefined
      index += value * weight
      const t = threshold(k, bias)
      if (value < t) break
      weight *= BASE - t
    }
    const length = output.length + 1
    bias = adapt(index - start, length, start === 0)
    n += Math.floor(index / length)
    index %= length
    if (n > 0x10ffff) return undefined
    output.splice(index++, 0, n)
  }
  return String.fromCodePoint(...output)
}
